"""Themes to colours; contrast and colour-blind distance are measured by a test."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Base(BaseModel):
    """Colours of what lies under the plans."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sea: Colour
    land: Colour
    municipality: Colour
    line: Colour


class Palette(BaseModel):
    """A colour for each number of a theme, and one for plans without a theme."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: tuple[Colour, ...] = Field(min_length=1)
    neutral: Colour
    base: Base

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """Slot numbers with their colours; 0 is the neutral one."""
        return [(0, self.neutral), *enumerate(self.slots, start=1)]

    def stylesheet(self) -> str:
        """The colours as custom properties, and one class for each slot."""
        base = "".join(f"--{name}:{colour};" for name, colour in self.base)
        classes = "".join(
            f".slot-{number}{{--plan:{colour};--hatch:url(#hatch-{number});}}\n" for number, colour in self.numbered
        )
        return f":root{{{base}}}\n{classes}"


def read_palette(file: Path) -> Palette:
    return Palette.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

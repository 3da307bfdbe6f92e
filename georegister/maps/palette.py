"""Themes, uses and statuses to colours; contrast and colour-blind distance are measured by a test."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
ColourBy = Literal["theme", "use", "status"]
"""What the colours of plans can show."""


class Base(BaseModel):
    """Colours of what lies under the plans."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sea: Colour
    land: Colour
    municipality: Colour
    line: Colour


class Use(BaseModel):
    """General uses that share a colour, by their codes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: dict[str, str]
    codes: tuple[Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")], ...]
    colour: Colour


class Palette(BaseModel):
    """A colour for each number of a theme, and one for plans without a theme; others by use and by status."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: tuple[Colour, ...] = Field(min_length=1)
    neutral: Colour
    base: Base
    uses: tuple[Use, ...] = ()
    statuses: dict[Annotated[str, Field(pattern=r"^[a-z_]+$")], Colour] = {}

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """Slot numbers with their colours; 0 is the neutral one."""
        return [(0, self.neutral), *enumerate(self.slots, start=1)]

    @property
    def use_numbers(self) -> dict[str, int]:
        """The number of its group for each code of a general use."""
        return {code: number for number, use in enumerate(self.uses, start=1) for code in use.codes}

    def use_of(self, topics: Iterable[str]) -> int:
        """The group of a plan's use, by the first of its topics that has one; 0 where none has."""
        return next((self.use_numbers[code] for code in topics if code in self.use_numbers), 0)

    @property
    def hatches(self) -> list[tuple[str, str]]:
        """The names of the patterns with their colours: of slots, uses and statuses."""
        uses = [(f"use-{number}", use.colour) for number, use in enumerate(self.uses, start=1)]
        statuses = [(f"status-{status}", colour) for status, colour in self.statuses.items()]
        return [*((str(number), colour) for number, colour in self.numbered), *uses, *statuses]

    def stylesheet(self) -> str:
        """The colours as custom properties, and one class for each slot; for each use and status within `by-` them."""
        base = "".join(f"--{name}:{colour};" for name, colour in self.base)
        classes = "".join(
            f".slot-{number}{{--plan:{colour};--hatch:url(#hatch-{number});}}\n" for number, colour in self.numbered
        )
        neutral = f".by-use .plan,.by-status .plan{{--plan:{self.neutral};--hatch:url(#hatch-0);}}\n"
        others = "".join(
            f".by-{name.split('-')[0]} .plan.{name}{{--plan:{colour};--hatch:url(#hatch-{name});}}\n"
            for name, colour in self.hatches
            if not name.isdigit()
        )
        return f":root{{{base}}}\n{classes}{neutral}{others}"


def read_palette(file: Path) -> Palette:
    return Palette.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

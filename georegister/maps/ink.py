"""How a plan looks where no stylesheet reaches: in a picture of its own, in a legend on paper, in a PDF.

The same as `.plan` in georegister.css, said as attributes of SVG; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from georegister.maps.palette import ColourBy, Palette
from georegister.sentence import N_

WIDTH, THIN = 2.5, 1.6
"""Of lines, in units of the drawing; thin ones are illustrative."""
FAINTEST = (1.0, 0.12, 0.05)
"""The most that is filled of what lies in no heap of plans, in one and in a high one."""
NEUTRAL = "0"
"""The name of the colour of what has no theme, no use or no status that the palette knows."""


@dataclass(frozen=True)
class Line:
    """What a status looks like, whatever the colour; `words` is what the legend says of it."""

    words: str
    dash: str | None
    opacity: float
    cap: str = "butt"
    hatched: bool = False


LINES = {
    "idea": Line(N_("Idea: short dashes, hatched"), "3 4", 1.0, hatched=True),
    "proposal": Line(N_("Proposal: dashed and hatched"), "9 5", 1.0, hatched=True),
    "adopted": Line(N_("Adopted: long dashes"), "18 3", 0.2),
    "in_force": Line(N_("In force: unbroken line"), None, 0.35),
    "ended": Line(N_("Ended: dotted and hollow"), "1 6", 0.05, cap="round"),
    "unknown": Line(N_("Status unknown: dashes and dots"), "10 4 2 4", 0.12),
}
"""In the order of the legend."""


@dataclass(frozen=True)
class Ink:
    """The line and the filling of a plan; lengths in units of the drawing.

    `name` is that of its colour among the hatches of the palette. What is hatched is filled with that colour's pattern.
    """

    name: str
    colour: str
    status: str
    width: float = WIDTH
    is_hollow: bool = False
    heap: int = 0

    @property
    def line(self) -> Line:
        return LINES[self.status]

    @property
    def hatched(self) -> bool:
        return self.line.hatched and not self.is_hollow

    @property
    def opacity(self) -> float:
        return 0.0 if self.is_hollow else min(self.line.opacity, FAINTEST[self.heap])


def ink(properties: Mapping[str, Any], palette: Palette, by: ColourBy = "theme") -> Ink:
    """The colour by its theme, its use or its status, the line by its status whatever the colour shows.

    What is the whole municipality has no filling.
    """
    colours = dict(palette.hatches)
    name = _shown_by(properties, palette, by)
    name = name if name in colours else NEUTRAL
    return Ink(
        name,
        colours[name],
        "ended" if properties["applies"] == "ended" else properties["status"],
        THIN if properties.get("geometry_source") == "illustrative" else WIDTH,
        properties.get("extent_source") == "municipality",
    )


def _shown_by(properties: Mapping[str, Any], palette: Palette, by: ColourBy) -> str:
    if by == "use":
        number = palette.use_of(properties.get("topics") or ())
        return f"use-{number}" if number else NEUTRAL
    return f"status-{properties['status']}" if by == "status" else str(properties.get("theme_slot") or NEUTRAL)

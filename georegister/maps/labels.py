"""Where words stand on a drawn map: none on another, none over the edge."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

LETTER, LINE = 0.6, 1.25
"""How wide a letter is and how high a line, of the size of the type; bold capitals are no wider."""
LONGEST = 24
ROUNDED = 0.2
Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """Words that want to stand at a place, in units; `size` is that of the type.

    `tries` are the shifts in lines, right and down, that are tried one after the other.
    """

    x: float
    y: float
    text: str
    size: float
    look: str
    tries: tuple[tuple[float, float], ...] = ((0, 0),)
    leads: float = math.inf
    """From how many sizes of the type on a line leads from the words to the place."""


@dataclass(frozen=True)
class Label:
    """Words in their place: the middle of their line, in units."""

    x: float
    y: float
    text: str
    size: float
    look: str
    meant: tuple[float, float] | None = None
    """What they name, where they stand so far from it that a line has to lead there."""

    @property
    def box(self) -> Corners:
        half = length(self.text, self.size) / 2
        return self.x - half, self.y - self.size * LINE / 2, self.x + half, self.y + self.size * LINE / 2


def length(text: str, size: float) -> float:
    """How long a line of type is at most, with a little room at its ends."""
    return len(text) * size * LETTER + size * 0.6


def place(wanted: Iterable[Wanted], width: float, height: float, taken: Iterable[Corners] = ()) -> list[Label]:
    """Those that find a place, the first ones first; those for which there is none are left out.

    What is `taken` is kept free: left, top, right and bottom in units.
    """
    placed: list[Label] = []
    boxes = list(taken)
    for one in wanted:
        text = one.text if len(one.text) <= LONGEST else f"{one.text[: LONGEST - 1]}…"
        for right, down in one.tries:
            x, y = round(one.x + right * one.size, 1), round(one.y + down * one.size * LINE, 1)
            is_far = math.hypot(x - one.x, y - one.y) > one.leads * one.size
            label = Label(x, y, text, one.size, one.look, (one.x, one.y) if is_far else None)
            west, north, east, south = label.box
            if west < 0 or north < 0 or east > width or south > height:
                continue
            if not any(_meet(label.box, box) for box in boxes):
                placed.append(label)
                boxes.append(label.box)
                break
    return placed


def _meet(one: Corners, other: Corners) -> bool:
    """Those that lie close by one another do not: places are rounded."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    return right - left > ROUNDED and bottom - top > ROUNDED

"""A filter that has been checked: what is asked of which property. Its values are elsewhere, so that filters that
differ in values alone are one statement.
"""

from dataclasses import dataclass
from enum import StrEnum

from georegister.sentence import N_


class Type(StrEnum):
    """What an operand is."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    INTERVAL = "interval"
    GEOMETRY = "geometry"
    TEXTS = "texts"
    NUMBERS = "numbers"
    NOTHING = "nothing"
    """A list without members, which is of either kind."""


SCALARS = (Type.TEXT, Type.NUMBER, Type.TRUTH, Type.DAY)
LISTS = (Type.TEXTS, Type.NUMBERS, Type.NOTHING)
WORDS = {
    Type.TEXT: N_("a text"),
    Type.NUMBER: N_("a number"),
    Type.TRUTH: N_("true or false"),
    Type.DAY: N_("a day"),
    Type.INTERVAL: N_("an interval"),
    Type.GEOMETRY: N_("a geometry"),
    Type.TEXTS: N_("a list of texts"),
    Type.NUMBERS: N_("a list of numbers"),
    Type.NOTHING: N_("a list without members"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A property, `id` or the geometry."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is bound when the statement is run."""

    place: int
    type: Type

    @property
    def name(self) -> str:
        return f"filter_{self.place}"


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on operands."""

    op: str
    args: "tuple[Node, ...]"
    type: Type


Node = Column | Value | Call

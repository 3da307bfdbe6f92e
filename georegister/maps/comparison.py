"""A file beside the register, as one HTML page that needs nothing else: a map of where they differ, and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from georegister.language import Translator
from georegister.maps.drawing import Drawing, drawing
from georegister.maps.environment import environment


@dataclass(frozen=True)
class Pair:
    """A plan in both: `ours` and `theirs` are None where it is in one alone, or has no shape there."""

    heading: str
    words: str
    rows: Sequence[tuple[str, str, str]] = ()
    ours: BaseGeometry | None = None
    theirs: BaseGeometry | None = None

    @property
    def near(self) -> Drawing | None:
        """The two shapes by themselves."""
        return _drawn([self], None) if self.ours is not None and self.theirs is not None else None


def comparison_page(
    t: Translator, title: str, pairs: Sequence[Pair], outline: BaseGeometry | None, **context: Any
) -> str:
    """The page as HTML; everything in it is escaped."""
    said: Mapping[str, Any] = {**context, "title": title, "pairs": pairs, "drawing": _drawn(pairs, outline)}
    return environment(t).get_template("comparison.html").render(**said)


def _drawn(pairs: Sequence[Pair], outline: BaseGeometry | None) -> Drawing | None:
    shapes = [(shape, side) for one in pairs for shape, side in ((one.ours, "ours"), (one.theirs, "theirs")) if shape]
    return drawing(shapes, outline) if shapes else None

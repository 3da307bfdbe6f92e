"""A plan as a picture the size of a stamp: where it lies in its municipality, for lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from georegister.maps.ink import Ink, ink
from georegister.maps.palette import Palette
from georegister.maps.paper import Paper, paper
from georegister.maps.shapes import Ring, path, ring_round

WIDTH, HEIGHT = 96, 72
SMALLEST_SEEN, RING = 7.0, 6.0
FINE = 0.35


@dataclass(frozen=True)
class Backdrop:
    """What the thumbnails of a municipality have in common: where things lie in them, and its outline."""

    on: Paper
    outline: str


@dataclass(frozen=True)
class Thumbnail:
    """What the template draws; in place of a plan too small to be seen a ring stands, drawn as the plan is."""

    outline: str
    path: str
    ink: Ink
    ring: Ring | None


def backdrop(outline: BaseGeometry) -> Backdrop:
    """The ground under the thumbnails of a municipality, by its outline in EPSG:4326."""
    west, south, east, north = outline.bounds
    on = paper((west, south, east, north), WIDTH / 4, (HEIGHT / 4, HEIGHT / 4), margin=0.03)
    return Backdrop(on, path(shapely.simplify(on.placed(outline), FINE)))


def thumbnail(plan: Mapping[str, Any], under: Backdrop | None, palette: Palette) -> Thumbnail:
    """A feature in its municipality; one without an extent of its own is the whole of it."""
    said = plan["properties"]
    geometry = shape_of(plan["geometry"]) if plan["geometry"] else None
    is_whole = geometry is None or said["extent_source"] == "municipality"
    if under is None and geometry is not None:
        under = Backdrop(backdrop(geometry.buffer(0.01)).on, "")
    if under is None:
        return Thumbnail("", "", ink(said, palette), None)
    if geometry is None or is_whole:
        return Thumbnail(under.outline, under.outline, ink(said, palette), None)
    placed = shapely.simplify(under.on.placed(geometry), FINE)
    return Thumbnail(under.outline, path(placed), ink(said, palette), ring_round(placed, SMALLEST_SEEN, RING))

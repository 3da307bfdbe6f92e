"""The one tile matrix set, WebMercatorQuad, and which of its tiles a register fills."""

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import morecantile

from georegister.errors import NotFound, QuestionInvalid
from georegister.register.tiles import EXTENT, LEAST_CELLS, MERCATOR_EDGE
from georegister.sentence import N_

WEB_MERCATOR_QUAD = "WebMercatorQuad"
URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
MAX_ZOOM = 18
"""A cell is 4 cm wide there; nearer by, clients draw these tiles larger."""
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Limits:
    """The tiles of one tile matrix that anything lies in (OGC 17-083r4, TileMatrixSetLimits)."""

    zoom: int
    min_row: int
    max_row: int
    min_col: int
    max_col: int

    def holds(self, row: int, col: int) -> bool:
        return self.min_row <= row <= self.max_row and self.min_col <= col <= self.max_col

    def as_json(self) -> dict[str, Any]:
        return {
            "tileMatrix": str(self.zoom),
            "minTileRow": self.min_row,
            "maxTileRow": self.max_row,
            "minTileCol": self.min_col,
            "maxTileCol": self.max_col,
        }


@dataclass(frozen=True)
class TiledExtent:
    """Where the register has anything: west, south, east and north in degrees, and the tiles of each zoom."""

    bounds: Bounds | None
    limits: tuple[Limits, ...]


@cache
def web_mercator_quad() -> morecantile.TileMatrixSet:
    return morecantile.tms.get(WEB_MERCATOR_QUAD)


def matrix_set(name: str) -> morecantile.TileMatrixSet:
    """Raises NotFound."""
    if name != WEB_MERCATOR_QUAD:
        raise NotFound(
            N_("There is no tile matrix set {name!r} here; there is {there}."), name=name[:60], there=WEB_MERCATOR_QUAD
        )
    return web_mercator_quad()


def tiled_extent(bounds: Bounds | None) -> TiledExtent:
    """The tiles that a box touches; those of the whole world where the register is empty."""
    grid = web_mercator_quad()
    west, south, east, north = bounds or grid.bbox
    limits = []
    for zoom in range(MAX_ZOOM + 1):
        last = 2**zoom - 1
        first_tile, last_tile = grid.tile(west, _mapped(north), zoom), grid.tile(east, _mapped(south), zoom)
        rows, cols = ((first_tile.y, last_tile.y), (first_tile.x, last_tile.x))
        (min_row, max_row), (min_col, max_col) = (tuple(min(max(n, 0), last) for n in pair) for pair in (rows, cols))
        limits.append(Limits(zoom, min_row, max_row, min_col, max_col))
    return TiledExtent(bounds, tuple(limits))


def address(zoom: str, row: str, col: str, covered: TiledExtent) -> dict[str, int]:
    """A tile's address as numbers. Raises QuestionInvalid where one is none, NotFound outside the limits."""
    numbers = {}
    for name, text in (("tileMatrix", zoom), ("tileRow", row), ("tileCol", col)):
        if not (text.isascii() and text.lstrip("-").isdigit()):
            raise QuestionInvalid(name, N_("give a whole number"))
        if not NUMBER.fullmatch(text):
            raise _no_tile(zoom, row, col)
        numbers[name] = int(text)
    at = {"zoom": numbers["tileMatrix"], "row": numbers["tileRow"], "col": numbers["tileCol"]}
    if at["zoom"] > MAX_ZOOM or not covered.limits[at["zoom"]].holds(at["row"], at["col"]):
        raise _no_tile(zoom, row, col)
    return at


def least_m2(zoom: int, row: int) -> float:
    """The area of LEAST_CELLS cells on the ground, where the tile's cells are smallest."""
    bounds = web_mercator_quad().bounds(morecantile.Tile(0, row, zoom))
    farthest = min(max(abs(bounds.bottom), abs(bounds.top)), 89.0)
    cell = 2 * MERCATOR_EDGE / 2**zoom / EXTENT * math.cos(math.radians(farthest))
    return float(LEAST_CELLS * cell * cell)


def _mapped(latitude: float) -> float:
    """The nearest latitude that Web Mercator shows."""
    edge = float(web_mercator_quad().bbox.top)
    return min(max(latitude, -edge), edge)


def _no_tile(zoom: str, row: str, col: str) -> NotFound:
    return NotFound(
        N_("There is no tile {zoom}/{row}/{col}; the tileset's metadata has the limits."),
        zoom=zoom[:20],
        row=row[:20],
        col=col[:20],
    )

"""Downloads that are sent as they are read: GeoJSON text sequences and CSV."""

import csv
import io
import json
from collections.abc import Generator, Iterator
from typing import Any

import shapely

from georegister.api.download_tables import Table, geometries, value

RECORD = "\x1e"
BOM = "\ufeff"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
TEXTS_STAY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""How xlsxwriter is told that no text is to be computed, whatever it begins with."""


def geojson_sequence(table: Table) -> Generator[bytes, None, None]:
    """One feature after the other, each begun by a record separator (RFC 8142)."""
    for piece in table.pieces:
        texts = (
            f'{RECORD}{{"type":"Feature","id":{json.dumps(id_)},"geometry":{geometry or "null"},"properties":{said}}}\n'
            for id_, geometry, said in piece
        )
        yield "".join(texts).encode()


def comma_separated(table: Table) -> Generator[bytes, None, None]:
    """RFC 4180, the geometry as WKT in a column that GDAL knows by its name."""
    yield lines([[*table.names, "WKT"]], ",")
    for piece in table.pieces:
        shapes = shapely.to_wkt(geometries(piece), rounding_precision=-1)
        told = zip(_cells(table, piece), shapes, strict=True)
        yield lines([[*cells, shape or ""] for cells, shape in told], ",")


def for_danish_excel(table: Table) -> Generator[bytes, None, None]:
    """Semicolons, decimal commas and a byte order mark; for the geometry a point inside it, as no cell holds more."""
    yield lines([[f"{BOM}{table.names[0]}", *table.names[1:], "longitude", "latitude"]], ";")
    for piece in table.pieces:
        inside = shapely.point_on_surface(geometries(piece))
        told = [
            [*(with_comma(cell) for cell in cells), *_place(point)]
            for cells, point in zip(_cells(table, piece), inside, strict=True)
        ]
        yield lines(told, ";")


def _cells(table: Table, piece: list[tuple[str, str | None, str]]) -> Iterator[list[Any]]:
    for id_, _, text in piece:
        said = json.loads(text)
        yield [id_, *(inert(value(one, said.get(one.name))) for one in table.properties)]


def inert(said: Any) -> Any:
    """A text that a spreadsheet would compute gets an apostrophe before it; truths as JSON has them."""
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, str) and said.startswith(STARTS_A_FORMULA):
        return f"'{said}"
    return said


def with_comma(cell: Any) -> Any:
    """A number as Danes write it."""
    return repr(cell).replace(".", ",") if isinstance(cell, float) else cell


def _place(point: Any) -> list[str]:
    if point is None or point.is_empty:
        return ["", ""]
    return [f"{one:.7f}".replace(".", ",") for one in (point.x, point.y)]


def lines(rows: list[list[Any]], delimiter: str) -> bytes:
    """Rows as CSV (RFC 4180), in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()

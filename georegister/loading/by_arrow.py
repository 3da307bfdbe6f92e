"""Files that GDAL is not asked about: tables of text, and GeoParquet. Runs in the sandboxed child.

Shapes are parsed here, where a parser that falls over what is hostile takes nobody with it.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import shapely

from georegister.errors import ValueRefused
from georegister.loading import encodings
from georegister.loading.formats import WELL_KNOWN_TEXT
from georegister.loading.opening import AS_THE_FILE_SAYS, NOT_SAID, Opened, look_at_shapes
from georegister.sentence import N_

SEPARATORS = ",;\t|"
LONGEST_HEAD = 1_000_000
SHAPE = "geometry\0"
"""Where the shapes of a column of text stand: a name no column of a file has."""

GEOPARQUET_IS = N_("GeoParquet has no other unless it says so")
CSV_CANNOT = N_("a CSV file cannot say")


def layers(file: Path, encoding: encodings.Known) -> Iterator[Opened]:
    """The one layer of a file."""
    yield _csv(file, encoding) if file.suffix == ".csv" else _parquet(file)


def _csv(file: Path, encoding: encodings.Known) -> Opened:
    """Every value as text, by whichever separator the head uses most."""
    name = "utf8" if encoding[0] in ("UTF-8", "ASCII") else encoding[0]
    with file.open(encoding=name, newline="") as text:
        head = text.readline(LONGEST_HEAD).removeprefix("\ufeff")
    separator = max(SEPARATORS, key=head.count)
    names = next(csv.reader([head], delimiter=separator), [])
    if len(set(names)) < max(len(names), 1):
        raise ValueRefused(N_("the first line must name each column once"))
    table = pa.csv.read_csv(
        file,
        read_options=pa.csv.ReadOptions(use_threads=False, encoding=name),
        parse_options=pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    opened = Opened(file.stem, table, crs_note=CSV_CANNOT, encoding=encoding)
    wkt = next((name for name in names if name.strip().casefold() in WELL_KNOWN_TEXT), None)
    if wkt is not None:
        _from_text(opened, wkt)
    return opened


def _from_text(opened: Opened, column: str) -> None:
    """The shapes of a column of well-known text."""
    texts = opened.table.column(column).to_pylist()
    shapes = shapely.from_wkt([text.strip() or None for text in texts], on_invalid="ignore")
    opened.unusable = {
        row: ("text", text[:60])
        for row, (text, shape) in enumerate(zip(texts, shapes, strict=True), 1)
        if text.strip() and shape is None
    }
    opened.wkt, opened.geometry = column, SHAPE
    opened.table = opened.table.append_column(SHAPE, pa.array(list(shapely.to_wkb(shapes)), pa.binary()))
    look_at_shapes(opened)


def _parquet(file: Path) -> Opened:
    """GeoParquet 1.0 and 1.1 with WKB."""
    with pa.parquet.ParquetFile(file) as whole:
        schema = whole.schema_arrow
        said = (schema.metadata or {}).get(b"geo")
        if said is None:
            raise ValueRefused(N_("it has no geometry column (no “geo” metadata, as GeoParquet has)"))
        geo = json.loads(said)
        name = geo["primary_column"]
        column = geo["columns"][name]
        if str(column.get("encoding")).upper() != "WKB":
            raise ValueRefused(
                N_("its geometry is encoded as {encoding!r}; save it as WKB"), encoding=column.get("encoding")
            )
        table = whole.read([one.name for one in schema if one.name == name or _is_plain(one, geo)], use_threads=False)
    crs = column.get("crs", "OGC:CRS84")
    opened = Opened(file.stem, table, name, crs=json.dumps(crs) if isinstance(crs, dict) else crs)
    opened.crs_note = GEOPARQUET_IS if "crs" not in column else AS_THE_FILE_SAYS if crs else NOT_SAID
    given = table.column(name).to_pylist()
    shapes = shapely.from_wkb(given, on_invalid="ignore")
    rows = enumerate(zip(given, shapes, strict=True), 1)
    opened.unusable = {row: ("unreadable", "") for row, (wkb_, shape) in rows if wkb_ is not None and shape is None}
    place = table.column_names.index(name)
    opened.table = table.set_column(place, name, pa.array(list(shapely.to_wkb(shapes)), pa.binary()))
    look_at_shapes(opened)
    return opened


def _is_plain(one: pa.Field, geo: dict[str, Any]) -> bool:
    """No list, no structure, no other geometry: a plan's fields are texts, numbers and days."""
    return one.name not in geo["columns"] and not pa.types.is_nested(one.type)

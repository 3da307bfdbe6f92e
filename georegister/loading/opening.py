"""What a file of rows becomes: its layers as tables of Arrow, looked at before anybody parses a shape.

Runs in the sandboxed child. Errors are of whatever class a library raises; their words are the message.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from georegister.loading import encodings, wkb
from georegister.loading.formats import AS_ITS_FORMAT_SAYS, FORMATS
from georegister.sentence import N_

NOT_SAID = N_("the file does not say")
AS_THE_FILE_SAYS = N_("as the file says")


class NoSuchLayer(Exception):
    """Carries the names of those there are."""

    def __init__(self, names: list[str]) -> None:
        self.names = names


@dataclass
class Opened:
    """One layer of a file. `curved` are the rows whose arcs were made lines, `unusable` why a row's geometry is none.

    Rows count from 1; `wkt` is the column of well-known text that the geometry was made of.
    """

    name: str
    table: pa.Table
    geometry: str = ""
    fid: str = ""
    crs: str | None = None
    crs_note: str = NOT_SAID
    encoding: encodings.Known = ("UTF-8", AS_ITS_FORMAT_SAYS, {})
    wkt: str = ""
    curved: list[int] = field(default_factory=list)
    unusable: dict[int, tuple[str, Any]] = field(default_factory=dict)
    stored: Path | None = None
    """The Arrow file the rows lie in already, where they were read a batch at a time; the table has none of them."""

    def whole(self) -> pa.Table:
        """Every row."""
        if self.stored is None:
            return self.table
        with pa.OSFile(str(self.stored)) as source:
            return pa.ipc.open_file(source).read_all()

    def append(self, other: "Opened") -> None:
        """The rows of another part of the same layer, after these."""
        before = self.whole()
        self.table = pa.concat_tables([before, other.whole()], promote_options="default")
        self.stored = None
        self.note(other, before.num_rows)

    def note(self, other: "Opened", rows: int) -> None:
        """Takes over what was found in a part of the layer that `rows` stand before."""
        self.curved += [rows + row for row in other.curved]
        self.unusable |= {rows + row: why for row, why in other.unusable.items()}


def layers(file: Path, only: str, encoding: encodings.Known, out: Path, tables: bool = False) -> Iterator[Opened]:
    """The layers of a file; of a file with several only one, if asked. `tables` are a GeoPackage's without geometry.

    What is read a batch at a time is written to the folder `out`.
    """
    if FORMATS[file.suffix].driver is None:
        from georegister.loading import by_arrow

        return by_arrow.layers(file, encoding)
    from georegister.loading import by_gdal

    return by_gdal.layers(file, only, encoding, out, tables)


def look_at_shapes(opened: Opened, linear: Callable[[], Iterable[bytes | None]] | None = None) -> None:
    """Curves become lines, by `linear`, and what is too much or no polygon at all becomes a row without a geometry."""
    column = opened.table.column(opened.geometry)
    kinds, points = wkb.kinds(column)
    bent = False
    for index in ((kinds == wkb.COLLECTION) | (kinds >= wkb.CIRCULAR_STRING)).nonzero()[0]:
        row = int(index) + 1
        try:
            inside = wkb.parts(column[int(index)].as_py())
        except ValueError as error:
            opened.unusable[row] = ("unreadable", str(error))
            continue
        refused = wkb.SURFACES if linear else wkb.SURFACES | wkb.CURVES
        if strange := sorted(inside & set(refused)):
            opened.unusable[row] = ("kind", refused[strange[0]])
        elif wkb.CIRCULAR_STRING in inside:
            opened.curved.append(row)
        bent |= not inside.isdisjoint(wkb.CURVES)
    if bent and linear:
        column = pa.chunked_array([pa.array(list(linear()), pa.binary())])
        _, points = wkb.kinds(column)
    for index in (points > wkb.MOST_POINTS).nonzero()[0]:
        opened.unusable[int(index) + 1] = ("points", int(points[index]))
    if opened.unusable:
        rows = enumerate(column.to_pylist(), 1)
        column = pa.chunked_array(
            [pa.array([None if row in opened.unusable else one for row, one in rows], pa.binary())]
        )
    place = opened.table.column_names.index(opened.geometry)
    opened.table = opened.table.set_column(place, opened.geometry, column)


def warm_up(folder: Path, ending: str) -> None:
    """Writes and reads a file of our own: what GDAL, Arrow and Python load late they must load while they still may.

    The virtual environment may lie where only root can read.
    """
    folder.mkdir()
    warm = folder / f"warm{ending}"
    point = pa.table({"text": ["å"], "geometry": [b"\x01\x01" + bytes(19)]})
    if ending == ".csv":
        warm.write_text("navn;wkt\nå;POINT (1 1)\n", encoding="cp1252")
    elif FORMATS[ending].driver is None:
        from pyarrow import parquet

        said = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
        parquet.write_table(point.replace_schema_metadata({"geo": json.dumps(said)}), warm)
    else:
        import pyogrio

        of = {"driver": FORMATS[ending].driver}
        if ending == ".xlsx":
            pyogrio.write_arrow(point.select(["text"]), warm, **of)
        else:
            of |= {"geometry_type": "Point", "geometry_name": "geometry"}
            pyogrio.write_arrow(point, warm, crs="EPSG:25832" if ending in (".shp", ".gml") else "EPSG:4326", **of)
    for _ in layers(warm, "", encodings.of(warm, ""), folder):
        pass

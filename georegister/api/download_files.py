"""Downloads that are a file before they are sent: GeoPackage, Shapefile, FlatGeobuf, GeoParquet and Excel."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyogrio.raw
import pyproj
import shapely
import xlsxwriter

from georegister.api.download_tables import GEOMETRY, Table, geometries, value
from georegister.api.download_texts import TEXTS_STAY_TEXTS
from georegister.domain.geometry import REGISTER_CRS
from georegister.errors import QuestionInvalid
from georegister.register.collections import Property
from georegister.register.downloads import Row
from georegister.sentence import N_

GEOMETRY_TYPE = "MultiPolygon"
DBF_NAME, DBF_BYTES = 10, 254
SHEET_ROWS, CELL_LETTERS = 1_048_576, 32_767
FIRST_YEAR = 1900
"""Excel has no days before."""
ROWS_TO_A_GROUP = 10_000


def geopackage(table: Table, file: Path) -> int:
    """An SQLite file with one layer (OGC 12-128). How many rows it has."""
    return _by_gdal(table, file, "GPKG", geometry_name="geom")


def flatgeobuf(table: Table, file: Path) -> int:
    """With a spatial index, which has no place for a feature without geometry: those are left out."""
    return _by_gdal(replace(table, pieces=_with_geometry(table)), file, "FlatGeobuf")


def shapefile(table: Table, file: Path) -> int:
    """A zip of the shapefile's parts and of a legend: its names have ten letters, its texts 254 bytes."""
    folder = file.with_suffix("")
    folder.mkdir()
    short = short_names(table.names)
    cut = (_fitted(batch).rename_columns([*short, GEOMETRY]) for batch in table.batches(lists=False))
    schema = pa.schema([one.with_name(name) for one, name in zip(table.schema(False), [*short, GEOMETRY], strict=True)])
    shape = folder / f"{table.collection.id}.shp"
    written = _written(cut, schema, shape, "ESRI Shapefile", f"EPSG:{table.srid}", encoding="UTF-8")
    described = {"id": "Id of the feature.", **{one.name: one.description for one in table.properties}}
    legend = [
        f"{short_name:<10}  {name}: {described[name]}" for short_name, name in zip(short, table.names, strict=True)
    ]
    (folder / "legend.txt").write_text("\n".join(legend) + "\n", encoding="utf-8")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
            part.unlink()
    return written


def geoparquet(table: Table, file: Path) -> int:
    """GeoParquet 1.1: lists stay lists, geometries are WKB."""
    schema, box, rows = table.schema(lists=True), None, 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in table.batches(lists=True):
            box = _around(box, batch)
            waiting.append(batch)
            rows += batch.num_rows
            if sum(one.num_rows for one in waiting) >= ROWS_TO_A_GROUP:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, schema))
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [GEOMETRY_TYPE]}
        if box:
            column["bbox"] = box
        if table.srid != REGISTER_CRS:
            # Without it the coordinates are in CRS84.
            column["crs"] = pyproj.CRS.from_epsg(table.srid).to_json_dict()
        geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
        writer.add_key_value_metadata({"geo": json.dumps(geo)})
    return rows


def workbook(table: Table, file: Path) -> int:
    """One sheet; for the geometry a point inside it. Texts stay texts, whatever they begin with.

    Raises QuestionInvalid where a sheet has not enough rows.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **TEXTS_STAY_TEXTS})
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    sheet = book.add_worksheet(table.collection.id[:31])
    sheet.freeze_panes(1, 1)
    for place, name in enumerate([*table.names, "longitude", "latitude"]):
        sheet.write_string(0, place, name, bold)
    row = 0
    for piece in table.pieces:
        inside = shapely.point_on_surface(geometries(piece))
        for (id_, _, text), point in zip(piece, inside, strict=True):
            row += 1
            if row >= SHEET_ROWS:
                raise QuestionInvalid("f", N_("a sheet has {rows} rows; ask for less"), rows=SHEET_ROWS)
            said = json.loads(text)
            sheet.write_string(row, 0, id_)
            for place, one in enumerate(table.properties, 1):
                _write_cell(sheet, row, place, one, said.get(one.name), day)
            if point is not None and not point.is_empty:
                sheet.write_number(row, len(table.names), round(point.x, 7))
                sheet.write_number(row, len(table.names) + 1, round(point.y, 7))
    book.close()
    return row


def short_names(names: list[str]) -> list[str]:
    """Names of at most ten letters, each another."""
    short: list[str] = []
    for name in names:
        tried, number = name[:DBF_NAME], 1
        while tried in short:
            number += 1
            tried = f"{name[: DBF_NAME - len(str(number)) - 1]}_{number}"
        short.append(tried)
    return short


def _write_cell(sheet: Any, row: int, place: int, one: Property, said: Any, day: Any) -> None:
    cell = value(one, said)
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, place, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, place, cell[:CELL_LETTERS])
    elif cell.year >= FIRST_YEAR:
        sheet.write_datetime(row, place, cell, day)
    else:
        sheet.write_string(row, place, cell.isoformat())


def _by_gdal(table: Table, file: Path, driver: str, geometry_name: str | None = None) -> int:
    batches, schema = table.batches(lists=False), table.schema(lists=False)
    options = {"GEOMETRY_NAME": geometry_name} if geometry_name else {}
    return _written(
        batches, schema, file, driver, f"EPSG:{table.srid}", layer=table.collection.id, layer_options=options
    )


def _written(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, file: Path, driver: str, crs: str, **more: Any
) -> int:
    """GDAL takes the batches one by one. How many rows there were."""
    rows = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        for batch in batches:
            rows += batch.num_rows
            yield batch

    reader = pa.RecordBatchReader.from_batches(schema, counted())
    pyogrio.raw.write_arrow(
        reader, file, driver=driver, crs=crs, geometry_type=GEOMETRY_TYPE, geometry_name=GEOMETRY, **more
    )
    return rows


def _with_geometry(table: Table) -> Iterator[list[Row]]:
    for piece in table.pieces:
        if there := [row for row in piece if row[1] is not None]:
            yield there


def _fitted(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Texts cut so that a column of a dBASE file holds them, between letters."""
    columns = []
    for column in batch.columns:
        if pa.types.is_string(column.type):
            column = pa.array(map(_cut, column.to_pylist()), pa.string())
        columns.append(column)
    return pa.record_batch(columns, names=batch.schema.names)


def _cut(text: str | None) -> str | None:
    return None if text is None else text.encode()[:DBF_BYTES].decode(errors="ignore")


def _around(box: list[float] | None, batch: pa.RecordBatch) -> list[float] | None:
    there = pc.drop_null(batch.column(GEOMETRY)).to_numpy(zero_copy_only=False)
    if not len(there):
        return box
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(there)).tolist()
    if box is None:
        return [west, south, east, north]
    return [min(box[0], west), min(box[1], south), max(box[2], east), max(box[3], north)]

"""Rows as files say them: which columns there are, of which type, and each value as it stands in a table."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import shapely

from georegister.domain.geometry import REGISTER_CRS
from georegister.register.collections import Collection, Property
from georegister.register.downloads import Row

BETWEEN = "|"
"""Stands between the parts of a list where a column can only hold a text."""
GEOMETRY = "geometry"


@dataclass(frozen=True)
class Table:
    """What a file is made of: the properties that are wanted, and the rows in pieces."""

    collection: Collection
    properties: Sequence[Property]
    pieces: Iterable[list[Row]]
    srid: int = REGISTER_CRS
    """The reference system of the geometries, easting or longitude first."""

    @property
    def names(self) -> list[str]:
        return ["id", *(one.name for one in self.properties)]

    def schema(self, lists: bool) -> pa.Schema:
        """The columns with the geometry last; `lists` where the format can hold lists, else they are texts."""
        columns = [(one.name, _type(one, lists)) for one in self.properties]
        return pa.schema([("id", pa.string()), *columns, (GEOMETRY, pa.binary())])

    def batches(self, lists: bool) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow has them, geometries as WKB."""
        schema = self.schema(lists)
        for piece in self.pieces:
            told = [json.loads(said) for _, _, said in piece]
            columns: list[Any] = [pa.array([id_ for id_, _, _ in piece], pa.string())]
            for one, field in zip(self.properties, list(schema)[1:-1], strict=True):
                values = [value(one, said.get(one.name), lists) for said in told]
                columns.append(pa.array(values, field.type))
            columns.append(pa.array(shapely.to_wkb(geometries(piece)), pa.binary()))
            yield pa.record_batch(columns, schema=schema)


def geometries(piece: Sequence[Row]) -> Any:
    """The geometries of some rows as an array of MultiPolygons, None where there is none."""
    found = shapely.from_geojson([geometry for _, geometry, _ in piece])
    # Where it is simplified, PostGIS makes one Polygon of what has one part.
    alone = shapely.get_type_id(found) == shapely.GeometryType.POLYGON
    found[alone] = [shapely.MultiPolygon([one]) for one in found[alone]]
    return found


def value(one: Property, said: Any, lists: bool = False) -> Any:
    """A property's value as a column holds it."""
    if said is None:
        return None
    kind = one.schema["type"]
    if kind == "object" or (kind == "array" and one.schema["items"]["type"] == "object"):
        return json.dumps(said, ensure_ascii=False)
    if kind == "array":
        return said if lists else BETWEEN.join(map(str, said))
    if one.schema.get("format") == "date":
        return date.fromisoformat(said)
    return said


def _type(one: Property, lists: bool) -> Any:
    kind = one.schema["type"]
    if kind == "array" and lists and one.schema["items"]["type"] != "object":
        return pa.list_(pa.int64() if one.schema["items"]["type"] == "integer" else pa.string())
    if one.schema.get("format") == "date":
        return pa.date32()
    return {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}.get(kind, pa.string())

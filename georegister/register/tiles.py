"""Vector tiles of collections, written by PostGIS (Mapbox Vector Tile 2.1), and what they hang on."""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from georegister.register.collections import Collection, Property
from georegister.register.database import Prepared, prepared
from georegister.register.features import Shape, Source, SourceOf, conditions
from georegister.register.questions import HearingSearch, MunicipalitySearch, PlanSearch, Search
from georegister.register.tables import municipality_outline, plan_version

EXTENT, BUFFER = 4096, 64
"""Cells along a tile's edge, and how many of its neighbours' it also shows, so that no outline ends at an edge."""
LEAST_CELLS = 16
"""A plan with less area than this many cells, a quarter of a pixel, is left out."""
MAX_BYTES = 500_000
"""What the features of one layer may weigh together; the largest are kept."""
POINT_BYTES, FEATURE_BYTES = 4, 60
MAX_LETTERS = 100
"""A text is cut here: the register has the whole."""
MERCATOR_EDGE = 20037508.342789244
_IN_TILES: dict[type[Search], tuple[str, ...]] = {
    PlanSearch: (
        *("municipality", "kind", "number", "title", "status", "certainty", "applies", "in_hearing", "theme_slot"),
        *("geometry_source", "extent_source", "topics"),
    ),
    HearingSearch: ("municipality", "plan", "strategy", "number", "title", "kind", "opens", "closes", "is_open"),
    MunicipalitySearch: ("name", "jurisdiction"),
}


def properties(collection: Collection) -> tuple[Property, ...]:
    """The properties that a collection's features have in tiles, beside `id`: few, so that tiles stay small."""
    return tuple(one for one in collection.properties if one.name in _IN_TILES[collection.search])


@lru_cache(maxsize=512)
def tile(collection: Collection, source_of: SourceOf, shape: Shape) -> Prepared:
    """One layer of a tile, named as its collection, as bytes; no bytes where nothing is there.

    Bound by `zoom`, `row`, `col` and `least_m2`. The largest features come first, as far as MAX_BYTES reaches.
    """
    in_past = "known_at" in shape
    source = source_of(collection, in_past)
    numbers = [bindparam(name, type_=Integer) for name in ("zoom", "col", "row")]
    box = func.ST_TileEnvelope(*numbers)
    world = func.ST_MakeEnvelope(*(sign * MERCATOR_EDGE for sign in (-1, -1, 1, 1)), 3857)
    wider = func.ST_TileEnvelope(*numbers, world, BUFFER / EXTENT)
    in_degrees = func.ST_Transform(wider, 4326)
    found, mercator = conditions(source, shape), source.mercator
    if mercator is None:
        # Cut first: nothing beyond the box need be projected, and a pole cannot be.
        mercator = func.ST_Transform(func.ST_ClipByBox2D(source.geom, in_degrees), 3857)
        found.append(source.geom.op("&&")(in_degrees))
    else:
        found.append(mercator.op("&&")(wider))
        if in_past:
            # The index of the history is of degrees.
            found.append(source.geom.op("&&")(in_degrees))
    area = func.ST_Area(mercator)
    if source.version is not None and source.mercator is not None:
        area = source.version.c.area_m2
        found.append(area >= bindparam("least_m2", type_=Float))
    told = {"id": source.id, **{one.name: _told(one, source) for one in properties(collection)}}
    drawn = (
        select(
            func.ST_AsMVTGeom(mercator, box, EXTENT, BUFFER, True).label("geom"),
            area.label("area"),
            *(column.label(name) for name, column in told.items()),
        )
        .select_from(source.rows)
        .where(*found)
        .cte("drawn")
        # Else the shape would be made once to be looked at and once to be told.
        .prefix_with("MATERIALIZED")
    )
    texts = [name for name, column in told.items() if isinstance(column.type, Text)]
    weight = func.ST_NPoints(drawn.c.geom) * POINT_BYTES + FEATURE_BYTES
    for name in texts:
        weight = weight + func.coalesce(func.octet_length(drawn.c[name]), 0)
    order = (drawn.c.area.desc(), drawn.c.id)
    weighed = (
        select(drawn, func.sum(weight).over(order_by=order, rows=(None, 0)).label("so_far"))
        .where(drawn.c.geom.is_not(None))
        .subquery("weighed")
    )
    kept = (
        select(weighed.c.geom, *(weighed.c[name] for name in told))
        .where(weighed.c.so_far <= MAX_BYTES)
        .order_by(weighed.c.area.desc(), weighed.c.id)
        .subquery("kept")
    )
    layer = bindparam("layer", collection.id, type_=Text)
    return prepared(select(func.ST_AsMVT(literal_column("kept.*"), layer, EXTENT, "geom")).select_from(kept))


def _told(one: Property, source: Source) -> ColumnElement[Any]:
    """A property as a tile can say it: a text that is not too long, a number or a truth; days and lists as texts."""
    column = source.columns[one.name]
    if one.schema["type"] == "boolean":
        return cast(column, Boolean)
    if one.schema["type"] == "array":
        return func.left(func.nullif(func.array_to_string(column, ","), ""), MAX_LETTERS, type_=Text)
    if one.schema["type"] == "integer":
        return cast(column, Integer)
    return func.left(cast(column, Text), MAX_LETTERS, type_=Text)


@cache
def extent() -> Prepared:
    """West, south, east and north of all that was ever in the register; one row, of nulls where nothing was."""
    ever = union_all(select(plan_version.c.geom.label("geom")), select(municipality_outline.c.geom.label("geom")))
    box = func.ST_Extent(ever.subquery().c.geom)
    return prepared(select(*(edge(box) for edge in (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax))))

"""Features in an area that somebody drew, each with how much of it lies there.

A collection that is asked so has three properties more, which a filter can name and features can be sorted by.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from geoalchemy2 import Geography, Geometry
from sqlalchemy import (
    ColumnElement,
    Float,
    LargeBinary,
    Numeric,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)

from georegister.domain.geometry import REGISTER_CRS
from georegister.register import plans
from georegister.register.collections import COLLECTIONS, NUMBER, Collection, Property
from georegister.register.database import Prepared, prepared
from georegister.register.features import Source, SourceOf, concatenated
from georegister.register.place_questions import AreaSearch, HearingAreaSearch, MunicipalityAreaSearch, PlanAreaSearch
from georegister.register.questions import HearingSearch, MunicipalitySearch, PlanSearch, Search

OVERLAP = "overlap_m2"
PROPERTIES = (
    Property(OVERLAP, NUMBER, "Geodesic square metres of it that lie in the area asked for."),
    Property("overlap_percent", NUMBER, "How much of it lies in the area asked for, in per cent."),
    Property("area_percent", NUMBER, "How much of the area asked for it covers, in per cent."),
)
SEARCHES: dict[type[Search], type[AreaSearch]] = {
    PlanSearch: PlanAreaSearch,
    HearingSearch: HearingAreaSearch,
    MunicipalitySearch: MunicipalityAreaSearch,
}


@cache
def with_area(collection: Collection) -> Collection:
    """The collection as it is asked with an area."""
    return replace(collection, properties=(*collection.properties, *PROPERTIES), search=SEARCHES[collection.search])


def in_area(source_of: SourceOf) -> SourceOf:
    """The rows of a source that lie in the area bound to `area`, with their overlap.

    The overlap is made once a row, after all that is asked of the row itself: OFFSET keeps it a step of its own.
    """

    @cache
    def source(collection: Collection, in_past: bool) -> Source:
        whole = source_of(collection, in_past)
        asked = select(func.ST_GeomFromWKB(bindparam("area", type_=LargeBinary), REGISTER_CRS)).scalar_subquery()
        geom = whole.geom
        inside = func.ST_Covers(asked, geom)
        own = func.coalesce(whole.version.c.area_m2, _m2(geom)) if whole.version is not None else _m2(geom)
        once = select(literal(1).label("row")).subquery("once")
        overlap = (
            select(own.label("own"), case((inside, own), else_=_m2(func.ST_Intersection(geom, asked))).label("m2"))
            .select_from(once)
            .correlate_except(once)
            .offset(0)
            .lateral("overlap")
        )
        percent = overlap.c.m2 / overlap.c.own * 100
        of_area = overlap.c.m2 / bindparam("area_m2", type_=Float) * 100
        numbers: dict[str, ColumnElement[Any]] = {
            OVERLAP: _rounded(overlap.c.m2, 1),
            "overlap_percent": _rounded(percent, 2),
            "area_percent": _rounded(of_area, 4),
        }
        told = [part for name, number in numbers.items() for part in (f',"{name}":', cast(number, Text))]
        return replace(
            whole,
            rows=whole.rows.join(overlap, true()),
            always=(*whole.always, func.ST_Intersects(geom, asked)),
            properties_json=concatenated(func.left(whole.properties_json, -1), *told, "}"),
            columns={**whole.columns, **numbers},
            by_parameter={
                **whole.by_parameter,
                "within": lambda: inside,
                "minimum_share": lambda: percent >= bindparam("minimum_share", type_=Float),
            },
        )

    return source


@cache
def at_area(name: str, in_past: bool, near: bool) -> Prepared:
    """The plans of a collection that touch the area bound to `area`; where `near`, also those within some metres of it.

    Beside each feature `overlap_m2` and its own `m2`, the distance in metres, and the azimuth from the point bound to
    `lon` and `lat`, a point in the area, to the nearest edge.
    """
    rows = plans.source(COLLECTIONS[name], in_past)
    asked = select(func.ST_GeomFromWKB(bindparam("area", type_=LargeBinary), REGISTER_CRS)).scalar_subquery()
    overlap = _m2(func.ST_Intersection(rows.geom, asked))
    columns = [rows.id.label("id"), rows.feature.label("feature"), _m2(rows.geom).label("m2")]
    if not near:
        here = [*columns, overlap.label("overlap_m2"), literal(0.0).label("distance_m"), null().label("azimuth")]
        found = select(*here).select_from(rows.rows).where(*rows.always, func.ST_Intersects(rows.geom, asked))
        return prepared(found.order_by(rows.id))
    lon, lat = bindparam("lon", type_=Float), bindparam("lat", type_=Float)
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), REGISTER_CRS)
    within = bindparam("within", type_=Float)
    around = func.ST_Envelope(cast(func.ST_Buffer(cast(asked, Geography), within), Geometry))
    distance = func.ST_Distance(cast(rows.geom, Geography), cast(asked, Geography))
    close = (
        select(
            *columns,
            overlap.label("overlap_m2"),
            distance.label("distance_m"),
            plans.azimuth(point, lat, rows.geom).label("azimuth"),
        )
        .select_from(rows.rows)
        .where(*rows.always, rows.geom.op("&&")(around))
        .subquery()
    )
    return prepared(select(close).where(close.c.distance_m <= within).order_by(close.c.distance_m, close.c.id))


def _m2(geom: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.ST_Area(cast(geom, Geography))


def _rounded(number: ColumnElement[Any], decimals: int) -> ColumnElement[Any]:
    return cast(func.round(cast(number, Numeric), decimals), Float)

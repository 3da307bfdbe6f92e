"""A collection and a question to features, as text that PostGIS has written.

Each word-module describes its rows as a Source; here they are filtered and written. The geometry is never decoded in
Python: rows come as the text of a Feature.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    TIMESTAMP,
    Boolean,
    ColumnElement,
    Date,
    Float,
    FromClause,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.sql import elements

from georegister.domain.geometry import DECIMALS, REGISTER_CRS
from georegister.register.collections import Collection
from georegister.register.cql2.filter import FilterCondition
from georegister.register.database import Prepared, prepared
from georegister.register.questions import Moment
from georegister.register.tables import municipality

BOTH_PARTS = (0, 1)
Condition = ColumnElement[bool]
Shape = frozenset[str | FilterCondition]
"""Which parameters a question has, and the condition of its filter: one shape is one SQL statement."""


@dataclass(frozen=True)
class Source:
    """The rows of a collection: what they are joined from, and what a page needs of each."""

    rows: FromClause
    id: ColumnElement[Any]
    municipality: ColumnElement[Any]
    geom: ColumnElement[Any]
    """EPSG:4326, NULL where there is none."""
    geometry_json: ColumnElement[str]
    """The same as GeoJSON, or NULL."""
    properties_json: ColumnElement[str]
    """The properties as a JSON object."""
    always: tuple[Condition, ...]
    by_parameter: dict[str, Callable[[], Condition]]
    columns: Mapping[str, ColumnElement[Any]]
    """What each property that can be asked by is in SQL: of the type its schema says, equal to what is served."""
    order_by_id_alone: bool = False
    mercator: ColumnElement[Any] | None = None
    """The geometry in Web Mercator (EPSG:3857), where it is stored."""
    version: Any = None
    """The alias of the table of versions, for further conditions; of collections of plans only."""
    rank: ColumnElement[Any] | None = None
    """How well it fits the words that are asked for, a whole number, where it can be asked for by words."""
    titles: ColumnElement[Any] | None = None
    """What it is called, by language."""

    @property
    def feature(self) -> ColumnElement[str]:
        """The whole Feature, in CRS84."""
        return written(self, frozenset())


SourceOf = Callable[[Collection, bool], Source]


def day() -> ColumnElement[Any]:
    """The legal day asked for, else the municipality's own today."""
    today = cast(func.timezone(municipality.c.time_zone, bindparam("now", type_=TIMESTAMP(timezone=True))), Date)
    return func.coalesce(bindparam("day", type_=Date), today)


def known(recorded: ColumnElement[Any], in_past: bool) -> Condition:
    """The rows the register holds now, or held at the moment asked for."""
    if not in_past:
        return func.upper_inf(recorded)
    return recorded.op("@>")(bindparam("known_at", type_=TIMESTAMP(timezone=True)))


def holds_on(days: ColumnElement[Any], on: ColumnElement[Any]) -> Condition:
    """The range of days holds the day.

    Written so that no index of the range fits: the day comes from the municipality's time zone, which PostgreSQL
    cannot estimate, and it would walk that index for nearly every row.
    """
    return func.coalesce(days.op("@>")(on), True)


def any_of(column: ColumnElement[Any], name: str, type_: Any) -> Condition:
    """The column is one of the values bound to the name."""
    return column == any_(bindparam(name, type_=type_))


def overlaps(column: ColumnElement[Any], name: str, type_: Any) -> Condition:
    """The array has any of the values bound to the name."""
    return column.op("&&")(bindparam(name, type_=type_))


def in_first_language(texts: ColumnElement[Any], languages: ColumnElement[Any]) -> ColumnElement[str]:
    """The text in the municipality's first language, else in its second, else in any there is."""
    own = [texts.op("->>", return_type=Text())(languages[place]) for place in (1, 2)]
    any_there_is = func.jsonb_path_query_first(texts, literal_column("'$.*'"))
    return func.coalesce(*own, any_there_is.op("#>>", return_type=Text())(literal_column("'{}'")), type_=Text)


def concatenated(*parts: ColumnElement[Any] | str) -> ColumnElement[str]:
    """Text pieces joined by `||`; plain strings are ours and stand in the SQL as they are."""
    columns = [_quoted(part) if isinstance(part, str) else part for part in parts]
    joined = columns[0]
    for column in columns[1:]:
        joined = joined.op("||", return_type=Text())(column)
    return joined


def _quoted(text: str) -> elements.ColumnClause[Any]:
    return literal_column("'" + text.replace("'", "''").replace("%", "%%") + "'")


def inside(geom: ColumnElement[Any]) -> Condition:
    """The geometry touches the box asked for, either part of it where it crosses the antimeridian.

    ST_Envelope makes a box without width or height the point or line it is; as a polygon GEOS misses it.
    """
    corners = ("west", "south", "east", "north")
    boxes = [
        func.ST_Envelope(func.ST_MakeEnvelope(*(bindparam(f"{corner}_{part}") for corner in corners), 4326))
        for part in BOTH_PARTS
    ]
    return or_(*(func.ST_Intersects(geom, box) for box in boxes))


def inside_projected(geom: ColumnElement[Any]) -> Condition:
    """The geometry touches a box in a projected reference system.

    Tested in that system, where the box's edges are straight; the box round it in degrees is what the index is asked.
    """
    corners = ("west", "south", "east", "north")
    around, own = ([bindparam(f"{corner}_{part}", type_=Float) for corner in corners] for part in BOTH_PARTS)
    srid = bindparam("box_srid", type_=Integer)
    box = func.ST_Envelope(func.ST_MakeEnvelope(*own, srid))
    near = geom.op("&&")(func.ST_MakeEnvelope(*around, REGISTER_CRS))
    return and_(near, func.ST_Intersects(func.ST_Transform(geom, srid), box))


def conditions(source: Source, shape: Iterable[str | FilterCondition]) -> list[Condition]:
    """One line for each parameter that is given."""
    given = set(shape)
    found = list(source.always)
    if "bbox" in given:
        found.append(inside_projected(source.geom) if "bbox_crs" in given else inside(source.geom))
    if "municipality" in given:
        found.append(any_of(source.municipality, "municipality", ARRAY(Text)))
    for name, condition in source.by_parameter.items():
        if name in given:
            found.append(condition())
    columns = {**source.columns, "id": source.id, "geometry": source.geom}
    return found + [part.sql(columns) for part in given if isinstance(part, FilterCondition)]


def written(source: Source, shape: Iterable[str | FilterCondition]) -> ColumnElement[str]:
    """The text of each Feature, in the form that is asked for: what of its properties, and how much of its geometry."""
    given = set(shape)
    return concatenated(
        '{"type":"Feature","id":"',
        source.id,
        '","geometry":',
        func.coalesce(geometry_text(source, given), "null"),
        ',"properties":',
        properties_text(source, given),
        "}",
    )


def geometry_text(source: Source, given: set[str | FilterCondition]) -> ColumnElement[Any]:
    """The geometry as GeoJSON, as much of it as is asked for; NULL where there is none or none is wanted."""
    if "skip_geometry" in given:
        return null()
    if not given & {"precision", "simplify", "crs"}:
        return source.geometry_json
    geom = source.geom
    if "simplify" in given:
        geom = func.ST_SimplifyPreserveTopology(geom, bindparam("simplify", type_=Float))
    decimals: Any = DECIMALS
    if "crs" in given:
        geom = func.ST_Transform(geom, bindparam("srid", type_=Integer))
        geom = case((bindparam("flipped", type_=Boolean), func.ST_FlipCoordinates(geom)), else_=geom)
        decimals = bindparam("decimals", type_=Integer)
    if "precision" in given:
        decimals = bindparam("precision", type_=Integer)
    return func.ST_AsGeoJSON(geom, decimals, 0)


def properties_text(source: Source, given: set[str | FilterCondition]) -> ColumnElement[str]:
    """The properties as a JSON object, those that are asked for."""
    return _some_properties(source) if "properties" in given else source.properties_json


def _some_properties(source: Source) -> ColumnElement[str]:
    """The properties that are asked for by name, in the order they always have."""
    each = func.json_each(cast(source.properties_json, JSON)).table_valued("key", "value")
    chosen = each.c.key == any_(bindparam("properties", type_=ARRAY(Text)))
    some = select(func.json_object_agg(each.c.key, each.c.value)).where(chosen).scalar_subquery()
    return func.coalesce(cast(some, Text), "{}")


@lru_cache(maxsize=64)
def item(collection: Collection, source_of: SourceOf, shape: frozenset[str]) -> Prepared:
    """One feature by its id, and the version of its municipality's register."""
    source = source_of(collection, "known_at" in shape)
    found = conditions(source, ())
    if not source.order_by_id_alone:
        found.append(source.municipality == bindparam("of"))
    return prepared(
        select(source.id, written(source, shape).label("feature"))
        .select_from(source.rows)
        .where(*found, source.id == bindparam("id"))
    )


def bound(question: Moment, values: dict[str, Any]) -> dict[str, Any]:
    """The question's values with those that the service adds: now, and the day where the clock is stopped."""
    asked = question.values()
    return {**values, **asked, "day": asked["day"] or values["day"]}

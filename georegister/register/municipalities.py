"""Municipalities."""

from functools import cache
from typing import Any

import psycopg
import shapely
from geoalchemy2 import functions as spatial
from psycopg.types.json import Jsonb
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Float, LargeBinary, Text, and_, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from georegister.domain.municipality import Municipality
from georegister.errors import NotFound, WriteRefused
from georegister.register.collections import Collection
from georegister.register.database import Prepared, Row, Session, prepared
from georegister.register.features import Source, day, in_first_language, known
from georegister.register.tables import act, municipality, municipality_outline, plan_version
from georegister.sentence import N_

EDGES = ("west", "south", "east", "north")


def get(session: Session, code: str) -> Municipality:
    """Raises NotFound."""
    row = session.row(one(), code=code)
    if row is None:
        raise NotFound(
            N_(
                "There is no municipality {code} in the register; "
                "bring it in with `georegister municipality load FILE`."
            ),
            code=code,
        )
    return from_row(row)


def save(session: Session, wanted: Municipality) -> bool:
    """Brings a municipality in, or changes what is said of it; whether anything was new.

    The outline is a fact of its own.
    Raises WriteRefused where another municipality has the slug.
    """
    values = {
        "jurisdiction": wanted.jurisdiction,
        "slug": wanted.slug,
        "names": dict(wanted.names),
        "languages": list(wanted.languages),
        "time_zone": wanted.time_zone,
        "crs": list(wanted.crs),
        "contact": wanted.contact,
    }
    old = session.row(one(), code=wanted.code)
    if old is not None and all(old[name] == value for name, value in values.items()):
        return False
    if old is not None and old["jurisdiction"] != wanted.jurisdiction:
        raise WriteRefused(
            N_("Municipality {code} is in {jurisdiction}; that is never changed."),
            code=wanted.code,
            jurisdiction=old["jurisdiction"],
        )
    try:
        session.sql(
            "INSERT INTO municipality (code, jurisdiction, slug, names, languages, time_zone, crs, contact) VALUES "
            "(%(code)s, %(jurisdiction)s, %(slug)s, %(names)s, %(languages)s, %(time_zone)s, %(crs)s, %(contact)s) "
            "ON CONFLICT (code) DO UPDATE SET slug = excluded.slug, names = excluded.names, "
            "  languages = excluded.languages, time_zone = excluded.time_zone, crs = excluded.crs, "
            "  contact = excluded.contact",
            **{**values, "names": Jsonb(values["names"])},
            code=wanted.code,
        )
    except psycopg.errors.IntegrityError as error:
        raise WriteRefused(
            N_("Municipality {code}: {reason}."), code=wanted.code, reason=error.diag.message_primary
        ) from error
    return True


def from_row(row: Row) -> Municipality:
    return Municipality(
        row["code"],
        row["jurisdiction"],
        row["slug"],
        row["names"],
        tuple(row["languages"]),
        row["time_zone"],
        tuple(row["crs"]),
        outline_of(row),
        row["contact"],
    )


def outline_of(row: Row) -> BaseGeometry | None:
    """The outline in a row, in EPSG:4326, where it has one."""
    outline: BaseGeometry | None = shapely.from_wkb(row["outline"]) if row.get("outline") else None
    return outline


def source(collection: Collection, in_past: bool) -> Source:
    """The municipalities with their outlines."""
    outline = municipality_outline.alias("o")
    rows = municipality.outerjoin(
        outline, and_(outline.c.municipality == municipality.c.code, known(outline.c.recorded, in_past))
    )
    columns: dict[str, ColumnElement[Any]] = {
        "name": in_first_language(municipality.c.names, municipality.c.languages),
        **{name: municipality.c[name] for name in ("jurisdiction", "languages", "time_zone", "contact", "version")},
        "geometry_source": outline.c.geometry_source,
    }
    properties = func.json_build_object(*(part for one in columns.items() for part in one))
    return Source(
        rows=rows,
        id=municipality.c.code,
        municipality=municipality.c.code,
        geom=outline.c.geom,
        geometry_json=func.ST_AsGeoJSON(outline.c.geom, 7),
        properties_json=cast(properties, Text),
        always=(),
        by_parameter={},
        columns=columns,
        order_by_id_alone=True,
    )


@cache
def everything() -> Prepared:
    """All municipalities without their outlines, for the pages."""
    return prepared(select(municipality).order_by(municipality.c.code))


@cache
def with_plan_counts() -> Prepared:
    """All municipalities with the number of plans each has in the register."""
    plans = func.count(plan_version.c.plan.distinct()).label("plans")
    of_it = and_(plan_version.c.municipality == municipality.c.code, func.upper_inf(plan_version.c.recorded))
    counted = select(municipality, plans).outerjoin(plan_version, of_it)
    return prepared(counted.group_by(municipality.c.code).order_by(municipality.c.code))


@cache
def state(of_one: bool = False, and_when: bool = False) -> Prepared:
    """A text that is another as soon as anything is that is shown of a municipality, or of all of them.

    What is told of each, its legal day, and its last act by its hash: a restored backup may count from an older one.
    `and_when`: and when the last act was.
    """
    last = (
        select(func.encode(act.c.hash, "hex"))
        .where(act.c.municipality == municipality.c.code)
        .order_by(act.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    said = func.concat_ws(" ", *(cast(column, Text) for column in municipality.c), day(), last)
    listed = func.string_agg(said, aggregate_order_by(literal_column("';'"), municipality.c.code))
    statement = select(func.md5(func.coalesce(listed, "")))
    if and_when:
        newest = select(func.max(act.c.at)).where(act.c.municipality == municipality.c.code).scalar_subquery()
        statement = statement.add_columns(func.max(newest))
    return prepared(statement.where(municipality.c.code == bindparam("of")) if of_one else statement)


@cache
def stands() -> Prepared:
    """Which state the register of each municipality is in: the number of its version, and when its last act was."""
    last = select(func.max(act.c.at)).where(act.c.municipality == municipality.c.code).scalar_subquery()
    statement = select(municipality.c.code, municipality.c.version, municipality.c.time_zone, last.label("at"))
    return prepared(statement.order_by(municipality.c.code))


@cache
def extent() -> Prepared:
    """West, south, east and north of all outlines together."""
    edges = _edges(func.ST_Extent(municipality_outline.c.geom))
    return prepared(select(*edges).where(func.upper_inf(municipality_outline.c.recorded)))


@cache
def covering(in_past: bool = False) -> Prepared:
    """The municipalities whose outline covers a point, or covered it by an earlier knowledge."""
    point = func.ST_SetSRID(func.ST_MakePoint(bindparam("lon", type_=Float), bindparam("lat", type_=Float)), 4326)
    statement = select(municipality).join(municipality_outline, _its_outline(in_past))
    return prepared(
        statement.where(func.ST_Intersects(municipality_outline.c.geom, point)).order_by(municipality.c.code)
    )


@cache
def bounds() -> Prepared:
    """The slug of one municipality, and west, south, east and north of its outline; no row where it has none."""
    statement = select(municipality.c.slug, *_edges(municipality_outline.c.geom))
    statement = statement.join(municipality_outline, _its_outline())
    return prepared(statement.where(municipality.c.code == bindparam("code")))


def _its_outline(in_past: bool = False) -> ColumnElement[bool]:
    """How a municipality is joined with the outline it has, or had by an earlier knowledge."""
    return and_(
        municipality_outline.c.municipality == municipality.c.code, known(municipality_outline.c.recorded, in_past)
    )


def _edges(box: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    edges = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    return [edge.label(name) for edge, name in zip(edges, EDGES, strict=True)]


@cache
def one(in_past: bool = False) -> Prepared:
    """A municipality with its outline, or that of an earlier knowledge."""
    outline = cast(spatial.ST_AsBinary(municipality_outline.c.geom), LargeBinary).label("outline")
    statement = select(municipality, outline).outerjoin(municipality_outline, _its_outline(in_past))
    return prepared(statement.where(municipality.c.code == bindparam("code")))

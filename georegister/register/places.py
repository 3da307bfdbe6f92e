"""Named places, addresses and parcels."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import array

from georegister.register.database import Prepared, Session, prepared
from georegister.register.features import any_of, known
from georegister.register.tables import municipality, place

MOST = 20
NOT_NAMES = ("address", "parcel")
"""Kinds of places that are looked up and never written on a map: there are tens of thousands of them."""


def names(session: Session, of: str) -> frozenset[str]:
    """Every word of every named place's name, in all languages."""
    rows = session.rows(_names(), of=of)
    return frozenset(word for row in rows for name in row["names"].values() for word in name.replace(",", " ").split())


@cache
def of_municipalities(in_past: bool) -> Prepared:
    """Named places as points, of the municipalities asked for or of all."""
    wanted = bindparam("municipality", type_=ARRAY(Text))
    statement = select(
        place.c.id,
        place.c.names,
        place.c.kind,
        place.c.accuracy_m,
        func.ST_AsGeoJSON(func.ST_PointOnSurface(place.c.geom), 6).label("geometry"),
    )
    return prepared(
        statement.where(
            known(place.c.recorded, in_past),
            *_named(),
            (func.cardinality(wanted) == 0) | (place.c.municipality == func.any(wanted)),
        ).order_by(place.c.municipality, place.c.kind, place.c.id)
    )


@cache
def _names() -> Prepared:
    return prepared(
        select(place.c.names).where(
            place.c.municipality == bindparam("of"), func.upper_inf(place.c.recorded), *_named()
        )
    )


def _named() -> list[ColumnElement[Any]]:
    return [place.c.kind != kind for kind in NOT_NAMES]


@cache
def called(what: str | None, of_some: bool, in_past: bool) -> Prepared:
    """Places that are called what is bound to `q`, and those nearly so, best first: at most MOST of them.

    `what` is one way of asking, or all where None. `fit` is 0 for the very name, 1 where it goes on (an address without
    its town), 2 where it is within the name, 3 where it is only like it. `lon` and `lat` are of a point in it, `area`
    is WKB where it is one.
    """
    asked = func.place_key(bindparam("q", type_=Text))
    name = func.place_text(place.c.names)
    begins = func.concat("%| ", asked, " %")
    fit = case(
        (func.place_keys(place.c.names).op("@>")(array([asked])), 0),
        (name.like(begins), 1),
        (name.like(func.concat("%", asked, "%")), 2),
        else_=3,
    )
    point = func.ST_PointOnSurface(place.c.geom)
    wanted = [
        asked != "",
        or_(name.like(func.concat("%", asked, "%")), asked.op("<%", is_comparison=True)(name)),
        known(place.c.recorded, in_past),
        *_kind(what),
    ]
    if of_some:
        wanted.append(any_of(place.c.municipality, "municipality", ARRAY(Text)))
    return prepared(
        select(
            place.c.id,
            place.c.names,
            place.c.kind,
            place.c.municipality,
            municipality.c.names.label("municipality_names"),
            func.ST_X(point).label("lon"),
            func.ST_Y(point).label("lat"),
            case((func.ST_Dimension(place.c.geom) == 2, func.ST_AsBinary(place.c.geom))).label("area"),
            fit.label("fit"),
        )
        .join(municipality, municipality.c.code == place.c.municipality)
        .where(*wanted)
        .order_by("fit", func.word_similarity(asked, name).desc(), func.length(name), place.c.municipality, place.c.id)
        .limit(MOST)
    )


def _kind(what: str | None) -> list[ColumnElement[Any]]:
    if what is None:
        return []
    return _named() if what == "place" else [place.c.kind == what]

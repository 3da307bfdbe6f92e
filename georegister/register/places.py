"""Named places."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, func, select

from georegister.register.database import Prepared, Session, prepared
from georegister.register.features import known
from georegister.register.tables import place

NOT_NAMES = ("address", "parcel")
"""Kinds of places that are looked up and never written on a map: there are tens of thousands of them."""


def names(session: Session, municipality: str) -> frozenset[str]:
    """Every word of every named place's name, in all languages."""
    rows = session.rows(_names(), of=municipality)
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

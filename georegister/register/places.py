"""Named places."""

from functools import cache

from sqlalchemy import ARRAY, Text, bindparam, func, select

from georegister.register.database import Prepared, Session, prepared
from georegister.register.features import known
from georegister.register.tables import place


def names(session: Session, municipality: str) -> frozenset[str]:
    """Every word of every place's name, in all languages."""
    rows = session.rows(_names(), of=municipality)
    return frozenset(word for row in rows for name in row["names"].values() for word in name.replace(",", " ").split())


@cache
def of_municipalities(in_past: bool) -> Prepared:
    """Places with their names, of the municipalities asked for or of all, the greatest first."""
    wanted = bindparam("municipality", type_=ARRAY(Text))
    statement = select(
        place.c.id,
        place.c.names,
        place.c.kind,
        place.c.accuracy_m,
        func.ST_AsGeoJSON(place.c.geom, 6).label("geometry"),
    )
    return prepared(
        statement.where(
            known(place.c.recorded, in_past),
            (func.cardinality(wanted) == 0) | (place.c.municipality == func.any(wanted)),
        ).order_by(place.c.municipality, place.c.kind, place.c.id)
    )


@cache
def _names() -> Prepared:
    return prepared(
        select(place.c.names).where(place.c.municipality == bindparam("of"), func.upper_inf(place.c.recorded))
    )

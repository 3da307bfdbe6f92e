"""What the front door's search field finds: plans by number or name, and named places."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, bindparam, case, func, or_, select

from georegister.domain.plan import Kind, number_keys
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Prepared, prepared
from georegister.register.features import any_of, known
from georegister.register.plans import source
from georegister.register.tables import municipality, place, plan_version

MOST = 20


def values(words: str, of: tuple[str, ...]) -> dict[str, Any]:
    """What the statements are bound to: the words as keys of a number, and as a pattern of LIKE."""
    plain = words.strip()
    keys = number_keys(plain)
    escaped = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "municipality": list(of),
        "keys": sorted(keys),
        "serials": sorted(key for key in keys if key.isdigit()),
        "pattern": f"%{escaped}%",
        "words": plain,
    }


@cache
def plans_named(of_some: bool) -> Prepared:
    """Plans whose number is the words, however written, or whose name or place holds them; the number first."""
    rows = source(COLLECTIONS["plans"], False)
    version = rows.version
    is_number = or_(
        any_of(version.c.number_key, "keys", ARRAY(Text)),
        and_(
            version.c.kind == str(Kind.ADDENDUM),
            any_of(func.split_part(version.c.number_key, "-", 1), "serials", ARRAY(Text)),
        ),
    )
    pattern = bindparam("pattern", type_=Text)
    holds = or_(is_number, _texts(version.c.titles, version).ilike(pattern), version.c.place.ilike(pattern))
    statement = select(rows.id, rows.feature).select_from(rows.rows).where(*rows.always, holds)
    if of_some:
        statement = statement.where(any_of(rows.municipality, "municipality", ARRAY(Text)))
    return prepared(statement.order_by(case((is_number, 0), else_=1), rows.id).limit(MOST))


@cache
def places_named(of_some: bool) -> Prepared:
    """Named places whose name holds the words, the exact name first; each with a point in it, in degrees."""
    point = func.ST_PointOnSurface(place.c.geom)
    names = _texts(place.c.names, place)
    exact = func.lower(names) == func.lower(bindparam("words", type_=Text))
    statement = (
        select(
            place.c.id,
            place.c.names,
            place.c.kind,
            municipality.c.names.label("municipality_names"),
            func.ST_X(point).label("lon"),
            func.ST_Y(point).label("lat"),
        )
        .join(municipality, municipality.c.code == place.c.municipality)
        .where(known(place.c.recorded, False), names.ilike(bindparam("pattern", type_=Text)))
    )
    if of_some:
        statement = statement.where(any_of(place.c.municipality, "municipality", ARRAY(Text)))
    return prepared(statement.order_by(case((exact, 0), else_=1), place.c.kind, place.c.id).limit(MOST))


@cache
def numbered() -> Prepared:
    """The current plans of a municipality, by its slug, whose number is one of the keys."""
    statement = (
        select(plan_version.c.plan)
        .join(municipality, municipality.c.code == plan_version.c.municipality)
        .where(
            known(plan_version.c.recorded, False),
            func.upper_inf(plan_version.c.valid),
            municipality.c.slug == bindparam("slug"),
            any_of(plan_version.c.number_key, "keys", ARRAY(Text)),
        )
    )
    return prepared(statement.order_by(plan_version.c.plan))


def _texts(column: ColumnElement[Any], of: Any) -> ColumnElement[str]:
    """The texts of all languages in one."""
    each = func.jsonb_each_text(column).table_valued("key", "value")
    return select(func.string_agg(each.c.value, " · ")).select_from(each).correlate(of).scalar_subquery()

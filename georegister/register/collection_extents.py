"""What a collection holds of each municipality: where, and on which days."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, literal_column, null, or_, select

from georegister.domain.plan import Kind
from georegister.register import hearings, municipalities
from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.database import Prepared, prepared
from georegister.register.features import Condition
from georegister.register.tables import municipality, municipality_outline, plan_version

Held = tuple[FromClause, ColumnElement[Any], ColumnElement[Any], ColumnElement[Any] | None, list[Condition]]


@cache
def changes() -> Prepared:
    """Every municipality with the number of its last change and the reference systems it works in."""
    columns = [municipality.c[name] for name in ("code", "version", "crs")]
    return prepared(select(*columns).order_by(municipality.c.code))


@cache
def held(name: str) -> Prepared:
    """By municipality: west, south, east and north of what is held now, the first day and the last.

    NULL where nothing has a place, and where the days have no end on that side. Every text of a plan counts, also
    one that another took the place of: `datetime` finds it.
    """
    rows, of, geom, days, conditions = _held(COLLECTIONS[name])
    box = func.ST_Extent(geom)
    edges = [edge(box) for edge in (func.ST_XMin, func.ST_YMin, func.ST_XMax, func.ST_YMax)]
    first: ColumnElement[Any] = null()
    last: ColumnElement[Any] = null()
    if days is not None:
        first = case((func.bool_or(func.lower_inf(days)), null()), else_=func.min(func.lower(days)))
        last = case((func.bool_or(func.upper_inf(days)), null()), else_=func.max(func.upper(days)) - literal(1))
    return prepared(select(of, *edges, first, last).select_from(rows).where(*conditions).group_by(of))


def _held(its_collection: Collection) -> Held:
    if its_collection.id == "hearings":
        source = hearings.source(its_collection, in_past=False)
        days = func.daterange(source.columns["opens"], source.columns["closes"], literal_column("'[]'"))
        return source.rows, source.municipality, source.geom, days, list(source.always)
    if not its_collection.is_of_plans:
        source = municipalities.source(its_collection, in_past=False)
        return source.rows, source.municipality, source.geom, None, list(source.always)
    rows: FromClause = plan_version
    geom = plan_version.c.geom
    if its_collection.kinds == (Kind.MUNICIPAL_PLAN,):
        outline = and_(
            municipality_outline.c.municipality == plan_version.c.municipality,
            func.upper_inf(municipality_outline.c.recorded),
        )
        rows, geom = plan_version.outerjoin(municipality_outline, outline), municipality_outline.c.geom
    now: Condition = func.upper_inf(plan_version.c.recorded)
    of_kind = [plan_version.c.kind == str(kind) for kind in its_collection.kinds]
    conditions: list[Condition] = [now] if len(of_kind) == len(Kind) else [now, or_(*of_kind)]
    return rows, plan_version.c.municipality, geom, plan_version.c.valid, conditions

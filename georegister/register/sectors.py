"""Sector plans: what the administrations do for the UN's goals."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.strategies import of_municipalities
from georegister.register.tables import administration, sector_plan, sub_goal

TRENDS = ("progress", "regress", "unchanged", "unknown")


@cache
def plans(in_past: bool) -> Prepared:
    """The sector plans with their administrations, of the municipalities asked for or of all."""
    statement = (
        select(sector_plan, administration.c.titles.label("administration_titles"))
        .join(administration, _of(administration, sector_plan, sector_plan.c.administration, in_past))
        .where(known(sector_plan.c.recorded, in_past), of_municipalities(sector_plan))
    )
    return prepared(statement.order_by(sector_plan.c.municipality, sector_plan.c.administration, sector_plan.c.id))


@cache
def matrix(in_past: bool) -> Prepared:
    """The UN's goals beside the administrations: how many sub-goals each has for each, and which way they go.

    A row is a cell that is not empty; an administration without sub-goals has one row, whose `sdg` is null.
    """
    trends = [func.count().filter(sub_goal.c.trend == trend).label(trend) for trend in TRENDS]
    columns = (administration.c.municipality, administration.c.id, administration.c.titles, sub_goal.c.sdg)
    statement = (
        select(
            administration.c.municipality,
            administration.c.id.label("administration"),
            administration.c.titles,
            sub_goal.c.sdg,
            func.count(sub_goal.c.id).label("sub_goals"),
            *trends,
        )
        .outerjoin(
            sector_plan,
            and_(
                sector_plan.c.municipality == administration.c.municipality,
                sector_plan.c.administration == administration.c.id,
                known(sector_plan.c.recorded, in_past),
            ),
        )
        .outerjoin(sub_goal, _of(sub_goal, sector_plan, sector_plan.c.id, in_past, "sector_plan"))
        .where(known(administration.c.recorded, in_past), of_municipalities(administration))
        .group_by(*columns)
    )
    return prepared(statement.order_by(administration.c.municipality, administration.c.id, sub_goal.c.sdg))


def _of(table: Any, beside: Any, value: ColumnElement[Any], in_past: bool, column: str = "id") -> ColumnElement[bool]:
    """Rows of the table whose column has the value of the other's, in the same municipality."""
    return and_(
        table.c.municipality == beside.c.municipality, table.c[column] == value, known(table.c.recorded, in_past)
    )

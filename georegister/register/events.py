"""Events and hearings of one plan, for the page that tells its story."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import hearing, plan_event


@cache
def of_plan(in_past: bool) -> Prepared:
    """What has happened to a plan, as its sources tell it, in order of days."""
    statement = _of(plan_event, in_past)
    return prepared(statement.order_by(plan_event.c.earliest, plan_event.c.latest, plan_event.c.id))


@cache
def hearings_of_plan(in_past: bool) -> Prepared:
    """When the public has been asked about a plan."""
    return prepared(_of(hearing, in_past).order_by(hearing.c.opens, hearing.c.id))


def _of(table: Any, in_past: bool) -> Any:
    return select(table).where(
        known(table.c.recorded, in_past), table.c.municipality == bindparam("of"), table.c.plan == bindparam("plan")
    )

"""The days on which something changed in a municipality, and what: read off the states that its plans have by day."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import day, holds_on, known
from georegister.register.tables import municipality, plan_state, plan_version

MOST = 50
"""Changes that are told of one day."""
TOLD = ("status", "hearing_open", "certainty")
"""What of a state people would call a change; deadlines that come and go in between are none."""


@cache
def around(in_past: bool) -> Prepared:
    """The legal `day` of the municipality bound to `of`, and the days of the changes `before` and `after` it."""
    today = day()
    # The first one found in the order of days: the others are never looked at.
    before, after = _changes(in_past).subquery("before"), _changes(in_past).subquery("after")
    last = select(before.c.day).where(before.c.day < today).order_by(before.c.day.desc()).limit(1)
    first = select(after.c.day).where(after.c.day > today).order_by(after.c.day).limit(1)
    statement = select(
        today.label("day"), last.scalar_subquery().label("before"), first.scalar_subquery().label("after")
    )
    return prepared(statement.select_from(municipality).where(municipality.c.code == bindparam("of")))


@cache
def on_day(in_past: bool) -> Prepared:
    """The changes on a day, bound to `on`, with the plan's names, what was before, and how many there are (`all`)."""
    changed, version = _changes(in_past).subquery("changed"), plan_version.alias("v")
    of_day = and_(
        version.c.municipality == bindparam("of"),
        version.c.plan == changed.c.plan,
        known(version.c.recorded, in_past),
        holds_on(version.c.valid, changed.c.day),
    )
    statement = (
        select(changed, version.c.kind, version.c.number, version.c.titles, func.count().over().label("all"))
        .join(version, of_day)
        .where(changed.c.day == bindparam("on"))
    )
    return prepared(statement.order_by(changed.c.plan).limit(MOST))


def _changes(in_past: bool) -> Select[Any]:
    state, before = plan_state.alias("s"), plan_state.alias("b")
    first: ColumnElement[Any] = func.lower(state.c.during)
    follows = and_(
        before.c.municipality == state.c.municipality,
        before.c.plan == state.c.plan,
        known(before.c.recorded, in_past),
        func.upper(before.c.during) == first,
    )
    columns = [state.c[name] for name in ("plan", *TOLD, "hearing_kind", "hearing_closes", "reasons")]
    return (
        select(first.label("day"), *columns, *(before.c[name].label(f"{name}_before") for name in TOLD))
        .outerjoin(before, follows)
        .where(
            state.c.municipality == bindparam("of"),
            known(state.c.recorded, in_past),
            first.is_not(None),
            or_(*(state.c[name].is_distinct_from(before.c[name]) for name in TOLD)),
        )
    )

"""Strategies and their parts: themes, goals, targets, actions, principles, instruments and SDGs."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import FACTS, hearing, municipality, plan_event, strategy

PARTS = ("theme", "goal", "action", "principle", "target", "measurement", "sdg_link", "instrument", "action_instrument")
ORDER = {"theme": "no", "goal": "no", "action": "no", "principle": "no", "sdg_link": "sdg", "measurement": "day"}


@cache
def every(in_past: bool) -> Prepared:
    """The strategies with the days of their hearing and adoption, of the municipalities asked for or of all."""
    events = plan_event.alias("e")
    # The latest hearing speaks for a strategy that had several.
    heard = (
        select(hearing)
        .ext(distinct_on(hearing.c.municipality, hearing.c.strategy))
        .where(known(hearing.c.recorded, in_past), hearing.c.strategy.is_not(None))
        .order_by(hearing.c.municipality, hearing.c.strategy, hearing.c.opens.desc())
        .subquery("h")
    )
    adopted = and_(
        events.c.municipality == strategy.c.municipality,
        events.c.strategy == strategy.c.id,
        events.c.type == "adoption",
        known(events.c.recorded, in_past),
    )
    hearings = and_(
        heard.c.municipality == strategy.c.municipality,
        heard.c.strategy == strategy.c.id,
    )
    statement = (
        select(
            strategy,
            municipality.c.languages,
            events.c.earliest.label("adopted_earliest"),
            events.c.latest.label("adopted_latest"),
            heard.c.opens.label("hearing_opens"),
            heard.c.closes.label("hearing_closes"),
        )
        .join(municipality, municipality.c.code == strategy.c.municipality)
        .outerjoin(events, adopted)
        .outerjoin(heard, hearings)
        .where(known(strategy.c.recorded, in_past), of_municipalities(strategy))
    )
    return prepared(
        statement.order_by(strategy.c.municipality, strategy.c.period_from.desc().nulls_last(), strategy.c.id)
    )


@cache
def parts(name: str, in_past: bool) -> Prepared:
    """All rows of one kind of part, of the municipalities asked for or of all, in order."""
    table = FACTS[name]
    order = [table.c[ORDER[name]]] if name in ORDER else []
    statement = select(table).where(known(table.c.recorded, in_past), of_municipalities(table))
    return prepared(statement.order_by(table.c.municipality, *order, table.c.id))


def of_municipalities(table: Any) -> ColumnElement[bool]:
    """Of the municipalities bound to `municipality`; an empty list is all of them."""
    wanted = bindparam("municipality", type_=ARRAY(Text))
    return or_(func.cardinality(wanted) == 0, table.c.municipality == func.any(wanted))

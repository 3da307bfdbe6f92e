"""Claims: what somebody asserts a plan does for or against a goal or an SDG."""

from functools import cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, bindparam, func, or_, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import claim, goal, plan_event, sdg_link, strategy, theme


@cache
def of_plan(in_past: bool) -> Prepared:
    """The claims of one plan: to goals with their texts and strategies, and to SDGs."""
    statement = (
        select(
            claim,
            goal.c.texts.label("goal_texts"),
            theme.c.id.label("theme"),
            theme.c.no.label("theme_no"),
            theme.c.titles.label("theme_titles"),
            strategy.c.id.label("strategy"),
            strategy.c.titles.label("strategy_titles"),
            plan_event.c.latest.label("strategy_adopted"),
            sdg_link.c.titles.label("sdg_titles"),
        )
        .outerjoin(goal, _same(goal, goal.c.id == claim.c.goal, in_past))
        .outerjoin(theme, _same(theme, theme.c.id == goal.c.theme, in_past))
        .outerjoin(strategy, _same(strategy, strategy.c.id == theme.c.strategy, in_past))
        .outerjoin(
            plan_event,
            _same(plan_event, and_(plan_event.c.strategy == strategy.c.id, plan_event.c.type == "adoption"), in_past),
        )
        .outerjoin(sdg_link, _same(sdg_link, and_(sdg_link.c.sdg == claim.c.sdg, _newest_strategy(in_past)), in_past))
        .where(
            known(claim.c.recorded, in_past), claim.c.municipality == bindparam("of"), claim.c.plan == bindparam("plan")
        )
    )
    return prepared(statement.order_by(theme.c.no, goal.c.no, claim.c.sdg, claim.c.id))


@cache
def of_plans(in_past: bool) -> Prepared:
    """The claims of some plans, bound to `plans`, with the texts of the goals: what each does for or against them."""
    statement = (
        select(claim.c.plan, claim.c.goal, claim.c.sdg, claim.c.stance, goal.c.texts.label("goal_texts"))
        .outerjoin(goal, _same(goal, goal.c.id == claim.c.goal, in_past))
        .where(known(claim.c.recorded, in_past), *_of_plans(claim))
    )
    return prepared(statement.order_by(claim.c.plan, goal.c.no, claim.c.sdg, claim.c.id))


@cache
def of_municipalities(in_past: bool) -> Prepared:
    """All claims of the municipalities asked for, or of all: which plan, what stance, towards which goal or SDG."""
    wanted = bindparam("municipality", type_=ARRAY(Text))
    statement = select(
        claim.c.plan, claim.c.goal, claim.c.sdg, claim.c.stance, claim.c.evidence, claim.c.source, claim.c.asserted_by
    ).where(
        known(claim.c.recorded, in_past),
        or_(func.cardinality(wanted) == 0, claim.c.municipality == func.any(wanted)),
    )
    return prepared(statement.order_by(claim.c.plan, claim.c.goal, claim.c.sdg, claim.c.id))


def _of_plans(table: Any) -> list[ColumnElement[bool]]:
    codes, ids = (bindparam(name, type_=ARRAY(Text)) for name in ("municipality", "plans"))
    return [table.c.municipality == func.any(codes), table.c.plan == func.any(ids)]


def _newest_strategy(in_past: bool) -> ColumnElement[bool]:
    """An SDG is called what the municipality's newest strategy calls it."""
    other = strategy.alias("newest")
    newest = (
        select(other.c.id)
        .where(other.c.municipality == claim.c.municipality, known(other.c.recorded, in_past))
        .order_by(other.c.period_from.desc().nulls_last(), other.c.id)
        .limit(1)
    )
    return sdg_link.c.part == newest.correlate(claim).scalar_subquery()


def _same(table: Any, condition: ColumnElement[bool], in_past: bool) -> ColumnElement[bool]:
    return and_(table.c.municipality == claim.c.municipality, condition, known(table.c.recorded, in_past))

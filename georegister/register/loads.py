"""Loads: who brought which file when, what each changed, and whether it still stands."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Select, Text, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB

from georegister.register.database import Prepared, prepared
from georegister.register.tables import act, dataset, finding, load, load_item, plan_version


@cache
def listed(of_some: bool) -> Prepared:
    """Loads, the newest first, at most `limit`: of one municipality, or of all; `of_all` is how many there are.

    `payload` is the act's: how many plans and facts were added, amended, withdrawn and left; `undone_by` is the load
    that took it back.
    """
    statement = _loads().add_columns(func.count().over().label("of_all"))
    if of_some:
        statement = statement.where(load.c.municipality == bindparam("of"))
    return prepared(statement.order_by(load.c.id.desc()).limit(bindparam("limit", type_=BigInteger)))


@cache
def sources() -> Prepared:
    """Where the current plans of a municipality (`of`) come from: datasets, how many plans, when each was told last."""
    last = (
        select(func.max(load.c.at))
        .where(load.c.municipality == dataset.c.municipality, load.c.dataset == dataset.c.id, load.c.state == "applied")
        .scalar_subquery()
    )
    plans = func.count(plan_version.c.plan.distinct())
    of_it = and_(
        plan_version.c.municipality == dataset.c.municipality,
        plan_version.c.dataset == dataset.c.id,
        func.upper_inf(plan_version.c.recorded),
    )
    statement = select(dataset.c.id, dataset.c.title, plans.label("plans"), last.label("at")).outerjoin(
        plan_version, of_it
    )
    grouped = statement.where(dataset.c.municipality == bindparam("of")).group_by(*dataset.c)
    return prepared(grouped.order_by(plans.desc(), dataset.c.id))


@cache
def one() -> Prepared:
    """One load by its number, which no other load of any municipality has."""
    return prepared(_loads().where(load.c.id == bindparam("load", type_=BigInteger)))


@cache
def items() -> Prepared:
    """What a load changed, in order: for what it amended the fields before and after."""
    its = and_(load_item.c.municipality == bindparam("of"), load_item.c.load == bindparam("load", type_=BigInteger))
    return prepared(select(load_item).where(its).order_by(load_item.c.no))


@cache
def findings() -> Prepared:
    """What was found in a load, in the order in which it was found; without the shapes."""
    columns = [column for column in finding.columns if column.name != "geom"]
    its = and_(finding.c.municipality == bindparam("of"), finding.c.load == bindparam("load", type_=BigInteger))
    return prepared(select(*columns).where(its).order_by(finding.c.id))


@cache
def standing() -> Prepared:
    """The loads of these very bytes into a dataset, by this mapping and with these options, that still stand."""
    statement = select(load.c.id).where(
        load.c.municipality == bindparam("of"),
        load.c.dataset == bindparam("dataset"),
        load.c.sha256 == bindparam("sha256", type_=LargeBinary),
        load.c.mapping.is_not_distinct_from(bindparam("mapping", type_=Text)),
        load.c.options == bindparam("options", type_=JSONB),
        load.c.state == "applied",
        load.c.undoes.is_(None),
    )
    return prepared(statement.order_by(load.c.id.desc()))


def _loads() -> Select[Any]:
    undoing = load.alias("undoing")
    return (
        select(load, act.c.seq.label("version"), act.c.reason, act.c.payload, undoing.c.id.label("undone_by"))
        .join(act, and_(act.c.municipality == load.c.municipality, act.c.load == load.c.id))
        .outerjoin(undoing, and_(undoing.c.municipality == load.c.municipality, undoing.c.undoes == load.c.id))
    )

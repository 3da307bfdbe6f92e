"""What is new: hearings by when the register was told of them, and what was recorded of plans, the newest first."""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on

from georegister.register.collections import COLLECTIONS
from georegister.register.database import Prepared, prepared
from georegister.register.features import Shape, any_of, conditions
from georegister.register.hearings import source as hearing_source
from georegister.register.plans import source as plan_source
from georegister.register.tables import act, hearing, municipality, plan_event, plan_version

MOMENT = TIMESTAMP(timezone=True)
TEXTS = ARRAY(Text)
HEARING = (
    *("municipality", "plan", "strategy", "number", "plan_kind", "kind", "opens", "closes", "is_open", "days_left"),
    *("respond_to", "document_url", "paragraph", "source"),
)
VERSION = ("number", "titles", "descriptions", "place", "document_url", "area_m2", "extent_source")
"""What a version says of a plan beside its outline, and readers are told of where it has changed."""

ENDS = [(table, end) for table in (plan_version, plan_event, hearing) for end in (func.lower, func.upper)]
"""What is told of plans, and the ends of the time in which it was held: each is a change."""
FACTS = {table.name: table for table in (plan_event, hearing)}


@lru_cache(maxsize=64)
def hearings(shape: Shape, newest_first: bool = True) -> Prepared:
    """Hearings that fit a question, at most `limit`: those told of last first, else those that close last.

    Beside what a feature says: `titles` by language, the municipality's `names`, `languages`, `contact` and
    `time_zone`, `recorded` (when what is said now was told) and `first_recorded`.
    """
    rows = hearing_source(COLLECTIONS["hearings"], False)
    assert rows.titles is not None  # hearings are called after what is heard
    of_it = [hearing.c.municipality == rows.municipality, hearing.c.id == rows.id]
    told = func.max(func.lower(hearing.c.recorded)).filter(func.upper_inf(hearing.c.recorded))
    recorded = select(told).where(*of_it).scalar_subquery()
    first = select(func.min(func.lower(hearing.c.recorded))).where(*of_it).scalar_subquery()
    statement = (
        select(
            rows.id.label("id"),
            *(rows.columns[name].label(name) for name in HEARING),
            rows.titles.label("titles"),
            municipality.c.names,
            municipality.c.languages,
            municipality.c.contact,
            municipality.c.time_zone,
            recorded.label("recorded"),
            first.label("first_recorded"),
        )
        .select_from(rows.rows)
        .where(*conditions(rows, shape))
    )
    order = recorded.desc() if newest_first else rows.columns["closes"].desc()
    return prepared(statement.order_by(order, rows.id).limit(bindparam("limit", type_=Integer)))


@cache
def hearings_taken_back(of_some: bool) -> Prepared:
    """Hearings of plans that the register told of and no longer does, the last first, at most `limit`.

    `ended` is since when: since the hearing is not told of, or the plan is not.
    """
    other, standing = hearing.alias("other"), plan_version.alias("standing")
    same = [other.c.municipality == hearing.c.municipality, other.c.id == hearing.c.id]
    plan_stands = select(standing.c.plan).where(
        standing.c.municipality == hearing.c.municipality,
        standing.c.plan == hearing.c.plan,
        func.upper_inf(standing.c.recorded),
    )
    stands = select(other.c.id).where(*same, func.upper_inf(other.c.recorded)).exists() & plan_stands.exists()
    later = select(other.c.id).where(*same, func.lower(other.c.recorded) > func.lower(hearing.c.recorded)).exists()
    until: ColumnElement[Any] = func.upper(plan_version.c.recorded)
    called = (
        select(plan_version.c.titles, plan_version.c.number, plan_version.c.kind, until.label("until"))
        .where(plan_version.c.municipality == hearing.c.municipality, plan_version.c.plan == hearing.c.plan)
        .order_by(until.desc().nulls_first(), plan_version.c.id.desc())
        .limit(1)
        .lateral("v")
    )
    ended = func.coalesce(func.upper(hearing.c.recorded), called.c.until)
    statement = (
        select(
            hearing.c.id,
            *(hearing.c[name] for name in ("municipality", "plan", "strategy", "kind", "opens", "closes")),
            called.c.titles,
            called.c.number,
            called.c.kind.label("plan_kind"),
            municipality.c.names,
            municipality.c.languages,
            func.lower(hearing.c.recorded).label("first_recorded"),
            ended.label("ended"),
        )
        .ext(distinct_on(ended, hearing.c.municipality, hearing.c.id))
        .select_from(hearing)
        .join(municipality, municipality.c.code == hearing.c.municipality)
        .join(called, literal(True))
        .where(~stands, ~later)
    )
    if of_some:
        statement = statement.where(any_of(hearing.c.municipality, "municipality", TEXTS))
    ordered = statement.order_by(ended.desc(), hearing.c.municipality, hearing.c.id, hearing.c.dataset)
    return prepared(ordered.limit(bindparam("limit", type_=Integer)))


@lru_cache(maxsize=64)
def changes(shape: Shape, since: bool = False) -> Prepared:
    """Which plan was told of at which moment, the newest first, at most `limit`: `municipality`, `plan`, `at`, `act`.

    A plan that the register no longer vouches for fits no question but that of its municipality.
    """
    limit = bindparam("limit", type_=Integer)
    if shape - {"municipality"}:
        newest = _changes_of_fitting(shape, since).limit(limit).subquery("newest")
        own = and_(act.c.municipality == newest.c.municipality, act.c.at == newest.c.at)
        found = select(newest, func.encode(act.c.hash, "hex").label("act")).join(act, own)
        return prepared(found.order_by(newest.c.at.desc(), newest.c.municipality, newest.c.plan))
    # Act by act, the newest first, and of each no more than are shown: the rest is never read.
    of_act = union(
        *(
            select(
                select(table.c.plan)
                .distinct()
                .where(table.c.municipality == act.c.municipality, end(table.c.recorded) == act.c.at)
                .where(table.c.plan.is_not(None))
                .order_by(table.c.plan)
                .limit(limit)
                .correlate(act)
                .subquery()
            )
            for table, end in ENDS
        )
    ).lateral("of_act")
    statement = select(act.c.municipality, of_act.c.plan, act.c.at, func.encode(act.c.hash, "hex").label("act"))
    statement = statement.select_from(act).join(of_act, literal(True))
    if shape:
        statement = statement.where(any_of(act.c.municipality, "municipality", TEXTS))
    if since:
        statement = statement.where(act.c.at >= bindparam("since", type_=MOMENT))
    return prepared(statement.order_by(act.c.at.desc(), act.c.municipality, of_act.c.plan).limit(limit))


def _changes_of_fitting(shape: Shape, since: bool) -> Select[Any]:
    """When something was told of the plans that fit a question, the newest first."""
    moments = union(
        *(
            select(table.c.municipality, table.c.plan, end(table.c.recorded).label("at")).where(
                table.c.plan.is_not(None), end(table.c.recorded).is_not(None)
            )
            for table, end in ENDS
        )
    ).subquery("moments")
    rows = plan_source(COLLECTIONS["plans"], False)
    fitting = select(rows.municipality, rows.id).select_from(rows.rows).where(*conditions(rows, shape))
    statement = select(moments).where(tuple_(moments.c.municipality, moments.c.plan).in_(fitting))
    if since:
        statement = statement.where(moments.c.at >= bindparam("since", type_=MOMENT))
    return statement.order_by(moments.c.at.desc(), moments.c.municipality, moments.c.plan)


@cache
def versions() -> Prepared:
    """All that the register ever held of some plans, as `plans`, oldest first; `outline` differs where outlines do."""
    since: ColumnElement[Any] = func.lower(plan_version.c.recorded)
    statement = select(
        *(plan_version.c[name] for name in ("municipality", "plan", "kind", *VERSION)),
        func.md5(plan_version.c.geometry_json).label("outline"),
        func.lower(plan_version.c.valid).label("first_day"),
        func.upper(plan_version.c.valid).label("day_after"),
        since.label("since"),
        func.upper(plan_version.c.recorded).label("until"),
        municipality.c.languages,
        municipality.c.names,
        municipality.c.time_zone,
    ).join(municipality, municipality.c.code == plan_version.c.municipality)
    mine = plan_version.c.plan == func.any(bindparam("plans", type_=TEXTS))
    return prepared(statement.where(mine).order_by(plan_version.c.plan, since, func.lower(plan_version.c.valid)))


@cache
def facts(name: str) -> Prepared:
    """The events, or hearings, of some plans as `plans`, whenever the register held them: `since` and `until` when."""
    table = FACTS[name]
    since: ColumnElement[Any] = func.lower(table.c.recorded)
    statement = select(table, since.label("since"), func.upper(table.c.recorded).label("until"))
    mine = table.c.plan == func.any(bindparam("plans", type_=TEXTS))
    return prepared(statement.where(mine).order_by(table.c.plan, since, table.c.id))


@cache
def last_act() -> Prepared:
    """When the register was last told anything, by all municipalities or by those bound; null where it is empty."""
    wanted = bindparam("municipality", type_=TEXTS)
    every = cast(func.cardinality(wanted) == 0, Boolean)
    return prepared(
        select(func.max(act.c.at).label("at")).where(or_(every, any_of(act.c.municipality, "municipality", TEXTS)))
    )


@cache
def happened() -> Prepared:
    """Events of plans of one municipality (`of`) that happened from `since` to `today`, or were told late in that time.

    Told late is what was told of a plan that the register held before: the plans a register begins with are no news.
    What happened between two days counts by when it was told. Beside the event: `titles`, `number`, `kind`,
    `by_titles`, `by_number` and `by_kind` of the plan it ended by, `languages`.
    """
    first, last = bindparam("since", type_=Date), bindparam("today", type_=Date)
    version, older, by = plan_version.alias("v"), plan_version.alias("older"), plan_version.alias("by")
    begun: ColumnElement[Any] = func.lower(plan_event.c.recorded)
    told_on = cast(func.timezone(municipality.c.time_zone, begun), Date)
    first_told = cast(func.timezone(municipality.c.time_zone, func.lower(older.c.recorded)), Date)
    known_before = select(older.c.plan).where(
        older.c.municipality == plan_event.c.municipality, older.c.plan == plan_event.c.plan, first_told < first
    )
    on_a_day = and_(plan_event.c.earliest == plan_event.c.latest, plan_event.c.latest.between(first, last))
    told_late = and_(
        told_on.between(first, last), func.coalesce(plan_event.c.latest, last) <= last, known_before.exists()
    )

    def current(of: Any, plan: ColumnElement[Any]) -> Any:
        held = and_(of.c.municipality == plan_event.c.municipality, of.c.plan == plan, func.upper_inf(of.c.recorded))
        return and_(held, func.upper_inf(of.c.valid))

    statement = (
        select(
            *(plan_event.c[name] for name in ("plan", "type", "earliest", "latest", "by_plan", "source")),
            *(version.c[name] for name in ("titles", "number", "kind")),
            *(by.c[name].label(f"by_{name}") for name in ("titles", "number", "kind")),
            municipality.c.languages,
        )
        .join(municipality, municipality.c.code == plan_event.c.municipality)
        .join(version, current(version, plan_event.c.plan))
        .outerjoin(by, current(by, plan_event.c.by_plan))
        .where(plan_event.c.municipality == bindparam("of"), func.upper_inf(plan_event.c.recorded))
        .where(or_(on_a_day, told_late))
    )
    return prepared(statement.order_by(plan_event.c.latest.desc().nulls_last(), plan_event.c.plan, plan_event.c.type))

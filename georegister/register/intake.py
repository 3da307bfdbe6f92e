"""One transaction that makes a delivery part of the register."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import shapely
from psycopg.types.json import Jsonb
from psycopg.types.range import Range
from sqlalchemy import ARRAY, Text, bindparam, func

from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, count
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan
from georegister.register import deliveries, delivery_files, loads, states, tables, validity, versions
from georegister.register.current import content_of
from georegister.register.database import Prepared, Session, ewkb, prepared
from georegister.register.load_items import fact_of, write_findings, write_items
from georegister.register.served import served

PLAN_REFERENCES = ("plan", "from_plan", "to_plan", "by_plan")
MANY = 200
"""From so many plans and facts on, a load tells the planner that the tables have grown."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Delivery:
    """A file on its way in, and who brings it."""

    municipality: str
    dataset: str
    dataset_title: str
    file: str
    content: delivery_files.Content
    sha256: bytes
    by: str
    mapping: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    documents: Sequence[tuple[bytes, delivery_files.Content]] = ()
    """SHA-256 and content of the files that came beside it and are kept."""
    waiting: int | None = None
    """The number the load was given when its file arrived, where it has waited to be applied."""


@dataclass(frozen=True)
class Receipt:
    """What an applied load is known by: its number, and the version of the register it made."""

    load: int
    version: int
    at: datetime


def lock(session: Session, municipality: str) -> None:
    """Nobody else changes the municipality's plans until this transaction ends; files for it are taken meanwhile."""
    session.sql("SELECT FROM municipality WHERE code = %(of)s FOR NO KEY UPDATE", of=municipality)


def standing(session: Session, delivery: Delivery) -> int | None:
    """The number of the load of this very delivery, taken in the same way, that still stands."""
    row = session.row(
        loads.standing(),
        of=delivery.municipality,
        dataset=delivery.dataset,
        sha256=delivery.sha256,
        mapping=delivery.mapping,
        options=Jsonb(dict(delivery.options)),
    )
    return row["id"] if row else None


def apply(
    session: Session,
    delivery: Delivery,
    plans: Sequence[Change[PlacedPlan]],
    facts: Sequence[Change[Fact]],
    findings: Sequence[Finding],
    progress: Progress = lambda step: None,
) -> Receipt:
    """Writes a delivery's changes: all of them, or, on any error, none."""
    load, version, at = _begin(session, delivery, count(plans), count(facts))
    progress("facts")
    versions.close(session, delivery.municipality, plans, at)
    with served(plan.record.geometry for plan in versions.to_write(plans)) as forms:
        _write_identities(session, delivery, version, plans)
        _write_facts(session, delivery, version, at, facts)
        progress("plans")
        touched = _touched(session, delivery, plans, facts)
        validity.find_first_days(session, delivery.municipality, touched)
        writing = zip(versions.to_write(plans), forms, strict=True)
        versions.write(session, delivery.municipality, delivery.dataset, version, at, writing)
    ended = {c.new.version: c.effective for c in plans if isinstance(c, Amended) and c.effective and c.new.version}
    validity.end(session, delivery.municipality, ended, version, at)
    validity.align(session, delivery.municipality, touched, version, at)
    progress("states")
    states.derive(session, delivery.municipality, touched, version, at)
    write_items(session, delivery.municipality, load, plans, facts)
    write_findings(session, delivery.municipality, load, at, findings)
    if len(plans) + len(facts) >= MANY:
        session.sql("SELECT refresh_statistics()")
    return Receipt(load, version, at)


def _begin(
    session: Session, delivery: Delivery, plans: dict[str, int], facts: dict[str, int]
) -> tuple[int, int, datetime]:
    session.sql(
        "INSERT INTO dataset VALUES (%(of)s, %(id)s, %(title)s) ON CONFLICT DO NOTHING",
        of=delivery.municipality,
        id=delivery.dataset,
        title=delivery.dataset_title,
    )
    for sha256, content in ((delivery.sha256, delivery.content), *delivery.documents):
        delivery_files.keep(session, sha256, content)
    load = _number(session, delivery)
    payload = {
        "file": delivery.file,
        "sha256": delivery.sha256.hex(),
        "dataset": delivery.dataset,
        "plans": plans,
        "facts": facts,
    }
    act = session.sql(
        "SELECT seq, at FROM begin_act(%(of)s, %(by)s, 'load', NULL, %(load)s, %(payload)s)",
        of=delivery.municipality,
        by=delivery.by,
        load=load,
        payload=Jsonb(payload),
    ).fetchone()
    assert act is not None  # the function gives a row or raises
    return load, act["seq"], act["at"]


def _number(session: Session, delivery: Delivery) -> int:
    """Writes the load down; one that has waited keeps the number it was given when its file came."""
    values = {
        "of": delivery.municipality,
        "dataset": delivery.dataset,
        "mapping": delivery.mapping,
        "by": delivery.by,
        "options": Jsonb(dict(delivery.options)),
    }
    if delivery.waiting is not None:
        return deliveries.wait_no_more(session, delivery.waiting, values)
    made = session.sql(
        "INSERT INTO load (municipality, dataset, sha256, file, mapping, options, state, by, at) VALUES "
        "(%(of)s, %(dataset)s, %(sha256)s, %(file)s, %(mapping)s, %(options)s, 'applied', %(by)s, clock_timestamp()) "
        "RETURNING id",
        **{**values, "sha256": delivery.sha256, "file": delivery.file},
    ).fetchone()
    assert made is not None  # RETURNING gives a row
    return int(made["id"])


def _write_identities(session: Session, delivery: Delivery, act: int, changes: Sequence[Change[PlacedPlan]]) -> None:
    """The ids of the new plans, which their facts refer to."""
    new = (change.new for change in changes if isinstance(change, Added) and not change.new.returns)
    session.copy_into(
        tables.plan,
        ("municipality", "id", "kind", "parent", "created_act"),
        ((delivery.municipality, plan.id, str(plan.record.kind), plan.parent, act) for plan in new),
    )


def _write_facts(session: Session, delivery: Delivery, act: int, at: datetime, changes: Sequence[Change[Fact]]) -> None:
    closed = [fact_of(change) for change in changes if isinstance(change, Amended | Withdrawn)]
    brought = {change.new.table for change in changes if isinstance(change, Added | Amended)}
    parts = [(fact.id, fact.table) for fact in _of_tables(changes, tables.PARTS)]
    with session.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO strategy_part VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [(delivery.municipality, *part) for part in parts],
        )
    for name, table in tables.FACTS.items():
        if ids := [fact.id for fact in closed if fact.table == name]:
            session.run(
                _close_facts(name), of=delivery.municipality, of_dataset=delivery.dataset, ids=ids, closed_at=at
            )
        if name in brought:
            content = content_of(name)
            always = (delivery.municipality, delivery.dataset)
            recorded = Range(at, None)
            session.copy_into(
                table,
                ("municipality", "dataset", "id", "recorded", "act", *content),
                ((*always, fact.id, recorded, act, *_values(fact, content)) for fact in _of_tables(changes, [name])),
            )


def _of_tables(changes: Sequence[Change[Fact]], names: Container[str]) -> Iterator[Fact]:
    """The facts that are new or differ, of some tables."""
    return (change.new for change in changes if isinstance(change, Added | Amended) and change.new.table in names)


def _values(fact: Fact, content: Sequence[str]) -> list[Any]:
    values = [fact.content.get(name) for name in content]
    if "geom" in content:
        place = content.index("geom")
        values[place] = ewkb(shapely.from_wkb(values[place]))
    return values


def _touched(
    session: Session, delivery: Delivery, plans: Sequence[Change[PlacedPlan]], facts: Sequence[Change[Fact]]
) -> set[str]:
    """The plans whose state may differ now."""
    touched = {change.id for change in plans if not isinstance(change, Unchanged)}
    parts = []
    for change in facts:
        if isinstance(change, Unchanged):
            continue
        fact = fact_of(change)
        touched.update(fact.content[name] for name in PLAN_REFERENCES if fact.content.get(name))
        if isinstance(change, Amended):
            before = {name: change.fields[name][0] for name in PLAN_REFERENCES if name in change.fields}
            touched.update(str(plan) for plan in before.values() if plan)
        if fact.table in ("theme", "goal"):
            parts.append(fact.id)
    if parts:
        rows = session.sql(
            "SELECT DISTINCT c.plan FROM claim c JOIN goal g ON (g.municipality, g.id) = (c.municipality, c.goal) "
            "WHERE c.municipality = %(of)s AND upper_inf(c.recorded) "
            "AND (g.id = ANY(%(parts)s) OR g.theme = ANY(%(parts)s))",
            of=delivery.municipality,
            parts=parts,
        )
        touched |= {row["plan"] for row in rows}
    return touched


@cache
def _close_facts(name: str) -> Prepared:
    table = tables.FACTS[name]
    return prepared(
        table.update()
        .where(
            table.c.municipality == bindparam("of"),
            table.c.dataset == bindparam("of_dataset"),
            table.c.id == func.any(bindparam("ids", type_=ARRAY(Text))),
            func.upper_inf(table.c.recorded),
        )
        .values(recorded=func.tstzrange(func.lower(table.c.recorded), bindparam("closed_at")))
    )

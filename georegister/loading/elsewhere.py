"""Facts beside what the register holds of them: said in part, taken back, or told by another dataset too."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from georegister.domain import rule
from georegister.domain.change import Added, Amended, Change, Withdrawn
from georegister.domain.finding import Finding
from georegister.domain.record import Fact
from georegister.errors import EntryInvalid
from georegister.register import current
from georegister.register.database import Session
from georegister.sentence import N_, Sentence

MATTERS = {
    "plan_event": ("earliest", "latest"),
    "hearing": ("opens", "closes"),
    "claim": ("stance",),
    "parameter": ("value", "text_value"),
    "measurement": ("value",),
}
"""What two datasets must agree on; that they cite other sources is no contradiction."""
SAID_BY_ROWS = {
    "plan_event": ("type", "earliest", "latest"),
    "hearing": ("kind", "opens", "closes"),
    "parameter": ("value",),
}
NEVER_SAID_BY_ROWS = {"by_plan", "respond_to", "document_url", "paragraph"}
AT_ONCE = 20_000


def completed(facts: Iterable[Fact], before: Iterable[Fact]) -> Iterator[Fact]:
    """The facts whole: what one that is said in part does not speak of stays as the register has it."""
    held = {(fact.table, fact.id): fact.content for fact in before}
    for fact in facts:
        old = held.get((fact.table, fact.id))
        if fact.said is None or old is None:
            yield fact
        else:
            said = {name: value for name, value in fact.content.items() if name in fact.said}
            yield replace(fact, content={**fact.content, **old, **said})


def with_unsaid(facts: Iterable[Fact], before: Iterable[Fact]) -> Iterator[Fact]:
    """The facts of plans' rows: what a row has no words for stays as the register has it, and so does the source
    where the row says nothing new."""
    held = {(fact.table, fact.id): fact.content for fact in before}
    for fact in facts:
        old, said = held.get((fact.table, fact.id)), SAID_BY_ROWS.get(fact.table)
        if old is None or said is None:
            yield fact
        elif all(fact.content[name] == old[name] for name in said):
            yield replace(fact, content=old)
        else:
            yield replace(
                fact, content={**fact.content, **{name: old[name] for name in NEVER_SAID_BY_ROWS & old.keys()}}
            )


def taken_back(
    session: Session, municipality: str, dataset: str, withdrawals: Sequence[Fact], before: Iterable[Fact]
) -> list[Change[Fact]]:
    """The facts that a delivery withdraws by their ids. Raises EntryInvalid where the dataset does not have one."""
    held = {(fact.table, fact.id): fact for fact in before}
    changes: dict[tuple[str, str], Change[Fact]] = {}
    for fact in withdrawals:
        if (found := held.get((fact.table, fact.id))) is None:
            others = [other for other, _ in current.told(session, municipality, fact.table, [fact.id])]
            if others:
                said = {"id": fact.id, "other": others[0]}
                reason = Sentence(N_("“{id}” is of the dataset {other}; withdraw it there"), said)
            else:
                reason = Sentence(N_("“{id}” is not in the register"), {"id": fact.id})
            assert fact.origin is not None  # it stands in a file
            place = fact.origin
            raise EntryInvalid(place.file, place.layer or "", place.row or 0, "id", reason)
        changes[fact.table, fact.id] = Withdrawn(fact.id, found)
    return list(changes.values())


def differently_told(
    session: Session, municipality: str, dataset: str, changes: Iterable[Change[Fact]]
) -> Iterator[Finding]:
    """Findings for what is new here and another dataset tells too, the same or otherwise."""
    new = (change.new for change in changes if isinstance(change, Added | Amended))
    while some := list(islice(new, AT_ONCE)):
        yield from _told_elsewhere(session, municipality, dataset, some)


def _told_elsewhere(session: Session, municipality: str, dataset: str, new: Sequence[Fact]) -> Iterator[Finding]:
    for table, names in MATTERS.items():
        ours = {fact.id: fact for fact in new if fact.table == table}
        if not ours:
            continue
        for other, theirs in current.told(session, municipality, table, list(ours)):
            if other == dataset:
                continue
            fact = ours[theirs.id]
            plan = fact.content.get("plan")
            said, here = (_words(one.content, names) for one in (theirs, fact))
            if all(fact.content.get(name) == theirs.content.get(name) for name in names):
                yield Finding(rule.TOLD_ALREADY, fact.origin, plan=plan, details={"dataset": other})
            else:
                details = {"dataset": other, "theirs": said, "ours": here}
                yield Finding(rule.TOLD_OTHERWISE, fact.origin, names[0], plan, details)


def _words(content: Mapping[str, Any], names: Sequence[str]) -> str:
    """2021-10-13, or 2019-11-20 – 2023-03-01"""
    said = dict.fromkeys(str(content[name]) for name in names if content.get(name) is not None)
    return " – ".join(said)

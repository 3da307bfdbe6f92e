"""Whether a changed row corrects what was always so, or brings a new legal version from a day on. Pure.

A correction is the rule. A new version it is where whoever loads says so, where the source's version number rises,
or where a later publication or a partial revocation comes with the changed row. Nothing invents the day: where the
row has none, it is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from georegister.domain import rule
from georegister.domain.change import Amended, Change
from georegister.domain.event import EventType
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan, PlanRecord, RegisteredPlan
from georegister.loading.spool import Spool

BRING_A_VERSION = (EventType.PUBLICATION, EventType.PARTIAL_REVOCATION)
DAYS_OF_A_VERSION = (*BRING_A_VERSION, EventType.ENTRY_INTO_FORCE, EventType.ADOPTION, EventType.PROPOSAL)
"""The events whose day a new version is valid from: the first of these that the row has."""
Known = Collection[tuple[str, str, date | None]]
"""The events of the dataset: plan, type and first day of each."""
NEVER_WITHDRAWN = ("plan_event", "hearing")


@dataclass
class Settled:
    """The changes, findings for the rows that are refused, and the first days of the new versions."""

    starts: dict[str, date] = field(default_factory=dict)
    changes: Spool[Change[PlacedPlan]] = field(default_factory=Spool)
    findings: list[Finding] = field(default_factory=list)


def starts_of(registered: Iterable[RegisteredPlan]) -> dict[str, date]:
    """The first days of the newest texts of the plans that have had several."""
    return {plan.id: plan.since for plan in registered if plan.since and not plan.is_first}


def settle(
    changes: Iterable[Change[PlacedPlan]],
    registered: Iterable[RegisteredPlan],
    told: Iterable[Fact],
    effective: date | None,
) -> Settled:
    """Each change as a correction or a new version.

    `told` are the facts of the dataset, `effective` is what whoever loads says of all changed rows.
    """
    found = {plan.id: plan for plan in registered}
    known = {
        (str(fact.content["plan"]), str(fact.content["type"]), fact.content["earliest"])
        for fact in told
        if fact.table == "plan_event"
    }
    out = Settled()
    for change in changes:
        made = _settled(change, found[change.id], known, effective) if isinstance(change, Amended) else change
        if isinstance(made, Finding):
            out.findings.append(made)
            continue
        out.changes.append(made)
        if isinstance(made, Amended) and made.effective:
            out.starts[made.id] = made.effective
    return out


def _settled(
    change: Amended[PlacedPlan], found: RegisteredPlan, known: Known, effective: date | None
) -> Amended[PlacedPlan] | Finding:
    """The change, with the day from which it is a new version, if it is one; a finding where that day cannot be."""
    record = change.new.record
    old, new = found.content["source_version"], record.source_version
    rises = old is not None and new is not None and new > old
    day = effective or _brought(record, found, known) or (_day_of_version(record, found.since) if rises else None)
    if day is None and rises:
        details = {"old": old, "new": new, "since": found.since or "?"}
        return Finding(rule.VERSION_WITHOUT_DAY, record.origin, "version", found.id, details)
    if day and found.since and day <= found.since:
        details = {"day": day, "since": found.since}
        return Finding(rule.VERSION_TOO_EARLY, record.origin, None, found.id, details)
    if day is None:
        return replace(change, new=replace(change.new, since=None if found.is_first else found.since))
    return replace(change, new=replace(change.new, since=day), effective=day)


def without_earlier(facts: Iterable[Fact], told: Mapping[str, Fact], starts: Mapping[str, date]) -> Iterator[Fact]:
    """The facts of rows, with the events of a plan's earlier versions as they were.

    `starts` are the first days of the newest versions of plans that have several. A plan is adopted once: the day of
    a later version is that of its text, not another adoption of the plan.
    """
    return (_as_known(fact, told, starts) for fact in facts)


def is_of_earlier(fact: Fact, starts: Mapping[str, date]) -> bool:
    """Whether it is an event or a hearing of a version before the plan's newest: no row speaks of it any more."""
    start = starts.get(str(fact.content.get("plan")))
    if start is None or fact.table not in NEVER_WITHDRAWN:
        return False
    day = fact.content["opens"] if fact.table == "hearing" else _last_day(fact)
    return day is not None and day < start


def _as_known(fact: Fact, told: Mapping[str, Fact], starts: Mapping[str, date]) -> Fact:
    known = told.get(fact.id)
    if fact.table != "plan_event" or known is None or known.content == fact.content or not is_of_earlier(known, starts):
        return fact
    if fact.content["type"] == EventType.PARTIAL_REVOCATION:
        return replace(fact, id=f"{fact.id}-{fact.content['earliest']}")
    return known


def _brought(record: PlanRecord, found: RegisteredPlan, known: Known) -> date | None:
    """The day of a publication or partial revocation that the register has not heard of, after the text it has."""
    days = [
        event.earliest
        for event in record.events
        if event.type in BRING_A_VERSION
        and event.earliest == event.latest
        and event.earliest
        and (found.id, str(event.type), event.earliest) not in known
        and (found.since is None or event.earliest > found.since)
    ]
    return max(days, default=None)


def _day_of_version(record: PlanRecord, since: date | None) -> date | None:
    days = {
        event.type: event.earliest
        for event in record.events
        if event.earliest and event.earliest == event.latest and (since is None or event.earliest > since)
    }
    return next((days[type_] for type_ in DAYS_OF_A_VERSION if type_ in days), None)


def _last_day(fact: Fact) -> date | None:
    day = fact.content["latest"] or fact.content["earliest"]
    return day if isinstance(day, date) else None

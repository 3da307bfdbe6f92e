"""The rules on the register as a whole: what it holds now, whoever delivered it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from georegister.domain import rule
from georegister.domain.event import Event, EventType
from georegister.domain.finding import Finding
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.lifecycle import consolidated
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.loading import lives
from georegister.loading.rules import gaps
from georegister.register import municipalities, standing
from georegister.register.database import Database, reading
from georegister.sentence import N_

ENDS = (EventType.REPLACEMENT, EventType.REVOCATION)
REPLACES, REVOKED_BY = N_("replaces"), N_("is said to end by")
PARTLY_REVOKES, AMENDS = N_("partly revokes"), N_("amends")
NO_RELATION = N_("no relation says that the other replaces or revokes it")
NO_PARTIAL = N_("no partial revocation of the other is recorded")
BOTH_WAYS = N_("the other says the same of it")
ITSELF = N_("a plan says nothing of itself")
RELATION_WORDS = {
    "replaces": REPLACES,
    "absorbs": N_("absorbs"),
    "partly_revokes": PARTLY_REVOKES,
    "amends": AMENDS,
    "accompanies": N_("accompanies"),
}
ONE_WAY = ("replaces", "absorbs", "amends", "partly_revokes")


@dataclass(frozen=True)
class Standing:
    """A plan as the register holds it; `adopted` is whether it ever was, `seen` whether its document's hash is kept."""

    id: str
    kind: Kind
    title: str
    parent: str | None = None
    number_key: str = ""
    document: str | None = None
    seen: bool = False
    adopted: bool = False
    events: tuple[Event, ...] = ()
    hearings: tuple[Hearing, ...] = ()


@dataclass(frozen=True)
class Whole:
    """Everything the rules look at."""

    jurisdiction: str
    plans: Mapping[str, Standing]
    relations: Sequence[tuple[str, str, str]] = field(default=())
    """From plan, kind of relation, to plan."""


def check_register(database: Database, municipality: str) -> tuple[Municipality, list[Finding]]:
    """Every finding about what the register holds of a municipality. Raises NotFound for one it does not know."""
    with reading(database) as session:
        its = municipalities.get(session, municipality)
        events, hearings = defaultdict(list), defaultdict(list)
        for row in standing.events(session, municipality):
            event = Event(EventType(row["type"]), row["earliest"], row["latest"], by=row["by_plan"])
            events[row["plan"]].append(event)
        for row in standing.hearings(session, municipality):
            hearings[row["plan"]].append(Hearing(HearingKind(row["kind"]), row["opens"], row["closes"]))
        plans = {
            row["id"]: Standing(
                row["id"],
                Kind(row["kind"]),
                next(iter(row["titles"].values())),
                row["parent"],
                row["number_key"],
                row["document_url"] or ("" if row["has_document"] else None),
                row["seen"],
                row["adopted"],
                tuple(events[row["id"]]),
                tuple(hearings[row["id"]]),
            )
            for row in standing.plans(session, municipality)
        }
        said = [(row["from_plan"], row["type"], row["to_plan"]) for row in standing.relations(session, municipality)]
    return its, check(Whole(its.jurisdiction, plans, said))


def check(whole: Whole) -> list[Finding]:
    """Every finding, rule by rule."""
    return [finding for one_rule in STANDING_RULES for finding in one_rule(whole)]


def numbering(whole: Whole) -> Iterator[Finding]:
    """NUM-01 and NUM-02, where numbers are given in order."""
    if whole.jurisdiction != "DK":
        return
    numbers = defaultdict(list)
    for plan in whole.plans.values():
        if plan.kind is Kind.ADDENDUM and plan.parent:
            numbers[plan.parent].append(plan.number_key)
    for parent, keys in sorted(numbers.items()):
        yield from gaps_of(parent, whole.plans[parent].title if parent in whole.plans else parent, keys)


def gaps_of(parent: str, title: str, keys: Sequence[str]) -> Iterator[Finding]:
    """The numbers missing among the addenda of one municipal plan."""
    for first, last in gaps(keys):
        if first == last:
            yield Finding(rule.NUMBER_GAP, plan=parent, details={"number": first, "parent": title})
        else:
            yield Finding(rule.NUMBERS_GAP, plan=parent, details={"first": first, "last": last, "parent": title})


def days(whole: Whole) -> Iterator[Finding]:
    """LIFE-01 to LIFE-04: on what the sources say together, not on each."""
    for plan in whole.plans.values():
        for broken in lives.of_life(consolidated(plan.events), plan.hearings, whole.jurisdiction):
            yield Finding(broken.rule, field=broken.field, plan=plan.id, details=broken.details)


def parents(whole: Whole) -> Iterator[Finding]:
    """LIFE-05."""
    for plan in whole.plans.values():
        if plan.kind is Kind.ADDENDUM and plan.parent not in whole.plans:
            reason = N_("the register has no current version of the one it names")
            yield Finding(rule.PARENT_UNKNOWN, field="parent", plan=plan.id, details={"reason": reason})


def successors(whole: Whole) -> Iterator[Finding]:
    """LIFE-06 and LIFE-10: a plan ends by a plan that exists and was adopted."""
    ended = [(plan.id, event.by) for plan in whole.plans.values() for event in plan.events if event.by]
    ended += [(to, of) for of, kind, to in whole.relations if kind in ("replaces", "absorbs")]
    for plan, by in dict.fromkeys(ended):
        if by not in whole.plans:
            yield Finding(rule.SUCCESSOR_UNKNOWN, field="by_plan", plan=plan, details={"value": by})
        elif not whole.plans[by].adopted and _is_said_to_have_ended(whole, plan):
            yield Finding(rule.SUCCESSOR_NOT_ADOPTED, field="by_plan", plan=plan, details={"other": by})


def _is_said_to_have_ended(whole: Whole, plan: str) -> bool:
    return plan in whole.plans and any(event.type in ENDS for event in whole.plans[plan].events)


def answered(whole: Whole) -> Iterator[Finding]:
    """LIFE-07: what is said of two plans is said from both sides, and one way only."""
    said = set(whole.relations)

    def finds(plan: str, word: str, other: str, missing: str) -> Finding:
        return Finding(
            rule.RELATION_UNANSWERED, plan=plan, details={"relation": word, "other": other, "missing": missing}
        )

    for of, kind, to in whole.relations:
        if of == to:
            yield finds(of, RELATION_WORDS[kind], to, ITSELF)
        elif kind in ONE_WAY and (to, kind, of) in said and of < to:
            yield finds(of, RELATION_WORDS[kind], to, BOTH_WAYS)
        if kind == "partly_revokes" and to in whole.plans and not _has(whole.plans[to], EventType.PARTIAL_REVOCATION):
            yield finds(of, PARTLY_REVOKES, to, NO_PARTIAL)
    for plan in whole.plans.values():
        for event in plan.events:
            if event.type in ENDS and event.by and not any((event.by, kind, plan.id) in said for kind in ONE_WAY):
                yield finds(plan.id, REVOKED_BY, event.by, NO_RELATION)


def documents(whole: Whole) -> Iterator[Finding]:
    """DOC-01 and DOC-03."""
    for plan in whole.plans.values():
        if plan.document is None:
            yield Finding(rule.DOCUMENT_MISSING, field="document_url", plan=plan.id)
        elif not plan.seen:
            details = {"link": plan.document or plan.id}
            yield Finding(rule.DOCUMENT_UNSEEN, field="document_url", plan=plan.id, details=details)


def _has(plan: Standing, type_: EventType) -> bool:
    return any(event.type is type_ for event in plan.events)


def must_act(findings: Iterable[Finding]) -> bool:
    """Whether somebody must act on one of them."""
    return any(finding.rule.severity is not rule.Severity.INFORMATION for finding in findings)


STANDING_RULES = (numbering, days, parents, successors, answered, documents)

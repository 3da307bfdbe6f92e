"""The register beside the delivery: what is new, what differs, what is gone. Pure."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn
from georegister.domain.finding import Finding
from georegister.domain.geometry_change import geometry_change
from georegister.domain.hearing import HearingKind
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind, number_key
from georegister.domain.record import Fact, Origin, PlacedPlan, PlanRecord, RegisteredPlan, Texts, WithdrawnPlan
from georegister.loading.identity import Shelf
from georegister.loading.row_facts import facts_of
from georegister.loading.spool import FACTS_OF_A_PLAN, Spool
from georegister.loading.versions import is_of_earlier

COMPARED = (
    "external_id",
    "source_version",
    "number",
    "titles",
    "descriptions",
    "place",
    "document_url",
    "source",
    "extent_source",
    "geometry_source",
)
OPTIONAL = ("external_id", "source_version", "descriptions", "place", "document_url")
"""Fields that a delivery may have no column for: then the register's stay."""
GIVEN_BY_ROWS = ("plan_event", "hearing", "topic_link", "parameter")


@dataclass
class PlanDiff:
    changes: Spool[Change[PlacedPlan]] = field(default_factory=Spool)
    facts: Spool[Fact] = field(default_factory=lambda: Spool(of_a_plan=FACTS_OF_A_PLAN))
    findings: list[Finding] = field(default_factory=list)
    said: dict[str, frozenset[str]] = field(default_factory=dict)
    """What the row of each plan that the register has or had speaks of."""
    amended: list[Amended[PlacedPlan]] = field(default_factory=list)
    refused: list[PlanRecord] = field(default_factory=list)
    borrows: bool = False
    """Whether an addendum has come without an extent."""


def digest_of(record: PlanRecord) -> str | None:
    """The MD5 of the geometry as delivered."""
    return hashlib.md5(record.delivered, usedforsecurity=False).hexdigest() if record.delivered else None


def plan_diff(
    current: Sequence[RegisteredPlan],
    withdrawn: Sequence[WithdrawnPlan],
    wanted: Sequence[PlanRecord],
    municipality: Municipality,
    dataset: str,
    digest: Callable[[PlanRecord], str | None] = digest_of,
    today: date | None = None,
) -> PlanDiff:
    """Each delivered plan beside the register's; `digest` is what its delivered geometry is known by.

    `withdrawn` are the plans that the register had once: one that comes back has its old id. `today` is the
    municipality's day.
    Gives the changes, the facts that came in the plans' rows, and findings for rows that are refused.
    """
    return _Comparing(current, withdrawn, wanted, municipality, dataset, digest, today).all()


class _Refused(Exception):
    """A row that is not taken, and why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def _refused(record: PlanRecord, why: rule.Rule, field_: str | None = None, **details: object) -> _Refused:
    return _Refused(Finding(why, record.origin, field_, details=details))


class _Comparing:
    """A delivery on its way through `plan_diff`, row by row: what a row is found to be hangs on those before it."""

    def __init__(
        self,
        current: Sequence[RegisteredPlan],
        withdrawn: Sequence[WithdrawnPlan],
        wanted: Sequence[PlanRecord],
        municipality: Municipality,
        dataset: str,
        digest: Callable[[PlanRecord], str | None],
        today: date | None,
    ) -> None:
        self.wanted, self.dataset, self.digest = wanted, dataset, digest
        self.jurisdiction = municipality.jurisdiction
        self.kinds = {record.kind for record in wanted}
        self.shelf = Shelf(current, withdrawn, municipality, today, self.kinds)
        self.out = PlanDiff()
        # Where the row of each id and key is in the delivery: of half a million, numbers are lighter than origins.
        self.seen: dict[str, int] = {}
        self.keys: dict[str, int] = {}

    def all(self) -> PlanDiff:
        for place, record in _parents_first(self.wanted, self.kinds):
            try:
                self._take(place, record)
            except _Refused as refused:
                self.out.findings.append(refused.finding)
                self.out.refused.append(record)
        return self.out

    def _take(self, place: int, record: PlanRecord) -> None:
        """Raises _Refused."""
        parent = self._parent(place, record)
        key = number_key(record.number, record.kind, self.jurisdiction)
        found = self.shelf.find(record, parent, key)
        if found is not None and found.dataset != self.dataset:
            raise _refused(record, rule.OTHER_DATASET, number=record.number, dataset=found.dataset)
        was = None if found else self.shelf.withdrawn(record, parent, key)
        known = found or was
        id_ = known.id if known else self._new_id(record, parent, key)
        if id_ in self.seen:
            other = self.wanted[self.seen[id_]].origin.told
            raise _refused(record, rule.TWICE, "number", number=record.number, other=other)
        self.seen[id_] = place
        self.shelf.remember(record, parent, key, id_)
        self._note(record, parent, key, id_, found)
        if known and record.said is not None:
            self.out.said[id_] = record.said
        if found:
            record = _with_what_it_does_not_say(record, found)
        version = found.version if found else None
        self._put(found, PlacedPlan(id_, parent, key, self.digest(record), record, version, was is not None))

    def _parent(self, place: int, record: PlanRecord) -> str | None:
        """What it belongs to, once its key is its own in the delivery. Raises _Refused."""
        if record.external_id and (first := self.keys.setdefault(record.external_id, place)) != place:
            other = self.wanted[first].origin.told
            raise _refused(record, rule.KEY_TWICE, "external_id", value=record.external_id, other=other)
        parent = self.shelf.parent(record)
        if isinstance(parent, Finding):
            raise _Refused(parent)
        return parent

    def _new_id(self, record: PlanRecord, parent: str | None, key: str) -> str:
        return self.shelf.twin(record.kind, parent, key) or self.shelf.new_id(record, parent, self.seen)

    def _note(self, record: PlanRecord, parent: str | None, key: str, id_: str, found: RegisteredPlan | None) -> None:
        """What is to be looked at, though the row is taken."""
        if (holder := self.shelf.by_key.get((record.kind, parent, key))) and holder.id != id_:
            details: dict[str, object] = {"number": record.number, "other": holder.id}
            self.out.findings.append(Finding(rule.NUMBER_TAKEN, record.origin, "number", details=details))
        if found is None and self.shelf.supposes(record):
            details = {"parent": parent, "number": len(self.shelf.municipal_plans)}
            self.out.findings.append(Finding(rule.PARENT_SUPPOSED, record.origin, "parent", details=details))

    def _put(self, found: RegisteredPlan | None, placed: PlacedPlan) -> None:
        record, change = placed.record, _plan_change(found, placed)
        self.out.changes.append(change)
        if isinstance(change, Amended):
            self.out.amended.append(change)
        self.out.borrows |= record.kind is Kind.ADDENDUM and record.geometry is None
        self.out.facts += facts_of(placed.id, record)


def _parents_first(wanted: Sequence[PlanRecord], kinds: Collection[Kind]) -> Iterator[tuple[int, PlanRecord]]:
    """What a plan belongs to comes before it, wherever it stands in the delivery; each with its place there."""
    for kind in sorted(kinds, key=lambda one: one.rank, reverse=True):
        yield from ((place, record) for place, record in enumerate(wanted) if record.kind is kind)


def _with_what_it_does_not_say(record: PlanRecord, found: RegisteredPlan) -> PlanRecord:
    """The record with what the register has where the row has no column for it."""
    if record.said is None:
        return record
    kept = {name: found.content[name] for name in OPTIONAL if name not in record.said}
    return _with_other_languages(replace(record, **kept), found)


def _with_other_languages(record: PlanRecord, found: RegisteredPlan) -> PlanRecord:
    """The record with the register's texts in languages that the row has no column for."""

    def whole(given: Texts | None, kept: Texts | None, name: str) -> Texts | None:
        said = record.said or frozenset()
        others = {one: text for one, text in (kept or {}).items() if f"{name}.{one}" not in said}
        return {**given, **{one: text for one, text in others.items() if one not in given}} if given else given

    titles = whole(record.titles, found.content["titles"], "title") or record.titles
    descriptions = whole(record.descriptions, found.content["descriptions"], "description")
    return replace(record, titles=titles, descriptions=descriptions)


def measured(
    changes: Iterable[Change[PlacedPlan]], before: Mapping[int, BaseGeometry], crs: Sequence[int]
) -> Iterator[Change[PlacedPlan]]:
    """The changes with what differs in each extent; where that is noise alone, there is no change.

    `before` are the extents of the versions amended, by their numbers, `crs` the municipality's reference systems.
    """
    for change in changes:
        if not isinstance(change, Amended) or "geometry" not in change.fields:
            yield change
            continue
        old, new = before.get(change.new.version or 0), change.new.record.geometry
        differs = geometry_change(old, new, crs) if old is not None and new is not None else None
        fields = dict(change.fields)
        if differs:
            yield replace(change, fields={**fields, "geometry": differs.measures}, geometry=differs)
            continue
        if old is not None and new is not None:
            del fields["geometry"]
        yield replace(change, fields=fields) if fields else Unchanged(change.id)


def missing(
    current: Iterable[RegisteredPlan],
    diff: PlanDiff,
    refused: Iterable[PlanRecord],
    dataset: str,
    kinds: Collection[Kind],
    jurisdiction: str,
) -> list[Change[PlacedPlan]]:
    """The plans of a dataset, of some kinds, that a complete delivery lacks. What a refused row speaks of is there."""
    there = {change.id for change in diff.changes}
    known_by: set[object] = set()
    for record in (*refused, *diff.refused):
        known_by |= {record.external_id, (record.kind, number_key(record.number, record.kind, jurisdiction))}
    known_by.discard(None)
    return [
        Withdrawn(plan.id, _as_it_was(plan))
        for plan in current
        if plan.dataset == dataset
        and plan.kind in kinds
        and plan.id not in there
        # An addendum's number may be delivered without its year.
        and known_by.isdisjoint(
            (plan.content["external_id"], (plan.kind, plan.number_key), (plan.kind, plan.number_key.split("-")[0]))
        )
    ]


def _as_it_was(plan: RegisteredPlan) -> PlacedPlan:
    said = plan.content
    record = PlanRecord(
        plan.kind, said["number"], said["titles"], Origin(plan.dataset), external_id=said["external_id"]
    )
    return PlacedPlan(plan.id, plan.parent, plan.number_key, plan.digest, record, plan.version)


def each_once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts; of one that is told several times as it is told last."""
    return list({(fact.table, fact.id): fact for fact in facts}.values())


def fact_diff(current: Iterable[Fact], wanted: Iterable[Fact], *, complete: bool) -> Iterator[Change[Fact]]:
    """Each delivered fact, told once, beside the register's of the same dataset; what a complete delivery lacks is
    withdrawn."""
    before = {(fact.table, fact.id): fact for fact in current}
    for fact in wanted:
        old = before.pop((fact.table, fact.id), None)
        if old is None:
            yield Added(fact.id, fact)
        elif fields := _different(old.content, fact.content):
            yield Amended(fact.id, fact, fields)
        else:
            yield Unchanged(fact.id)
    if complete:
        yield from (Withdrawn(fact.id, fact) for fact in before.values())


def withdrawn_with_plans(
    current: Collection[Fact],
    said: Mapping[str, frozenset[str]],
    gone: Collection[str],
    wanted: Iterable[Fact],
    starts: Mapping[str, date],
) -> list[Change[Fact]]:
    """Facts that the rows of plans speak of and no longer give: an event whose day has been emptied.

    So are those that rows gave of the plans that are gone themselves. `starts` are the first days of the newest texts
    of plans that have several: no row speaks of what was before.
    """
    held = {(fact.table, fact.id) for fact in current}
    kept = {key for fact in wanted if (key := (fact.table, fact.id)) in held} if held else set()
    kept |= _beside_a_rows_own(current, wanted, starts)
    return [
        Withdrawn(fact.id, fact)
        for fact in current
        if fact.table in GIVEN_BY_ROWS
        and (fact.table, fact.id) not in kept
        and (
            fact.content["plan"] in gone
            or (_as_rows_say(fact) in said.get(fact.content["plan"], ()) and not is_of_earlier(fact, starts))
        )
    ]


def _beside_a_rows_own(
    current: Iterable[Fact], wanted: Iterable[Fact], starts: Mapping[str, date]
) -> set[tuple[str, str]]:
    """The hearings that a row says nothing of because it holds one, and gives another.

    One that the register has says nothing of the rest; a new one stands for the last, which is what a row can hold.
    """
    held: dict[str, list[Fact]] = {}
    for fact in current:
        if fact.table == "hearing" and _as_rows_say(fact) and not is_of_earlier(fact, starts):
            held.setdefault(fact.content["plan"], []).append(fact)
    given = {fact.content["plan"]: fact.id for fact in wanted if fact.table == "hearing"} if held else {}
    kept = set()
    for plan, id_ in given.items():
        hearings = sorted(held.get(plan, ()), key=lambda fact: fact.content["opens"])
        known = any(fact.id == id_ for fact in hearings)
        kept |= {(fact.table, fact.id) for fact in (hearings if known else hearings[:-1])}
    return kept


def _as_rows_say(fact: Fact) -> str | None:
    """What a row would speak of to give this fact; None where no row can, such as a day that is not known."""
    content = fact.content
    match fact.table:
        case "plan_event" if content["earliest"] == content["latest"]:
            return str(content["type"])
        case "hearing" if content["kind"] == HearingKind.PUBLIC:
            return fact.table
        case "parameter" if content["value"] is not None:
            return str(content["name"])
        case "topic_link":
            return fact.table
    return None


def _plan_change(found: RegisteredPlan | None, placed: PlacedPlan) -> Change[PlacedPlan]:
    if found is None:
        return Added(placed.id, placed)
    record = placed.record
    wanted = {name: getattr(record, name) for name in COMPARED}
    fields = _different(found.content, wanted)
    if (found.digest, found.crs) != (placed.digest, record.crs):
        fields["geometry"] = (found.digest, placed.digest)
    return Amended(placed.id, placed, fields) if fields else Unchanged(placed.id)


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    names = dict.fromkeys([*old, *new])
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}

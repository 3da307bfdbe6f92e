"""What a prepared delivery would change in the register as it is now."""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from georegister.domain import rule
from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlacedPlan, RegisteredPlan
from georegister.domain.vocabulary import word
from georegister.errors import DeliveryRefused, entry_of
from georegister.loading import beside, borrowed
from georegister.loading.diff import (
    PlanDiff,
    each_once,
    fact_diff,
    measured,
    missing,
    plan_diff,
    withdrawn_with_plans,
)
from georegister.loading.elsewhere import completed, differently_told, taken_back, with_unsaid
from georegister.loading.notes import LayerNote
from georegister.loading.prepare import Prepared
from georegister.loading.spool import FACTS_OF_A_PLAN, FINDINGS_OF_A_PLAN, Spool
from georegister.loading.standing import gaps_of
from georegister.loading.versions import settle, starts_of, without_earlier
from georegister.register import current, extents, intake
from georegister.register.database import Session
from georegister.register.load_items import fact_of
from georegister.register.tables import PARTS, REFERENCES
from georegister.sentence import N_, Sentence, verbatim
from georegister.settings import Settings

ROW, ROWS = N_("1 refused row"), N_("{rows} refused rows")
PLAN, PLANS = N_("1 plan"), N_("{number} plans")
FACT, FACTS = N_("1 fact"), N_("{number} facts")


@dataclass
class Report:
    """What a load did, or, without a receipt, would do."""

    file: str
    municipality: Municipality
    dataset: str
    plans: Sequence[Change[PlacedPlan]] = ()
    facts: Sequence[Change[Fact]] = ()
    findings: Spool[Finding] = field(default_factory=Spool)
    ignored: tuple[str, ...] = ()
    layers: tuple[LayerNote, ...] = ()
    rows: int = 0
    mapping: str | None = None
    strict: bool = False
    dry_run: bool = False
    receipt: intake.Receipt | None = None
    standing: int | None = None
    """The load of these very bytes that still stands, where there is nothing to change."""

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        refusing = (finding for finding in self.findings if finding.refuses and finding.origin)
        return sum({finding.origin: finding.rows for finding in refusing}.values())

    @property
    def changed_by_facts(self) -> frozenset[str]:
        """The plans of the delivery that are as they were, but for what is told of them: days, hearings, figures."""
        if not (same := {change.id for change in self.plans if isinstance(change, Unchanged)}):
            return frozenset()
        told = {fact_of(change).content.get("plan") for change in self.facts if not isinstance(change, Unchanged)}
        return frozenset(same & told)

    @property
    def unacknowledged(self) -> list[str]:
        """The rules somebody must acknowledge before this is loaded, and has not."""
        asked = {one.rule.id for one in self.findings if one.rule.must_acknowledge and not one.acknowledged_by}
        return sorted(asked) if not self.changes_nothing else []

    @property
    def changes_nothing(self) -> bool:
        return all(isinstance(change, Unchanged) for change in itertools.chain(self.plans, self.facts))


def compare(session: Session, prepared: Prepared, report: Report) -> None:
    """Fills the report with what the delivery would change."""
    code, dataset = report.municipality.code, prepared.dataset
    registered = current.registered_plans(session, code)
    withdrawn = current.withdrawn_plans(session, code)
    today = Settings.read().clock.today(report.municipality.zone)
    plans = plan_diff(registered, withdrawn, prepared.plans, report.municipality, dataset, today=today)
    lacking = _missing(session, prepared, registered, plans, report)
    if plans.borrows:
        _borrow(session, plans, registered, {change.id for change in lacking}, report)
    told = current.registered_facts(session, code, dataset)
    starts = starts_of(registered)
    if plans.amended:
        _settle(session, plans, registered, told, prepared.effective, starts, report.municipality)
    if starts:
        facts_now = without_earlier(plans.facts, {fact.id: fact for fact in told}, starts)
        plans.facts = Spool(facts_now, of_a_plan=FACTS_OF_A_PLAN)
    report.findings += plans.findings
    report.findings += _gaps(registered, plans.changes, report.municipality)
    report.findings += beside.neighbours_of(session, code, plans.changes)
    known = current.known_ids(session, code)
    _refuse_taken(prepared.facts, current.part_kinds(session, code), current.owners(session, code), dataset)
    facts: list[Fact] = []
    if prepared.facts:
        for change in plans.changes:
            known.setdefault(change.id, set()).add("plan")
        facts = _referring(completed(prepared.facts, told), known, report.findings)
    if told:
        plans.facts = Spool(with_unsaid(plans.facts, told), of_a_plan=FACTS_OF_A_PLAN)
    # Only a file of facts tells one in several places, and such a file is not long.
    wanted = each_once([*facts, *plans.facts]) if facts else plans.facts
    changes = Spool(fact_diff(told, wanted, complete=prepared.complete), of_a_plan=FACTS_OF_A_PLAN)
    if prepared.complete and any(finding.refuses for finding in report.findings):
        # What a refused row meant to say is unknown: it may be the very fact that seems to be gone.
        kept = sum(isinstance(change, Withdrawn) for change in changes)
        there = (change for change in changes if not isinstance(change, Withdrawn))
        changes = Spool(there, of_a_plan=FACTS_OF_A_PLAN)
        if kept:
            details = {"number": kept, "second": FACT if kept == 1 else FACTS}
            report.findings.append(Finding(rule.ROWS_KEPT, Origin(report.file), details=details))
    changes += withdrawn_with_plans(told, plans.said, {change.id for change in lacking}, wanted, starts)
    changes += taken_back(session, code, dataset, prepared.withdrawals, told)
    plans.changes += lacking
    report.plans, report.facts = plans.changes, changes
    report.findings += differently_told(session, code, dataset, changes)
    report.findings += beside.links_of(session, code, facts)
    _name_plans(report)


def _settle(
    session: Session,
    plans: PlanDiff,
    registered: Sequence[RegisteredPlan],
    told: Sequence[Fact],
    effective: date | None,
    starts: dict[str, date],
    municipality: Municipality,
) -> None:
    """How the extents of the amended plans differ, and what is a new version; a row that is refused gives nothing, and
    its plan is there. Adds to `starts` the first days of new versions."""
    versions = [change.new.version for change in plans.amended if "geometry" in change.fields and change.new.version]
    before = current.geometries(session, municipality.code, versions)
    settled = settle(measured(plans.changes, before, municipality.crs), registered, told, effective)
    refused = {finding.plan for finding in settled.findings}
    plans.refused += [change.new.record for change in plans.amended if change.id in refused]
    plans.changes = settled.changes
    plans.findings += settled.findings
    plans.said = {plan: said for plan, said in plans.said.items() if plan not in refused}
    starts |= settled.starts
    if refused:
        facts = (fact for fact in plans.facts if fact.content["plan"] not in refused)
        plans.facts = Spool(facts, of_a_plan=FACTS_OF_A_PLAN)


def _borrow(
    session: Session,
    plans: PlanDiff,
    registered: Sequence[RegisteredPlan],
    lacking: Collection[str],
    report: Report,
) -> None:
    """Gives the addenda that come without a geometry the extent they have."""
    needing = borrowed.needing(plans.changes)
    if not needing or (outline := report.municipality.outline) is None:
        return
    code = report.municipality.code
    versions = [change.new.version for change in needing.values() if change.new.version is not None]
    lenders = borrowed.Lenders(
        {row["plan"]: borrowed.own_extent(row) for row in extents.own(session, code, versions)},
        [borrowed.frame(row) for row in extents.frames(session, code, list(needing)) if row["plan"] not in lacking],
        outline,
        extents.outline_source(session, code),
    )
    known = {plan.id: plan for plan in registered if plan.id in needing}
    lent, findings = borrowed.lend(needing, plans.changes, known, lenders)
    plans.changes = Spool(lent.get(change.id, change) for change in plans.changes)
    amended = (lent.get(change.id, change) for change in plans.amended)
    plans.amended = [change for change in amended if isinstance(change, Amended)]
    plans.findings += findings


def _missing(
    session: Session,
    prepared: Prepared,
    registered: Sequence[RegisteredPlan],
    plans: PlanDiff,
    report: Report,
) -> list[Change[PlacedPlan]]:
    """The plans that a complete delivery lacks, each with its extent; none where a row cannot be told to be whose."""
    if prepared.scope is None:
        return []
    found = missing(
        registered, plans, prepared.refused, prepared.dataset, prepared.scope, report.municipality.jurisdiction
    )
    keys = {plan.content["external_id"] for plan in registered}
    rows = prepared.unnamed + sum(not one.number and one.external_id not in keys for one in prepared.refused)
    if found and rows:
        details = {"rows": rows, "first": ROW if rows == 1 else ROWS}
        details |= {"number": len(found), "second": PLAN if len(found) == 1 else PLANS}
        report.findings.append(Finding(rule.MISSING_KEPT, Origin(report.file), details=details))
        return []
    versions = [change.old.version for change in found if isinstance(change, Withdrawn) and change.old.version]
    shapes = current.geometries(session, report.municipality.code, versions)
    return [
        Withdrawn(
            change.id,
            replace(change.old, record=replace(change.old.record, geometry=shapes.get(change.old.version or 0))),
        )
        for change in found
        if isinstance(change, Withdrawn)
    ]


def _gaps(
    registered: Iterable[RegisteredPlan], changes: Iterable[Change[PlacedPlan]], municipality: Municipality
) -> Iterable[Finding]:
    """Numbers missing among the addenda of a municipal plan that this delivery brings addenda to."""
    if municipality.jurisdiction != "DK":
        return
    by_id = {plan.id: plan for plan in registered}
    addenda = {plan.id: (plan.parent, plan.number_key) for plan in registered if plan.kind is Kind.ADDENDUM}
    delivered = set()
    for change in changes:
        if isinstance(change, Added) and change.new.record.kind is Kind.ADDENDUM:
            addenda[change.id] = (change.new.parent, change.new.number_key)
        delivered.add(addenda.get(change.id, (None, ""))[0])
    for parent in sorted(delivered - {None}, key=str):
        name = next(iter(by_id[parent].content["titles"].values())) if parent in by_id else str(parent)
        yield from gaps_of(str(parent), name, [number for of, number in addenda.values() if of == parent])


def _refuse_taken(
    facts: Iterable[Fact], kinds: Mapping[str, str], owners: Mapping[tuple[str, str], str], dataset: str
) -> None:
    """Raises DeliveryRefused where an id is another dataset's, or stands for something of another kind."""
    for fact in facts:
        owner = owners.get((fact.table, fact.id), dataset)
        if owner != dataset:
            raise DeliveryRefused(
                N_("{entry}, id: “{id}” is of the dataset {owner}; give it another id, or say it there."),
                entry=_entry(fact),
                id=fact.id,
                owner=owner,
            )
        if fact.table in PARTS and kinds.get(fact.id, fact.table) != fact.table:
            raise DeliveryRefused(
                N_("{entry}, id: “{id}” is a {kind} already; give it another id."),
                entry=_entry(fact),
                id=fact.id,
                kind=word(kinds[fact.id]),
            )


def _entry(fact: Fact) -> Sentence:
    origin = fact.origin
    return entry_of(origin.file, origin.layer or "", origin.row or 0) if origin else verbatim(fact.id)


def _referring(facts: Iterable[Fact], known: Mapping[str, set[str]], findings: Spool[Finding]) -> list[Fact]:
    """The facts that refer to what exists, in the register or in this very file.

    Raises DeliveryRefused where something else has the id that is referred to.
    """
    facts = list(facts)
    kinds = {id_: set(of) for id_, of in known.items()}
    for fact in facts:
        kinds.setdefault(fact.id, set()).add(fact.table)
    sound = []
    for fact in facts:
        unknown = []
        for name, wanted in REFERENCES.items():
            if not (value := fact.content.get(name)) or kinds.get(value, set()) & set(wanted):
                continue
            if value in kinds:
                raise DeliveryRefused(
                    N_("{entry}, {field}: “{value}” is a {has}; name a {wants}."),
                    entry=_entry(fact),
                    field=name,
                    value=value,
                    has=word(min(kinds[value])),
                    wants=word(wanted[0]) if len(wanted) == 1 else Sentence(N_("part of a strategy")),
                )
            broken = rule.SUCCESSOR_UNKNOWN if name == "by_plan" else rule.REFERENCE_UNKNOWN
            unknown.append(Finding(broken, fact.origin, name, details={"value": value}))
        findings += unknown
        if not unknown:
            sound.append(fact)
    return sound


def _name_plans(report: Report) -> None:
    """Says in each finding which plan it is about, now that the rows have identities."""
    asked = {finding.origin for finding in report.findings if finding.plan is None}
    by_origin = {
        change.new.record.origin: change.id
        for change in report.plans
        if not isinstance(change, Unchanged | Withdrawn) and change.new.record.origin in asked
    }
    named = (
        replace(finding, plan=by_origin[finding.origin])
        if finding.origin in by_origin and finding.plan is None
        else finding
        for finding in report.findings
    )
    report.findings = Spool(named, of_a_plan=FINDINGS_OF_A_PLAN)

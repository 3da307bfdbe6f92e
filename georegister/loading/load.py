"""A delivery becomes part of the register: the steps on one page, and the transaction around the last.

    read | map | repair | check | diff | apply

Everything before `diff` knows no database. A row with an error is refused and the rest goes on, unless told to be
strict; whatever happens, the register is afterwards as it was or as the report says.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyproj

from georegister.domain import rule
from georegister.domain.change import Added, Change, Unchanged, Withdrawn
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlacedPlan, PlanRecord, RegisteredPlan
from georegister.errors import DeliveryRefused
from georegister.loading.diff import fact_diff, plan_diff, withdrawn_with_plans
from georegister.loading.facts import read_facts
from georegister.loading.mapping import MappingFile, records
from georegister.loading.read import Layer, read
from georegister.loading.repair import reference_system, repair
from georegister.loading.rules import Context, check, fitting_crs, gaps
from georegister.register import current, intake, municipalities, places
from georegister.register.database import Database, Session, reading, writing

Progress = Callable[[str], None]
STEPS = ("read", "map", "repair", "check", "compare", "plans", "facts", "states")
"""What `progress` is told, in order; a delivery of several layers goes through some of them again."""
PARTS = ("strategy", "theme", "goal", "action", "principle", "target")
REFERENCES = {
    **dict.fromkeys(("plan", "from_plan", "to_plan", "by_plan"), ("plan",)),
    **{name: (name,) for name in (*PARTS, "instrument", "administration", "sector_plan")},
    "parent": ("goal",),
    "part": PARTS,
}
"""The fields that refer to something, and the kinds of thing each may refer to."""


@dataclass(frozen=True)
class Options:
    """How a delivery is to be taken."""

    kind: Kind | None = None
    crs: str | None = None
    encoding: str | None = None
    dataset: str | None = None
    strict: bool = False
    dry_run: bool = False
    by: str = "unknown"


@dataclass
class Report:
    """What a load did, or, without a receipt, would do."""

    file: str
    municipality: Municipality
    dataset: str
    plans: Sequence[Change[PlacedPlan]] = ()
    facts: Sequence[Change[Fact]] = ()
    findings: list[Finding] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    rows: int = 0
    strict: bool = False
    receipt: intake.Receipt | None = None

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len({finding.origin for finding in self.findings if finding.refuses and finding.origin})

    @property
    def changes_nothing(self) -> bool:
        return all(isinstance(change, Unchanged) for change in (*self.plans, *self.facts))


@dataclass(frozen=True)
class _Prepared:
    """A delivery before it has met the register."""

    dataset: str
    title: str
    plans: list[PlanRecord]
    facts: list[Fact]
    complete: bool
    findings: list[Finding]
    ignored: tuple[str, ...] = ()
    rows: int = 0
    mapping: str | None = None


def load(
    database: Database,
    file: Path,
    municipality: str,
    mapping: MappingFile | None,
    options: Options,
    progress: Progress = lambda step: None,
) -> Report:
    """Loads a delivery of plans by a mapping, or, without one, a TOML file of facts.

    Raises DeliveryRefused where the file cannot be read or mapped, NotFound for an unknown municipality,
    RegisterUnavailable where the database does not answer.
    """
    if options.dataset and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", options.dataset):
        raise DeliveryRefused(f"--dataset {options.dataset!r} cannot be used: small letters, digits and - only.")
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        context = Context(its_municipality, places.names(session, municipality))
    progress("read")
    if mapping is None:
        prepared = _prepare_facts(file, municipality)
    else:
        prepared = _prepare_plans(file, mapping, context, options, progress)
    if options.dataset:
        prepared = replace(prepared, dataset=options.dataset)
    report = Report(
        file.name,
        its_municipality,
        prepared.dataset,
        findings=prepared.findings,
        ignored=prepared.ignored,
        rows=prepared.rows,
        strict=options.strict,
    )
    progress("compare")
    if options.dry_run:
        with reading(database) as session:
            _compare(session, prepared, report)
        return report
    with writing(database) as session:
        intake.lock(session, municipality)
        _compare(session, prepared, report)
        if report.changes_nothing or (options.strict and report.refused):
            return report
        report.receipt = intake.apply(
            session, _delivery(file, prepared, report, options), report.plans, report.facts, report.findings, progress
        )
    return report


def _prepare_plans(
    file: Path, mapping: MappingFile, context: Context, options: Options, progress: Progress
) -> _Prepared:
    delivery = read(file, encoding=options.encoding)
    plans: list[PlanRecord] = []
    findings: list[Finding] = []
    rows = 0
    for layer in delivery.layers:
        progress("map")
        mapped = records(layer, mapping, options.kind)
        rows += layer.table.num_rows
        _refuse_kinds(mapped.records)
        findings += mapped.findings
        if layer.encoding_note not in ("by .cpg", "as told"):
            details = {"encoding": layer.encoding, "note": layer.encoding_note}
            findings.append(Finding(rule.ENCODING_GUESSED, Origin(layer.file, layer.name), details=details))
        if crs := _crs(layer, mapped.records, context, options, findings):
            progress("repair")
            named = _name_of(crs)
            mended = repair([replace(record, crs=named) for record in mapped.records], crs)
            progress("check")
            found = [finding for record in mended.records for finding in check(record, context)]
            findings += mended.findings + found
            plans += _sound(mended.records, found)
    return _Prepared(mapping.dataset, mapping.title, plans, [], False, findings, delivery.ignored, rows, mapping.title)


def _refuse_kinds(plans: Iterable[PlanRecord]) -> None:
    """Raises DeliveryRefused for kinds of plan that rows with a geometry cannot be."""
    for plan in plans:
        if plan.kind is Kind.MUNICIPAL_PLAN:
            raise DeliveryRefused(
                f"{plan.origin}: a municipal plan has no geometry of its own; write it as [[plan]] in a TOML file, "
                "or say another --kind."
            )
        if plan.kind not in (Kind.ADDENDUM, Kind.LOCAL_PLAN):
            raise DeliveryRefused(
                f"{plan.origin}: a {plan.kind} belongs to a plan, and georegister cannot yet read to which; "
                "say another --kind."
            )


def _crs(
    layer: Layer, plans: Sequence[PlanRecord], context: Context, options: Options, findings: list[Finding]
) -> pyproj.CRS | None:
    """The layer's reference system; where it says none, a finding that names the one that would fit."""
    told = options.crs or layer.crs
    if not told:
        fits = fitting_crs(plans, context.municipality)
        details = {"suggestion": f" EPSG:{fits}" if fits else ""}
        findings += [Finding(rule.CRS_MISSING, plan.origin, details=details) for plan in plans]
        return None
    try:
        return reference_system(told)
    except ValueError as error:
        raise DeliveryRefused(f"{layer.file}: {error}.") from error


def _name_of(crs: pyproj.CRS) -> str:
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_wkt())


def _sound(plans: Iterable[PlanRecord], findings: Iterable[Finding]) -> list[PlanRecord]:
    refused = {finding.origin for finding in findings if finding.refuses}
    return [plan for plan in plans if plan.origin not in refused]


def _prepare_facts(file: Path, municipality: str) -> _Prepared:
    said = read_facts(file)
    if said.municipality != municipality:
        raise DeliveryRefused(f"{file.name} speaks of municipality {said.municipality}, not of {municipality}.")
    return _Prepared(
        said.dataset, said.title, said.plans, said.facts, said.complete, [], (), len(said.plans) + len(said.facts)
    )


def _compare(session: Session, prepared: _Prepared, report: Report) -> None:
    """Fills the report with what the delivery would change."""
    code, dataset = report.municipality.code, prepared.dataset
    registered = current.registered_plans(session, code)
    plans = plan_diff(registered, _with_digests(prepared.plans), report.municipality, dataset)
    report.plans, report.findings = plans.changes, report.findings + plans.findings
    report.findings += _gaps(registered, plans.changes, report.municipality)
    known = current.known_ids(session, code)
    for change in plans.changes:
        known.setdefault(change.id, set()).add("plan")
    _refuse_taken(prepared.facts, known, current.owners(session, code), dataset)
    before = current.registered_facts(session, code, dataset)
    facts = _referring(prepared.facts, known, report.findings)
    wanted = [*facts, *plans.facts]
    changes = fact_diff(before, wanted, complete=prepared.complete)
    if any(finding.refuses for finding in report.findings):
        # What a refused row meant to say is unknown: it may be the very fact that seems to be gone.
        kept = [change for change in changes if isinstance(change, Withdrawn)]
        changes = [change for change in changes if not isinstance(change, Withdrawn)]
        if kept:
            report.findings.append(Finding(rule.ROWS_KEPT, details={"number": len(kept)}))
    changes += withdrawn_with_plans(before, plans.said, wanted)
    report.facts = changes
    _name_plans(report)


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
        name = next(iter(by_id[parent].content["titles"].values())) if parent in by_id else parent
        for first, last in gaps([number for of, number in addenda.values() if of == parent]):
            if first == last:
                yield Finding(rule.NUMBER_GAP, plan=parent, details={"number": first, "parent": name})
            else:
                details = {"first": first, "last": last, "parent": name}
                yield Finding(rule.NUMBERS_GAP, plan=parent, details=details)


def _with_digests(plans: Iterable[PlanRecord]) -> Iterable[tuple[PlanRecord, str | None]]:
    for plan in plans:
        yield plan, hashlib.md5(plan.delivered, usedforsecurity=False).hexdigest() if plan.delivered else None


def _refuse_taken(
    facts: Iterable[Fact], known: Mapping[str, set[str]], owners: Mapping[tuple[str, str], str], dataset: str
) -> None:
    """Raises DeliveryRefused where an id is another dataset's, or stands for something of another kind."""
    for fact in facts:
        owner = owners.get((fact.table, fact.id), dataset)
        if owner != dataset:
            raise DeliveryRefused(
                f"{_entry(fact)}, id: “{fact.id}” is of the dataset {owner}; give it another id, or say it there."
            )
        other = known.get(fact.id, set()) & set(PARTS) - {fact.table}
        if fact.table in PARTS and other:
            raise DeliveryRefused(f"{_entry(fact)}, id: “{fact.id}” is a {other.pop()} already; give it another id.")


def _entry(fact: Fact) -> str:
    origin = fact.origin
    return f"{origin.file}: [[{origin.layer}]], entry {origin.row}" if origin else fact.id


def _referring(facts: Iterable[Fact], known: Mapping[str, set[str]], findings: list[Finding]) -> list[Fact]:
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
                has = " and ".join(sorted(kinds[value])).replace("_", " ")
                wants = wanted[0] if len(wanted) == 1 else "part of a strategy"
                raise DeliveryRefused(
                    f"{_entry(fact)}, {name}: “{value}” is a {has}; name a {wants.replace('_', ' ')}."
                )
            unknown.append(Finding(rule.REFERENCE_UNKNOWN, fact.origin, name, details={"value": value}))
        findings += unknown
        if not unknown:
            sound.append(fact)
    return sound


def _name_plans(report: Report) -> None:
    """Says in each finding which plan it is about, now that the rows have identities."""
    by_origin = {
        change.new.record.origin: change.id for change in report.plans if not isinstance(change, Unchanged | Withdrawn)
    }
    report.findings = [
        replace(finding, plan=by_origin[finding.origin])
        if finding.origin in by_origin and finding.plan is None
        else finding
        for finding in report.findings
    ]


def _delivery(file: Path, prepared: _Prepared, report: Report, options: Options) -> intake.Delivery:
    content = file.read_bytes()
    return intake.Delivery(
        report.municipality.code,
        prepared.dataset,
        prepared.title,
        file.name,
        content,
        hashlib.sha256(content).digest(),
        options.by,
        prepared.mapping,
        {name: str(value) for name, value in vars(options).items() if value and name not in ("by", "dry_run")},
    )

"""A delivery on its way to the register: read, mapped, repaired and checked. No database is asked here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyproj

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.borrowed import may_borrow, without_extent
from georegister.loading.codes import read_codes
from georegister.loading.documents import Document
from georegister.loading.facts import FactFile
from georegister.loading.mapping import MappingFile, known_mappings
from georegister.loading.notes import LayerNote, findings_of, note_of
from georegister.loading.read import Layer, Reading, read
from georegister.loading.reference_systems import advice, fitting, reference_system
from georegister.loading.repair import MISREAD, repair
from georegister.loading.rows import records
from georegister.loading.rules import Context, check
from georegister.loading.suggest import Suggestion, suggest
from georegister.settings import Settings

Progress = Callable[[str], None]
HOLDS_PLANS = frozenset(
    {".shp", ".dbf", ".gpkg", ".geojson", ".json", ".gml", ".xml", ".fgb", ".parquet", ".csv", ".tab", ".mif", ".kml"}
)
"""A member of a delivery that is passed over and may hold plans: without it nobody can say what is missing."""


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
    effective: date | None = None
    """The day from which every changed row is a new legal version, where whoever loads says so."""
    complete: bool = False
    expect_withdrawals: int | None = None
    layer: str | None = None
    source: str | None = None
    """The address a delivery was fetched from."""
    section: str | None = None
    """What a table of facts holds."""
    parent: str | None = None
    """The plan that rows belong to which name none: its id, key or number."""
    acknowledge: frozenset[str] = frozenset()
    """The ids of rules whose warnings are meant."""


@dataclass(frozen=True)
class Prepared:
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
    scope: frozenset[Kind] | None = None
    """The kinds of plan of which the delivery is said to have all; None where it is not said to be complete."""
    refused: tuple[PlanRecord, ...] = ()
    effective: date | None = None
    unnamed: int = 0
    """How many refused rows have neither number nor key."""
    layers: tuple[LayerNote, ...] = ()
    withdrawals: Sequence[Fact] = ()
    documents: Sequence[Document] = ()


def prepare_plans(
    file: Path, mapping: MappingFile | None, context: Context, options: Options, progress: Progress
) -> Prepared:
    """The plans of a file of rows; without a mapping by one that is suggested, where nothing about it is in doubt.

    Raises DeliveryRefused where it cannot be read or mapped.
    """
    settings = Settings.read()
    codes = read_codes(settings.config)
    delivery = read(file, encoding=options.encoding, layer=options.layer)
    rows = sum(layer.table.num_rows for layer in delivery.layers)
    if not rows:
        raise DeliveryRefused(_nothing_in(file.name, delivery))
    findings: list[Finding] = []
    if mapping is None:
        suggestion = suggested(delivery, settings, options.kind)
        if suggestion.doubts:
            raise DeliveryRefused(
                f"{file.name} needs a mapping ({'; '.join(suggestion.doubts)}). "
                f"`georegister mapping suggest {file.name}` shows its columns; then say --mapping."
            )
        mapping = suggestion.mapping
        findings += _taken(suggestion, file.name)
    plans: list[PlanRecord] = []
    every: list[PlanRecord] = []
    unnamed = 0
    notes: list[LayerNote] = []
    ignored = tuple(layer.name for layer in delivery.layers if mapping.ignores(layer.name))
    for layer in delivery.layers:
        if layer.name in ignored:
            continue
        progress("map")
        mapped = records(layer, mapping, options.kind, codes, options.parent)
        _refuse_kinds(mapped.records)
        every += [*mapped.records, *mapped.incomplete]
        told_whose = {record.origin for record in mapped.incomplete}
        unnamed += len({finding.origin for finding in mapped.findings if finding.refuses} - told_whose)
        findings += [*mapped.findings, *findings_of(layer)]
        readable = [record for record in mapped.records if record.origin.row not in layer.unusable]
        without = without_extent(readable) if context.municipality.outline is not None else []
        plans += without
        findings += check(without, context)
        readable = [record for record in readable if not may_borrow(record)] if without else readable
        crs = _crs(layer, readable, context, options, findings)
        notes.append(note_of(layer, crs, options.crs))
        if crs and (readable or not without):
            progress("repair")
            named = _name_of(crs)
            mended = repair([replace(record, crs=named) for record in readable], crs)
            progress("check")
            found = check(mended.records, context)
            told = [*mended.findings, *found]
            nowhere = _nowhere(layer, readable, told, context, named)
            findings += nowhere or [*told, *_misread(layer, readable, told, context, named)]
            plans += _sound(mended.records, found)
    scope = None
    if mapping.complete or options.complete:
        unread = [name for name in delivery.ignored if Path(name).suffix.lower() in HOLDS_PLANS]
        if unread:
            findings.append(Finding(rule.NOT_WHOLE, Origin(file.name), details={"files": ", ".join(unread)}))
        else:
            scope = frozenset(mapping.scope or {plan.kind for plan in every})
    taken = {plan.origin for plan in plans}
    return Prepared(
        mapping.dataset,
        mapping.title,
        plans,
        [],
        False,
        findings,
        (*delivery.ignored, *ignored),
        rows,
        mapping.title,
        layers=tuple(notes),
        scope=scope,
        refused=tuple(plan for plan in every if plan.origin not in taken),
        unnamed=unnamed,
        effective=options.effective,
    )


def suggested(delivery: Reading, settings: Settings, kind: Kind | None = None) -> Suggestion:
    """What a delivery that has been read would be mapped by."""
    return suggest(delivery.layers, read_codes(settings.config), known_mappings(settings), kind)


def _taken(suggestion: Suggestion, file: str) -> Iterator[Finding]:
    """Which column has been taken for what, and which for nothing."""
    unused: dict[str, list[str]] = {}
    for column in suggestion.columns:
        if column.field is None:
            unused.setdefault(column.layer, []).append(column.name)
            continue
        details = {"field": column.field, "sample": column.sample or ""}
        yield Finding(rule.COLUMN_TAKEN, Origin(file, column.layer), column.name, details=details)
    for layer, columns in unused.items():
        yield Finding(rule.COLUMNS_UNUSED, Origin(file, layer), details={"columns": ", ".join(columns)})


def _nothing_in(file: str, delivery: Reading) -> str:
    names = ", ".join(layer.name for layer in delivery.layers)
    return f"{file} has no rows{f' (in {names})' if names else ''}; there is nothing to load, and nothing was changed."


def _refuse_kinds(plans: Iterable[PlanRecord]) -> None:
    """Raises DeliveryRefused for kinds of plan that rows with a geometry cannot be."""
    for plan in plans:
        if plan.kind is Kind.MUNICIPAL_PLAN:
            raise DeliveryRefused(
                f"{plan.origin}: a municipal plan has no geometry of its own; write it as [[plan]] in a TOML file, "
                "or say another --kind."
            )


def _crs(
    layer: Layer, plans: Sequence[PlanRecord], context: Context, options: Options, findings: list[Finding]
) -> pyproj.CRS | None:
    """The layer's reference system; where it says none, a finding that names the one that would fit."""
    told = options.crs or layer.crs
    if not told:
        fits = advice(fitting(plans, context.municipality))
        details = {"suggestion": f" {fits}" if fits else "", "reason": layer.crs_note.message}
        findings += [Finding(rule.CRS_MISSING, plan.origin, details=details) for plan in plans]
        return None
    try:
        return reference_system(told)
    except ValueError as error:
        raise DeliveryRefused(f"{layer.file}: {error}.") from error


def _nowhere(
    layer: Layer, plans: Sequence[PlanRecord], found: Iterable[Finding], context: Context, crs: str
) -> list[Finding]:
    """One finding for all rows of a layer that lie nowhere on earth, where another reference system explains them."""
    lost = {finding.origin for finding in found if finding.details.get("reason") in MISREAD}
    if not lost or len(lost) < len(plans) or not (codes := advice(fitting(plans, context.municipality, crs))):
        return []
    details = {"told": crs, "rows": len(plans), "crs": codes, "first": codes.split(" / ")[0]}
    details["municipality"] = context.municipality.name
    return [Finding(rule.CRS_WRONG, Origin(layer.file, layer.name), "geometry", details=details)]


def _misread(
    layer: Layer, plans: Sequence[PlanRecord], found: Iterable[Finding], context: Context, crs: str
) -> Iterator[Finding]:
    """What would put the plans where they belong, where most of a layer lies elsewhere or comes to nothing."""
    elsewhere = {finding.origin for finding in found if finding.rule in (rule.OUTSIDE, rule.NOT_MENDABLE)}
    if len(elsewhere) * 2 <= len(plans):
        return
    fits = fitting(plans, context.municipality, crs)
    origin, name = Origin(layer.file, layer.name), context.municipality.name
    if codes := advice(fits):
        first = codes.split(" / ")[0]
        details = {"crs": codes, "first": first, "municipality": name}
        yield Finding(rule.CRS_WOULD_FIT, origin, "geometry", details=details)
    elif fits:
        yield Finding(rule.AXES_SWAPPED, origin, "geometry", details={"municipality": name})


def _name_of(crs: pyproj.CRS) -> str:
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_wkt())


def _sound(plans: Iterable[PlanRecord], findings: Iterable[Finding]) -> list[PlanRecord]:
    refused = {finding.origin for finding in findings if finding.refuses}
    return [plan for plan in plans if plan.origin not in refused]


def prepare_facts(said: FactFile, file: str, municipality: str) -> Prepared:
    """The plans and facts of a file of facts. Raises DeliveryRefused where it is another municipality's."""
    if said.municipality != municipality:
        raise DeliveryRefused(f"{file} speaks of municipality {said.municipality}, not of {municipality}.")
    rows = said.rows or len(said.plans) + len(said.facts) + len(said.withdrawals)
    return Prepared(
        said.dataset,
        said.title,
        said.plans,
        said.facts,
        said.complete,
        said.findings,
        said.ignored,
        rows,
        withdrawals=said.withdrawals,
        documents=said.documents,
    )

"""A delivery on its way to the register: read, mapped, repaired and checked. No database is asked here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyproj

from georegister.domain import rule
from georegister.domain.codes import Codes
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.codes import read_codes
from georegister.loading.documents import Document
from georegister.loading.facts import FactFile
from georegister.loading.mapping import MappingFile, known_mappings, read_mapping
from georegister.loading.read import VECTOR_FILES, WRITTEN_IN_UTF8, Layer, Reading, read
from georegister.loading.repair import reference_system, repair
from georegister.loading.rows import records
from georegister.loading.rules import Context, check, fitting_crs
from georegister.loading.suggest import Suggestion, suggest
from georegister.settings import Settings

Progress = Callable[[str], None]


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
    withdrawals: Sequence[Fact] = ()
    documents: Sequence[Document] = ()


def prepare_plans(
    file: Path, mapping: MappingFile | None, context: Context, options: Options, progress: Progress
) -> Prepared:
    """The plans of a file of rows; without a mapping by one that is suggested, where nothing about it is in doubt.

    Raises DeliveryRefused where it cannot be read or mapped.
    """
    own = Settings.read().config
    codes = read_codes(own)
    delivery = read(file, encoding=options.encoding, accepted=VECTOR_FILES)
    findings: list[Finding] = []
    if mapping is None:
        suggestion = suggested(delivery, codes, own, options.kind)
        if suggestion.doubts:
            raise DeliveryRefused(
                f"{file.name} needs a mapping ({'; '.join(suggestion.doubts)}). "
                f"`georegister mapping suggest {file.name}` shows its columns; then say --mapping."
            )
        mapping = suggestion.mapping
        findings += _taken(suggestion, file.name)
    plans: list[PlanRecord] = []
    rows = 0
    ignored = tuple(layer.name for layer in delivery.layers if mapping.ignores(layer.name))
    for layer in delivery.layers:
        if layer.name in ignored:
            continue
        progress("map")
        mapped = records(layer, mapping, options.kind, codes)
        rows += layer.table.num_rows
        _refuse_kinds(mapped.records)
        findings += mapped.findings
        if layer.encoding_note not in ("by .cpg", "as told", WRITTEN_IN_UTF8):
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
    return Prepared(
        mapping.dataset, mapping.title, plans, [], False, findings, (*delivery.ignored, *ignored), rows, mapping.title
    )


def suggested(delivery: Reading, codes: Codes, own: Path | None, kind: Kind | None = None) -> Suggestion:
    """What a delivery that has been read would be mapped by; `own` is the municipality's own folder."""
    known = {name: read_mapping(file) for name, file in known_mappings(own).items()}
    return suggest(delivery.layers, codes, known, kind)


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


def prepare_facts(said: FactFile, file: str, municipality: str) -> Prepared:
    """The plans and facts of a file of facts. Raises DeliveryRefused where it is another municipality's."""
    if said.municipality != municipality:
        raise DeliveryRefused(f"{file} speaks of municipality {said.municipality}, not of {municipality}.")
    rows = len(said.plans) + len(said.facts) + len(said.withdrawals)
    return Prepared(
        said.dataset,
        said.title,
        said.plans,
        said.facts,
        said.complete,
        [],
        (),
        rows,
        withdrawals=said.withdrawals,
        documents=said.documents,
    )

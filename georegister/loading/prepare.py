"""A delivery on its way to the register: read, mapped, repaired and checked. No database is asked here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyproj

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.codes import read_codes
from georegister.loading.facts import read_facts
from georegister.loading.mapping import MappingFile
from georegister.loading.read import VECTOR_FILES, WRITTEN_IN_UTF8, Layer, read
from georegister.loading.repair import reference_system, repair
from georegister.loading.rows import records
from georegister.loading.rules import Context, check, fitting_crs
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


def prepare_plans(file: Path, mapping: MappingFile, context: Context, options: Options, progress: Progress) -> Prepared:
    """The plans of a file of rows. Raises DeliveryRefused where it cannot be read or mapped."""
    codes = read_codes(Settings.read().config)
    delivery = read(file, encoding=options.encoding, accepted=VECTOR_FILES)
    plans: list[PlanRecord] = []
    findings: list[Finding] = []
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


def prepare_facts(file: Path, municipality: str) -> Prepared:
    """The plans and facts of a TOML file. Raises DeliveryRefused, naming the file, the entry and the field."""
    said = read_facts(file)
    if said.municipality != municipality:
        raise DeliveryRefused(f"{file.name} speaks of municipality {said.municipality}, not of {municipality}.")
    return Prepared(
        said.dataset, said.title, said.plans, said.facts, said.complete, [], (), len(said.plans) + len(said.facts)
    )

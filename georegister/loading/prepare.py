"""A delivery on its way to the register: read, mapped, repaired and checked. No database is asked here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.codes import read_codes
from georegister.loading.documents import Document
from georegister.loading.facts import FactFile
from georegister.loading.gather import Gathered, Progress, gather
from georegister.loading.mapping import MappingFile, known_mappings
from georegister.loading.notes import LayerNote
from georegister.loading.read import Reading, read
from georegister.loading.rules import Context
from georegister.loading.spool import Spool
from georegister.loading.suggest import Suggestion, suggest
from georegister.sentence import N_, joined
from georegister.settings import Settings

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
    plans: Sequence[PlanRecord]
    facts: list[Fact]
    complete: bool
    findings: Spool[Finding]
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
        raise _nothing_in(file.name, delivery)
    gathered = Gathered()
    if mapping is None:
        suggestion = suggested(delivery, settings, options.kind)
        if suggestion.doubts:
            raise DeliveryRefused(
                N_(
                    "{file} needs a mapping ({doubts}). `georegister mapping suggest {file}` shows its columns; "
                    "then say --mapping."
                ),
                file=file.name,
                doubts=joined(suggestion.doubts, "; "),
            )
        mapping = suggestion.mapping
        gathered.findings += _taken(suggestion, file.name)
    ignored = tuple(layer.name for layer in delivery.layers if mapping.ignores(layer.name))
    notes = [
        gather(layer, mapping, context, codes, options.kind, options.crs, options.parent, gathered, progress)
        for layer in delivery.layers
        if layer.name not in ignored
    ]
    scope = None
    if mapping.complete or options.complete:
        unread = [name for name in delivery.ignored if Path(name).suffix.lower() in HOLDS_PLANS]
        if unread:
            gathered.findings.append(Finding(rule.NOT_WHOLE, Origin(file.name), details={"files": ", ".join(unread)}))
        else:
            scope = frozenset(mapping.scope or gathered.kinds)
    return Prepared(
        mapping.dataset,
        mapping.title,
        gathered.plans,
        [],
        False,
        gathered.findings,
        (*delivery.ignored, *ignored),
        rows,
        mapping.title,
        layers=tuple(notes),
        scope=scope,
        refused=tuple(gathered.refused),
        unnamed=gathered.unnamed,
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


def _nothing_in(file: str, delivery: Reading) -> DeliveryRefused:
    if not delivery.layers:
        return DeliveryRefused(N_("{file} has no rows; there is nothing to load, and nothing was changed."), file=file)
    return DeliveryRefused(
        N_("{file} has no rows (in {layers}); there is nothing to load, and nothing was changed."),
        file=file,
        layers=", ".join(layer.name for layer in delivery.layers),
    )


def prepare_facts(said: FactFile, file: str, municipality: str) -> Prepared:
    """The plans and facts of a file of facts. Raises DeliveryRefused where it is another municipality's."""
    if said.municipality != municipality:
        raise DeliveryRefused(
            N_("{file} speaks of municipality {said}, not of {municipality}."),
            file=file,
            said=said.municipality,
            municipality=municipality,
        )
    rows = said.rows or len(said.plans) + len(said.facts) + len(said.withdrawals)
    return Prepared(
        said.dataset,
        said.title,
        said.plans,
        said.facts,
        said.complete,
        Spool(said.findings),
        said.ignored,
        rows,
        withdrawals=said.withdrawals,
        documents=said.documents,
    )

"""Addresses, places and parcels from a file of rows: each becomes a `place` fact of a dataset of its own.

    read | name and shape | repair | check | diff | apply

A shape is the file's own (GeoPackage, shapefile, GeoJSON), or in a CSV two columns of coordinates or one of WKT.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import METRES_PER_DEGREE, to_wgs84
from georegister.domain.municipality import Municipality
from georegister.domain.record import Fact, Origin, PlaceRecord
from georegister.errors import DeliveryRefused
from georegister.loading.compare import Report
from georegister.loading.diff import each_once, fact_diff
from georegister.loading.formats import TABLES_TOO
from georegister.loading.gather import Progress
from georegister.loading.notes import LayerNote, findings_of, note_of
from georegister.loading.read import Layer, read
from georegister.loading.reference_systems import OUTLINE_TOLERANCE_DEGREES, advice, fitting, known_or_refused
from georegister.loading.repair import OFF_EARTH, repair
from georegister.loading.spool import Spool
from georegister.register import current, intake, municipalities
from georegister.register.database import Database, Session, reading, writing
from georegister.register.delivery_files import lying_at, sha256_of
from georegister.sentence import N_

NAMES = (
    "name",
    "navn",
    "primærtnavn",
    "navn_1_skrivemaade",
    "adresse",
    "adressebetegnelse",
    "address",
    "betegnelse",
    "matrikelnr",
    "titel",
    "title",
)
COMPOSED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "address": (
        ("", ("vejnavn", "adresseringsvejnavn")),
        (" ", ("husnr", "husnummer")),
        (", ", ("postnr", "postnummer")),
        (" ", ("postnrnavn", "postdistrikt")),
    ),
    "parcel": (("", ("matrikelnr", "matrikelnummer")), (" ", ("ejerlavsnavn", "ejerlavnavn", "ejerlav"))),
}
"""Names that public registers keep in several columns: what stands before each part, and what its column is called."""
LONGITUDES = ("lon", "lng", "long", "longitude", "længdegrad", "laengdegrad", "wgs84koordinat_længde")
LATITUDES = ("lat", "latitude", "breddegrad", "wgs84koordinat_bredde")
XS = ("x", "x_koordinat", "easting", "east", "øst", "oest")
YS = ("y", "y_koordinat", "northing", "north", "nord")
KIND = DATASET_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_NAME = 300
POINT, MULTIPOINT, POLYGONAL = 0, 4, (3, 6)
SAME_PLACE_DIGITS = 5
MISPLACED = 0.5
"""Where more than this share of the rows lies outside the municipality, the reference system is what is wrong."""


@dataclass(frozen=True)
class PlaceOptions:
    """How a file of places is to be taken."""

    kind: str = "place"
    name_column: str | None = None
    dataset: str | None = None
    crs: str | None = None
    complete: bool = False
    dry_run: bool = False
    by: str = "unknown"


def load_places(
    database: Database,
    file: Path,
    municipality: str,
    options: PlaceOptions,
    progress: Progress = lambda step: None,
) -> Report:
    """Loads places; what the file no longer has is withdrawn only where it is said to be complete.

    Raises DeliveryRefused naming the file and the column, NotFound for an unknown municipality.
    """
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
    progress("read")
    delivery = read(file, accepted=TABLES_TOO)
    notes: list[LayerNote] = []
    dataset = options.dataset or f"places-{options.kind}"
    findings: list[Finding] = []
    records: list[PlaceRecord] = []
    for layer in delivery.layers:
        progress("map")
        found, crs = _records(layer, options, its_municipality, findings)
        notes.append(note_of(layer, crs, options.crs))
        progress("repair")
        records += _placed(found, crs, findings)
        progress("check")
        _refuse_elsewhere(file, found, crs, records, its_municipality)
    facts = list(_facts(records, its_municipality, file.name, findings))
    rows = sum(layer.table.num_rows for layer in delivery.layers)
    report = Report(
        *(file.name, its_municipality, dataset),
        findings=Spool(findings),
        ignored=delivery.ignored,
        layers=tuple(notes),
        rows=rows,
    )
    progress("compare")
    if options.dry_run:
        with reading(database) as session:
            _compare(session, facts, report, options)
        return report
    content = lying_at(file)
    told = {name: str(value) for name, value in vars(options).items() if value and name not in ("by", "dry_run")}
    delivered = intake.Delivery(
        *(municipality, dataset, file.stem, file.name, content, sha256_of(content), options.by),
        options=told,
    )
    with writing(database, patiently=True) as session:
        intake.lock(session, municipality)
        _compare(session, facts, report, options)
        if not report.changes_nothing:
            report.receipt = intake.apply(session, delivered, [], report.facts, findings, progress)
    return report


def _compare(session: Session, facts: Sequence[Fact], report: Report, options: PlaceOptions) -> None:
    """Fills the report; a complete file speaks of its own kind only, whatever else the dataset holds."""
    before = [
        fact
        for fact in current.registered_facts(session, report.municipality.code, report.dataset)
        if fact.table == "place" and fact.content["kind"] == options.kind
    ]
    report.facts = list(fact_diff(before, each_once(facts), complete=options.complete))


# -- a row's name and shape


def _records(
    layer: Layer, options: PlaceOptions, municipality: Municipality, findings: list[Finding]
) -> tuple[list[PlaceRecord], pyproj.CRS]:
    """The rows that have a name, with their shape as delivered, and the reference system of the shapes."""
    columns = {_plain(name): name for name in layer.table.column_names}
    named, names = _names(layer, columns, options)
    pair = _pair(columns)
    if pair and layer.wkt:  # a column of text beside them is not what is meant
        layer = replace(layer, geometry=None, unusable={}, curved=())
    shapes, crs = _shapes(layer, pair, options.crs, municipality)
    made = []
    findings += findings_of(layer)
    for row, (name, (wkb, text)) in enumerate(zip(names, shapes, strict=True), 1):
        origin = Origin(layer.file, layer.name, row)
        if row in layer.unusable:
            continue
        if not name:
            findings.append(Finding(rule.PLACE_NAMELESS, origin, named))
        elif wkb is None and text:
            findings.append(Finding(rule.NOT_A_COORDINATE, origin, details={"value": text[:60]}))
        elif wkb is None:
            findings.append(Finding(rule.GEOMETRY_MISSING, origin))
        else:
            made.append(PlaceRecord(name, options.kind, origin, wkb))
    return made, crs


def _names(layer: Layer, columns: dict[str, str], options: PlaceOptions) -> tuple[str, list[str]]:
    """What the rows are called, and the column that says so: one, or the parts of an address or a parcel."""
    parts = [
        (between, next((columns[name] for name in names if name in columns), None))
        for between, names in COMPOSED.get(options.kind, ())
    ]
    found = [(between, name) for between, name in parts if name]
    if options.name_column or not parts or not all(name for _, name in parts[:2]):
        named = _name_column(layer, columns, options.name_column)
        return named, [_clean(value) for value in layer.table.column(named).to_pylist()]
    made = []
    said = [[_clean(value) for value in layer.table.column(name).to_pylist()] for _, name in found]
    for row in zip(*said, strict=True):
        whole = "".join(between + part for (between, _), part in zip(found, row, strict=True) if part)
        # Without its first part, the road or the number, it is no name.
        made.append(_clean(whole) if row[0] else "")
    return found[0][1], made


def _name_column(layer: Layer, columns: dict[str, str], wanted: str | None) -> str:
    for name in [wanted] if wanted else NAMES:
        if _plain(name) in columns:
            return columns[_plain(name)]
    has = ", ".join(layer.table.column_names) or "–"
    unnamed = N_("{file}: there is no column for the name; say --name-column with one of: {has}.")
    missing = N_("{file}: there is no column {wanted}; say --name-column with one of: {has}.")
    raise DeliveryRefused(missing if wanted else unnamed, file=layer.file, wanted=wanted, has=has)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _clean(value: object) -> str:
    """A name on one line; control characters are no part of a name."""
    text = "" if value is None else str(value)
    kept = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or letter.isprintable())
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:LONGEST_NAME]


Shape = tuple[bytes | None, str]
"""WKB, or None and what stood in its place."""


def _pair(columns: dict[str, str]) -> tuple[str, str, str | None] | None:
    """The two columns of coordinates, and the reference system their names tell."""

    def find(names: Iterable[str]) -> str | None:
        return next((columns[name] for name in names if name in columns), None)

    lon, lat, x, y = (find(names) for names in (LONGITUDES, LATITUDES, XS, YS))
    if lon and lat:
        return lon, lat, "EPSG:4326"
    return (x, y, None) if x and y else None


def _shapes(
    layer: Layer, pair: tuple[str, str, str | None] | None, told: str | None, municipality: Municipality
) -> tuple[list[Shape], pyproj.CRS]:
    if layer.geometry is not None:
        return [(wkb, "") for wkb in layer.geometry.to_pylist()], _crs(layer.file, told or layer.crs, municipality)
    if pair:
        return _points(layer, pair[0], pair[1]), _crs(layer.file, told or pair[2], municipality)
    has = ", ".join(layer.table.column_names)
    raise DeliveryRefused(
        N_("{file}: there are no columns lon and lat, x and y, or wkt; there are {has}."), file=layer.file, has=has
    )


def _points(layer: Layer, first: str, second: str) -> list[Shape]:
    texts = list(zip(layer.table.column(first).to_pylist(), layer.table.column(second).to_pylist(), strict=True))
    numbers = np.array([[_number(one), _number(other)] for one, other in texts], dtype=float).reshape(-1, 2)
    made = shapely.to_wkb(shapely.points(numbers))
    return [
        (wkb if np.isfinite(pair).all() else None, " ".join(text).strip())
        for wkb, pair, text in zip(made, numbers, texts, strict=True)
    ]


def _number(text: str) -> float:
    """A decimal number with a point or a comma; not a number where it is none."""
    try:
        return float(text.strip().replace(",", ".")) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        return float("nan")


def _crs(file: str, told: str | None, municipality: Municipality) -> pyproj.CRS:
    if not told:
        example = f"EPSG:{municipality.crs[0]}"
        raise DeliveryRefused(
            N_("{file} does not say its reference system; say it, such as --crs {example}."), file=file, example=example
        )
    return known_or_refused(told, file)


# -- points and polygons as the register keeps them


def _placed(records: Sequence[PlaceRecord], crs: pyproj.CRS, findings: list[Finding]) -> Iterator[PlaceRecord]:
    """In the order of the rows; points on the register's grid, polygons as plans' extents."""
    shapes = shapely.force_2d(shapely.from_wkb([record.delivered for record in records], on_invalid="ignore"))
    kinds = shapely.get_type_id(shapes)
    single = np.flatnonzero((kinds == MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1))
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    kinds[single] = POINT
    kinds[shapely.is_empty(shapes)] = -1
    points = np.flatnonzero(kinds == POINT)
    x, y = to_wgs84(crs).transform(shapely.get_x(shapes[points]), shapely.get_y(shapes[points]))
    done = dict(zip(points.tolist(), np.column_stack([np.round(x, 7), np.round(y, 7)]), strict=True))
    areas = [int(index) for index in np.flatnonzero(np.isin(kinds, POLYGONAL))]
    mended = repair([records[index] for index in areas], crs) if areas else None
    findings += mended.findings if mended else []
    whole = {record.origin: record for record in mended.records} if mended else {}
    for index, record in enumerate(records):
        if index in done:
            lon, lat = done[index]
            if np.isfinite([lon, lat]).all() and abs(lon) <= 180 and abs(lat) <= 90:
                yield replace(record, geometry=shapely.Point(lon, lat))
            else:
                findings.append(Finding(rule.NOT_MENDABLE, record.origin, details={"reason": OFF_EARTH}))
        elif record.origin in whole:
            yield whole[record.origin]
        elif kinds[index] < 0:
            findings.append(Finding(rule.GEOMETRY_MISSING, record.origin))
        elif kinds[index] not in POLYGONAL:
            details = {"value": shapes[index].geom_type}
            findings.append(Finding(rule.PLACE_NO_SHAPE, record.origin, details=details))


def _refuse_elsewhere(
    file: Path, found: Sequence[PlaceRecord], crs: pyproj.CRS, records: Sequence[PlaceRecord], of: Municipality
) -> None:
    """A file most of whose rows lie elsewhere is in another reference system, or of another municipality."""
    if of.outline is None or not records:
        return
    shapes = np.array([record.geometry for record in records], dtype=object)
    outside = shapely.distance(shapes, of.outline) > OUTLINE_TOLERANCE_DEGREES
    if outside.mean() > MISPLACED:
        fits = fitting(found, of, ":".join(crs.to_authority() or ()))
        message = N_("{file}: {outside} of {number} rows lie outside {municipality}.")
        if advice(fits):
            message = N_(
                "{file}: {outside} of {number} rows lie outside {municipality}; it would fit with --crs {crs}."
            )
        elif fits:
            message = N_(
                "{file}: {outside} of {number} rows lie outside {municipality}; "
                "it would fit with longitude before latitude."
            )
        said = {"file": file.name, "outside": int(outside.sum()), "number": len(shapes), "municipality": of.name}
        raise DeliveryRefused(message, crs=advice(fits), **said)


# -- facts


def _facts(
    records: Iterable[PlaceRecord], municipality: Municipality, source: str, findings: list[Finding]
) -> Iterator[Fact]:
    """One for each place. Places that share a name are told apart from south-west to north-east, whatever the order
    of the rows; the same name at the same place is one place."""
    sharing: dict[str, list[PlaceRecord]] = defaultdict(list)
    for record in records:
        sharing[record.name.casefold()].append(record)
    if municipality.outline is not None:
        shapely.prepare(municipality.outline)
    for name, group in sharing.items():
        kept: dict[tuple[float, ...], PlaceRecord] = {}
        for record in group:
            twin = kept.setdefault(_where(record), record)
            if twin is not record:
                details = {"name": record.name, "other": str(twin.origin)}
                findings.append(Finding(rule.PLACE_TWICE, record.origin, details=details))
        for number, record in enumerate([kept[where] for where in sorted(kept)], 1):
            findings += _outside(record, municipality)
            again = f"-{number}" if number > 1 else ""
            yield Fact("place", f"{record.kind}-{name}{again}", _content(record, municipality, source), record.origin)


def _where(record: PlaceRecord) -> tuple[float, ...]:
    """The edges of its box, about a metre exactly."""
    return tuple(np.round(shapely.bounds(record.geometry), SAME_PLACE_DIGITS).tolist())


def _outside(record: PlaceRecord, municipality: Municipality) -> Iterator[Finding]:
    if municipality.outline is None or municipality.outline.intersects(record.geometry):
        return
    degrees = municipality.outline.distance(record.geometry)
    if degrees > OUTLINE_TOLERANCE_DEGREES:
        kilometres = max(1, round(degrees * METRES_PER_DEGREE / 1000))
        details = {"name": record.name, "municipality": municipality.name, "distance": kilometres}
        yield Finding(rule.PLACE_OUTSIDE, record.origin, details=details)


def _content(record: PlaceRecord, municipality: Municipality, source: str) -> dict[str, Any]:
    return {
        "names": {municipality.languages[0]: record.name},
        "kind": record.kind,
        "accuracy_m": None,
        "source": source,
        "geom": shapely.to_wkb(record.geometry),
    }

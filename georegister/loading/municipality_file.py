"""A municipality and its outline, from TOML: how a municipality comes into the register.

code = "0340"
jurisdiction = "DK"
slug = "exampleby"
names = { da = "...", en = "..." }
languages = ["da"]
time_zone = "Europe/Copenhagen"
crs = [25832]
contact = "plan@exampleby.example"
outline = { file = "kommune.gpkg", layer = "kommune", geometry_source = "delivered" }

The outline is a file beside it: a GeoPackage, a zipped or loose shapefile or GeoJSON, in the reference system it
declares, with one row. It is read and made sound as plans are.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyproj
import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.record import Fact, Origin, PlaceRecord
from georegister.errors import DeliveryRefused, MappingInvalid, ValueRefused
from georegister.loading.compare import Report
from georegister.loading.diff import fact_diff
from georegister.loading.entries import Contact
from georegister.loading.files import read_as
from georegister.loading.formats import VECTOR_FILES
from georegister.loading.read import Layer, read
from georegister.loading.reference_systems import reference_system
from georegister.loading.repair import repair
from georegister.loading.spool import Spool
from georegister.register import current, intake, municipalities, states
from georegister.register.database import Database, writing
from georegister.register.delivery_files import lying_at, sha256_of
from georegister.sentence import N_, Sentence

DATASET = "municipality"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueRefused(N_("{name!r} is no time zone"), name=name) from error
    return name


def _crs(code: int) -> int:
    try:
        pyproj.CRS(code)
    except pyproj.exceptions.CRSError as error:
        raise ValueRefused(N_("EPSG:{code} is not known"), code=code) from error
    return code


class _Outline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: str
    layer: str | None = None
    geometry_source: Literal["delivered", "illustrative"] = "delivered"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(pattern=r"^[0-9A-Za-z]{1,12}$")
    jurisdiction: str = Field(pattern=r"^[A-Z]{2}$")
    slug: str = Field(pattern=r"^[a-z0-9-]+$")
    names: dict[str, str] = Field(min_length=1)
    languages: list[str] = Field(min_length=1)
    time_zone: Annotated[str, AfterValidator(_zone)]
    crs: list[Annotated[int, AfterValidator(_crs)]] = Field(min_length=1)
    contact: Contact | None = None
    outline: _Outline | None = None


def load_municipality(database: Database, file: Path, by: str) -> Report:
    """Brings a municipality in, or amends it; the outline is a file beside this one.

    What is said of it is kept as it is now; the act tells who said it when, and keeps the file.

    Raises MappingInvalid naming the file and the field, WriteRefused where the code or the slug is taken.
    """
    said = read_as(_File, file)
    wanted = Municipality(
        *(said.code, said.jurisdiction, said.slug, said.names, tuple(said.languages), said.time_zone, tuple(said.crs)),
        contact=said.contact,
    )
    facts, findings = _outline(file, said.outline) if said.outline else ([], [])
    report = Report(file.name, wanted, DATASET, rows=1, findings=Spool(findings))
    content = lying_at(file)
    delivery = intake.Delivery(
        *(said.code, DATASET, "The municipality and its outline", file.name, content),
        *(sha256_of(content), by),
    )
    with writing(database, patiently=True) as session:
        before = session.row(municipalities.one(), code=said.code)
        says_new = municipalities.save(session, wanted)
        intake.lock(session, said.code)
        told = current.registered_facts(session, said.code, DATASET)
        report.facts = list(fact_diff(told, facts, complete=bool(facts)))
        if says_new or not report.changes_nothing:
            report.receipt = intake.apply(session, delivery, [], report.facts, findings)
            if before is not None and before["languages"][0] != said.languages[0]:
                states.derive_all(session, said.code, report.receipt.version, report.receipt.at)
    report.municipality = replace(wanted, outline=shapely.from_wkb(facts[0].content["geom"]) if facts else None)
    return report


def _outline(file: Path, said: _Outline) -> tuple[list[Fact], list[Finding]]:
    """The outline as a fact, and what was found on the way. Raises MappingInvalid where there is not just one."""
    try:
        layers = read(file.parent / said.file, accepted=VECTOR_FILES, layer=said.layer).layers
    except DeliveryRefused as error:
        raise MappingInvalid(N_("{file}: outline: {reason}."), file=file.name, reason=error) from error
    if said.layer:
        layers = tuple(layer for layer in layers if layer.name == said.layer)
    if len(layers) != 1:
        names = ", ".join(layer.name for layer in layers) or "–"
        raise MappingInvalid(
            N_("{file}: outline: {outline} must have one layer, and has {names}; say layer = ..."),
            file=file.name,
            outline=said.file,
            names=names,
        )
    [layer] = layers
    rows = 0 if layer.geometry is None else len(layer.geometry)
    if layer.geometry is None or rows != 1:
        raise MappingInvalid(
            N_("{file}: outline: {outline} has {rows} rows with a geometry; an outline is one row."),
            file=file.name,
            outline=said.file,
            rows=rows,
        )
    record = PlaceRecord("outline", "municipality", Origin(said.file, layer.name, 1), layer.geometry.to_pylist()[0])
    mended = repair([record], _crs_of(file, said, layer))
    if not mended.records:
        wrong = next(finding for finding in mended.findings if finding.refuses)
        reason = Sentence(wrong.rule.message, wrong.details)
        outline = wrong.origin.told if wrong.origin else said.file
        raise MappingInvalid(
            N_("{file}: outline: {outline}: {reason}."), file=file.name, outline=outline, reason=reason
        )
    content = {"geom": shapely.to_wkb(mended.records[0].geometry), "geometry_source": said.geometry_source}
    return [Fact("municipality_outline", "outline", content, Origin(file.name))], mended.findings


def _crs_of(file: Path, said: _Outline, layer: Layer) -> pyproj.CRS:
    try:
        if layer.crs:
            return reference_system(layer.crs)
    except ValueError as error:
        raise MappingInvalid(
            N_("{file}: outline: {outline}: {reason}."), file=file.name, outline=said.file, reason=error
        ) from error
    raise MappingInvalid(
        N_("{file}: outline: {outline} does not say its reference system."), file=file.name, outline=said.file
    )

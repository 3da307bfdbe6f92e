"""A municipality and its outline, from TOML: how a municipality comes into the register.

code = "0340"
jurisdiction = "DK"
slug = "exampleby"
names = { da = "...", en = "..." }
languages = ["da"]
time_zone = "Europe/Copenhagen"
crs = [25832]
outline = { file = "outline.geojson", geometry_source = "illustrative" }
"""

import hashlib
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyproj
import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from georegister.domain.geometry import polygons_of, to_register
from georegister.domain.municipality import Municipality
from georegister.domain.record import Fact, Origin
from georegister.errors import MappingInvalid
from georegister.loading.diff import fact_diff
from georegister.loading.load import Report
from georegister.register import current, intake, municipalities
from georegister.register.database import Database, writing

DATASET = "municipality"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error
    return name


def _crs(code: int) -> int:
    try:
        pyproj.CRS(code)
    except pyproj.exceptions.CRSError as error:
        raise ValueError(f"EPSG:{code} is not known") from error
    return code


class _Outline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: str
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
    outline: _Outline | None = None


def load_municipality(database: Database, file: Path, by: str) -> Report:
    """Brings a municipality in, or amends it; the outline is GeoJSON in longitude and latitude beside the file.

    Raises MappingInvalid naming the file and the field, WriteRefused where the code or the slug is taken.
    """
    try:
        said = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MappingInvalid(f"{file.name} is not readable TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise MappingInvalid(f"{file.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    wanted = Municipality(
        said.code, said.jurisdiction, said.slug, said.names, tuple(said.languages), said.time_zone, tuple(said.crs)
    )
    facts = [_outline(file, said.outline)] if said.outline else []
    report = Report(file.name, wanted, DATASET, rows=1)
    content = file.read_bytes()
    delivery = intake.Delivery(
        *(said.code, DATASET, "The municipality and its outline", file.name, content),
        *(hashlib.sha256(content).digest(), by),
    )
    with writing(database) as session:
        municipalities.save(session, wanted)
        intake.lock(session, said.code)
        report.facts = fact_diff(current.registered_facts(session, said.code, DATASET), facts, complete=bool(facts))
        if not report.changes_nothing:
            report.receipt = intake.apply(session, delivery, [], report.facts, [])
    report.municipality = replace(wanted, outline=shapely.from_wkb(facts[0].content["geom"]) if facts else None)
    return report


def _outline(file: Path, said: _Outline) -> Fact:
    path = file.parent / said.file
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        features = read.get("features", [read])
        geometries = [shapely.from_geojson(json.dumps(one.get("geometry", one))) for one in features]
    except (OSError, ValueError, AttributeError, shapely.errors.GEOSException) as error:
        raise MappingInvalid(f"{file.name}: outline: {said.file} is not readable GeoJSON: {error}.") from error
    polygons = polygons_of(shapely.make_valid(shapely.union_all(geometries)))
    if not polygons:
        raise MappingInvalid(f"{file.name}: outline: {said.file} holds no polygon.")
    (outline,), refused = to_register(np.array([shapely.multipolygons(polygons)]), pyproj.CRS(4326))
    if refused:
        raise MappingInvalid(f"{file.name}: outline: {refused[0]}.")
    content = {"geom": shapely.to_wkb(outline), "geometry_source": said.geometry_source}
    return Fact("municipality_outline", "outline", content, Origin(file.name))

"""Deliveries written by hand as TOML, read for the tests."""

import functools
import struct
import tomllib
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely

from georegister.domain.codes import Codes
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.plan import GeometrySource, Kind, number_key
from georegister.domain.record import RegisteredPlan
from georegister.language import translator
from georegister.loading.borrowed import OwnExtent
from georegister.loading.by_gdal import NO_PRJ
from georegister.loading.codes import read_codes
from georegister.loading.encodings import BY_CPG, DOES_NOT_FIT, NOT_UTF8
from georegister.loading.formats import SHAPEFILE
from georegister.loading.opening import Opened, look_at_shapes
from georegister.loading.read import Layer, Reading
from georegister.loading.report import message
from georegister.sentence import Sentence
from georegister.settings import folder
from tests.builders import zipped

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.toml"))
NOT_COLUMNS = {"dirty", "passes", "wkt", "curve", "points", "hex"}


@dataclass(frozen=True)
class Expected:
    """A finding as written down: its rule, and where given, row, field, words and a point it shows."""

    rule: str
    row: int | None = None
    field: str | None = None
    says: tuple[str, ...] = ()
    near: tuple[float, float] | None = None

    @classmethod
    def of(cls, finding: Finding) -> tuple[str, int, str]:
        row = finding.origin.row if finding.origin else None
        return finding.rule.id, row or 0, finding.field or ""

    @property
    def key(self) -> tuple[str, int, str]:
        return self.rule, self.row or 0, self.field or ""


@dataclass
class WrittenDelivery:
    """One file: what is delivered and what is expected."""

    name: str
    delivery: dict[str, Any]
    rows: list[dict[str, Any]]
    findings: list[Expected]
    changes: dict[str, str]
    titles: dict[str, str]
    known: list[RegisteredPlan] = field(default_factory=list)

    @property
    def own_extents(self) -> dict[str, OwnExtent]:
        """What the register is said to have of the addenda that are known: a square each."""
        square = shapely.box(*self.delivery["origin"], *(place + 100 for place in self.delivery["origin"]))
        there = shapely.MultiPolygon([self.place((0, 0)).buffer(0.001)])
        extent = OwnExtent(there, GeometrySource.ILLUSTRATIVE, shapely.to_wkb(square), "EPSG:25832")
        return {plan.id: extent for plan in self.known if plan.kind is Kind.ADDENDUM}

    @property
    def told_crs(self) -> str | None:
        if self.delivery.get("prj") is False:
            return None
        return f"EPSG:{self.delivery.get('labelled', self.delivery['crs'])}"

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.rows for name in row if name not in NOT_COLUMNS))

    def values(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row.get(name) for name in self.columns}

    def shape(self, row: dict[str, Any]) -> shapely.Geometry | None:
        if "wkt" not in row:
            return None
        shape = shapely.from_wkt(row["wkt"])
        x, y = self.delivery["origin"]
        if shape.has_z:
            return shapely.transform(shape, lambda points: points + (x, y, 0), include_z=True)
        return shapely.transform(shape, lambda points: points + (x, y))

    def wkb(self, row: dict[str, Any], *, linear: bool = False) -> bytes | None:
        if "hex" in row:
            return bytes.fromhex(row["hex"])
        if "points" in row:
            return shapely.to_wkb(round_(self.delivery["origin"], row["points"], **row["curve"]))
        if "curve" in row:
            drawn = circle(self.delivery["origin"], **row["curve"])
            return shapely.to_wkb(round_(self.delivery["origin"], 361, **row["curve"])) if linear else drawn
        shape = self.shape(row)
        return shapely.to_wkb(shape) if shape is not None else None

    @functools.cached_property
    def as_reading(self) -> Reading:
        """As the reader gives it, without a file; what is odd about a shape the reader's own code finds."""
        values = [self.values(row) for row in self.rows]
        table = pa.table({name: pa.array([row[name] for row in values]) for name in self.columns})
        wkb = pa.chunked_array([pa.array([self.wkb(row) for row in self.rows], pa.binary())])
        opened = Opened("", table.append_column("geometry", wkb), "geometry")
        look_at_shapes(opened, lambda: iter([self.wkb(row, linear=True) for row in self.rows]))
        layer = Layer(
            *("delivery.zip", self.delivery["layer"], SHAPEFILE, self.told_crs),
            Sentence("as the test says" if self.told_crs else NO_PRJ),
            *(self.delivery.get("encoding", "UTF-8"), self._encoding_note()),
            *(table, opened.table.column("geometry"), None, tuple(opened.curved), opened.unusable),
        )
        return Reading((layer,), ())

    def _encoding_note(self) -> Sentence:
        match self.delivery.get("cpg"):
            case False:
                return Sentence(NOT_UTF8)
            case str(said):
                return Sentence(DOES_NOT_FIT, {"said": said})
        return Sentence(BY_CPG)

    def as_file(self, into: Path) -> Path:
        """As a zipped shapefile."""
        layer = self.delivery["layer"]
        frame = gpd.GeoDataFrame(
            [self.values(row) for row in self.rows],
            geometry=[self.shape(row) for row in self.rows],
            crs=self.told_crs,
        )
        made = into / layer
        made.mkdir(parents=True)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "'crs' was not provided")
            pyogrio.write_dataframe(frame, made / f"{layer}.shp", encoding=self.delivery.get("encoding", "UTF-8"))
        if self.delivery.get("cpg") is False:
            (made / f"{layer}.cpg").unlink(missing_ok=True)
        elif "cpg" in self.delivery:
            (made / f"{layer}.cpg").write_text(self.delivery["cpg"])
        return zipped(into / f"{layer}.zip", {part.name: part.read_bytes() for part in sorted(made.iterdir())})

    def place(self, near: tuple[float, float]) -> shapely.Point:
        """A point beside the origin, in EPSG:4326."""
        x, y = (one + other for one, other in zip(self.delivery["origin"], near, strict=True))
        return shapely.Point(pyproj.Transformer.from_crs(self.delivery["crs"], 4326, always_xy=True).transform(x, y))

    def disagreements(self, findings: list[Finding], changes: dict[str, str]) -> list[str]:
        """What is found and not expected, or expected and not found, in words."""
        wrong = []
        left = list(findings)
        t = translator("en")
        for expected in self.findings:
            fits = [one for one in left if Expected.of(one) == expected.key and self._says(one, expected, t)]
            if fits:
                left.remove(fits[0])
            else:
                wrong.append(f"{self.name}: expected and not found: {expected}")
        wrong += [f"{self.name}: not expected: {Expected.of(one)} {message(one, t)}" for one in left]
        if changes != self.changes:
            wrong.append(f"{self.name}: changes are {changes}, expected {self.changes}")
        return wrong

    def _says(self, finding: Finding, expected: Expected, t: Any) -> bool:
        said = f"{message(finding, t)} {finding.origin}"
        shows = expected.near is None or (
            finding.geometry is not None and finding.geometry.distance(self.place(expected.near)) < 1e-4
        )
        return all(words in said for words in expected.says) and shows


def circle(origin: tuple[float, float], centre: tuple[float, float], radius: float) -> bytes:
    """A CURVEPOLYGON of one ring of two arcs, as GML and CAD give it."""
    x, y = origin[0] + centre[0], origin[1] + centre[1]
    points = [(x - radius, y), (x, y + radius), (x + radius, y), (x, y - radius), (x - radius, y)]
    ring = struct.pack("<BII", 1, 8, len(points)) + b"".join(struct.pack("<dd", *point) for point in points)
    return struct.pack("<BII", 1, 10, 1) + ring


def round_(origin: tuple[float, float], points: int, centre: tuple[float, float], radius: float) -> shapely.Polygon:
    """The same circle in so many points, the last of which is the first."""
    turn = np.append(np.linspace(0, 2 * np.pi, points - 1, endpoint=False), 0)
    x, y = origin[0] + centre[0], origin[1] + centre[1]
    return shapely.Polygon(np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)]))


@functools.cache
def written(file: Path) -> WrittenDelivery:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    findings = [
        Expected(
            one["rule"],
            one.get("row"),
            one.get("field"),
            tuple(one.get("says", ())),
            tuple(one["near"]) if "near" in one else None,
        )
        for one in said.get("finding", [])
    ]
    changes, titles = {}, {}
    addendum = said["delivery"]["layer"] == "tillaeg"
    for one in said.get("change", []):
        for place, id_ in enumerate(one["ids"]):
            whole = f"0340-addendum-{id_}" if addendum else f"0340-local-plan-sk-{id_}"
            whole = id_ if id_.startswith("0340-") else whole
            changes[whole] = one["change"]
            if "titles" in one:
                titles[whole] = one["titles"][place]
    known = [_known(one) for one in said.get("known", [])]
    return WrittenDelivery(file.stem, said["delivery"], said["row"], findings, changes, titles, known)


def _known(said: dict[str, Any]) -> RegisteredPlan:
    kind = Kind(said.get("kind", "local-plan"))
    content = dict.fromkeys(
        ("external_id", "source_version", "number", "descriptions", "place", "document_url", "source")
    )
    content |= {"titles": {"da": said.get("title", "x")}, "number": said["number"]}
    content |= {"external_id": said.get("external_id") or None, "extent_source": None, "geometry_source": None}
    key = number_key(said["number"], kind, "DK")
    return RegisteredPlan(
        *(said["id"], kind, said.get("parent"), said["dataset"], key, 1, None, None, said.get("adopted")), content
    )


@functools.cache
def soroe() -> Municipality:
    """The demo's municipality with its outline."""
    outline = shapely.from_geojson((folder("data") / "soroe" / "outline.geojson").read_text(encoding="utf-8"))
    whole = shapely.union_all(shapely.get_parts(outline))
    names = {"da": "Sorø Kommune"}
    return Municipality("0340", "DK", "soroe", names, ("da",), "Europe/Copenhagen", (25832,), whole)


@functools.cache
def codes() -> Codes:
    return read_codes()


@functools.cache
def place_names() -> frozenset[str]:
    places = tomllib.loads((folder("data") / "soroe" / "places.toml").read_text(encoding="utf-8"))
    return frozenset(name for one in places["place"] for name in one["names"].values())

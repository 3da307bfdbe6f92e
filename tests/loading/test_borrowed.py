"""Addenda that come without a geometry: whose extent they have, in the register, in a delivery again, and in words."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import pyogrio
import pytest
import shapely

from georegister.app import create_app
from georegister.domain.change import Amended, Unchanged, count
from georegister.domain.municipality import Municipality
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register import municipalities
from georegister.register.database import Database, reading, writing
from georegister.register.undo import undo
from georegister.settings import Settings
from tests.builders import a_plan, a_square, awaited, content_of, same_shape
from tests.loading.test_export import exported
from tests.loading.test_load import ids

ADDENDUM = "0340-addendum-8-2022"
OWNED = "0340-addendum-1-2021"
ABROAD = -100_000
ROW = {**a_plan("8-2022", "Boliger ved stationen", KOMPLAN="2019-2030"), "geometry": None}
FRAMES = [
    a_plan("So.B 1", "Boliger", KOMTIL_ID="8-2022", geometry=a_square(side=300)),
    a_plan("So.B 2", "Boliger", KOMTIL_ID="8-2022", geometry=a_square(661_950, side=300)),
]


def a_file(target: Path, **layers: list[dict[str, Any]]) -> Path:
    """A GeoPackage in which rows may have no geometry."""
    target.unlink(missing_ok=True)
    for name, rows in layers.items():
        frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=25832)
        pyogrio.write_dataframe(frame, target, layer=name, geometry_type="Polygon")
    return target


def extent(database: Database, plan: str = ADDENDUM) -> tuple[str, str, float, shapely.Geometry]:
    with reading(database) as session:
        [row] = session.sql(
            "SELECT extent_source, geometry_source, area_m2, ST_AsBinary(geom) AS geom FROM plan_version "
            "WHERE plan = %(plan)s AND upper_inf(recorded)",
            plan=plan,
        ).fetchall()
    return row["extent_source"], row["geometry_source"], row["area_m2"], shapely.from_wkb(bytes(row["geom"]))


def soroe(database: Database) -> Municipality:
    with reading(database) as session:
        return municipalities.get(session, "0340")


def unchanged(report: Report) -> bool:
    return all(isinstance(change, Unchanged) for change in (*report.plans, *report.facts))


def test_without_frames_it_is_the_municipality_then_its_frames(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    before = content_of(demo)
    alone = a_file(tmp_path / "a.gpkg", tillaeg=[ROW])
    dry = load(demo, alone, "0340", plandata, Options(dry_run=True))
    assert (count(dry.plans)["added"], dry.refused, content_of(demo)) == (1, 0, before)
    first = load(demo, alone, "0340", plandata, Options())
    assert (ids(first, "error"), "GEOM-17" in ids(first, "warning"), first.unacknowledged) == ([], True, [])
    outline = soroe(demo).outline
    assert outline is not None
    whose, trusted, area, shape = extent(demo)
    assert (whose, trusted, shapely.equals(shape, outline)) == ("municipality", "illustrative", True)
    assert area == pytest.approx(309_000_000, rel=0.1)
    assert unchanged(load(demo, alone, "0340", plandata, Options()))
    other = load(demo, a_file(tmp_path / "o.gpkg", tillaeg=[{**ROW, "PLANNR": "9-2022"}]), "0340", plandata, Options())
    assert {"GEOM-08", "OVER-01"}.isdisjoint(finding.rule.id for finding in other.findings)

    load(demo, a_file(tmp_path / "f.gpkg", kommuneplanramme=FRAMES), "0340", plandata, Options())
    assert extent(demo)[0] == "municipality"
    as_it_was = content_of(demo)
    after = load(demo, alone, "0340", plandata, Options(dataset="plandata"))
    [change] = [change for change in after.plans if isinstance(change, Amended)]
    assert set(change.fields) == {"extent_source", "geometry_source", "geometry"}
    assert change.fields["extent_source"] == ("municipality", "frames")
    assert change.geometry is not None
    whose, trusted, area, shape = extent(demo)
    assert (whose, trusted) == ("frames", "derived")
    assert area == pytest.approx(550 * 300, rel=3e-3)
    assert same_shape(shape, change.geometry.after)
    assert unchanged(load(demo, alone, "0340", plandata, Options()))
    assert after.receipt is not None
    with writing(demo) as session:
        undo(session, "0340", after.receipt.load, "test")
    assert content_of(demo) == as_it_was


def test_frames_of_the_same_delivery_count_and_those_it_lacks_do_not(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    options = Options(dataset="whole", complete=True)
    both = a_file(tmp_path / "both.gpkg", tillaeg=[ROW], kommuneplanramme=FRAMES)
    report = load(demo, both, "0340", plandata, options)
    assert (count(report.plans)["added"], "GEOM-16" in ids(report, "information")) == (3, True)
    assert extent(demo)[:2] == ("frames", "derived")
    assert extent(demo)[2] == pytest.approx(550 * 300, rel=3e-3)
    one = a_file(tmp_path / "one.gpkg", tillaeg=[ROW], kommuneplanramme=FRAMES[:1])
    options = Options(dataset="whole", complete=True, expect_withdrawals=1)
    assert count(load(demo, one, "0340", plandata, options).plans)["amended"] == 1
    assert extent(demo)[2] == pytest.approx(300 * 300, rel=3e-3)
    assert unchanged(load(demo, one, "0340", plandata, Options(dataset="whole", complete=True)))


def test_an_extent_of_its_own_is_not_lost(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    was = extent(demo, OWNED)
    row = {**a_plan("1-2021", "Solcellepark, rettet", KOMPLAN="2019-2030"), "geometry": None}
    report = load(demo, a_file(tmp_path / "a.gpkg", tillaeg=[row]), "0340", plandata, Options())
    [change] = report.plans
    assert isinstance(change, Amended)
    assert ("GEOM-18" in ids(report, "information"), "titles" in change.fields) == (True, True)
    assert {"geometry", "extent_source", "geometry_source"}.isdisjoint(change.fields)
    assert extent(demo, OWNED) == was
    assert unchanged(load(demo, tmp_path / "a.gpkg", "0340", plandata, Options()))


@pytest.mark.parametrize("ending", ["gpkg", "zip"])
def test_it_leaves_without_a_geometry_and_comes_back_unchanged(
    demo: Database, plandata: MappingFile, tmp_path: Path, ending: str
) -> None:
    rows = [ROW, {**ROW, "PLANNR": "9-2022"}]
    load(demo, a_file(tmp_path / "a.gpkg", tillaeg=rows, kommuneplanramme=FRAMES), "0340", plandata, Options())
    out = tmp_path / f"out.{ending}"
    assert exported(demo, out, plandata).layers["kommuneplantillaeg"] == 8
    report = load(demo, out, "0340", plandata, Options(dry_run=True))
    assert [change for change in (*report.plans, *report.facts) if not isinstance(change, Unchanged)] == []
    assert {ADDENDUM, "0340-addendum-9-2022"} <= {change.id for change in report.plans}


def test_other_plans_and_unusable_geometries_stay_refused(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    bad = {**ROW, "PLANNR": "9-2022", "geometry": a_square(ABROAD)}
    rows = {"lokalplan": [{**a_plan("SK 901"), "geometry": None}], "tillaeg": [ROW, bad]}
    report = load(demo, a_file(tmp_path / "a.gpkg", **rows), "0340", plandata, Options(dry_run=True))
    assert sorted(ids(report, "error")) == ["GEOM-01", "GEOM-05"]
    assert [change.id for change in report.plans] == [ADDENDUM]


def test_people_are_told_whose_extent_it_is(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    rows = [ROW, {**ROW, "PLANNR": "9-2022"}]
    load(demo, a_file(tmp_path / "a.gpkg", tillaeg=rows, kommuneplanramme=FRAMES), "0340", plandata, Options())
    awaited(_asked(demo))


async def _asked(demo: Database) -> None:
    app = create_app(Settings(), demo)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        for plan, source, trusted, words in (
            (ADDENDUM, "frames", "derived", "that of its framework areas"),
            ("0340-addendum-9-2022", "municipality", "illustrative", "the whole municipality"),
        ):
            said = (await web.get(f"/collections/addenda/items/{plan}")).json()
            assert said["geometry"]["type"] == "MultiPolygon"
            assert [said["properties"][name] for name in ("extent_source", "geometry_source")] == [source, trusted]
            page = await web.get(f"/plans/{plan}", params={"lang": "en"}, headers={"Accept": "text/html"})
            assert f"no extent of its own here; what is shown is {words}" in page.text
        at = await web.get("/at", params={"point": "11.5567,55.4336", "f": "html", "lang": "en"})
        assert "shown: the whole municipality" in at.text

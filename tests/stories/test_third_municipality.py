"""A municipality nobody has heard of comes in by files and the documented commands alone."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import httpx
import pyogrio
import pytest
import shapely
from playwright.sync_api import Browser

from georegister.register.database import Database
from tests import warm
from tests.browsing import opened, wait_for_plans
from tests.builders import zipped
from tests.conftest import serving

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = (420_000, 5_400_000)
MUNICIPALITY = """
code = "9999"
jurisdiction = "DK"
slug = "provkoping"
names = { sv = "Provköpings kommun", en = "Provköping" }
languages = ["sv"]
time_zone = "Europe/Stockholm"
crs = [25833]
outline = { file = "outline.gpkg", geometry_source = "delivered" }
"""
STRATEGY = """
municipality = "9999"
dataset = "provkoping-strategy"
title = "Riktning 2030"
complete = true

[[strategy]]
id = "9999-riktning-2030"
titles = { sv = "Riktning 2030" }
period_from = 2026
period_to = 2030
revision = "partial"

[[theme]]
id = "9999-riktning-2030-1"
strategy = "9999-riktning-2030"
kind = "core_value"
no = 1
titles = { sv = "Öppenhet" }

[[theme]]
id = "9999-riktning-2030-2"
strategy = "9999-riktning-2030"
kind = "core_value"
no = 2
titles = { sv = "Närhet till vatten" }

[[goal]]
id = "9999-riktning-2030-2.1"
theme = "9999-riktning-2030-2"
no = 1
texts = { sv = "Alla har högst 500 m till en strand" }

[[sdg_link]]
part = "9999-riktning-2030"
sdg = 6
texts = { sv = "Rent vatten för alla" }
"""
MAPPING = """
title = "Provköpings egna planer"
dataset = "provkoping-plans"
languages = ["sv"]

[kind]
layers = [{ name = "*detaljplan*", kind = "local-plan" }]

[fields]
number = "beteckning"
title = "namn"

[events]
proposal = "samrad"
adoption = "antagen"
publication = "laga_kraft"
"""
CLAIM = """
municipality = "9999"
dataset = "provkoping-claims"
title = "Riktning 2030 och planerna"

[[claim]]
plan = "9999-local-plan-dp-7"
goal = "9999-riktning-2030-2.1"
stance = "hinders"
evidence = { sv = "Hamnen stänger stranden" }
asserted_by = "planenheten"
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provkoping")
    (folder / "mappings").mkdir()
    for name, text in {
        "municipality.toml": MUNICIPALITY,
        "strategy.toml": STRATEGY,
        "claims.toml": CLAIM,
        "mappings/detaljplaner.toml": MAPPING,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    outline = gpd.GeoDataFrame(geometry=[shapely.box(PLACE[0], PLACE[1], PLACE[0] + 20_000, PLACE[1] + 15_000)])
    outline.set_crs(25833).to_file(folder / "outline.gpkg", layer="kommun", driver="GPKG")
    rows = [
        ("Dp 7", "Hamnen i Ån", 20250301, 20260115, 20260201, 5000),
        ("Dp 8", "Skolan", 20261101, 0, 0, 5200),
    ]
    plans = gpd.GeoDataFrame(
        [dict(zip(("beteckning", "namn", "samrad", "antagen", "laga_kraft"), row[:5], strict=True)) for row in rows],
        geometry=[shapely.box(PLACE[0] + x, PLACE[1] + x, PLACE[0] + x + 500, PLACE[1] + x + 300) for *_, x in rows],
        crs=25833,
    )
    pyogrio.write_dataframe(plans, folder / "detaljplaner.shp", encoding="UTF-8")
    (folder / "detaljplaner.cpg").write_text("UTF-8")
    zipped(folder / "plans.zip", {part.name: part.read_bytes() for part in sorted(folder.glob("detaljplaner.*"))})
    lines = ["name;x;y", f"Strandvägen 1;{PLACE[0] + 5100},5;{PLACE[1] + 5100},5", "Ån;421000;5401000"]
    (folder / "addresses.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def provkoping(shared_demo: Database, files: Path) -> Iterator[str]:
    """The demo with a third municipality, brought in by commands as the documentation gives them, served."""
    environment = {"GEOREGISTER_CONFIG": str(files), "GEOREGISTER_DATABASE_URL": shared_demo.admin}
    for command in (
        "municipality load municipality.toml",
        "load strategy.toml --municipality 9999",
        "load plans.zip --municipality 9999 --mapping detaljplaner",
        "load claims.toml --municipality 9999",
        "places load addresses.csv --municipality 9999 --kind address --crs EPSG:25833",
    ):
        done = warm.run(*command.split(), environment=environment, folder=files)
        assert (done.returncode, done.stderr) == (0, ""), command
    with serving(shared_demo, GEOREGISTER_CONFIG=str(files)) as address:
        yield address


def test_its_plans_are_asked_for_like_any_others(provkoping: str) -> None:
    found = httpx.get(f"{provkoping}/collections/plans/items", params={"municipality": "9999"}).json()["features"]
    said = {one["id"]: one["properties"] for one in found}
    assert {id_: (one["status"], one["title"], one["area_m2"] > 149_000) for id_, one in said.items()} == {
        "9999-local-plan-dp-7": ("in_force", "Hamnen i Ån", True),
        "9999-local-plan-dp-8": ("proposal", "Skolan", True),
    }
    assert said["9999-local-plan-dp-7"]["goals"] == ["9999-riktning-2030-2.1"]
    [place] = httpx.get(f"{provkoping}/search", params={"q": "strandvägen"}).json()["places"]
    here = httpx.get(f"{provkoping}/at", params={"point": ",".join(map(str, place["point"]))}).json()["features"]
    assert [one["id"] for one in here] == ["9999-local-plan-dp-7"]
    assert httpx.get(f"{provkoping}/provkoping/dp7").headers["location"].endswith("/plans/9999-local-plan-dp-7")


def test_its_strategy_has_core_values_in_its_own_language(provkoping: str) -> None:
    strategy = httpx.get(f"{provkoping}/strategies/9999-riktning-2030").json()
    assert [(one["kind"], one["title"]) for one in strategy["themes"]] == [
        ("core_value", "Öppenhet"),
        ("core_value", "Närhet till vatten"),
    ]
    assert [(one["number"], one["text"]) for one in strategy["sdgs"]] == [(6, "Rent vatten för alla")]
    [plan] = strategy["themes"][1]["goals"][0]["plans"]
    assert (plan["stance"], plan["evidence"]) == ("hinders", "Hamnen stänger stranden")


def test_it_has_pages_and_a_map_nobody_configured(browser: Browser, provkoping: str) -> None:
    with opened(browser, provkoping, "/") as page:
        assert page.get_by_role("heading", name="Provköpings kommun").count() == 1
    with opened(browser, provkoping, "/map?municipality=9999") as page:
        assert wait_for_plans(page) == 2
        assert page.inner_text("h1") == "Plankort for Provköpings kommun"
        assert "Närhet till vatten" in page.inner_text(".legend")
    with opened(browser, provkoping, "/strategies/9999-riktning-2030") as page:
        assert "Kerneværdi 2: Närhet till vatten" in page.inner_text("main")
        assert "Modvirker" in page.inner_text("main")


def test_no_municipality_is_named_in_the_code() -> None:
    found = subprocess.run(
        ["git", "grep", "-il", "-e", "sorø", "-e", "soroe", "-e", "sermersooq", "--", "georegister"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""

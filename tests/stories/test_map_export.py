"""A map in one file, opened from disk in real Chromium: it asks nobody, and says what applies at a place."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.browsing import DESK, PHONE, click_at, read_place, wait_for_plans
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import Server
from tests.stories.test_citizen_looks import PARK
from tests.stories.test_hostile_names import HOSTILE, PLACE, PLACE_LAT_LON
from tests.stories.test_staff_load import georegister


def exported(database: Database, out: Path, *more: str, **environment: str) -> Path:
    said = georegister(
        database,
        "map",
        "export",
        "--map",
        "soroe",
        "--out",
        str(out),
        *more,
        GEOREGISTER_TODAY="2026-11-22",
        **environment,
    )
    assert (said.returncode, said.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def hostile(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The demo, and a plan of each hostile name."""
    name, database = postgis.copy(demo_template)
    rows = [
        a_plan(f"X {n} {text[:20]}", text, DATOVEDT=20200101, geometry=a_square(*PLACE, 400))
        for n, text in enumerate([*HOSTILE, "\u2028alert(1)\u2029", "</style><!--"])
    ]
    seen = Options(acknowledge=frozenset({"GEOM-08"}))
    assert load(database, a_delivery(tmp_path_factory.mktemp("x"), rows), "0340", plandata, seen).receipt
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def file(hostile: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(hostile, tmp_path_factory.mktemp("export") / "plankort.html")


@contextmanager
def from_disk(browser: Browser, file: Path, viewport: dict[str, int] = DESK) -> Iterator[Page]:
    """The file without a network; nothing but the file may be asked for, and nothing may be refused or fail."""
    context = browser.new_context(viewport=viewport, offline=True)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    address = file.as_uri()
    page.on("request", lambda one: wrong.append(one.url) if not one.url.startswith((address, "data:")) else None)
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (one) => console.error(one.violatedDirective))"
    )
    page.goto(address)
    yield page
    context.close()
    assert wrong == []


def held(file: Path) -> dict[str, Any]:
    found = re.search(r'id="georegister-data">(.*?)</script>', file.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_every_plan_of_the_data_is_drawn_and_listed(browser: Browser, file: Path) -> None:
    with_shape = [plan for plan in held(file)["plans"] if plan["geometry"]]
    standing = [plan for plan in with_shape if plan["properties"]["applies"] != "ended"]
    with from_disk(browser, file) as page:
        assert wait_for_plans(page) == len(standing) > 15
        assert page.locator("#list .plan-item").count() == len(standing)
        assert page.locator("path.plan").count() == len(standing)
        assert page.locator("path.land, path.municipality").count() >= 2
        assert page.locator(".place-name").count() > 0
        page.locator(".filters summary").click()
        page.locator("input[name=ended]").check()
        page.wait_for_function(f"document.querySelectorAll('path.plan').length === {len(with_shape)}")


def test_it_says_for_when_from_what_and_what_it_is_not(browser: Browser, file: Path) -> None:
    with from_disk(browser, file, PHONE) as page:
        wait_for_plans(page)
        text = page.inner_text("body")
        assert "Som det var den 22. november 2026, fra registrets version " in text
        assert "Dette er ikke det juridiske register" in text or "ikke det juridiske" in text.casefold()
        assert "Illustrativ" in page.inner_text("#sketch-note")
        assert page.locator("#list .sentence").first.inner_text().endswith(".")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_click_lists_every_plan_at_the_place_and_the_near_ones(browser: Browser, file: Path) -> None:
    with from_disk(browser, file) as page:
        wait_for_plans(page)
        click_at(page, *PARK)
        here = read_place(page)
        assert any("SK 66" in name for name in here)
        assert any(name.startswith("Kommuneplan ") for name in here)
        page.evaluate("([lat, lon]) => georegister.map.setView([lat, lon], 14, {animate: false})", list(PARK))
        page.wait_for_timeout(600)
        click_at(page, PARK[0] + 0.006, PARK[1])
        near = page.locator("#place .where").all_inner_texts()
        assert near
        assert all(re.fullmatch(r"[\d.,]+ k?m \w+ for her|[\d.,]+ k?m .*", one) for one in near)


def test_what_the_browser_finds_at_a_place_is_what_the_service_finds(
    browser: Browser, file: Path, hostile: Database
) -> None:
    from tests.conftest import serving

    places = [PARK, PLACE_LAT_LON, (55.43, 11.56), (55.50, 11.50), (55.0, 10.0), (PARK[0] + 0.004, PARK[1] + 0.003)]
    with serving(hostile) as address, from_disk(browser, file) as page:
        import httpx

        wait_for_plans(page)
        for lat, lon in places:
            point = f"point={lon:.6f},{lat:.6f}&within=1000"
            served = httpx.get(f"{address}/at?{point}&lang=da").json()["features"]
            ask = f"georegister.fetchJson('/at?{point}').then((one) => one.features.map((f) =>"
            found = page.evaluate(f"{ask} [f.id, f.properties.distance_m, f.properties.direction]))")
            assert {one["id"] for one in served} == {id_ for id_, _, _ in found}
            distances = {one["id"]: one["properties"] for one in served}
            for id_, metres, direction in found:
                assert metres == pytest.approx(distances[id_]["distance_m"], abs=6)
                assert direction == distances[id_]["direction"]


@pytest.mark.proves("attack/18")
def test_hostile_names_are_text(browser: Browser, file: Path) -> None:
    with from_disk(browser, file) as page:
        wait_for_plans(page)
        listed = page.locator("#list .plan-name").all_inner_texts()
        page.evaluate("([lat, lon]) => georegister.map.setView([lat, lon], 15, {animate: false})", list(PLACE_LAT_LON))
        page.wait_for_timeout(900)
        click_at(page, *PLACE_LAT_LON)
        read = read_place(page)
        for text in HOSTILE:
            assert any(text in name for name in listed), text
            assert any(text in name for name in read), text
        assert page.locator("#list img, #list svg, #list b, #place img, #place b, #place svg").count() == 0


def test_without_javascript_the_list_is_there(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    listed = page.locator("#list .plan-name").all_inner_texts()
    assert all(any(text in name for name in listed) for text in HOSTILE)
    context.close()


def test_the_file_holds_no_inline_exception_and_no_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "unsafe" not in policy[1]
    assert "connect-src &#39;none&#39;" in policy[1] or "connect-src 'none'" in policy[1]
    outside_scripts = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!data:|#)', outside_scripts)
    data = text.split('id="georegister-data">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)


def test_links_lead_to_the_service_where_it_is_said(hostile: Database, browser: Browser, tmp_path: Path) -> None:
    out = exported(hostile, tmp_path / "x.html", "--lang", "en", GEOREGISTER_PUBLIC_URL="https://plans.example")
    with from_disk(browser, out) as page:
        wait_for_plans(page)
        links = page.locator("#list .plan-name a").evaluate_all("(all) => all.map((one) => one.href)")
        assert links
        assert all(link.startswith("https://plans.example/plans/0340-") for link in links)
        assert "Later changes are not in this file" in page.inner_text("#made-for")


def test_a_day_in_the_past_shows_that_day(shared_demo: Database, tmp_path: Path) -> None:
    now, then = exported(shared_demo, tmp_path / "n.html"), tmp_path / "t.html"
    exported(shared_demo, then, "--datetime", "2019-01-01")
    statuses = [{plan["id"]: plan["properties"]["status"] for plan in held(file)["plans"]} for file in (now, then)]
    assert statuses[0] != statuses[1]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--map", "nowhere", "--out", "x.html"), "Der er intet kort 'nowhere'; der er soroe"),
        (("--map", "soroe", "--out", "/nowhere/x.html"), "/nowhere/x.html kan ikke skrives"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(shared_demo: Database, more: tuple[str, ...], says: str) -> None:
    said = georegister(shared_demo, "map", "export", *more)
    assert said.returncode == 1
    assert says in said.stderr

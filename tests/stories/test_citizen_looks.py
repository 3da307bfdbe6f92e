"""A citizen opens the map in real Chromium, on a desk and on a phone, and reads what applies at a place."""

import re
from collections.abc import Iterator
from contextlib import nullcontext

import httpx
import pyproj
import pytest
from playwright.sync_api import Browser, expect

from georegister.domain.geometry import to_wgs84
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.browsing import DESK, PHONE, click_at, opened, read_place, wait_for_plans
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import serving

PARK_UTM = (668_900, 6_148_850)
PARK = tuple(reversed(to_wgs84(pyproj.CRS(25832)).transform(PARK_UTM[0] + 150, PARK_UTM[1] + 150)))


@pytest.fixture(scope="module")
def overlapping(shared_demo: Database, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The demo with a third plan over the solar park and its addendum."""
    row = a_plan(
        "SK 905", "Sti gennem solcelleparken", DATOVEDT=20200601, DATOIKRAFT=20200610, geometry=a_square(*PARK_UTM, 300)
    )
    load(shared_demo, a_delivery(tmp_path_factory.mktemp("three"), [row]), "0340", plandata, Options())
    return shared_demo


@pytest.fixture(scope="module")
def in_2021(overlapping: Database) -> Iterator[str]:
    with serving(overlapping, GEOREGISTER_TODAY="2021-06-01") as address:
        yield address


@pytest.fixture(scope="module")
def in_2026(overlapping: Database) -> Iterator[str]:
    with serving(overlapping, GEOREGISTER_TODAY="2026-11-22") as address:
        yield address


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_map_draws_what_the_api_gives_for_that_view(
    browser: Browser, in_2021: str, viewport: dict[str, int]
) -> None:
    with opened(browser, in_2021, "/map", viewport) as page:
        drawn = wait_for_plans(page)
        asked = page.get_attribute("#question", "href") or ""
        given = httpx.get(f"{in_2021}{asked}").json()
        assert (
            drawn
            == page.locator("path.plan.leaflet-interactive").count()
            == len([one for one in given["features"] if one["geometry"]])
        )
        assert drawn > 5
        ids = page.locator("path.plan.leaflet-interactive").evaluate_all("all => all.map(one => one.dataset.plan)")
        assert sorted(ids) == sorted(one["id"] for one in given["features"])


def test_the_map_follows_the_view(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        before = wait_for_plans(page)
        page.evaluate("([lat, lon]) => georegister.map.setView([lat, lon], 15, {animate: false})", list(PARK))
        page.wait_for_function(
            "before => document.querySelector('.folium-map').dataset.drawn !== before", arg=str(before)
        )
        given = httpx.get(f"{in_2021}{page.get_attribute('#question', 'href')}").json()
        assert page.locator("path.plan.leaflet-interactive").count() == len(given["features"]) == 3


def test_a_click_where_three_overlap_reads_three(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        wait_for_plans(page)
        click_at(page, *PARK)
        names = read_place(page)
        assert [name for name in names if "Kommuneplan 2019" not in name] == [
            "Lokalplan SK 66: Solcellepark ved Fjenneslev",
            "Kommuneplantillæg 1-2021: Solcellepark ved Fjenneslev",
            "Lokalplan SK 905: Sti gennem solcelleparken",
        ]
        assert names[-1] == "Kommuneplan 2019-2030"
        assert "36 dage tilbage" in page.inner_text("#place")


def test_a_click_beside_the_park_names_it_with_its_distance(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        wait_for_plans(page)
        click_at(page, 55.4483, 11.675)
        text = page.inner_text("#place")
        assert "I nærheden" in text
        assert re.search(r"\d+ m nord herfra", text)
        assert "Solcellepark ved Fjenneslev" in text


@pytest.mark.parametrize(
    ("today", "sk66", "addendum"),
    [
        ("2021-06-01", "Forslag i høring", "Forslag i høring"),
        ("2023-06-01", "Vedtaget", "Vedtaget"),
        ("2026-11-22", "Vedtaget", "Erstattet"),
    ],
)
def test_the_plan_pages_tell_the_status_and_its_reason(
    browser: Browser, overlapping: Database, in_2021: str, in_2026: str, today: str, sk66: str, addendum: str
) -> None:
    running = {"2021-06-01": in_2021, "2026-11-22": in_2026}.get(today)
    with nullcontext(running) if running else serving(overlapping, GEOREGISTER_TODAY=today) as address:
        with opened(browser, address, "/plans/0340-local-plan-sk-66") as page:
            expect(page.locator(".badges .badge").first).to_have_text(sk66)
            words = page.inner_text("main")
            assert ("36 dage tilbage" in words) == (today == "2021-06-01")
            assert ("Vedtaget 13. oktober 2021." in words) == (today != "2021-06-01")
            assert "illustrativt" in words
        with opened(browser, address, "/plans/0340-addendum-1-2021") as page:
            expect(page.locator(".badges .badge").first).to_have_text(addendum)
            expected = "Erstattet af Kommuneplan 2023-2034 mellem 22. maj 2024 og 5. juni 2024."
            assert (expected in page.inner_text("main")) == (today == "2026-11-22")


def test_ended_plans_are_shown_when_asked_for(browser: Browser, in_2026: str) -> None:
    with opened(browser, in_2026, "/map") as page:
        before = wait_for_plans(page)
        page.locator("summary", has_text="Filtre").click()
        page.get_by_label("Også planer, der ikke gælder mere").check()
        page.wait_for_function(
            "before => Number(document.querySelector('.folium-map').dataset.drawn) > before", arg=before
        )
        assert page.locator("path.plan.ended.leaflet-interactive").count() == 6


def test_a_theme_filter_leaves_only_its_plans(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        wait_for_plans(page)
        page.locator("summary", has_text="Filtre").click()
        page.get_by_label("Sammen om styrket klimaindsats og biodiversitet").check()
        page.wait_for_function("() => document.querySelector('.folium-map').dataset.drawn === '2'")
        assert set(
            page.locator("path.plan.leaflet-interactive").evaluate_all("all => all.map(one => one.dataset.plan)")
        ) == {
            "0340-local-plan-sk-66",
            "0340-addendum-1-2021",
        }


def test_status_is_told_by_more_than_colour(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        wait_for_plans(page)
        looks = page.evaluate(
            "id => { const style = getComputedStyle(document.querySelector(`path[data-plan='${id}']`));"
            " return [style.strokeDasharray, style.fill]; }",
            "0340-local-plan-sk-66",
        )
        assert looks[0] != "none"
        assert "hatch-4" in looks[1]


def test_the_map_goes_by_keyboard(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map") as page:
        wait_for_plans(page)
        page.locator("path.plan[tabindex='0']").focus()
        assert page.locator("path.plan[tabindex='0']").count() == 1
        first = page.evaluate("document.activeElement.dataset.plan")
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.dataset.plan")
        assert second
        assert second != first
        page.keyboard.press("Enter")
        assert second in (page.evaluate("document.activeElement.href") or "")
        page.locator("#centre").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#place:not([hidden])")
        assert page.evaluate("document.activeElement.tagName") == "H2"


def test_without_javascript_the_list_and_the_pages_still_tell_all(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/map?theme=0340-vision-2026-4", java_script_enabled=False) as page:
        assert page.locator("#list .plan-item").count() == 2
        page.locator("#list a", has_text="SK 66").click()
        assert "Solcellepark ved Fjenneslev" in page.inner_text("h1")
        assert page.get_by_role("img", name="Kort over, hvor i kommunen planen ligger").count() == 1


@pytest.mark.parametrize(
    ("path", "status"), [("/plans/0340-local-plan-sk-0", 404), ("/map?day=yesterday", 400), ("/map?colour=red", 400)]
)
def test_an_error_is_a_page_for_people_and_a_problem_for_programs(in_2021: str, path: str, status: int) -> None:
    page = httpx.get(f"{in_2021}{path}", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    program = httpx.get(f"{in_2021}{path}")
    assert (program.status_code, program.headers["content-type"]) == (status, "application/problem+json")

"""The map on a phone, by touch: small plans can be seen and tapped, and no panel moves what the reader looks at."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, Page

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.browsing import DESK, PHONE, opened, wait_for_plans
from tests.builders import a_delivery, a_plan
from tests.conftest import serving
from tests.looks.conftest import ODD_PLACE

BOXES = "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.left, box.top, box.right, box.bottom])"
VIEW = "() => { const { lat, lng } = georegister.map.getCenter(); return [georegister.map.getZoom(), lat, lng]; }"


def overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_a_plan_too_small_to_be_seen_has_a_dot_and_no_number_lies_on_another(
    browser: Browser, address: str, viewport: dict[str, int]
) -> None:
    with opened(browser, address, "/map?lang=en&municipality=0340", viewport) as page:
        wait_for_plans(page)
        sizes = page.locator("path.plan.leaflet-interactive").evaluate_all(
            "all => all.map((one) => [one.dataset.plan, one.getBoundingClientRect()])"
            ".map(([id, box]) => [id, Math.max(box.width, box.height)])"
        )
        dotted = set(page.locator(".plan-dot").evaluate_all("all => all.map(one => one.dataset.dot)"))
        assert dotted
        assert {id_ for id_, size in sizes if size < 12} <= dotted
        labels = page.locator(".plan-label-text").evaluate_all(BOXES)
        assert labels
        assert not any(overlap(one, other) for one, other in combinations(labels, 2))
        buttons = page.locator(".leaflet-control").evaluate_all(BOXES)
        assert not any(overlap(label, button) for label in labels for button in buttons)


def test_a_tap_on_a_dot_means_its_plan(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&municipality=0340", PHONE, has_touch=True) as page:
        wait_for_plans(page)
        dot = page.locator("[data-dot='0340-local-plan-sk-3']").bounding_box()
        assert dot
        page.touchscreen.tap(dot["x"] + dot["width"] / 2 + 5, dot["y"] + dot["height"] / 2 + 5)
        page.wait_for_selector("#place [data-plan='0340-local-plan-sk-3']")
        assert "away" not in page.locator("#place [data-plan='0340-local-plan-sk-3']").inner_text()


def test_a_tap_on_the_dot_of_a_bent_plan_is_in_the_plan(
    browser: Browser, demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    """Its middle is not in it."""
    x, y = ODD_PLACE
    corners = [(0, 0), (60, 0), (60, 60), (50, 60), (50, 10), (10, 10), (10, 60), (0, 60)]
    bent = shapely.Polygon([(x + east, y + north) for east, north in corners])
    assert not bent.contains(bent.envelope.centroid)
    row = a_plan("SK 990", "Vej om et torv", DATOVEDT=20200101, geometry=bent)
    load(demo, a_delivery(tmp_path, [row]), "0340", plandata, Options())
    with (
        serving(demo) as address,
        opened(browser, address, "/map?lang=en&municipality=0340", PHONE, has_touch=True) as page,
    ):
        wait_for_plans(page)
        dot = page.locator("[data-dot='0340-local-plan-sk-990']").bounding_box()
        assert dot
        page.touchscreen.tap(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
        found = page.locator("#place [data-plan='0340-local-plan-sk-990']")
        found.wait_for()
        assert "away" not in found.inner_text()


def test_the_dot_shows_the_focus_of_its_plan(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&municipality=0340") as page:
        wait_for_plans(page)
        page.locator("path[data-plan='0340-local-plan-sk-3']").focus()
        assert page.locator(".plan-dot.focused").get_attribute("data-dot") == "0340-local-plan-sk-3"
        page.locator("#q").focus()
        assert page.locator(".plan-dot.focused").count() == 0


def seen(page: Page) -> list[Any]:
    """The view of the map, and how large it is."""
    page.wait_for_timeout(400)
    size: list[Any] = page.evaluate("() => { const { x, y } = georegister.map.getSize(); return [x, y]; }")
    return [*[round(number, 6) for number in page.evaluate(VIEW)], *size]


def test_no_panel_moves_the_map_from_what_the_reader_looks_at(browser: Browser, address: str) -> None:
    where = "/map?lang=en&municipality=0340&view=12/55.458/11.667"
    with opened(browser, address, where, PHONE, has_touch=True) as page:
        wait_for_plans(page)
        first = seen(page)
        for panel in ("#legend", "details.filters", "#area-tools", "#days"):
            page.locator(f"{panel} > summary").tap()
            assert page.locator(panel).get_attribute("open") is not None
            assert seen(page) == first, panel
            page.locator(f"{panel} > summary").tap()
            assert seen(page) == first, panel
        page.locator("#area-tools > summary").tap()
        page.locator("#area-draw").tap()
        assert seen(page) == first
        box, bar = page.locator(".folium-map").bounding_box(), page.locator("#drawing-bar").bounding_box()
        assert box
        assert bar
        assert bar["y"] >= box["y"] + box["height"], "the bar lies on the map that is drawn on"
        page.locator("#area-cancel").tap()
        top = page.evaluate(
            "() => { scrollTo(0, 0); return document.querySelector('.folium-map').getBoundingClientRect().top; }"
        )
        page.locator("#q").fill("sor")
        page.wait_for_selector("#suggestions li")
        assert seen(page) == first
        still = page.locator(".folium-map").bounding_box()
        assert still
        assert still["y"] == top, "the suggestions push the map down"
        page.keyboard.press("Escape")
        page.locator("#centre").tap()
        page.wait_for_selector("#place:not([hidden])")
        assert seen(page) == first

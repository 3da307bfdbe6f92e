"""The background map in real Chromium: below the plans, turned off and on, and what is said when it cannot be had."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from georegister.register.database import Database
from tests.conftest import serving
from tests.stories.test_citizen_looks import opened, wait_for_plans
from tests.tile_server import TOKEN, TileServer, tile_server

pytestmark = pytest.mark.thorough

NAMED = "<img src=x onerror=alert(1)> {{7*7}} & Søn"
FAILED = "Baggrundskortet kan ikke hentes lige nu. Planerne vises stadig."


@pytest.fixture(scope="module")
def source() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


@pytest.fixture(scope="module")
def served(shared_demo: Database, source: TileServer) -> Iterator[str]:
    with serving(
        shared_demo,
        GEOREGISTER_BASEMAP=f"http://{source.host}/{{z}}/{{x}}/{{y}}.png?token={{token}}",
        GEOREGISTER_BASEMAP_TOKEN=TOKEN,
        GEOREGISTER_BASEMAP_ATTRIBUTION=NAMED,
    ) as address:
        yield address


def shown_tiles(page: Page) -> int:
    return page.locator(".leaflet-basemap-pane img.leaflet-tile-loaded").count()


def test_the_background_lies_below_the_plans_and_can_be_turned_off(browser: Browser, served: str) -> None:
    with opened(browser, served, "/map") as page:
        plans = wait_for_plans(page)
        page.wait_for_selector(".leaflet-basemap-pane img.leaflet-tile-loaded")
        assert shown_tiles(page) > 0
        sources = page.locator(".leaflet-basemap-pane img").evaluate_all("all => all.map(one => one.src)")
        assert all(one.startswith(f"{served}/basemap/") and TOKEN not in one for one in sources)
        assert plans == page.locator("path.plan.leaflet-interactive").count() > 5
        expect(page.locator(".basemap-credit")).to_have_text(NAMED)
        button = page.get_by_role("button", name="Baggrundskort")
        expect(button).to_have_attribute("aria-pressed", "true")
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "false")
        assert page.locator(".leaflet-basemap-pane img").count() == 0
        assert page.locator(".basemap-credit").count() == 0
        page.reload()
        wait_for_plans(page)
        expect(page.get_by_role("button", name="Baggrundskort")).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Baggrundskort").click()
        page.wait_for_selector(".leaflet-basemap-pane img.leaflet-tile-loaded")
        page.evaluate("georegister.map.setView([55.455, 11.575], 17, {animate: false})")
        page.wait_for_selector(".leaflet-basemap-pane img[src*='/17/'].leaflet-tile-loaded")


def test_a_background_that_cannot_be_had_is_told_once_and_the_plans_are_there(
    browser: Browser, served: str, source: TileServer
) -> None:
    source.mode = "500"
    try:
        made = browser.new_context(locale="da-DK")
        page = made.new_page()
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(f"{served}/map?municipality=0340#elsewhere")
        wait_for_plans(page)
        page.evaluate("georegister.map.setView([55.44, 11.5], 13, {animate: false})")
        expect(page.locator(".basemap-note")).to_have_text(FAILED)
        assert page.locator(".basemap-note").get_attribute("role") == "status"
        assert page.get_by_text(FAILED).count() == 1
        assert page.locator(".has-basemap").count() == 0
        page.evaluate("georegister.map.panBy([300, 0], {animate: false})")
        page.wait_for_timeout(500)
        assert page.get_by_text(FAILED).count() == 1
        assert page.locator("path.plan.leaflet-interactive").count() > 0
        page.get_by_role("button", name="Baggrundskort").click()
        expect(page.locator(".basemap-note")).to_have_text("")
        assert TOKEN not in page.content()
        assert dialogs == []
        made.close()
    finally:
        source.mode = "good"

"""Above a bound the map draws tiles in place of paths. Here the bound is five, so that the demo is crowded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from georegister.maps.assets import STATIC
from tests.stories.test_citizen_looks import DESK

SCRIPT = (STATIC / "app" / "georegister.js").read_text(encoding="utf-8")
FEW = SCRIPT.replace("MOST_DRAWN = 1000", "MOST_DRAWN = 5").replace("LISTED_OF_MANY = 100", "LISTED_OF_MANY = 3")
PIXEL = """([lat, lon]) => {
    const box = georegister.map.getContainer().getBoundingClientRect();
    const at = georegister.map.latLngToContainerPoint([lat, lon]);
    for (const tile of document.querySelectorAll("canvas.plan-tile")) {
        const lies = tile.getBoundingClientRect();
        const [x, y] = [(box.x + at.x - lies.x) / lies.width, (box.y + at.y - lies.y) / lies.height];
        if (x >= 0 && x < 1 && y >= 0 && y < 1) {
            const pen = tile.getContext("2d");
            const [r, g, b, a] = pen.getImageData(x * tile.width - 8, y * tile.height - 8, 16, 16).data
                .reduce((sum, one, place) => { sum[place % 4] += one; return sum; }, [0, 0, 0, 0]);
            return [r, g, b, a].map((sum) => Math.round(sum / 256));
        }
    }
    return null;
}"""


@contextmanager
def crowded(browser: Browser, address: str, path: str, **context: object) -> Iterator[tuple[Page, list[str]]]:
    """A page whose map is crowded from six plans on, and what it asks for."""
    assert FEW.count("= 5") == FEW.count("LISTED_OF_MANY = 3") == 1
    made = browser.new_context(viewport=DESK, locale="da-DK", **context)  # type: ignore[arg-type]
    page = made.new_page()
    asked: list[str] = []
    wrong: list[str] = []

    def fewer(route: Route) -> None:
        route.fulfill(body=FEW, content_type="text/javascript")

    page.route("**/static/app/georegister.js", fewer)
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{address}{path}")
    yield page, asked
    made.close()
    assert wrong == []


def tiles_drawn(page: Page) -> None:
    page.wait_for_selector(".folium-map[data-tiles=drawn]")
    page.wait_for_timeout(300)


def middle_of(address: str, plan: str) -> list[float]:
    west, south, east, north = httpx.get(f"{address}/collections/plans/items/{plan}").json().get("bbox") or _box(
        httpx.get(f"{address}/collections/plans/items/{plan}").json()["geometry"]["coordinates"]
    )
    return [(south + north) / 2, (west + east) / 2]


def _box(coordinates: list[list[list[list[float]]]]) -> tuple[float, float, float, float]:
    points = [point for polygon in coordinates for ring in polygon for point in ring]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("pixels", [1, 2])
def test_a_crowded_map_draws_tiles_lists_the_first_and_comes_back(browser: Browser, address: str, pixels: int) -> None:
    with crowded(browser, address, "/map?municipality=0340", device_scale_factor=pixels) as (page, asked):
        tiles_drawn(page)
        assert page.locator("path.plan.leaflet-interactive").count() == 0
        every = int(page.get_attribute(".folium-map", "data-drawn") or 0)
        assert every > 5
        expect(page.locator("#status")).to_contain_text(f"3 af {every} planer")
        assert page.locator("#list .plan-item").count() == 3
        tiles = [one for one in asked if "/collections/plans/tiles/WebMercatorQuad/" in one]
        assert tiles
        assert all("municipality=0340" in one and "status=" in one for one in tiles)
        assert page.locator("canvas.plan-tile").first.evaluate("one => one.width") == 256 * pixels
        scripts = [one for one in asked if one.endswith(".js")]
        assert sum(one.endswith(("pbf.js", "map-tiles.js")) for one in scripts) == 2
        # The park is the only plan within sight there: paths again, and the tiles are gone.
        spot = middle_of(address, "0340-local-plan-sk-66")
        page.evaluate("spot => georegister.map.setView(spot, 15, {animate: false})", spot)
        page.wait_for_selector("path.plan[data-plan='0340-local-plan-sk-66']")
        assert page.locator("canvas.plan-tile").count() == 0
        expect(page.locator("#status")).not_to_contain_text(" af ")
        page.evaluate("georegister.map.setZoom(10, {animate: false})")
        tiles_drawn(page)
        assert page.locator("path.plan.leaflet-interactive").count() == 0


@pytest.mark.thorough
def test_plans_look_as_their_paths_do_and_colours_change(browser: Browser, address: str) -> None:
    with crowded(browser, address, "/map?municipality=0340&ended=1") as (page, _):
        tiles_drawn(page)
        spot = middle_of(address, "0340-local-plan-sk-66")
        page.evaluate("spot => georegister.map.setView(spot, 11.5, {animate: false})", spot)
        page.wait_for_timeout(900)
        theme = page.evaluate(PIXEL, spot)
        assert theme
        assert theme[3] > 0  # something is drawn there
        page.locator("input[name=colour][value=status]").check()
        page.wait_for_timeout(300)
        assert page.evaluate(PIXEL, spot) != theme
        page.locator("input[name=colour][value=theme]").check()
        page.wait_for_timeout(300)
        assert page.evaluate(PIXEL, spot) == theme


def test_filters_and_day_go_along_and_a_click_still_asks_the_register(browser: Browser, address: str) -> None:
    with crowded(browser, address, "/map?municipality=0340&day=2021-06-01") as (page, asked):
        tiles_drawn(page)
        assert all("datetime=2021-06-01" in one for one in asked if "/tiles/WebMercatorQuad/" in one)
        spot = middle_of(address, "0340-local-plan-sk-66")
        place = page.evaluate(
            "spot => { const box = georegister.map.getContainer().getBoundingClientRect();"
            " const at = georegister.map.latLngToContainerPoint(spot); return [box.x + at.x, box.y + at.y]; }",
            spot,
        )
        page.mouse.click(*place)
        page.wait_for_selector("#place:not([hidden])")
        assert "SK 66" in page.inner_text("#place")
        page.locator("#centre").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#place h2")).to_have_text(re.compile(r"\d+ planer? her"))


def test_what_is_drawn_is_asked_for_with_no_more_than_is_seen(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=DESK)
    with page.expect_request("**/collections/plans/items?*precision*") as asked:
        page.goto(f"{address}/map?municipality=0340")
    said = httpx.URL(asked.value.url).params
    assert said["precision"] == "5"
    assert 10 < float(said["simplify"]) < 60
    thin = httpx.get(asked.value.url)
    whole = httpx.get(str(httpx.URL(asked.value.url).copy_remove_param("simplify").copy_remove_param("properties")))
    assert len(thin.content) < len(whole.content) * 0.8
    page.close()

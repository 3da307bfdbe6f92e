"""A citizen uses the map in real Chromium: filters, searches, draws, steps through days, shares it, goes back."""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.stories.test_citizen_looks import DESK, PARK, PHONE, click_at, opened, wait_for_plans

SK66 = "0340-local-plan-sk-66"
THEME_4 = "0340-vision-2026-4"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def asked(page: Page) -> dict[str, str]:
    """What the address bar says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def drawn(page: Page) -> set[str]:
    ids: list[str] = page.locator("path.plan.leaflet-interactive").evaluate_all(
        "all => all.map(one => one.dataset.plan)"
    )
    return set(ids)


def drawn_is(page: Page, number: int) -> None:
    page.wait_for_function("n => document.querySelector('.folium-map').dataset.drawn === String(n)", arg=number)


def view(page: Page) -> list[float]:
    seen: list[float] = page.evaluate(
        "() => [georegister.map.getZoom(), georegister.map.getCenter().lat, georegister.map.getCenter().lng]"
    )
    return seen


def look(page: Page, zoom: float = 13) -> None:
    page.evaluate("([at, zoom]) => georegister.map.setView(at, zoom, {animate: false})", [list(PARK), zoom])
    page.wait_for_timeout(600)


def test_what_is_chosen_is_in_the_address_and_back_forward_and_a_shared_link_give_it_again(
    browser: Browser, address: str
) -> None:
    grant = {"permissions": ["clipboard-read", "clipboard-write"]}
    with opened(browser, address, "/map?lang=en", **grant) as page:
        whole, first = wait_for_plans(page), view(page)
        page.locator(".filters > summary").click()
        page.locator(f"input[name=theme][value='{THEME_4}']").check()
        page.wait_for_function("n => Number(document.querySelector('.folium-map').dataset.drawn) < n", arg=whole)
        assert asked(page)["theme"] == THEME_4
        of_theme = drawn(page)
        page.locator("input[name=colour][value=status]").check()
        assert asked(page)["colour"] == "status"
        assert page.locator(".folium-map.by-status").count() == 1
        look(page)
        click_at(page, *PARK)
        assert asked(page)["point"].startswith("11.6")
        assert asked(page)["view"].startswith("13/55.45")
        seen, link = view(page), page.url
        page.click("#copy")
        expect(page.locator("#copied")).to_have_text("The link is copied.")
        assert page.evaluate("navigator.clipboard.readText()") == link

        page.go_back()
        page.wait_for_selector("#place", state="hidden")
        assert "point" not in asked(page)
        assert asked(page)["colour"] == "status"
        page.go_back()
        page.wait_for_selector(".folium-map.by-theme")
        page.go_back()
        drawn_is(page, whole)
        assert view(page) == pytest.approx(first, abs=1e-4)
        assert page.locator("input[name=theme]:checked").count() == 0
        page.go_forward()
        drawn_is(page, len(of_theme))
        page.go_forward()
        page.go_forward()
        page.wait_for_selector("#place:not([hidden])")
        assert page.url == link
        assert view(page) == pytest.approx(seen, abs=1e-4)
    with opened(browser, address, link.removeprefix(address)) as other:
        wait_for_plans(other)
        other.wait_for_selector("#place:not([hidden])")
        assert view(other) == pytest.approx(seen, abs=1e-4)
        assert drawn(other) <= of_theme
        assert other.locator(".folium-map.by-status").count() == 1
        assert other.locator("input[name=colour][value=status]").is_checked()
        assert other.locator(".place-marker").count() == 1


def test_plans_that_have_ended_are_told_and_shown_when_asked_for(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&kind=addendum") as page:
        before = wait_for_plans(page)
        page.locator(".ended-here button").click()
        page.wait_for_function("n => Number(document.querySelector('.folium-map').dataset.drawn) > n", arg=before)
        assert asked(page)["ended"] == "1"
        assert page.locator("path.plan.ended").count() > 0
        assert page.locator(".ended-here").count() == 0
        page.locator("#reset").click()
        page.wait_for_function("() => !location.search.includes('kind')")
        assert "ended" not in asked(page)


def test_where_nothing_is_there_is_a_way_on(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&sdg=17") as page:
        assert wait_for_plans(page) == 0
        click_at(page, 55.58, 11.31)
        assert page.inner_text("#place .empty") == "No plans here. The place may lie outside the municipality."
        page.keyboard.press("Escape")
        empty = page.locator("#list .empty")
        assert "still applies" in empty.inner_text()
        empty.get_by_role("button", name="Remove filters").click()
        page.wait_for_function("() => Number(document.querySelector('.folium-map').dataset.drawn) > 5")
        assert "sdg" not in asked(page)


def test_colours_follow_what_they_show_and_the_legend_with_them(browser: Browser, address: str) -> None:
    look_of = "id => getComputedStyle(document.querySelector(`path[data-plan='${id}']`)).stroke"
    swatch = "name => getComputedStyle(document.querySelector(`.legend ul:not([hidden]) .${name}`)).stroke"
    with opened(browser, address, "/map?lang=en") as page:
        wait_for_plans(page)
        strokes = {}
        for colour, name in (("theme", "slot-4"), ("use", "use-5"), ("status", "status-adopted")):
            page.locator(f"input[name=colour][value={colour}]").check()
            strokes[colour] = page.evaluate(look_of, SK66)
            printed = page.locator("#sheet").get_attribute("href") or ""
            assert (f"colour={colour}" in printed) == (colour != "theme")
            assert page.evaluate(swatch, name) == strokes[colour]
            assert page.locator("[data-legend]:not([hidden])").count() == (0 if colour == "status" else 1)
        assert strokes["theme"] not in (strokes["use"], strokes["status"])
        dashes = page.evaluate(
            "() => ['idea', 'proposal', 'adopted', 'in_force', 'replaced.ended', 'unknown'].map((one) =>"
            " getComputedStyle(document.querySelector(`.legend .lines .status-${one}`)).strokeDasharray)"
        )
        assert len(set(dashes)) == 6


def test_a_plan_is_found_by_its_number_and_a_place_by_its_name(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en") as page:
        wait_for_plans(page)
        first = view(page)
        page.locator("#q").press_sequentially("sk66")
        page.wait_for_selector("#suggestions li")
        assert page.get_attribute("#q", "aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        assert page.get_attribute("#q", "aria-activedescendant") == "suggestion-0"
        page.keyboard.press("Enter")
        page.wait_for_selector("#place .chosen .plan-item")
        assert page.locator("#place .chosen .plan-link").inner_text().startswith("Local plan SK 66")
        assert "Supports" in page.inner_text("#place .chosen .claims")
        assert page.locator("#place .chosen .document").inner_text() == "Legal document: not recorded here."
        assert asked(page)["plan"] == SK66
        assert view(page)[0] > first[0] + 2
        assert page.locator(".chosen-outline").count() == 1
        page.keyboard.press("Escape")
        page.wait_for_selector("#place", state="hidden")

        page.locator("#q").fill("Fjenneslev")
        page.wait_for_function("() => document.querySelectorAll('#suggestions li').length > 1")
        page.keyboard.press("Escape")
        assert page.locator("#suggestions").is_hidden()
        page.locator("#q").fill("fjenneslev ")
        page.get_by_role("option", name=re.compile(r"^Fjenneslev.*place")).click()
        page.wait_for_selector("#place:not([hidden])")
        assert page.locator(".place-marker").count() == 1
        page.go_back()
        page.go_back()
        page.go_back()
        page.wait_for_selector("#place", state="hidden")
        assert view(page) == pytest.approx(first, abs=1e-4)
        page.locator("#q").fill("nothing at all")
        page.keyboard.press("Enter")
        expect(page.locator("#search-status")).to_have_text("Nothing here is called “nothing at all”.")


def test_suggestions_that_come_too_late_are_not_waited_for(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en") as page, withheld(page, "**/places?*") as (held, given_up):
        wait_for_plans(page)
        page.locator("#q").press_sequentially("sk66")
        wait_until(page, lambda: bool(held))
        page.locator("h1").click()
        wait_until(page, lambda: bool(given_up))
        assert page.locator("#suggestions").is_hidden()


def test_an_area_that_was_left_does_not_come_back(browser: Browser, address: str) -> None:
    search = "**/collections/plans/search?*"
    with (
        opened(browser, address, "/map?lang=en&view=13/55.4576/11.6671") as page,
        withheld(page, search) as (held, given_up),
    ):
        wait_for_plans(page)
        page.locator("#area-tools > summary").click()
        page.locator("#area-view").click()
        wait_until(page, lambda: bool(held))
        page.go_back()
        page.wait_for_function("() => !location.search.includes('geometry')")
        wait_until(page, lambda: bool(given_up))
        assert page.locator("#area").is_hidden()


@contextmanager
def withheld(page: Page, pattern: str) -> Iterator[tuple[list[Route], list[Request]]]:
    """The requests of a pattern, which get no answer, and those among them that the page has given up."""
    held: list[Route] = []
    given_up: list[Request] = []
    page.route(pattern, lambda route: held.append(route))
    page.on("requestfailed", lambda request: given_up.append(request))
    yield held, given_up


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """For what the browser tells Python, not the page."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def touch(page: Page, x: float, y: float) -> None:
    """A tap on the map at a share of its width and height."""
    box = page.locator(".folium-map").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.wait_for_timeout(300)


def downloaded(address: str, page: Page) -> set[str]:
    """The ids in the GeoJSON that the area's download gives."""
    link = page.locator("#area a", has_text="GeoJSON").get_attribute("href")
    said = httpx.get(f"{address}{link}").text
    return set(re.findall(r'"type":"Feature","id":"([^"]+)"', said))


def in_area(page: Page) -> set[str]:
    ids: list[str] = page.locator("#area .plan-item").evaluate_all("all => all.map(one => one.dataset.plan)")
    return set(ids)


def test_an_area_is_drawn_by_touch(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&view=12.5/55.4576/11.6671", PHONE, has_touch=True) as page:
        wait_for_plans(page)
        page.locator("#area-tools > summary").tap()
        page.locator("#area-draw").tap()
        expect(page.locator("#area-done")).to_be_disabled()
        for x, y in ((0.1, 0.62), (0.7, 0.62), (0.7, 0.84), (0.1, 0.84)):
            touch(page, x, y)
        expect(page.locator("#drawing-status")).to_have_text("4 corners")
        assert page.locator("#place").is_hidden()  # a tap meant a corner
        touch(page, 0.1, 0.62)
        page.wait_for_selector("#area:not([hidden])")
        assert SK66 in in_area(page)
        assert in_area(page) == downloaded(address, page)
        assert re.search(r"% of the plan, [\d.]+% of the area", page.locator("#area .share").first.inner_text())
        assert page.locator("path.area-line.closed").count() == 1
        assert asked(page)["geometry"].startswith("POLYGON((")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.go_back()
        page.wait_for_selector("#area", state="hidden")
        assert page.locator("path.area-line").count() == 0


def test_the_same_goes_by_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&view=13/55.4576/11.6671") as page:
        wait_for_plans(page)
        page.locator("#area-tools > summary").focus()
        page.keyboard.press("Enter")
        page.locator("#area-draw").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.classList.contains('folium-map')")
        for corner in (("ArrowLeft", "ArrowUp"), ("ArrowRight", "ArrowRight"), ("ArrowDown", "ArrowDown")):
            for key in corner:
                page.keyboard.press(key)
                page.wait_for_timeout(450)
            page.keyboard.press("Enter")
        expect(page.locator("#drawing-status")).to_have_text("3 corners")
        page.locator("#area-done").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#area:not([hidden])")
        assert SK66 in in_area(page)
        assert in_area(page) == downloaded(address, page)
        page.locator("#area-metres").fill("0")
        page.keyboard.press("Enter")
        expect(page.locator("#area-help")).to_have_text("Give 1 to 20,000 metres.")
        page.locator("#area-metres").fill("300")
        page.keyboard.press("Enter")
        page.wait_for_function("() => location.search.includes('buffer=300')")
        of_circle = page.locator("#area p").first.inner_text()
        page.locator("#area-view").click()
        page.wait_for_function("() => !location.search.includes('buffer')")
        expect(page.locator("#area p").first).not_to_have_text(of_circle)
        assert SK66 in in_area(page)
        page.locator(".folium-map").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#place:not([hidden])")
        assert page.evaluate("document.activeElement.tagName") == "H2"


def test_the_history_is_stepped_through(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&day=2021-10-01") as page:
        wait_for_plans(page)
        expect(page.locator("#day-summary")).to_have_text("1 October 2021")
        page.locator("#day-after").click()
        page.wait_for_function("() => location.search.includes('day=2021-10-13')")
        expect(page.locator("#day-told")).to_contain_text("Local plan SK 66 adopted")
        page.wait_for_function(f"() => document.querySelector(`path[data-plan='{SK66}'].status-adopted`)")
        page.locator("#day-before").click()
        page.wait_for_function("() => location.search.includes('day=2021-07-08')")
        expect(page.locator("#day-told")).to_contain_text("the hearing of Local plan SK 66 is over")
        page.wait_for_function(f"() => document.querySelector(`path[data-plan='{SK66}'].status-proposal`)")
        click_at(page, *PARK)
        assert "Proposal" in page.inner_text("#place")
        page.go_back()
        page.go_back()
        page.wait_for_function("() => document.querySelector('#day').value === '2021-10-13'")
        expect(page.locator("#day-told")).to_contain_text("Local plan SK 66 adopted")
        page.locator("#day-today").click()
        page.wait_for_function("() => !location.search.includes('day=')")
        expect(page.locator("#day-summary")).to_have_text("today")


def test_a_place_says_how_to_answer_first(browser: Browser, address: str) -> None:
    with opened(browser, address, "/map?lang=en&day=2021-06-01", PHONE) as page:
        wait_for_plans(page)
        look(page)
        click_at(page, *PARK)
        first = page.locator("#place .plan-item").first
        assert "36 days left" in first.inner_text()
        assert "Where to send the answer is not recorded here" in first.locator(".answer").inner_text()
        # The answer comes before the reader: under what is left of the map.
        head = page.locator("#place h2").first.bounding_box()
        assert head
        assert 0 < head["y"] < PHONE["height"] * 0.6
        box = first.bounding_box()
        assert box
        assert box["y"] < PHONE["height"] * 0.8


@pytest.fixture
def silent(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, "/map?lang=en&kind=local-plan", java_script_enabled=False) as page:
        yield page


def test_without_javascript_there_are_search_filters_list_and_a_drawn_map(silent: Page, address: str) -> None:
    page = silent
    given: dict[str, Any] = httpx.get(f"{address}{page.get_attribute('#question', 'href')}").json()
    ids = page.locator("#list .plan-item").evaluate_all("all => all.map(one => one.dataset.plan)")
    assert sorted(ids) == sorted(one["id"] for one in given["features"])
    assert page.locator("figure.drawing path.plan").count() == len(
        [one for one in given["features"] if one["geometry"]]
    )
    assert page.locator(".folium-map").is_hidden()
    assert page.locator("#centre").is_hidden()
    page.locator(f"input[name=theme][value='{THEME_4}']").check()
    page.locator("input[name=colour][value=status]").check()
    page.locator("#filters button[type=submit]").click()
    expect(page.locator("#list .plan-item")).to_have_count(1)
    assert asked(page)["colour"] == "status"
    assert page.locator("figure.drawing.by-status path.plan").count() == 1
    page.locator("#q").fill("sk66")
    page.locator("form[role=search] button").click()
    assert "SK 66" in page.inner_text("main")
    page.goto(f"{address}/map?lang=en&point={PARK[1]},{PARK[0]}")
    page.get_by_role("link", name="What applies at the place chosen").click()
    assert "SK 66" in page.inner_text("main")


@pytest.mark.parametrize("viewport", [DESK, {"width": 320, "height": 700}], ids=["desk", "narrow"])
def test_nothing_of_it_has_an_accessibility_fault_or_a_sideways_scroll(
    browser: Browser, address: str, viewport: dict[str, int]
) -> None:
    area = f"geometry=POINT({PARK[1]}%20{PARK[0]})&buffer=900&point={PARK[1]},{PARK[0]}"
    with opened(browser, address, f"/map?lang=en&colour=status&day=2021-10-13&{area}", viewport) as page:
        wait_for_plans(page)
        page.wait_for_selector("#place:not([hidden])")
        page.wait_for_selector("#area:not([hidden])")
        page.locator(".filters > summary").click()
        if viewport is DESK:
            page.locator("#q").fill("sk")
            page.wait_for_selector("#suggestions li")
            page.keyboard.press("ArrowDown")
        else:
            page.locator("#area-tools > summary").click()
            page.locator("#area-draw").click()
            assert page.locator("#drawing-bar").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page, options={"runOnly": LEVELS})
        assert found.response["violations"] == []


def test_scripts_and_styles_of_the_map_are_small(client: httpx.Client) -> None:
    html = client.get("/map").text
    files = re.findall(r'(?:src|href)="(/(?:static|palette)[^"]+\.(?:js|css))"', html)
    assert len(files) > 10
    assert sum(len(zlib.compress(client.get(file).content, 6)) for file in files) < 100_000

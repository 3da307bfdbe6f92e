"""Somebody hears of a solar park near Fjenneslev: from the front door to a printed sheet, in Danish, on a phone.

By touch and again by keyboard alone on 1 June 2021, when the plan was in hearing; and by a reader of today, after it
was adopted. Every step is one that a person takes: a tap or a key on what is to be seen.
"""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsing import PHONE, opened

MOST_TABS = 80
Step = Callable[[Page, Locator], None]


def tap(page: Page, what: Locator) -> None:
    what.tap()


def by_keyboard(page: Page, what: Locator) -> None:
    """Tab until it has the focus, which must be seen, then Enter."""
    reach(page, what)
    page.keyboard.press("Enter")


def reach(page: Page, what: Locator) -> None:
    expect(what).to_be_attached()
    for _ in range(MOST_TABS):
        if what.evaluate("one => one === document.activeElement"):
            ring = what.evaluate("one => { const s = getComputedStyle(one); return s.outlineStyle + s.boxShadow; }")
            assert ring != "nonenone", "the focus cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{what} is not reached within {MOST_TABS} tabs")


def tap_the_park(page: Page) -> None:
    """A finger on the hatched outline."""
    outline = page.locator("path.plan.status-proposal[data-plan='0340-local-plan-sk-66']")
    expect(outline).to_be_visible()
    # In one step: the map may draw its outlines anew between two.
    at = "one => { const b = one.getBoundingClientRect(); return [b.x + b.width * 0.3, b.y + b.height * 0.65]; }"
    page.touchscreen.tap(*outline.evaluate(at))


def keys_at_the_centre(page: Page) -> None:
    """Nearer, and a step to the west: the middle of the map was the road between the park's two parts."""
    reach(page, page.locator(".folium-map"))
    for key in ("+", "ArrowLeft"):
        before = page.evaluate("String(georegister.map.getBounds().toBBoxString())")
        page.keyboard.press(key)
        page.wait_for_function("before => georegister.map.getBounds().toBBoxString() !== before", arg=before)
        page.wait_for_timeout(500)
    page.keyboard.press("Enter")


def printed(page: Page, press: Step) -> str:
    """The words of the sheet's PDF, which the browser is led to."""
    press(page, page.get_by_role("link", name="Udskrift, PDF eller billede"))
    page.wait_for_url("**/sheet?**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Solcellepark ved Fjenneslev")
    address = page.get_by_role("link", name="Som PDF").get_attribute("href") or ""
    answer = page.request.get(f"{page.url.split('/plans/')[0]}{address}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.body())
    return "\n".join(sheet.get_textpage().get_text_range() for sheet in document)


@pytest.mark.parametrize(
    ("press", "ask_at_the_park", "device"),
    [(tap, tap_the_park, {"has_touch": True, "is_mobile": True}), (by_keyboard, keys_at_the_centre, {})],
    ids=["touch", "keyboard"],
)
def test_while_it_is_in_hearing(
    browser: Browser, in_2021: str, press: Step, ask_at_the_park: Callable[[Page], None], device: dict[str, bool]
) -> None:
    with opened(browser, in_2021, "/", PHONE, **device) as page:
        # The front door says what is in hearing; who does not see it there finds the map.
        assert "36 dage tilbage" in page.inner_text("main")
        press(page, page.get_by_role("link", name="Åbn kortet over Sorø Kommune"))
        page.wait_for_url("**/map?**")
        page.wait_for_selector(".folium-map[data-drawn]")

        # The place is found by a few letters, and the plan with it.
        field = page.get_by_label("Sted, adresse eller plan")
        press(page, field) if press is tap else reach(page, field)
        page.keyboard.type("fjenne")
        suggested = page.get_by_role("option", name=re.compile("Lokalplan SK 66"))
        expect(suggested).to_be_visible()
        if press is tap:
            suggested.tap()
        else:
            for _ in range(10):
                page.keyboard.press("ArrowDown")
                if suggested.get_attribute("aria-selected") == "true":
                    break
            page.keyboard.press("Enter")
        place = page.locator("#place")
        expect(place).to_be_visible()
        expect(place).to_contain_text("Lokalplan SK 66: Solcellepark ved Fjenneslev")

        # All plans at the place: what is only proposed first, until when and where to object.
        ask_at_the_park(page)
        expect(place.get_by_role("heading", level=2)).to_have_text(re.compile(r"^3 planer"))
        proposed = place.locator("h3", has_text="Foreslået (2)")
        expect(proposed).to_be_visible()
        first = place.locator("h3:has-text('Foreslået') + ol > li").first
        said = first.inner_text()
        assert "Forslag i høring" in said
        assert "7. juli 2021 (36 dage tilbage)" in said
        assert "Skriv til Sorø Kommune: https://soroe.dk" in said
        assert "Støtter" in said
        assert "70 % mindre CO2" in said
        assert "ikke registreret" in said
        assert "illustrativt omrids" in said
        assert "Kommuneplan 2019-2030" in place.inner_text()

        # The plan's own page, and the sheet to take along.
        press(page, place.get_by_role("link", name=re.compile("^Lokalplan SK 66")).first)
        page.wait_for_url("**/plans/0340-local-plan-sk-66?**")
        words = page.inner_text("main")
        assert "Du kan gøre indsigelse til og med 7. juli 2021 (36 dage tilbage)." in words
        assert "https://soroe.dk" in words
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sheet = printed(page, press)
    assert "Solcellepark ved Fjenneslev" in sheet
    assert "7. juli 2021 (36 dage" in sheet
    assert "soroe.dk" in sheet
    assert "Dette er ikke det juridiske register" in sheet


@pytest.mark.parametrize(
    ("press", "device"), [(tap, {"has_touch": True, "is_mobile": True}), (by_keyboard, {})], ids=["touch", "keyboard"]
)
def test_for_a_reader_of_today(browser: Browser, address: str, press: Step, device: dict[str, bool]) -> None:
    with opened(browser, address, "/", PHONE, **device) as page:
        assert "Ingen høring er åben i dag" in page.inner_text("main")
        field = page.get_by_label("Sted, plannavn eller nummer")
        press(page, field) if press is tap else reach(page, field)
        page.keyboard.type("solcellepark")
        press(page, page.get_by_role("button", name="Søg"))
        page.wait_for_url("**/search?**")
        press(page, page.get_by_role("link", name=re.compile("^Lokalplan SK 66")))
        page.wait_for_url("**/plans/0340-local-plan-sk-66?**")
        words = page.inner_text("main")
        assert "Vedtaget 13. oktober 2021." in words
        assert "gøre indsigelse" not in words
        press(page, page.get_by_role("link", name="Åbn kortet ved planen"))
        place = page.locator("#place")
        expect(place).to_be_visible()
        expect(place).to_contain_text("Vedtaget 13. oktober 2021")
        # What has ended is told of, and folded away: one step leads to it.
        ended = place.locator("summary", has_text="plan")
        expect(place.get_by_text("Tillæg til", exact=False).or_(ended).first).to_be_attached()
        press(page, ended.last)
        expect(place.get_by_role("link", name=re.compile("Kommuneplantillæg 1-2021"))).to_be_visible()
        press(page, place.get_by_role("link", name=re.compile("^Lokalplan SK 66")).first)
        page.wait_for_url("**/plans/0340-local-plan-sk-66?**")
        sheet = printed(page, press)
    assert "Vedtaget 13. oktober 2021" in sheet
    assert "dage tilbage" not in sheet

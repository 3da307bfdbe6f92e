"""What every page must be, whoever reads it and on whatever."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browsing import DESK, NARROW
from tests.looks.conftest import Registers

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOTICE = {"da": "det juridiske register", "en": "not the legal register"}


def looked_at(browser: Browser, registers: Registers, page: dict[str, Any], language: str, **context: Any) -> Page:
    """The page opened in a language; the caller closes its context."""
    address = registers.address(page["register"])
    path, _, place = page["path"].partition("#")
    joint = "&" if "?" in path else "?"
    made = browser.new_context(**{"viewport": DESK, "locale": language, **context})
    opened = made.new_page()
    wrong: list[str] = []
    opened.on(
        "request", lambda one: wrong.append(one.url) if not one.url.startswith((address, "data:", "blob:")) else None
    )
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if is_fault(said.type, said.text) else None)
    answer = opened.goto(f"{address}{path}{joint}lang={language}{'#' + place if place else ''}")
    assert answer
    assert answer.status == page.get("status", 200)
    if opened.locator(".folium-map").count():
        opened.wait_for_selector(".folium-map[data-drawn]")
    assert wrong == []
    return opened


def is_fault(kind: str, said: str) -> bool:
    """Chromium also writes down that a page we look at on purpose answered 404 or 410."""
    return kind == "error" and not ("Failed to load resource" in said and ("404" in said or "410" in said))


def check(browser: Browser, registers: Registers, page: dict[str, Any], language: str) -> None:
    """In a language, on a desk and on a narrow phone: what must be there is, and everybody can read it."""
    opened = looked_at(browser, registers, page, language)
    for viewport in (DESK, NARROW):
        opened.set_viewport_size(viewport)  # type: ignore[arg-type]
        for words in (*page[language], NOTICE[language]):
            expect(opened.locator("body")).to_contain_text(words, use_inner_text=True)
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), viewport
        # Either size is checked in one of the languages: what axe looks at hangs on neither both.
        if (viewport is NARROW) == (language == "da"):
            assert Axe().run(opened, options=RULES).response["violations"] == []
    assert opened.get_attribute("html", "lang") == language
    opened.set_viewport_size(DESK)  # type: ignore[arg-type]
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), "200 % text"
    opened.context.close()

"""Chromium on our pages, as a desk and as a phone have it; nothing may go wrong unseen."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

DESK, PHONE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}, {"width": 320, "height": 700}


@contextmanager
def opened(
    browser: Browser,
    address: str,
    path: str,
    viewport: dict[str, int] = DESK,
    language: str = "da-DK",
    **context: object,
) -> Iterator[Page]:
    """A page that must ask no other host, break no content security policy and raise no error."""
    made = browser.new_context(viewport=viewport, locale=language, **context)  # type: ignore[arg-type]
    page = made.new_page()
    wrong: list[str] = []
    page.on(
        "request",
        lambda request: (
            wrong.append(f"asked {request.url}") if not request.url.startswith((address, "data:")) else None
        ),
    )
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(f"{address}{path}")
    yield page
    made.close()
    assert wrong == []


def wait_for_plans(page: Page) -> int:
    """Until the map has drawn; how many it says it drew."""
    page.wait_for_selector(".folium-map[data-drawn]")
    page.wait_for_timeout(400)
    return int(page.get_attribute(".folium-map", "data-drawn") or -1)


def click_at(page: Page, lat: float, lon: float) -> None:
    """A click on the map where a place is."""
    spot = page.evaluate(
        "([lat, lon]) => { const box = georegister.map.getContainer().getBoundingClientRect();"
        " const at = georegister.map.latLngToContainerPoint([lat, lon]); return [box.x + at.x, box.y + at.y]; }",
        [lat, lon],
    )
    page.mouse.click(*spot)
    page.wait_for_selector("#place:not([hidden])")


def read_place(page: Page) -> list[str]:
    """The names of the plans listed for the clicked place, ended ones too."""
    for details in page.query_selector_all("#place details"):
        details.evaluate("one => one.open = true")
    return page.locator("#place .plan-item .plan-name").all_inner_texts()

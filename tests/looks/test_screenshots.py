"""`make screenshots`: pictures of every page of pages.toml into build/screenshots, to be opened and judged by eye."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import DESK, PHONE
from tests.looks.conftest import LANGUAGES, PAGES, Registers
from tests.looks.read_by_all import looked_at

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "build" / "screenshots"
README_PICTURE, OF_README = ROOT / "docs" / "pictures" / "map.png", ("map-place", "1280", "da")


@pytest.mark.screenshots
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_taken(browser: Browser, registers: Registers, language: str) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        for size, viewport in (("1280", DESK), ("360", PHONE)):
            opened = looked_at(browser, registers, page, language, viewport=viewport)
            # What lies below the screen is fetched only as it is scrolled to.
            opened.evaluate("document.querySelectorAll('img').forEach((one) => { one.loading = 'eager'; })")
            opened.wait_for_timeout(600)
            opened.screenshot(path=TARGET / f"{page['name']}-{size}-{language}.png", full_page=True)
            if (page["name"], size, language) == OF_README:
                opened.screenshot(path=README_PICTURE)
            opened.context.close()

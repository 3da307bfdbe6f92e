"""A clerk pages back through the loads there have been, quickly, and begins again."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from georegister.register.database import Database
from tests.browsing import DESK, opened
from tests.conftest import serving

TOKEN = "a-token-of-the-tests-only"
PAGE, MANY = 50, 130
COPIES = """
    SET session_replication_role = replica;
    INSERT INTO load (municipality, dataset, sha256, file, mapping, options, state, by, at)
        SELECT municipality, dataset, sha256, n || '-' || file, mapping, options, state, by, at
        FROM (SELECT * FROM load ORDER BY id LIMIT 1) one, generate_series(1, %(copies)s) n;
"""


@pytest.fixture
def address(demo: Database) -> Iterator[str]:
    with psycopg.connect(demo.admin, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(COPIES, {"copies": MANY})
    with serving(demo, GEOREGISTER_STAFF_TOKEN=TOKEN) as where:
        yield where


def numbers(page: Page) -> list[int]:
    return [int(one) for one in page.locator("#loads th").all_text_contents()]


def begin(page: Page) -> None:
    """The token is given, the first time or again."""
    page.evaluate(
        "(token) => { document.getElementById('token').value = token;"
        " document.getElementById('token-form').requestSubmit(); }",
        TOKEN,
    )


def test_older_loads_are_listed_once_however_often_they_are_asked_for(browser: Browser, address: str) -> None:
    with opened(browser, address, "/staff/loads", DESK) as page:
        begin(page)
        expect(page.locator("#loads tr")).to_have_count(PAGE)
        newest = numbers(page)
        older = page.locator("#older")
        assert older.evaluate(
            "(button) => { button.focus(); button.click(); "
            " const rests = button.disabled; button.click(); return rests; }"
        )
        expect(older).to_be_enabled()
        expect(older).to_be_focused()
        shown = numbers(page)
        assert len(shown) == 2 * PAGE
        assert shown == sorted(set(shown), reverse=True)

        begin(page)
        expect(page.locator("#loads tr")).to_have_count(PAGE)
        assert numbers(page) == newest
        while older.is_visible():
            count = len(numbers(page))
            older.click()
            expect(page.locator("#loads tr")).not_to_have_count(count)
            expect(older).to_be_enabled()
        every = numbers(page)
        assert len(every) > MANY
        assert every == sorted(set(every), reverse=True)

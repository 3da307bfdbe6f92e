"""Every page of pages.toml in English: no fault of accessibility, no sideways scroll, and what it must show."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.looks.conftest import PAGES, Registers
from tests.looks.read_by_all import check

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_it_can_be_read_by_all(browser: Browser, registers: Registers, page: dict[str, Any]) -> None:
    check(browser, registers, page, "en")

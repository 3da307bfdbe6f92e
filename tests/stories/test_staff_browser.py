"""A clerk at a Windows desk: drops a zip, sees what it would change, applies it, sees it public, and takes it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from georegister.loading.load import load
from georegister.loading.mapping import read_mapping
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.browsing import DESK, PHONE, opened
from tests.builders import a_complete_mapping, a_delivery, a_square, make_10_5_3_2
from tests.conftest import serving

TOKEN = "wind-over-tystrup-lake-26"
PATIENCE = 120_000
"""Milliseconds for a process to start and do its work on a machine that does much else."""


@pytest.fixture
def desk(demo: Database, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A register that has the base delivery, served with a token; and the delivery that comes next."""
    mapping = a_complete_mapping(tmp_path / "config" / "mappings" / "kommunen.toml")
    base, then = make_10_5_3_2(tmp_path)
    load(demo, base, "0340", read_mapping(mapping), Options(by="before"))
    with serving(demo, GEOREGISTER_STAFF_TOKEN=TOKEN, GEOREGISTER_CONFIG=str(tmp_path / "config")) as address:
        yield address, then


def drop(page: Page, file: Path) -> None:
    """What a browser does when somebody lets go of a file over the field."""
    data = page.evaluate_handle(
        "([bytes, name]) => { const data = new DataTransfer();"
        " data.items.add(new File([Uint8Array.from(bytes)], name, {type: 'application/zip'})); return data; }",
        [list(file.read_bytes()), file.name],
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})


def no_barriers(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def a_mapping_is_made(page: Page, folder: Path) -> None:
    """A file whose columns nobody knows: the clerk says what they are, saves that by a name, and the load uses it."""
    row = {"Sagsnr": "LP 17", "Overskrift": "Havnen", "Vedtaget": "15.06.2020", "geometry": a_square()}
    drop(page, a_delivery(folder, [row], name="udtræk"))
    columns = page.locator("#layers tbody tr")
    expect(columns).to_have_count(3)
    expect(columns.nth(2).locator("select")).to_have_value("events.adoption")
    expect(columns.nth(0).locator("td").nth(1)).to_have_text("LP 17")
    page.select_option("#municipality", "0340")
    page.click("#hand-in button[type=submit]")
    expect(page.locator("#columns-head")).to_be_focused()
    columns.nth(0).locator("select").select_option("number")
    page.fill("#mapping-name", "vores-gis")
    page.click("#save-mapping")
    expect(page.locator("#save-said")).to_contain_text("udtræk")
    columns.nth(1).locator("select").select_option("title")
    page.locator("#layers select").first.select_option("local-plan")
    no_barriers(page)
    page.fill("#mapping-name", "../Vores GIS")
    page.click("#save-mapping")
    expect(page.locator("#save-said")).not_to_be_empty()
    page.fill("#mapping-name", "vores-gis")
    page.keyboard.press("Enter")
    expect(page.locator("#mapping")).to_have_value("vores-gis")
    page.click("#hand-in button[type=submit]")
    page.wait_for_selector("#report:not([hidden])")
    expect(page.locator("#plans")).to_contain_text("0340-local-plan-lp-17")
    page.click(".crumbs a")
    page.wait_for_selector("#hand-in")
    expect(page.locator("#mapping option[value=vores-gis]")).to_have_count(1)


def test_a_clerk_loads_a_delivery_and_takes_it_back(browser: Browser, desk: tuple[str, Path], tmp_path: Path) -> None:
    address, then = desk
    with opened(browser, address, "/staff/loads", DESK) as page:
        page.set_default_timeout(PATIENCE)
        page.fill("#token", TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_selector("#hand-in")
        assert TOKEN not in page.content()
        assert TOKEN not in page.url
        assert page.context.cookies() == []
        a_mapping_is_made(page, tmp_path)
        drop(page, then)
        expect(page.locator("#file-said")).to_contain_text("lokalplan_2026.zip")
        page.select_option("#municipality", "0340")
        page.select_option("#mapping", "kommunen")
        page.fill("#by", "Karen Sørensen")
        no_barriers(page)
        page.click("#hand-in button[type=submit]")
        page.wait_for_selector("#report:not([hidden])")
        rows = page.locator("#plans tr")
        counted = {
            change: page.locator(f"#plans .letter:text-is('{letter}')").count()
            for change, letter in page.evaluate("staff.told.letters").items()
        }
        assert (counted["added"], counted["amended"], counted["withdrawn"]) == (10, 5, 3)
        assert rows.count() == 18
        assert page.locator("#findings .severity-error").count() == 2
        page.wait_for_selector(".folium-map[data-drawn]")
        drawn = {change: page.locator(f"path.change-{change}").count() for change in ("added", "amended", "withdrawn")}
        assert drawn == {"added": 10, "amended": 5, "withdrawn": 3}
        assert page.locator("path.change-before").count() == 3
        dashes = page.evaluate(
            "['added', 'amended', 'before', 'withdrawn'].map((one) => {"
            " const style = getComputedStyle(document.querySelector(`path.change-${one}`));"
            " return style.strokeDasharray + style.fill.replace(/rgb.*/, 'plain'); })"
        )
        assert len(set(dashes)) == 4
        no_barriers(page)

        page.fill("#expect-withdrawals", "3")
        page.click("#do-apply")
        page.click("#sure-yes")
        page.wait_for_selector("#do-undo:not([hidden])")
        number = page.url.split("/loads/")[1].split("?")[0]
        assert page.request.get(f"{address}/collections/plans/items/0340-local-plan-n-1").status == 200
        assert page.request.get(f"{address}/collections/plans/items/0340-local-plan-p-6").status == 410
        page.goto(f"{address}/plans/0340-local-plan-n-1")
        assert "Ny plan 1" in page.inner_text("h1")

        page.goto(f"{address}/staff/loads/{number}")
        page.wait_for_selector("#do-undo:not([hidden])")
        page.fill("#reason", "forkert fil")
        page.click("#do-undo")
        page.click("#sure-yes")
        page.wait_for_selector("#do-undo", state="hidden")
        page.wait_for_function("document.getElementById('facts').children.length === 3")
        assert page.request.get(f"{address}/collections/plans/items/0340-local-plan-n-1").status == 410
        assert page.request.get(f"{address}/collections/plans/items/0340-local-plan-p-6").status == 200

        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

"""A register that changes while sheets are asked for, and readers who all want one at once, in a real process."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import serving
from tests.stories.test_citizen_looks import opened

PARK_UTM = (668_900, 6_148_850)
BOX = "bbox=11.64,55.43,11.70,55.48&lang=da"


def words(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_a_load_and_another_day_make_it_anew(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    with (
        serving(demo, GEOREGISTER_DOWNLOADS_AT_ONCE="1") as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        paths = [f"/map/sheet.pdf?{BOX}", f"/map/sheet.png?{BOX}", f"/map/sheet.pdf?{BOX}&day=2021-06-01"]
        paths += ["/plans/0340-local-plan-sk-66/sheet.pdf", "/search/sheet.pdf?q=solcelle"]
        # One place, and ten who want it at once: each waits its turn.
        with ThreadPoolExecutor(10) as readers:
            answers = list(readers.map(client.get, paths * 2))
        assert [answer.status_code for answer in answers] == [200] * 10
        before = {path: answer.content for path, answer in zip(paths, answers, strict=False)}
        assert all(answer.content == before[path] for path, answer in zip(paths * 2, answers, strict=True))
        assert len(set(before.values())) == len(paths)
        assert "Sti gennem" not in words(before[paths[0]])
        tag = answers[0].headers["etag"]
        assert client.get(paths[0], headers={"If-None-Match": tag}).status_code == 304
        row = a_plan("SK 905", "Sti gennem parken", DATOVEDT=20200601, geometry=a_square(*PARK_UTM, 300))
        load(demo, a_delivery(tmp_path, [row]), "0340", plandata, Options())
        after = client.get(paths[0], headers={"If-None-Match": tag})
        assert after.status_code == 200
        assert "Sti gennem parken" in words(after.content)
        assert client.get(paths[1]).content != before[paths[1]]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", ["/plans/0340-local-plan-sk-66/sheet", "/map/sheet", "/search/sheet?q=bolig"])
def test_a_sheet_can_be_read_by_everybody(browser: Browser, address: str, path: str, language: str) -> None:
    joined = "&" if "?" in path else "?"
    for width in (320, 1280):
        with opened(browser, address, f"{path}{joined}lang={language}", {"width": width, "height": 800}) as page:
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.emulate_media(media="print")
            assert not page.locator(".on-screen").is_visible()
            assert page.locator(".sheet-map").is_visible()

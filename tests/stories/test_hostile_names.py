"""Plans with every hostile name, from a real shapefile into real Chromium: they arrive as text, and nothing runs."""

import html
import string
from collections.abc import Iterator
from xml.etree import ElementTree

import httpx
import pypdfium2
import pyproj
import pytest
from playwright.sync_api import Browser

from georegister.domain.geometry import to_wgs84
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.browsing import click_at, opened, read_place, wait_for_plans
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import Server, serving

pytestmark = pytest.mark.proves("attack/18")
SEEN = Options(acknowledge=frozenset({"GEOM-08"}))
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "`+alert(1)+`",
    "${alert(1)}",
    "C:\\planer\\2019\\0211",
    "{{7*7}}",
    "{{cycler.__init__.__globals__.os.environ}}",
    "{% set x=cycler.__init__.__globals__.os.system(dict(id=1)|list|first) %}",
    "{# note",
    "javascript:alert(1)",
    "%(num)d {n} {0.__class__} %s",
    "\u202egnihsif <b>fed</b>",
    "</style><style>main { display: none }</style>",
    "</title></svg><svg onload=alert(1)><image href=file:///etc/passwd>",
    "url(file:///etc/passwd)",
    "Ål" * 40,
    "<img src=x onerror=alert(1)>",
]
# Where all of them lie on top of each other; none covers a plan of the demo.
PLACE = (656_000, 6_150_000)
SVG = "{http://www.w3.org/2000/svg}"
OF_A_PICTURE = {f"{SVG}{name}" for name in ("svg", "defs", "pattern", "rect", "line", "path", "circle")}
PLACE_LAT_LON = tuple(reversed(to_wgs84(pyproj.CRS(25832)).transform(PLACE[0] + 200, PLACE[1] + 200)))


@pytest.fixture(scope="module")
def hostile(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    name, database = postgis.copy(demo_template)
    rows = [
        a_plan(
            # The first letter is the first on the map's label.
            f"X {letter} {text[:20]}",
            text,
            DOKLINK="javascript:alert(1)",
            DATOVEDT=20200101,
            geometry=a_square(*PLACE, 400),
        )
        for letter, text in zip(reversed(string.ascii_uppercase[: len(HOSTILE)]), HOSTILE, strict=True)
    ]
    report = load(database, a_delivery(tmp_path_factory.mktemp("hostile"), rows), "0340", plandata, SEEN)
    assert report.refused == 0
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def place(hostile: Database) -> Iterator[str]:
    with serving(hostile) as address:
        yield address


def test_they_arrive_as_text_on_the_map_and_in_the_list(browser: Browser, place: str) -> None:
    with opened(browser, place, "/map") as page:
        wait_for_plans(page)
        page.evaluate("([lat, lon]) => georegister.map.setView([lat, lon], 15, {animate: false})", list(PLACE_LAT_LON))
        page.wait_for_timeout(900)
        listed = page.locator("#list .plan-name").all_inner_texts()
        click_at(page, *PLACE_LAT_LON)
        read = read_place(page)
        for text in HOSTILE:
            assert any(text in name for name in listed), text
            assert any(text in name for name in read), text
        assert (
            page.locator("#list img:not(.thumbnail), #list svg, #list b, #place img:not(.thumbnail), #place b").count()
            == 0
        )
        labels = page.locator(".plan-label-text").all_inner_texts()
        assert any("<img src=x onerr" in label for label in labels)


def test_they_arrive_as_text_without_javascript(browser: Browser, place: str) -> None:
    with opened(browser, place, "/map", java_script_enabled=False) as page:
        listed = page.locator("#list .plan-name").all_inner_texts()
        for text in HOSTILE:
            assert any(text in name for name in listed), text


@pytest.mark.parametrize("scripted", [True, False])
def test_they_arrive_as_text_in_a_frame(browser: Browser, place: str, scripted: bool) -> None:
    with opened(browser, place, "/embed/map?municipality=0340", java_script_enabled=scripted) as page:
        if scripted:
            wait_for_plans(page)
        listed = page.locator("#list .plan-link").all_text_contents()
        for text in HOSTILE:
            assert any(text in name for name in listed), text
        assert page.locator("#list img, #list svg, #list b, #list script").count() == 0
        assert page.locator("#list a[href^='javascript']").count() == 0


def test_their_pages_show_them_as_text(browser: Browser, place: str) -> None:
    features = httpx.get(f"{place}/collections/local-plans/items", params={"limit": "100"}).json()["features"]
    pages = {feature["properties"]["title"]: feature["id"] for feature in features}
    with opened(browser, place, "/") as page:
        for text in HOSTILE:
            page.goto(f"{place}/plans/{pages[text]}")
            assert text in page.inner_text("h1")
            assert text in page.title()
            assert page.locator("a[href^='javascript']").count() == 0


def test_no_answer_computes_them(place: str) -> None:
    for path in (
        "/map",
        "/embed/map",
        "/collections/plans/items?limit=100",
        f"/at?point={PLACE_LAT_LON[1]},{PLACE_LAT_LON[0]}",
    ):
        answer = httpx.get(f"{place}{path}")
        assert answer.status_code == 200
        assert "PATH=" not in answer.text
        assert "uid=0" not in answer.text
        assert "{{7*7}}" in answer.text


def test_on_paper_they_are_words(place: str) -> None:
    features = httpx.get(f"{place}/collections/local-plans/items", params={"limit": "100"}).json()["features"]
    pages = {feature["properties"]["title"]: feature["id"] for feature in features}
    lat, lon = PLACE_LAT_LON
    view = f"bbox={lon - 0.02},{lat - 0.01},{lon + 0.02},{lat + 0.01}"
    sheet = httpx.get(f"{place}/map/sheet.pdf?{view}", timeout=60)
    printed = words_of(sheet.content)
    page = httpx.get(f"{place}/map/sheet?{view}").text
    for text in HOSTILE:
        # What runs from right to left is written on paper as it is seen.
        assert letters(text) in letters(printed) or letters(text)[::-1] in letters(printed), text
        assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page, text
        drawn = httpx.get(f"{place}/plans/{pages[text]}/thumbnail.svg")
        assert {element.tag for element in ElementTree.fromstring(drawn.text).iter()} <= OF_A_PICTURE
        assert drawn.text.isascii()
    assert "root:" not in printed
    assert " 49 " not in printed
    for text in (HOSTILE[0], HOSTILE[-4], HOSTILE[-2]):
        plan = httpx.get(f"{place}/plans/{pages[text]}/sheet.pdf", timeout=60)
        assert plan.status_code == 200
        assert letters(text) in letters(words_of(plan.content))


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def letters(text: str) -> str:
    """What is left of a text wherever its lines are broken."""
    return "".join(letter for letter in text if (letter.isascii() and letter.isalnum()) or letter in "Ål")


def test_the_maps_script_is_the_same_whatever_the_register_holds(place: str, address: str) -> None:
    for language in ("da", "en"):
        with_them, without = (httpx.get(f"{where}/map/soroe.{language}.js").content for where in (place, address))
        assert with_them == without


def test_a_link_that_is_none_is_left_out(place: str) -> None:
    features = httpx.get(f"{place}/collections/local-plans/items", params={"limit": "100"}).json()["features"]
    assert {feature["properties"]["document_url"] for feature in features} == {None}

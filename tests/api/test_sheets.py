"""Sheets: a plan, a view and a search on paper, read back from the PDF and the picture themselves."""

import contextlib
import html
import io
import re
import zlib
from collections import Counter
from typing import Any

import httpx
import pypdfium2
import pytest
from fastapi import FastAPI
from PIL import Image

from georegister.api import problems
from georegister.app import create_app
from georegister.errors import PrintingUnavailable
from georegister.language import translator
from georegister.maps.palette import read_palette
from georegister.register.database import Database
from georegister.settings import Settings, folder
from tests.builders import asking, awaited

SK66 = "/plans/0340-local-plan-sk-66"
IN_HEARING = {"datetime": "2021-06-01", "lang": "da"}


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def inflated(pdf: bytes) -> bytes:
    """The file's objects, those in compressed streams too."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


@pytest.fixture(scope="module")
def plan_pdf(client: httpx.Client) -> httpx.Response:
    return client.get(f"{SK66}/sheet.pdf", params=IN_HEARING)


def test_hatches_are_marked_as_no_content(plan_pdf: httpx.Response) -> None:
    """ISO 14289-1, 7.1; `make cite` asks veraPDF for all the rest."""
    hatches = re.findall(rb"/Type /Pattern.*?endstream", plan_pdf.content, re.DOTALL)
    assert hatches
    assert all(b"/Artifact BMC" in inflated(hatch) for hatch in hatches)


def test_a_plans_sheet_tells_the_whole_story(client: httpx.Client, plan_pdf: httpx.Response) -> None:
    assert (plan_pdf.status_code, plan_pdf.headers["content-type"]) == (200, "application/pdf")
    said = words(plan_pdf.content)
    hearing = translator("da").count("{n} day left", "{n} days left", 36)
    for told in (
        "Lokalplan SK 66: Solcellepark ved Fjenneslev",
        "Du kan gøre indsigelse til og med 7. juli 2021",
        hearing,
        "1. juni 2021",
        "70 % mindre CO2",
        "Dette er ikke det juridiske register",
        f"{client.base_url}{SK66}".replace("//plans", "/plans"),
        "≈ SK 66",
        "Fjenneslev",
    ):
        assert told in said, told
    assert re.search(r"\b1:\d{1,3}\.\d{3}\b", said)
    assert re.search(r"\b\d+ (km|m)\b", said)
    assert len(pypdfium2.PdfDocument(plan_pdf.content)) == 1


def test_the_pdf_is_tagged_named_and_in_its_language(plan_pdf: httpx.Response) -> None:
    document = pypdfium2.PdfDocument(plan_pdf.content)
    assert document.get_metadata_value("Title").startswith("Lokalplan SK 66: Solcellepark ved Fjenneslev")
    assert document.is_tagged()
    raw = inflated(plan_pdf.content)
    assert re.search(rb"pdfuaid:part[^0-9]+1", raw)
    for part in (rb"/StructTreeRoot", rb"/MarkInfo", rb"/Lang \(da\)", rb"/S /H1", rb"/S /H2", rb"/S /TH"):
        assert re.search(part, raw), part
    figures = re.findall(rb"/S /Figure((?:(?!/StructElem).)*)", raw, re.DOTALL)
    assert any(b"SK 66" in figure for figure in figures)
    assert all(b"/Alt" in figure for figure in figures)


def test_a_picture_shows_the_plan(client: httpx.Client) -> None:
    answer = client.get(f"{SK66}/sheet.png", params=IN_HEARING)
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert picture.height / picture.width == pytest.approx(297 / 210, rel=0.01)
    counted = {colour: number for number, colour in picture.getcolors(picture.width * picture.height) or []}
    green = (0x1B, 0x8A, 0x72)
    assert counted.get(green, 0) > 500, "the line of the plan, in the colour of its theme"
    assert counted.get((255, 255, 255), 0) < 0.95 * picture.width * picture.height


def test_as_a_page_it_says_the_same_without_any_script(client: httpx.Client) -> None:
    page = client.get(f"{SK66}/sheet", params=IN_HEARING).text
    assert "(36 dage tilbage)" in page
    assert "<script" not in page
    assert "style=" not in page
    assert re.search(r"<svg[^>]*role=\"img\"", page)
    assert f"{client.base_url}{SK66}".replace("//plans", "/plans") in page


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_the_second_reader_gets_the_same_bytes(client: httpx.Client, form: str) -> None:
    address = f"{SK66}/sheet.{form}"
    first = client.get(address, params={"lang": "en"})
    again = client.get(address, params={"lang": "en"})
    assert first.content == again.content
    tag = first.headers["etag"]
    assert client.get(address, params={"lang": "en"}, headers={"If-None-Match": tag}).status_code == 304
    other_day = client.get(address, params={"lang": "en", "datetime": "2021-06-01"})
    assert other_day.headers["etag"] != tag
    assert other_day.content != first.content


def test_a_views_sheet_lists_what_the_map_lists_in_order(client: httpx.Client) -> None:
    said = words(client.get("/map/sheet.pdf", params={"day": "2021-06-01", "lang": "da"}).content)
    assert said.index("Kommunen indkalder idéer til og med 23. juni 2021") < said.index("Vest for Haverup")
    page = client.get("/map/sheet", params={"day": "2021-06-01", "lang": "da"}).text
    shown = re.findall(r'<span class="place-in-list">(\d+)</span>', page)
    listed = client.get("/map", params={"day": "2021-06-01", "lang": "da"}).text.count('<li class="plan-item"')
    assert shown == [str(place) for place in range(1, listed + 1)]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("theme=0340-vision-2026-4", "theme=0340-vision-2026-4"),
        ("goal=0340-vision-2026-4.1", "goal=0340-vision-2026-4.1"),
        ("sdg=13", "sdg=13"),
        ("status=adopted&kind=local-plan", "status=adopted&kind=local-plan"),
        ("ended=1&kind=addendum", "kind=addendum"),
        ("q=bolig&ended=1", "q=bolig"),
    ],
)
def test_a_view_is_filtered_as_the_items_are(client: httpx.Client, query: str, asked: str) -> None:
    standing = "" if "status=" in asked or "ended" in query else "&status=idea,proposal,adopted,in_force,unknown"
    items = client.get(f"/collections/plans/items?municipality=0340&limit=1000&{asked}{standing}").json()["features"]
    page = client.get(f"/map/sheet?municipality=0340&lang=en&{query}").text
    assert 0 < len(items) == len(re.findall("place-in-list", page))
    for item in items:
        assert f"{item['properties']['number']}" in page


def test_a_box_shows_and_lists_what_lies_in_it(client: httpx.Client) -> None:
    page = client.get("/map/sheet?bbox=11.64,55.44,11.70,55.47&ended=1&lang=da").text
    assert "Solcellepark ved Fjenneslev" in page
    assert "Vest for Haverup" not in page


def strokes(svg: str) -> list[tuple[str, str]]:
    """Of each plan drawn its colour and its dashes."""
    return re.findall(
        r'stroke-linejoin="round"\s+stroke="(#\w+)" stroke-width="[\d.]+"(?: stroke-dasharray="([^"]+)")?', svg
    )


def test_a_sheet_has_the_colours_and_the_legend_of_the_map_it_is_printed_from(client: httpx.Client) -> None:
    palette = read_palette(folder("maps") / "palette.toml")
    asked = {"day": "2021-06-01", "kind": "local-plan", "lang": "en", "ended": "1"}
    lines, legends = {}, {}
    for by in ("theme", "use", "status"):
        page = client.get("/map", params={**asked, "colour": by}, headers={"Accept": "text/html"}).text
        [href] = re.findall(r'<p class="paper"><a id="sheet" href="([^"]+)"', page)
        sheet = client.get(html.unescape(href)).text
        drawn, legend = re.findall(
            r"<svg class=\"sheet-map\".*?</svg>|<ul class=\"sheet-legend\".*?</ul>", sheet, re.DOTALL
        )
        said = [one["properties"] for one in features_of(client, asked) if one["geometry"]]
        colours = Counter(
            {
                "theme": lambda one: dict(palette.numbered)[one["theme_slot"] or 0],
                "use": lambda one: dict(palette.hatches).get(f"use-{palette.use_of(one['topics'])}", palette.neutral),
                "status": lambda one: palette.statuses.get(one["status"], palette.neutral),
            }[by](one)
            for one in said
        )
        lines[by] = strokes(drawn)
        assert Counter(colour for colour, _ in lines[by]) == colours
        legends[by] = [re.sub(r"<svg.*?</svg>", "", one, flags=re.DOTALL) for one in legend.split("<li>")[1:]]
        assert set(colours) <= set(re.findall(r'stroke="(#\w+)"', legend))
        assert set(re.findall(r"url\(#(map[\w-]+)\)", sheet)) == set(re.findall(r'<pattern id="(map[\w-]+)"', sheet))
    assert Counter(dash for _, dash in lines["theme"]) == Counter(dash for _, dash in lines["status"])
    assert any("Technical installations" in one for one in legends["use"])
    assert any("Other use, or none recorded" in one for one in legends["use"])
    assert not any("No theme" in one for one in legends["use"] + legends["status"])
    assert any("Proposal: dashed and hatched" in one for one in legends["status"])
    assert len(legends["status"]) < len(legends["theme"])


def features_of(client: httpx.Client, asked: dict[str, str]) -> list[dict[str, Any]]:
    items = {"municipality": "0340", "kind": asked["kind"], "datetime": asked["day"], "limit": "1000"}
    found: list[dict[str, Any]] = client.get("/collections/plans/items", params=items).json()["features"]
    return found


def test_a_picture_of_a_view_is_coloured_as_is_asked(client: httpx.Client) -> None:
    technical = (0xCF, 0x73, 0x17)
    seen = []
    for by in ("theme", "use"):
        made = client.get("/map/sheet.png", params={"bbox": "11.64,55.44,11.70,55.47", "colour": by})
        picture = Image.open(io.BytesIO(made.content)).convert("RGB")
        counted = {colour: number for number, colour in picture.getcolors(picture.width * picture.height) or []}
        seen.append(counted.get(technical, 0))
    assert seen[0] < 20 < 200 < seen[1]


@pytest.mark.parametrize(
    "query",
    [
        "bbox=11.64,55.44,11.70,55.47&ended=1",
        "q=bolig&status=adopted",
        "theme=0340-vision-2026-4&theme=0340-vision-2026-3&day=2021-06-01",
        "view=13/55.45/11.66&kind=local-plan&colour=use",
    ],
)
def test_what_a_view_links_to_shows_the_same(client: httpx.Client, query: str) -> None:
    page = client.get(f"/map/sheet?municipality=0340&lang=en&{query}").text
    [back] = re.findall(r'<li><a href="([^"]+)">Back</a>', page)
    assert client.get(html.unescape(back), headers={"Accept": "text/html"}).status_code == 200
    [printed] = re.findall(r'<p class="address">.*?<a href="([^"]+)"', page, re.DOTALL)
    newest = client.get(html.unescape(printed), headers={"Accept": "text/html", "Accept-Language": "en"})
    assert newest.status_code == 200
    assert ("colour=use" in query) == ("colour=use" in back) == ("colour=use" in printed)
    for name in re.findall(r'<span class="place-in-list">\d+</span> ([^<]+)</h3>', page):
        assert name in newest.text, name


def test_a_search_is_a_sheet(client: httpx.Client) -> None:
    said = words(client.get("/search/sheet.pdf", params={"q": "solcellepark", "lang": "da"}).content)
    assert "Solcellepark ved Fjenneslev" in said
    assert "solcellepark" in said
    nothing = client.get("/search/sheet.pdf", params={"q": "ingenting", "lang": "da"})
    assert "ingenting" in words(nothing.content)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/map/sheet.pdf?bbox=1,2,3", "bbox"),
        ("/map/sheet?sdg=99", "sdg"),
        ("/map/sheet.png?status=good", "status"),
        ("/map/sheet?kind=house", "kind"),
        ("/map/sheet?day=2021-13-01", "day"),
        ("/map/sheet?colour=red", "colour"),
        ("/map/sheet?bbox=1,2,3,4&bbox=5,6,7,8", "bbox"),
        ("/map/sheet?q=%00", "q"),
        ("/search/sheet", "q"),
        ("/search/sheet.pdf?q=", "q"),
        (f"{SK66}/sheet.pdf?datetime=yesterday", "datetime"),
        (f"{SK66}/sheet?theme=x", "theme"),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


@pytest.mark.parametrize("form", ["", ".pdf", ".png"])
def test_a_plan_that_is_none_has_no_sheet(client: httpx.Client, form: str) -> None:
    assert client.get(f"/plans/0340-local-plan-sk-0/sheet{form}").status_code == 404
    assert client.head(f"/plans/0340-local-plan-sk-0/sheet{form}").status_code == 404
    assert client.get(f"/map/sheet{form}?municipality=9999").status_code == 404


def test_the_head_of_a_sheet_says_what_it_is(client: httpx.Client) -> None:
    answer = client.head("/map/sheet.pdf?ended=true&lang=en")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/pdf", b"")


def test_pages_lead_to_their_sheet(client: httpx.Client) -> None:
    for path in (f"{SK66}?datetime=2021-06-01", "/map?theme=0340-vision-2026-4", "/search?q=sk66", "/at?place=Mørup"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        [href] = re.findall(r'<a [^>]*href="([^"]+/sheet[?][^"]*)"', page)
        sheet = client.get(href.replace("&amp;", "&"))
        assert sheet.status_code == 200
        assert "sheet-map" in sheet.text


def test_what_cannot_be_printed_here_is_503_and_says_what_to_do() -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/sheet.pdf")
    def sheet() -> None:
        raise PrintingUnavailable("Install Debian's {packages}.", packages="libpango-1.0-0")

    async def ask() -> httpx.Response:
        async with asking(app) as client:
            return await client.get("/sheet.pdf")

    answer = awaited(ask())
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["detail"] == "Install Debian's libpango-1.0-0."
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize("view", ["bbox=0,90,1,90", "view=5/90/0", "bbox=0,-90,1,-90", "municipality="])
def test_a_sheet_of_a_pole_or_of_no_municipality_is_a_sheet(client: httpx.Client, view: str) -> None:
    assert client.get(f"/map/sheet?{view}").status_code == 200
    assert client.get(f"/map?{view.replace('bbox', 'theme')}", headers={"Accept": "text/html"}).status_code == 200


def test_what_is_printed_for_one_is_the_next_ones_too(demo: Database) -> None:
    app = create_app(Settings(), demo)
    service = app.state.service
    printed: list[object] = []
    printing = service.printing.print

    def counting(job: object) -> bytes:
        printed.append(job)
        made: bytes = printing(job)
        return made

    async def ask() -> list[bytes]:
        service.printing.print = counting
        async with asking(app, timeout=120) as client:
            paths = [f"{SK66}/sheet.pdf", f"{SK66}/sheet.pdf", f"{SK66}/sheet.png", f"{SK66}/sheet.png"]
            return [(await client.get(path)).content for path in paths]

    one, again, picture, same = awaited(ask())
    assert (one, picture) == (again, same)
    assert len(printed) == 2


def test_what_the_register_knew_is_of_a_day_where_the_plan_is(client: httpx.Client) -> None:
    told = client.get(f"{SK66}/sheet", params={"known_at": "2099-05-31T22:30:00Z", "lang": "da"}).text
    assert "1. juni 2099" in told

"""Every page for people says its question in words and leads to the same answer as JSON, and to its downloads."""

import re
from html import unescape
from urllib.parse import urljoin

import httpx
import psycopg
import pytest

from georegister.app import create_app
from georegister.register import municipalities
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import awaited

SK66 = "0340-local-plan-sk-66"
WITHOUT_DOWNLOADS = [
    "/",
    "/api",
    "/conformance",
    "/collections",
    "/search?q=sk66",
    "/at?point=11.6671,55.4576&within=1000&datetime=2021-06-01",
    "/strategies?municipality=0340",
    "/strategies/0340-vision-2026",
    "/themes",
    "/themes/0340-vision-2026-4",
    "/goals?municipality=0340",
    "/goals/0340-vision-2026-4.1",
    "/sdgs/13",
    "/sectors",
    "/rules",
    "/collections/municipalities/items/0340",
]
WITH_DOWNLOADS = [
    "/collections/plans/items?datetime=2021-06-01&status=proposal&limit=1",
    "/collections/plans/items?crs=http://www.opengis.net/def/crs/EPSG/0/3857&municipality=0340",
    "/collections/plans/items?skipGeometry=true",
    "/collections/hearings/items?is_open=true",
    "/coverage?by=goal&municipality=0340",
    f"/plans/{SK66}?datetime=2021-06-01",
]
LINK = re.compile(r'<li><a href="([^"]*)">([^<]*)</a></li>')


def page(client: httpx.Client, path: str, lang: str = "en") -> str:
    answer = client.get(path, params={**dict(httpx.URL(path).params.multi_items()), "f": "html", "lang": lang})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html"), answer.text
    return answer.text


def links(text: str) -> dict[str, str]:
    return {unescape(title): unescape(address) for address, title in LINK.findall(text)}


@pytest.mark.parametrize("path", [*WITHOUT_DOWNLOADS, *WITH_DOWNLOADS])
def test_the_question_in_words_and_the_answer_as_json(client: httpx.Client, path: str) -> None:
    text = page(client, path)
    [question] = re.findall(r'<p class="question"><strong>Shown here:</strong> (.*?)</p>', text, re.DOTALL)
    assert len(question) > 5
    for name, value in httpx.URL(path).params.multi_items():
        if name == "municipality":
            assert ("Sorø Municipality" in question, value in question) == (True, False)
        if name == "q":
            assert value in question
        if name == "datetime":
            assert "1 June 2021" in question
    found = client.get(links(text)["This page as JSON"])
    assert found.status_code == 200
    assert found.headers["content-type"].split(";")[0].endswith("json")
    assert found.json()


@pytest.mark.parametrize("path", WITH_DOWNLOADS)
def test_downloads_hold_all_that_matches(client: httpx.Client, path: str) -> None:
    offered = {title: address for title, address in links(page(client, path, "da")).items() if "f=" in address}
    files = {
        title: address for title, address in offered.items() if "f=html" not in address and "f=json" not in address
    }
    assert len(files) >= 2
    for address in files.values():
        answer = client.get(urljoin(path, address))
        assert answer.status_code == 200, (address, answer.text)
        assert answer.headers["content-disposition"].startswith("attachment")
        if "f=csv" in address and "items" in address:
            asked = {name: value for name, value in httpx.URL(address).params.items() if name not in ("f", "lang")}
            everything = client.get("".join(urljoin(path, address).split("?")[0]), params={**asked, "f": "json"}).json()
            assert answer.text.count("\n") - 1 == everything["numberMatched"]


def test_the_map_leads_to_just_what_it_shows(client: httpx.Client) -> None:
    text = page(client, "/map?municipality=0340&theme=0340-vision-2026-4&day=2021-06-01")
    [address] = re.findall(r'<a id="question" href="([^"]*)"', text)
    found = client.get(unescape(address)).json()
    assert {one["id"] for one in found["features"]} == {SK66, "0340-addendum-1-2021"}
    shown = set(re.findall(r'href="/plans/([^?"]*)', text))
    assert shown == {one["id"] for one in found["features"]}


@pytest.mark.parametrize("path", [*WITHOUT_DOWNLOADS, *WITH_DOWNLOADS])
def test_nothing_is_styled_or_scripted_in_the_page(client: httpx.Client, path: str) -> None:
    text = page(client, path, "da")
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]* src=)(?![^>]*application/json)", text)
    assert not re.search(r"\son[a-z]+=", text)


def asked_for(text: str) -> str:
    [question] = re.findall(r'<p class="question"><strong>[^<]*</strong> (.*?)</p>', text, re.DOTALL)
    return " ".join(unescape(question).split())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("municipality=0340", "in Sorø Municipality"),
        ("municipality=0340,0956", "in Sorø Municipality or Kommuneqarfik Sermersooq"),
        ("municipality=9999", "in the municipality 9999"),
        ("municipality=0340,<b>", "in the municipality 0340 or <b>"),
    ],
)
def test_a_municipality_is_called_by_its_name(client: httpx.Client, query: str, words: str) -> None:
    assert words in asked_for(page(client, f"/collections/plans/items?{query}"))
    assert "Sorø Kommune" in asked_for(page(client, "/coverage?municipality=0340", "da"))
    feed = client.get("/hearings.atom?municipality=0340&lang=en").text
    assert "in Sorø Municipality" in feed


def test_names_are_asked_for_once_in_each_state_of_the_register(demo: Database) -> None:
    app = create_app(Settings(), demo)
    asked: list[object] = []
    reading = app.state.service.reading
    rows = reading.rows

    async def counting(statement: object, values: dict[str, object]) -> object:
        asked.append(statement)
        return await rows(statement, values)

    async def ask(times: int) -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as asking:
            for limit in range(1, times + 1):
                answer = await asking.get(f"/collections/plans/items?municipality=0340&f=html&lang=en&limit={limit}")
        return asked_for(answer.text)

    async def talk() -> None:
        await reading.pool.open()
        reading.rows = counting
        assert "in Sorø Municipality" in await ask(3)
        assert asked.count(municipalities.everything()) == 1
        with psycopg.connect(demo.admin) as connection:
            connection.execute("UPDATE municipality SET names = names || '{\"en\": \"Elsewhere\"}' WHERE code = '0340'")
        assert "in Elsewhere" in await ask(2)
        assert asked.count(municipalities.everything()) == 2
        await reading.pool.close()

    awaited(talk())


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("11,55,12,56", "that touch the box 11, 55, 12, 56"),
        ("170,-20,-175.5,60", "that touch the box 170, -20, -175.5, 60"),
    ],
)
def test_a_box_is_said_by_its_own_edges_over_the_antimeridian_too(client: httpx.Client, box: str, words: str) -> None:
    assert words in unescape(page(client, f"/collections/plans/items?bbox={box}"))

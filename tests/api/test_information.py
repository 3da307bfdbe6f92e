"""The pages beside the plans: a municipality, open data, about, accessibility; and what is said where nothing is."""

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database, writing
from georegister.register.undo import undo
from tests.builders import a_delivery, a_plan
from tests.conftest import serving

HTML = {"Accept": "text/html"}
PAGES = ["/municipalities/0340", "/municipalities/0956", "/open-data", "/about", "/accessibility"]


def page(client: httpx.Client, path: str, lang: str = "en", status: int = 200) -> str:
    answer = client.get(httpx.URL(path).copy_merge_params({"lang": lang}), headers=HTML)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, "text/html"), path
    return unescape(answer.text)


def main_of(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("<main", 1)[1].split("</main>", 1)[0]))


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_these_pages_leads_somewhere(client: httpx.Client, path: str) -> None:
    text = page(client, path)
    assert len(re.findall(r"<h1>", text)) == 1
    assert " style=" not in text
    links = {one for one in re.findall(r'href="(/[^"]*)"', text) if "f=" not in one or "f=html" in one}
    assert len(links) > 15
    for link in links:
        assert client.get(link, headers=HTML).status_code == 200, link


def test_a_municipality_has_all_that_is_its_own(client: httpx.Client) -> None:
    text = page(client, "/municipalities/0340")
    numbers = dict(re.findall(r"kind=([a-z-]+)\">[^<]+</a></th>.*?data-label=\"All\">(\d+)</td>", text))
    for kind, number in numbers.items():
        items = client.get(f"/collections/plans/items?municipality=0340&kind={kind}&resultType=hits").json()
        assert items["numberMatched"] == int(number)
    assert (
        sum(map(int, numbers.values())) == client.get("/municipalities/0340?f=json").json()["sources"][0]["plans"] + 2
    )
    assert "Vision 2026" in text
    assert "<svg viewBox" in text
    assert "/hearings.ics?lang=en&municipality=0340" in text
    assert "No hearing is open today" in text
    greenland = page(client, "/municipalities/0956")
    assert "Kommuneqarfik Sermersooq" in greenland
    assert "0340" not in main_of(greenland)


def test_what_is_no_municipality_is_404(client: httpx.Client) -> None:
    assert client.get("/municipalities/9999").status_code == 404
    assert client.get("/municipalities/%3Cscript%3E").status_code == 404
    for path in PAGES:
        answer = client.get(f"{path}?foo=1")
        assert (answer.status_code, answer.json()["parameter"]) == (400, "foo")


def test_open_data_says_only_what_the_settings_say(empty: Database, client: httpx.Client) -> None:
    text = main_of(page(client, "/open-data"))
    assert "No licence is recorded here" in text
    assert "No address is set up for this service" in text
    said = {
        "GEOREGISTER_LICENCE": "CC BY 4.0",
        "GEOREGISTER_CONTACT_EMAIL": "plan@example.dk",
        "GEOREGISTER_ATTRIBUTION": "Kommunen <b>",
    }
    with serving(empty, **said) as address, httpx.Client(base_url=address, timeout=30) as own:
        text = page(own, "/open-data")
        assert "CC BY 4.0" in main_of(text)
        assert "No municipality has been loaded yet" in main_of(text)
        assert "&lt;b&gt;" in own.get("/open-data").text
        for path in ("/open-data", "/about", "/accessibility"):
            assert 'href="mailto:plan@example.dk"' in page(own, path).split("<main", 1)[1].split("</main>")[0]


def test_the_accessibility_page_is_honest(client: httpx.Client) -> None:
    text = main_of(page(client, "/accessibility"))
    assert "No human has tested the pages with a screen reader" in text
    assert "WAS-Tool" in text
    assert "@" not in text


def test_every_page_says_what_it_is_not_and_as_of_when(client: httpx.Client) -> None:
    for path in ("/", "/map", "/hearings", "/strategies", "/plans/0340-local-plan-sk-66", "/about", "/collections"):
        text = page(client, path)
        assert "This is not the legal register." in text, path
        assert re.search(r"The register was last told anything of this on \d+ \w+ 20\d\d\.", text), path
        assert "/accessibility?lang=en" in text


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/map", ["/map", "page"]),
        ("/hearings", ["/hearings", "page"]),
        ("/changes", ["/hearings", "true"]),
        ("/strategies/0340-vision-2026", ["/strategies", "true"]),
        ("/collections/plans", ["/open-data", "true"]),
        ("/about", ["/about", "page"]),
    ],
)
def test_the_place_one_is_at_is_marked(client: httpx.Client, path: str, current: list[str]) -> None:
    text = page(client, path).split('aria-label="Pages"')[1].split("</nav>")[0]
    assert [list(one) for one in re.findall(r'href="(/[a-z-]+)\?[^"]*" aria-current="(\w+)"', text)] == [current]


def test_the_language_is_changed_and_the_question_kept(client: httpx.Client) -> None:
    text = page(client, "/hearings?municipality=0340&theme=0340-vision-2026-4")
    [danish] = re.findall(r'<a href="([^"]+)" lang="da"', text)
    assert httpx.URL(danish).params.multi_items() == [
        ("municipality", "0340"),
        ("theme", "0340-vision-2026-4"),
        ("lang", "da"),
    ]


def test_a_number_that_is_not_there_leads_to_those_most_like_it(client: httpx.Client) -> None:
    for path in (
        "/plans/0340-local-plan-sk-660",
        "/soroe/sk-660",
        "/collections/local-plans/items/0340-local-plan-sk-660",
    ):
        text = page(client, path, status=404)
        assert "Local plan SK 66: Solcellepark ved Fjenneslev" in text.split("Did you mean")[1]
        problem = client.get(path, headers={"Accept": "application/json"}).json()
        assert problem["plans"][0]["plan"] == "0340-local-plan-sk-66"
    assert "Did you mean" not in page(client, "/plans/9999-local-plan-1", status=404)
    assert "Not Found" not in page(client, "/nothing-here", "da", 404)
    assert "Not Found" not in client.get("/nothing-here", headers={"Accept": "application/json"}).text
    for number in ("%", "_", "x" * 500, "{{7*7}}", "'); DROP TABLE plan; --"):
        assert client.get(f"/soroe/{number}", headers=HTML).status_code == 404


def test_a_withdrawn_plan_says_why_and_what_replaced_it(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    receipt = load(demo, a_delivery(tmp_path, [a_plan("SK 900", "Slut")]), "0340", plandata, Options()).receipt
    silent = load(demo, a_delivery(tmp_path, [a_plan("SK 901", "Tavs")]), "0340", plandata, Options()).receipt
    assert receipt
    assert silent
    with writing(demo) as session:
        undo(session, "0340", silent.load, "test")
        undo(session, "0340", receipt.load, "test", "Indlæst to gange <b>")
    with serving(demo) as address, httpx.Client(base_url=address, timeout=30) as own:
        answer = own.get("/plans/0340-local-plan-sk-900?lang=en", headers=HTML)
        assert answer.status_code == 410
        assert "It was: Local plan SK 900: Slut. It was withdrawn on" in answer.text
        assert "Why: Indlæst to gange &lt;b&gt;" in answer.text
        assert "Why is not recorded here" in own.get("/plans/0340-local-plan-sk-901?lang=en", headers=HTML).text

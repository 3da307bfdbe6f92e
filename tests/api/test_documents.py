"""What a plan allows and the documents it has stand on its page; a file that is kept comes back as it was.

Each test tells something of its own of the one register they share.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping

import httpx
import pytest

from georegister.errors import EntryInvalid
from georegister.loading.by_hand import add_entries, withdraw_entries
from georegister.loading.compare import Report
from georegister.register.database import Database, reading
from tests.conftest import Server, serving

PLAN = "0340-local-plan-sk-66"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 6000
NAME = 'Lokalplan "SK 66" æøå\u202e.pdf'
HASH = hashlib.sha256(PDF).hexdigest()
Add = Callable[[str, Mapping[str, object]], Report]


@pytest.fixture(scope="module")
def register(postgis: Server, demo_template: str) -> Iterator[Database]:
    name, database = postgis.copy(demo_template)
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def client(register: Database) -> Iterator[httpx.Client]:
    with serving(register) as where, httpx.Client(base_url=where, timeout=30) as made:
        yield made


@pytest.fixture
def add(register: Database) -> Add:
    return lambda section, said: add_entries(register, "0340", section, [said], "clerk", documents={NAME: PDF}.get)


def html(client: httpx.Client, path: str, lang: str) -> str:
    answer = client.get(path, params={"lang": lang}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_a_kept_file_is_on_the_plans_page_and_comes_back_until_it_is_withdrawn(
    register: Database, client: httpx.Client, add: Add
) -> None:
    assert "No document is recorded here." in html(client, f"/plans/{PLAN}", "en")
    add("document", {"plan": "SK 66", "title": "Lokalplan <b>", "file": NAME, "seen_on": "1.11.2026"})
    add("document", {"plan": "SK 66", "title": "Hvidbog", "url": "https://soroe.dk/hvidbog.pdf", "sha256": "ab" * 32})
    shown = html(client, f"/plans/{PLAN}", "en")
    assert f'<a href="/documents/{HASH}" rel="noopener">Lokalplan &lt;b&gt;</a> (PDF, 1.5 MB)' in shown
    assert f"SHA-256 {HASH[:12]}… · seen on 1 November 2026" in shown
    assert '<a href="https://soroe.dk/hvidbog.pdf" rel="noopener">Hvidbog</a>' in shown
    assert "legal document is not recorded" not in shown
    told = client.get(f"/plans/{PLAN}", params={"f": "json"}).json()["documents"]
    assert [(one["title"], one["file"], one["sha256"]) for one in told] == [
        ("Hvidbog", None, "ab" * 32),
        ("Lokalplan <b>", f"/documents/{HASH}", HASH),
    ]
    answer = client.get(f"/documents/{HASH}")
    assert (answer.status_code, answer.content == PDF) == (200, True)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="Lokalplan_SK_66_.pdf"; '
        "filename*=UTF-8''Lokalplan%20%22SK%2066%22%20%C3%A6%C3%B8%C3%A5%E2%80%AE.pdf"
    )
    assert client.get(f"/documents/{HASH}", headers={"If-None-Match": f'"{HASH}"'}).status_code == 304
    withdraw_entries(register, "0340", "document", [f"{PLAN}-document-lokalplan-b"], "clerk")
    assert client.get(f"/documents/{HASH}").status_code == 410


def test_only_what_is_a_document_is_served(register: Database, client: httpx.Client, add: Add) -> None:
    add("event", {"plan": "SK 66", "type": "publication", "on": "2021-10-14"})
    with reading(register) as session:
        hashes = [row["hash"] for row in session.sql("SELECT encode(sha256, 'hex') AS hash FROM load")]
    assert len(hashes) > 5
    assert {client.get(f"/documents/{one}").status_code for one in hashes} == {404}
    for wrong in ("x", HASH[:-1], HASH.upper(), "00" * 32, "..%2Fx"):
        assert client.get(f"/documents/{wrong}").status_code == 404


def test_what_is_no_pdf_or_another_file_is_refused(add: Add, register: Database) -> None:
    with pytest.raises(EntryInvalid, match="has another SHA-256 than is said"):
        add("document", {"plan": "SK 66", "title": "x", "file": NAME, "sha256": "00" * 32})
    said = {"plan": "SK 66", "title": "x", "file": "x.pdf"}
    with pytest.raises(EntryInvalid, match=r"x.pdf is no PDF"):
        add_entries(register, "0340", "document", [said], "clerk", documents=lambda name: b"<html><script>")


def test_what_a_plan_allows_is_told_in_the_readers_words(client: httpx.Client, add: Add) -> None:
    assert "What the plan allows" not in html(client, f"/plans/{PLAN}", "en")
    for name, value in (("Tagform", "saddeltag"), ("bygningshøjde", "8,5 m"), ("bebyggelsesprocent", "30")):
        add("parameter", {"plan": "SK 66", "name": name, "text_value" if name == "Tagform" else "value": value})
    shown = html(client, f"/plans/{PLAN}", "en")
    assert '<th scope="row">Plot ratio</th><td>30%</td>' in shown
    assert '<th scope="row">Building height</th><td>8.5 m</td>' in shown
    assert '<th scope="row">Tagform</th><td>saddeltag</td>' in shown
    told = client.get(f"/plans/{PLAN}", params={"f": "json"}).json()["parameters"]
    assert [(one["name"], one["value"], one["text"], one["unit"]) for one in told] == [
        ("plot_ratio", 30.0, None, "%"),
        ("building_height", 8.5, None, "m"),
        ("Tagform", None, "saddeltag", None),
    ]


def test_a_figure_stands_beside_its_target(client: httpx.Client, add: Add) -> None:
    goal = client.get("/goals/0340-vision-2026-4.1", params={"f": "json"}).json()
    target = goal["targets"][0]["id"]
    add("measurement", {"target": target, "day": "31.12.2024", "value": "42,5", "source": "CO2-regnskab"})
    [told] = [one for one in client.get("/goals/0340-vision-2026-4.1").json()["targets"] if one["id"] == target]
    assert told["measurements"] == [{"day": "2024-12-31", "value": 42.5, "source": "CO2-regnskab"}]
    shown = html(client, "/goals/0340-vision-2026-4.1", "en")
    assert "Measured on 31 December 2024: 42.5%" in shown
    assert "base year not given" in shown


def test_where_to_answer_is_a_link_where_it_leads_somewhere(client: httpx.Client, add: Add) -> None:
    hearing = {"plan": "SK 75", "kind": "public", "opens": "2026-11-01", "closes": "2026-12-24"}
    for said, shown in [
        ("plan@soroe.dk", '<a href="mailto:plan@soroe.dk" rel="noopener">plan@soroe.dk</a>'),
        ("https://soroe.dk/svar?a=1&b=2", 'href="https://soroe.dk/svar?a=1&amp;b=2"'),
        ("Rådhusvej 8, 4180 Sorø", "Send your answer to: <strong>Rådhusvej 8, 4180 Sorø</strong></p>"),
    ]:
        add("hearing", {**hearing, "respond_to": said})
        assert shown in html(client, "/plans/0340-local-plan-sk-75", "en")

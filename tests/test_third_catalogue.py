"""A third language is a compiled catalogue dropped beside the others: everything knows it, without any code."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import feedparser
import httpx
import pytest
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

import georegister
from georegister.language import languages
from tests.conftest import Server, serving
from tests.warm import AS_INSTALLED

SAID = {
    "Hearings": "Tusarniaanerit",
    "Plan map": "Pilersaarutinut nunap assinga",
    "Plans": "Pilersaarutit",
    "Local plan": "Nunaminertamut pilersaarut",
}
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(postgis: Server, demo_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The demo, served by a copy of the package that differs in nothing but a small catalogue of its own."""
    place = tmp_path_factory.mktemp("with-kl")
    ours = Path(georegister.__file__).parent
    shutil.copytree(ours, place / "georegister", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("data", "maps", "migrations"):
        (place / name).symlink_to(ours.parent / name)
    a_catalogue(place / "georegister/translations")
    name, database = postgis.copy(demo_template)
    # What lies where the tests run from would come before what is named.
    copied = {"PYTHONPATH": f"{place}:{AS_INSTALLED['PYTHONPATH']}", "PYTHONSAFEPATH": "1"}
    with serving(database, **copied) as address, httpx.Client(base_url=address, timeout=30) as made:
        yield made
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def a_catalogue(target: Path) -> None:
    made = Catalog(locale="kl")
    for english, words in SAID.items():
        made.add(english, words)
    folder = target / "kl/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "georegister.mo").open("wb") as file:
        write_mo(file, made)


def test_catalogues_are_found_by_their_folders(tmp_path: Path) -> None:
    a_catalogue(tmp_path)
    assert languages(tmp_path) == ("da", "en", "kl")
    (tmp_path / "not-a-language/LC_MESSAGES").mkdir(parents=True)
    shutil.copy(tmp_path / "kl/LC_MESSAGES/georegister.mo", tmp_path / "not-a-language/LC_MESSAGES")
    assert languages(tmp_path) == ("da", "en", "kl")


def test_every_page_offers_it_and_reads_in_it(client: httpx.Client) -> None:
    for path in ("/", "/map", "/hearings", "/plans/0340-local-plan-sk-66", "/strategies", "/open-data", "/nothing"):
        text = unescape(client.get(path, params={"lang": "kl"}, headers=HTML).text)
        assert '<html lang="kl">' in text, path
        assert re.search(r'href="[^"]*lang=kl" lang="kl" hreflang="kl" aria-current="true">Kalaallisut</a>', text), path
        assert SAID["Hearings"] in text, path
        # What the catalogue lacks is said in Danish.
        assert "Tilgængelighed" in text or "Åbne data" in text, path
    danish = client.get("/hearings?lang=da", headers=HTML).text
    assert re.search(r'href="[^"]*lang=kl" lang="kl"', danish)


def test_what_is_in_another_language_says_so(client: httpx.Client) -> None:
    for path in ("/strategies/0340-vision-2026", "/themes/0340-vision-2026-4", "/strategies", "/municipalities/0340"):
        text = client.get(path, params={"lang": "kl"}, headers=HTML).text
        assert '<span lang="da">Sammen om styrket klimaindsats' in text, path
        assert '<span lang="kl">' not in text
    text = client.get("/municipalities/0956", params={"lang": "da"}, headers=HTML).text
    assert "<h1>Kommuneqarfik Sermersooq</h1>" in text
    plan = client.get("/plans/0340-local-plan-sk-66", params={"lang": "kl"}, headers=HTML).text
    assert '<span lang="da">Solcellepark ved Fjenneslev</span></h1>' in plan


def test_a_browser_that_asks_for_it_gets_it(client: httpx.Client) -> None:
    answer = client.get("/hearings", headers={**HTML, "Accept-Language": "kl-GL,kl;q=0.9,da;q=0.8"})
    assert answer.headers["content-language"] == "kl"
    assert (
        client.get("/hearings", headers={**HTML, "Accept-Language": "fo,da;q=0.5"}).headers["content-language"] == "da"
    )


def test_data_feeds_and_the_maps_words_know_it(client: httpx.Client) -> None:
    found = feedparser.parse(client.get("/hearings.atom?lang=kl").content)
    assert found.feed.language == "kl"
    assert any(SAID["Local plan"] in entry.title for entry in found.entries)
    assert client.get("/map/soroe.kl.js").status_code == 200
    told = client.get("/map?lang=kl", headers=HTML).text
    page = json.loads(re.search(r'id="georegister-page">(.*?)</script>', told, re.DOTALL)[1])  # type: ignore[index]
    assert page["kinds"]["local-plan"] == SAID["Local plan"]
    for path in (
        "/strategies?lang=kl",
        "/collections/plans/items?lang=kl&limit=1",
        "/rules?lang=kl",
        "/collections?lang=kl",
    ):
        assert client.get(path).status_code == 200, path
    languages = client.get("/api?f=json").json()["components"]["parameters"]["lang"]["schema"]["enum"]
    assert languages == ["da", "en", "kl"]
    wrong = client.get("/hearings?lang=xx").json()
    assert (wrong["parameter"], "da, en, kl" in wrong["detail"]) == ("lang", True)


def test_days_and_numbers_are_written_as_it_writes_them(client: httpx.Client) -> None:
    text = client.get("/plans/0340-local-plan-sk-66?lang=kl&datetime=2021-06-01", headers=HTML).text
    assert format_date(date(2021, 7, 7), "long", locale="kl") in text
    assert "7. juli 2021" not in text


def test_the_command_line_speaks_it(client: httpx.Client, tmp_path: Path) -> None:
    place = tmp_path / "with-kl"
    place.mkdir()
    ours = Path(georegister.__file__).parent
    shutil.copytree(ours, place / "georegister", ignore=shutil.ignore_patterns("__pycache__", "static"))
    a_catalogue(place / "georegister/translations")
    said = subprocess.run(
        [sys.executable, "-c", "from georegister.cli.language import spoken; print(spoken().say('Hearings'))"],
        env={**os.environ, "LANG": "kl_GL.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""},
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == SAID["Hearings"]

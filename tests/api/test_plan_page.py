"""A plan's page beside its story: what the register said before, whom to tell of a mistake, where the map is."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import shapely

from georegister.app import create_app
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import a_delivery, a_plan, a_square, awaited

PLAN, SK66 = "0340-local-plan-sk-900", "0340-local-plan-sk-66"
HTML = {"Accept": "text/html"}


def test_what_the_register_said_before_can_be_read_again(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    wide = a_square(661_700, 6_145_800, 200)
    for title, shape in (("Først", a_square()), ("Så <b>", a_square()), ("Så <b>", wide)):
        row = a_plan(title=title, DATOFORSL=20200101, DATOVEDT=20200601, geometry=shape)
        assert load(demo, a_delivery(tmp_path, [row]), "0340", plandata, Options(by="test")).receipt
    awaited(_read(demo))


async def _read(demo: Database) -> None:
    app = create_app(Settings(contact_email="plan@example.dk"), demo)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        raw = (await web.get(f"/plans/{PLAN}?lang=en", headers=HTML)).text
        assert "Så &lt;b&gt;" in raw
        text = unescape(raw).split("What the register has said")[1]
        assert "It is now called “Så <b>”; it was called “Først”." in text
        assert "Its outline has changed; the area is now 4 ha, it was 1 ha." in text
        versions = (await web.get(f"/plans/{PLAN}?lang=en&f=json")).json()["versions"]
        assert [len(one["sentences"]) for one in versions] == [1, 1, 0]
        links = re.findall(r'href="(/plans/[^"]*known_at=[^"]*)"', text)
        titles = [
            (await web.get(link.replace("lang=en", "lang=da"), headers=HTML)).text.split("<h1>")[1].split("</h1>")[0]
            for link in links
        ]
        assert titles == ["Lokalplan SK 900: Så &lt;b&gt;", "Lokalplan SK 900: Først"]
        earlier = unescape((await web.get(links[-1], headers=HTML)).text)
        assert "The register has said the same of the plan since" in earlier
        [mail] = re.findall(r'href="(mailto:plan@example.dk\?[^"]*)"', text)
        asked = parse_qs(urlsplit(mail).query)
        assert asked["subject"] == [f"Mistake in the plan register: Local plan SK 900: Så <b> ({PLAN})"]
        assert f"http://test/plans/{PLAN}" in asked["body"][0]


def test_a_text_that_has_not_changed_is_one(client: httpx.Client) -> None:
    versions = client.get(f"/plans/{SK66}?f=json").json()["versions"]
    assert [one["until"] for one in versions] == [None]
    text = client.get(f"/plans/{SK66}?lang=en", headers=HTML).text
    assert "The register has said the same of the plan since" in text


def test_who_is_told_of_a_mistake_is_never_made_up(client: httpx.Client) -> None:
    text = client.get(f"/plans/{SK66}?lang=en", headers=HTML).text.split("Is something wrong?")[1]
    contact = client.get(f"/plans/{SK66}?lang=en", headers=HTML).text.count("https://soroe.dk")
    assert contact >= 1
    assert "mailto:" not in text


@pytest.mark.parametrize("id_", [SK66, "0340-addendum-1-2021", "0340-municipal-plan-2023-2034", "0956-addendum-1c4-3"])
def test_the_map_opens_at_the_plan(client: httpx.Client, id_: str) -> None:
    text = unescape(client.get(f"/plans/{id_}?lang=en&datetime=2024-01-10", headers=HTML).text)
    feature = client.get(f"/collections/plans/items/{id_}").json()
    links = re.findall(r'href="(/map\?[^"]*)">Open the map at the plan', text)
    [link] = links
    asked = httpx.URL(link).params
    assert (asked["day"], asked["municipality"]) == ("2024-01-10", id_[:4])
    assert client.get(link, headers=HTML).status_code == 200
    is_somewhere = feature["geometry"] is not None and feature["properties"]["extent_source"] != "municipality"
    assert ("point" in asked) == is_somewhere
    if is_somewhere:
        assert asked["plan"] == id_
        point = shapely.Point(*map(float, asked["point"].split(",")))
        assert shapely.geometry.shape(feature["geometry"]).buffer(1e-6).covers(point)

"""Licence, attribution and contact: said everywhere where they are set, and nowhere where they are not."""

from collections.abc import Iterator

import httpx
import pytest

from georegister.errors import SettingsInvalid
from georegister.register.database import Database
from georegister.settings import Settings
from tests.conftest import serving

SAID = {
    "GEOREGISTER_LICENCE": "CC BY 4.0 <æ>",
    "GEOREGISTER_LICENCE_URL": "https://creativecommons.example/by/4.0/",
    "GEOREGISTER_ATTRIBUTION": "Prøve Kommune & <b>naboer</b>",
    "GEOREGISTER_CONTACT": "Planafdelingen",
    "GEOREGISTER_CONTACT_EMAIL": "plan@kommune.example",
    "GEOREGISTER_CONTACT_URL": "https://kommune.example/plan?a=1&b=2",
}


@pytest.fixture(scope="module")
def told(shared_demo: Database) -> Iterator[httpx.Client]:
    with serving(shared_demo, **SAID) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_programs_are_told(told: httpx.Client) -> None:
    landing = told.get("/", params={"f": "json"}).json()
    assert landing["attribution"] == SAID["GEOREGISTER_ATTRIBUTION"]
    contact = {"name": "Planafdelingen", "email": "plan@kommune.example", "url": SAID["GEOREGISTER_CONTACT_URL"]}
    assert landing["contact"] == contact
    described = [told.get("/collections/plans").json(), *told.get("/collections").json()["collections"]]
    for one in [landing, told.get("/collections").json(), *described]:
        [licence] = [link for link in one["links"] if link["rel"] == "license"]
        assert (licence["href"], licence["title"]) == (SAID["GEOREGISTER_LICENCE_URL"], SAID["GEOREGISTER_LICENCE"])
    assert all(one["license"] == SAID["GEOREGISTER_LICENCE"] for one in described)
    for path in ("/api", "/api/3.1"):
        info = told.get(path).json()["info"]
        assert info["contact"] == contact
        assert info["license"] == {"name": SAID["GEOREGISTER_LICENCE"], "url": SAID["GEOREGISTER_LICENCE_URL"]}


@pytest.mark.parametrize("path", ["/?f=html", "/collections/plans/items?f=html", "/coverage?f=html", "/map"])
def test_people_are_told_and_nothing_is_markup(told: httpx.Client, path: str) -> None:
    page = told.get(path).text
    assert f'href="{SAID["GEOREGISTER_LICENCE_URL"]}" rel="license noopener">CC BY 4.0 &lt;æ&gt;</a>' in page
    assert "Prøve Kommune &amp; &lt;b&gt;naboer&lt;/b&gt;" in page
    assert 'href="mailto:plan@kommune.example"' in page
    assert "https://kommune.example/plan?a=1&amp;b=2" in page


def test_what_is_not_set_is_not_said(client: httpx.Client) -> None:
    landing = client.get("/", params={"f": "json"}).json()
    assert {"attribution", "license", "contact"} & set(landing) == set()
    assert {"contact", "license"} & set(client.get("/api").json()["info"]) == set()
    for one in [landing, *client.get("/collections").json()["collections"]]:
        assert [link for link in one["links"] if link["rel"] == "license"] == []
        assert "license" not in one
    page = client.get("/", params={"f": "html", "lang": "en"}).text
    assert 'rel="license' not in page
    assert "Questions about the data" not in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GEOREGISTER_LICENCE_URL", "javascript:alert(1)"),
        ("GEOREGISTER_LICENCE_URL", "creativecommons.example"),
        ("GEOREGISTER_CONTACT_URL", 'https://x.example/">'),
        ("GEOREGISTER_CONTACT_EMAIL", "not an address"),
        ("GEOREGISTER_ATTRIBUTION", "x" * 501),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name):
        Settings.read()

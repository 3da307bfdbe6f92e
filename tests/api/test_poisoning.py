"""Whoever asks by another name, or says he forwards for one, changes nobody else's answers (RFC 9110, 7.2)."""

import re
from collections.abc import Iterator

import httpx
import pytest

from georegister.register.database import Database
from tests.conftest import serving

HOME = "https://planer.kommune.example/register"
SK66 = "0340-local-plan-sk-66"
EACH_TIME = re.compile(r'"timeStamp":"[^"]*",|token=[^&"> ]*')
POISON = [
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "/evil"},
    {"Forwarded": "host=evil.example;proto=http", "X-Original-URL": "/evil", "X-Rewrite-URL": "/evil"},
    {"X-Forwarded-Port": "666", "X-Forwarded-Server": "evil.example", "X-Host": "evil.example"},
]
PATHS = [
    "/?f=json",
    "/?f=html",
    "/api",
    "/collections",
    "/collections/plans",
    "/collections/plans/items?limit=1&f=json",
    "/collections/plans/items?limit=1&f=html",
    "/collections/plans/items?f=csv",
    f"/collections/plans/items/{SK66}",
    f"/plans/{SK66}",
    "/at?point=11.6671,55.4576&f=json",
    "/coverage?by=kind",
    "/tiles/WebMercatorQuad?f=tilejson",
    "/strategies?f=json",
]
REDIRECTED = [f"/collections/plans/items/{SK66}?f=html", "/soroe/sk-66", "/collections/", "/collections/plans/"]


@pytest.fixture(scope="module")
def known(shared_demo: Database) -> Iterator[httpx.Client]:
    """A server that is told where the world knows it."""
    with (
        serving(shared_demo, GEOREGISTER_PUBLIC_URL=HOME) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


def told(answer: httpx.Response) -> str:
    """Headers and body, without what is another each time."""
    headers = [f"{name}: {value}" for name, value in answer.headers.items() if name not in ("date", "content-length")]
    return EACH_TIME.sub("", "\n".join([*headers, answer.text]))


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize("path", PATHS)
def test_links_come_from_the_setting_alone(known: httpx.Client, path: str, poison: dict[str, str]) -> None:
    clean, asked = known.get(path), known.get(path, headers=poison)
    assert (clean.status_code, asked.status_code) == (200, 200)
    assert "evil" not in told(asked)
    assert re.findall(r'https?://127\.0\.0\.1[^"<> ]*', told(asked)) == []
    # So neither can another's cache be filled with it.
    assert asked.headers.get("etag") == clean.headers.get("etag")
    assert told(asked) == told(clean)


@pytest.mark.parametrize("poison", POISON)
@pytest.mark.parametrize("path", REDIRECTED)
def test_nobody_is_sent_elsewhere(known: httpx.Client, path: str, poison: dict[str, str]) -> None:
    answer = known.get(path, headers=poison)
    assert "evil" not in str(answer.headers)
    if answer.is_redirect:
        assert answer.headers["location"].startswith((HOME, "/"))


@pytest.mark.parametrize("poison", POISON[1:])
def test_without_the_setting_only_the_host_that_is_asked_counts(client: httpx.Client, poison: dict[str, str]) -> None:
    for path in PATHS:
        assert "evil" not in told(client.get(path, headers=poison)), path


def test_a_cache_keeps_another_host_s_answer_apart(client: httpx.Client) -> None:
    path = f"/collections/plans/items/{SK66}"
    mine, theirs = client.get(path), client.get(path, headers={"Host": "evil.example"})
    assert mine.headers["etag"] != theirs.headers["etag"]
    again = client.get(path, headers={"If-None-Match": theirs.headers["etag"]})
    assert again.status_code == 200
    assert "evil" not in again.text


@pytest.mark.parametrize(
    "host", ['a"><script>alert(1)</script>', "x.example>; rel=next", "user@evil.example", "evil.example/path?q#f"]
)
def test_what_is_no_host_is_in_no_answer(client: httpx.Client, host: str) -> None:
    for path in ("/collections/plans/items?limit=1", "/?f=html", "/collections"):
        answer = client.get(path, headers={"Host": host})
        assert host not in told(answer)
        assert "evil" not in told(answer)


def test_the_form_that_is_asked_for_is_not_said_again(client: httpx.Client) -> None:
    answer = client.get("/collections/plans/items", params={"f": "<script>alert(1)</script>"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    page = client.get("/collections/plans/items?f=%3Cscript%3E", headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert "<script>" not in page.text


def test_what_is_for_staff_is_kept_by_nobody(client: httpx.Client) -> None:
    for path in ("/loads", "/facts/event", "/staff/loads", "/mappings"):
        answer = client.get(path, headers={"Authorization": "Bearer guess-guess-guess-guess"})
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers

"""ETags: what is still true is not sent again, and what has changed is."""

import re
from collections.abc import Iterator

import httpx
import pytest

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan
from tests.conftest import serving

SK66 = "0340-local-plan-sk-66"
STRONG = re.compile(r'"[0-9a-f]{32}"')
SAME_BYTES = [
    "/?f=json",
    "/?f=html",
    "/api",
    "/api?f=html",
    "/conformance",
    "/collections",
    "/collections/plans?f=html",
    "/collections/plans/schema",
    "/collections/plans/queryables",
    f"/collections/plans/items/{SK66}",
    f"/collections/plans/items/{SK66}?datetime=2021-06-01",
    f"/plans/{SK66}",
    f"/plans/{SK66}?f=json",
    "/at?point=11.6671,55.4576&f=html",
    "/map",
    "/strategies",
    "/strategies?f=html",
    "/themes/0340-vision-2026-4",
    "/goals",
    "/sdgs/13",
    "/sectors",
    "/rules",
    "/places",
    "/search?q=sk66",
    "/history?municipality=0340&datetime=2021-10-13",
    "/coverage?by=kind",
    "/coverage?by=kind&f=html",
]
TOLD_WHEN = [
    "/collections/plans/items",
    "/collections/plans/items?limit=2&f=html",
    "/collections/plans/items?resultType=hits",
    "/collections/plans/items?f=csv",
    "/collections/plans/items?f=gpkg",
    "/at?point=11.6671,55.4576",
    "/coverage?by=kind&f=xlsx",
]


@pytest.mark.parametrize("path", [*SAME_BYTES, *TOLD_WHEN])
def test_what_the_client_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    assert first.headers["cache-control"] in ("public, no-cache", "max-age=86400")
    assert {"Accept", "Accept-Language"} <= {one.strip() for one in first.headers["vary"].split(",")}
    for named in (tag, f'"another", {tag}', f"W/{tag.removeprefix('W/')}"):
        again = client.get(path, headers={"If-None-Match": named})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")
        assert {"cache-control", "vary", "date"} <= set(again.headers)
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
    for answer in (client.head(path), client.head(path, headers={"If-None-Match": '"another"'})):
        assert (answer.status_code, answer.headers["etag"]) == (200, tag)
    assert client.head(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", SAME_BYTES)
def test_a_strong_etag_means_the_same_bytes(client: httpx.Client, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert STRONG.fullmatch(first.headers["etag"])
    assert (first.headers["etag"], first.content) == (second.headers["etag"], second.content)


@pytest.mark.parametrize("path", TOLD_WHEN)
def test_what_tells_when_it_was_made_has_a_weak_one(client: httpx.Client, path: str) -> None:
    assert STRONG.fullmatch(client.get(path).headers["etag"].removeprefix("W/"))
    assert client.get(path).headers["etag"].startswith("W/")


@pytest.mark.proves("attack/20")
def test_another_question_form_language_or_address_has_another(client: httpx.Client) -> None:
    path = f"/plans/{SK66}"
    asked = [
        (path, {}),
        (f"{path}?lang=en", {}),
        (f"{path}?datetime=2021-06-01", {}),
        (path, {"Accept-Language": "en"}),
        (path, {"Accept": "application/json"}),
        (path, {"Host": "another.example"}),
        ("/plans/0340-local-plan-sk-69", {}),
    ]
    tags = [client.get(where, headers=headers).headers["etag"] for where, headers in asked]
    assert len(set(tags)) == len(asked)


@pytest.mark.proves("attack/20")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/plans/0340-local-plan-sk-0", 404), ("/collections/plans/items?limit=0", 400), ("/nowhere", 404)],
)
def test_what_is_wrong_is_told_whatever_the_client_has(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path, headers={"If-None-Match": "*"})
    assert answer.status_code == status
    assert "etag" not in answer.headers


def test_a_star_means_whatever_there_is(client: httpx.Client) -> None:
    answer = client.get(f"/plans/{SK66}", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.fixture
def own(demo: Database) -> Iterator[httpx.Client]:
    with serving(demo) as address, httpx.Client(base_url=address, timeout=30) as made:
        yield made


@pytest.mark.proves("attack/20")
def test_a_load_changes_what_shows_its_municipality_and_nothing_else(
    own: httpx.Client, demo: Database, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> None:
    changed = [
        *("/collections/plans/items", f"/collections/plans/items/{SK66}", f"/plans/{SK66}", "/coverage?by=kind", "/"),
        "/collections/plans/items?f=csv",
    ]
    same = ["/collections/plans/items/0956-addendum-1c4-3", "/plans/0956-addendum-1c4-3"]
    before = {path: own.get(path).headers["etag"] for path in [*changed, *same]}
    load(demo, a_delivery(tmp_path_factory.mktemp("new"), [a_plan("SK 901")]), "0340", plandata, Options(by="test"))
    for path in changed:
        answer = own.get(path, headers={"If-None-Match": before[path]})
        assert answer.status_code == 200, path
        assert answer.headers["etag"] != before[path]
    for path in same:
        assert own.get(path, headers={"If-None-Match": before[path]}).status_code == 304, path

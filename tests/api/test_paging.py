"""Walking through a collection: every feature once, in order, forth and back, of one state of the register."""

import base64
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, TypeVar

import httpx
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from shapely.geometry import shape

from georegister.app import create_app
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register import paging
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import a_delivery, a_plan, awaited

T = TypeVar("T")
SORTABLE = [one.name for one in COLLECTIONS["plans"].sortables]


def ask(client: httpx.Client, collection: str = "plans", **question: Any) -> dict[str, Any]:
    answer = client.get(f"/collections/{collection}/items", params=question)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def linked(document: dict[str, Any], rel: str) -> str | None:
    return next((link["href"] for link in document["links"] if link["rel"] == rel), None)


def pages(client: httpx.Client, document: dict[str, Any], rel: str = "next") -> Iterator[dict[str, Any]]:
    yield document
    while href := linked(document, rel):
        document = client.get(href).json()
        yield document


def ids(document: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in document["features"]]


@settings(max_examples=25, deadline=None)
@given(
    sort=some.lists(some.tuples(some.sampled_from([*SORTABLE, "id"]), some.booleans()), max_size=3),
    limit=some.integers(1, 12),
    collection=some.sampled_from(["plans", "local-plans"]),
)
def test_a_walk_gives_every_feature_once_and_in_order(
    client: httpx.Client, sort: list[tuple[str, bool]], limit: int, collection: str
) -> None:
    by = ",".join(("-" if descending else "") + name for name, descending in sort)
    whole = ask(client, collection, limit=1000, sortby=by)
    walked = list(pages(client, ask(client, collection, limit=limit, sortby=by)))
    assert [one for page in walked for one in ids(page)] == ids(whole)
    assert len(set(ids(whole))) == whole["numberMatched"] == len(whole["features"])
    assert {page["numberMatched"] for page in walked} == {whole["numberMatched"]}
    back = list(pages(client, walked[-1], "prev"))
    assert [one for page in reversed(back) for one in ids(page)] == ids(whole)
    assert linked(walked[0], "prev") is None
    if sort and sort[0][0] != "id" and collection == "plans":
        name, descending = sort[0]
        values = [feature["properties"][name] for feature in whole["features"]]
        told = [value for value in values if value is not None]
        assert values == told + [None] * (len(values) - len(told)), "what is not told comes last"
        if not any(isinstance(value, str) and not value.isascii() for value in told) and name.endswith("m2"):
            assert all(one >= other if descending else one <= other for one, other in pairwise(told))


def test_titles_are_in_danish_order(client: httpx.Client) -> None:
    titles = [one["properties"]["name"] for one in ask(client, "municipalities", sortby="-name")["features"]]
    assert titles == sorted(titles, reverse=True)
    numbers = [one["properties"]["area_m2"] for one in ask(client, sortby="-area_m2", limit=1000)["features"]]
    told = [number for number in numbers if number is not None]
    assert len(told) > 10
    assert told == sorted(told, reverse=True)


@pytest.mark.proves("attack/8")
@pytest.mark.parametrize(
    ("question", "named"),
    [
        ({"sortby": "themes"}, "sortby"),
        ({"sortby": "--title"}, "sortby"),
        ({"sortby": "id;--"}, "sortby"),
        ({"sortby": "ctid"}, "sortby"),
        ({"properties": "title,xmin"}, "properties"),
        ({"precision": "16"}, "precision"),
        ({"precision": "-1"}, "precision"),
        ({"simplify": "nan"}, "simplify"),
        ({"simplify": "-1"}, "simplify"),
        ({"skipGeometry": "perhaps"}, "skipGeometry"),
        ({"resultType": "index"}, "resultType"),
        ({"token": "AAAA"}, "token"),
        ({"token": "å"}, "token"),
        ({"token": "x" * 3000}, "token"),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, question: dict[str, str], named: str) -> None:
    answer = client.get("/collections/plans/items", params=question)
    assert (answer.status_code, answer.json()["parameter"]) == (400, named), answer.text


@pytest.mark.proves("attack/12")
def test_a_token_serves_its_own_question_alone_and_cannot_be_changed(client: httpx.Client) -> None:
    href = linked(ask(client, limit=3, sortby="title"), "next")
    assert href
    token = httpx.URL(href).params["token"]
    assert client.get(href).status_code == 200
    assert ask(client, limit=7, sortby="title", token=token)["numberReturned"] == 7, "a page may be of another length"
    for other in ({"sortby": "-title"}, {"sortby": "title", "kind": "local-plan"}, {}):
        answer = client.get("/collections/plans/items", params={**other, "token": token})
        assert (answer.status_code, answer.json()["parameter"]) == (400, "token")
    assert client.get("/collections/local-plans/items", params={"sortby": "title", "token": token}).status_code == 400
    signed = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    for place in (0, 5, 11, 12, 30, len(signed) - 1):
        changed = bytes([*signed[:place], signed[place] ^ 1, *signed[place + 1 :]])
        made_up = {"sortby": "title", "token": base64.urlsafe_b64encode(changed).decode().rstrip("=")}
        assert client.get("/collections/plans/items", params=made_up).status_code == 400


def test_hits_count_alone(client: httpx.Client) -> None:
    whole, hits = ask(client, limit=1000, kind="local-plan"), ask(client, resultType="hits", kind="local-plan")
    assert (hits["features"], hits["numberReturned"]) == ([], 0)
    assert hits["numberMatched"] == len(whole["features"]) > 0
    assert linked(hits, "next") is None


def test_only_what_is_wanted_of_a_feature(client: httpx.Client) -> None:
    whole = ask(client, "local-plans", limit=5)["features"]
    some_of = ask(client, "local-plans", limit=5, properties="title,reasons,area_m2")["features"]
    wanted = [{name: one["properties"][name] for name in ("title", "area_m2", "reasons")} for one in whole]
    assert [one["properties"] for one in some_of] == wanted
    assert [list(one["properties"]) for one in some_of] == [list(one) for one in wanted]
    assert [one["geometry"] for one in some_of] == [one["geometry"] for one in whole]
    without = ask(client, "local-plans", limit=5, skipGeometry="true")["features"]
    assert [one["geometry"] for one in without] == [None] * 5
    assert [one["properties"] for one in without] == [one["properties"] for one in whole]
    assert ask(client, "local-plans", limit=5, skipGeometry="false")["features"] == whole


def test_outlines_are_rounded_and_simplified_as_far_as_said(client: httpx.Client) -> None:
    metres_per_degree = 111_320
    for one in ask(client, "local-plans", limit=5, precision=3)["features"]:
        for lon, lat in one["geometry"]["coordinates"][0][0]:
            assert (lon, lat) == (round(lon, 3), round(lat, 3))
    whole = {one["id"]: shape(one["geometry"]) for one in ask(client, "municipalities")["features"]}
    for one in ask(client, "municipalities", simplify=500)["features"]:
        simple, outline = shape(one["geometry"]), whole[one["id"]]
        assert simple.hausdorff_distance(outline) * metres_per_degree <= 501
        assert len(str(one["geometry"])) <= len(str(outline.wkt)) * 2


def test_a_page_of_heavy_outlines_ends_early_and_the_walk_is_whole(
    shared_demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    paging.page.cache_clear()
    monkeypatch.setattr(paging, "PAGE_BYTES", 1000)

    async def walked(web: httpx.AsyncClient) -> list[list[str]]:
        return [ids(page) for page in await _walk(web, "/collections/plans/items?limit=1000")]

    try:
        heavy = awaited(_with(shared_demo, walked))
    finally:
        paging.page.cache_clear()
        monkeypatch.undo()
    whole = awaited(_with(shared_demo, walked))
    assert len(whole) == 1
    assert len(heavy) > 3
    assert min(map(len, heavy)) >= 1
    assert [one for page in heavy for one in page] == whole[0]


def test_a_walk_reads_the_state_it_began_with(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    late, early = (a_plan(f"SK {number}", f"Plan {number}") for number in (999, 1))

    async def walked(web: httpx.AsyncClient) -> None:
        first = (await web.get("/collections/local-plans/items?limit=2&municipality=0340")).json()
        undisturbed = await _walk(web, "/collections/local-plans/items?limit=2&municipality=0340")
        load(demo, a_delivery(tmp_path, [early, late]), "0340", plandata, Options())
        disturbed = [first, *await _walk(web, linked(first, "next") or "")]
        assert [ids(page) for page in disturbed] == [ids(page) for page in undisturbed]
        assert [page["numberMatched"] for page in disturbed] == [page["numberMatched"] for page in undisturbed]
        back = await _walk(web, linked(disturbed[-1], "prev") or "", "prev")
        assert [ids(page) for page in reversed(back)] == [ids(page) for page in undisturbed[:-1]]
        after = await _walk(web, "/collections/local-plans/items?limit=2&municipality=0340")
        assert after[0]["numberMatched"] == undisturbed[0]["numberMatched"] + 2, (
            "the number is of the register as it is"
        )
        anew = [one for page in after for one in ids(page)]
        assert {"0340-local-plan-sk-1", "0340-local-plan-sk-999"} <= set(anew)

    awaited(_with(demo, walked))


def test_a_walk_reads_one_state_between_loads_of_two_municipalities(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    """The load that began first is committed last; the walk begins between."""
    facts = tmp_path / "facts.toml"
    facts.write_text(
        'municipality = "0956"\ndataset = "slow"\ntitle = "Slow"\n'
        '[[event]]\nplan = "0956-addendum-3c8-1"\ntype = "adoption"\non = 2020-01-01\n',
        encoding="utf-8",
    )

    async def walked(web: httpx.AsyncClient) -> None:
        here = "/collections/plans/items?skipGeometry=true&limit=5"
        with ThreadPoolExecutor(2) as others:
            begun, go_on = Event(), Event()

            def waits(step: str) -> None:
                if step == "plans":
                    begun.set()
                    assert go_on.wait(60)

            first = others.submit(load, demo, facts, "0956", None, Options(by="first"), waits)
            while not begun.wait(0.02):
                assert not first.done(), first.result()
            quick = a_delivery(tmp_path, [a_plan("SK 1")])
            second = others.submit(load, demo, quick, "0340", plandata, Options(by="second"))
            while not second.done() and not _waits_for_its_turn(demo):
                sleep(0.02)
            page = (await web.get(here)).json()
            whole = (await web.get(here.replace("=5", "=1000"))).json()
            go_on.set()
            receipts = [done.result(60).receipt for done in (first, second)]
        pages = [page, *await _walk(web, linked(page, "next"))]
        assert [one for page in pages for one in page["features"]] == whole["features"]
        assert all(receipts)
        after = (await web.get(here.replace("=5", "=1000"))).json()
        changed = {one["id"] for one in after["features"] if one not in whole["features"]}
        assert {"0956-addendum-3c8-1", "0340-local-plan-sk-1"} <= changed

    awaited(_with(demo, walked))


def _waits_for_its_turn(database: Database) -> bool:
    with psycopg.connect(database.admin) as connection:
        waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return connection.execute(waiting).fetchone() is not None


@pytest.mark.parametrize("name", ["hearings", "municipalities"])
def test_any_order_can_be_walked(client: httpx.Client, name: str) -> None:
    here = f"/collections/{name}/items"
    everything = sorted(one["id"] for one in client.get(here).json()["features"])
    for one in COLLECTIONS[name].sortables:
        for sortby in (one.name, f"-{one.name}"):
            found, href = [], f"{here}?sortby={sortby}&limit=1&skipGeometry=true"
            while href:
                answer = client.get(href)
                assert answer.status_code == 200, (sortby, answer.text)
                found += [feature["id"] for feature in answer.json()["features"]]
                href = linked(answer.json(), "next") or ""
            assert sorted(found) == everything, sortby


async def _with(database: Database, errand: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    app = create_app(Settings(), database)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        return await errand(web)


async def _walk(web: httpx.AsyncClient, href: str | None, rel: str = "next") -> list[dict[str, Any]]:
    walked = []
    while href:
        answer = await web.get(href)
        assert answer.status_code == 200, answer.text
        walked.append(answer.json())
        href = linked(walked[-1], rel)
    return walked

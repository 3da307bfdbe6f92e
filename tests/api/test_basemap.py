"""The background map's tiles come from one real server of tiles, through ours: good ones, and every other kind."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import morecantile
import pytest
from pydantic import SecretStr

from georegister.api import ground
from georegister.api.ground import Ground, Picture, Why
from georegister.errors import SettingsInvalid
from georegister.register.database import Database
from georegister.settings import Settings
from georegister.tile_source import tile_source
from tests.conftest import serving
from tests.tile_server import TOKEN, TileServer, picture, tile_server

TILE = morecantile.tms.get("WebMercatorQuad").tile(11.575, 55.455, 11)
HERE = (TILE.z, TILE.y, TILE.x)
BAD = ["500", "403", "words", "svg", "html called png", "jpeg called png", "huge", "cut short", "moved away"]


@pytest.fixture
def source() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


@pytest.fixture(scope="module")
def running() -> Iterator[TileServer]:
    with tile_server() as server:
        yield server


@pytest.fixture(scope="module")
def served(shared_demo: Database, running: TileServer) -> Iterator[str]:
    tiles = f"http://{running.host}/wmts?SERVICE=WMTS&LAYER=orto&TILEMATRIXSET=G&FORMAT=image/png&token={{token}}"
    with serving(
        shared_demo,
        GEOREGISTER_BASEMAP=tiles,
        GEOREGISTER_BASEMAP_TOKEN=TOKEN,
        GEOREGISTER_BASEMAP_ATTRIBUTION="<b onclick=alert(1)>Kilde</b> {{7*7}}",
        GEOREGISTER_BASEMAP_ZOOM="16",
    ) as address:
        yield address


def apart(asked: Coroutine[Any, Any, Any]) -> Any:
    """What comes of it in a thread of its own: a browser that other tests have opened keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


def of(source: TileServer, tail: str = "/{z}/{x}/{y}.png?token={token}") -> Ground:
    made = Ground.of(Settings(basemap=f"http://{source.host}{tail}", basemap_token=SecretStr(TOKEN)))
    assert made
    return made


def tile(made: Ground, place: tuple[int, int, int] = HERE) -> Picture | Why:
    found: Picture | Why = apart(made.tile(*place))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/{z}/{x}/{y}.png", "https://a.example/3/5/2.png"),
        ("https://a.example/{z}/{y}/{x}?k={token}", "https://a.example/3/2/5?k=s%26%2F"),
        ("https://a.example/l/{TileMatrix}/{TileRow}/{TileCol}.jpeg", "https://a.example/l/3/2/5.jpeg"),
        (
            "https://a.example/w?service=WMTS&layer=orto&tilematrixset=G&format=image/jpeg&token={token}",
            "https://a.example/w?service=WMTS&layer=orto&tilematrixset=G&token=s%26%2F&REQUEST=GetTile&VERSION=1.0.0"
            "&STYLE=default&FORMAT=image/jpeg&TILEMATRIX=3&TILEROW=2&TILECOL=5",
        ),
        (
            "https://a.example/w?SERVICE=WMS&LAYERS=kort",
            "https://a.example/w?SERVICE=WMS&LAYERS=kort&REQUEST=GetMap&VERSION=1.3.0&STYLES=&FORMAT=image/png"
            "&CRS=EPSG:3857&BBOX=1.000000,2.000000,3.000000,4.000000&WIDTH=256&HEIGHT=256",
        ),
        (
            "https://a.example/w?SERVICE=WMS&VERSION=1.1.1&LAYERS=kort&STYLES=lys&bbox=9",
            "https://a.example/w?SERVICE=WMS&LAYERS=kort&REQUEST=GetMap&VERSION=1.1.1&STYLES=lys&FORMAT=image/png"
            "&SRS=EPSG:3857&BBOX=1.000000,2.000000,3.000000,4.000000&WIDTH=256&HEIGHT=256",
        ),
    ],
)
def test_each_form_of_address_gives_the_address_of_a_tile(text: str, expected: str) -> None:
    token = "s&/" if "{token}" in text else None
    found = tile_source(text, token is not None)
    assert found.address(3, 2, 5, lambda: (1, 2, 3, 4), token) == expected
    assert found.host == "a.example"


@pytest.mark.parametrize(
    ("text", "token", "said"),
    [
        ("ftp://a.example/{z}/{x}/{y}", None, "begins with https"),
        ("https://a.example/{z}/{x}", None, "where a tile's place goes"),
        ("https://a.example/{z}/{x}/{y}/{s}", None, r"\{s\} is nothing that can be filled in"),
        ("https://{s}.example/{z}/{x}/{y}", None, "host must be written out"),
        ("https://u:p@a.example/{z}/{x}/{y}", None, "no name, password"),
        ("https://a.example/w?SERVICE=WMS", None, "needs LAYERS="),
        ("https://a.example/w?SERVICE=WMTS&LAYER=a", None, "needs TILEMATRIXSET="),
        ("https://a.example:x/{z}/{x}/{y}", None, "begins with https"),
        ("https://a.example/{z}/{x}/{y}?k={token}", None, "set GEOREGISTER_BASEMAP_TOKEN"),
        (f"https://a.example/{{z}}/{{x}}/{{y}}?q={TOKEN}", TOKEN, "say with {token} where it goes"),
        ("https://a.example/{z}/{x}/{y}?k={token}", "two words", "GEOREGISTER_BASEMAP_TOKEN cannot be used"),
    ],
)
def test_what_cannot_be_used_is_told_at_the_start_without_the_address(
    monkeypatch: pytest.MonkeyPatch, text: str, token: str | None, said: str
) -> None:
    monkeypatch.setenv("GEOREGISTER_BASEMAP", text)
    if token:
        monkeypatch.setenv("GEOREGISTER_BASEMAP_TOKEN", token)
    with pytest.raises(SettingsInvalid, match=said) as refused:
        Settings.read()
    assert "example" not in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert "two words" not in str(refused.value)


def test_a_tile_is_handed_on_with_nothing_of_the_visitor(served: str, running: TileServer) -> None:
    running.mode, running.asked[:] = "good", []
    headers = {"Cookie": "who=me", "X-Forwarded-For": "10.1.2.3", "Referer": "https://hus.example/", "User-Agent": "Z"}
    answer = httpx.get(f"{served}/basemap/{TILE.z}/{TILE.x}/{TILE.y}", headers=headers)
    assert (answer.status_code, answer.content) == (200, picture())
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers
    [(path, seen)] = running.asked
    assert f"TILEMATRIX={TILE.z}&TILEROW={TILE.y}&TILECOL={TILE.x}" in path
    assert f"token={TOKEN}" in path
    assert set(seen) == {"Accept-Encoding", "User-Agent", "Accept", "Host", "Connection"}
    assert seen["User-Agent"].startswith("georegister/")
    again = {"If-None-Match": answer.headers["etag"]}
    assert httpx.get(f"{served}/basemap/{TILE.z}/{TILE.x}/{TILE.y}", headers=again).status_code == 304
    assert httpx.head(f"{served}/basemap/{TILE.z}/{TILE.x}/{TILE.y}").status_code == 200
    assert len(running.asked) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("11/0/0", 404),
        ("17/69754/41122", 404),  # nearer than the source goes
        ("2/2/1", 404),  # farther than the maps go
        ("11/-1/0", 404),
        ("11/99999999999999/0", 404),
        ("11/1e3/0", 400),
        ("11/٣/0", 400),
        ("11/../0", 404),
        ("11/%2e%2e/x", 400),
        (f"{TILE.z}/{TILE.x}/{TILE.y}?url=http://127.0.0.1/", 400),
    ],
)
def test_only_tiles_that_a_map_shows_are_asked_for(served: str, running: TileServer, path: str, status: int) -> None:
    running.mode, running.asked[:] = "good", []
    answer = httpx.get(f"{served}/basemap/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert running.asked == []


def test_while_the_source_fails_it_is_told_and_the_token_is_nowhere(served: str, running: TileServer) -> None:
    running.mode = "words"
    answer = httpx.get(f"{served}/basemap/{TILE.z}/{TILE.x + 1}/{TILE.y}", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.json()["title"] == "The background map cannot be had just now"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"]
    running.mode = "404"
    assert httpx.get(f"{served}/basemap/{TILE.z}/{TILE.x}/{TILE.y + 1}").status_code == 404
    for path in ("/map", "/map/soroe.da.js", "/", "/api", "/conformance", "/healthz", "/readyz", "/staff/loads"):
        text = httpx.get(f"{served}{path}", headers={"Accept": "text/html, */*"}).text
        assert TOKEN not in text
        assert running.host not in text, path
    assert TOKEN not in answer.text
    page = httpx.get(f"{served}/map", headers={"Accept": "text/html"}).text
    assert "<b onclick" not in page
    assert '"basemap": {"attribution": "\\u003cb onclick=alert(1)\\u003eKilde' in page
    assert "{{7*7}}" in page


def test_without_a_source_there_is_no_such_address(client: httpx.Client) -> None:
    answer = client.get(f"/basemap/{TILE.z}/{TILE.x}/{TILE.y}", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "GEOREGISTER_BASEMAP" in answer.json()["detail"]
    assert "georegister.basemap" not in client.get("/map/soroe.da.js").text
    assert "basemap.js" not in client.get("/map", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize("mode", BAD)
def test_what_is_no_good_picture_is_refused_and_logged_without_the_token(
    source: TileServer, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    source.mode = mode
    with tile_server() as elsewhere, caplog.at_level(logging.DEBUG):
        source.other = f"http://{elsewhere.host}/{TOKEN}.png"
        made = of(source)
        assert tile(made) is Why.FAILED
        # It is not asked again for a moment.
        assert tile(made) is Why.FAILED
        assert elsewhere.asked == []
    assert len(source.asked) == 1
    assert source.host in caplog.text
    assert TOKEN not in caplog.text


def test_a_redirect_within_the_host_is_followed(source: TileServer) -> None:
    source.mode = "moved"
    found = tile(of(source))
    assert isinstance(found, Picture)
    assert found.body == picture()


def test_a_picture_is_kept_and_an_old_one_is_better_than_none(
    source: TileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = of(source)
    assert isinstance(tile(made), Picture)
    assert isinstance(tile(made), Picture)
    assert len(source.asked) == 1
    monkeypatch.setattr(ground, "FRESH_SECONDS", -1)
    old = of(source)
    tile(old)
    source.mode = "500"
    assert isinstance(tile(old), Picture)
    assert len(source.asked) == 3


def test_what_is_not_there_is_remembered_and_no_failure(source: TileServer) -> None:
    source.mode = "404"
    made = of(source)
    for number in range(8):
        assert tile(made, (11, TILE.y, TILE.x + number % 7)) is Why.MISSING
    assert len(source.asked) == 7


def test_a_source_that_fails_is_left_alone(source: TileServer) -> None:
    source.mode = "500"
    made = of(source)
    for number in range(12):
        assert tile(made, (11, TILE.y, TILE.x + number)) is Why.FAILED
    assert len(source.asked) == ground.FAILURES_IN_A_ROW


def test_a_slow_source_is_not_waited_for(source: TileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "SECONDS_A_TILE", 0.2)
    source.delay = 6
    start = time.monotonic()
    assert tile(of(source)) is Why.FAILED
    # asyncio.run waits for the thread, which gives up by itself.
    assert time.monotonic() - start < 5


def test_each_tile_is_fetched_once_and_few_at_a_time(source: TileServer) -> None:
    source.delay = 0.1
    made = of(source)

    async def all_at_once() -> list[Picture | Why]:
        places = [(11, TILE.y, TILE.x + number % 10) for number in range(60)]
        return await asyncio.gather(*(made.tile(*place) for place in places))

    found = apart(all_at_once())
    assert all(isinstance(one, Picture) for one in found)
    assert len(source.asked) == 10
    assert source.most_at_once <= ground.AT_ONCE


def test_more_than_can_be_waited_for_are_refused(source: TileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "MOST_WAITING", 4)
    source.delay = 0.2
    made = of(source)

    async def many() -> list[Picture | Why]:
        return await asyncio.gather(*(made.tile(11, TILE.y, TILE.x + number) for number in range(20)))

    assert apart(many()).count(Why.FAILED) == 16
    assert len(source.asked) == 4


def test_what_is_kept_has_a_bound(source: TileServer) -> None:
    made = of(source)
    made.tiles.room = 20_000
    for number in range(40):
        tile(made, (12, TILE.y, TILE.x + number))
    assert made.tiles.filled <= 20_000
    assert len(source.asked) == 40


def test_a_wms_is_asked_by_the_box_of_the_tile(source: TileServer) -> None:
    tile(of(source, "/wms?SERVICE=WMS&LAYERS=dtk_skaermkort&token={token}"))
    [said] = source.queries()
    box = morecantile.tms.get("WebMercatorQuad").xy_bounds(TILE)
    assert [float(edge) for edge in said["BBOX"].split(",")] == pytest.approx(list(box), abs=1e-5)
    assert (said["CRS"], said["WIDTH"], said["REQUEST"], said["token"]) == ("EPSG:3857", "256", "GetMap", TOKEN)


def test_the_documented_addresses_can_be_used() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    examples = [
        line.split("=", 1)[1].strip("'") for line in text.splitlines() if line.startswith("GEOREGISTER_BASEMAP='")
    ]
    assert [tile_source(one, True).form for one in examples] == ["WMTS", "WMS"]

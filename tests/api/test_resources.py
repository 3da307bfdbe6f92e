"""Slow readers, clients that go away, many at once: nothing is held for long, and all is well again after."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from georegister.register.database import Database
from tests.conftest import Server, serving

COPIES, LETTERS, PATIENCE = 1000, 8000, 2
MANY = """
    SET session_replication_role = replica;
    INSERT INTO plan (municipality, id, kind, parent, created_act)
        SELECT municipality, id || '-' || n, kind, parent, created_act
        FROM plan, generate_series(1, %(copies)s) n WHERE id = '0340-local-plan-sk-66';
    INSERT INTO plan_version (municipality, plan, kind, dataset, valid, recorded, act, number, number_key, titles, geom,
            geom_3857, extent_source, geometry_source, area_m2, geometry_json, properties_json)
        SELECT municipality, plan || '-' || n, kind, dataset, valid, recorded, act, number || n, number_key || n,
            titles, geom, geom_3857, extent_source, geometry_source, area_m2, geometry_json,
            jsonb_set(properties_json::jsonb, '{description}', to_jsonb(repeat('å', %(letters)s)))::text
        FROM plan_version, generate_series(1, %(copies)s) n
        WHERE plan = '0340-local-plan-sk-66' AND upper_inf(recorded) AND upper_inf(valid);
    INSERT INTO plan_state (municipality, plan, during, recorded, act, status, certainty, hearing_open, reasons, themes,
            goals, sdgs, topics, properties_json)
        SELECT municipality, plan || '-' || n, during, recorded, act, status, certainty, hearing_open, reasons, themes,
            goals, sdgs, topics, properties_json
        FROM plan_state, generate_series(1, %(copies)s) n
        WHERE plan = '0340-local-plan-sk-66' AND upper_inf(recorded) AND upper_inf(during);
"""
EVERYTHING = "/collections/plans/items?f=csv"


pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def large(postgis: Server, demo_template: str) -> Iterator[Database]:
    """The demo with so many plans more that a download is larger than what lies between two sockets."""
    name, database = postgis.copy(demo_template)
    with psycopg.connect(database.admin, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(MANY, {"copies": COPIES, "letters": LETTERS})
        connection.execute("ANALYZE")
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def busy(large: Database) -> Iterator[httpx.Client]:
    """A server with little room: one download at a time, two connections."""
    room = {"GEOREGISTER_DOWNLOADS_AT_ONCE": "1", "GEOREGISTER_POOL_SIZE": "2"}
    with (
        serving(large, GEOREGISTER_STALLED_SECONDS=str(PATIENCE), **room) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@contextlib.contextmanager
def asking(client: httpx.Client, path: str, first: int = 1000, window: int = 4096) -> Iterator[socket.socket]:
    """A client with a small window that has read no more than the beginning."""
    where = urlsplit(str(client.base_url))
    with socket.socket() as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        made.settimeout(60)
        made.connect((where.hostname, where.port))
        made.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
        if first:
            assert made.recv(first).startswith(b"HTTP/1.1 200")
        yield made


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def readers(database: Database) -> int:
    """The connections that are in the midst of a question."""
    with psycopg.connect(database.admin) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' "
            "AND pid <> pg_backend_pid() AND application_name = 'georegister app_ro'"
        ).fetchone()
        assert row
        return int(row[0])


@pytest.mark.proves("attack/10")
def test_a_slow_reader_holds_no_snapshot_and_no_place(busy: httpx.Client, large: Database) -> None:
    with asking(busy, EVERYTHING) as slow:
        until(lambda: readers(large) == 0)
        # The place is free though the first download has hardly begun to be read.
        with asking(busy, EVERYTHING) as other:
            until(lambda: readers(large) == 0)
            other.close()
        read = 0
        time.sleep(PATIENCE + 1)
        with contextlib.suppress(ConnectionResetError):
            while piece := slow.recv(1_000_000):
                read += len(piece)
    assert read < COPIES * LETTERS
    assert busy.get(EVERYTHING).content.count(b"\n") >= COPIES


def test_who_reads_at_all_gets_everything(busy: httpx.Client) -> None:
    whole = busy.get(EVERYTHING).content
    assert len(whole) > COPIES * LETTERS
    read, pauses = b"", 0
    with asking(busy, EVERYTHING, first=0, window=500_000) as slow:
        while piece := slow.recv(100_000):
            read += piece
            if len(read) > (pauses + 1) * len(whole) / 5:
                pauses += 1
                time.sleep(PATIENCE / 4)
    assert pauses >= 5
    assert read.endswith(b"0\r\n\r\n")
    assert len(read) > len(whole)


def cramped(database: Database, patience: int) -> contextlib.AbstractContextManager[str]:
    """A server with less room on disk than one download takes."""
    return serving(database, GEOREGISTER_DOWNLOADS_MB="1", GEOREGISTER_STALLED_SECONDS=str(patience))


@pytest.mark.proves("attack/10")
@pytest.mark.parametrize("form", ["csv", "gpkg"])
def test_what_waits_for_slow_readers_is_bounded(large: Database, form: str) -> None:
    everything = f"/collections/plans/items?f={form}"
    with cramped(large, 3600) as address, httpx.Client(base_url=address, timeout=60) as client:
        with asking(client, everything):
            until(lambda: client.get(everything).status_code == 503)
            answer = client.get(everything)
            assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
            assert "wait to be read" in answer.json()["detail"]
            assert client.get("/collections/plans/items").status_code == 200
        until(lambda: client.get(everything).status_code == 200)
        # Who reads at once fills no room.
        for _ in range(3):
            assert client.get(everything).status_code == 200


@pytest.mark.proves("attack/10")
def test_the_slowest_reader_makes_room_for_another(large: Database) -> None:
    """One reads steadily, so that it never stands still, and slowly."""
    read = 0
    with cramped(large, 3 * PATIENCE) as address, httpx.Client(base_url=address, timeout=60) as client:
        whole = len(client.get(EVERYTHING).content)

        def read_on(slow: socket.socket) -> None:
            nonlocal read
            with contextlib.suppress(ConnectionResetError):
                while piece := slow.recv(100_000):
                    read += len(piece)
                    time.sleep(len(piece) / 400_000)

        with asking(client, EVERYTHING, window=500_000) as slow, ThreadPoolExecutor(1) as beside:
            reading = beside.submit(read_on, slow)
            asked = []
            while not reading.done():
                asked.append(client.get(EVERYTHING).status_code)
            reading.result()
        assert len(client.get(EVERYTHING).content) == whole
    assert {200} <= set(asked) <= {200, 503}
    assert 0 < read < whole


@pytest.mark.proves("attack/10")
@pytest.mark.parametrize("form", ["csv", "gpkg", "geojsonseq"])
def test_who_goes_away_leaves_nothing(busy: httpx.Client, large: Database, form: str) -> None:
    for _ in range(4):
        with asking(busy, f"/collections/plans/items?f={form}", first=0):
            time.sleep(0.02)
    until(lambda: readers(large) == 0)
    until(lambda: busy.get("/collections/hearings/items?f=csv").status_code == 200)


@pytest.mark.parametrize("form", ["gpkg", "shp", "xlsx", "parquet", "fgb", "csv", "geojsonseq"])
def test_head_of_a_download_makes_no_file(busy: httpx.Client, form: str) -> None:
    path = f"/collections/plans/items?f={form}"
    heads = [busy.head(path) for _ in range(5)]
    get = busy.get(path)
    assert min(head.elapsed for head in heads) < get.elapsed / 2
    for head in heads:
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-disposition", "etag", "vary", "link"):
            assert head.headers[name] == get.headers[name]
        assert "content-length" not in head.headers
    assert busy.head(f"{path}&sortby=nothing").status_code == 400


@pytest.mark.proves("attack/10")
def test_ten_downloads_at_once_are_made_or_told_to_wait(busy: httpx.Client) -> None:
    with ThreadPoolExecutor(10) as together:
        answers = list(together.map(lambda _: busy.get("/collections/plans/items?f=gpkg"), range(10)))
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["content-type"] == "application/problem+json"
    assert busy.get("/collections/plans/items?f=gpkg").status_code == 200


@pytest.mark.proves("attack/14")
def test_when_every_connection_is_taken_one_is_told_to_come_back(busy: httpx.Client, large: Database) -> None:
    """Somebody locks a table: all that ask wait for it, the pool is empty, and yet the process answers."""
    with (
        ThreadPoolExecutor(12) as together,
        psycopg.connect(large.admin) as locking,
    ):
        locking.execute("LOCK TABLE plan_version IN ACCESS EXCLUSIVE MODE")
        asked = [together.submit(busy.get, "/collections/plans/items?limit=1") for _ in range(12)]
        until(lambda: sum(one.done() for one in asked) >= 10)
        assert busy.get("/livez").status_code == 200
        locking.rollback()
        answers = [one.result() for one in asked]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {503}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert len(refused) >= 10
    until(lambda: busy.get("/collections/plans/items?limit=1").status_code == 200, 10)


@pytest.mark.proves("attack/10")
def test_the_whole_world_at_once_is_bounded(busy: httpx.Client) -> None:
    page = busy.get("/collections/plans/items", params={"bbox": "-180,-90,180,90", "limit": "1000000"}).json()
    assert page["numberReturned"] <= 1000
    tile = busy.get("/tiles/WebMercatorQuad/0/0/0")
    assert tile.status_code in (200, 204)
    assert len(tile.content) < 1_500_000

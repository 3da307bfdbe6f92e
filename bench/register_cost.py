"""What the register's tables cost: loading 50,000 plans into them, and answering one question from them.

    make bench                            (or: .venv/bin/python -m bench.register_cost --plans 5000)

Everything is measured in one run on one machine and told as ratios: loading beside `geopandas.to_postgis`, which
writes one plain table without rules, repair, history or states; requests beside the same SQL without a web server.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import psycopg
import sqlalchemy

from bench.generated import delivery
from georegister.cluster import Cluster
from georegister.loading.load import load
from georegister.loading.mapping import read_mapping
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register import features, paging, plans
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database
from georegister.register.questions import PlanSearch
from georegister.register.schema import migrate
from georegister.settings import folder
from tests.conftest import Server, serving, temporary_root

ASKED = 300
WANTED_IN_BOX, WANTED_AT_POINT = 100, 5
SEEN = Options(by="bench", acknowledge=frozenset({"GEOM-08", "GEOM-27"}))
"""Some made plans lie mostly outside the municipality, and are meant."""


def main(number: int) -> None:
    with temporary_root() as root, Cluster(root) as cluster, TemporaryDirectory() as made:
        server = Server(cluster, "bench")
        server.sql("CREATE DATABASE bench")
        database = server.database("bench")
        migrate(database)
        load_municipality(database, folder("data") / "soroe" / "municipality.toml", "bench")
        file = delivery(number, Path(made) / "lokalplan.zip")
        print(f"{number} plans, {file.stat().st_size / 1e6:.1f} MB zipped")
        loading(database, file)
        questions(database)


def loading(database: Database, file: Path) -> None:
    steps: list[tuple[str, float]] = []
    start = time.perf_counter()
    mapping = read_mapping(folder("data") / "mappings" / "plandata.toml")
    report = load(database, file, "0340", mapping, SEEN, lambda step: steps.append((step, time.perf_counter())))
    ours = time.perf_counter() - start
    ends = [*(moment for _, moment in steps[1:]), start + ours]
    told = ", ".join(f"{name} {end - begun:.1f}" for (name, begun), end in zip(steps, ends, strict=True))
    print(f"load: {ours:.1f} s for {len(report.plans)} plans, {report.refused} refused ({told})")

    start = time.perf_counter()
    again = load(database, file, "0340", mapping, SEEN)
    assert again.changes_nothing
    print(f"the same again: {time.perf_counter() - start:.1f} s, nothing changed")

    start = time.perf_counter()
    frame = gpd.read_file(file, engine="pyogrio")
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database.admin))
    frame.to_postgis("peer", engine)
    theirs = time.perf_counter() - start
    engine.dispose()
    print(f"geopandas.to_postgis: {theirs:.1f} s; ours takes {ours / theirs:.2f} times as long")
    with psycopg.connect(database.admin) as connection:
        size = connection.execute(
            "SELECT pg_size_pretty(pg_total_relation_size('plan_version')), "
            "pg_size_pretty(pg_total_relation_size('plan_state')), "
            "pg_size_pretty(pg_total_relation_size('peer')), pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone()
        connection.execute("DROP TABLE peer")
    print("plan_version {}, plan_state {}, peer's table {}, database {}".format(*(size or ())))


def questions(database: Database) -> None:
    """Each question as SQL on one prepared connection, and over HTTP on one kept connection."""
    box, point = _box_and_point(database)
    asked = {
        "one item": ("/collections/local-plans/items/0340-local-plan-b-77", None),
        "a box": (
            f"/collections/plans/items?bbox={box}&limit=1000",
            PlanSearch.model_validate({"bbox": box, "limit": 1000}),
        ),
        "a page of 1000": ("/collections/plans/items?limit=1000", PlanSearch(limit=1000)),
        "at a point": (f"/at?point={point}", None),
        "nothing (/livez)": ("/livez", None),
    }
    with serving(database) as address:
        by_http = asyncio.run(_over_http(address, [path for path, _ in asked.values()]))
    print(f"{'question':<18} {'SQL ms':>8} {'HTTP ms':>8} {'more':>7} {'kB':>8}")
    for name, (path, question) in asked.items():
        sql = _as_sql(database, path, question)
        http, size = by_http[path]
        more = f"{http - sql:.2f}" if sql else "-"
        print(f"{name:<18} {sql or 0:>8.2f} {http:>8.2f} {more:>7} {size / 1000:>8.1f}")


def _box_and_point(database: Database) -> tuple[str, str]:
    """A box with about a hundred plans and a point with about five, as a real municipality has them."""
    with psycopg.connect(database.admin) as connection:
        row = connection.execute(
            """
            SELECT x, y, half FROM (SELECT ST_X(c) AS x, ST_Y(c) AS y, c FROM (
                SELECT ST_PointOnSurface(geom) AS c FROM plan_version ORDER BY md5(plan) LIMIT 400) p) q,
                (VALUES (0.0005), (0.001), (0.002), (0.004), (0.008)) h(half)
            ORDER BY abs((SELECT count(*) FROM plan_version v WHERE ST_Intersects(v.geom, c)) - %(at)s) * 20
                + abs((SELECT count(*) FROM plan_version v WHERE v.geom && ST_Expand(c, half)) - %(within)s)
            LIMIT 1
            """,
            {"at": WANTED_AT_POINT, "within": WANTED_IN_BOX},
        ).fetchone()
    assert row is not None  # there are plans
    x, y, half = (float(number) for number in row)
    return f"{x - half:.6f},{y - half:.6f},{x + half:.6f},{y + half:.6f}", f"{x:.7f},{y:.7f}"


def _as_sql(database: Database, path: str, question: PlanSearch | None) -> float | None:
    now = {"now": datetime.now(UTC), "day": None}
    if path == "/livez":
        return None
    if question is not None:
        collection = COLLECTIONS["plans"]
        statements = [
            paging.page(collection, plans.source, question.shape),
            paging.counted(collection, plans.source, question.shape),
        ]
        values = features.bound(question, now)
    elif path.startswith("/at"):
        statements = [plans.at_point(name, False, False) for name in ("plans", "municipal-plans")]
        lon, lat = map(float, path.split("=")[1].split(","))
        values = {**now, "lon": lon, "lat": lat, "within": 0.0}
    else:
        statements = [features.item(COLLECTIONS["local-plans"], plans.source, frozenset())]
        values = {**now, "of": "0340", "id": path.rsplit("/", 1)[-1]}
    with psycopg.connect(database.conninfo("app_ro"), autocommit=True, prepare_threshold=0) as connection:

        def once() -> None:
            for statement in statements:
                connection.execute(statement.sql, {**statement.fixed, **values}).fetchall()  # type: ignore[arg-type]

        return _median(once)


def _median(work: Callable[[], None]) -> float:
    times = []
    for _ in range(ASKED):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        if sum(times) > 10:
            break
    return statistics.median(times[len(times) // 10 :]) * 1000


async def _over_http(address: str, paths: list[str]) -> dict[str, tuple[float, int]]:
    """Median milliseconds and bytes of each path, one request after the other on one connection."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    found = {}
    for path in paths:
        times: list[float] = []
        size = 0
        for _ in range(ASKED):
            start = time.perf_counter()
            size = await _request(reader, writer, host, path)
            times.append(time.perf_counter() - start)
            if sum(times) > 10:
                break
        found[path] = (statistics.median(times[len(times) // 10 :]) * 1000, size)
    writer.close()
    await writer.wait_closed()
    return found


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> int:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert " 200 " in head.splitlines()[0], head
    length = int(next(line for line in head.splitlines() if line.startswith("content-length")).split(":")[1])
    await reader.readexactly(length)
    return length


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=50_000)
    arguments = parser.parse_args()
    main(arguments.plans)
    print(json.dumps({"plans": arguments.plans, "at": datetime.now(UTC).isoformat(timespec="seconds")}))

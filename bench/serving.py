"""Reading beside tipg: the same plans in the same PostgreSQL, each served by one process, asked the same questions.

    .venv/bin/python -m bench.serving --plans 50000

tipg comes by pip into a virtual environment of its own (build/peers/tipg). What our server gives as a GeoPackage is its
table, with a primary key and indexes of what is asked by. The two are asked in turns, so that what else the machine
does hits both. Told are requests a second and bytes, times at the middle and at the slowest twentieth, and ratios.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode, urlsplit

import geopandas as gpd
import httpx
import psycopg
import sqlalchemy
from pyproj import Transformer

from bench.generated import delivery, municipality, towns_for
from georegister.cluster import Cluster
from georegister.loading.municipality_file import load_municipality
from georegister.register.database import Database
from georegister.register.schema import migrate
from tests.conftest import Server, free_port, temporary_root
from tests.warm import AS_INSTALLED

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "build" / "peers" / "tipg"
PEER_TABLE = "peer.plans"
SECONDS, ROUNDS, CLIENTS = 2.0, 3, (1, 8)
DEEP = 40_000
COLUMNS = ("number", "kind", "status", "area_m2", "title")
HALF_METRES = 20_037_508.342789244


@dataclass
class Measured:
    """Of one question to one server by so many clients: the seconds of each request, and those of all rounds."""

    bytes: int = 0
    seconds: float = 0
    times: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def middle(self) -> float:
        return statistics.median(self.times)

    @property
    def slow(self) -> float:
        return sorted(self.times)[int(0.95 * (len(self.times) - 1))]


@dataclass(frozen=True)
class Served:
    """A server process."""

    name: str
    address: str
    pid: int

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=120).raise_for_status()

    @property
    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(number: int, seconds: float) -> None:
    with temporary_root() as root, Cluster(root) as cluster, TemporaryDirectory() as made, ExitStack() as stack:
        server = Server(cluster, "bench")
        server.sql("CREATE DATABASE bench")
        database = server.database("bench")
        fill(
            database, municipality(Path(made)), delivery(number, Path(made) / "lokalplan.zip", towns=towns_for(number))
        )
        ours = stack.enter_context(_serving("georegister", _our_command(), _our_environment(database), "/readyz"))
        _copy(ours, database, Path(made))
        peer = stack.enter_context(_serving("tipg", _peer_command(), _peer_environment(cluster), "/healthz"))
        print(f"{number} plans; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; {_version()}\n")
        _contest(ours, peer, _questions(ours, peer, number), seconds)
        print(f"\npeak memory: georegister {ours.peak_mb:.0f} MB, tipg {peer.peak_mb:.0f} MB")


def fill(database: Database, of: Path, file: Path) -> None:
    """A register of one municipality with the plans of one delivery."""
    migrate(database)
    load_municipality(database, of, "bench")
    command = [
        *(sys.executable, "-m", "georegister", "load", str(file), "--mapping", "plandata", "--municipality", "0340"),
        *("--acknowledge", "GEOM-08", "--acknowledge", "GEOM-27"),
    ]
    environment = {**os.environ, "GEOREGISTER_DATABASE_URL": database.admin}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(ours: Served, database: Database, made: Path) -> None:
    """The peer's table: what we serve, with every index that helps it."""
    file = made / "local-plans.gpkg"
    with (
        file.open("wb") as target,
        httpx.stream("GET", f"{ours.address}/collections/local-plans/items?f=gpkg", timeout=600) as answer,
    ):
        answer.raise_for_status()
        for piece in answer.iter_bytes():
            target.write(piece)
    frame = gpd.read_file(file)
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database.admin))
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA peer")
        frame.to_postgis("plans", engine, schema="peer", index=False)
        connection.execute("ALTER TABLE peer.plans ADD PRIMARY KEY (id)")
        for column in COLUMNS:
            connection.execute(f"CREATE INDEX ON peer.plans ({column})")  # type: ignore[arg-type]
        connection.execute("VACUUM ANALYZE peer.plans")
    engine.dispose()


def _questions(ours: Served, peer: Served, number: int) -> dict[str, tuple[str, str]]:
    """Each question as each server has it."""
    a, b = "/collections/local-plans", f"/collections/{PEER_TABLE}"
    one = ours.get(f"{a}/items?number=B {number // 2}").json()["features"][0]
    lon, lat = one["geometry"]["coordinates"][0][0][0]
    box = f"{lon - 0.012:.5f},{lat - 0.008:.5f},{lon + 0.012:.5f},{lat + 0.008:.5f}"
    west, south, east, north = box.split(",")
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    # tipg 1.6.1 answers 500 to a BBOX in CQL2.
    ring = f"POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))"
    both: dict[str, tuple[str, str]] = {
        f"a page of {limit}": (f"{a}/items?limit={limit}", f"{b}/items?limit={limit}") for limit in (10, 100, 1000)
    }
    asked = {
        "a box": {"bbox": box, "limit": "1000"},
        "one number": {"number": one["properties"]["number"]},
        "a status, 100": {"status": "in_force", "limit": "100"},
        "CQL2: texts and numbers, 100": {"filter": "area_m2 > 100000 AND title LIKE '%17%'", "limit": "100"},
        "CQL2: in a place, 100": {
            "filter": f"S_INTERSECTS(geometry,{ring}) AND area_m2 > 1000",
            "limit": "100",
        },
    }
    for name, question in asked.items():
        both[name] = (f"{a}/items?{urlencode(question)}", f"{b}/items?{urlencode(question)}")
    deep = min(DEEP, number // 2)
    both[f"100 after {deep}"] = (_page_after(ours, f"{a}/items", deep), f"{b}/items?limit=100&offset={deep}")
    both["one plan"] = (f"{a}/items/{one['id']}", f"{b}/items/{one['id']}")
    x, y = Transformer.from_crs("OGC:CRS84", 3857).transform(lon, lat)
    for zoom in (8, 12, 14):
        edge = 2**zoom / (2 * HALF_METRES)
        column, row = int((x + HALF_METRES) * edge), int((HALF_METRES - y) * edge)
        tiles = "tiles/WebMercatorQuad"
        both[f"a tile of zoom {zoom}"] = (f"{a}/{tiles}/{zoom}/{row}/{column}", f"{b}/{tiles}/{zoom}/{column}/{row}")
    both["everything, as a sequence"] = (f"{a}/items?f=geojsonseq", f"{b}/items?f=geojsonseq&limit={number}")
    return both


def _page_after(ours: Served, items: str, deep: int) -> str:
    """Our address of a page that far in: its token is had by walking there."""
    href, passed = f"{items}?limit=1000", 0
    while passed < deep:
        page = ours.get(href).json()
        passed += page["numberReturned"]
        following = next(one["href"] for one in page["links"] if one["rel"] == "next")
        href = following.removeprefix(ours.address)
    token = dict(part.split("=", 1) for part in urlsplit(href).query.split("&"))["token"]
    return f"{items}?limit=100&token={token}"


def _contest(ours: Served, peer: Served, questions: dict[str, tuple[str, str]], seconds: float) -> None:
    head = f"{'':<30}{'clients':>8}{'ours /s':>10}{'tipg /s':>10}{'ratio':>8}{'p50 ms':>16}{'p95 ms':>18}{'kB':>18}"
    print(head)
    for name, paths in questions.items():
        for clients in CLIENTS:
            if clients > 1 and name.startswith("everything"):
                continue
            mine, theirs = Measured(), Measured()
            # Once each, so that nothing is compiled or read from disk for the first time while the clock runs.
            mine.bytes, theirs.bytes = (
                len(one.get(path).content) for one, path in zip((ours, peer), paths, strict=True)
            )
            for _ in range(ROUNDS):
                for one, path, found in ((ours, paths[0], mine), (peer, paths[1], theirs)):
                    _ask(one, path, clients, seconds, found)
            print(
                f"{name:<30}{clients:>8}{mine.a_second:>10.1f}{theirs.a_second:>10.1f}"
                f"{mine.a_second / theirs.a_second:>8.2f}"
                f"{_pair(mine.middle, theirs.middle):>16}{_pair(mine.slow, theirs.slow):>18}"
                f"{mine.bytes / 1000:>9.1f} {theirs.bytes / 1000:>8.1f}",
                flush=True,
            )


def _pair(mine: float, theirs: float) -> str:
    return f"{mine * 1000:.1f} {theirs * 1000:.1f}"


def _ask(server: Served, path: str, clients: int, seconds: float, found: Measured) -> None:
    """So many clients ask for so long, each on one kept connection, one request after the other."""
    target, start = urlsplit(server.address).netloc, time.perf_counter()

    def client() -> None:
        line = http.client.HTTPConnection(target, timeout=120)
        while time.perf_counter() - start < seconds:
            begun = time.perf_counter()
            line.request("GET", path.replace(" ", "%20"))
            answer = line.getresponse()
            answer.read()
            assert answer.status in (200, 204), (path, answer.status)
            found.times.append(time.perf_counter() - begun)
        line.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds += time.perf_counter() - start


@contextmanager
def _serving(name: str, command: list[str], environment: dict[str, str], ready: str) -> Iterator[Served]:
    port = free_port()
    command = [part.replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        for _ in range(600):
            time.sleep(0.1)
            try:
                if httpx.get(f"http://127.0.0.1:{port}{ready}").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, f"{name} did not start"
        yield Served(name, f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _our_command() -> list[str]:
    return [sys.executable, "-m", "georegister", "serve"]


def _our_environment(database: Database) -> dict[str, str]:
    return {**AS_INSTALLED, "GEOREGISTER_DATABASE_URL": database.admin}


def _peer_command() -> list[str]:
    """tipg, installed if need be, as its own documentation starts it, with uvicorn's faster parts as ours has them."""
    if not (PEER / "bin" / "uvicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([PEER / "bin" / "pip", "install", "--quiet", "tipg", "uvicorn[standard]"], check=True)
    return [str(PEER / "bin" / "uvicorn"), "tipg.main:app", "--port", "PORT", "--log-level", "error"]


def _peer_environment(cluster: Cluster) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://postgres@{quote(str(cluster.root / 'run'), safe='')}/bench",
        "TIPG_DB_SCHEMAS": '["peer"]',
        "TIPG_MAX_FEATURES_PER_QUERY": "1000000",
        "TIPG_CATALOG_TTL": "100000",
    }


def _version() -> str:
    said = subprocess.check_output([PEER / "bin" / "pip", "show", "tipg"], text=True)
    return "tipg " + said.split("Version: ")[1].split()[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each of three rounds")
    arguments = parser.parse_args()
    main(arguments.plans, arguments.seconds)

"""The map in real Chromium, with a municipality's plans and with 100,000, beside a Folium map that embeds them all.

    .venv/bin/python -m bench.map --plans 172 100000

The peer is what a notebook makes of the same plans: `folium.GeoJson(all of them)`, with the same colour for each, its
scripts from the same machine, its page made beforehand. The two are opened in turns, each in a browser window of its
own that has kept nothing. Told are the seconds from navigation to the first plans drawn, from a move by half a screen
to the plans there, and the bytes that came until then; at the middle of the rounds, and as ratios.
"""

import argparse
import http.server
import json
import math
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import folium
import httpx
import numpy as np
import pyproj
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from bench.generated import TOWNS, delivery, municipality, towns_for
from bench.serving import fill
from georegister import debian
from georegister.cluster import Cluster
from georegister.domain.geometry import to_wgs84
from georegister.maps.assets import STATIC, OwnMap
from tests.conftest import CHROMIUM_FLAGS, Server, serving, temporary_root

ROUNDS = 3
PATIENCE_SECONDS = 180
SIZE = {"width": 1280, "height": 900}
HEIGHT = 500
"""Of a map on such a page, in pixels."""
ROUND_A_TOWN = 2000
METRES_A_PIXEL = 156_543.034
FEW = 1000
"""So many plans are a municipality's, round its towns; more are a country's."""
DRAWN = """() => document.querySelector("path.leaflet-interactive")
    || (document.querySelector(".folium-map") || {dataset: {}}).dataset.tiles === "drawn" ? performance.now() : 0"""
MOVED = """() => new Promise((done) => {
    const map = georegister.map;
    const start = performance.now();
    const whole = () => {
        if (map.getContainer().dataset.tiles !== "loading") done(performance.now() - start);
        else requestAnimationFrame(whole);
    };
    map.once("georegister:plans", whole);
    map.panBy([map.getSize().x / 2, 0], {animate: false});
})"""
PEER_MOVED = """() => new Promise((done) => {
    const map = Object.values(window).find((one) => one instanceof L.Map);
    const start = performance.now();
    // What is there already is painted again.
    map.once("moveend", () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))));
    map.panBy([map.getSize().x / 2, 0], {animate: false});
})"""


@dataclass
class Opened:
    """Of one page: seconds until plans are drawn and until they are again, and the bytes that came till then."""

    first: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    bytes: int = 0
    why_not: str = ""

    def told(self) -> str:
        if self.why_not:
            return f"{self.why_not:>30}"
        return f"{_middle(self.first):>8.2f} s{_middle(self.moved):>8.2f} s{self.bytes / 1e6:>9.2f} MB"


def main(numbers: list[int], rounds: int, with_peer: bool) -> None:
    with temporary_root() as root, Cluster(root) as cluster, _chromium() as browser:
        server = Server(cluster, "bench")
        print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; Folium {folium.__version__}\n")
        print(f"{'':<22}{'first plans':>12}{'moved':>10}{'came':>12}")
        for number in numbers:
            with TemporaryDirectory() as made:
                server.sql(f"CREATE DATABASE bench{number}")
                database = server.database(f"bench{number}")
                towns = TOWNS if number <= FEW else towns_for(number)
                fill(database, municipality(Path(made)), delivery(number, Path(made) / "lokalplan.zip", towns=towns))
                with (
                    serving(database) as address,
                    _peer(address, Path(made), number if with_peer else 0, _view(towns)) as peer,
                ):
                    view = "{}/{}/{}".format(*_view(towns))
                    _contest(browser, f"{address}/map?municipality=0340&view={view}", peer, number, rounds)
                server.sql(f"DROP DATABASE bench{number}")


def _view(towns: NDArray[np.int_]) -> tuple[float, float, float]:
    """Zoom, latitude and longitude of a map that shows every town."""
    spread = float((towns.max(axis=0) - towns.min(axis=0)).max()) + 2 * ROUND_A_TOWN
    lat, lon = to_wgs84(pyproj.CRS(25832)).transform(*map(float, (towns.max(axis=0) + towns.min(axis=0)) / 2))[::-1]
    metres = METRES_A_PIXEL * math.cos(math.radians(lat))
    return max(8, math.floor(math.log2(metres * HEIGHT / spread) * 4) / 4), round(lat, 4), round(lon, 4)


def _contest(browser: Browser, ours: str, peer: str | None, number: int, rounds: int) -> None:
    mine, theirs = Opened(), Opened()
    # Once before, so that the server has compiled what it asks and nothing is read from disk for the first time.
    _open(browser, ours, MOVED, Opened())
    for _ in range(rounds):
        _open(browser, ours, MOVED, mine)
        if peer and not theirs.why_not:
            _open(browser, peer, PEER_MOVED, theirs)
    print(f"{number:>7} ours{'':<11}{mine.told()}")
    if peer:
        print(f"{number:>7} all in the page{theirs.told()}")
    if peer and not theirs.why_not:
        first, moved = _middle(theirs.first) / _middle(mine.first), _middle(theirs.moved) / _middle(mine.moved)
        print(f"{'':>7} ratio{'':<10}{first:>8.1f}{moved:>10.2f}{theirs.bytes / mine.bytes:>11.1f}", flush=True)


def _open(browser: Browser, address: str, moved: str, found: Opened) -> None:
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    try:
        came = _counting(page)
        page.goto(address, wait_until="commit")
        found.first.append(float(page.wait_for_function(DRAWN).json_value()) / 1000)
        found.bytes = sum(came)
        page.wait_for_load_state("networkidle")
        # Begun and then waited for: a page that is busy for ever would never answer an evaluation.
        page.evaluate(f"() => {{ setTimeout(() => ({moved})().then((n) => {{ window.moved = n; }})); }}")
        found.moved.append(float(page.wait_for_function("() => window.moved").json_value()) / 1000)
    except BrowserError as error:
        found.why_not = f"not drawn in {PATIENCE_SECONDS} s" if "Timeout" in str(error) else "the page crashed"
    finally:
        page.close()


def _counting(page: Page) -> list[int]:
    """The bytes of each answer, as they come."""
    came: list[int] = []
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.dataReceived", lambda said: came.append(int(said["encodedDataLength"] or said["dataLength"])))
    return came


@contextmanager
def _peer(address: str, made: Path, number: int, view: tuple[float, float, float]) -> Iterator[str | None]:
    """The page of the peer, served from a folder; None where nothing is to be compared."""
    if not number:
        yield None
        return
    start = time.perf_counter()
    (made / "static").symlink_to(STATIC)
    (made / "index.html").write_text(_embedding(address, view), encoding="utf-8")
    size = (made / "index.html").stat().st_size / 1e6
    print(f"{number:>7} all in the page: made in {time.perf_counter() - start:.1f} s, {size:.1f} MB", flush=True)
    handler = partial(_Quiet, directory=str(made))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def _embedding(address: str, view: tuple[float, float, float]) -> str:
    features: list[dict[str, Any]] = []
    with httpx.stream("GET", f"{address}/collections/local-plans/items?f=geojsonseq", timeout=600) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            if line.strip("\x1e \n"):
                one = json.loads(line.strip("\x1e"))
                said = {name: one["properties"][name] for name in ("number", "title", "status")}
                features.append({"type": "Feature", "properties": said, "geometry": one["geometry"]})
    zoom, lat, lon = view
    drawn = OwnMap(location=(lat, lon), zoom_start=zoom, zoomSnap=0.25, tiles=None)
    folium.GeoJson(
        {"type": "FeatureCollection", "features": features}, style_function=lambda _: {"color": "#1B3A6B", "weight": 2}
    ).add_to(drawn)
    return str(drawn.get_root().render())


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _chromium() -> Iterator[Browser]:
    environment = {**os.environ, **debian.library_environment()}
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=debian.chromium(), args=CHROMIUM_FLAGS, env=environment)
        yield launched
        launched.close()


def _middle(numbers: list[float]) -> float:
    return statistics.median(numbers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, nargs="+", default=[172, 100_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--alone", action="store_true", help="without the peer")
    arguments = parser.parse_args()
    main(arguments.plans, arguments.rounds, not arguments.alone)

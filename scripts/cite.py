"""The OGC's own conformance tests (CITE) against a server.

    make cite                                       servers of our own, with the demo and with one municipality
    .venv/bin/python scripts/cite.py http://...     any server

`ets-ogcapi-features10` (OGC API Features, Parts 1 and 2) and `ets-ogcapi-tiles10` come from Maven into build/cite; with
`--jars FOLDER` they are taken from FOLDER/ets-ogcapi-features10 and FOLDER/ets-ogcapi-tiles10 instead, where a Maven
repository does not have them. Needs Java 17. A suite ends with 0 whatever it found: its results file decides.
"""

import argparse
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import httpx
from pyproj import Transformer

from scripts import maven

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "cite"
MINUTES = 20
ZOOM = 8
HALF_METRES = 20_037_508.342789244
"""From the middle of WebMercatorQuad to its edge."""


@dataclass(frozen=True)
class Suite:
    """A test suite as Maven knows it, and the class that runs it."""

    artifact: str
    version: str
    controller: str


@dataclass(frozen=True)
class Found:
    """How many tests of a suite came out how."""

    passed: int = 0
    skipped: int = 0
    failed: int = 0


FEATURES = Suite("ets-ogcapi-features10", "1.9", "org.opengis.cite.ogcapifeatures10.TestNGController")
TILES = Suite("ets-ogcapi-tiles10", "1.2", "org.opengis.cite.ogcapitiles10.TestNGController")


def main() -> int:
    """The number of tests that failed."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("address", help="the landing page of the server")
    asked.add_argument("--jars", type=Path, help="a folder that has the suites' jars already")
    options = asked.parse_args()
    return sum(run(suite, fetched(suite, options.jars), options.address).failed for suite in (FEATURES, TILES))


def fetched(suite: Suite, jars: Path | None) -> Path:
    """The folder with the suite's jars. Exits with a sentence where Maven does not find them."""
    return maven.fetched("org.opengis.cite", suite.artifact, suite.version, jars)


def run(suite: Suite, jars: Path, address: str) -> Found:
    """Runs a suite and says what it found; where there are no results, that is a failure."""
    if suite is TILES and not has_tiles(address):
        print(f"{suite.artifact}: the server has no tiles; left out")
        return Found()
    results = TARGET / "results" / suite.artifact
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    properties = results / "arguments.xml"
    entries = "".join(
        f'<entry key="{name}">{escape(value)}</entry>' for name, value in _arguments(suite, address).items()
    )
    properties.write_text(f'<properties version="1.0">{entries}</properties>', encoding="utf-8")
    command = ["java", "-cp", f"{jars}/*", suite.controller, "-o", str(results), str(properties)]
    with (results / "log.txt").open("w") as log:
        subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False, timeout=MINUTES * 60)
    files = list(results.rglob("testng-results.xml"))
    if not files:
        print(f"{suite.artifact} {suite.version}: no results; see {results / 'log.txt'}")
        return Found(failed=1)
    return told(suite, files[0])


def told(suite: Suite, results: Path) -> Found:
    """What a results file says, in one line and one for each failure; no test at all is a failure too."""
    # The file was written by the suite we have just run.
    root = ElementTree.parse(results).getroot()
    methods = [one for one in root.iter("test-method") if one.get("is-config") != "true"]
    by_status = {status: [one for one in methods if one.get("status") == status] for status in ("PASS", "SKIP", "FAIL")}
    counts = ", ".join(f"{len(found)} {status.lower()}" for status, found in by_status.items())
    print(f"{suite.artifact} {suite.version}: {counts}; {results}")
    for one in by_status["FAIL"]:
        said = (one.findtext(".//message") or "").strip()
        asked = " ".join((value.text or "").strip()[:60] for value in one.iter("value"))
        print(f"  FAIL {one.get('name')} ({asked}): {said[:300]}")
    passed, skipped, failed = (len(by_status[status]) for status in ("PASS", "SKIP", "FAIL"))
    return Found(passed, skipped, failed or int(not passed))


def has_tiles(address: str) -> bool:
    links = httpx.get(address, headers={"Accept": "application/json"}).json()["links"]
    return any(link["rel"].endswith("/tilesets-vector") for link in links)


def _arguments(suite: Suite, address: str) -> dict[str, str]:
    """What a suite is told: the landing page, and for tiles which of them to ask for."""
    if suite is FEATURES:
        return {"iut": f"{address}/", "noofcollections": "-1"}
    tiles = f"{address}/collections/plans/tiles/WebMercatorQuad"
    column, row = a_tile(address)
    return {
        "iut": f"{address}/",
        "tilematrixsetdefinitionuri": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
        "urltemplatefortiles": f"{tiles}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        "tilematrix": str(ZOOM),
        **{f"{end}tilerow": str(row) for end in ("min", "max")},
        **{f"{end}tilecol": str(column) for end in ("min", "max")},
    }


def a_tile(address: str) -> tuple[int, int]:
    """Column and row of the tile that some plan's first corner lies in."""
    plans = httpx.get(f"{address}/collections/local-plans/items", params={"limit": 1}).json()["features"]
    lon, lat = plans[0]["geometry"]["coordinates"][0][0][0]
    x, y = Transformer.from_crs("OGC:CRS84", 3857).transform(lon, lat)
    edge = 2**ZOOM / (2 * HALF_METRES)
    return int((x + HALF_METRES) * edge), int((HALF_METRES - y) * edge)


if __name__ == "__main__":
    sys.exit(main())

"""The OGC's own conformance tests, which nobody here wrote; `make cite` runs them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from georegister.api import proofs
from scripts.cite import FEATURES, TILES, Suite, fetched, run
from tests.conftest import Server, serving
from tests.served_alone import fill_parts, served_alone

pytestmark = pytest.mark.cite
JARS = os.environ.get("CITE_JARS")


@contextmanager
def whole_demo(postgis: Server) -> Iterator[str]:
    """The demo, with something in every collection: a suite asks each for its first feature."""
    name, database = postgis.copy("template_demo")
    fill_parts(database)
    with serving(database) as address:
        yield address
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


PART_1, TILES_1 = "ogcapi-features-1/1.0/conf", "ogcapi-tiles-1/1.0/conf"
SUITES = [
    pytest.param(
        FEATURES,
        marks=pytest.mark.proves(
            *(f"{PART_1}/{name}" for name in ("core", "geojson", "oas30")), "ogcapi-features-2/1.0/conf/crs"
        ),
        id=FEATURES.artifact,
    ),
    pytest.param(
        TILES,
        marks=pytest.mark.proves(
            *(f"{TILES_1}/{name}" for name in ("core", "tilesets-list", "dataset-tilesets", "geodata-tilesets"))
        ),
        id=TILES.artifact,
    ),
]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("served", [whole_demo, served_alone])
def test_no_test_of_the_suite_fails(
    postgis: Server,
    demo_template: str,
    capsys: pytest.CaptureFixture[str],
    suite: Suite,
    served: Callable[[Server], Iterator[str]],
    record_property: Callable[[str, object], None],
) -> None:
    jars = fetched(suite, Path(JARS) if JARS else None)
    with served(postgis) as address, capsys.disabled():  # type: ignore[attr-defined]
        found = run(suite, jars, address)
    told = proofs.Suite(
        name=suite.artifact,
        version=suite.version,
        server="the demo" if served is whole_demo else "one municipality",
        **asdict(found),
    )
    record_property("suite", told.model_dump())
    assert found.failed == 0

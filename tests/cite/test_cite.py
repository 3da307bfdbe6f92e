"""The OGC's own conformance tests, which nobody here wrote; `make cite` runs them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("suite", [FEATURES, TILES], ids=lambda suite: suite.artifact)
@pytest.mark.parametrize("served", [whole_demo, served_alone])
def test_no_test_of_the_suite_fails(
    postgis: Server,
    demo_template: str,
    capsys: pytest.CaptureFixture[str],
    suite: Suite,
    served: Callable[[Server], Iterator[str]],
) -> None:
    jars = fetched(suite, Path(JARS) if JARS else None)
    with served(postgis) as address, capsys.disabled():  # type: ignore[attr-defined]
        assert run(suite, jars, address) == 0

"""The server does what its own description says: schemathesis makes the requests and judges the answers.

No answer is a 5xx, has a status, a media type or a content that is not described, and nothing is accepted that the
description forbids. `make schemathesis` asks much more.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import Server, serving

HERE = Path(__file__).parent
TOKEN = "0123456789-only-for-these-tests"
QUICK = ("--phases", "coverage,fuzzing", "--max-examples", "3")
LONG = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "25")
ONE_OF_EACH = (
    r"^/(|at|search|coverage|conformance|collections|rules|readyz|strategies/\{id\}|sdgs/\{number\}|plans/\{id\}"
    r"|collections/plans/(items|items/\{id\}|queryables|search)|tiles/WebMercatorQuad/.*)$"
)
"""Addresses with handlers of their own; the others are made of the same code."""


def judge(description: str, folder: Path, *options: str) -> None:
    """Runs schemathesis; what it found is the message."""
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(HERE / "schemathesis.toml"), "run", description),
            *("--no-color", "--request-timeout", "60", *options),
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.contract.hooks", "PYTHONPATH": str(HERE.parent.parent)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    said = "\n".join(line[:400] for line in done.stdout.splitlines())
    assert done.returncode == 0, said[-12_000:] + done.stderr[-2000:]
    assert " generated" in said


@pytest.mark.thorough
@pytest.mark.proves("client/schemathesis")
def test_the_server_does_what_it_says(
    address: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("program", ("schemathesis", version("schemathesis")))
    judge(f"{address}/api", tmp_path, *QUICK, "--include-path-regex", ONE_OF_EACH)


@pytest.mark.schemathesis
@pytest.mark.parametrize("description", ["/api", "/api/3.1"])
def test_every_address_does_what_either_description_says(address: str, tmp_path: Path, description: str) -> None:
    # What is for staff is off where there is no token: the next test has one.
    judge(f"{address}{description}", tmp_path, *LONG, "--exclude-tag", "Loads")


@pytest.mark.schemathesis
@pytest.mark.parametrize("description", ["/api", "/api/3.1"])
def test_staff_are_answered_as_described(postgis: Server, demo_template: str, tmp_path: Path, description: str) -> None:
    name, database = postgis.copy(demo_template)
    with serving(database, GEOREGISTER_STAFF_TOKEN=TOKEN, GEOREGISTER_CONFIG=str(tmp_path)) as address:
        token = ("-H", f"Authorization: Bearer {TOKEN}")
        judge(f"{address}{description}", tmp_path, *LONG, "--include-tag", "Loads", *token)
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")

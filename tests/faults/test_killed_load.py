"""kill -9 at any moment of a load: the register is as before or as after, never between, and nothing is in the way.

python -m pytest tests/faults -m fault
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from bench.generated import delivery
from georegister.domain.rule import RULES
from georegister.register.database import Database
from tests.builders import content_of
from tests.conftest import Server

PLANS = 1500
MOMENTS = 20
SEED = 20261122
KEPT = ("act", "load", "load_item", "delivery_file", "finding", "plan", "plan_version", "plan_state", "plan_event")
PATIENCE_SECONDS = 20
BEYOND = 1.1
"""The moments are spread a little beyond the time a load takes, so that the last ones fall on its end."""
ASKING = [rule.id for rule in RULES.values() if rule.must_acknowledge]


def loading(database: Database, file: Path) -> "subprocess.Popen[bytes]":
    """The command as people give it, in a process group of its own."""
    command = ["load", str(file), "--mapping", "plandata", "--municipality", "0340", "--dataset", "generated"]
    command += [word for rule in ASKING for word in ("--acknowledge", rule)]
    return subprocess.Popen(
        [sys.executable, "-m", "georegister", *command],
        env={**os.environ, "GEOREGISTER_DATABASE_URL": database.admin},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def counted(database: Database) -> dict[str, int]:
    """How many rows each table has, current ones and closed ones, and the versions of the municipality."""
    with psycopg.connect(database.admin) as connection:
        found = {}
        for table in KEPT:
            [found[table]] = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or [0]  # type: ignore[arg-type]
        [found["version"]] = connection.execute("SELECT sum(version)::int FROM municipality").fetchone() or [0]
        return found


def descendants(pid: int) -> list[int]:
    """The process and all that it has started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in descendants(int(child)))]


def kill(process: "subprocess.Popen[bytes]") -> None:
    for pid in descendants(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait(10)
    if process.stderr:
        process.stderr.close()


def wait_until_nobody_writes(database: Database) -> None:
    """The killed load's connection goes by itself: whoever comes next waits for nothing."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database.admin, autocommit=True) as connection:
        while connection.execute(query).fetchone() != (0,):
            assert time.monotonic() < deadline, "the killed load's connection is still there"
            time.sleep(0.1)


@pytest.mark.fault
def test_a_load_killed_at_any_moment_leaves_before_or_after(postgis: Server, demo: Database, tmp_path: Path) -> None:
    file = delivery(PLANS, tmp_path / "lokalplan.zip")
    names: list[str] = []

    def a_copy() -> Database:
        name, database = postgis.copy(template)
        names.append(name)
        return database

    with psycopg.connect(demo.admin) as connection:
        [template] = connection.execute("SELECT current_database()").fetchone() or [""]
    before = counted(demo)
    whole = a_copy()
    started = time.monotonic()
    process = loading(whole, file)
    _, said = process.communicate(timeout=300)
    lasts = time.monotonic() - started
    assert process.returncode in (0, 3), said
    after, content = counted(whole), content_of(whole)
    assert after["plan"] > before["plan"]

    chance, database, seen = random.Random(SEED), a_copy(), []
    for moment in range(MOMENTS):
        process = loading(database, file)
        time.sleep(BEYOND * lasts * (moment + chance.random()) / MOMENTS)
        ended = process.poll() is not None
        kill(process)
        wait_until_nobody_writes(database)
        left = counted(database)
        assert left in (before, after), moment
        assert not ended or left == after, moment
        seen.append("after" if left["plan"] == after["plan"] else "before")
        if seen[-1] == "after":
            assert content_of(database) == content
            database = a_copy()
    print(
        f"{lasts:.1f} s each; {seen.count('before')} before, {seen.count('after')} after; the last had ended: {ended}"
    )
    assert "before" in seen

    process = loading(database, file)
    _, said = process.communicate(timeout=300)
    assert process.returncode in (0, 3), said
    assert content_of(database) == content
    for name in names:
        postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")

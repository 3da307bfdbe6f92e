"""A worker killed in the midst of its work: the register is as it was, the load says so, and begun again it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from georegister.loading.mapping import MappingFile
from georegister.register.database import Database, Row, reading, writing
from tests.builders import a_delivery, a_plan, a_square, content_of
from tests.loading.test_work import Desk

pytestmark = pytest.mark.fault
MANY = 400


def worker(database: Database, number: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "GEOREGISTER_DATABASE_URL": database.admin}
    return subprocess.Popen([sys.executable, "-m", "georegister", "worker", str(number)], env=environment)


def when(desk: Desk, number: int, state: str, steps: tuple[str, ...] = ()) -> Row:
    for _ in range(2000):
        row = desk.look(number)
        if row["state"] == state and (not steps or row["step"] in steps):
            return row
        time.sleep(0.02)
    raise AssertionError(row)


@pytest.mark.parametrize(
    ("task", "state", "steps"),
    [
        ("preview", "running", ("read", "map", "repair", "check", "compare")),
        ("apply", "applying", ("read", "map", "repair", "check")),
        ("apply", "applying", ("facts", "plans", "states")),
    ],
)
def test_killed_in_the_midst(
    demo: Database, plandata: MappingFile, tmp_path: Path, task: str, state: str, steps: tuple[str, ...]
) -> None:
    desk = Desk(demo, plandata)
    rows = [
        a_plan(f"SK {1000 + n}", geometry=a_square(661_000 + 30 * (n % 20), 6_145_000 + 30 * (n // 20), 25))
        for n in range(MANY)
    ]
    number = desk.queue(a_delivery(tmp_path, rows))
    if task == "apply":
        assert desk.work(number)
        desk.ask(number, "apply")
    before = content_of(demo)
    process = worker(demo, number)
    when(desk, number, state, steps)
    process.send_signal(signal.SIGKILL)
    process.wait()
    when(desk, number, "interrupted")
    assert content_of(demo) == before
    desk.ask(number, task)
    assert worker(demo, number).wait() == 0
    assert desk.look(number)["state"] == {"preview": "ready", "apply": "applied"}[task]
    if task == "apply":
        with reading(demo) as session:
            [found] = session.sql("SELECT count(*) AS n FROM load_item WHERE load = %(load)s", load=number)
        assert found["n"] == MANY


def test_killed_while_it_waits_for_the_lock(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    """Another load holds the municipality: the worker waits, is killed, and nothing is left of it."""
    desk = Desk(demo, plandata)
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    assert desk.work(number)
    desk.ask(number, "apply")
    with writing(demo) as session:
        session.sql("SELECT FROM municipality WHERE code = '0340' FOR UPDATE")
        process = worker(demo, number)
        when(desk, number, "applying", ("compare",))
        process.send_signal(signal.SIGKILL)
        process.wait()
    when(desk, number, "interrupted")
    desk.ask(number, "apply")
    assert worker(demo, number).wait() == 0
    assert desk.look(number)["state"] == "applied"

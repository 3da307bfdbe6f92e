"""Loads as staff see them at a terminal."""

from pathlib import Path

from typer.testing import CliRunner, Result

from georegister.cli import app, load, loads  # noqa: F401  # each adds its commands
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan


def say(database: Database, *arguments: str) -> Result:
    environment = {"GEOREGISTER_DATABASE_URL": database.admin, "COLUMNS": "160", "LC_ALL": "C.UTF-8"}
    return CliRunner().invoke(app, arguments, env=environment)


def test_loads_are_listed_shown_and_taken_back(demo: Database, tmp_path: Path) -> None:
    how = ("--mapping", "plandata", "--municipality", "0340")
    for title in ("Første", "Anden"):
        done = say(demo, "load", str(a_delivery(tmp_path, [a_plan(title=title)])), *how)
        assert done.exit_code == 0
    last = int(done.stdout.rsplit("load ", 1)[1].split(",")[0])
    listed = say(demo, "loads", "--municipality", "0340", "--lang", "en").stdout.splitlines()
    assert listed[0].split() == ["no.", "when", "by", "dataset", "file", "changes", "state"]
    assert listed[1].split()[0] == str(last)
    assert listed[1].split()[-4:] == ["plandata", "lokalplan.zip", "~1", "applied"]
    shown = say(demo, "loads", "show", str(last)).stdout
    assert "  ~ plan 0340-local-plan-sk-900, row 1" in shown
    assert "      title: da: Første -> da: Anden" in shown
    refused = say(demo, "loads", "undo", str(last - 1))
    assert refused.exit_code == 1
    assert f"load {last} changed the same plans or facts since" in str(refused.exception)
    undone = say(demo, "loads", "undo", str(last), "--reason", "Forkert fil")
    assert f"Load {last} is taken back: load " in undone.stdout
    again = int(undone.stdout.rsplit("load ", 1)[1].split(",")[0])
    listed = say(demo, "loads").stdout.splitlines()
    assert f"takes load {last} back" in listed[1]
    assert f"taken back by load {again}" in listed[2]
    short = say(demo, "loads", "--limit", "2").stdout.splitlines()
    assert [line.split() for line in short[:3]] == [line.split() for line in listed[:3]]
    assert short[3:] == [f"and {len(listed) - 3} older loads; --limit lists more"]
    shown = say(demo, "loads", "show", str(again)).stdout
    assert "      title: da: Anden -> da: Første" in shown
    assert "Forkert fil" in shown
    assert "There is no load 99999" in str(say(demo, "loads", "show", "99999").exception)

"""Whatever goes wrong is one sentence that names what to change, and exit code 1."""

import os
import subprocess
import sys
from datetime import date

import pytest
import typer

from georegister.cli import ERRANDS, whole
from georegister.errors import SettingsInvalid
from georegister.settings import Settings
from tests import warm
from tests.warm import AS_INSTALLED

FAULT = """
import sys
from georegister import cli
@cli.app.command("break")
def break_it() -> None:
    raise LookupError("[red] a\\nfault")
sys.argv = ["georegister", "break"]
cli.main()
"""


def says(*command: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **AS_INSTALLED, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://me:secret@localhost/x",
        "sqlite:///x",
        "postgresql://me:secret@localhost/x?foo=bar",
        "postgresql://me:%zzsecret@localhost/x",
        "postgresql://me:s@secret@localhost/x",
        "postgresql://me:secret/x@localhost/x",
        "postgresql://me:secret@127.0.0.1:9/x",
    ],
)
def test_a_database_that_cannot_be_had_is_the_variables_fault(url: str) -> None:
    done = warm.run("doctor", environment={"GEOREGISTER_DATABASE_URL": url})
    code, said = done.returncode, done.stderr
    assert (code, len(said.splitlines())) == (1, 1), said
    assert said.startswith("georegister: GEOREGISTER_DATABASE_URL")
    assert "secret" not in said


def test_an_unforeseen_fault_is_one_sentence() -> None:
    code, said = says("-c", FAULT)
    assert (code, len(said.splitlines())) == (1, 1), said
    assert "This is a fault of georegister" in said
    assert said.endswith("LookupError: [red] a fault\n")


def test_the_traceback_of_a_fault_is_shown_to_who_asks() -> None:
    code, said = says("-c", FAULT, GEOREGISTER_DEBUG="1")
    assert code == 1
    assert "Traceback" in said


def test_a_blank_variable_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        monkeypatch.setenv(str(field.validation_alias or f"GEOREGISTER_{name.upper()}"), "")
    read = Settings.read()
    assert (read.host, read.port, read.database_url, read.pool_size) == ("127.0.0.1", 8000, None, 8)


@pytest.mark.parametrize("day", ["1622505600", "20210601", "2021-06-01T00:00", "2021-W22-2", "2021-02-30", "i dag"])
def test_a_day_that_is_none_names_the_variable(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("GEOREGISTER_TODAY", day)
    with pytest.raises(SettingsInvalid, match="GEOREGISTER_TODAY"):
        Settings.read()


def test_the_day_is_taken_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOREGISTER_TODAY", "2021-06-01")
    assert Settings.read().today == date(2021, 6, 1)


@pytest.mark.parametrize("token", ["short-secret", "a secret with blanks in it", "hemmelig-nøgle-til-alle"])
def test_an_unfit_token_is_refused_and_not_said_again(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("GEOREGISTER_STAFF_TOKEN", token)
    with pytest.raises(SettingsInvalid) as refused:
        Settings.read()
    assert "GEOREGISTER_STAFF_TOKEN cannot be used: write 16 to 200" in str(refused.value)
    assert token not in str(refused.value)


def test_a_token_is_not_in_what_settings_say_of_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOREGISTER_STAFF_TOKEN", "wind-over-tystrup-lake-26")
    assert "tystrup" not in repr(Settings.read())


def test_a_command_is_found_by_itself_as_among_all() -> None:
    """Each module is imported when one of its commands is asked for, and says which those are."""
    asked = "import typer; from georegister.cli import whole; print(*typer.main.get_group(whole('doctor')).commands)"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert sorted(done.stdout.split()) == ["doctor", "migrate", "psql"]
    all_of_them = {command for commands in ERRANDS.values() for command in commands}
    assert all_of_them == set(typer.main.get_group(whole()).commands)

"""Facts one by one from the command line: an option for each field, and errors that name it."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from georegister.cli import app, entries  # noqa: F401  # adds its commands
from georegister.register.database import Database

EVENT = ("event", "add", "--municipality", "0340", "--plan", "sk 71", "--type", "publication")
Run = Callable[..., Result]


@pytest.fixture
def run(demo: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", demo.admin)
    return lambda *words: CliRunner().invoke(app, [*words, "--lang", "en"])


def test_add_correct_list_and_withdraw(run: Run) -> None:
    dry = run(*EVENT, "--on", "2021-10-13", "--dry-run")
    assert (dry.exit_code, "New: 0340-local-plan-sk-71-publication" in dry.stdout) == (0, True), dry.output
    assert "this was a dry run" in dry.stdout
    assert "Done: load" in run(*EVENT, "--on", "2021-10-13").stdout
    told = json.loads(run(*EVENT, "--on", "2021-10-14", "--json").stdout)
    assert told["outcome"] == "applied"
    assert told["facts"][0]["fields"]["earliest"] == {"old": "2021-10-13", "new": "2021-10-14"}
    assert "earliest day: 2021-10-14 → 2021-10-15" in run(*EVENT, "--on", "2021-10-15").stdout
    ours = ("--municipality", "0340", "--plan", "SK 71")
    listed = json.loads(run("event", "list", *ours, "--json").stdout)
    assert ("0340-local-plan-sk-71-publication", "register") in [(one["id"], one["dataset"]) for one in listed]
    assert "0340-local-plan-sk-71-publication  (register)" in run("event", "list", *ours).stdout
    taken = run("event", "withdraw", "0340-local-plan-sk-71-publication", "--municipality", "0340")
    assert (taken.exit_code, "Withdrawn: 0340-local-plan-sk-71-publication" in taken.stdout) == (0, True)
    again = run("event", "withdraw", "0340-local-plan-sk-71-publication", "--municipality", "0340")
    assert (again.exit_code, str(again.exception)) == (
        1,
        "ID: “0340-local-plan-sk-71-publication” is not in the register.",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*EVENT, "--on", "soon"), "--on: “soon” is no day"),
        (EVENT, "give --on, or --earliest and --latest"),
        ((*EVENT, "--on", "2021-01-01", "--by-plan", "X 1"), "--by-plan: “X 1” is not in the register"),
        (("event", "list", "--municipality", "0340", "--plan", "X 1"), "“X 1” is not in the register"),
    ],
)
def test_an_error_names_the_option(run: Run, words: tuple[str, ...], sentence: str) -> None:
    failed = run(*words)
    assert failed.exit_code == 1
    assert sentence in str(failed.exception)


def test_a_claim_is_of_whoever_makes_it_and_one_that_is_refused_fails(run: Run) -> None:
    claim = (
        "claim",
        "add",
        "--municipality",
        "0340",
        "--plan",
        "SK 71",
        "--stance",
        "støtter",
        "--evidence",
        "Mursten",
    )
    made = run(*claim, "--goal", "0340-vision-2026-1.1")
    assert "said by" in made.stdout
    assert run(*claim, "--goal", "0340-vision-2026-9.9").exit_code == 1

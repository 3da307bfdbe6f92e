"""What is new, for a newsletter: plain, Markdown and HTML, of days that are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from georegister.cli import app, digest  # noqa: F401  # adds its command
from georegister.loading.by_hand import add_entries
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan

BASE = "https://plan.example.dk"
SOLAR = "Local plan SK 66: Solcellepark ved Fjenneslev"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(shared_demo: Database) -> Run:
    def with_day(day: str, *words: str, lang: str = "en") -> Result:
        told = {
            "GEOREGISTER_DATABASE_URL": shared_demo.admin,
            "GEOREGISTER_TODAY": day,
            "GEOREGISTER_PUBLIC_URL": f"{BASE}/",
        }
        return CliRunner().invoke(app, ["digest", *words, "--lang", lang], env=told)

    return with_day


def test_open_hearings_with_their_last_day_and_new_proposals(run: Run) -> None:
    said = run("2021-06-01", "--since", "2021-05-01", "--municipality", "0340").stdout
    assert said.startswith("Plans in Sorø Municipality from 1 May 2021 to 1 June 2021\n=====")
    open_, proposed = said.index("In hearing now\n---"), said.index("New proposals\n---")
    assert open_ < said.index(SOLAR) < proposed < said.rindex(SOLAR)
    assert "You can object until and including 7 July 2021 (36 days left)." in said
    assert f"{BASE}/plans/0340-local-plan-sk-66?lang=en" in said
    assert "Published as a proposal on 12 May 2021." in said
    assert "Newly adopted" not in said


def test_what_was_adopted_in_the_time_and_nothing_else(run: Run) -> None:
    said = run("2024-06-10", "--since", "3w", "--municipality", "0340").stdout
    assert "Newly adopted or in force" in said
    assert "Adopted on 22 May 2024." in said
    assert SOLAR not in said
    danish = run("2021-06-01", "--since", "2021-05-01", "--municipality", "0340", lang="da").stdout
    assert "Lokalplan SK 66: Solcellepark ved Fjenneslev" in danish
    assert "7. juli 2021" in danish


def test_nothing_new_is_said(run: Run) -> None:
    said = run("2030-01-08", "--municipality", "0340").stdout
    assert "Nothing new since 1 January 2030, and no hearing is open." in said
    both = run("2030-01-08", "--format", "markdown").stdout
    assert both.count("Nothing new since 1 January 2030") == 2


def test_what_is_told_late_is_news_and_hostile_names_are_text(
    demo: Database, plandata: MappingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "[x](javascript:1) <img src=x> {{7*7}} *b*"
    load(demo, a_delivery(tmp_path, [a_plan("SK 900", name)]), "0340", plandata, Options(by="test"))
    said = {"plan": "0340-local-plan-sk-900", "type": "adoption", "earliest": "2020-05-05", "latest": "2020-05-05"}
    add_entries(demo, "0340", "event", [said], "clerk")
    today = datetime.now(UTC).date()
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", demo.admin)

    def written(form: str, day: str) -> str:
        return (
            CliRunner()
            .invoke(
                app,
                ["digest", "--municipality", "0340", "--format", form, "--since", "1d", "--lang", "en"],
                env={"GEOREGISTER_TODAY": day},
            )
            .stdout
        )

    # What the register begins with is no news, though it was told today.
    assert "Nothing new" in written("text", today.isoformat())
    known = (today + timedelta(days=9)).isoformat()
    assert "Nothing new" in written("text", known)
    with_it = dict.fromkeys(("text", "markdown", "html"), "")
    from psycopg import connect

    with connect(demo.admin, autocommit=True) as connection:
        moved = "UPDATE plan_version SET recorded = tstzrange(lower(recorded) - interval '9 days', NULL) "
        connection.execute("ALTER TABLE plan_version DISABLE TRIGGER USER")
        connection.execute(f"{moved} WHERE plan = '0340-local-plan-sk-900' AND upper_inf(recorded)")
    with_it = {form: written(form, today.isoformat()) for form in ("text", "markdown", "html")}
    assert f"Local plan SK 900: {name}\n  Adopted on 5 May 2020." in with_it["text"]
    assert "\\[x\\](javascript:1) \\<img src=x\\> {{7\\*7}} \\*b\\*](</plans/" in with_it["markdown"]
    assert "[x](javascript:1) &lt;img src=x&gt; {{7*7}} *b*</a><br>Adopted on 5 May 2020." in with_it["html"]


@pytest.mark.parametrize("since", ["7", "soon", "2021-02-30", "12345d", "-1d", ""])
def test_a_time_that_is_none_is_said(run: Run, since: str) -> None:
    failed = run("2021-06-01", "--since", since)
    assert failed.exit_code == 1
    assert "is no time; write 7d, 2w or a day" in str(failed.exception)


def test_a_municipality_that_is_not_there(run: Run) -> None:
    assert "no municipality '9999'" in str(run("2021-06-01", "--municipality", "9999").exception)


def test_a_language_there_is_none_of_is_refused(run: Run) -> None:
    said = run("2021-06-01", "--since", "7d", lang="xx")
    assert said.exit_code == 2
    assert "da, en" in said.output

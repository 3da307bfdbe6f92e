"""Help, and what Typer itself complains of, are in the terminal's language; English is as Typer has it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from georegister.cli import app, whole
from georegister.cli.language import ask, spoken
from georegister.cli.typer_words import COMPLAINTS, TITLES, Commands, texts
from georegister.domain.vocabulary import STEPS
from georegister.language import translator
from georegister.loading.load import STEPS as LOAD_STEPS
from georegister.register.backup import BACKUP_STEPS, RESTORE_STEPS
from georegister.register.undo import STEPS as UNDO_STEPS
from tests import warm

WIDE = {"COLUMNS": "400"}
DANISH = {**WIDE, "LC_ALL": "da_DK.UTF-8"}
ENGLISH = {**WIDE, "LC_ALL": "en_GB.UTF-8"}
THE_SAME = {"ID", "plan", "(theme)", "(name, navn, adresse ...)", "(places-KIND)"}
"""What is alike in both languages, or is typed as it stands."""
TYPED = re.compile(
    r"--[a-z0-9-]+"  # an option
    r"|<[a-z|-]+\|[a-z|-]+>"  # what is chosen from
    r"|\[[\dx<>=]+\]|[^A-Za-z]*"  # bounds, rules of the tables
)
PARTS = {"Missing {}{}.", "Missing {}{}. {}", "Option {} requires {}", "(Possible options: {})", "{}. Did you mean {}?"}
"""What Typer puts together into complaints that are known."""
NEVER_MET = {
    "for who writes commands": {
        "Boolean option {} cannot use the same flag for true/false.",
        "Cannot specify `default_factory` and a default value together for {}",
        "Cannot specify multiple `Annotated` Typer arguments for {}",
        "Cannot specify {} in `Annotated` and",
        "Expected one list item type, got: {}",
        "Invalid start character for option ({})",
        "Missing parameter: {}",
        "None is not a valid string",
        "Value must be an iterable.",
        "unknown action '{}'",
        "{} default value cannot be set in `Annotated` for {}. Set the default value with `=` instead.",
    },
    "no option or argument takes several values, or a type of our own": {
        "Argument {} takes {} values.",
        "Value {} is not a valid {}.",
        "value is not a valid tuple",
        "{} values are required, but {} given.",
    },
    "our commands look for files themselves": {
        "<unopened file '{}' {}>",
        "Could not open file {}: {}",
        "{} {} does not exist.",
        "{} {} is a directory.",
        "{} {} is a file.",
        "{} {} is not readable.",
        "{} {} is not writable.",
    },
    "no command is deprecated": {"DeprecationWarning: The command {} is deprecated.{}"},
    "said without Rich alone": {"Try '{} {}' for help.\n", "default: {}", "env var: {}"},
    "names": {"python -m {}"},
}
"""Typer's own texts that no command of ours comes to say, and why."""


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, one in getattr(command, "commands", {}).items():
        yield from walk(one, (*path, name))


PATHS = list(walk(typer.main.get_command(whole())))
AREAS = sorted({path[:1] for path in PATHS})


def pieces(shown: str) -> set[str]:
    """Every title, name and sentence of a page of help by itself; its usage may be broken anywhere."""
    shown = re.sub(r"(Usage|Brug): .*?\n +\n", "", shown, count=1, flags=re.DOTALL)
    found = {piece.strip() for piece in re.split(r"[│╭╮╰╯─\n]+|\s{2,}| (?=\[default: |\[ellers: )", shown)}
    return {piece for piece in found if not TYPED.fullmatch(piece)}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: " ".join(area) or "all")
def test_the_help_of_every_command_is_danish(area: tuple[str, ...]) -> None:
    names = {name for path in PATHS for name in path}
    for path in (path for path in PATHS if path[:1] == area):
        danish, english = (warm.run(*path, "--help", environment=language) for language in (DANISH, ENGLISH))
        assert (danish.returncode, english.returncode, danish.stderr) == (0, 0, "")
        assert len(pieces(danish.stdout)) == len(pieces(english.stdout)) > 3
        alike = pieces(danish.stdout) & pieces(english.stdout)
        alike -= names | THE_SAME
        assert {piece for piece in alike if not re.fullmatch(r"\[ellers: [\w-]+\]|[\d\s]+", piece)} == set(), path
        assert " Brug: " in danish.stdout
        assert not re.search("Usage|Options|Commands|Arguments|default|required", danish.stdout)


def test_every_text_of_the_help_has_its_own_danish() -> None:
    """Those too that are shown elsewhere alone, and word by word."""
    found = {text.english for text in texts(typer.main.get_command(whole()))}
    assert len(found) > 150
    danish = {english: translator("da").say(english) for english in found}
    assert {english for english, words in danish.items() if words == english} == THE_SAME
    assert [one for one in danish.items() if one[0].startswith("(") != one[1].startswith("(")] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("load", "Argumentet 'fil' mangler."),
        ("load x", "Tilvalget '--municipality' skal angives."),
        ("nothing", "Der er ingen kommando 'nothing'."),
        ("lod", "Der er ingen kommando 'lod'. Mente du 'load', 'loads'?"),
        ("loads nothing", "Der er ingen kommando 'nothing'."),
        ("load --muncipality 0340", "Der er intet tilvalg --muncipality (mulige tilvalg: --municipality)"),
        ("--nothing", "Der er intet tilvalg --nothing"),
        ("load --crs", "Tilvalget '--crs' skal have en værdi."),
        ("load --strict=ja", "Tilvalget '--strict' tager ingen værdi."),
        ("load x y --municipality 0340", "Der er for mange argumenter (y)"),
        ("loads show x", "Ugyldig værdi for 'nummer': det skal være et helt tal"),
        ("loads show 0", "Ugyldig værdi for 'nummer': det skal være mindst 1"),
        ("loads --limit 100001", "Ugyldig værdi for '--limit': det må være højst 100000"),
        ("digest --format {x}", "Ugyldig værdi for '--format': '{x}' er ikke en af 'text', 'markdown', 'html'."),
        ("sheet --day %d", "Ugyldig værdi for '--day': '%d' er ikke en dag, skrevet som 2021-06-01 ('%Y-%m-%d')."),
        ("psql --role root", "Ugyldig værdi for '--role': det skal være en af postgres, owner, app_rw, app_ro"),
        ("digest --lang xx", "Ugyldig værdi for '--lang': det skal være en af da, en"),
        (
            "load x --municipality 0340 --new-version",
            "Ugyldig værdi: --new-version og --effective DAG hører sammen: angiv begge eller ingen af dem.",
        ),
    ],
)
def test_what_is_not_understood_is_said_in_danish(arguments: str, words: str) -> None:
    done = warm.run(*arguments.split(), environment=DANISH)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"│ {words} " in done.stderr
    assert "─ Fejl ─" in done.stderr
    if done.stderr.startswith("Brug: "):
        assert "--help' for at få hjælp." in done.stderr
    assert not re.search("Usage|Try |Error|OPTIONS", done.stderr)


def test_the_language_that_is_asked_for_governs_what_is_wrong_after_it() -> None:
    wrong = ("--format", "x")
    assert "─ Fejl ─" in warm.run("digest", "--lang", "da", *wrong, environment=ENGLISH).stderr
    said = warm.run("digest", "--lang", "en", *wrong, environment=DANISH).stderr
    assert said == warm.run("digest", *wrong, environment=ENGLISH).stderr
    assert re.match(r"Usage: .* digest \[OPTIONS\]\n", said)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da.UTF-8"}, "da"),
        ({"LANG": "da@euro"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "C", "LC_ALL": "da_DK"}, "da"),
        ({"LANG": "danish"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, variables.get(name, ""))
    ask(None)
    assert spoken().language == language


def test_no_argument_at_all_is_a_question_for_help() -> None:
    for arguments in ((), ("event",)):
        asked = warm.run(*arguments, "--help", environment=DANISH).stdout
        done = warm.run(*arguments, environment=DANISH)
        assert done.returncode == 2
        assert done.stdout.strip() == asked.strip()


def test_english_is_as_typer_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the same commands in a group that knows nothing of languages; also after Danish was spoken."""

    def say(*arguments: str, language: dict[str, str]) -> str:
        return CliRunner().invoke(app, [*arguments], env=language, prog_name="georegister").output

    wrong = [("load",), ("nothing",), ("digest", "--format", "x"), ("loads", "--limit", "0"), ("load", "--strct")]
    asked = [*wrong, *((*path, "--help") for path in PATHS)]
    assert "Brug: " in say("load", "--help", language=DANISH)
    ours = [say(*arguments, language=ENGLISH) for arguments in asked]
    monkeypatch.setattr(app.info, "cls", TyperGroup)
    typers = [say(*arguments, language=ENGLISH) for arguments in asked]
    assert len(ours) > 60
    assert all(ours)
    assert ours == typers


def test_a_command_says_its_help_in_one_language_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = typer.main.get_command(whole("digest"))
    assert isinstance(commands, Commands)
    before = [text.english for text in texts(commands)]
    for language in ("da", "en"):
        monkeypatch.setenv("LC_ALL", language)
        commands.speak(spoken())
    assert [text.english for text in texts(commands)] == before


def test_every_text_that_typer_may_say_is_known() -> None:
    """A later Typer that says something else is met here, and not by somebody who reads Danish."""
    found = {words for words in typers_own() if re.search("[a-z]{2,} ", words)}
    ours = {re.sub(r"\{\w*\}", "{}", message) for message in (*COMPLAINTS, *TITLES)}
    assert len(found & ours) > 10
    assert found - ours - PARTS - set().union(*NEVER_MET.values()) == set()
    assert {re.sub(r"\{\w*\}", "{}", title) for title in TITLES} <= set(typers_own())


def typers_own() -> Iterator[str]:
    """The sentences of Typer's source that are raised, or marked for translation."""
    folder = Path(typer.__file__).parent
    aside = {"cli.py", "completion.py", "_completion_classes.py", "_completion_shared.py", "testing.py"}
    aside |= {"shell_completion.py", "termui.py", "_termui_impl.py", "_winconsole.py", "_compat.py"}
    for file in (file for file in folder.rglob("*.py") if file.name not in aside):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING:
                yield from map(sentence, node.args)
            if isinstance(node, ast.Assign | ast.Return) and isinstance(node.value, ast.JoinedStr):
                yield sentence(node.value)


SAYING = {"_", "fail", "UsageError", "BadParameter", "BadOptionUsage", "BadArgumentUsage", "NoSuchOption", "ValueError"}


def sentence(node: ast.expr | None) -> str:
    """A text with {} for what fills it; nothing for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{[^}]*\}", "{}", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(sentence(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def test_every_step_that_is_told_has_its_words() -> None:
    told = {*LOAD_STEPS, *UNDO_STEPS, *BACKUP_STEPS, *RESTORE_STEPS}
    assert told == set(STEPS)
    assert all(translator("da").say(words) != words for words in STEPS.values())

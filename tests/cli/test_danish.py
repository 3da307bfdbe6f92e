"""What a Dane is told when a command fails is Danish from end to end; beside it, the same in English."""

import re
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from georegister import cli
from georegister.register.database import Database
from georegister.settings import folder
from tests.builders import a_delivery, a_plan

ENGLISH = {
    *("the", "is", "are", "was", "were", "has", "have", "and", "or", "not", "no", "none", "there", "it", "its", "this"),
    *(
        "that",
        "which",
        "what",
        "with",
        "from",
        "give",
        "say",
        "write",
        "row",
        "layer",
        "file",
        "cannot",
        "be",
        "should",
    ),
}
"""Words that no Danish sentence has, as long as they stand between blanks."""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, and gives its exit code and all it said."""
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)

    def run(language: str, *words: object) -> tuple[int, str]:
        monkeypatch.setenv("LANG", {"da": "da_DK.UTF-8", "en": "en_GB.UTF-8"}[language])
        monkeypatch.setattr(sys, "argv", ["georegister", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture
def register(shared_demo: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", shared_demo.admin)
    return shared_demo


def refuse_english(said: str, *names: str) -> None:
    for name in names:
        said = said.replace(name, "")
    words = {word.strip(".,:;()“”'").casefold() for word in said.split()}
    assert not words & ENGLISH, said


def files(folder: Path) -> dict[str, Path]:
    """Files that cannot be loaded, each for another reason."""
    (folder / "tom.csv").write_text("nummer,navn\n")
    (folder / "brudt.zip").write_bytes(b"PK no")
    (folder / "skjult.shp").write_text("<OGRVRTDataSource/>")
    (folder / "toml.toml").write_text("municipality = 0340")
    (folder / "dag.toml").write_text(
        'municipality = "0340"\ndataset = "x"\ntitle = "x"\n[[event]]\nplan = "0340-lp-1"\ntype = "adoption"\non = 1\n'
    )
    (folder / "begge.toml").write_text(
        'municipality = "0340"\ndataset = "x"\ntitle = "x"\n[[event]]\nplan = "0340-lp-1"\ntype = "adoption"\n'
    )
    (folder / "fremmed.toml").write_text('municipality = "0999"\ndataset = "x"\ntitle = "x"\n')
    (folder / "lag.gml").write_text("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>")
    (folder / "{file}.csv").write_text("nummer,nummer\n1,2\n")
    with zipfile.ZipFile(folder / "ud.zip", "w") as out:
        out.writestr("../../x.shp", b"")
    return {file.name: file for file in folder.iterdir()}


@pytest.mark.parametrize(
    ("name", "danish"),
    [
        ("mangler.zip", "Der er ingen fil "),
        ("brudt.zip", "brudt.zip er ikke en zip, der kan læses: "),
        ("ud.zip", "ud.zip: navnet '../../x.shp' fører ud af zip-filen."),
        ("skjult.shp", "skjult.shp: skjult.shp er ikke en shapefil, uanset hvad navnet siger."),
        ("lag.gml", "lag.gml kan ikke læses: lag.gml: den har en DOCTYPE, som kan hente andre filer; send den uden."),
        ("{file}.csv", "{file}.csv kan ikke læses: {file}.csv: den første linje skal nævne hver kolonne én gang."),
        ("dag.toml", "dag.toml: [[event]], indgang 1, on: det skal være en dag, f.eks. 2021-06-01."),
        ("begge.toml", "begge.toml: [[event]], indgang 1: angiv `on`, eller `earliest` og `latest`."),
        ("fremmed.toml", "fremmed.toml handler om kommune 0999, ikke om 0340."),
    ],
)
def test_a_file_that_cannot_be_loaded_is_refused_in_danish(
    register: Database, run: Run, tmp_path: Path, name: str, danish: str
) -> None:
    file = files(tmp_path).get(name, tmp_path / name)
    code, said = run("da", "load", file, "--municipality", "0340")
    assert (code, len(said.splitlines())) == (1, 1)
    assert said.startswith(f"georegister: {danish}")
    other, english = run("en", "load", file, "--municipality", "0340")
    assert (other, english != said) == (1, True)
    refuse_english(said, str(tmp_path), "File is not a zip file")
    assert run("en", "load", file, "--municipality", "0340", "--lang", "da") == (1, said)


@pytest.mark.parametrize(
    "words",
    [
        ["loads", "show", "9999"],
        ["loads", "undo", "9999"],
        ["export", "ud.txt", "--municipality", "0340", "--mapping", "plandata"],
        ["export", "ud.gpkg", "--municipality", "9999", "--mapping", "plandata"],
        ["load", "x.csv", "--municipality", "0340", "--mapping", "ukendt"],
        ["load", "https://wfs.example.dk/x", "--municipality", "0340"],
        ["event", "add", "--municipality", "0340", "--plan", "SK 999", "--type", "adoption", "--on", "2021-01-01"],
        ["event", "add", "--municipality", "0340", "--plan", "0340-lp-1", "--type", "fest", "--on", "i går"],
        ["claim", "withdraw", "ukendt", "--municipality", "0340"],
        ["backup", "/ingen/mappe/kopi.tar"],
        ["restore", "/ingen/kopi.tar"],
        ["places", "load", "ukendt.csv", "--municipality", "0340", "--kind", "Adresse!"],
    ],
)
def test_no_command_fails_in_english(
    register: Database, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = run("da", *words)
    assert (code, len(said.splitlines())) == (1, 1), said
    refuse_english(said)
    assert run("en", *words)[1] != said


def test_a_setting_that_cannot_be_used_is_told_in_danish(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOREGISTER_TODAY", "i dag")
    assert run("da", "loads") == (
        1,
        "georegister: GEOREGISTER_TODAY='i dag' kan ikke bruges: skriv dagen som ÅÅÅÅ-MM-DD.\n",
    )


def test_findings_are_told_where_in_danish(register: Database, run: Run, tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, [a_plan(), {**a_plan(), "planid": None}])
    code, said = run("da", "load", delivery, "--municipality", "0340", "--mapping", "plandata", "--dry-run")
    assert code in (0, 3)
    assert "række 2" in said
    refuse_english(said)


DEMO = folder("data") / "soroe"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("load", DEMO / "lokalplaner.zip", "--mapping", "nosuch", "--municipality", "0340"), "opsætning 'nosuch'"),
        (("load", DEMO / "lokalplaner.zip", "--mapping", "../x", "--municipality", "0340"), "ingen kolonneopsætning"),
        (("load", DEMO / "lokalplaner.zip", "--mapping", "plandata", "--municipality", "0341"), "ingen kommune 0341"),
        (("load", DEMO / "vision-2026.toml", "--municipality", "0341"), "0341"),
        (("municipality", "load", DEMO / "vision-2026.toml"), "vision-2026.toml"),
    ],
)
def test_a_command_that_cannot_be_done_says_so_in_one_sentence(
    run: Run, register: Database, words: tuple[object, ...], said: str
) -> None:
    code, told = run("da", *words)
    assert code == 1
    assert said in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GEOREGISTER_TODAY", "yesterday", "GEOREGISTER_TODAY='yesterday' kan ikke bruges"),
        ("PORT", "http", "PORT='http' kan ikke bruges"),
        ("GEOREGISTER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x", "Databasen svarer ikke"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    run: Run, register: Database, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    code, told = run("da", "serve")
    assert code == 1
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("event", "plan 0340-addendum-1-2021, art vedtagelse, "),
        ("hearing", "plan 0340-local-plan-sk-66, art offentlig høring, "),
        ("relation", "til planen 0340-local-plan-sk-66, art ledsager, "),
        ("claim", "mål 0340-vision-2026-4.1, retning støtter, "),
    ],
)
def test_what_is_in_the_register_is_listed_in_danish(run: Run, register: Database, section: str, words: str) -> None:
    code, said = run("da", section, "list", "--municipality", "0340")
    assert (code, words in said) == (0, True), said
    codes = "adoption|proposal|publication|call_for_ideas|public|accompanies|replaces|supports|hinders"
    assert not re.search(rf"\b(art|retning) ({codes})\b", said)


def test_what_differs_and_is_left_out_is_named_in_danish(run: Run, register: Database, tmp_path: Path) -> None:
    how = ("--municipality", "0340", "--mapping", "plandata")
    theirs = a_delivery(tmp_path, [{**a_plan("SK 66", "Solceller"), "DATOVEDT": 20211014}])
    code, said = run("da", "compare", theirs, *how)
    assert code == 0
    assert re.search(r"│ vedtagelse +│ 2021-10-13 +│ 2021-10-14", said), said
    code, said = run("da", "export", tmp_path / "ud.gpkg", *how)
    assert code == 0
    assert "  indkaldelse af ideer: det hører til et andet datasæt (" in said
    refuse_english(said)


def test_an_export_where_nothing_can_be_written_says_so(run: Run, register: Database) -> None:
    how = ("--municipality", "0340", "--mapping", "plandata")
    code, said = run("da", "export", "/proc/ud.gpkg", *how)
    assert (code, said.startswith("georegister: /proc/ud.gpkg kan ikke skrives: ")) == (1, True)
    refuse_english(said)
    assert run("en", "export", "/proc/ud.gpkg", *how)[1].startswith("georegister: /proc/ud.gpkg cannot be written: ")

"""`georegister sheet`: a file, or a sentence and another exit code."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from georegister.cli.sheet import sheet_command
from georegister.errors import GeoregisterError
from georegister.register.database import Database
from tests import warm


def sheet(output: Path, **asked: Any) -> None:
    """The command, in a thread of its own: where a browser is open this one has a loop already."""
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(sheet_command, output, **asked).result()


@pytest.fixture
def register(shared_demo: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", shared_demo.admin)
    monkeypatch.setenv("GEOREGISTER_TODAY", "2026-11-22")
    monkeypatch.setenv("GEOREGISTER_PUBLIC_URL", "https://plans.example")
    return shared_demo


def test_a_plan_by_its_number(register: Database, tmp_path: Path) -> None:
    file = tmp_path / "sk66.pdf"
    asked = ["sk66", "--day", "2021-06-01", "--output", str(file)]
    done = warm.run("sheet", *asked, environment={"LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    assert "Printing" in done.stderr
    said = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    assert "Solcellepark ved Fjenneslev" in said
    assert "https://plans.example/plans/0340-local-plan-sk-66?datetime=2021-06-01" in said


def test_a_view_and_a_search(register: Database, tmp_path: Path) -> None:
    view, page = tmp_path / "view.png", tmp_path / "search.html"
    sheet(view, municipality="0956", kind=["addendum"], colour="status", lang="en")
    with Image.open(view) as picture:
        assert picture.size == (1489, 2105)
    sheet(page, search="bolig", lang="da")
    text = page.read_text(encoding="utf-8")
    assert 'href="data:text/css;base64,' in text
    assert "/static/" not in text
    assert "Boliger ved Vedels Have" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"plan": "nothing-like-it"}, "There is no 'nothing-like-it' here."),
        ({"sdg": ["99"]}, "sdg: it should be at most 17"),
        ({"colour": "red"}, "colour: it should be one of 'theme', 'use', 'status'"),
        ({"bbox": "1,2"}, "bbox: expected west,south,east,north"),
        ({"municipality": "9999"}, "There is no municipality '9999'"),
        ({"plan": "sk66", "ended": True}, "of one plan, of one view or of one search"),
    ],
)
def test_what_cannot_be_written_says_why(
    register: Database, tmp_path: Path, asked: dict[str, object], words: str
) -> None:
    file = tmp_path / "sheet.html"
    with pytest.raises(GeoregisterError) as told:
        sheet(file, **asked)  # type: ignore[arg-type]
    assert words in str(told.value)
    assert not file.exists()


@pytest.mark.parametrize("name", ["sheet.txt", "sheet", "no/such/folder/sheet.pdf"])
def test_a_file_that_cannot_be_is_refused_before_anything_is_done(tmp_path: Path, name: str) -> None:
    with pytest.raises(GeoregisterError):
        sheet(tmp_path / name)

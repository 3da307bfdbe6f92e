"""A file beside the register: missing, extra, different; by library, by command line, and as a page."""

import json
import re
from pathlib import Path

import pytest
import shapely
import shapely.affinity
from typer.testing import CliRunner

from georegister.cli import app
from georegister.cli import compare as _compare  # noqa: F401  # adds its command
from georegister.cli import export as _export  # noqa: F401
from georegister.cli import mapping as _mapping  # noqa: F401
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.loading.read import read
from georegister.loading.side_by_side import Comparison, beside
from georegister.register.database import Database
from georegister.settings import folder
from tests.builders import a_delivery, a_plan, a_square

SOROE = folder("data") / "soroe"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extract as of another register: one plan more, one otherwise, one moved, most not there."""
    [layer] = read(SOROE / "lokalplaner.zip").layers
    shapes = dict(zip([row["PLANNR"] for row in layer.rows()], layer.geometry.to_pylist(), strict=True))
    days = {"DATOFORSL": 20210512, "DATOSTART": 20210512, "DATOSLUT": 20210707}
    park, homes, small = (shapely.from_wkb(shapes[number]) for number in ("SK 66", "SK 69", "SK 71"))
    named = a_plan("sk66", "Solcellepark <b>Fjenneslev</b>", PLANID=7, ANVGEN=81)
    moved = shapely.affinity.translate(homes, 5, 0)
    rows = [
        {**named, **days, "DATOVEDT": 20211014, "geometry": park},
        {**a_plan("SK 69", "Boligområde ved Slagelsevej", ANVGEN=11), "geometry": moved},
        {**a_plan("SK 71", "Boliger ved Vedels Have i Søgade", ANVGEN=11), "geometry": small},
        {**a_plan("SK 999", "Kun hos dem"), "geometry": a_square()},
        {**a_plan("SK 998", "Fra en anden kommune"), "KOMNR": 999, "geometry": a_square()},
    ]
    return a_delivery(tmp_path_factory.mktemp("theirs"), rows)


@pytest.fixture(scope="module")
def found(shared_demo: Database, theirs: Path) -> Comparison:
    plandata = read_mapping(folder("data") / "mappings" / "plandata.toml")
    return beside(shared_demo, theirs, "0340", plandata, Options(dataset="theirs"))


def test_missing_extra_and_different(found: Comparison) -> None:
    assert [one.id for one in found.missing] == ["0340-local-plan-sk-999"]
    extra = ["0340-local-plan-sk-3", "0340-local-plan-sk-61", "0340-local-plan-sk-70"]
    assert [one.id for one in found.extra] == [*extra, "0340-local-plan-sk-72", "0340-local-plan-sk-75"]
    assert (found.same, [finding.rule.id for finding in found.refused]) == (1, ["ATTR-05"])
    park, homes = found.different
    assert park.difference_m2 is None
    assert park.fields == {
        "external_id": (None, "7"),
        "number": ("SK 66", "sk66"),
        "titles": ({"da": "Solcellepark ved Fjenneslev"}, {"da": "Solcellepark <b>Fjenneslev</b>"}),
        "adoption": ("2021-10-13", "2021-10-14"),
    }
    assert homes.fields == {}
    assert homes.difference_m2 == pytest.approx(2 * 5 * 155, rel=0.2)


def run(database: Database, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", database.admin)
    monkeypatch.setenv("COLUMNS", "160")
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_as_table_json_and_map(
    shared_demo: Database, theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "forskelle.html"
    asked = ["compare", str(theirs), "--municipality", "0340", "--mapping", "plandata", "--lang", "en"]
    said = run(shared_demo, monkeypatch, *asked, "--map", str(page))
    assert "1 the same, 2 different, 1 only in the file, 5 only in the register." in said
    assert re.search(r"│ adoption +│ 2021-10-13 +│ 2021-10-14", said)
    html = page.read_text(encoding="utf-8")
    assert "Solcellepark &lt;b&gt;Fjenneslev&lt;/b&gt;" in html
    assert "<b>Fjenneslev" not in html
    assert html.count('class="theirs"') >= 3
    assert "http" not in html.replace("http-equiv", "")
    told = json.loads(run(shared_demo, monkeypatch, *asked, "--json"))
    assert told["same"] == 1
    assert told["different"][0]["fields"]["adoption"] == {"ours": "2021-10-13", "theirs": "2021-10-14"}
    assert [one["number"] for one in told["missing"]] == ["SK 999"]


def test_an_export_beside_the_register_is_the_same(
    shared_demo: Database, plandata: MappingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ud.gpkg"
    asked = ["--municipality", "0340", "--mapping", "plandata", "--lang", "en"]
    said = run(shared_demo, monkeypatch, "export", str(file), *asked, "--all-datasets")
    assert "lokalplan: 8 plans" in said
    assert "call for ideas: the mapping has no column for it (" in said
    told = beside(shared_demo, file, "0340", plandata, Options())
    assert (told.same, told.missing, told.extra) == (14, [], [])
    assert told.different == []


def test_a_mapping_is_suggested_saved_and_shown(
    shared_demo: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_delivery(tmp_path, [{"Nr": "LP 1", "Navn": "Havnen", "geometry": a_square()}], name="lokalplaner")
    monkeypatch.setenv("GEOREGISTER_CONFIG", str(tmp_path / "own"))
    said = run(shared_demo, monkeypatch, "mapping", "suggest", str(file), "--save", "vores", "--lang", "en")
    assert "Saved: load with --mapping vores." in said
    assert "vores: Kommunens egen leverance" in run(shared_demo, monkeypatch, "mapping", "list")
    assert 'number = "Nr"' in run(shared_demo, monkeypatch, "mapping", "show", "vores")
    for name, words in (("vores", "already"), ("../x", "cannot be called")):
        done = CliRunner().invoke(app, ["mapping", "suggest", str(file), "--save", name])
        assert words in str(done.exception)
    monkeypatch.delenv("GEOREGISTER_CONFIG")
    done = CliRunner().invoke(app, ["mapping", "suggest", str(file), "--save", "vores"])
    assert "set GEOREGISTER_CONFIG" in str(done.exception)

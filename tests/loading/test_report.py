"""What a load says, in each of the forms it is said in."""

import json
import re
from pathlib import Path
from typing import Any

import geopandas
import pyproj
import pytest
import shapely
from typer.testing import CliRunner

import georegister.cli.check
import georegister.cli.load
import georegister.cli.rules  # noqa: F401  # each adds its command
from georegister.cli import app
from georegister.domain.rule import RULES
from georegister.errors import DeliveryRefused, NotFound, SettingsInvalid, WithdrawalsUnexpected
from georegister.language import translator
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.report import lines
from georegister.loading.report_json import as_json
from georegister.register.database import Database, reading
from tests.builders import SOROE, a_delivery, a_plan, a_square

TANGLED = shapely.transform(
    shapely.Polygon([(0, 0), (90, 90), (90, 0), (0, 90)]), lambda points: points + (SOROE[0], SOROE[1] + 600)
)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A new plan, a mended one, a refused one and a changed one."""
    return a_delivery(
        tmp_path,
        [
            a_plan("SK 900", "Ny plan"),
            a_plan("SK 901", "Kludret omrids", geometry=TANGLED),
            a_plan("SK 902", "En anden kommune", KOMNR=999),
            a_plan("SK 69", "Boligområde ved Slagelsevej 7-11", geometry=a_square(side=50)),
        ],
    )


def test_a_report_as_json(shared_demo: Database, plandata: MappingFile, mixed: Path) -> None:
    report = load(shared_demo, mixed, "0340", plandata, Options(dry_run=True))
    said = json.loads(json.dumps(as_json(report, translator("da")), ensure_ascii=False))
    assert {name: said[name] for name in ("file", "municipality", "dataset", "rows", "ignored")} == {
        "file": "lokalplan.zip",
        "municipality": "0340",
        "dataset": "plandata",
        "rows": 4,
        "ignored": [],
    }
    assert (said["outcome"], said["load"], said["version"]) == ("dry_run", None, None)
    assert said["summary"]["plans"] == {"added": 2, "amended": 1, "withdrawn": 0, "unchanged": 0, "refused": 1}
    new, _, changed = said["plans"]
    assert (new["id"], new["change"], new["number"], new["title"], new["layer"], new["row"], new["fields"]) == (
        *("0340-local-plan-sk-900", "added", "SK 900", "Ny plan", "lokalplan", 1),
        {},
    )
    assert changed["fields"]["titles"] == {
        "old": {"da": "Boligområde ved Slagelsevej"},
        "new": {"da": "Boligområde ved Slagelsevej 7-11"},
    }
    assert "geometry" not in changed["fields"]
    refused = next(one for one in said["findings"] if one["rule"] == "ATTR-05")
    assert (refused["severity"], refused["responsible"], refused["layer"], refused["row"], refused["field"]) == (
        *("error", "supplier", "lokalplan", 3),
        "municipality",
    )
    assert refused["message"] == "Rækken hører til kommune 999, og leverancen indlæses for 0340."
    assert refused["details"] == {"value": "999", "expected": "0340"}


def test_what_a_load_came_to(demo: Database, plandata: MappingFile, mixed: Path) -> None:
    t = translator("en")
    assert as_json(load(demo, mixed, "0340", plandata, Options(strict=True)), t)["outcome"] == "refused"
    applied = as_json(load(demo, mixed, "0340", plandata, Options()), t)
    assert (applied["outcome"], applied["load"] > 0, applied["version"] > 0) == ("applied", True, True)
    again = as_json(load(demo, mixed, "0340", plandata, Options()), t)
    assert (again["outcome"], again["load"], again["plans"], again["facts"]) == ("unchanged", None, [], [])
    assert isinstance(again["already_loaded"], int)


def test_nothing_but_json_on_standard_output(
    shared_demo: Database, mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", shared_demo.admin)
    arguments = ["load", str(mixed), "--mapping", "plandata", "--municipality", "0340", "--dry-run", "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 3
    assert json.loads(done.stdout)["summary"]["plans"]["added"] == 2


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments])


@pytest.fixture
def terminal(shared_demo: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", shared_demo.admin)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_files_for_people_and_for_a_gis(terminal: None, mixed: Path, tmp_path: Path) -> None:
    page, layer = tmp_path / "report.html", tmp_path / "failing.gpkg"
    done = run(
        *("load", str(mixed), "--mapping", "plandata", "--municipality", "0340", "--dry-run"),
        *("--report", str(page), "--failing", str(layer)),
    )
    assert done.exit_code == 3, done.output
    html = page.read_text(encoding="utf-8")
    assert "Self-intersection" in html
    assert 'class="failing warning"' in html
    assert 'class="municipality"' in html
    assert "<script" not in html
    assert re.findall(r"(?:src|href)=|url\(|@import|https?://", html) == []
    frame = geopandas.read_file(layer)
    assert frame.crs.to_epsg() == 4326
    [mended] = frame[frame["rule"] == "GEOM-03"].to_dict("records")
    assert (mended["severity"], mended["delivered_row"], mended["layer"]) == ("warning", 2, "lokalplan")
    assert "Self-intersection" in mended["message"]
    middle = pyproj.Transformer.from_crs(25832, 4326, always_xy=True).transform(SOROE[0] + 45, SOROE[1] + 645)
    assert mended["geometry"].distance(shapely.Point(middle)) < 1e-5


def test_hostile_words_stay_words_in_the_page(terminal: None, tmp_path: Path) -> None:
    words = "<script>alert(1)</script>"
    file = a_delivery(tmp_path, [a_plan("SK 901", words), a_plan("SK 902", words, KOMNR="<b>9</b>")])
    page = tmp_path / "report.html"
    run("load", str(file), "--mapping", "plandata", "--municipality", "0340", "--dry-run", "--report", str(page))
    html = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<b>9" not in html


@pytest.mark.parametrize("language", ["en", "da"])
def test_braces_in_a_delivery_stay_braces(
    shared_demo: Database, plandata: MappingFile, tmp_path: Path, language: str
) -> None:
    row = a_plan("9-2025", "{title} {", KOMPLAN="{evil} {0} {", DOKLINK="{value}")
    report = load(shared_demo, a_delivery(tmp_path, [row], name="tillaeg"), "0340", plandata, Options(dry_run=True))
    said = "\n".join(lines(report, translator(language)))
    assert "“{evil} {0} {”" in said
    assert "“{value}”" in said


def test_where_nothing_can_be_written_nothing_is_loaded(terminal: None, mixed: Path, tmp_path: Path) -> None:
    done = run("load", str(mixed), "--mapping", "plandata", "--municipality", "0340", "--report", str(tmp_path / "a/b"))
    assert isinstance(done.exception, SettingsInvalid)


TWINS = [a_plan(number, geometry=a_square(664_000, 6_150_000)) for number in ("SK 905", "SK 906")]


def test_what_must_be_acknowledged_is_stored_only_then(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    file, t = a_delivery(tmp_path, TWINS), translator("en")
    with reading(demo) as session:
        before = session.sql("SELECT count(*) AS n FROM act").fetchone()
    report = load(demo, file, "0340", plandata, Options(by="eva"))
    assert (report.receipt, report.unacknowledged, as_json(report, t)["outcome"]) == (None, ["GEOM-08"], "refused")
    assert "--acknowledge GEOM-08" in list(lines(report, t))[-1]
    with reading(demo) as session:
        assert session.sql("SELECT count(*) AS n FROM act").fetchone() == before
    with pytest.raises(DeliveryRefused, match="GEOM-03"):
        load(demo, file, "0340", plandata, Options(acknowledge=frozenset({"GEOM-03"})))
    done = load(demo, file, "0340", plandata, Options(by="eva", acknowledge=frozenset({"GEOM-08"})))
    assert done.receipt
    with reading(demo) as session:
        rows = session.sql(
            "SELECT acknowledged_by, acknowledged_at IS NOT NULL AS dated, ST_Area(geom) > 0 AS shown "
            "FROM finding WHERE rule = 'GEOM-08'"
        ).fetchall()
    assert rows == [{"acknowledged_by": "eva", "dated": True, "shown": True}]


def test_the_command_says_what_to_acknowledge(terminal: None, tmp_path: Path) -> None:
    arguments = ["load", str(a_delivery(tmp_path, TWINS)), "--mapping", "plandata", "--municipality", "0340"]
    done = run(*arguments)
    assert done.exit_code == 2
    assert "--acknowledge GEOM-08" in done.output
    dry = run(*arguments, "--dry-run")
    assert (dry.exit_code, "--acknowledge GEOM-08" in dry.output) == (2, True)


def test_a_dry_run_ends_as_the_load_would(terminal: None, tmp_path: Path) -> None:
    arguments = ["load", str(a_delivery(tmp_path, [a_plan("SK 990")])), "--mapping", "plandata", "--municipality"]
    complete = ["0340", "--complete", "--dry-run", "--json"]
    lacking = run(*arguments, *complete)
    missing = json.loads(lacking.stdout)["summary"]["plans"]["withdrawn"]
    assert (lacking.exit_code, missing > 0) == (2, True)
    assert run(*arguments, *complete, "--expect-withdrawals", str(missing)).exit_code == 0
    real = run(*arguments, "0340", "--complete", "--expect-withdrawals", str(missing + 1))
    assert isinstance(real.exception, WithdrawalsUnexpected)


def test_the_rules_as_a_table_and_as_json(terminal: None) -> None:
    table = run("rules").output
    assert "GEOM-08" in table
    told = json.loads(run("rules", "--json", "--lang", "da").stdout)
    assert [one["id"] for one in told] == sorted(RULES)
    assert all(one["sentence"] and one["basis"] and "{" not in one["sentence"] for one in told)


def test_the_register_as_a_whole(terminal: None) -> None:
    done = run("check", "--municipality", "0340")
    assert done.exit_code == 3
    assert "Number 5 is missing among the addenda to Kommuneplan 2019-2030" in done.output
    assert "0340-local-plan-sk-69, address of the document: There is no link" in done.output
    said = json.loads(run("check", "--municipality", "0340", "--json").stdout)
    assert {"NUM-01", "DOC-03"} <= {one["rule"] for one in said["findings"]}
    nobody = run("check", "--municipality", "9999")
    assert isinstance(nobody.exception, NotFound)

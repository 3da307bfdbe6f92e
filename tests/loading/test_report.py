"""What a load says, in each of the forms it is said in."""

import json
from pathlib import Path

import pytest
import shapely
from typer.testing import CliRunner

import georegister.cli.load  # noqa: F401  # adds its command
from georegister.cli import app
from georegister.language import translator
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.report_json import as_json
from georegister.register.database import Database
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


def test_nothing_but_json_on_standard_output(
    shared_demo: Database, mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", shared_demo.admin)
    arguments = ["load", str(mixed), "--mapping", "plandata", "--municipality", "0340", "--dry-run", "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 3
    assert json.loads(done.stdout)["summary"]["plans"]["added"] == 2

"""Sector plans by administration and UN goal, with made data: no source gives any yet."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from georegister.errors import MappingInvalid
from georegister.loading.facts import read_facts
from georegister.loading.load import load
from georegister.loading.prepare import Options
from georegister.register import sectors
from georegister.register.database import Database, reading

HEAD = 'municipality = "0340"\ndataset = "made-up-sectors"\ntitle = "Made up"\ncomplete = true\n'
SECTORS = """
[[administration]]
id = "0340-teknik"
titles = { da = "Teknik" }

[[administration]]
id = "0340-skole"
titles = { da = "Skole" }

[[sector_plan]]
id = "0340-teknik-2024"
administration = "0340-teknik"
titles = { da = "Vand og varme" }
period_from = 2024
physical = { da = "Et nyt værk" }
economic = { da = "Lån over tolv år" }

[[sub_goal]]
id = "0340-teknik-2024-1"
sector_plan = "0340-teknik-2024"
no = 1
texts = { da = "Mindre spild" }
sdg = 6
measures = { da = "m³ om året" }
trend = "progress"

[[sub_goal]]
id = "0340-teknik-2024-2"
sector_plan = "0340-teknik-2024"
no = 2
texts = { da = "Færre brud" }
sdg = 6
trend = "regress"

[[sub_goal]]
id = "0340-teknik-2024-3"
sector_plan = "0340-teknik-2024"
no = 3
texts = { da = "Mindre CO2" }
sdg = 13
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "sectors.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def cells(database: Database, known_at: datetime | None = None, **question: list[str]) -> list[tuple[object, ...]]:
    with reading(database) as session:
        rows = session.rows(
            sectors.matrix(known_at is not None), **{"municipality": ["0340"], "known_at": known_at, **question}
        )
    return [
        (row["administration"], row["sdg"], row["sub_goals"], *(row[trend] for trend in sectors.TRENDS)) for row in rows
    ]


def test_the_matrix_has_a_cell_for_each_goal_of_each_administration(demo: Database, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    load(demo, written(tmp_path, SECTORS), "0340", None, Options())
    assert cells(demo) == [
        ("0340-skole", None, 0, 0, 0, 0, 0),
        ("0340-teknik", 6, 2, 1, 1, 0, 0),
        ("0340-teknik", 13, 1, 0, 0, 0, 1),
    ]
    assert cells(demo, municipality=["0956"]) == []
    assert cells(demo, before) == []


def test_a_sector_plan_runs_for_twelve_years(demo: Database, tmp_path: Path) -> None:
    load(demo, written(tmp_path, SECTORS), "0340", None, Options())
    with reading(demo) as session:
        [plan] = session.rows(sectors.plans(False), municipality=[])
    assert (plan["period_from"], plan["period_to"]) == (2024, 2035)
    assert (plan["administration_titles"], plan["physical"]) == ({"da": "Teknik"}, {"da": "Et nyt værk"})


def test_what_is_changed_or_taken_back_stays_in_the_history(demo: Database, tmp_path: Path) -> None:
    load(demo, written(tmp_path, SECTORS), "0340", None, Options())
    between = datetime.now(UTC)
    better = SECTORS.replace('"regress"', '"progress"').rsplit("[[sub_goal]]", 1)[0]
    report = load(demo, written(tmp_path, better), "0340", None, Options())
    assert report.findings == []
    assert cells(demo)[1:] == [("0340-teknik", 6, 2, 2, 0, 0, 0)]
    assert cells(demo, between)[1:] == [("0340-teknik", 6, 2, 1, 1, 0, 0), ("0340-teknik", 13, 1, 0, 0, 0, 1)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (SECTORS.replace("sdg = 13", "sdg = 18"), "sdg"),
        (SECTORS.replace('"regress"', '"worse"'), "trend"),
        (SECTORS.replace("period_from = 2024", "period_from = 2024\nperiod_to = 2020"), "period_to"),
    ],
)
def test_a_wrong_entry_names_its_field(tmp_path: Path, wrong: str, field: str) -> None:
    with pytest.raises(MappingInvalid, match=field):
        read_facts(written(tmp_path, wrong))


def test_a_sector_plan_of_nobody_is_refused(demo: Database, tmp_path: Path) -> None:
    of_nobody = SECTORS.replace('administration = "0340-teknik"', 'administration = "0340-nobody"')
    report = load(demo, written(tmp_path, of_nobody), "0340", None, Options())
    assert ("REF-01", "administration") in [(one.rule.id, one.field) for one in report.findings]

"""A delivery that comes again, corrected or worse: nothing known is lost, and what is corrected is seen."""

from datetime import date
from pathlib import Path

from georegister.domain.change import Withdrawn
from georegister.language import translator
from georegister.loading.report import lines
from tests.builders import a_delivery, a_plan, a_square
from tests.loading.test_load import DATA, Loading, ids, loading  # noqa: F401  # a fixture

PLAN = "0340-local-plan-sk-900"
Loads = Loading


def shown_from(loads: Loads) -> list[object]:
    rows = loads.rows(f"SELECT lower(valid) AS first FROM plan_version WHERE plan = '{PLAN}' AND upper_inf(recorded)")
    return [row["first"] for row in rows]


def events(loads: Loads, plan: str) -> dict[object, object]:
    rows = loads.rows(f"SELECT type, latest FROM plan_event WHERE plan = '{plan}' AND upper_inf(recorded)")
    return {row["type"]: row["latest"] for row in rows}


def test_a_corrected_day_is_when_the_plan_is_shown_from(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20990101)]))
    assert shown_from(loading) == [date(2099, 1, 1)]
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20190101)]))
    assert shown_from(loading) == [date(2019, 1, 1)]
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20190101, DATOFORSL=20180401)]))
    assert shown_from(loading) == [date(2018, 4, 1)]
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20190101, DATOFORSL=20180501, geometry=a_square(side=300))]))
    assert shown_from(loading) == [date(2018, 5, 1)]
    assert loading(
        a_delivery(tmp_path, [a_plan(DATOVEDT=20190101, DATOFORSL=20180501, geometry=a_square(side=300))])
    ).changes_nothing


def test_a_fact_by_hand_moves_it_too(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20190101)]))
    file = tmp_path / "facts.toml"
    file.write_text(
        'municipality = "0340"\ndataset = "by-hand"\ntitle = "Efter arkivet"\n'
        f'[[event]]\nplan = "{PLAN}"\ntype = "proposal"\non = 2018-03-01\n',
        encoding="utf-8",
    )
    loading(file)
    assert shown_from(loading) == [date(2018, 3, 1)]
    known = loading.rows(f"SELECT lower(valid) AS first FROM plan_version WHERE plan = '{PLAN}' ORDER BY id")
    assert [row["first"] for row in known] == [date(2019, 1, 1), date(2018, 3, 1)]


def test_a_column_that_is_not_there_takes_nothing_away(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    before = events(loading, "0340-local-plan-sk-66")
    report = loading(
        a_delivery(tmp_path, [a_plan("SK 66", "Solcellepark ved Fjenneslev", geometry=a_square(side=400))])
    )
    assert [change for change in report.facts if isinstance(change, Withdrawn)] == []
    assert events(loading, "0340-local-plan-sk-66") == before
    [hearings] = loading.rows(
        "SELECT count(*) AS n FROM hearing WHERE plan = '0340-local-plan-sk-66' AND upper_inf(recorded)"
    )
    assert hearings["n"] == 2


def test_a_day_that_cannot_be_read_takes_nothing_away(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT="20200102", DATOFORSL="20190102")]))
    for words in ("2. januar 2020", "00010101", "99991231", "２０２００１０３"):
        report = loading(a_delivery(tmp_path, [a_plan(DATOVEDT=words, DATOFORSL="20190102")]))
        assert "ATTR-03" in ids(report, "warning"), words
        assert events(loading, PLAN)["adoption"] == date(2020, 1, 2)
    report = loading(a_delivery(tmp_path, [a_plan(DATOVEDT="0", DATOFORSL="20190102")]))
    assert [change.id for change in report.facts if isinstance(change, Withdrawn)] == [f"{PLAN}-adoption"]


def test_a_refused_row_takes_nothing_away(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    text = (DATA / "plan-facts.toml").read_text(encoding="utf-8")
    file = tmp_path / "plan-facts.toml"
    file.write_text(text.replace('goal = "0340-vision-2026-4.1"', 'goal = "0340-vision-2026-4.99"'), encoding="utf-8")
    report = loading(file)
    assert report.refused == 2
    assert [change for change in report.facts if isinstance(change, Withdrawn)] == []
    assert "ID-05" in ids(report, "information")
    themes = loading.rows(
        "SELECT DISTINCT plan FROM plan_state WHERE '0340-vision-2026-4' = ANY(themes) AND upper_inf(recorded)"
    )
    assert len(themes) == 2


def test_one_key_on_two_rows_is_refused_at_once(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    rows = [a_plan("Y 2", PLANID=7002), a_plan("Y 3", PLANID=7002, geometry=a_square(side=300))]
    report = loading(a_delivery(tmp_path, rows))
    assert (report.refused, ids(report, "error")) == (1, ["ID-03"])
    again = loading(a_delivery(tmp_path, rows))
    assert again.changes_nothing


def test_a_number_that_another_plan_has_is_pointed_out(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan("Y 2", PLANID=1), a_plan("Y 3", PLANID=2, geometry=a_square(side=300))]))
    report = loading(a_delivery(tmp_path, [a_plan("Y 3", PLANID=1)]))
    assert "ID-04" in ids(report, "warning")


def test_a_mistyped_number_is_one_finding(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    row = a_plan("999999-2024", "Tillæg", KOMPLAN="Kommuneplan 2019-2030")
    report = loading(a_delivery(tmp_path, [row], name="kommuneplantillaeg"))
    assert [one for one in ids(report, "warning") if one.startswith("NUM")] == ["NUM-01", "NUM-02"]


def test_a_plan_whose_days_alone_change_is_told(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20190101, DATOFORSL=0), a_plan("SK 901", DATOVEDT=20190101)]))
    rows = [a_plan(DATOVEDT=20190101, DATOFORSL=20180401), a_plan("SK 901", DATOVEDT=20190101, DATOFORSL=0)]
    said = list(lines(loading(a_delivery(tmp_path, rows)), translator("en")))
    assert "  plans: 0 new, 0 changed, 0 withdrawn, 2 unchanged" in said
    assert "  1 of the unchanged plans gets other days or figures" in said
    assert f"  + {PLAN}-proposal" in said

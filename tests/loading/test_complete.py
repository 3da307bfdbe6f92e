"""A complete delivery: new, changed, missing and broken plans are told exactly, applied, taken back, applied again."""

import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from georegister.domain.change import Added, Amended, Withdrawn, count
from georegister.errors import DeliveryRefused, WithdrawalsUnexpected
from georegister.language import translator
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.loading.report import lines
from georegister.loading.report_json import as_json
from georegister.register.database import Database, writing
from georegister.register.undo import undo
from georegister.settings import folder
from tests.builders import a_complete_mapping, a_delivery, a_plan, a_square, content_of, make_10_5_3_2, zipped
from tests.loading.test_load import ids
from tests.loading.test_mapping import LOCAL_PLAN, SUB_AREAS, a_geopackage

CHANGED = [f"0340-local-plan-p-{n}" for n in range(1, 6)]
MISSING = [f"0340-local-plan-p-{n}" for n in range(6, 9)]
NEW = sorted(f"0340-local-plan-n-{n}" for n in range(1, 11))


@pytest.fixture
def mapping(tmp_path: Path) -> MappingFile:
    return read_mapping(a_complete_mapping(tmp_path / "komplet.toml"))


def of(report: Report, kind: type) -> list[str]:
    return sorted(change.id for change in report.plans if isinstance(change, kind))


def test_ten_new_five_changed_three_missing_two_broken(demo: Database, mapping: MappingFile, tmp_path: Path) -> None:
    base, then = make_10_5_3_2(tmp_path)
    load(demo, base, "0340", mapping, Options())
    before = content_of(demo)

    told = load(demo, then, "0340", mapping, Options(dry_run=True))
    assert count(told.plans) == {"added": 10, "amended": 5, "withdrawn": 3, "unchanged": 4}
    assert told.refused == 2
    assert (of(told, Added), of(told, Amended), of(told, Withdrawn)) == (NEW, CHANGED, MISSING)
    assert sorted(ids(told, "error")) == ["GEOM-01", "GEOM-05"]
    withdrawn = {change.id: change.old for change in told.facts if isinstance(change, Withdrawn)}
    assert sorted(withdrawn) == [f"{plan}-adoption" for plan in MISSING]
    in_words = "\n".join(lines(told, translator("en")))
    assert "plans: 10 new, 5 changed, 3 withdrawn, 4 unchanged" in in_words
    assert "2 rows refused" in in_words
    assert re.search(r"geometry: 10,0\d\d m² -> 14,4\d\d m², 4,[34]\d\d m² differ, at most 28\.3 m", in_words)
    assert "title: da: Plan 1 -> da: Plan 1, rettet" in in_words
    for plan in MISSING:
        assert f"  - {plan}\n" in in_words

    said = as_json(told, translator("en"))
    assert said["summary"]["plans"] == {"added": 10, "amended": 5, "withdrawn": 3, "unchanged": 4, "refused": 2}
    by_id = {plan["id"]: plan for plan in said["plans"]}
    assert (len(by_id), by_id[MISSING[0]]["change"], by_id[MISSING[0]]["number"]) == (18, "withdrawn", "P 6")
    assert by_id[CHANGED[0]]["geometry"] is None
    assert by_id[CHANGED[0]]["fields"] == {"titles": {"old": {"da": "Plan 1"}, "new": {"da": "Plan 1, rettet"}}}
    measured = by_id[CHANGED[3]]["geometry"]
    assert measured["area_before_m2"] == pytest.approx(10_000, rel=3e-3)
    assert measured["symmetric_difference_m2"] == pytest.approx(3_600, rel=3e-3)
    assert measured["hausdorff_m"] == pytest.approx(20 * 2**0.5, abs=0.05)
    shown = {change.id: change for change in told.plans}
    gone, moved = shown[MISSING[0]], shown[CHANGED[3]]
    assert isinstance(gone, Withdrawn)
    assert isinstance(gone.old.record.geometry, shapely.MultiPolygon)
    assert isinstance(moved, Amended)
    assert moved.geometry
    assert moved.geometry.before.buffer(1e-6).contains(moved.geometry.after)

    for expected in (None, 2, 4):
        with pytest.raises(WithdrawalsUnexpected, match="3 plans are missing"):
            load(demo, then, "0340", mapping, Options(expect_withdrawals=expected))
    assert content_of(demo) == before

    applied = load(demo, then, "0340", mapping, Options(expect_withdrawals=3))
    assert applied.receipt
    after = content_of(demo)
    plans = {row["plan"]: row for row in after["plan_version"]}
    assert {*NEW, *CHANGED} <= plans.keys()
    assert plans.keys().isdisjoint(MISSING)
    assert {"0340-local-plan-p-9", "0340-local-plan-p-10", "0340-local-plan-sk-66"} <= plans.keys()
    assert {row["plan"] for row in after["plan_state"]} == plans.keys()
    assert {row["plan"] for row in after["plan_event"]}.isdisjoint(MISSING)
    again = load(demo, then, "0340", mapping, Options())
    assert (again.changes_nothing, again.standing) == (True, applied.receipt.load)
    with writing(demo) as session:
        undo(session, "0340", applied.receipt.load, "test")
    assert content_of(demo) == before
    assert load(demo, then, "0340", mapping, Options(expect_withdrawals=3)).receipt
    assert content_of(demo) == after


def test_nothing_is_missing_where_nobody_can_tell(demo: Database, mapping: MappingFile, tmp_path: Path) -> None:
    rows = [a_plan("P 1"), a_plan("P 2", geometry=a_square(side=50))]
    load(demo, a_delivery(tmp_path, rows), "0340", mapping, Options())
    nameless = load(demo, a_delivery(tmp_path, [rows[0], a_plan("")]), "0340", mapping, Options(dry_run=True))
    assert of(nameless, Withdrawn) == []
    assert "ID-06" in ids(nameless, "warning")
    whole = a_delivery(tmp_path, rows[:1], name="half_lokalplan")
    assert of(load(demo, whole, "0340", mapping, Options(dry_run=True)), Withdrawn) == ["0340-local-plan-p-2"]
    parts = {part.name: part.read_bytes() for part in (tmp_path / "half_lokalplan").iterdir()}
    unread = zipped(tmp_path / "part_lokalplan.zip", {**parts, "rest/tillaeg.kml": b"<kml/>"})
    partly = load(demo, unread, "0340", mapping, Options(dry_run=True))
    assert of(partly, Withdrawn) == []
    assert "ID-07" in ids(partly, "warning")


def test_a_refused_row_that_has_its_number_or_key_holds_back_its_own_plan_alone(
    demo: Database, mapping: MappingFile, tmp_path: Path
) -> None:
    rows = [a_plan(f"P {n}", PLANID=9000 + n) for n in range(1, 5)]
    load(demo, a_delivery(tmp_path, rows), "0340", mapping, Options())
    half = [rows[0], {**rows[1], "PLANNAVN": None}, {**rows[2], "PLANNR": None}]
    told = load(demo, a_delivery(tmp_path, half), "0340", mapping, Options(dry_run=True))
    assert (of(told, Withdrawn), told.refused) == (["0340-local-plan-p-4"], 2)
    assert "ID-06" not in ids(told, "warning")
    for nobody in ({"PLANID": 0, "PLANNR": None}, {"PLANID": 9999, "PLANNR": None}):
        told = load(
            demo, a_delivery(tmp_path, [rows[0], {**rows[1], **nobody}]), "0340", mapping, Options(dry_run=True)
        )
        assert (of(told, Withdrawn), "ID-06" in ids(told, "warning")) == ([], True)
        [said] = [line for line in lines(told, translator("en")) if "ID-06" in line]
        assert said.startswith("  warning ID-06 lokalplan.zip: ")
        assert said.endswith("is kept: 1 refused row, 3 plans.")


def test_a_delivery_that_cannot_be_placed_misses_nothing(demo: Database, mapping: MappingFile, tmp_path: Path) -> None:
    rows = [a_plan("P 1"), a_plan("P 2")]
    load(demo, a_delivery(tmp_path, rows), "0340", mapping, Options())
    nowhere = load(
        demo, a_delivery(tmp_path, rows, name="uden_lokalplan", crs=None), "0340", mapping, Options(dry_run=True)
    )
    assert (of(nowhere, Withdrawn), nowhere.refused) == ([], 2)
    wrong = a_delivery(tmp_path, rows, name="grader_lokalplan", crs=4326)
    misread = load(demo, wrong, "0340", mapping, Options(dry_run=True))
    assert (of(misread, Withdrawn), misread.refused, ids(misread, "error")) == ([], 2, ["GEOM-19"])


def test_only_a_complete_delivery_misses_and_only_in_its_scope(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    file = a_delivery(tmp_path, [a_plan("SK 66", "Solcellepark ved Fjenneslev")])
    told = load(demo, file, "0340", plandata, Options(dry_run=True))
    assert of(told, Withdrawn) == []
    told = load(demo, file, "0340", plandata, Options(dry_run=True, complete=True))
    held = [row for row in content_of(demo)["plan_version"] if row["municipality"] == "0340"]
    others = sorted(row["plan"] for row in held if row["kind"] == "local-plan" and row["number"] != "SK 66")
    assert others
    assert of(told, Withdrawn) == others
    addendum = a_delivery(tmp_path, [a_plan("1", KOMPLAN="Kommuneplan 2019-2030")], name="tillaeg")
    told = load(demo, addendum, "0340", plandata, Options(dry_run=True, complete=True))
    addenda = [row["plan"] for row in held if row["kind"] == "addendum"]
    assert of(told, Amended) == ["0340-addendum-1-2021"]
    assert of(told, Withdrawn) == sorted({*addenda} - {"0340-addendum-1-2021"})


def test_a_reprojected_delivery_changes_nothing(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    load(
        demo,
        a_delivery(tmp_path, [a_plan(), a_plan("SK 901", geometry=a_square(side=1500))]),
        "0340",
        plandata,
        Options(),
    )
    frame = gpd.read_file(tmp_path / "lokalplan" / "lokalplan.shp").to_crs(25833)
    rows = frame.to_dict("records")
    told = load(demo, a_delivery(tmp_path, rows, name="lokalplan_33", crs=25833), "0340", plandata, Options())
    assert told.changes_nothing


def test_a_file_of_facts_says_itself_whether_it_is_complete(demo: Database) -> None:
    for options in (Options(complete=True), Options(effective=date(2026, 1, 1))):
        with pytest.raises(DeliveryRefused, match="says itself whether it is complete"):
            load(demo, folder("data") / "soroe" / "plan-facts.toml", "0340", None, options)


def test_a_withdrawn_plan_has_no_state_though_a_part_of_it_has(
    demo: Database, mapping: MappingFile, tmp_path: Path
) -> None:
    load(demo, a_geopackage(tmp_path, lokalplan=[LOCAL_PLAN], delomraade=SUB_AREAS), "0340", mapping, Options())
    gone = "0340-local-plan-sk-900"

    def with_states() -> set[str]:
        return {row["plan"] for row in content_of(demo)["plan_state"]}

    before = with_states()
    parts = {plan for plan in before if "sk-900" in plan} - {gone}
    assert len(parts) == 2
    rest = a_delivery(tmp_path, [a_plan("SK 901", DATOVEDT=20210601)])
    receipt = load(demo, rest, "0340", mapping, Options(expect_withdrawals=1)).receipt
    assert receipt
    assert with_states() == before - {gone} | {"0340-local-plan-sk-901"}
    with writing(demo) as session:
        undo(session, "0340", receipt.load, "test")
    assert with_states() == before

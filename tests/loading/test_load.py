"""A delivery becomes part of the register, whole or not at all; what it says twice changes nothing."""

import threading
from datetime import date
from pathlib import Path

import pytest
import shapely

from georegister.domain.change import count
from georegister.domain.plan import Kind
from georegister.errors import DeliveryRefused, MappingInvalid, NotFound
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.register import intake
from georegister.register.database import Database, reading
from georegister.settings import folder
from tests.builders import SOROE, a_delivery, a_plan, a_square

DATA = folder("data") / "soroe"


@pytest.fixture
def loading(demo: Database, plandata: MappingFile) -> "Loading":
    return Loading(demo, plandata)


class Loading:
    def __init__(self, database: Database, mapping: MappingFile) -> None:
        self.database, self.mapping = database, mapping

    def __call__(self, file: Path, **options: object) -> Report:
        return load(self.database, file, "0340", self.mapping if file.suffix != ".toml" else None, Options(**options))  # type: ignore[arg-type]

    def rows(self, sql: str) -> list[dict[str, object]]:
        with reading(self.database) as session:
            return session.sql(sql).fetchall()  # type: ignore[arg-type]

    def fingerprint(self) -> list[dict[str, object]]:
        """Everything that counts, to compare before and after."""
        return self.rows(
            "SELECT 'version' AS what, v.plan AS id, md5(v::text) AS content FROM plan_version v UNION ALL "
            "SELECT 'state', s.plan, md5(s::text) FROM plan_state s UNION ALL "
            "SELECT 'event', e.id, md5(e::text) FROM plan_event e UNION ALL "
            "SELECT 'act', a.seq::text, md5(a::text) FROM act a UNION ALL "
            "SELECT 'load', l.id::text, l.file FROM load l ORDER BY 1, 2, 3"
        )


def ids(report: Report, kind: str) -> list[str]:
    return [finding.rule.id for finding in report.findings if finding.rule.severity == kind]


@pytest.mark.parametrize(
    "file", ["lokalplaner.zip", "kommuneplantillaeg.zip", "vision-2026.toml", "plan-facts.toml", "municipal-plans.toml"]
)
def test_the_same_file_twice_changes_nothing(loading: Loading, file: str) -> None:
    before = loading.fingerprint()
    report = loading(DATA / file)
    assert report.changes_nothing
    assert report.receipt is None
    assert loading.fingerprint() == before


def test_the_second_file_withdraws_nothing_of_the_first(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan("SK 900")], name="first_lokalplan"))
    loading(a_delivery(tmp_path, [a_plan("SK 901")], name="second_lokalplan"))
    found = [
        row["plan"] for row in loading.rows("SELECT plan FROM plan_version WHERE upper_inf(recorded) ORDER BY plan")
    ]
    assert {"0340-local-plan-sk-900", "0340-local-plan-sk-901", "0340-local-plan-sk-66"} <= set(found)


def test_the_demos_findings(postgis: object, demo_template: str, loading: Loading) -> None:
    report = loading(DATA / "kommuneplantillaeg.zip")
    assert sorted(ids(report, "warning")) == ["ATTR-06", "ATTR-07", "NUM-01"]
    stored = {row["rule"] for row in loading.rows("SELECT rule FROM finding")}
    assert {"ATTR-06", "ATTR-07", "NUM-01"} <= stored


def test_a_new_plan_with_its_days_has_its_states(loading: Loading, tmp_path: Path) -> None:
    row = a_plan(
        "SK 900", DATOFORSL=20200101, DATOSTART=20200101, DATOSLUT=20200226, DATOVEDT=20200615, DATOIKRAFT=20200620
    )
    assert count(loading(a_delivery(tmp_path, [row])).plans)["added"] == 1
    found = loading.rows(
        "SELECT lower(during) AS since, status, hearing_open FROM plan_state "
        "WHERE plan = '0340-local-plan-sk-900' ORDER BY 1"
    )
    assert [(row["since"], row["status"], row["hearing_open"]) for row in found] == [
        (date(2020, 1, 1), "proposal", True),
        (date(2020, 2, 27), "proposal", False),
        (date(2020, 6, 15), "adopted", False),
        (date(2020, 6, 20), "in_force", False),
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (20200615, date(2020, 6, 15)),
        (20200615.0, date(2020, 6, 15)),
        ("20200615", date(2020, 6, 15)),
        ("2020-06-15", date(2020, 6, 15)),
        (0, None),
        ("", None),
    ],
)
def test_days_are_read_however_written(loading: Loading, tmp_path: Path, written: object, day: date | None) -> None:
    loading(a_delivery(tmp_path, [a_plan("SK 900", DATOVEDT=written), a_plan("SK 901", DATOVEDT=written)]))
    found = loading.rows("SELECT earliest FROM plan_event WHERE plan = '0340-local-plan-sk-900'")
    assert [row["earliest"] for row in found] == ([day] if day else [])


def test_a_day_that_is_none_is_told_and_left_unknown(loading: Loading, tmp_path: Path) -> None:
    report = loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20201345)]))
    [finding] = report.findings
    assert (finding.rule.id, finding.field, str(finding.origin)) == (
        "ATTR-03",
        "DATOVEDT",
        "lokalplan.zip, layer lokalplan, row 1",
    )
    assert loading.rows("SELECT * FROM plan_event WHERE plan = '0340-local-plan-sk-900'") == []


def test_a_changed_title_is_a_correction_and_the_wrong_one_stays_visible(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan(title="Forkert")]))
    report = loading(a_delivery(tmp_path, [a_plan(title="Rigtig")]))
    [change] = report.plans
    assert getattr(change, "fields", {})["titles"] == ({"da": "Forkert"}, {"da": "Rigtig"})
    rows = loading.rows(
        "SELECT titles ->> 'da' AS title, upper_inf(recorded) AS open FROM plan_version "
        "WHERE plan = '0340-local-plan-sk-900' ORDER BY id"
    )
    assert [(row["title"], row["open"]) for row in rows] == [("Forkert", False), ("Rigtig", True)]


def test_a_changed_geometry_is_a_correction(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan()]))
    [change] = loading(a_delivery(tmp_path, [a_plan(geometry=a_square(side=120))])).plans
    assert list(getattr(change, "fields", {})) == ["geometry"]


def test_a_day_taken_back_is_withdrawn(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan(DATOVEDT=20200615)]))
    report = loading(a_delivery(tmp_path, [a_plan(DATOVEDT=0)]))
    assert count(report.facts)["withdrawn"] == 1
    assert [
        row["status"]
        for row in loading.rows(
            "SELECT status FROM plan_state WHERE plan = '0340-local-plan-sk-900' AND upper_inf(recorded)"
        )
    ] == ["unknown"]


@pytest.mark.parametrize("number", ["SK66", "sk 66", "SK  66 "])
def test_a_plan_is_found_again_however_its_number_is_written(loading: Loading, tmp_path: Path, number: str) -> None:
    [change] = loading(a_delivery(tmp_path, [a_plan(number, "Solcellepark")])).plans
    assert change.id == "0340-local-plan-sk-66"


def test_a_plan_is_found_again_by_its_external_id(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan("SK 900", PLANID=123456)]))
    [change] = loading(a_delivery(tmp_path, [a_plan("SK 900 B", PLANID=123456)])).plans
    assert change.id == "0340-local-plan-sk-900"


def test_a_plan_twice_in_one_delivery_is_refused(loading: Loading, tmp_path: Path) -> None:
    report = loading(a_delivery(tmp_path, [a_plan("SK 900"), a_plan("sk900"), a_plan("SK 901")]))
    assert ids(report, "error") == ["ID-01"]
    assert count(report.plans)["added"] == 2


def test_an_error_refuses_the_row_and_not_the_delivery(loading: Loading, tmp_path: Path) -> None:
    rows = [
        a_plan("SK 900"),
        a_plan("", "Uden nummer"),
        a_plan("SK 902", KOMNR=999),
        a_plan("SK 903", geometry=shapely.Point(SOROE)),
    ]
    report = loading(a_delivery(tmp_path, rows[:3]))
    assert sorted(ids(report, "error")) == ["ATTR-01", "ATTR-05"]
    assert (report.refused, count(report.plans)["added"]) == (2, 1)


def test_strict_takes_nothing_when_a_row_is_refused(loading: Loading, tmp_path: Path) -> None:
    before = loading.fingerprint()
    report = loading(a_delivery(tmp_path, [a_plan("SK 900"), a_plan("SK 902", KOMNR=999)]), strict=True)
    assert report.receipt is None
    assert loading.fingerprint() == before


def test_a_dry_run_tells_and_changes_nothing(loading: Loading, tmp_path: Path) -> None:
    before = loading.fingerprint()
    report = loading(a_delivery(tmp_path, [a_plan("SK 900")]), dry_run=True)
    assert count(report.plans)["added"] == 1
    assert report.receipt is None
    assert loading.fingerprint() == before


def test_a_refused_row_of_a_known_plan_leaves_that_plan(loading: Loading, tmp_path: Path) -> None:
    before = loading.rows("SELECT * FROM plan_version WHERE plan = '0340-local-plan-sk-66'")
    loading(a_delivery(tmp_path, [a_plan("SK 66", KOMNR=999), a_plan("SK 900")]))
    assert loading.rows("SELECT * FROM plan_version WHERE plan = '0340-local-plan-sk-66'") == before


def test_another_datasets_plan_is_not_touched(loading: Loading, tmp_path: Path) -> None:
    report = loading(a_delivery(tmp_path, [a_plan("SK 66")]), dataset="another")
    assert ids(report, "error") == ["ID-02"]


def test_without_a_prj_the_system_that_fits_is_named(loading: Loading, tmp_path: Path) -> None:
    file = a_delivery(tmp_path, [a_plan()], crs=None)
    report = loading(file)
    assert [(finding.rule.id, finding.details["suggestion"]) for finding in report.findings] == [
        ("GEOM-04", " EPSG:25832")
    ]
    assert count(loading(file, crs="EPSG:25832").plans)["added"] == 1


def test_an_addendum_belongs_to_the_municipal_plan_of_its_year(loading: Loading, tmp_path: Path) -> None:
    loading(a_delivery(tmp_path, [a_plan("7-2022"), a_plan("1-2025")], name="tillaeg"))
    rows = loading.rows(
        "SELECT id, parent FROM plan WHERE id IN ('0340-addendum-7-2022', '0340-addendum-1-2025') ORDER BY id"
    )
    assert [row["parent"] for row in rows] == ["0340-municipal-plan-2023-2034", "0340-municipal-plan-2019-2030"]


def test_an_addendum_to_a_municipal_plan_that_is_not_there_is_refused(loading: Loading, tmp_path: Path) -> None:
    report = loading(
        a_delivery(tmp_path, [a_plan("1-2010"), a_plan("2-2021", KOMPLAN="Kommuneplan 1999-2010")], name="tillaeg")
    )
    assert ids(report, "error") == ["LIFE-05", "LIFE-05"]


@pytest.mark.parametrize("name", ["whatever", "plans_2026"])
def test_a_layer_that_does_not_tell_its_kind_asks_for_it(loading: Loading, tmp_path: Path, name: str) -> None:
    file = a_delivery(tmp_path, [a_plan()], name=name)
    with pytest.raises(MappingInvalid, match="--kind"):
        loading(file)
    assert count(loading(file, kind=Kind.LOCAL_PLAN).plans)["added"] == 1


def test_plain_columns_in_three_languages(loading: Loading, tmp_path: Path) -> None:
    row = {
        "number": "P 1",
        "title": "Havnen",
        "title_kl": "Umiarsualivik",
        "descr_en": "The harbour",
        "kind": "local-plan",
    }
    days = {"hearing_op": 20200701, "hearing_cl": 20200812}
    file = a_delivery(tmp_path, [{**row, **days, "geometry": a_square(y=6_147_000)}])
    plain = read_mapping(folder("data") / "mappings" / "plain.toml")
    report = load(loading.database, file, "0340", plain, Options())
    assert report.findings == []
    [found] = loading.rows("SELECT titles, descriptions FROM plan_version WHERE plan = '0340-local-plan-p-1'")
    assert found == {"titles": {"da": "Havnen", "kl": "Umiarsualivik"}, "descriptions": {"en": "The harbour"}}
    [hearing] = loading.rows("SELECT closes FROM hearing WHERE plan = '0340-local-plan-p-1'")
    assert hearing["closes"] == date(2020, 8, 12)


def test_a_layer_without_a_number_says_what_it_has(loading: Loading, tmp_path: Path) -> None:
    with pytest.raises(MappingInvalid, match=r"no column plannr .* it has KOMNR, NAVN"):
        loading(a_delivery(tmp_path, [{"KOMNR": 340, "NAVN": "x", "geometry": a_square()}]))


def test_an_unknown_municipality_is_named(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="9999"):
        load(demo, a_delivery(tmp_path, [a_plan()]), "9999", plandata, Options())


def test_an_unknown_reference_system_is_named(loading: Loading, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="EPSG:999999"):
        loading(a_delivery(tmp_path, [a_plan()]), crs="EPSG:999999")


def test_what_fails_in_the_middle_leaves_nothing(
    loading: Loading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = loading.fingerprint()

    def fails(*arguments: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(intake, "write_findings", fails)
    with pytest.raises(RuntimeError):
        loading(a_delivery(tmp_path, [a_plan("SK 900", DATOVEDT=20200615)]))
    assert loading.fingerprint() == before


def test_two_loads_of_one_plan_at_once_are_one_after_the_other(loading: Loading, tmp_path: Path) -> None:
    files = [a_delivery(tmp_path, [a_plan(title=f"Titel {n}")], name=f"lokalplan_{n}") for n in range(4)]
    failed: list[BaseException] = []

    def one(file: Path) -> None:
        try:
            loading(file)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    rows = loading.rows("SELECT upper_inf(recorded) AS open FROM plan_version WHERE plan = '0340-local-plan-sk-900'")
    assert (len(rows), sum(bool(row["open"]) for row in rows)) == (4, 1)


def test_a_replaced_plans_addenda_follow_when_the_day_becomes_known(loading: Loading, tmp_path: Path) -> None:
    text = (DATA / "municipal-plans.toml").read_text(encoding="utf-8")
    known = text.replace("earliest = 2024-05-22\nlatest = 2024-06-05", "on = 2024-06-01")
    file = tmp_path / "municipal-plans.toml"
    file.write_text(known, encoding="utf-8")
    loading(file)
    rows = loading.rows(
        "SELECT lower(during) AS since FROM plan_state "
        "WHERE plan = '0340-addendum-1-2021' AND upper_inf(recorded) AND status = 'replaced'"
    )
    assert [row["since"] for row in rows] == [date(2024, 6, 1)]


def test_delivered_bytes_and_geometry_are_kept(loading: Loading, tmp_path: Path) -> None:
    tangled = shapely.Polygon(
        [(SOROE[0], SOROE[1]), (SOROE[0] + 90, SOROE[1] + 90), (SOROE[0] + 90, SOROE[1]), (SOROE[0], SOROE[1] + 90)]
    )
    file = a_delivery(tmp_path, [a_plan(geometry=tangled)])
    loading(file)
    [row] = loading.rows(
        "SELECT v.geom_delivered, v.crs_delivered, ST_IsValid(v.geom) AS valid, f.bytes "
        "FROM plan_version v, load l, delivery_file f "
        "WHERE v.plan = '0340-local-plan-sk-900' AND l.file = 'lokalplan.zip' AND f.sha256 = l.sha256"
    )
    assert shapely.equals_exact(shapely.from_wkb(row["geom_delivered"]).normalize(), tangled.normalize(), 1e-9)  # type: ignore[arg-type]
    assert (row["crs_delivered"], row["valid"], row["bytes"]) == ("EPSG:25832", True, file.read_bytes())

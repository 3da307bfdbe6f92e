"""Mappings: plans of every kind find the plan they belong to, codes become words, and a wrong file says where."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest

from georegister.domain.change import count
from georegister.domain.codes import Codes
from georegister.errors import MappingInvalid
from georegister.loading.codes import read_codes
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.register.database import Database, reading
from georegister.settings import folder
from tests.builders import a_plan, a_square

MAPPINGS = folder("data") / "mappings"


def a_geopackage(folder: Path, **layers: list[dict[str, Any]]) -> Path:
    file = folder / "plandata.gpkg"
    for name, rows in layers.items():
        pyogrio.write_dataframe(gpd.GeoDataFrame(rows, geometry="geometry", crs=25832), file, layer=name)
    return file


def rows(database: Database, sql: str) -> list[dict[str, Any]]:
    with reading(database) as session:
        return session.sql(sql).fetchall()  # type: ignore[arg-type]


def found(report: Report) -> list[tuple[str, str, str | None]]:
    return [(finding.rule.id, str(finding.origin), finding.field) for finding in report.findings]


LOCAL_PLAN = a_plan("SK 900", "Ny by", PLANID=9001, DATOVEDT=20200615, DATOIKRAFT=20200620)
X, Y = LOCAL_PLAN["geometry"].bounds[:2]
SUB_AREAS = [
    {"PLANID": 9101, "LOKPLAN_ID": 9001, "LP_PLANNR": "SK 900", "DELNR": "1", "geometry": a_square(X, Y, 40)},
    {"PLANID": 9102, "LOKPLAN_ID": 0, "LP_PLANNR": "sk900", "DELNR": "2", "geometry": a_square(X + 50, Y, 40)},
]


def test_a_plandata_export_with_its_parts(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    """Parts stand in layers before the plans they belong to, and name them by key or by number."""
    frames = [
        a_plan("So.B 1", "Boliger", PLANID=9201, KOMPLAN_ID=0, KOMTIL_ID="1-2021", ANVGEN=11),
        a_plan("So.E 2", "Erhverv", PLANID=9202, KOMPLAN_ID="Kommuneplan 2023-2034", KOMTIL_ID=0, ANVGEN=31),
    ]
    fields = [{"PLANID": 9301, "LOKPLAN_ID": 9001, "DELNR": "1", "geometry": a_square(X, Y, 10)}]
    file = a_geopackage(
        tmp_path,
        byggefelt_vedtaget=fields,
        lokalplandelomraade_vedtaget=SUB_AREAS,
        kommuneplanramme_vedtaget=frames,
        theme_pdk_lokalplan_vedtaget_v=[LOCAL_PLAN],
    )
    report = load(demo, file, "0340", plandata, Options())
    assert (found(report), count(report.plans)["added"]) == ([], 6)
    kept = rows(
        demo,
        "SELECT p.id, p.parent, v.titles ->> 'da' AS title FROM plan p JOIN plan_version v ON v.plan = p.id "
        "WHERE v.external_id ~ '^9...$' ORDER BY v.external_id",
    )
    assert [(row["id"], row["parent"], row["title"]) for row in kept] == [
        ("0340-local-plan-sk-900", None, "Ny by"),
        ("0340-sub-area-sk-900-1", "0340-local-plan-sk-900", "1"),
        ("0340-sub-area-sk-900-2", "0340-local-plan-sk-900", "2"),
        ("0340-frame-so-b-1", "0340-addendum-1-2021", "Boliger"),
        ("0340-frame-so-e-2", "0340-municipal-plan-2023-2034", "Erhverv"),
        ("0340-building-field-sk-900-9301", "0340-local-plan-sk-900", "9301"),
    ]
    assert load(demo, file, "0340", plandata, Options()).changes_nothing


def test_a_part_begins_and_ends_with_its_plan(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    load(demo, a_geopackage(tmp_path, lokalplan=[LOCAL_PLAN], delomraade=SUB_AREAS), "0340", plandata, Options())
    revoked = a_geopackage(tmp_path / "..", lokalplan=[{**LOCAL_PLAN, "DATOAFLYST": 20240131}])
    load(demo, revoked, "0340", plandata, Options())
    states = rows(
        demo,
        "SELECT lower(during) AS since, status FROM plan_state "
        "WHERE plan = '0340-sub-area-sk-900-1' AND upper_inf(recorded) ORDER BY 1",
    )
    assert [(row["since"], row["status"]) for row in states] == [
        (date(2020, 6, 15), "adopted"),
        (date(2020, 6, 20), "in_force"),
        (date(2024, 1, 31), "revoked"),
    ]


def test_sub_areas_of_a_plan_that_is_there_already(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    part = {"LP_PLANNR": "sk66", "DELNR": "A", "geometry": a_square()}
    report = load(demo, a_geopackage(tmp_path, delomraade=[part]), "0340", plandata, Options())
    assert [change.id for change in report.plans] == ["0340-sub-area-sk-66-a"]
    assert [rule for rule, _, _ in found(report)] == ["GEOM-10"]  # it lies elsewhere than its plan


def test_a_part_of_no_known_plan_is_refused(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    at = {"geometry": a_square()}
    areas = [{"LP_PLANNR": "SK 999", "DELNR": "1", **at}, {"LP_PLANNR": None, "DELNR": "1", **at}]
    frames = [
        {"PLANNR": "B 1", "PLANNAVN": "x", "KOMPLAN_ID": 0, "DATOVEDT": 20100101, **at},
        {"PLANNR": "B 2", "PLANNAVN": "x", "KOMPLAN_ID": 7, "DATOVEDT": 0, **at},
    ]
    file = a_geopackage(tmp_path, delomraade=areas, kommuneplanramme=frames, lokalplan=[LOCAL_PLAN])
    report = load(demo, file, "0340", plandata, Options())
    assert count(report.plans)["added"] == 1
    refused = sorted(report.findings, key=lambda one: str(one.origin))
    assert {(finding.rule.id, finding.field) for finding in refused} == {("REF-02", "parent")}
    assert [
        (str(finding.origin).split("layer ")[1], finding.details["reason"].format_map(finding.details))
        for finding in refused
    ] == [
        ("delomraade, row 1", "it names “SK 999”, which is not there"),
        ("delomraade, row 2", "it names none"),
        ("kommuneplanramme, row 1", "it names none, and the register has 2"),
        ("kommuneplanramme, row 2", "it names “7”, which is not there"),
    ]


def test_a_frame_belongs_to_the_municipal_plan_of_its_day(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    frames = [a_plan("B 1", DATOVEDT=20191120), a_plan("B 2", DATOVEDT=20240522)]
    load(demo, a_geopackage(tmp_path, kommuneplanramme=frames), "0340", plandata, Options())
    parents = rows(demo, "SELECT parent FROM plan WHERE kind = 'frame' ORDER BY id")
    assert [row["parent"] for row in parents] == ["0340-municipal-plan-2019-2030", "0340-municipal-plan-2023-2034"]


def test_a_frame_that_nothing_dates_belongs_to_the_last_municipal_plan_or_the_one_that_is_said(
    demo: Database, plandata: MappingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_geopackage(tmp_path, kommuneplanramme=[a_plan("B 1")])
    for today, last in (("2026-11-22", "2023-2034"), ("2021-06-01", "2019-2030")):
        monkeypatch.setenv("GEOREGISTER_TODAY", today)
        report = load(demo, file, "0340", plandata, Options(dry_run=True))
        assert found(report) == [("REF-03", "plandata.gpkg, layer kommuneplanramme, row 1", "parent")]
        assert report.findings[0].details["parent"] == f"0340-municipal-plan-{last}"
    for said in ("0340-municipal-plan-2019-2030", "2019-2030", "Kommuneplan 2019-2030"):
        report = load(demo, file, "0340", plandata, Options(dry_run=True, parent=said))
        assert found(report) == []
        assert [change.new.parent for change in report.plans] == ["0340-municipal-plan-2019-2030"]  # type: ignore[union-attr]
    nobody = load(demo, file, "0340", plandata, Options(dry_run=True, parent="2050"))
    assert [finding.details["named"] for finding in nobody.findings] == ["2050"]
    load(demo, file, "0340", plandata, Options(parent="0340-addendum-1-2021"))
    kept = rows(demo, "SELECT parent FROM plan WHERE kind = 'frame'")
    assert [row["parent"] for row in kept] == ["0340-addendum-1-2021"]


CODED: list[tuple[dict[str, Any], list[str], str | None]] = [
    ({"ANVGEN": "11"}, ["11"], None),
    ({"ANVGEN": "11.0"}, ["11"], None),
    ({"ANVENDELSE": "boligområde"}, ["11"], None),
    ({"ANVGEN": "81", "ANVSPEC": "8111"}, ["81", "8111"], None),
    ({"ANVGEN": "17"}, ["17"], "ANVGEN"),
    ({"ANVGEN": "81", "ANVSPEC": "Solceller"}, ["81", "Solceller"], "ANVSPEC"),
]


def test_an_unknown_code_is_a_warning_and_kept(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    written = [a_plan(f"SK {900 + number}", **columns) for number, (columns, _, _) in enumerate(CODED)]
    report = load(demo, a_geopackage(tmp_path, lokalplan=written), "0340", plandata, Options())
    warned = [(f"plandata.gpkg, layer lokalplan, row {row}", field) for row, (_, _, field) in enumerate(CODED, 1)]
    assert found(report) == [("ATTR-02", where, field) for where, field in warned if field]
    assert report.findings[0].details == {"value": "17", "list": "Generel anvendelse"}
    kept = rows(
        demo,
        "SELECT array_agg(code ORDER BY code) AS codes FROM topic_link WHERE plan ~ '-90.$' GROUP BY plan "
        "ORDER BY plan",
    )
    assert [row["codes"] for row in kept] == [codes for _, codes, _ in CODED]


@pytest.fixture
def codes() -> Codes:
    return read_codes()


def test_the_words_of_codes(codes: Codes, tmp_path: Path) -> None:
    assert list(codes.lists["general-use"].codes) == ["11", "21", "31", "41", "51", "61", "71", "81", "91", "96"]
    assert codes.topic("61") == {"da": "Sommerhusområde", "en": "Holiday home area"}
    assert codes.topic("1165") == {"da": "Oversvømmelse og erosion", "en": "Flooding and erosion"}
    assert codes.topic("17") is None
    assert "sol" not in json.dumps([one.codes for one in codes.lists.values()], default=str).casefold()


def test_a_municipality_adds_codes_and_words_them_anew(tmp_path: Path) -> None:
    own = tmp_path / "codes"
    own.mkdir()
    (own / "general-use.toml").write_text('[codes]\n96 = { da = "Øvrigt" }\n97 = { da = "Havn", en = "Harbour" }\n')
    codes = read_codes(tmp_path)
    assert codes.topic("96") == {"da": "Øvrigt", "en": "Other"}
    assert codes.topic("97") == {"da": "Havn", "en": "Harbour"}
    assert codes.topic("11") == read_codes().topic("11")
    (own / "general-use.toml").write_text("[codes]\n96 = 4\n")
    with pytest.raises(MappingInvalid, match=r"general-use.toml: codes.96"):
        read_codes(tmp_path)


@pytest.mark.parametrize("name", sorted(file.stem for file in MAPPINGS.glob("*.toml")))
def test_our_own_mappings_can_be_read(name: str) -> None:
    assert read_mapping(MAPPINGS / f"{name}.toml").title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "own.toml is not readable TOML"),
        (f"title = {'[' * 5000}", "own.toml is not readable TOML: its brackets are nested too deeply"),
        ('title = "x"\ndataset = "x y"', "own.toml: dataset: "),
        ('title = "x"\ndataset = "x"\n[events]\nbirth = "A"', "own.toml: events.birth"),
        ('title = "x"\ndataset = "x"\n[fields]\nnumbr = "A"', "own.toml: fields: there is no field 'numbr'"),
        ('title = "x"\ndataset = "x"\n[fields]\n"title." = "A"', "own.toml: fields: there is no field 'title.'"),
        ('title = "x"\ndataset = "x"\n[[layer]]\nname = "a"\nfields = { x = "A" }', "own.toml: layer.0.fields: "),
        ('title = "x"\ndataset = "x"\n[[layer]]\nname = "a"\nkind = "x"', "own.toml: layer.0.kind: "),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(MappingInvalid) as refused:
        read_mapping(file)
    assert said in str(refused.value)

"""Back to Plandata: the plans leave in a mapping's columns, and coming back they change nothing."""

from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from georegister.domain.change import Unchanged
from georegister.errors import ExportRefused
from georegister.loading.codes import read_codes
from georegister.loading.export import Export, export
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.register.database import Database, reading
from georegister.settings import folder
from tests.builders import a_plan
from tests.loading.test_mapping import LOCAL_PLAN, SUB_AREAS, a_geopackage

CODES = read_codes()
PLAIN = read_mapping(folder("data") / "mappings" / "plain.toml")


def exported(database: Database, file: Path, mapping: MappingFile, municipality: str = "0340", **more: Any) -> Export:
    with reading(database) as session:
        return export(session, file, municipality, mapping, CODES, **more)


def left_out(done: Export) -> set[tuple[str, str]]:
    return {(one.plan, one.what) for one in done.left_out}


@pytest.mark.parametrize("ending", ["gpkg", "zip"])
def test_load_export_load_changes_nothing(demo: Database, plandata: MappingFile, tmp_path: Path, ending: str) -> None:
    parts = a_geopackage(
        tmp_path,
        lokalplan=[
            {**LOCAL_PLAN, "BEBYGPCT": 30.0, "MAXETAGER": 2.5, "MAXBYGNHJD": 8.5, "ANVGEN": 11, "ANVSPEC": 1110},
            {**a_plan("SK 905", "Ældre plan"), "BEBYGPCT": 0.0, "MAXETAGER": None, "MAXBYGNHJD": 12.0, "ANVGEN": 17},
        ],
        delomraade=[{**SUB_AREAS[0], "BEBYGPCT": 40.0}, SUB_AREAS[1]],
        kommuneplanramme=[a_plan("So.B 1", "Boliger", PLANID=9201, KOMTIL_ID="1-2021", DATOVEDT=20211013)],
    )
    load(demo, parts, "0340", plandata, Options())
    told = tmp_path / "told.toml"
    told.write_text(
        'municipality = "0340"\ndataset = "plandata"\ntitle = "x"\n'
        '[[event]]\nplan = "0340-local-plan-sk-905"\ntype = "adoption"\nearliest = 1977-01-01\nlatest = 1979-01-01\n'
    )
    load(demo, told, "0340", None, Options())
    file = tmp_path / f"ud.{ending}"
    done = exported(demo, file, plandata)
    assert done.layers == {
        "kommuneplanramme": 1,
        "kommuneplantillaeg": 6,
        "lokalplan": 10,
        "lokalplandelomraade": 2,
    }
    assert {
        ("0340-municipal-plan-2023-2034", "plan"),
        ("0340-local-plan-sk-905", "adoption"),
        ("0340-local-plan-sk-66", "call_for_ideas"),
        ("0340-local-plan-sk-69", "adoption"),
    } <= left_out(done)
    report = load(demo, file, "0340", plandata, Options())
    assert [change for change in (*report.plans, *report.facts) if not isinstance(change, Unchanged)] == []
    assert len(report.plans) == 19
    assert {finding.rule.id for finding in report.findings} <= {"ATTR-02", "ATTR-06", "ATTR-07", "NUM-01"}


@pytest.mark.parametrize("ending", ["gpkg", "zip"])
@pytest.mark.parametrize("key", ["999999999999999999", str(2**63 - 1), str(2**63), "1" * 30])
def test_a_key_of_many_figures_comes_back_as_it_was(
    demo: Database, plandata: MappingFile, tmp_path: Path, ending: str, key: str
) -> None:
    rows = [a_plan("SK 901", PLANID=key), a_plan("SK 902", PLANID="17")]
    load(demo, a_geopackage(tmp_path, lokalplan=rows), "0340", plandata, Options())
    file = tmp_path / f"ud.{ending}"
    assert exported(demo, file, plandata).layers["lokalplan"]
    report = load(demo, file, "0340", plandata, Options())
    assert report.changes_nothing
    assert not [one for one in report.findings if one.refuses]
    with reading(demo) as session:
        [kept] = session.sql("SELECT external_id FROM plan_version WHERE number = 'SK 901' AND upper_inf(recorded)")
    assert kept["external_id"] == key


HEARD = [date(2020, 3, 1), date(2021, 3, 1)]


def heard(database: Database) -> list[tuple[date, str | None]]:
    with reading(database) as session:
        rows = session.sql(
            "SELECT opens, respond_to FROM hearing WHERE plan = '0340-local-plan-sk-901' AND upper_inf(recorded) "
            "ORDER BY opens"
        )
        return [(row["opens"], row["respond_to"]) for row in rows]


def test_a_row_says_nothing_of_the_hearings_it_has_no_room_for(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    plan = a_plan("SK 901", DATOVEDT=20210601, BEBYGPCT=30)
    load(demo, a_geopackage(tmp_path, lokalplan=[plan]), "0340", plandata, Options())
    said = 'municipality = "0340"\ndataset = "plandata"\ntitle = "x"\n'
    of = 'plan = "0340-local-plan-sk-901"\nsource = "arkivet"\n'
    for day in HEARD:
        said += f'[[hearing]]\n{of}kind = "public"\nopens = {day}\ncloses = {day.replace(month=5)}\n'
        said += 'respond_to = "plan@soroe.dk"\nparagraph = "planloven § 24"\n'
    said += f'[[event]]\n{of}type = "proposal"\non = 2020-03-01\nparagraph = "planloven § 24"\n'
    said += f'[[parameter]]\n{of}name = "storeys"\nvalue = 2.5\nparagraph = "§ 6.1"\n'
    told = tmp_path / "told.toml"
    told.write_text(said, encoding="utf-8")
    load(demo, told, "0340", None, Options())
    both = [(day, "plan@soroe.dk") for day in HEARD]
    assert heard(demo) == both

    file = tmp_path / "ud.gpkg"
    assert ("0340-local-plan-sk-901", "hearing 2020-03-01") in left_out(exported(demo, file, plandata))
    report = load(demo, file, "0340", plandata, Options())
    assert [change for change in (*report.plans, *report.facts) if not isinstance(change, Unchanged)] == []
    assert heard(demo) == both

    def row(**days: int) -> Path:
        return a_geopackage(tmp_path, lokalplan=[{**plan, **days}])

    longer = row(DATOSTART=20210301, DATOSLUT=20210531)
    load(demo, longer, "0340", plandata, Options())
    assert heard(demo) == both
    load(demo, row(DATOSTART=20210401, DATOSLUT=20210601), "0340", plandata, Options())
    assert heard(demo) == [both[0], (date(2021, 4, 1), None)]
    assert load(demo, row(DATOSTART=20210401, DATOSLUT=20210601), "0340", plandata, Options()).changes_nothing
    load(demo, row(DATOSTART=0, DATOSLUT=0), "0340", plandata, Options())
    assert heard(demo) == []


@pytest.mark.parametrize("ending", ["gpkg", "zip", "geojson"])
def test_the_greenlandic_plans_come_back_too(demo: Database, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"addendum.{ending}"
    done = exported(demo, file, PLAIN, "0956")
    assert sum(done.layers.values()) == 2
    report = load(demo, file, "0956", PLAIN, Options())
    assert [change for change in (*report.plans, *report.facts) if not isinstance(change, Unchanged)] == []
    assert len(report.plans) == 2


def test_the_columns_are_plandatas(shared_demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    file = tmp_path / "ud.gpkg"
    exported(shared_demo, file, plandata)
    said = pyogrio.read_dataframe(file, layer="lokalplan")
    park = said[said["plannr"] == "SK 66"].iloc[0]
    assert said.crs.to_epsg() == 25832
    assert dict(park[["objektkode", "komnr", "datoforsl", "datovedt", "datostart", "datoslut", "anvgen"]]) == {
        "objektkode": 20,
        "komnr": 340,
        "datoforsl": 20210512,
        "datovedt": 20211013,
        "datostart": 20210512,
        "datoslut": 20210707,
        "anvgen": 81,
    }
    assert (park["plannavn"], park["geomkilde"]) == ("Solcellepark ved Fjenneslev", "illustrativ")


def test_what_other_datasets_tell_is_taken_along_when_asked(
    shared_demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    heard = "hearing", "0340-local-plan-sk-72"
    own = exported(shared_demo, tmp_path / "own.gpkg", plandata)
    assert heard[::-1] in left_out(own)
    whole = exported(shared_demo, tmp_path / "all.gpkg", plandata, everything=True)
    assert heard[::-1] not in left_out(whole)
    said = pyogrio.read_dataframe(tmp_path / "all.gpkg", layer="lokalplan").set_index("plannr")
    assert list(said.loc["SK 72", ["datostart", "datoslut"]]) == [20220928, 20221123]


def test_what_cannot_be_written_is_said(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    for name, words in (("ud.xlsx", "writes .gpkg"), ("ud.geojson", "holds one layer"), ("no/ud.gpkg", "no folder")):
        with pytest.raises(ExportRefused, match=words):
            exported(demo, tmp_path / name, plandata)
    with pytest.raises(ExportRefused, match="no plan of the dataset 'x'"):
        exported(demo, tmp_path / "ud.gpkg", plandata, dataset="x")
    load(demo, a_geopackage(tmp_path, lokalplan=[a_plan("SK 9", "å" * 200)]), "0340", plandata, Options())
    with pytest.raises(ExportRefused, match="lokalplan, plannavn: a shapefile's text ends at 254 bytes"):
        exported(demo, tmp_path / "ud.zip", plandata)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plandata.gpkg"]

"""A delivery that nobody wrote a mapping for: the columns are found, or what is in doubt is said."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from georegister.domain.change import count
from georegister.errors import DeliveryRefused
from georegister.loading.codes import read_codes
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, known_mappings, read_mapping
from georegister.loading.own_mappings import as_toml
from georegister.loading.prepare import Options
from georegister.loading.read import read
from georegister.loading.suggest import Suggestion, Why, suggest
from georegister.register.database import Database, reading
from georegister.settings import Settings, folder
from tests.builders import SOROE, a_delivery, a_plan, a_square

X, Y = SOROE
CODES = read_codes()


def a_gis_export(folder: Path) -> Path:
    """As a GIS department writes one: three layers with names of their own, and columns that are nobody's business."""
    file = folder / "Planer i kommunen.gpkg"
    plans = {
        "Plannr.": ["LP 901", "LP 902"],
        "Plannavn": ["Åhusene ved Sø & Skov", "Ærøgårdens jorder"],
        "Kommunenr": ["0340", "0340"],
        "Anvendelse": ["Boligområde", "Rekreativt område"],
        "Forslag den": [pd.Timestamp("2020-01-06"), None],
        "Høring fra": ["06-01-2020", None],
        "Høring til": ["02-03-2020", None],
        "Vedtaget den": [pd.Timestamp("2020-06-15"), pd.Timestamp("1978-03-01")],
        "Offentliggjort": [pd.Timestamp("2020-06-20"), None],
        "Link til plan": ["https://example.dk/lp901.pdf", None],
        "Sagsbehandler": ["Søren Ågård", "Søren Ågård"],
        "SHAPE_Area": [10_000.0, 10_000.0],
    }
    addenda = {
        "Tillægsnr.": ["21-2021"],
        "Titel": ["Boliger ved søen"],
        "Kommuneplan": ["Kommuneplan 2019-2030"],
        "Vedtagelsesdato": ["15.06.2021"],
        "Ansvarlig": ["Plan & Miljø"],
    }
    areas = {
        "Delområde": ["1", "2", "A"],
        "Lokalplannr": ["LP 901", "lp901", "LP 902"],
        "Anvendelse": ["Boligområde", "Andet", "Rekreativt område"],
        "Farve": ["rød", "grøn", "grøn"],
    }
    for place, (layer, columns) in enumerate(
        {"Lokalplaner": plans, "Kommuneplantillæg": addenda, "Delområder": areas}.items()
    ):
        shapes = [a_square(X + 200 * row, Y, 100 - 30 * place) for row in range(len(next(iter(columns.values()))))]
        pyogrio.write_dataframe(gpd.GeoDataFrame(columns, geometry=shapes, crs=25832), file, layer=layer)
    pyogrio.write_dataframe(
        gpd.GeoDataFrame({"Vejnavn": ["Storgade"]}, geometry=[a_square()], crs=25832), file, layer="Veje"
    )
    return file


def suggested(file: Path, **more: Any) -> Suggestion:
    return suggest(read(file).layers, CODES, **more)


def taken(suggestion: Suggestion, layer: str) -> dict[str, str | None]:
    return {column.name: column.field for column in suggestion.columns if column.layer == layer}


def test_a_real_export_with_three_layers_loads_without_a_mapping(demo: Database, tmp_path: Path) -> None:
    file = a_gis_export(tmp_path)
    report = load(demo, file, "0340", None, Options())
    assert count(report.plans)["added"] == 6
    assert {finding.rule.id for finding in report.findings} == {
        "MAP-01",
        "MAP-02",
        "NUM-01",
        "NUM-02",
        "GEOM-10",
        "OVER-01",
    }
    assert report.ignored == ("Veje",)
    told = {
        (finding.origin.layer, finding.field): finding.details["field"]
        for finding in report.findings
        if finding.origin and finding.rule.id == "MAP-01"
    }
    assert told["Lokalplaner", "Vedtaget den"] == "events.adoption"
    assert told["Delområder", "Lokalplannr"] == "parent"
    with reading(demo) as session:
        plans = session.sql(
            "SELECT p.id, p.parent, v.titles ->> 'da' AS title, v.document_url AS link FROM plan p JOIN plan_version v "
            "ON v.plan = p.id WHERE v.dataset = 'plans' AND v.municipality = '0340' ORDER BY p.id"
        ).fetchall()
        days = session.sql(
            "SELECT plan, type, earliest FROM plan_event WHERE dataset = 'plans' AND municipality = '0340' "
            "ORDER BY plan, earliest"
        ).fetchall()
        [hearing] = session.sql("SELECT opens, closes FROM hearing WHERE dataset = 'plans'").fetchall()
        topics = session.sql("SELECT plan, code FROM topic_link WHERE dataset = 'plans' ORDER BY plan").fetchall()
    assert [tuple(row.values()) for row in plans] == [
        ("0340-addendum-21-2021", "0340-municipal-plan-2019-2030", "Boliger ved søen", None),
        ("0340-local-plan-lp-901", None, "Åhusene ved Sø & Skov", "https://example.dk/lp901.pdf"),
        ("0340-local-plan-lp-902", None, "Ærøgårdens jorder", None),
        ("0340-sub-area-lp-901-1", "0340-local-plan-lp-901", "1", None),
        ("0340-sub-area-lp-901-2", "0340-local-plan-lp-901", "2", None),
        ("0340-sub-area-lp-902-a", "0340-local-plan-lp-902", "A", None),
    ]
    assert [(row["plan"][5:], row["type"], row["earliest"]) for row in days] == [
        ("addendum-21-2021", "adoption", date(2021, 6, 15)),
        ("local-plan-lp-901", "proposal", date(2020, 1, 6)),
        ("local-plan-lp-901", "adoption", date(2020, 6, 15)),
        ("local-plan-lp-901", "publication", date(2020, 6, 20)),
        ("local-plan-lp-902", "adoption", date(1978, 3, 1)),
    ]
    assert (hearing["opens"], hearing["closes"]) == (date(2020, 1, 6), date(2020, 3, 2))
    assert [row["code"] for row in topics] == ["11", "51", "11", "96", "51"]
    own = tmp_path / "own.toml"
    own.write_text(as_toml(suggested(file).mapping), encoding="utf-8")
    assert load(demo, file, "0340", read_mapping(own), Options()).changes_nothing


def test_every_column_is_told_with_why_and_a_value(tmp_path: Path) -> None:
    suggestion = suggested(a_gis_export(tmp_path))
    assert suggestion.doubts == ()
    told = {(column.layer, column.name): column for column in suggestion.columns}
    assert len(told) == 12 + 5 + 4 + 1
    by_name, by_word = told["Lokalplaner", "Plannr."], told["Lokalplaner", "Vedtaget den"]
    assert (by_name.field, by_name.why, by_name.sample) == ("number", Why.NAME, "LP 901")
    assert (by_word.field, by_word.why) == ("events.adoption", Why.WORD)
    link, clerk = told["Lokalplaner", "Link til plan"], told["Lokalplaner", "Sagsbehandler"]
    assert (link.field, link.why) == ("document_url", Why.CONTENT)
    assert (clerk.field, clerk.why, clerk.sample) == (None, Why.NOTHING, "Søren Ågård")


@pytest.mark.parametrize("encoding", ["UTF-8", "CP1252"])
def test_a_shapefile_with_cut_names(demo: Database, tmp_path: Path, encoding: str) -> None:
    row = {"Lokalplannr": "LP 7", "Plannavn": "Ærø", "Anmærkning": "På åen", "Vedtagelse": 20200615, "Økonomi": "x"}
    cut = {name.encode(encoding)[:10].decode(encoding): value for name, value in row.items()}
    file = a_delivery(tmp_path, [{**cut, "geometry": a_square()}], name="lokalplaner", encoding=encoding, cpg=None)
    assert taken(suggested(file), "lokalplaner") == {
        "Lokalplann": "number",
        "Plannavn": "title",
        "Anmærknin" if encoding == "UTF-8" else "Anmærkning": "description",
        "Vedtagelse": "events.adoption",
        "Økonomi": None,
    }
    report = load(demo, file, "0340", None, Options())
    [change] = report.plans
    assert change.id == "0340-local-plan-lp-7"


def test_the_mapping_that_is_there_is_taken(demo: Database) -> None:
    known = known_mappings(Settings())
    suggestion = suggested(folder("data") / "soroe" / "lokalplaner.zip", known=known)
    assert (suggestion.name, suggestion.mapping) == ("plandata", known["plandata"])
    report = load(demo, folder("data") / "soroe" / "lokalplaner.zip", "0340", None, Options())
    assert report.changes_nothing


@pytest.mark.parametrize(
    ("columns", "name", "doubt"),
    [
        ({"Plannavn": "x"}, "lokalplaner", "no column is surely the plan's number"),
        ({"Plannr": "1"}, "lokalplaner", "no column is surely the plan's title"),
        (
            {"Plannr": "1", "Plannavn": "Byen"},
            "udtraek",
            "nothing tells which kind of plan it holds",
        ),
        ({"Plannr": "1", "Plannavn": 7}, "lokalplaner", "no column is surely the plan's title"),
        ({"Vejnavn": "Storgade"}, "veje", "no layer has a column that is surely a plan's number"),
    ],
)
def test_what_is_in_doubt_is_said(tmp_path: Path, columns: dict[str, Any], name: str, doubt: str) -> None:
    file = a_delivery(tmp_path, [{**columns, "geometry": a_square()}], name=name)
    assert doubt in str(suggested(file).doubts[0])


def test_a_delivery_in_doubt_is_refused_with_what_to_do(shared_demo: Database, tmp_path: Path) -> None:
    file = a_delivery(tmp_path, [{"Nr": "1", "geometry": a_square()}], name="lokalplaner")
    with pytest.raises(DeliveryRefused) as refused:
        load(shared_demo, file, "0340", None, Options(dry_run=True))
    assert str(refused.value) == (
        "lokalplaner.zip needs a mapping (layer lokalplaner: no column is surely the plan's title). "
        "`georegister mapping suggest lokalplaner.zip` shows its columns; then say --mapping."
    )


@pytest.mark.parametrize(
    ("days", "field"),
    [
        (["2020-06-15", "2020-06-16"], "events.adoption"),
        (["15.06.2020", "01.02.2020"], "events.adoption"),
        (["15/06/2020", "01/02/2020"], "events.adoption"),
        (["05/06/2020", "01/02/2020"], None),
        (["ja", "nej"], None),
        (["20200615", "0"], "events.adoption"),
    ],
)
def test_days_are_known_by_what_stands_there(tmp_path: Path, days: list[str], field: str | None) -> None:
    rows = [{"Nr": f"{row}", "Navn": "Havnen", "Vedtaget": day, "geometry": a_square()} for row, day in enumerate(days)]
    assert taken(suggested(a_delivery(tmp_path, rows, name="lokalplan")), "lokalplan")["Vedtaget"] == field


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("BEBYGPCT", 30.0, "plot_ratio"),
        ("Bebyggelsesprocent", "40", "plot_ratio"),
        ("Maks. beb.proc.", "25", "plot_ratio"),
        ("bebygpctaf", 2, None),  # a code: of what the ratio is taken
        ("Bebyggelse", "Åben-lav", None),
        ("M3_M2", 1.5, "volume_ratio"),
        ("maxetager", "2,5", "storeys"),
        ("Etager", 2, "storeys"),
        ("Antal etager", "2", "storeys"),
        ("Etager", "høj", None),
        ("MAXBYGNHJD", 8.5, "building_height"),
        ("Bygningshøjde", "8,5", "building_height"),
        ("Max højde (m)", "8,5", "building_height"),
        ("Højde", "8,5", None),
        ("Etageareal", 1200, "floor_area"),
        ("Antal boliger", 12, "dwellings"),
        ("Min. grundstørrelse", "700", "plot_size"),
        ("Areal", 10_000.0, None),
    ],
)
def test_figures_are_found(tmp_path: Path, column: str, value: object, field: str | None) -> None:
    rows = [{"Nr": "1", "Navn": "Havnen", column: value, "geometry": a_square()}]
    file = tmp_path / "lokalplaner.gpkg"
    pyogrio.write_dataframe(gpd.GeoDataFrame(rows, geometry="geometry", crs=25832), file)
    wanted = f"parameters.{field}" if field else None
    assert taken(suggested(file), "lokalplaner")[column] == wanted


def test_figures_load_and_a_known_mapping_counts_them(demo: Database, tmp_path: Path) -> None:
    row = {"Nr": "LP 9", "Navn": "Havnen", "Bebyggelsesprocent": "40", "Antal etager": "2,5", "geometry": a_square()}
    file = tmp_path / "lokalplaner.gpkg"
    pyogrio.write_dataframe(gpd.GeoDataFrame([row], geometry="geometry", crs=25832), file)
    load(demo, file, "0340", None, Options())
    with reading(demo) as session:
        told = session.sql("SELECT name, value FROM parameter WHERE dataset = 'plans' ORDER BY name").fetchall()
    assert [(one["name"], float(one["value"])) for one in told] == [("plot_ratio", 40.0), ("storeys", 2.5)]
    own = tmp_path / "own.toml"
    own.write_text(as_toml(suggested(file).mapping), encoding="utf-8")
    assert load(demo, file, "0340", read_mapping(own), Options()).changes_nothing
    rows = [a_plan(BEBYGPCT=30.0, MAXETAGER=2.0)]
    assert suggested(a_delivery(tmp_path, rows), known=known_mappings(Settings())).name == "plandata"


def test_kinds_that_stand_in_a_column(demo: Database, tmp_path: Path) -> None:
    rows = [
        {"Type": "Kommuneplantillæg", "Nr": "31-2021", "Navn": "Et", "Komplan": "2019-2030", "geometry": a_square()},
        {"Type": "Lokalplan", "Nr": "LP 31", "Navn": "To", "Komplan": None, "geometry": a_square()},
    ]
    report = load(demo, a_delivery(tmp_path, rows, name="planer"), "0340", None, Options())
    assert sorted(change.id for change in report.plans) == ["0340-addendum-31-2021", "0340-local-plan-lp-31"]


def test_a_suggestion_of_one_layer_fits_the_next_file_too(tmp_path: Path) -> None:
    mapping = suggested(a_delivery(tmp_path, [a_plan()], name="lokalplaner_2025")).mapping
    assert mapping.layer == ()
    assert mapping.kind_of_layer("lp2026", "lp2026.zip") == "local-plan"
    assert MappingFile.model_validate(json.loads(mapping.model_dump_json(exclude_unset=True))) == mapping

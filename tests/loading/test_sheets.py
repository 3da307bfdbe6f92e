"""Tables of facts, as clerks keep them: read in any of three forms, checked cell by cell, and the same twice."""

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyogrio
import pytest

from georegister.domain.change import Added, Amended, Change
from georegister.domain.record import Fact
from georegister.errors import DeliveryRefused
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.prepare import Options
from georegister.register.database import Database

EVENTS = (
    "Plannr;Hændelse;Dato;Kilde;Bemærkning\n"
    "SK 71;Offentliggørelse;13.10.2021;soroe.dk;x\n"
    "sk71;bekendtgjort;31.2.2021;;\n"
    ";;;;\n"
    "SK 999;vedtaget;2021-01-01;;\n"
    "SK 70;fest;2021-01-01;;\n"
    "SK 70;ikrafttræden;1-2-2022;;\n"
    "SK 70;vedtaget;;;\n"
)


def taken(database: Database, file: Path, **options: object) -> Report:
    return load(database, file, "0340", None, Options(by="clerk", **options))  # type: ignore[arg-type]


def added(changes: list[Change[Fact]]) -> dict[str, Fact]:
    return {change.id: change.new for change in changes if isinstance(change, Added)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_clerks_list_is_read_and_each_bad_cell_is_named(shared_demo: Database, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "hændelser.csv"
    file.write_text(EVENTS, encoding=encoding)
    report = taken(shared_demo, file, dry_run=True)
    found = added(list(report.facts))
    assert {id_: fact.content["earliest"] for id_, fact in found.items()} == {
        "0340-local-plan-sk-71-publication": date(2021, 10, 13),
        "0340-local-plan-sk-70-entry-into-force": date(2022, 2, 1),
    }
    assert found["0340-local-plan-sk-71-publication"].content["source"] == "soroe.dk"
    assert [(one.rule.id, str(one.origin), one.field) for one in report.findings] == [
        ("FACT-04", "hændelser.csv, layer hændelser, row 2", "Dato"),
        ("REF-01", "hændelser.csv, layer hændelser, row 4", "Plannr"),
        ("FACT-06", "hændelser.csv, layer hændelser, row 5", "Hændelse"),
        ("FACT-08", "hændelser.csv, layer hændelser, row 7", None),
    ]
    assert (report.refused, report.rows, report.ignored) == (4, 6, ("hændelser: Bemærkning",))


def test_the_same_table_twice_changes_nothing_and_a_blank_says_nothing(demo: Database, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("plan,type,on,source\nSK 71,publication,2021-10-13,soroe.dk\n")
    assert taken(demo, file, section="event").receipt
    assert taken(demo, file, section="event").changes_nothing
    file.write_text("plan,type,on,source\nSK 71,publication,2021-10-14,\n")
    [change] = taken(demo, file, section="hændelser").facts
    assert isinstance(change, Amended)
    assert set(change.fields) == {"earliest", "latest"}


def test_a_workbook_has_a_sheet_for_each_section(shared_demo: Database, tmp_path: Path) -> None:
    file = tmp_path / "Planregister.xlsx"
    sheets = {
        "Høringer": {"Plan": ["SK 71"], "Art": ["offentlig"], "Start": [date(2027, 1, 4)], "Slut": [date(2027, 3, 1)],
                     "Svar til": ["plan@soroe.dk"]},
        "Parametre": {"Plan": ["SK 71"] * 2, "Navn": ["Bebyggelsesprocent", "Bygningshøjde"], "Værdi": [30.5, 8.0]},
        "Målkoblinger": {"Plan": ["SK 71"], "Verdensmål": [2], "Retning": ["støtter"], "Begrundelse": ["Byliv"],
                         "Begrundelse (en)": ["Town life"]},
        "Noter": {"Tekst": ["her"]},
    }  # fmt: skip
    for name, columns in sheets.items():
        pyogrio.write_arrow(pa.table(columns), file, driver="XLSX", layer=name, append=file.exists())
    report = taken(shared_demo, file, dry_run=True)
    assert report.findings == []
    assert report.ignored == ("Noter",)
    found = {fact.table: fact.content for fact in added(list(report.facts)).values() if fact.content.get("value") != 8}
    assert found["hearing"]["opens"] == date(2027, 1, 4)
    assert (found["parameter"]["name"], found["parameter"]["value"]) == ("plot_ratio", Decimal("30.5"))
    assert found["claim"]["evidence"] == {"da": "Byliv", "en": "Town life"}
    assert (found["claim"]["sdg"], found["claim"]["asserted_by"]) == (2, "clerk")


def test_a_geopackages_tables_without_geometry_are_facts(shared_demo: Database, tmp_path: Path) -> None:
    file = tmp_path / "facts.gpkg"
    table = pa.table({"fra_plan": ["SK 71"], "type": ["erstatter"], "til_plan": ["SK 3"]})
    pyogrio.write_arrow(table, file, driver="GPKG", layer="relation")
    [id_] = added(list(taken(shared_demo, file, dry_run=True).facts))
    assert id_ == "0340-local-plan-sk-71-replaces-0340-local-plan-sk-3"


@pytest.mark.parametrize(
    ("name", "said", "options", "words"),
    [
        ("plans.csv", "a,b\n1,2\n", {}, "plans.csv needs a mapping .* say --section"),
        ("event.csv", "a,b\n1,2\n", {}, "the first row names no field of event; it has plan, "),
        ("event.csv", "plan,on,dato\n1,2,3\n", {}, "the columns 'on' and 'dato' are both on"),
        ("event.csv", "plan,on\n", {}, "event.csv has no rows of facts"),
        ("event.csv", "plan,on\n,\n", {}, "event.csv has no rows of facts"),
        ("event.csv", "plan,on\nx,y\n", {"section": "party"}, "--section 'party' is not known"),
        ("event.xlsx", "plan,on\nx,y\n", {}, "event.xlsx is not a readable zip"),
    ],
)
def test_a_table_that_says_nothing_is_refused_in_a_sentence(
    shared_demo: Database, tmp_path: Path, name: str, said: str, options: dict[str, str], words: str
) -> None:
    (tmp_path / name).write_text(said)
    with pytest.raises(DeliveryRefused, match=words):
        taken(shared_demo, tmp_path / name, **options)


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (b"<x>" + b" " * 40_000_000, "unpacks to over 200 times its size"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "has a DOCTYPE"),
        (b"<worksheet><sheetData><row><c><v>1</v></c></row>", "is not whole"),
    ],
)
def test_a_hostile_workbook_is_refused(shared_demo: Database, tmp_path: Path, sheet: bytes, words: str) -> None:
    file = tmp_path / "event.xlsx"
    pyogrio.write_arrow(pa.table({"plan": ["SK 71"]}), tmp_path / "sound.xlsx", driver="XLSX", layer="event")
    with zipfile.ZipFile(tmp_path / "sound.xlsx") as sound, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in sound.namelist():
            made.writestr(entry, sheet if "sheet1" in entry else sound.read(entry))
    with pytest.raises(DeliveryRefused, match=words):
        taken(shared_demo, file)

"""The deliveries written by hand: what is expected of them is found, no more and no less."""

import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from shapely.geometry.base import BaseGeometry

from georegister.domain.change import Change, Unchanged
from georegister.domain.municipality import Municipality
from georegister.loading import borrowed, compare, neighbours, prepare
from georegister.loading.beside import extents_of
from georegister.loading.diff import plan_diff
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options, prepare_plans
from georegister.loading.rules import Context
from georegister.loading.spool import Spool
from georegister.register.database import Database
from tests.loading.deliveries import FILES, HERE, WrittenDelivery, codes, place_names, soroe, written

DIRTY = (  # domain.md 5.3, what a row or a layer can show; the rest is in test_archive and test_read
    *("komnr 340", "komnr 0340", "komnr 340.0", "plannr SK66", "plannr SK  66", "lower case", "addendum 1-21"),
    *("Tillæg 1", "20180320.0", "null geometry row", "municipality 999", "cp1252", "missing .prj"),
    *("25832 file labelled 25833", "lat/lon swapped", "3D coordinates", "self-touch", "bow-tie", "multi-part", "donut"),
    *("10-character column names", "column-name case", "duplicate feature ids", "240 ha", "3 400 m²"),
)


def without_a_database(one: WrittenDelivery, mapping: MappingFile) -> tuple[list[Any], dict[str, str]]:
    """The steps of a load between reader and writer, on what the file says the register knows."""
    context = Context(soroe(), place_names())
    with patch.multiple(prepare, read=lambda *_, **__: one.as_reading, read_codes=lambda _: codes()):
        prepared = prepare_plans(HERE / "delivery.zip", mapping, context, Options(), lambda step: None)
    dataset = one.delivery.get("dataset", prepared.dataset)
    plans = plan_diff(one.known, [], prepared.plans, soroe(), dataset)
    lenders = borrowed.Lenders(one.own_extents, [], outline_of(soroe()), "illustrative")
    changes, lent = borrowed.lend(
        borrowed.needing(plans.changes), plans.changes, {known.id: known for known in one.known}, lenders
    )
    plans.changes = Spool(changes.get(change.id, change) for change in plans.changes)
    findings = [*lent, *prepared.findings, *plans.findings, *compare._gaps(one.known, plans.changes, soroe())]
    return findings + neighbours.check(list(extents_of(plans.changes)), []), changed(plans.changes)


def outline_of(municipality: Municipality) -> BaseGeometry:
    assert municipality.outline is not None
    return municipality.outline


def changed(changes: Any) -> dict[str, str]:
    return {change.id: type(change).__name__.lower() for change in changes if not isinstance(change, Unchanged)}


def titles(changes: list[Change[Any]]) -> dict[str, str]:
    return {change.id: next(iter(change.new.record.titles.values())) for change in changes}  # type: ignore[union-attr]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_rule_finds_what_is_written(file: Path, plandata: MappingFile) -> None:
    one = written(file)
    assert one.disagreements(*without_a_database(one, plandata)) == []


@pytest.mark.parametrize(
    "file", [file for file in FILES if "layers_only" not in written(file).delivery], ids=lambda file: file.stem
)
def test_a_real_file_comes_out_as_written(
    file: Path, plandata: MappingFile, shared_demo: Database, tmp_path: Path
) -> None:
    one = written(file)
    options = Options(dataset=one.delivery.get("dataset"), dry_run=True)
    report = load(shared_demo, one.as_file(tmp_path), "0340", plandata, options)
    assert one.disagreements(report.findings, changed(report.plans)) == []
    said = titles([change for change in report.plans if change.id in one.titles])
    assert said == one.titles


@pytest.mark.parametrize("value", DIRTY)
def test_every_dirty_value_is_a_row(value: str) -> None:
    rows = [row for file in FILES for row in tomllib.loads(file.read_text(encoding="utf-8"))["row"]]
    assert any(value in row.get("dirty", "") for row in rows)

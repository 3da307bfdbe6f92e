"""Each rule with what passes and what fails."""

from dataclasses import replace

import pyproj
import pytest
import shapely

from georegister.domain.hearing import HearingKind
from georegister.domain.municipality import Municipality, same_code
from georegister.domain.plan import Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.loading.extents import fitting_crs
from georegister.loading.repair import repair
from georegister.loading.rules import Context, check, gaps
from tests.builders import a_hearing, a_square

SOROE = Municipality(
    "0340",
    "DK",
    "soroe",
    {"da": "Sorø Kommune"},
    ("da",),
    "Europe/Copenhagen",
    (25832,),
    shapely.box(11.3, 55.3, 11.8, 55.6),
)
CONTEXT = Context(SOROE, frozenset({"Trautnersvej", "Fjenneslev", "Slagelsevej"}))


def a_record(kind: Kind = Kind.LOCAL_PLAN, number: str = "SK 1", title: str = "Boliger", **more: object) -> PlanRecord:
    return PlanRecord(kind, number, {"da": title}, Origin("file.zip", "layer", 3), **more)  # type: ignore[arg-type]


def broken(record: PlanRecord) -> list[str]:
    return [finding.rule.id for finding in check([record], CONTEXT)]


@pytest.mark.parametrize("code", ["340", "0340", "340.0", " 0340 "])
def test_the_municipalitys_code_however_written(code: str) -> None:
    assert same_code(code, "0340")
    assert broken(a_record(municipality=code)) == []


def test_another_municipalitys_row_is_refused() -> None:
    assert broken(a_record(municipality="999")) == ["ATTR-05"]


@pytest.mark.parametrize(
    ("number", "title", "expected"),
    [
        ("6-2022", "Kommuneplan 6 - planlægning for en vej", ["ATTR-06"]),
        ("6-2022", "Tillæg 6 til Kommuneplan 2019-2030", []),
        ("6-2022", "Kommuneplan 7", []),
        ("6-2022", "Boliger", []),
    ],
)
def test_an_addendum_that_calls_itself_a_municipal_plan(number: str, title: str, expected: list[str]) -> None:
    assert broken(a_record(Kind.ADDENDUM, number, title)) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Planlægning for Traunertsvej 24", ["ATTR-07"]),
        ("Planlægning for Trautnersvej 24", []),
        ("Solcellepark ved Fjenneslev", []),
        ("Boliger langs Slagelsevejen", []),
        ("Noget ganske andet", []),
    ],
)
def test_a_place_spelt_almost_right(title: str, expected: list[str]) -> None:
    assert broken(a_record(title=title)) == expected


@pytest.mark.parametrize(
    ("jurisdiction", "closes", "expected"),
    [
        ("DK", "2020-07-14", ["LIFE-02"]),
        ("DK", "2020-07-15", []),
        ("GL", "2020-08-11", ["LIFE-02"]),
        ("GL", "2020-08-12", []),
        ("XX", "2020-07-02", []),
    ],
)
def test_a_hearing_shorter_than_any_law_knows(jurisdiction: str, closes: str, expected: list[str]) -> None:
    context = Context(replace(SOROE, jurisdiction=jurisdiction))
    record = a_record(hearings=(a_hearing("2020-07-01", closes),))
    assert [finding.rule.id for finding in check([record], context)] == expected
    ideas = a_record(hearings=(a_hearing("2020-07-01", "2020-07-02", HearingKind.CALL_FOR_IDEAS),))
    assert check([ideas], context) == []


def placed(code: int, *, told: int) -> PlanRecord:
    """A square at Sorø drawn in one reference system and delivered as if in another."""
    square = a_square()
    to = pyproj.Transformer.from_crs(25832, code, always_xy=True)
    drawn = shapely.transform(
        square,
        lambda points: shapely.get_coordinates(shapely.Polygon(list(zip(*to.transform(*points.T), strict=True)))),
    )
    record = a_record(delivered=shapely.to_wkb(drawn), crs=f"EPSG:{told}")
    return repair([record], pyproj.CRS(told)).records[0]


def test_a_plan_in_its_municipality() -> None:
    assert broken(placed(25832, told=25832)) == []


def test_a_wrong_zone_is_refused_and_the_one_that_fits_is_named() -> None:
    [finding] = check([placed(25832, told=25833)], CONTEXT)
    assert finding.rule.id == "GEOM-05"
    assert finding.details["crs"] == "EPSG:25832"


def test_without_an_outline_nothing_lies_outside() -> None:
    assert check([placed(25832, told=25833)], Context(replace(SOROE, outline=None))) == []


def test_the_reference_system_that_fits_is_found() -> None:
    record = placed(25832, told=25832)
    assert fitting_crs([record], SOROE) == 25832
    assert fitting_crs([], SOROE) is None


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (["1-2021", "2-2021", "3-2021", "4-2021", "6-2022"], [(5, 5)]),
        (["1-2021", "2-2021"], []),
        ([], []),
        (["3"], [(1, 2)]),
        (["1-2021", "3-2021", "999999-2024"], [(2, 2), (4, 999998)]),
        (["a", "1-2021"], []),
    ],
)
def test_gaps_in_numbering(numbers: list[str], missing: list[tuple[int, int]]) -> None:
    assert gaps(numbers) == missing

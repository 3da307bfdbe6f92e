"""Each rule with what passes and what fails."""

from dataclasses import replace

import pyproj
import pytest
import shapely

from georegister.domain.hearing import HearingKind
from georegister.domain.municipality import Municipality, same_code
from georegister.domain.plan import Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.loading.reference_systems import Fit, fitting, reference_system
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


GREENLAND = Municipality(
    *("0958", "GL", "somewhere", {"kl": "Somewhere"}, ("kl", "da"), "America/Nuuk", (3182, 3183, 3184)),
    shapely.box(-38.5, 65.4, -36.5, 66.2),
)


@pytest.mark.parametrize(
    ("drawn", "told", "of", "fits"),
    [
        (25832, 25833, SOROE, (Fit(25832),)),
        (25832, 4326, SOROE, (Fit(25832),)),
        (3857, 25832, SOROE, (Fit(3857),)),
        (4326, 25832, SOROE, (Fit(4326),)),
        (3184, None, GREENLAND, (Fit(3184),)),
        (3182, 3184, GREENLAND, (Fit(3182), Fit(32622))),
    ],
)
def test_the_system_that_would_fit_is_found(
    drawn: int, told: int | None, of: Municipality, fits: tuple[Fit, ...]
) -> None:
    assert of.outline is not None
    middle = of.outline.representative_point()
    to = pyproj.Transformer.from_crs(4326, drawn, always_xy=True)
    square = shapely.Point(*to.transform(middle.x, middle.y)).buffer(0.001 if drawn == 4326 else 50)
    record = a_record(delivered=shapely.to_wkb(square))
    assert fitting([record] * 60, of, f"EPSG:{told}" if told else None) == fits


def test_latitude_before_longitude_is_found() -> None:
    assert SOROE.outline is not None
    middle = SOROE.outline.representative_point()
    record = a_record(delivered=shapely.to_wkb(shapely.Point(middle.y, middle.x).buffer(0.001)))
    assert fitting([record], SOROE, "EPSG:4326") == (Fit(4326, swapped=True),)


@pytest.mark.parametrize(
    "told",
    [
        "http://127.0.0.1:9/crs",
        "file:///etc/passwd",
        "/etc/passwd",
        "+proj=utm +zone=32 +nadgrids=/etc/passwd",
        "@grid.gsb",
        'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298]],EXTENSION["PROJ4","+proj=utm +nadgrids=evil.gsb"]]',
        "EPSG:" + "9" * 30_000,
        "urn:x-ogc:def:crs:EPSG:nonsense",
    ],
)
def test_a_reference_system_is_a_code_or_a_description_and_no_address(told: str) -> None:
    with pytest.raises(ValueError, match="the reference system"):
        reference_system(told)


@pytest.mark.parametrize("told", ["EPSG:25832", "epsg:3857", "OGC:CRS84", "urn:ogc:def:crs:EPSG::25832"])
def test_a_reference_system_by_its_code(told: str) -> None:
    assert reference_system(told).to_epsg() in (25832, 3857, None)
    assert reference_system(reference_system(told).to_wkt()).name
    assert reference_system(reference_system(told).to_json()).name


def test_without_an_outline_nothing_lies_outside() -> None:
    assert check([placed(25832, told=25833)], Context(replace(SOROE, outline=None))) == []


def test_the_reference_system_that_fits_is_found() -> None:
    record = placed(25832, told=25832)
    assert fitting([record], SOROE) == (Fit(25832),)
    assert fitting([], SOROE) == ()


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

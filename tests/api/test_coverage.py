"""`/coverage`: counts and hectares, against a union by shapely and areas by pyproj of what the items say."""

import csv
import io
from collections import defaultdict
from typing import Any

import httpx
import openpyxl
import pyproj
import pytest
import shapely

from georegister.api.coverage import TAKES
from georegister.register import coverage as counting
from georegister.register.coverage import OF_AIMS
from georegister.register.questions import PlanSearch

Feature = dict[str, Any]
BYS = ("theme", "goal", "sdg", "status", "kind", "year")
GLOBE = pyproj.Geod(ellps="WGS84")
QUESTIONS: list[dict[str, str]] = [
    {},
    {"municipality": "0340"},
    {"datetime": "2021-06-01"},
    {"status": "adopted,in_force", "kind": "local-plan"},
    {"bbox": "11.5,55.3,11.8,55.6", "filter": "area_m2 > 20000"},
    {"goal": "0340-vision-2026-4.1"},
    {"known_at": "2000-01-01"},
]


def asked(client: httpx.Client, **question: str) -> dict[str, Any]:
    answer = client.get("/coverage", params=question)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def features(client: httpx.Client, **question: str) -> list[Feature]:
    answer = client.get("/collections/plans/items", params={**question, "limit": "1000"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["features"])


def keys(feature: Feature, by: str) -> list[str | None]:
    said = feature["properties"]
    if by in OF_AIMS:
        return [str(one) for one in said[f"{by}s"]] or [None]
    if by != "year":
        return [said[by]]
    if said["adopted_earliest"] is None and said["adopted_latest"] is None:
        return [None]
    first, last = ((said[name] or "..")[:4] for name in ("adopted_earliest", "adopted_latest"))
    return [first if first == last else f"{first}/{last}"]


def hectares(some: list[Feature]) -> float | None:
    own = [one for one in some if one["geometry"] and one["properties"]["extent_source"] != "municipality"]
    if some and not own:
        return None
    whole = shapely.orient_polygons(shapely.union_all([shapely.geometry.shape(one["geometry"]) for one in own]))
    return abs(float(GLOBE.geometry_area_perimeter(whole)[0])) / 10_000


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("by", BYS)
def test_counts_and_hectares_are_those_of_the_items(client: httpx.Client, by: str, question: dict[str, str]) -> None:
    found = asked(client, by=by, **question)
    expected: dict[str | None, list[Feature]] = defaultdict(list)
    every = features(client, **question)
    for feature in every:
        for key in keys(feature, by):
            expected[key].append(feature)
    rows = {row["key"]: row for row in found["rows"]}
    assert len(rows) == len(found["rows"])
    assert set(expected) <= set(rows)
    for key, row in [*rows.items(), ("total", found["total"])]:
        some = every if key == "total" else expected[key]
        said = [one["properties"] for one in some]
        assert row["plans"] == len(some), key
        for group in ("proposed", "in_force", "ended"):
            assert row[group] == sum(one["applies"] == group for one in said)
        area = hectares(some)
        assert row["hectares"] == (None if area is None else pytest.approx(area, rel=2e-5, abs=1e-4)), key
        sure = [one for one in some if one["properties"]["geometry_source"] != "illustrative"]
        if row["hectares"]:
            assert row["illustrative_hectares"] == pytest.approx(row["hectares"] - (hectares(sure) or 0), abs=1e-3)


@pytest.mark.parametrize("by", BYS)
def test_each_row_leads_to_its_plans(client: httpx.Client, by: str) -> None:
    for row in asked(client, by=by, municipality="0340,0956", datetime="2026-11-22")["rows"]:
        found = client.get(row["items"]).json()
        assert found["numberMatched"] == row["plans"], row


def test_a_row_that_the_question_leaves_out_leads_nowhere(client: httpx.Client) -> None:
    rows = asked(client, by="status", status="in_force,adopted")["rows"]
    assert {row["key"] for row in rows if row["items"]} <= {"in_force", "adopted"}
    assert any(row["plans"] == 0 and row["items"] is None for row in rows)


def test_what_nothing_is_tied_to_has_a_row_and_the_total_is_no_sum(client: httpx.Client) -> None:
    found = asked(client, by="goal", municipality="0340")
    assert len(found["rows"]) == 19 + 1
    assert sum(row["plans"] == 0 and row["hectares"] == 0 for row in found["rows"]) == 16
    assert found["rows"][-1]["key"] is None
    assert [len(asked(client, by=by)["rows"]) for by in ("status", "kind")] == [8, 6]
    assert {str(number) for number in range(1, 18)} <= {row["key"] for row in asked(client, by="sdg")["rows"]}
    sdgs = asked(client, by="sdg", datetime="2021-06-01", status="proposal", municipality="0340")
    assert sum(row["plans"] for row in sdgs["rows"]) > sdgs["total"]["plans"] == 2
    assert sum(row["hectares"] for row in sdgs["rows"]) > sdgs["total"]["hectares"]
    assert any("add up to the total" in note for note in asked(client, by="sdg", lang="en")["notes"])


def test_stances_are_told(client: httpx.Client) -> None:
    rows = asked(client, by="goal", municipality="0340")["rows"]
    assert {row["key"]: row["supports"] for row in rows if row["supports"]} == {
        row["key"]: row["plans"] for row in rows if row["plans"] and row["key"]
    }
    assert "supports" not in asked(client, by="kind")["rows"][0]


def test_an_adoption_between_two_years_is_a_row_of_its_own(client: httpx.Client) -> None:
    rows = asked(client, by="year", municipality="0340", lang="en")["rows"]
    assert [(row["key"], row["title"]) for row in rows] == [
        ("2019", "2019"),
        ("2019/2023", "Between 2019 and 2023"),
        ("2021", "2021"),
        ("2024", "2024"),
        (None, "No day of adoption recorded"),
    ]


@pytest.mark.parametrize("by", ["theme", "year"])
def test_files_say_what_the_answer_says(client: httpx.Client, by: str) -> None:
    found = asked(client, by=by, lang="da")
    rows = [*found["rows"], found["total"]]
    answer = client.get("/coverage", params={"by": by, "f": "csv"})
    assert answer.headers["content-disposition"] == f'attachment; filename="coverage-by-{by}.csv"'
    plain = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    danish = client.get("/coverage", params={"by": by, "f": "csv", "lang": "da"})
    assert danish.content.startswith(b"\xef\xbb\xbf")
    _, *lines = csv.reader(io.StringIO(danish.content.decode("utf-8-sig"), newline=""), delimiter=";")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/coverage", params={"by": by, "f": "xlsx"}).content))
    sheet, about = book.worksheets
    cells = list(sheet.iter_rows(min_row=2, values_only=True, max_row=len(rows) + 1))
    assert len(plain) == len(lines) == len(cells) == len(rows)
    place = list(plain[0]).index("hectares")
    for row, one, line, cell in zip(rows, plain, lines, cells, strict=True):
        assert (one["key"], one["title"], int(one["plans"])) == (row["key"] or "", row["title"], row["plans"])
        assert one["hectares"] == ("" if row["hectares"] is None else str(row["hectares"]))
        assert line[place] == one["hectares"].replace(".", ",")
        assert cell[place] == row["hectares"]
    said = [row[0] for row in about.iter_rows(values_only=True)]
    assert said[0] == found["question"]
    assert said[2:] == found["notes"]


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ({"by": "colour"}, "by"),
        ({"limit": "3"}, "limit"),
        ({"crs": "EPSG:25832"}, "crs"),
        ({"resultType": "hits"}, "resultType"),
        ({"f": "gpkg"}, "f"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox_crs": "EPSG:4326"}, "bbox_crs"),
        ({"filter": "nothing = 1"}, "filter"),
        ({"sdg": "18"}, "sdg"),
        ({"lang": "de"}, "lang"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_asked_is_told(client: httpx.Client, question: dict[str, str], parameter: str) -> None:
    answer = client.get("/coverage", params=question)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_what_a_form_leaves_empty_is_not_asked(client: httpx.Client) -> None:
    empty = asked(client, by="kind", municipality="", datetime="", status="")
    assert empty["rows"] != []
    assert empty["total"] == asked(client, by="kind")["total"]


def test_too_many_outlines_are_counted_and_not_measured(shared_demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_CORNERS", 50)
    question = counting.CoverageSearch(by="kind")
    values = {**question.values(), "now": "2026-11-22T12:00:00Z", "day": None}
    found = counting.coverage(shared_demo, question.by, question.shape, values)
    assert (found.areas, found.whole) == (None, None)
    assert sum(row["plans"] for row in found.once) == 19


def test_every_way_to_choose_plans_is_taken() -> None:
    assert {"municipality", "kind", "status", "theme", "goal", "sdg", "number", "bbox", "filter", "datetime"} <= TAKES
    assert TAKES - {"by"} < {field.alias or name for name, field in PlanSearch.model_fields.items()}

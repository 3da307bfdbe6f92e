"""Every plan at a place, whatever a map shows, and those near it."""

import httpx
import pytest

PARK = "11.67,55.455"


def at(client: httpx.Client, **question: str) -> list[dict[str, object]]:
    answer = client.get("/at", params=question)
    assert answer.status_code == 200, answer.text
    return [{"id": feature["id"], **feature["properties"]} for feature in answer.json()["features"]]


def test_everything_that_applies_is_listed_the_municipal_plan_last(client: httpx.Client) -> None:
    found = at(client, point=PARK, datetime="2021-06-01")
    assert [one["id"] for one in found] == [
        "0340-local-plan-sk-66",
        "0340-addendum-1-2021",
        "0340-municipal-plan-2019-2030",
    ]
    assert [one["applies"] for one in found] == ["proposed", "proposed", "in_force"]


def test_ended_plans_come_last(client: httpx.Client) -> None:
    found = at(client, point=PARK)
    assert [(one["id"], one["applies"]) for one in found] == [
        ("0340-local-plan-sk-66", "in_force"),
        ("0340-municipal-plan-2023-2034", "in_force"),
        ("0340-addendum-1-2021", "ended"),
        ("0340-municipal-plan-2019-2030", "ended"),
    ]


def test_near_ones_have_a_distance_and_a_direction(client: httpx.Client) -> None:
    south = "11.675,55.4460"
    near = [one for one in at(client, point=south, within="1000", lang="da") if one["distance_m"]]
    assert [one["id"] for one in near] == ["0340-addendum-1-2021", "0340-local-plan-sk-66"]
    assert near[0]["direction"] == "n"
    assert 500 < float(str(near[0]["distance_m"])) < 600
    assert str(near[0]["where_text"]).endswith("m nord herfra")
    assert [one for one in at(client, point=south, within="400") if one["distance_m"]] == []


def test_a_neighbour_300_metres_away_is_told_of_the_park(client: httpx.Client) -> None:
    found = at(client, point="11.675,55.4483", within="1000", datetime="2021-06-01", lang="da")
    park = next(one for one in found if one["id"] == "0340-local-plan-sk-66")
    assert 250 < float(str(park["distance_m"])) < 350
    assert "36 dage tilbage" in str(park["sentence"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "Du kan gøre indsigelse til og med 7. juli 2021 (36 dage tilbage)."),
        ("en", "You can object until and including 7 July 2021 (36 days left)."),
    ],
)
def test_the_hearing_is_told_in_the_readers_language(client: httpx.Client, language: str, words: str) -> None:
    assert str(at(client, point=PARK, datetime="2021-06-01", lang=language)[0]["sentence"]).startswith(words)


def test_the_browsers_language_is_taken_where_none_is_said(client: httpx.Client) -> None:
    answer = client.get("/at", params={"point": PARK}, headers={"Accept-Language": "en-GB,da;q=0.5"})
    assert answer.json()["features"][0]["properties"]["status_text"] == "Adopted"


def test_the_sea_has_no_plans(client: httpx.Client) -> None:
    assert at(client, point="3,56", within="1000") == []


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ({}, "point"),
        ({"point": "55.4"}, "point"),
        ({"point": "11.6,155"}, "point"),
        ({"point": PARK, "within": "-1"}, "within"),
        ({"point": PARK, "within": "1e9"}, "within"),
        ({"point": PARK, "within": "nan"}, "within"),
        ({"point": PARK, "lang": "kl"}, "lang"),
        ({"point": PARK, "radius": "5"}, "radius"),
    ],
)
def test_a_wrong_question_names_the_parameter(client: httpx.Client, question: dict[str, str], parameter: str) -> None:
    answer = client.get("/at", params=question)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_poles_and_antimeridian_answer(client: httpx.Client) -> None:
    for place in ("180,0", "-180,0", "0,90", "0,-90", "179.9999,89.9"):
        assert client.get("/at", params={"point": place, "within": "5000"}).status_code == 200

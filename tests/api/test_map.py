"""What the map can be opened with, and what it asks: its address, the history of a municipality, answers at a place."""

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from georegister.api.story import list_order
from georegister.app import create_app
from georegister.register import paging
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import asking, awaited

SQUARE = "POLYGON((11.64 55.44,11.70 55.44,11.70 55.47,11.64 55.47,11.64 55.44))"
PARK = "11.6671,55.4576"
SK66 = "0340-local-plan-sk-66"


def page(client: httpx.Client, **asked: Any) -> str:
    answer = client.get("/map", params={"lang": "en", **asked})
    assert answer.status_code == 200, answer.text
    return answer.text


def listed(html: str) -> set[str]:
    return set(re.findall(r'<li class="plan-item" data-plan="([^"]+)"', html))


def of_items(client: httpx.Client, path: str = "items", **asked: Any) -> set[str]:
    standing = "idea,proposal,adopted,in_force,unknown"
    asked = {"municipality": "0340", "status": standing, "limit": 1000, **asked}
    return {one["id"] for one in client.get(f"/collections/plans/{path}", params=asked).json()["features"]}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"theme": "0340-vision-2026-4"},
        {"goal": "0340-vision-2026-4.1"},
        {"sdg": "7"},
        {"kind": "local-plan"},
        {"status": "replaced,revoked"},
        {"kind": "addendum", "status": "adopted", "theme": "0340-vision-2026-1"},
    ],
)
def test_the_page_lists_and_draws_what_the_items_give(client: httpx.Client, asked: dict[str, str]) -> None:
    html = page(client, **asked)
    assert listed(html) == of_items(client, **asked)
    assert (len(re.findall(r'<path class="plan ', html)) > 0) == bool(listed(html))
    items = re.findall(r'id="question" href="([^"]+)"', html)[0].replace("&amp;", "&")
    assert {one["id"] for one in client.get(items).json()["features"]} == listed(html)


def test_a_day_shows_the_plans_of_that_day(client: httpx.Client) -> None:
    then, now = page(client, day="2021-06-01"), page(client)
    assert listed(then) == of_items(client, datetime="2021-06-01") != listed(now)
    assert "1 June 2021" in then


def test_an_empty_field_of_the_form_says_nothing(client: httpx.Client) -> None:
    empty = dict.fromkeys(("day", "theme", "goal", "sdg", "status", "kind", "geometry"), "")
    assert listed(page(client, **empty)) == listed(page(client))


def test_plans_that_have_ended_are_told_and_one_link_away(client: httpx.Client) -> None:
    html = page(client, kind="addendum")
    ended = of_items(client, kind="addendum", status="replaced,revoked,lapsed")
    assert f"{len(ended)} ended plans here" in html
    link = re.findall(r'ended plans here\. <a class="button quiet" href="([^"]+)"', html)[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(link).query) == {"lang": ["en"], "kind": ["addendum"], "ended": ["1"]}
    with_them = client.get(link).text
    assert listed(with_them) == ended | listed(html)
    assert 'class="ended-here"' not in with_them


def test_where_nothing_is_the_page_says_what_to_do(client: httpx.Client) -> None:
    html = page(client, sdg="17")
    assert listed(html) == set()
    assert "No plans here with these filters." in html
    assert re.search(r'href="/map\?lang=en&amp;municipality=0340">Remove filters', html)
    assert re.search(r'href="/plans/0340-municipal-plan-2023-2034\?lang=en">[^<]+</a> still applies', html)


def test_an_area_is_listed_with_the_filters_and_kept_by_the_form(client: httpx.Client) -> None:
    html = page(client, geometry=SQUARE, kind="local-plan", view="12.5/55.45/11.67", point=PARK)
    assert listed(html) == of_items(client, "search", geometry=SQUARE, kind="local-plan") != set()
    for name, value in (("geometry", SQUARE), ("view", "12.5/55.45/11.67"), ("point", PARK)):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    circle = {"geometry": "POINT(11.6671 55.4576)", "buffer": "300"}
    assert listed(page(client, **circle)) == of_items(client, "search", **circle)


def test_the_drawing_is_coloured_as_is_asked(client: httpx.Client) -> None:
    html = page(client, colour="use")
    assert re.search(r'<figure class="drawing still by-use without-script">', html)
    assert re.search(r'<path class="plan slot-4 status-adopted illustrative use-5"', html)
    assert '<ul data-legend="theme" hidden>' in html
    assert '<ul class="by-use" data-legend="use">' in html
    assert re.search(r'name="colour" value="use" form="filters" autocomplete="off" checked', html)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"),
        ("view", "11/55.45"),
        ("view", "99/55.45/11.57"),
        ("view", "11/95/11.57"),
        ("view", "nan/nan/nan"),
        ("point", "11.57"),
        ("point", "11.57,99"),
        ("geometry", "POLYGON((1 2"),
        ("geometry", "POINT(11.6 55.4)"),
        ("geometry", "POLYGON((0 0,1 1,0 1,1 0,0 0))"),
        ("geometry", "x" * 8001),
        ("buffer", "-1"),
        ("buffer", "20001"),
        ("buffer", "inf"),
        ("sdg", "18"),
        ("sdg", "seven"),
        ("status", "gone"),
        ("kind", "house"),
        ("day", "2021-02-30"),
        ("day", "yesterday"),
        ("day", "9999-12-31"),
        ("plan", "\0"),
        ("bbox", "1,2,3,4"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(client: httpx.Client, name: str, value: str) -> None:
    answer = client.get("/map", params={name: value})
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)


@pytest.mark.parametrize("path", ["/map", "/map/sheet", "/map/sheet.pdf", "/embed/map", "/history"])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("municipality", ["0340", "0956"]),
        ("municipality", ["0340", "0340"]),
        ("point", ["11.6671,55.4576", "11.5,55.4"]),
        ("plan", ["0340-local-plan-sk-66", "0340-local-plan-sk-3"]),
    ],
)
def test_what_is_one_value_here_is_given_once(client: httpx.Client, path: str, name: str, values: list[str]) -> None:
    """Though it is a list where the items are asked for."""
    answer = client.get(path, params={name: values}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)
    assert answer.json()["detail"].endswith("give it once")


def test_what_is_a_list_may_be_given_several_times(client: httpx.Client) -> None:
    kinds = listed(page(client, kind="local-plan,addendum"))
    several = client.get("/map", params={"kind": ["local-plan", "addendum"]}, headers={"Accept": "text/html"})
    assert listed(several.text) == kinds != set()
    for path in ("/collections/plans/items", "/hearings", "/changes", "/coverage", "/search?q=sk66", "/strategies"):
        answer = client.get(httpx.URL(path).copy_merge_params({"municipality": ["0340", "0956"]}))
        assert answer.status_code == 200, answer.text


def test_nothing_a_value_says_is_anything_but_text(client: httpx.Client) -> None:
    html = page(client, theme='"><script>alert(1)</script>', plan="</script><b>", goal="{{7*7}}")
    assert "<script>alert(1)" not in html
    assert "</script><b>" not in html
    assert "49</" not in html


def history(client: httpx.Client, day: str | None = None, **more: str) -> dict[str, Any]:
    asked = {"municipality": "0340", "lang": "en", **({"datetime": day} if day else {}), **more}
    answer = client.get("/history", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_day_tells_what_changed_on_it(client: httpx.Client) -> None:
    said = history(client, "2021-10-13")
    assert [one["plan"] for one in said["changes"]] == ["0340-addendum-1-2021", SK66]
    assert all((one["status"], one["was"], one["certain"]) == ("adopted", "proposal", True) for one in said["changes"])
    assert (
        said["sentence"] == "13 October 2021: Addendum to the municipal plan 1-2021 adopted; Local plan SK 66 adopted."
    )
    opened = history(client, "2021-05-12")
    assert "Local plan SK 66 in hearing until and including 7 July 2021" in opened["sentence"]
    assert "the hearing of Local plan SK 66 is over" in history(client, "2021-07-08")["sentence"]


def test_an_uncertain_day_is_said_to_be_uncertain(client: httpx.Client) -> None:
    changes = {one["plan"]: one for one in history(client, "2024-06-05")["changes"]}
    replaced = changes["0340-addendum-1-2021"]
    assert not replaced["certain"]
    assert "the day is uncertain" in replaced["words"]
    assert "between 22 May 2024 and 5 June 2024" in replaced["words"]


def test_the_steps_lead_through_every_day_on_which_the_map_changes(client: httpx.Client) -> None:
    day, days = history(client)["before"], []
    while day:
        days.append(day)
        said = history(client, day)
        assert said["changes"], day
        day = said["before"]
    assert days == sorted(set(days), reverse=True)
    assert len(days) > 20
    forward = history(client, days[-1])
    for expected in reversed(days[:-1]):
        assert forward["after"] == expected
        forward = history(client, expected)
    # Between two steps nothing that is shown changes.
    first, second = (date.fromisoformat(one) for one in (days[1], days[0]))
    between = date.fromordinal(second.toordinal() - 1)
    if between > first:
        assert history(client, between.isoformat())["changes"] == []
        told = [
            {
                one["id"]: (one["properties"]["status"], one["properties"]["in_hearing"])
                for one in client.get(
                    "/collections/plans/items",
                    params={"municipality": "0340", "datetime": on.isoformat(), "limit": 1000, "skipGeometry": "true"},
                ).json()["features"]
            }
            for on in (first, between)
        ]
        assert told[0] == told[1]


def test_a_day_without_a_change_says_so(client: httpx.Client) -> None:
    said = history(client, "2021-06-01")
    assert (said["changes"], said["numberMatched"]) == ([], 0)
    assert said["sentence"] == "1 June 2021: no change is recorded on this day."
    assert said["before"] < "2021-06-01" < said["after"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "municipality"),
        ({"municipality": "0340", "datetime": "2021-01-01/2022-01-01"}, "datetime"),
        ({"municipality": "0340", "datetime": "2021-01-01/.."}, "datetime"),
        ({"municipality": "0340", "datetime": "soon"}, "datetime"),
        ({"municipality": "0340", "day": "2021-01-01"}, "day"),
    ],
)
def test_a_bad_question_of_history_is_refused(client: httpx.Client, asked: dict[str, str], parameter: str) -> None:
    answer = client.get("/history", params=asked)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_municipality_that_is_not_there_has_no_history(client: httpx.Client) -> None:
    assert client.get("/history", params={"municipality": "0999"}).status_code == 404


def test_a_place_tells_how_to_answer_what_is_for_the_goals_and_where_the_document_is(client: httpx.Client) -> None:
    asked = {"point": PARK, "datetime": "2021-06-01", "lang": "en"}
    plans = {one["id"]: one["properties"] for one in client.get("/at", params=asked).json()["features"]}
    park = plans[SK66]
    assert park["answer_text"].startswith("Where to send the answer is not recorded here. Write to ")
    assert park["answer_url"] == park["answer_to"]
    assert park["answer_url"].startswith("https://")
    assert next((one["stance_text"], one["goal_url"]) for one in park["claims"]) == (
        "Supports",
        "/goals/0340-vision-2026-4.1?lang=en",
    )
    assert all(client.get(one["goal_url"]).status_code == 200 for one in park["claims"])
    assert (park["document_text"], park["document_link"]) == ("Legal document: not recorded here.", None)
    html = client.get("/at", params={**asked, "f": "html"}).text
    assert f'<a href="{park["answer_url"]}" rel="noopener">{park["answer_to"]}</a>' in html
    assert 'Supports</strong> <a href="/goals/0340-vision-2026-4.1?lang=en">' in html
    assert "Legal document: not recorded here." in html


def test_an_area_tells_its_size(client: httpx.Client) -> None:
    said = client.get("/collections/plans/search", params={"geometry": SQUARE, "limit": 1}).json()
    [one] = said["features"]
    assert said["area_m2"] == pytest.approx(
        one["properties"]["overlap_m2"] / one["properties"]["area_percent"] * 100, rel=1e-3
    )


def test_all_plans_are_counted_where_they_are_more_than_pages_count(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNT_UP_TO", 3)
    app = create_app(Settings(), demo)

    async def ask() -> tuple[str, Any]:
        async with asking(app) as client:
            items = await client.get("/collections/plans/items?municipality=0340&limit=1")
            told = (await client.get("/map?municipality=0340&lang=en")).text
        return told, items.json()

    told, items = awaited(ask())
    assert "numberMatched" not in items
    assert f'role="status" tabindex="-1">{len(listed(told))} plans</p>' in told
    assert len(listed(told)) > 3


def test_numbers_are_listed_as_people_count() -> None:
    said = {"applies": "in_force", "in_hearing": False, "hearing_closes": None, "kind": "local-plan"}
    numbers = ["SK 1", "SK 2", "sk 9b", "SK 10", "SK 10.2", "SK 10.11", "SK 0100"]
    plans = [{"id": f"0340-{number}", "properties": {**said, "number": number}} for number in sorted(numbers)]
    assert [plan["properties"]["number"] for plan in sorted(plans, key=list_order)] == numbers

"""Items as planners ask for them."""

import httpx
import pytest

THEME = "0340-vision-2026-4"
BOX = "11.3,55.3,11.8,55.6"
SK66, ADDENDUM = "0340-local-plan-sk-66", "0340-addendum-1-2021"


def ids(client: httpx.Client, collection: str = "plans", **question: str) -> list[str]:
    answer = client.get(f"/collections/{collection}/items", params=question)
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def test_a_theme_and_a_box_give_exactly_sk_66_and_its_addendum(client: httpx.Client) -> None:
    assert ids(client, theme=THEME, bbox=BOX) == [ADDENDUM, SK66]
    assert SK66 not in ids(client, theme="0340-vision-2026-2", bbox=BOX)
    assert ids(client, theme="0340-vision-2026-3", bbox=BOX) == []


def test_they_come_with_goals_and_sdgs(client: httpx.Client) -> None:
    for feature in client.get("/collections/plans/items", params={"theme": THEME}).json()["features"]:
        said = feature["properties"]
        assert (said["goals"], said["sdgs"]) == (["0340-vision-2026-4.1"], [7, 13])
        assert said["geometry_source"] == "illustrative"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"goal": "0340-vision-2026-4.1"}, [ADDENDUM, SK66]),
        ({"sdg": "13"}, [ADDENDUM, SK66]),
        ({"sdg": "7,13", "kind": "local-plan"}, [SK66]),
        ({"number": "sk66"}, [SK66]),
        ({"number": "SK 66,1-21"}, [ADDENDUM, SK66]),
        (
            {"kind": "municipal-plan"},
            ["0340-municipal-plan-2019-2030", "0340-municipal-plan-2023-2034", "0956-municipal-plan-2032"],
        ),
        ({"status": "in_force"}, ["0340-local-plan-sk-61", "0340-municipal-plan-2023-2034"]),
        ({"municipality": "0956"}, ["0956-addendum-1c4-3", "0956-addendum-3c8-1", "0956-municipal-plan-2032"]),
        ({"municipality": "9999"}, []),
        ({"municipality": "0340,0956", "number": "sk66"}, [SK66]),
        ({"bbox": "11.66,55.45,11.70,55.47"}, [ADDENDUM, SK66]),
        ({"bbox": "11.66707,55.45760,11.66707,55.45760"}, [ADDENDUM, SK66]),
        ({"bbox": "11.66707,55.40,11.66707,55.50"}, [ADDENDUM, SK66]),
        ({"bbox": "170,50,-170,60"}, []),
        ({"datetime": "2021-06-01", "status": "proposal", "municipality": "0340"}, [ADDENDUM, SK66]),
        (
            {
                "datetime": "2021-05-12T00:00:00Z/2021-06-01T00:00:00Z",
                "status": "proposal",
                "municipality": "0340",
            },
            [ADDENDUM, SK66],
        ),
        # When SK 3 was adopted nobody tells; it may have been then.
        ({"datetime": "1990-01-01"}, ["0340-local-plan-sk-3"]),
        ({"datetime": "0000-01-01T00:00:00Z/2019-07-09"}, ["0340-local-plan-sk-3"]),
    ],
)
def test_questions(client: httpx.Client, question: dict[str, str], expected: list[str]) -> None:
    assert ids(client, **question) == expected


def test_comma_and_repetition_both_mean_or(client: httpx.Client) -> None:
    assert ids(client, status="replaced,in_force") == [
        feature["id"]
        for feature in client.get("/collections/plans/items?status=replaced&status=in_force").json()["features"]
    ]


@pytest.mark.parametrize(
    ("collection", "number"),
    [
        ("plans", 19),
        ("local-plans", 8),
        ("addenda", 8),
        ("municipal-plans", 3),
        ("hearings", 15),
        ("municipalities", 2),
    ],
)
def test_each_collection_holds_what_it_should(client: httpx.Client, collection: str, number: int) -> None:
    answer = client.get(f"/collections/{collection}/items").json()
    assert answer["numberMatched"] == answer["numberReturned"] == len(answer["features"]) == number


def test_a_municipal_plan_has_no_geometry_of_its_own_but_its_municipalitys(client: httpx.Client) -> None:
    plan = "0340-municipal-plan-2023-2034"
    assert client.get(f"/collections/plans/items/{plan}").json()["geometry"] is None
    with_outline = client.get(f"/collections/municipal-plans/items/{plan}").json()
    assert with_outline["geometry"]["type"] == "MultiPolygon"
    assert with_outline["properties"]["extent_source"] == "municipality"


@pytest.mark.parametrize(
    ("day", "status", "certainty", "reason"),
    [
        ("2021-06-01", "proposal", "certain", "proposal"),
        ("2023-06-01", "adopted", "possible", "adoption"),
        ("2024-05-28", "adopted", "possible", "replacement"),
        ("2026-11-22", "replaced", "certain", "replacement"),
    ],
)
def test_the_addendum_on_its_days(client: httpx.Client, day: str, status: str, certainty: str, reason: str) -> None:
    said = client.get(f"/collections/addenda/items/{ADDENDUM}", params={"datetime": day}).json()["properties"]
    assert (said["status"], said["certainty"]) == (status, certainty)
    assert reason in [one["code"] for one in said["reasons"]]


def test_sk_66_has_36_days_of_hearing_left_on_the_first_of_june_2021(client: httpx.Client) -> None:
    said = client.get(f"/collections/plans/items/{SK66}", params={"datetime": "2021-06-01"}).json()["properties"]
    assert (said["in_hearing"], said["hearing_closes"], said["hearing_days_left"]) == (True, "2021-07-07", 36)


def test_before_its_first_event_a_plan_is_not_there(client: httpx.Client) -> None:
    assert client.get(f"/collections/plans/items/{SK66}", params={"datetime": "2020-06-09"}).status_code == 404


def test_no_single_day_is_told_where_only_bounds_are_known(client: httpx.Client) -> None:
    said = client.get("/collections/local-plans/items/0340-local-plan-sk-69").json()["properties"]
    assert (said["adopted_on"], said["adopted_earliest"], said["adopted_latest"]) == (None, "2019-11-20", "2023-03-01")


def test_hearings_by_day(client: httpx.Client) -> None:
    assert ids(client, "hearings", datetime="2021-06-01") == [
        "0340-addendum-1-2021-hearing-2021-05-12",
        "0340-addendum-3-2021-hearing-2021-05-26",
        "0340-local-plan-sk-66-hearing-2021-05-12",
    ]
    assert ids(client, "hearings", datetime="2022-10-01") == [
        "0340-local-plan-sk-72-hearing-2022-09-28",
        "0340-vision-2026-hearing-2022-09-27",
    ]
    assert ids(client, "hearings", is_open="true") == []
    assert ids(client, "hearings", is_open="true", datetime="2021-07-07", plan=SK66) == [
        "0340-local-plan-sk-66-hearing-2021-05-12"
    ]


def test_pages_are_walked_to_the_end_and_give_everything_once(client: httpx.Client) -> None:
    found, address = [], "/collections/plans/items?limit=2&status=replaced,adopted&status=in_force&status=proposal"
    while address:
        answer = client.get(address).json()
        assert answer["numberReturned"] <= 2
        found += [feature["id"] for feature in answer["features"]]
        address = next((link["href"] for link in answer["links"] if link["rel"] == "next"), "")
    assert found == ids(client)
    assert len(set(found)) == 19


@pytest.mark.proves("attack/6", "attack/7", "attack/8")
@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("?colour=red", "colour"),
        ("?bbox=1,2,three,4", "bbox"),
        ("?bbox=1,2,3", "bbox"),
        ("?bbox=nan,0,1,1", "bbox"),
        ("?bbox=1,1,2,2&bbox=3,3,4,4", "bbox"),
        ("?datetime=yesterday", "datetime"),
        ("?datetime=2021-02-30", "datetime"),
        ("?datetime=2021-07-01/2021-06-01", "datetime"),
        ("?known_at=now", "known_at"),
        ("?limit=0", "limit"),
        ("?limit=-1", "limit"),
        ("?limit=ten", "limit"),
        ("?limit=١٠", "limit"),
        ("?limit=1_0", "limit"),
        ("?kind=castle", "kind"),
        ("?status=dead", "status"),
        ("?sdg=18", "sdg"),
        ("?sdg=x", "sdg"),
        ("?token=abc", "token"),
        ("?token=eyJhZnRlciI6MX0", "token"),
        ("?theme=%00", "theme"),
        ("?number=%00", "number"),
        ("?f=xml", "f"),
        ("/0340-local-plan-sk-66?bbox=1,2,3,4", "bbox"),
    ],
)
def test_a_wrong_question_is_400_and_names_the_parameter(client: httpx.Client, path: str, parameter: str) -> None:
    answer = client.get(f"/collections/plans/items{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    problem = answer.json()
    assert problem["parameter"] == parameter
    assert parameter in problem["detail"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/collections/plans/items?limit=ten", "limit: angiv et helt tal."),
        ("/collections/plans/items?bbox=9,55,10,56&bbox=1,2,3,4", "bbox: angiv det én gang"),
        ("/collections/plans/items?castle=1", "Der er ingen parameter 'castle' her."),
        ("/collections/castles/items", "Der er ingen samling 'castles'; der er "),
        ("/collections/plans/items/0340-local-plan-sk-0", "Der er ingen '0340-local-plan-sk-0' her."),
    ],
)
def test_a_problem_is_told_in_the_language_that_is_asked_for(client: httpx.Client, path: str, detail: str) -> None:
    danish = client.get(path, headers={"Accept-Language": "da-DK,en;q=0.5"})
    assert danish.headers["content-language"] == "da"
    assert danish.json()["detail"].startswith(detail)
    english = client.get(path)
    assert english.headers["content-language"] == "en"
    assert (english.json()["title"], english.json()["detail"]) != (danish.json()["title"], danish.json()["detail"])


@pytest.mark.proves("attack/6")
def test_a_large_limit_is_clamped_and_not_refused(client: httpx.Client) -> None:
    assert len(ids(client, limit="100000")) == 19


@pytest.mark.proves("attack/7")
@pytest.mark.parametrize(
    "path",
    [
        "/collections/castles/items",
        "/collections/plans/items/0340-local-plan-sk-0",
        "/collections/plans/items/%00",
        "/nowhere",
        "/plans/x",
    ],
)
def test_what_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_plan_of_another_kind_is_not_in_a_collection(client: httpx.Client) -> None:
    assert client.get(f"/collections/addenda/items/{SK66}").status_code == 404


def test_links_keep_every_parameter(client: httpx.Client) -> None:
    answer = client.get("/collections/plans/items?status=replaced&status=adopted&limit=1").json()
    following = next(link["href"] for link in answer["links"] if link["rel"] == "next")
    assert following.count("status=") == 2
    assert answer["links"][0]["href"].endswith("/collections/plans/items?status=replaced&status=adopted&limit=1")


def test_answers_carry_what_keeps_a_browser_safe(client: httpx.Client) -> None:
    headers = client.get("/collections").headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("language", "words"), [("da", "Tekniske anlæg"), ("en", "Technical installations")])
def test_a_plans_topics_are_told_in_words(client: httpx.Client, language: str, words: str) -> None:
    address = f"/plans/0340-local-plan-sk-66?lang={language}"
    said = client.get(f"{address}&f=json").json()
    assert (said["properties"]["topics"], said["topic_titles"]) == (["81"], [words])
    assert f"<td>{words}</td>" in client.get(f"{address}&f=html").text

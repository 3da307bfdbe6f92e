"""Strategies, themes, goals and SDGs one by one, with the plans that are claimed to serve or hinder them."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

VISION, SK66, ADDENDUM = "0340-vision-2026", "0340-local-plan-sk-66", "0340-addendum-1-2021"


def test_a_strategy_is_given_whole_with_its_plans(client: httpx.Client) -> None:
    strategy = client.get(f"/strategies/{VISION}").json()
    assert [len(theme["goals"]) for theme in strategy["themes"]] == [6, 4, 6, 3]
    assert [len(theme["actions"]) for theme in strategy["themes"]] == [7, 3, 5, 4]
    assert strategy["hearing"] == {"opens": "2022-09-27", "closes": "2022-12-02"}
    assert (strategy["adopted_on"], strategy["revision"]) == ("2023-03-01", "full")
    goal = strategy["themes"][3]["goals"][0]
    assert [(plan["id"], plan["stance"]) for plan in goal["plans"]] == [(ADDENDUM, "supports"), (SK66, "supports")]
    assert len(goal["targets"]) == 2


def test_a_theme_and_a_goal_are_given_alone(client: httpx.Client) -> None:
    theme = client.get(f"/themes/{VISION}-4").json()
    assert (theme["no"], len(theme["goals"])) == (4, 3)
    goal = client.get(f"/goals/{VISION}-4.1").json()
    assert goal == theme["goals"][0]
    assert goal["plans"][0]["evidence"]


def test_an_sdg_has_the_uns_title_and_the_municipalitys_words(client: httpx.Client) -> None:
    sdg = client.get("/sdgs/13", params={"lang": "da"}).json()
    assert sdg["title"] == "Klimaindsats"
    assert SK66 in [plan["id"] for plan in sdg["plans"]]
    assert VISION in [one["strategy"] for one in sdg["strategies"]]
    nobodys = client.get("/sdgs/2", params={"lang": "en"}).json()
    assert (nobodys["title"], nobodys["strategies"], nobodys["plans"]) == ("Zero Hunger", [], [])


@pytest.mark.parametrize("path", ["/strategies/0340-vision-2030", "/themes/x", "/goals/0340-vision-2026-4.9"])
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/sdgs/0", "/sdgs/18", "/sdgs/x", f"/strategies/{VISION}?theme=1"])
def test_what_cannot_be_asked_says_so(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_plan_says_what_is_not_known(client: httpx.Client) -> None:
    plan = client.get("/plans/0340-local-plan-sk-69?f=json&lang=da").json()
    assert "Den præcise dag for vedtagelsen står ikke i nogen kilde, vi har." in plan["unknown"]
    assert plan["properties"]["adopted_on"] is None


@pytest.fixture
def then(in_2021: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=in_2021, timeout=30) as asking:
        yield asking


def counts_of(client: httpx.Client, **aim: str) -> dict[str, int]:
    """The same by the items."""
    items = client.get("/collections/plans/items", params={**aim, "limit": "1000"}).json()["features"]
    said = [one["properties"] for one in items]
    in_force = sum(one["applies"] == "in_force" for one in said)
    return {"in_force": in_force, "in_hearing": sum(one["in_hearing"] for one in said)}


def counted(page: str) -> list[tuple[str, str]]:
    """Where the counts of a page lead, with their words."""
    lines = re.findall(r'<p class="plan-counts">(.*?)</p>', page, re.DOTALL)
    return [
        (html.unescape(href), words)
        for line in lines
        for href, words in re.findall(r'<a href="([^"]+)">([^<]+)<', line)
    ]


def test_how_many_plans_serve_or_hinder_an_aim_is_counted(client: httpx.Client, then: httpx.Client) -> None:
    for asked in (client, then):
        for theme in (f"{VISION}-3", f"{VISION}-4"):
            for goal in asked.get(f"/themes/{theme}").json()["goals"]:
                assert goal["counts"] == counts_of(asked, goal=goal["id"])
        for number in ("2", "7", "13"):
            assert asked.get(f"/sdgs/{number}").json()["counts"] == counts_of(asked, sdg=number)
    assert client.get("/sdgs/13").json()["counts"]["in_force"] > 0
    assert then.get(f"/goals/{VISION}-4.1").json()["counts"] == {"in_force": 0, "in_hearing": 2}


def test_the_counts_of_a_page_lead_to_what_they_count(client: httpx.Client, then: httpx.Client) -> None:
    browser = {"Accept": "text/html"}
    for asked, path in (
        (client, f"/themes/{VISION}-4?lang=en"),
        (client, "/sdgs/13?lang=en&municipality=0340"),
        (then, f"/themes/{VISION}-4?lang=en"),
        (then, "/sdgs/13?lang=en"),
    ):
        found = counted(asked.get(path, headers=browser).text)
        assert found
        for href, words in found:
            there = asked.get(href, headers=browser)
            listed = set(re.findall(r'href="/(?:plans|collections/plans/items)/([\w-]+)\?', there.text))
            assert there.status_code == 200
            assert words.split()[0] == str(len(listed)), (path, href, words, listed)


def test_counts_of_the_past_lead_nowhere(client: httpx.Client) -> None:
    page = client.get(f"/themes/{VISION}-4?known_at=2999-01-01T00:00:00Z", headers={"Accept": "text/html"}).text
    assert 'class="plan-counts"' in page
    assert counted(page) == []

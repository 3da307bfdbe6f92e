"""Strategies, themes, goals and SDGs one by one, with the plans that are claimed to serve or hinder them."""

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

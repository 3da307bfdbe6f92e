import httpx


def test_vision_2026_has_its_themes_and_goals(client: httpx.Client) -> None:
    [strategy] = client.get("/strategies", params={"municipality": "0340"}).json()["strategies"]
    assert strategy["id"] == "0340-vision-2026"
    assert [len(theme["goals"]) for theme in strategy["themes"]] == [6, 4, 6, 3]
    assert [theme["title"] for theme in strategy["themes"]] == [
        "Sammen om det gode hverdagsliv",
        "Sammen om levende og bæredygtige lokalsamfund",
        "Sammen om det gode erhvervsklima",
        "Sammen om styrket klimaindsats og biodiversitet",
    ]
    assert strategy["hearing"] == {"opens": "2022-09-27", "closes": "2022-12-02"}
    assert (strategy["adopted_on"], strategy["revision"]) == ("2023-03-01", "full")


def test_themes_and_goals_have_their_own_lists(client: httpx.Client) -> None:
    assert len(client.get("/themes", params={"municipality": "0340"}).json()["themes"]) == 4
    goals = client.get("/goals").json()["goals"]
    assert len(goals) == 19
    assert all(goal["text"] and goal["source_ref"] for goal in goals)


def test_both_languages(client: httpx.Client) -> None:
    danish, english = (client.get("/goals", params={"lang": language}).json()["goals"] for language in ("da", "en"))
    assert all(one["text"] != other["text"] for one, other in zip(danish, english, strict=True))


def test_a_wrong_question_names_the_parameter(client: httpx.Client) -> None:
    answer = client.get("/strategies", params={"lang": "xx"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "lang")
    assert client.get("/strategies", params={"municipality": "9999"}).json()["strategies"] == []

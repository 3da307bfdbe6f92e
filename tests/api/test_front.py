"""The front door's questions as programs ask them: search, short addresses, and what is not held."""

import httpx
import pytest

SK66, ADDENDUM = "0340-local-plan-sk-66", "0340-addendum-1-2021"


@pytest.mark.parametrize("words", ["sk66", "SK 66", "Sk-66", " sk  66 ", "solcellepark", "FJENNESLEV"])
def test_a_plan_is_found_however_it_is_written(client: httpx.Client, words: str) -> None:
    found = client.get("/search", params={"q": words}).json()
    assert SK66 in [plan["id"] for plan in found["plans"]]


@pytest.mark.parametrize("words", ["1-2021", "1-21", "Tillæg 1-2021", "tillæg 1", "kommuneplantillæg 1-21"])
def test_an_addendum_is_found_however_it_is_written(client: httpx.Client, words: str) -> None:
    found = client.get("/search", params={"q": words}).json()
    assert found["plans"][0]["id"] == ADDENDUM


def test_a_place_is_found_with_a_point_to_ask_at(client: httpx.Client) -> None:
    [place] = client.get("/search", params={"q": "fjenneslev"}).json()["places"]
    assert (place["name"], place["kind"]) == ("Fjenneslev", "village")
    lon, lat = place["point"]
    assert (round(lon, 2), round(lat, 2)) == (11.67, 55.43)
    page = client.get("/search", params={"q": "fjenneslev", "f": "html"}).text
    assert f"/at?point={lon},{lat}&amp;" in page
    # Where a name is not quite right, the very same is said of what was meant.
    unknown = client.get("/at", params={"place": "fjenneslew"})
    assert (unknown.status_code, place in unknown.json()["nearest"]) == (404, True)


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1 --", "da", "ingenting af den slags", "\u202e"])
def test_words_are_only_words(client: httpx.Client, words: str) -> None:
    found = client.get("/search", params={"q": words})
    assert found.status_code == 200
    names = [place["name"] for place in found.json()["places"]]
    assert all(words.casefold() in name.casefold() for name in names)
    assert len(found.json()["plans"]) < 11


@pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=a&q=b", "words=a", f"q={'a' * 201}"])
def test_a_search_that_is_none_says_so(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/soroe/sk-66", SK66),
        ("/soroe/sk66", SK66),
        ("/soroe/SK%2066", SK66),
        ("/soroe/1-2021", ADDENDUM),
        ("/soroe/1-21", ADDENDUM),
        ("/soroe/2019-2030", "0340-municipal-plan-2019-2030"),
    ],
)
def test_short_addresses_lead_to_the_plan(client: httpx.Client, path: str, leads_to: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 301
    assert answer.headers["location"].endswith(f"/plans/{leads_to}")
    assert client.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("path", ["/soroe/sk-999", "/nowhere/sk-66", "/soroe/%00", "/a/b", "/soroe/" + "x" * 500])
def test_short_addresses_of_nothing_are_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_is_not_held_is_said(client: httpx.Client) -> None:
    answer = client.get("/at", params={"point": "11.56,55.44", "lang": "da"}).json()
    assert answer["notHeld"] == ["Kommuneplan 2023-2034 gælder her; dens rammer er ikke indlæst."]
    assert client.get("/at", params={"point": "0,0"}).json()["notHeld"] == []


def test_a_page_or_json_by_what_is_accepted(client: httpx.Client) -> None:
    for path in ("/at?point=11.56,55.44", "/strategies", "/strategies/0340-vision-2026", "/sdgs/13", "/search?q=sk66"):
        assert client.get(path).headers["content-type"].endswith("json")
        for asked in ({"headers": {"Accept": "text/html"}}, {"params": {"f": "html"}}):
            whole = httpx.URL(path).copy_merge_params(asked.get("params", {}))
            answer = client.get(whole, headers=asked.get("headers"))
            assert answer.headers["content-type"].startswith("text/html"), path


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/collections/plans/items?token=eyJhZnRlciI6Ilx1MDAwMCJ9", "token"),
        ("/map?day=9999-12-31", "day"),
        ("/map?day=86400", "day"),
        ("/map?datetime=2021-06-01", "datetime"),
        ("/map?f=json", "f"),
        ("/collections?foo=1", "foo"),
        ("/collections/plans?foo=1", "foo"),
        ("/collections/plans/schema?foo=1", "foo"),
        ("/conformance?foo=1", "foo"),
        ("/api?foo=1", "foo"),
        ("/livez?foo=1", "foo"),
        ("/collections/plans/items?known_at=2021-06-01%0012:00:00", "known_at"),
        ("/collections/plans/items?known_at=2021-06-01æ12:00:00", "known_at"),
        ("/collections/plans/items?datetime=2021-06-01T25:61:61Z", "datetime"),
    ],
)
def test_what_cannot_be_meant_names_its_parameter(client: httpx.Client, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_plans_page_is_json_for_who_asks_for_it(client: httpx.Client) -> None:
    path = "/plans/0340-local-plan-sk-66"
    for accept in ("application/json", "application/geo+json", "application/json, text/html"):
        assert client.get(path, headers={"Accept": accept}).headers["content-type"] == "application/geo+json"
    assert client.get(path).headers["content-type"].startswith("text/html")


def test_every_client_may_name_the_form(client: httpx.Client) -> None:
    for path in ("/", "/api", "/conformance", "/collections", "/collections/plans"):
        assert client.get(f"{path}?f=json").status_code == 200


def test_themes_are_named_in_the_readers_language(client: httpx.Client) -> None:
    words = {"da": "Sammen om styrket klimaindsats", "en": "Together for stronger climate action"}
    for language, said in words.items():
        for path in ("/plans/0340-local-plan-sk-66?", "/map?", "/at?point=11.66707,55.4576&f=html&", "/search?q=sk66&"):
            text = client.get(f"{path}lang={language}", headers={"Accept": "text/html"}).text
            assert said in text, path
            assert all(other not in text for name, other in words.items() if name != language), path

"""`/rules`, as data and as a page."""

import httpx

from georegister.domain.rule import RULES


def test_every_rule_with_who_must_act(client: httpx.Client) -> None:
    said = client.get("/rules", params={"lang": "en"}).json()["rules"]
    assert [one["id"] for one in said] == sorted(RULES)
    [outside] = [one for one in said if one["id"] == "GEOM-27"]
    assert (outside["severity"], outside["responsible"], outside["must_acknowledge"]) == ("warning", "supplier", True)
    assert "… % of the plan lies outside …" in outside["sentence"]


def test_the_page_has_a_row_for_each(client: httpx.Client) -> None:
    page = client.get("/rules", params={"lang": "en"}, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert all(f'id="{id_}"' in page.text for id_ in RULES)


def test_a_mistake_is_named(client: httpx.Client) -> None:
    assert client.get("/rules", params={"colour": "red"}).status_code == 400

"""What scripts of other origins may do: read everything that is not for staff, never as somebody."""

import httpx
import pytest

from georegister.app import EXPOSED

ORIGIN = {"Origin": "https://map.example"}
SK66 = "0340-local-plan-sk-66"
OPEN = [
    "/collections/plans/items?limit=1",
    "/collections/plans/items?f=csv",
    f"/plans/{SK66}?f=json",
    "/coverage?by=kind",
    "/tiles/WebMercatorQuad/0/0/0",
    "/collections/plans/items?limit=0",
    "/nowhere",
]
STAFF = ["/loads", "/facts/event", "/mappings", "/staff/loads"]


@pytest.mark.parametrize("path", OPEN)
def test_every_origin_reads_answers_and_errors(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    exposed = {one.strip() for one in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed == set(EXPOSED) >= {"ETag", "Link", "Content-Crs", "OGC-NumberMatched", "OGC-NumberReturned"}


def test_what_is_exposed_is_there(client: httpx.Client) -> None:
    page = client.get("/collections/plans/items", params={"limit": "2", "f": "json"}, headers=ORIGIN)
    body = page.json()
    assert page.headers["ogc-numbermatched"] == str(body["numberMatched"])
    assert page.headers["ogc-numberreturned"] == "2"
    assert page.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    [after] = [one["href"] for one in body["links"] if one["rel"] == "next"]
    assert page.links["next"]["url"] == after
    assert client.get(after).links["prev"]["url"]
    hits = client.get("/collections/plans/items", params={"resultType": "hits"})
    assert (hits.headers["ogc-numbermatched"], hits.headers["ogc-numberreturned"]) == ("19", "0")
    known = client.get(f"/plans/{SK66}", headers=ORIGIN).headers["etag"]
    again = client.get(f"/plans/{SK66}", headers={**ORIGIN, "If-None-Match": known})
    assert (again.status_code, again.headers["access-control-allow-origin"]) == (304, "*")


@pytest.mark.parametrize(("method", "header"), [("GET", "If-None-Match"), ("POST", "Content-Type"), ("HEAD", "Accept")])
def test_a_browser_may_ask_first(client: httpx.Client, method: str, header: str) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    answer = client.options("/collections/plans/items", headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.proves("attack/19")
@pytest.mark.parametrize(("method", "header"), [("DELETE", "Accept"), ("PUT", "Accept"), ("GET", "Authorization")])
def test_what_nobody_may_from_elsewhere_is_refused_first(client: httpx.Client, method: str, header: str) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    assert client.options("/collections/plans/items", headers=asked).status_code == 400


@pytest.mark.proves("attack/19")
@pytest.mark.parametrize("path", STAFF)
def test_what_is_for_staff_is_closed(client: httpx.Client, path: str) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Authorization"}
    for answer in (client.get(path, headers=ORIGIN), client.options(path, headers=asked)):
        assert [name for name in answer.headers if name.startswith("access-control")] == []

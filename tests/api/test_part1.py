"""The abstract tests of OGC API Features Part 1 (OGC 17-069r4, annex A) in our own words."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from georegister.api.landing import CONFORMANCE
from georegister.register.collections import COLLECTIONS

GEOJSON, HTML, JSON = "application/geo+json", "text/html", "application/json"
HELD = sorted(set(COLLECTIONS) - {"frames", "sub-areas"})  # the demo has none


def by_rel(document: dict[str, Any], rel: str, type_: str) -> dict[str, Any]:
    [found] = [link for link in document["links"] if (link["rel"], link["type"]) == (rel, type_)]
    return dict(found)


def media_type(answer: httpx.Response) -> str:
    return answer.headers["content-type"].split("; charset")[0]


def walk(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    features = []
    while address:
        page = client.get(address).json()
        features += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    return features


@pytest.mark.proves("ogcapi-common-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/core")
def test_the_landing_page_leads_to_everything(client: httpx.Client) -> None:
    landing = client.get("/").json()
    for rel, type_ in (
        ("self", JSON),
        ("alternate", HTML),
        ("service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ("service-desc", "application/vnd.oai.openapi+json;version=3.1"),
        ("service-doc", HTML),
        ("conformance", JSON),
        ("data", JSON),
    ):
        assert media_type(client.get(by_rel(landing, rel, type_)["href"])) == type_
    # QGIS puts the id of a collection behind this address.
    assert by_rel(landing, "data", JSON)["href"].endswith("/collections")


@pytest.mark.proves("ogcapi-features-1/1.0/conf/oas30")
@pytest.mark.parametrize(
    ("path", "validator", "version"),
    [("/api", OpenAPIV30SpecValidator, "3.0.3"), ("/api/3.1", OpenAPIV31SpecValidator, "3.1.0")],
)
def test_both_descriptions_are_valid(client: httpx.Client, path: str, validator: Any, version: str) -> None:
    document = client.get(path).json()
    assert document["openapi"] == version
    assert [str(error) for error in validator(document).iter_errors()] == []
    assert document["info"]["version"]


@pytest.mark.proves("ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/oas30")
def test_parameters_are_described_as_clients_read_them(client: httpx.Client) -> None:
    document = client.get("/api").json()
    named = document["components"]["parameters"]
    assert named["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    box = named["bbox"]["schema"]
    assert (box["type"], box["minItems"], box["maxItems"], box["items"]) == ("array", 4, 6, {"type": "number"})
    assert named["datetime"]["schema"]["type"] == "string"
    for name in ("limit", "bbox", "datetime", "crs", "bbox-crs"):
        assert (named[name]["in"], named[name]["required"]) == ("query", False)
        assert (named[name]["style"], named[name]["explode"]) == ("form", False)
        for one in COLLECTIONS:
            asked = document["paths"][f"/collections/{one}/items"]["get"]["parameters"]
            assert {"$ref": f"#/components/parameters/{name}"} in asked


@pytest.mark.proves("ogcapi-common-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/core")
def test_conformance_names_only_the_classes_that_are_declared(client: httpx.Client) -> None:
    assert client.get("/conformance").json()["conformsTo"] == list(CONFORMANCE)


@pytest.mark.proves(
    "ogcapi-common-2/1.0/conf/collections",
    "ogcapi-features-1/1.0/conf/core",
    "ogcapi-common-3/1.0/conf/schemas",
    "ogcapi-features-5/1.0/conf/schemas",
)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_describes_itself(client: httpx.Client, name: str) -> None:
    said = client.get(f"/collections/{name}").json()
    assert (said["id"], said["itemType"]) == (name, "feature")
    for rel, type_ in (("self", JSON), ("alternate", HTML), ("items", GEOJSON), ("items", HTML)):
        assert media_type(client.get(by_rel(said, rel, type_)["href"])) == type_
    for rel in ("describedby", "http://www.opengis.net/def/rel/ogc/1.0/schema"):
        schema = client.get(by_rel(said, rel, "application/schema+json")["href"]).json()
        places = [one["x-ogc-propertySeq"] for one in schema["properties"].values()]
        assert len(set(places)) == len(places)
        geometry = schema["properties"]["geometry"]
        assert geometry["$ref"].startswith("https://geojson.org/schema/")
        assert "type" not in geometry


@pytest.mark.proves("ogcapi-common-2/1.0/conf/collections", "ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize("name", HELD)
def test_the_extent_is_that_of_what_the_collection_holds(client: httpx.Client, name: str) -> None:
    extent = client.get(f"/collections/{name}").json()["extent"]
    [[west, south, east, north]] = extent["spatial"]["bbox"]
    everything = walk(client, f"/collections/{name}/items?datetime=../..".replace("?datetime=../..", ""))
    points = [
        point
        for feature in everything
        if feature["geometry"]
        for polygon in feature["geometry"]["coordinates"]
        for ring in polygon
        for point in ring
    ]
    lons, lats = zip(*points, strict=True)
    assert (west, south, east, north) == (min(lons), min(lats), max(lons), max(lats))
    assert extent["spatial"]["crs"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def test_what_holds_nothing_has_no_place(client: httpx.Client) -> None:
    assert "spatial" not in client.get("/collections/frames").json()["extent"]


def test_the_days_of_hearings_are_those_of_the_first_and_the_last(client: httpx.Client) -> None:
    [[first, last]] = client.get("/collections/hearings").json()["extent"]["temporal"]["interval"]
    said = [one["properties"] for one in walk(client, "/collections/hearings/items")]
    assert first == f"{min(one['opens'] for one in said)}T00:00:00Z"
    assert last == f"{max(one['closes'] for one in said)}T00:00:00Z"
    [[first, last]] = client.get("/collections/plans").json()["extent"]["temporal"]["interval"]
    assert (first is None or first < "2019", last) == (True, None)


@pytest.mark.proves(
    "ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson", "ogcapi-features-1/1.0/conf/html"
)
@pytest.mark.parametrize("name", HELD)
def test_features_come_as_the_standard_has_it(client: httpx.Client, name: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    answer = client.get(f"/collections/{name}/items", params={"limit": 2}, headers={"Accept": GEOJSON})
    page = answer.json()
    assert (media_type(answer), page["type"]) == (GEOJSON, "FeatureCollection")
    assert page["numberReturned"] == len(page["features"]) <= 2
    assert page["numberMatched"] == len(walk(client, f"/collections/{name}/items?limit=3"))
    assert before <= datetime.fromisoformat(page["timeStamp"]) <= datetime.now(UTC)
    assert by_rel(page, "self", GEOJSON)["href"] == str(answer.url)
    assert media_type(client.get(by_rel(page, "alternate", HTML)["href"])) == HTML
    if page["numberMatched"] > 2:
        assert by_rel(page, "next", GEOJSON)
    for feature in page["features"]:
        one = client.get(f"/collections/{name}/items/{feature['id']}", headers={"Accept": GEOJSON})
        assert media_type(one) == GEOJSON
        assert {key: one.json()[key] for key in feature} == feature
        assert by_rel(one.json(), "self", GEOJSON)["href"] == str(one.url)
        assert by_rel(one.json(), "collection", JSON)["href"].endswith(f"/collections/{name}")
        assert media_type(client.get(by_rel(one.json(), "alternate", HTML)["href"], follow_redirects=True)) == HTML


@pytest.mark.proves("ogcapi-features-1/1.0/conf/core")
@pytest.mark.parametrize("name", HELD)
def test_what_lies_in_the_extent_is_all_there_is(client: httpx.Client, name: str) -> None:
    [box] = client.get(f"/collections/{name}").json()["extent"]["spatial"]["bbox"]
    inside = walk(client, f"/collections/{name}/items?bbox={','.join(map(str, box))}")
    assert inside == [one for one in walk(client, f"/collections/{name}/items") if one["geometry"]]
    west, south, east, north = box
    assert walk(client, f"/collections/{name}/items?bbox={west - 1},{south - 1},{west - 0.5},{south - 0.5}") == []
    assert walk(client, f"/collections/{name}/items?bbox={west},{south},-1,{east},{north},99") == inside


@pytest.mark.proves("ogcapi-common-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/core", "attack/8")
@pytest.mark.parametrize(
    "path",
    [
        "/?colour=red",
        "/?f=xml",
        "/api?colour=red",
        "/conformance?colour=red",
        "/collections?colour=red",
        "/collections?f=xml",
        "/collections/plans?limit=1",
        "/collections/plans/schema?colour=red",
        "/collections/plans/items?colour=red",
        "/collections/plans/items?limit=unlimited",
        "/collections/plans/items?limit=0",
        "/collections/plans/items?bbox=1,2,3",
        "/collections/plans/items?bbox=1,2,3,x",
        "/collections/plans/items?datetime=2021-13-01",
        "/collections/plans/items/0340-local-plan-sk-66?limit=1",
    ],
)
def test_what_is_not_understood_is_400(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, media_type(answer)) == (400, "application/problem+json")
    assert answer.json()["parameter"]


READ = [
    "/",
    "/api",
    "/api/3.1",
    "/conformance",
    "/collections",
    "/collections/plans",
    "/collections/plans/schema",
    "/collections/plans/items",
    "/collections/hearings/items",
    "/collections/plans/items/0340-local-plan-sk-66",
    "/at?point=11.6,55.4",
    "/strategies",
    "/map",
]


@pytest.mark.parametrize("path", READ)
def test_head_is_get_without_its_body(client: httpx.Client, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    told = ("content-type", "content-crs", "content-security-policy")
    assert [head.headers.get(name) for name in told] == [get.headers.get(name) for name in told]
    assert abs(int(head.headers["content-length"]) - int(get.headers["content-length"])) < 200


@pytest.mark.parametrize("path", [path for path in READ if not path.startswith("/at?")])
def test_options_tells_what_is_allowed(client: httpx.Client, path: str) -> None:
    answer = client.options(path, headers={"Origin": "https://map.example"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = client.request(method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["/nowhere", "/a/b/c/d", "/at/sk-66"])
def test_options_of_nothing_is_404(client: httpx.Client, path: str) -> None:
    assert client.options(path).status_code == client.head(path).status_code == 404


def test_a_script_of_another_origin_may_read_the_reference_system(client: httpx.Client) -> None:
    answer = client.get("/collections/plans/items?limit=1", headers={"Origin": "https://map.example"})
    assert "Content-Crs" in answer.headers["access-control-expose-headers"]
    asked = {"Origin": "https://map.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/collections/plans/items", headers=asked).status_code == 200

"""The landing page and what hangs on it, as OGC API Features Part 1 asks."""

import re
from collections import defaultdict

import httpx
import pytest
from fastapi.routing import APIRoute

from georegister.api.map_search import SheetSearch
from georegister.app import ROOMS
from georegister.register.collections import COLLECTIONS
from georegister.register.place_questions import WAYS

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


def links(document: dict[str, object]) -> dict[str, dict[str, str]]:
    return {link["rel"]: link for link in document["links"]}  # type: ignore[attr-defined, misc]


def test_every_link_of_the_landing_page_leads_somewhere(client: httpx.Client) -> None:
    landing = client.get("/").json()
    assert {"self", "service-desc", "conformance", "data"} <= set(links(landing))
    for link in landing["links"]:
        answer = client.get(link["href"], headers={"Accept": link["type"]})
        assert answer.status_code == 200
        assert answer.headers["content-type"].replace("; charset=utf-8", "") == link["type"]


def test_conformance_says_core(client: httpx.Client) -> None:
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in client.get("/conformance").json()["conformsTo"]
    )


@pytest.mark.proves("ogcapi-common-2/1.0/conf/collections", "ogcapi-features-1/1.0/conf/core")
def test_collections_and_each_collection_say_the_same(client: httpx.Client) -> None:
    listed = {one["id"]: one for one in client.get("/collections").json()["collections"]}
    assert list(listed) == list(COLLECTIONS)
    for name, said in listed.items():
        assert client.get(f"/collections/{name}").json() == said
        assert said["itemType"] == "feature"


@pytest.mark.proves(
    "ogcapi-common-3/1.0/conf/schemas", "ogcapi-features-5/1.0/conf/schemas", "ogcapi-features-1/1.0/conf/geojson"
)
@pytest.mark.parametrize("name", sorted(set(COLLECTIONS) - {"frames", "sub-areas"}))  # the demo has none
def test_features_have_the_properties_the_schema_says(client: httpx.Client, name: str) -> None:
    schema = client.get(f"/collections/{name}/schema")
    assert schema.headers["content-type"] == "application/schema+json"
    said = {key for key in schema.json()["properties"] if key not in ("id", "geometry")}
    features = client.get(f"/collections/{name}/items").json()["features"]
    assert features
    for feature in features:
        assert set(feature["properties"]) == said


def test_the_api_describes_concrete_paths_and_named_parameters(client: httpx.Client) -> None:
    answer = client.get("/api")
    assert answer.headers["content-type"] == OPENAPI
    document = answer.json()
    assert document["openapi"] == "3.0.3"
    for name in COLLECTIONS:
        parameters = document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        assert {"$ref": "#/components/parameters/limit"} in parameters
    for name, parameter in document["components"]["parameters"].items():
        # A comma is part of a name, and of a point: what means several there is the parameter again.
        assert (parameter["style"], parameter["explode"]) == ("form", name in WAYS), name


IDS = {
    "strategies": "0340-vision-2026",
    "themes": "0340-vision-2026-4",
    "goals": "0340-vision-2026-4.1",
    "sdgs": 7,
    "municipalities": "0340",
}
FOR_STAFF = ("/loads", "/mappings", "/facts")


@pytest.mark.proves("ogcapi-features-1/1.0/conf/oas30")
def test_every_described_path_answers(client: httpx.Client) -> None:
    document = client.get("/api").json()
    readable = {path: methods["get"] for path, methods in document["paths"].items() if "get" in methods}
    named = document["components"]["parameters"]
    for path, method in readable.items():
        asked = [named[one["$ref"].split("/")[-1]] if "$ref" in one else one for one in method["parameters"]]
        area = "POLYGON((11.3 55.3,11.8 55.3,11.8 55.6,11.3 55.6,11.3 55.3))"
        needed = {"point": "11.5,55.4", "q": "SK 66", "municipality": "0340", "geometry": area}
        needed = {one["name"]: needed[one["name"]] for one in asked if one["in"] == "query" and one.get("required")}
        # A place can be said in several ways, one of which is needed.
        needed = {"point": "11.5,55.4"} if path == "/at" else needed
        id_ = IDS.get(path.split("/")[1], "0340-local-plan-sk-66")
        places = {"id": id_, "number": id_, "tileMatrix": 0, "tileRow": 0, "tileCol": 0}
        answer = client.get(path.format_map(defaultdict(str, places)), params=needed)
        lacking = [f"/collections/{name}/items/{{id}}" for name in COLLECTIONS if name not in ("plans", "local-plans")]
        wanted = 404 if path in (*lacking, "/documents/{sha256}") else 200
        # There is no staff token here.
        wanted = 403 if path.startswith(FOR_STAFF) else wanted
        # The demo has no frames and no sub-areas, and of the whole world its plans are too small to be drawn.
        assert answer.status_code in ((200, 204) if "tileCol" in path else (wanted,)), path
        if answer.status_code == 200:
            described = {one.split(";")[0] for one in method["responses"]["200"]["content"]}
            assert answer.headers["content-type"].split(";")[0] in described, path


OF_PAGES = re.compile(r"/(map|map/(?!sheet).*|embed/.*|basemap/.*|palette\.css|staff/.*)")


def test_everything_but_what_pages_are_made_of_is_described(client: httpx.Client) -> None:
    described = {re.sub(r"{\w+}", "{}", path): said for path, said in client.get("/api").json()["paths"].items()}
    routes = [one for room in ROOMS for one in room.router.routes if isinstance(one, APIRoute)]
    assert len(routes) > 40
    for route in routes:
        path = re.sub(r"{\w+}", "{}", route.path.replace("{name}/", "plans/").replace("{tms}", "WebMercatorQuad"))
        path = "/collections/plans" if path == "/collections/{}" else path
        if not OF_PAGES.fullmatch(path):
            assert {method.lower() for method in route.methods} <= set(described[path]), path


def test_sheets_are_described_as_they_are(client: httpx.Client) -> None:
    """Each parameter by its name, and what the map's page has as one value as one."""
    described = client.get("/api").json()["paths"]
    for ending, media_type in (("", "text/html"), (".pdf", "application/pdf"), (".png", "image/png")):
        for of in ("/plans/{id}", "/map", "/search"):
            assert list(described[f"{of}/sheet{ending}"]["get"]["responses"]["200"]["content"]) == [media_type]
        view = {one["name"]: one["schema"] for one in described[f"/map/sheet{ending}"]["get"]["parameters"]}
        assert set(view) == set(SheetSearch.model_fields)
        assert view["colour"]["enum"] == ["theme", "use", "status"]
        assert (view["municipality"]["type"], view["kind"]["type"]) == ("string", "array")
        values = {"day": "2021-06-01", "view": "13/55.45/11.66", "point": "11.6671,55.4576", "bbox": "11,55,12,56"}
        for name, value in values.items():
            assert re.search(view[name].get("pattern", ""), value)
    values |= {"colour": "use", "ended": "1", "municipality": "0340", "kind": "local-plan,addendum", "buffer": "0"}
    assert client.get("/map/sheet", params=values).status_code == 200


def test_the_front_page_is_for_people_who_ask_for_it(client: httpx.Client) -> None:
    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/").headers["content-type"].startswith("application/json")


def test_the_process_lives_and_the_register_is_ready(client: httpx.Client) -> None:
    assert client.get("/livez").status_code == client.get("/readyz").status_code == 200

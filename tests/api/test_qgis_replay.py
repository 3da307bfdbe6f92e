"""What QGIS asks, in its order, and what it must find in the answers: also of versions newer than Debian's.

After the sources of its OAPIF provider (the requests of a layer that is opened, moved and filtered).
"""

from typing import Any

import httpx
import pytest

from georegister.register.collections import COLLECTIONS

pytestmark = pytest.mark.proves("client/qgis-replay")
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
GEOJSON = "application/geo+json"
CQL2 = (
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
)


def link(document: dict[str, Any], rel: str, type_: str) -> str:
    return str(next(one["href"] for one in document["links"] if (one["rel"], one.get("type")) == (rel, type_)))


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_layer_is_opened(client: httpx.Client, name: str) -> None:
    landing = client.get("/", headers={"Accept": "application/json"}).json()
    document = client.get(link(landing, "service-desc", OPENAPI), headers={"Accept": OPENAPI}).json()
    limit = document["components"]["parameters"]["limit"]["schema"]
    page = min(max(1000, limit["default"]), limit["maximum"])
    assert page == 1000
    parameters = document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
    shared = document["components"]["parameters"]
    named = [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in parameters]
    simple = {one["name"] for one in named if one["style"] == "form" and not one["explode"] and "type" in one["schema"]}
    assert {"limit", "bbox", "datetime", "municipality"} <= simple
    data = link(landing, "data", "application/json").replace("?f=json", "")
    collection = client.get(f"{data}/{name}", headers={"Accept": "application/json"}).json()
    assert collection["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert collection["storageCrs"] in collection["crs"]
    classes = client.get(link(landing, "conformance", "application/json")).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    assert len([one for one in CQL2 if one in classes]) in (0, len(CQL2))
    items = link(collection, "items", GEOJSON)
    first = client.get(items, params={"limit": 10}, headers={"Accept": GEOJSON}).json()
    assert all(isinstance(one["id"], str) for one in first["features"])
    schema = client.get(
        link(collection, "http://www.opengis.net/def/rel/ogc/1.0/schema", "application/schema+json"),
        headers={"Accept": "application/schema+json"},
    ).json()
    [geometry] = [one for one in schema["properties"].values() if one.get("x-ogc-role") == "primary-geometry"]
    assert geometry["format"] == "geometry-multipolygon"
    # Nothing can be changed here, and QGIS offers nothing.
    known = first["features"][0]["id"] if first["features"] else "unknown_id"
    for address in (items, f"{items}/{known}"):
        assert client.options(address).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.get(items, params={"limit": 1}).json()["numberMatched"] >= len(first["features"])


def test_the_map_is_moved_and_pages_are_followed(client: httpx.Client) -> None:
    asked = {
        "limit": "3",
        "bbox": "50,-60,80,20",
        "bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/4326",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/4326",
    }
    found: list[str] = []
    answer = client.get("/collections/addenda/items", params=asked, headers={"Accept": GEOJSON})
    while True:
        assert answer.headers["content-crs"] == f"<{asked['crs']}>"
        page = answer.json()
        found += [one["id"] for one in page["features"]]
        following = [one["href"] for one in page["links"] if (one["rel"], one["type"]) == ("next", GEOJSON)]
        if not following:
            break
        answer = client.get(following[0], headers={"Accept": GEOJSON})
    plain = client.get("/collections/addenda/items", params={"bbox": "-60,50,20,80"}).json()
    assert found == [one["id"] for one in plain["features"]]
    assert len(found) > 3


@pytest.mark.parametrize(
    "days", ["2021-06-01T00:00:00Z/9999-12-31T00:00:00Z", "0000-01-01T00:00:00Z/2021-06-01T00:00:00Z"]
)
def test_an_open_end_is_a_year_that_is_none(client: httpx.Client, days: str) -> None:
    answer = client.get("/collections/hearings/items", params={"datetime": days, "limit": "1000"})
    assert answer.status_code == 200
    assert answer.json()["features"]


def test_gdal_ends_a_day_with_a_bare_t(client: httpx.Client) -> None:
    def found(days: str) -> list[str]:
        features = client.get("/collections/hearings/items", params={"datetime": days}).json()["features"]
        return [one["id"] for one in features]

    assert found("../2021-07-08T") == found("../2021-07-08") != []

"""Plans in an area that somebody draws, against an oracle of shapely and pyproj."""

import json
from typing import Any

import httpx
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import mapping, shape

SK66, ADDENDUM = "0340-local-plan-sk-66", "0340-addendum-1-2021"
GEOD = pyproj.Geod(ellps="WGS84")
TRIANGLE = shapely.Polygon([(11.55, 55.40), (11.68, 55.43), (11.60, 55.50)])
WITH_A_HOLE = shapely.Polygon(
    [(11.4, 55.3), (11.8, 55.3), (11.8, 55.6), (11.4, 55.6)], [[(11.66, 55.45), (11.67, 55.45), (11.67, 55.46)]]
)
NUUK = shapely.box(-52, 64, -51, 64.5)


def m2(geometry: Any) -> float:
    """Geodesic, of polygons whatever they stand among; long edges are straight in degrees."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if part.geom_type == "Polygon"]
    return sum(abs(GEOD.geometry_area_perimeter(shapely.segmentize(part, 0.005))[0]) for part in parts)


def everything(client: httpx.Client, collection: str = "plans") -> dict[str, Any]:
    features = client.get(f"/collections/{collection}/items?limit=1000").json()["features"]
    return {one["id"]: shape(one["geometry"]) for one in features if one["geometry"]}


def searched(client: httpx.Client, geometry: Any, collection: str = "plans", **more: Any) -> dict[str, Any]:
    """The properties of each feature that is found, in order; the same by POST and by GET."""
    body = {"geometry": mapping(geometry), **more}
    posted = client.post(f"/collections/{collection}/search", json=body)
    assert posted.status_code == 200, posted.text
    asked = {"geometry": geometry.wkt, **more}
    got = client.get(f"/collections/{collection}/search", params=asked).raise_for_status().json()
    document: dict[str, Any] = posted.json()
    assert document["features"] == got["features"]
    assert document["numberMatched"] == len(document["features"])
    return {one["id"]: one["properties"] for one in document["features"]}


@pytest.mark.parametrize("drawn", [TRIANGLE, WITH_A_HOLE, NUUK, shapely.MultiPolygon([TRIANGLE, NUUK])])
@pytest.mark.parametrize("collection", ["plans", "municipal-plans", "hearings", "municipalities"])
def test_overlaps_are_those_of_the_oracle(client: httpx.Client, drawn: Any, collection: str) -> None:
    found = searched(client, drawn, collection)
    there = everything(client, collection)
    assert set(found) == {id_ for id_, geometry in there.items() if geometry.intersects(drawn)}
    assert found
    for id_, said in found.items():
        overlap = m2(there[id_].intersection(drawn))
        assert said["overlap_m2"] == pytest.approx(overlap, rel=1e-5, abs=0.2)
        assert said["overlap_percent"] == pytest.approx(overlap / m2(there[id_]) * 100, rel=1e-4, abs=0.006)
        assert said["area_percent"] == pytest.approx(overlap / m2(drawn) * 100, rel=1e-4, abs=0.0001)
    overlaps = [said["overlap_m2"] for said in found.values()]
    assert overlaps == sorted(overlaps, reverse=True)


def test_within_and_a_least_share(client: httpx.Client) -> None:
    there = everything(client)
    inside = {id_ for id_, geometry in there.items() if geometry.within(WITH_A_HOLE)}
    assert set(searched(client, WITH_A_HOLE, relation="within")) == inside
    half = shapely.box(*there[SK66].bounds[:2], there[SK66].centroid.x, there[SK66].bounds[3])
    share = m2(there[SK66].intersection(half)) / m2(there[SK66]) * 100
    assert SK66 in searched(client, half, minimum_share=share - 0.5)
    assert SK66 not in searched(client, half, minimum_share=share + 0.5)
    assert SK66 not in searched(client, half, relation="within")


@pytest.mark.parametrize("metres", [50, 1000, 15_000])
def test_a_buffer_is_in_metres_on_the_globe(client: httpx.Client, metres: float) -> None:
    """A point so far from the northernmost corner of a plan, straight north of it: nothing of the plan is nearer."""
    corner = max(shapely.get_coordinates(everything(client)[SK66]).tolist(), key=lambda point: point[1])
    lon, lat, _ = GEOD.fwd(*corner, 0, metres)
    north = shapely.Point(lon, lat)
    assert SK66 in searched(client, north, buffer=metres * 1.002 + 0.1)
    assert SK66 not in searched(client, north, buffer=metres * 0.998 - 0.1)


def test_a_buffered_point_is_a_circle(client: httpx.Client) -> None:
    """Of a whole municipality, which covers it: the overlap is the circle's area."""
    [said] = searched(client, shapely.Point(11.56, 55.43), "municipalities", buffer=500).values()
    assert said["overlap_m2"] == pytest.approx(np.pi * 500**2, rel=1e-3)
    assert said["area_percent"] == pytest.approx(100, abs=0.001)


def test_it_is_asked_together_with_everything_else(client: httpx.Client) -> None:
    assert set(searched(client, WITH_A_HOLE, q="fjenneslev")) == {ADDENDUM, SK66}
    assert list(searched(client, WITH_A_HOLE, number="sk66", datetime="2021-06-01", status="proposal")) == [SK66]
    asked = {"q": "fjenneslev", "filter": "overlap_percent > 0", "sortby": "-number"}
    assert next(iter(searched(client, WITH_A_HOLE, **asked))) == SK66
    assert searched(client, WITH_A_HOLE, known_at="2000-01-01T00:00:00Z") == {}
    assert searched(client, WITH_A_HOLE, bbox="0,0,1,1") == {}
    [only] = searched(client, WITH_A_HOLE, number="sk66", properties="number,overlap_percent").values()
    assert set(only) == {"number", "overlap_percent"}
    hits = client.post(
        "/collections/plans/search", json={"geometry": mapping(WITH_A_HOLE), "resultType": "hits"}
    ).json()
    assert (hits["numberMatched"], hits["features"]) == (len(searched(client, WITH_A_HOLE)), [])


def test_what_json_can_say_beyond_texts(client: httpx.Client) -> None:
    body = {
        "geometry": mapping(WITH_A_HOLE),
        "filter": {"op": "=", "args": [{"property": "number"}, "SK 66"]},
        "status": ["adopted", "in_force", "proposal"],
        "sdg": [7],
        "bbox": [11.3, 55.3, 11.8, 55.6],
        "skipGeometry": True,
        "limit": 5,
        "q": None,
    }
    [feature] = client.post("/collections/plans/search", json=body).raise_for_status().json()["features"]
    assert (feature["id"], feature["geometry"]) == (SK66, None)


def walked(client: httpx.Client, geometry: Any, limit: int) -> list[str]:
    body: dict[str, Any] = {"geometry": geometry, "limit": limit, "skipGeometry": True}
    document = client.post("/collections/plans/search", json=body).raise_for_status().json()
    seen = []
    while True:
        seen += [feature["id"] for feature in document["features"]]
        [link] = [link for link in document["links"] if link["rel"] == "next"] or [None]
        if link is None:
            return seen
        if link.get("method") == "POST":
            assert link["merge"]
            document = client.post(link["href"], json={**body, **link["body"]}).raise_for_status().json()
        else:
            document = client.get(link["href"]).raise_for_status().json()


def test_pages_of_a_short_question_are_addresses_and_of_a_long_one_bodies(client: httpx.Client) -> None:
    whole = list(searched(client, WITH_A_HOLE))
    assert walked(client, mapping(WITH_A_HOLE), 2) == whole
    long = shapely.segmentize(WITH_A_HOLE, 0.001)
    assert len(long.wkt) > 8000
    assert walked(client, mapping(long), 3) == whole
    assert client.get("/collections/plans/search", params={"geometry": long.wkt}).status_code == 400


def test_a_question_by_post_says_its_address(client: httpx.Client) -> None:
    document = client.post("/collections/plans/search", json={"geometry": mapping(TRIANGLE), "limit": 1}).json()
    [address] = [link["href"] for link in document["links"] if link["rel"] == "self"]
    assert client.get(address).json()["features"] == document["features"]


def test_downloads_have_the_overlap(client: httpx.Client) -> None:
    body = {"geometry": mapping(WITH_A_HOLE), "number": "sk66", "f": "csv", "properties": ["number", "overlap_m2"]}
    posted = client.post("/collections/plans/search", json=body)
    assert posted.headers["content-type"].startswith("text/csv")
    head, line = posted.text.splitlines()
    assert head == "id,number,overlap_m2,WKT"
    [said] = searched(client, WITH_A_HOLE, number="sk66").values()
    assert line.startswith(f"{SK66},SK 66,{said['overlap_m2']},")


def test_the_page_says_the_area(client: httpx.Client) -> None:
    asked = {"geometry": TRIANGLE.wkt, "f": "html", "lang": "da"}
    answer = client.get("/collections/plans/search", params=asked)
    assert answer.headers["content-type"].startswith("text/html")
    assert " ha" in answer.text


BOW_TIE = {"type": "Polygon", "coordinates": [[[11, 55], [12, 56], [12, 55], [11, 56], [11, 55]]]}
ROUND = [[11 + np.cos(angle), 55 + np.sin(angle)] for angle in np.linspace(0, 2 * np.pi, 5_100)]


@pytest.mark.proves("attack/11")
@pytest.mark.parametrize(
    ("body", "parameter", "words"),
    [
        ({}, "geometry", "missing"),
        ({"geometry": BOW_TIE}, "geometry", "11.5,55.5"),
        ({"geometry": {"type": "Point", "coordinates": [11, 55]}}, "geometry", "buffer"),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, "geometry", "no points"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[11, 1e308], [1e309, 2], [1, 1]]]}}, "geometry", ""),
        ({"geometry": {"type": "Polygon", "coordinates": [[["x"]]]}}, "geometry", "written"),
        ({"geometry": {"type": "Polygon", "coordinates": {"a": 1}}}, "geometry", "written"),
        ({"geometry": {"type": "Sphere"}}, "geometry", "written"),
        ({"geometry": {"type": "Polygon", "coordinates": [[*ROUND, ROUND[0]]]}}, "geometry", "5000"),
        ({"geometry": mapping(shapely.box(-170, -80, 170, 80))}, "geometry", "km²"),
        ({"geometry": [1, 2]}, "geometry", "once"),
        ({"geometry": 7}, "geometry", "WKT"),
        ({"geometry": "POINT(11 55)\0"}, "geometry", "character"),
        ({"geometry": mapping(TRIANGLE), "buffer": 20_001}, "buffer", "20000"),
        ({"geometry": mapping(TRIANGLE), "buffer": float("nan")}, "buffer", "number"),
        ({"geometry": {"type": "Point", "coordinates": [180, 0]}, "buffer": 9}, "geometry", "antimeridian"),
        ({"geometry": mapping(TRIANGLE), "minimum_share": 101}, "minimum_share", "100"),
        ({"geometry": mapping(TRIANGLE), "relation": "near"}, "relation", "within"),
        ({"geometry": mapping(TRIANGLE), "nothing": 1}, "nothing", "no parameter"),
        ({"geometry": mapping(TRIANGLE), "bbox_crs": "EPSG:4326"}, "bbox_crs", "no such"),
        ({"geometry": mapping(TRIANGLE), "datetime": {"a": 1}}, "datetime", "text"),
        ({"geometry": mapping(TRIANGLE), "token": "x"}, "token", "token"),
        ([], "body", "object"),
        ("x", "body", "object"),
        (None, "body", "object"),
    ],
)
def test_what_cannot_be_asked_says_where(client: httpx.Client, body: Any, parameter: str, words: str) -> None:
    content = json.dumps(body).encode()
    answer = client.post("/collections/plans/search", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter), answer.text
    assert words in answer.json()["detail"]


@pytest.mark.proves("attack/13")
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 100_000, "application/json", 400),
        (b'{"geometry": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (
            b'{"geometry": ' + b'{"type":"GeometryCollection","geometries":[' * 300 + b"]}" * 300 + b"}",
            "application/json",
            400,
        ),
        (b" " * 1_000_001, "application/json", 413),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
def test_bodies_that_are_no_question(client: httpx.Client, content: bytes, kind: str, status: int) -> None:
    answer = client.post("/collections/plans/search", content=content, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_what_is_there_can_be_searched(client: httpx.Client) -> None:
    assert client.post("/collections/nothing/search", json={}).status_code == 404
    assert client.get("/collections/nothing/search", params={"geometry": TRIANGLE.wkt}).status_code == 404
    assert client.get("/collections/plans/search").json()["parameter"] == "geometry"
    assert client.options("/collections/plans/search").headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_a_page_of_another_origin_may_ask(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://plan.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options("/collections/plans/search", headers=asked)
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.status_code == 200

"""What applies at places told by name, address, parcel or polygon, one or several at a time."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pyproj
import pytest
import shapely
from shapely.geometry import mapping, shape

from georegister.loading.places import PlaceOptions, load_places
from tests.conftest import Server, serving

SK66 = "0340-local-plan-sk-66"
PARK = (11.6671, 55.4576)
GEOD = pyproj.Geod(ellps="WGS84")
ADDRESSES = """vejnavn;husnr;postnr;postnrnavn;lon;lat
Parkvej;1;4173;Fjenneslev;11.6671;55.4576
Parkvej;11;4173;Fjenneslev;11.6675;55.4578
Møllevej;2;4180;Sorø;11.56;55.43
Møllevej;2;4173;Fjenneslev;11.68;55.44
"""


@pytest.fixture(scope="module")
def parcels() -> dict[str, shapely.Polygon]:
    """One half within the park, one its neighbour with an edge in common, and one elsewhere."""
    lon, lat = PARK
    return {
        "12a;Solby": shapely.box(lon, lat, lon + 0.001, lat + 0.001),
        "12a;Engby": shapely.box(11.5, 55.4, 11.501, 55.401),
        "7c;Engby": shapely.box(11.502, 55.4, 11.503, 55.401),
    }


@pytest.fixture(scope="module")
def loaded(
    postgis: Server, demo_template: str, parcels: dict[str, shapely.Polygon], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """The demo with some addresses and parcels, served."""
    name, database = postgis.copy(demo_template)
    folder = tmp_path_factory.mktemp("places")
    addresses, cadastre = folder / "adresser.csv", folder / "jordstykker.csv"
    addresses.write_text(ADDRESSES, encoding="utf-8")
    rows = [f"{one};{polygon.wkt}" for one, polygon in parcels.items()]
    cadastre.write_text("\n".join(["matrikelnr;ejerlavsnavn;wkt", *rows]) + "\n", encoding="utf-8")
    load_places(database, addresses, "0340", PlaceOptions(kind="address"))
    load_places(database, cadastre, "0340", PlaceOptions(kind="parcel", crs="EPSG:4326"))
    with serving(database) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def at(client: httpx.Client, **question: Any) -> dict[str, Any]:
    answer = client.get("/at", params=question)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def ids(document: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in document["features"]]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ({"address": "Parkvej 1, 4173 Fjenneslev"}, "Parkvej 1, 4173 Fjenneslev"),
        ({"address": "parkvej 1"}, "Parkvej 1, 4173 Fjenneslev"),
        ({"address": "PARKVEJ 11"}, "Parkvej 11, 4173 Fjenneslev"),
        ({"address": "moellevej 2 4180"}, "Møllevej 2, 4180 Sorø"),
        ({"parcel": "12a Solby"}, "12a Solby"),
        ({"parcel": "7C"}, "7c Engby"),
        ({"place": "fjenneslev"}, "Fjenneslev"),
    ],
)
def test_a_name_is_found_however_it_is_written(loaded: httpx.Client, question: dict[str, str], name: str) -> None:
    assert at(loaded, **question)["asked"]["name"] == name


def test_an_address_answers_as_its_point_does(loaded: httpx.Client) -> None:
    by_address, by_point = at(loaded, address="Parkvej 1"), at(loaded, point=f"{PARK[0]},{PARK[1]}")
    assert by_address["features"] == by_point["features"]
    assert ids(by_address)[0] == SK66
    assert by_address["asked"]["point"] == list(PARK)
    assert by_point["asked"] == {"by": "point", "point": list(PARK)}


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ({"address": "Parkvei 1"}, "Parkvej 1, 4173 Fjenneslev"),
        ({"place": "Fjennneslev"}, "Fjenneslev"),
        ({"parcel": "12a Solbyy"}, "12a Solby"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(loaded: httpx.Client, question: dict[str, str], nearest: str) -> None:
    answer = loaded.get("/at", params=question)
    assert answer.status_code == 404
    assert nearest in [one["name"] for one in answer.json()["nearest"]]
    assert nearest in answer.json()["detail"]
    lon, lat = answer.json()["nearest"][0]["point"]
    assert loaded.get("/at", params={"point": f"{lon},{lat}"}).status_code == 200


def test_a_name_that_several_have_is_not_guessed(loaded: httpx.Client) -> None:
    answer = loaded.get("/at", params={"address": "Møllevej 2"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "address")
    names = sorted(one["name"] for one in answer.json()["candidates"])
    assert names == ["Møllevej 2, 4173 Fjenneslev", "Møllevej 2, 4180 Sorø"]
    assert loaded.get("/at", params={"parcel": "12a"}).status_code == 400


def test_names_are_looked_up_in_the_municipality_that_is_said(loaded: httpx.Client) -> None:
    assert loaded.get("/at", params={"address": "Parkvej 1", "municipality": "0956"}).status_code == 404
    assert at(loaded, address="Parkvej 1", municipality="0340")["asked"]["municipality"] == "0340"


def test_what_is_asked_of_another_kind_is_not_found(loaded: httpx.Client) -> None:
    assert loaded.get("/at", params={"place": "Parkvej 1, 4173 Fjenneslev"}).status_code == 404
    assert loaded.get("/at", params={"address": "Nowhere 99"}).json()["nearest"] == []


def test_as_the_register_knew_it(loaded: httpx.Client) -> None:
    asked = {"address": "Parkvej 1", "known_at": "2000-01-01T00:00:00Z"}
    assert loaded.get("/at", params=asked).status_code == 404


def m2(geometry: Any) -> float:
    return abs(GEOD.geometry_area_perimeter(geometry)[0])


def test_of_an_area_each_plan_tells_its_overlap(loaded: httpx.Client, parcels: dict[str, shapely.Polygon]) -> None:
    parcel = parcels["12a;Solby"]
    by_parcel, by_polygon = at(loaded, parcel="12a Solby"), at(loaded, polygon=parcel.wkt)
    assert ids(by_parcel) == ids(by_polygon)
    plan = shape(loaded.get(f"/collections/plans/items/{SK66}").json()["geometry"])
    [said] = [one["properties"] for one in by_polygon["features"] if one["id"] == SK66]
    overlap = m2(plan.intersection(parcel))
    assert said["overlap_m2"] == pytest.approx(overlap, rel=1e-4, abs=0.1)
    assert said["overlap_percent"] == pytest.approx(overlap / m2(plan) * 100, rel=1e-3, abs=0.01)
    assert said["area_percent"] == pytest.approx(overlap / m2(parcel) * 100, rel=1e-3, abs=0.01)


def test_the_page_of_an_area_tells_of_the_area(loaded: httpx.Client, parcels: dict[str, shapely.Polygon]) -> None:
    parcel = parcels["12a;Solby"]
    told = loaded.get("/at", params={"polygon": parcel.wkt, "f": "html", "lang": "en"}).text
    assert re.search(r'<p class="where">[^<]*An area of [\d.,]+ (ha|m²)', told)
    assert "Latitude" not in told
    assert ('<path class="asked-area" d="M' in told, 'class="here"' in told) == (True, False)
    [there] = re.findall(r'href="(/map\?[^"]*)"[^>]*>Open the map here', told)
    on_map = loaded.get(html.unescape(there))
    asked = httpx.URL(html.unescape(there)).params
    assert (on_map.status_code, "point" in asked) == (200, False)
    assert shapely.hausdorff_distance(shapely.from_wkt(asked["geometry"]), parcel) < 1e-5
    then = {"f": "html", "lang": "en", "known_at": "2099-01-01T00:00:00Z"}
    known = loaded.get("/at", params={"polygon": parcel.wkt, **then}).text
    assert ("An area of" in known, "Open the map here" in known) == (True, False)
    long = shapely.to_wkt(shapely.Point(11.6671, 55.4576).buffer(0.01, quad_segs=32), rounding_precision=6)
    told = loaded.get("/at", params={"polygon": long, "f": "html", "lang": "en"}).text
    [there] = re.findall(r'href="(/map\?[^"]*)"[^>]*>Open the map here', told)
    assert set(httpx.URL(html.unescape(there)).params) == {"municipality", "point", "view", "lang"}


def test_a_neighbour_does_not_apply_and_is_near(loaded: httpx.Client) -> None:
    """An area that shares only an edge with the plan: a corner of the plan, and a square beyond it."""
    plan = shape(loaded.get(f"/collections/plans/items/{SK66}").json()["geometry"])
    west = plan.bounds[0]
    beside = shapely.box(west - 0.002, plan.bounds[1], west, plan.bounds[3])
    assert plan.intersects(beside)
    assert SK66 not in ids(at(loaded, polygon=beside.wkt))
    near = at(loaded, polygon=beside.wkt, within="10")
    assert SK66 in ids(near)[near["numberHere"] :]
    [said] = [one["properties"] for one in near["features"] if one["id"] == SK66]
    assert (said["distance_m"], said["overlap_m2"]) == (0, 0)


def test_an_area_smaller_than_a_square_metre_has_the_plan_it_lies_in(loaded: httpx.Client) -> None:
    plan = shape(loaded.get(f"/collections/plans/items/{SK66}").json()["geometry"])
    inside = plan.representative_point()
    sliver = inside.buffer(4e-6, cap_style="square")
    assert 0.01 < m2(sliver) < 0.9
    assert SK66 in ids(at(loaded, polygon=sliver.wkt))
    corner = shapely.box(plan.bounds[0] - 8e-6, plan.bounds[1], plan.bounds[0], plan.bounds[1] + 4e-6)
    assert SK66 not in ids(at(loaded, polygon=corner.wkt))


def test_near_an_area_is_as_far_as_its_edge(loaded: httpx.Client) -> None:
    plan = shape(loaded.get(f"/collections/plans/items/{SK66}").json()["geometry"])
    corner = max(shapely.get_coordinates(plan).tolist(), key=lambda point: point[1])
    lon, lat, _ = GEOD.fwd(*corner, 0, 300)
    area = shapely.box(lon - 0.001, lat, lon + 0.001, lat + 0.001)
    [said] = [one["properties"] for one in at(loaded, polygon=area.wkt, within="400")["features"] if one["id"] == SK66]
    assert said["distance_m"] == pytest.approx(300, abs=3)
    assert said["direction"] == "s"
    assert SK66 not in ids(at(loaded, polygon=area.wkt, within="250"))


def test_several_by_repeating_the_parameter(loaded: httpx.Client) -> None:
    answer = loaded.get("/at?address=Parkvej+1&address=M%C3%B8llevej+2&address=Nowhere+99&address=parkvej+11")
    assert answer.status_code == 200
    first, several, unknown, last = answer.json()["places"]
    assert first["features"] == at(loaded, address="Parkvej 1")["features"]
    assert (several["problem"]["status"], len(several["problem"]["candidates"])) == (400, 2)
    assert (unknown["problem"]["status"], unknown["problem"]["nearest"]) == (404, [])
    assert unknown["asked"] == {"by": "address", "said": "Nowhere 99"}
    assert last["asked"]["name"].startswith("Parkvej 11")


def test_several_by_post_each_in_its_own_way(loaded: httpx.Client, parcels: dict[str, shapely.Polygon]) -> None:
    places: list[Any] = [
        {"point": list(PARK)},
        {"point": f"{PARK[0]},{PARK[1]}"},
        {"address": "Parkvej 1"},
        {"parcel": "12a Solby"},
        {"polygon": mapping(parcels["12a;Solby"])},
        {"polygon": parcels["12a;Solby"].wkt},
        {"type": "Point", "coordinates": [*PARK, 12.5]},
        {"type": "Feature", "properties": {}, "geometry": mapping(parcels["12a;Solby"])},
        {"place": "Fjenneslev"},
    ]
    asked = {"datetime": "2021-06-01", "lang": "da"}
    answers = loaded.post("/at", params=asked, json=places).raise_for_status().json()["places"]
    assert len(answers) == len(places)
    single = at(loaded, point=f"{PARK[0]},{PARK[1]}", **asked)
    for number in (0, 1, 2, 6):
        assert answers[number]["features"] == single["features"]
    assert ids(answers[3]) == ids(answers[4]) == ids(answers[5]) == ids(answers[7])
    assert answers[0]["features"][0]["properties"]["applies"] == "proposed"
    assert loaded.post("/at", params=asked, json={"places": places}).json()["places"] == answers


def test_geojson_can_be_posted_as_it_is(loaded: httpx.Client) -> None:
    point = {"type": "Point", "coordinates": list(PARK)}
    feature = {"type": "Feature", "properties": None, "geometry": point}
    for body, number in ((point, 1), (feature, 1), ({"type": "FeatureCollection", "features": [feature] * 3}, 3)):
        answer = loaded.post("/at", json=body, headers={"Content-Type": "application/geo+json"})
        assert [ids(one)[0] for one in answer.raise_for_status().json()["places"]] == [SK66] * number


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ("point=11,55&address=Parkvej", "address"),
        ("place=a&parcel=b&polygon=POINT(1%201)", "parcel"),
        ("polygon=POINT(11%2055)", "polygon"),
        ("polygon=POLYGON((0 0,1 1,1 0,0 1,0 0))", "polygon"),
        ("polygon=x", "polygon"),
        ("place=", "place"),
        ("place=%00", "place"),
        ("place=%25%26", "place"),
        ("address=" + "a" * 2001, "address"),
        ("&".join(["point=11,55"] * 51), "point"),
        ("point=11,55&point=12,55&f=html", "f"),
        ("within=5", "point"),
    ],
)
def test_what_cannot_be_asked_names_the_parameter(loaded: httpx.Client, question: str, parameter: str) -> None:
    answer = loaded.get(f"/at?{question}")
    assert (answer.status_code, answer.json()["parameter"].split(".")[0]) == (400, parameter), answer.text


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ([], "body"),
        ({}, "places.0"),
        (5, "body"),
        ({"places": []}, "body"),
        ({"places": [{"place": "a"}], "within": 5}, "body"),
        ([{"place": "a"}] * 51, "body"),
        ([{"place": "a", "point": "1,1"}], "places.0"),
        ([{"place": "Sorø"}, {"nowhere": 1}], "places.1"),
        ([{"place": 5}], "places.0.place"),
        ([{"point": ["a", "b"]}], "places.0.point"),
        ([{"point": [1]}], "places.0.point"),
        ([{"point": {"type": "Point", "coordinates": []}}], "places.0.point"),
        ([{"type": "Point"}], "places.0.point"),
        ([{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}], "places.0.polygon"),
        ([{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}], "polygon"),
        ([{"type": "Feature", "geometry": None}], "places.0"),
        ([[1]], "places.0"),
    ],
)
def test_bodies_that_ask_nothing(client: httpx.Client, body: Any, parameter: str) -> None:
    answer = client.post("/at", json=body)
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter), answer.text


def test_it_is_asked_by_get_and_by_post(client: httpx.Client) -> None:
    assert client.options("/at").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.put("/at").headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_fifty_places_at_a_time(client: httpx.Client) -> None:
    answer = client.post("/at", json=[{"point": list(PARK)}] * 50)
    assert [ids(one)[0] for one in answer.json()["places"]] == [SK66] * 50


def test_the_page_of_a_name(loaded: httpx.Client) -> None:
    page = loaded.get("/at", params={"address": "Parkvej 1", "f": "html", "lang": "da"})
    assert "Parkvej 1, 4173 Fjenneslev" in page.text
    assert "SK 66" in page.text
    assert loaded.get("/at", params={"parcel": "12a Solby", "f": "html"}).status_code == 200


def test_suggestions_are_plans_places_addresses_and_parcels_in_one_list(loaded: httpx.Client) -> None:
    def suggested(typed: str) -> list[tuple[str, str]]:
        features = loaded.get("/places", params={"q": typed}).raise_for_status().json()["features"]
        return [(one["properties"]["what"], one["properties"]["name"]) for one in features]

    fjenneslev = suggested("fjenneslev")
    assert {"plan", "place", "address"} == {what for what, _ in fjenneslev}
    assert fjenneslev[0][0] == "plan"
    assert suggested("sk66")[0][0] == "plan"
    assert ("parcel", "12a Solby") in suggested("12a sol")
    assert ("address", "Parkvej 1, 4173 Fjenneslev") in suggested("parkvei")
    [first, *_] = loaded.get("/places", params={"q": "parkvej"}).json()["features"]
    assert loaded.get(first["properties"]["href"]).status_code == 200
    assert loaded.get("/places", params={"q": "a&b", "known_at": "2021-01-01"}).status_code == 400
    assert len(suggested("e")) <= 20


def test_places_are_in_the_readers_language_and_have_no_page(loaded: httpx.Client) -> None:
    def named(language: str, **asked: str) -> list[str]:
        answer = loaded.get("/places", params=asked, headers={"Accept-Language": language})
        assert answer.headers["content-language"] == asked.get("lang", language[:2])
        assert "Accept-Language" in answer.headers["vary"]
        return [one["properties"]["name"] for one in answer.json()["features"]]

    in_english, in_danish = named("en; q=0.9, da; q=0.5", q="sk66"), named("da", q="sk66")
    assert in_english != in_danish
    assert named("da", q="sk66", lang="en") == in_english
    assert named("en") == named("da")
    refused = loaded.get("/places", params={"f": "html"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "f")


def test_names_are_looked_up_by_an_index(shared_demo: Any) -> None:
    with psycopg.connect(shared_demo.admin) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT FROM place WHERE place_text(names) LIKE '%parkvej 1%' OR 'parkvej 1' <% place_text(names)"
        ).fetchall()
    assert "place_called" in str(plan)


def test_the_name_of_an_address_is_put_together(tmp_path: Path, postgis: Server, demo_template: str) -> None:
    name, database = postgis.copy(demo_template)
    file = tmp_path / "a.csv"
    file.write_text("vejnavn,husnr,lon,lat\nParkvej,1,11.66,55.45\n,2,11.66,55.45\n", encoding="utf-8")
    report = load_places(database, file, "0340", PlaceOptions(kind="address", dry_run=True))
    assert [change.id for change in report.facts] == ["address-parkvej 1"]
    assert [finding.rule.id for finding in report.findings] == ["PLACE-01"]
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")

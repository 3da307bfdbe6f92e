"""The abstract tests of OGC API Features Part 2 (OGC 18-058r1, annex A) in our own words."""

from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from georegister.domain.crs import DEFAULT, OFFERED, ProjectedBox, ReferenceSystem
from georegister.errors import ValueRefused
from georegister.register.collections import COLLECTIONS
from tests.conftest import Server
from tests.served_alone import served_alone

pytestmark = pytest.mark.proves("ogcapi-features-2/1.0/conf/crs")
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
SK66 = "/collections/plans/items/0340-local-plan-sk-66"
EVERYWHERE = [DEFAULT.uri, f"{EPSG}/4326", f"{EPSG}/3857"]
DANISH = [4326, 3857, 4258, 25832]


@pytest.fixture(scope="module")
def soroe(postgis: Server) -> Iterator[httpx.Client]:
    with served_alone(postgis) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def coordinates(feature: dict[str, Any]) -> Any:
    return shapely.get_coordinates(shape(feature["geometry"]))


def transformed(feature: dict[str, Any], code: int) -> Any:
    """By pyproj, which gives the axes as the authority has them."""
    lon, lat = coordinates(feature).T
    return np.column_stack(pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(lon, lat))


@pytest.mark.parametrize("name", COLLECTIONS)
def test_only_systems_whose_area_covers_the_collection_are_listed(
    client: httpx.Client, soroe: httpx.Client, name: str
) -> None:
    """The demo lies in Denmark and in Greenland; each collection, and both answers, say the same."""
    for one in (client, soroe):
        [listed] = [said for said in one.get("/collections").json()["collections"] if said["id"] == name]
        said = one.get(f"/collections/{name}").json()
        assert (said["crs"], said["storageCrs"]) == (listed["crs"], listed["storageCrs"])
        assert said["crs"][0] == said["storageCrs"] == DEFAULT.uri
        assert len(set(said["crs"])) == len(said["crs"])
    in_denmark = [DEFAULT.uri, *(f"{EPSG}/{code}" for code in DANISH)]
    assert said["crs"] == in_denmark
    # All local plans of the demo lie in Denmark.
    wanted = in_denmark if name == "local-plans" else EVERYWHERE
    assert client.get(f"/collections/{name}").json()["crs"] == wanted


@pytest.mark.parametrize("code", DANISH)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_coordinates_are_those_proj_gives_with_the_axes_of_the_authority(
    soroe: httpx.Client, name: str, code: int
) -> None:
    address = f"/collections/{name}/items"
    plain = soroe.get(address, params={"limit": 1000})
    assert plain.headers["content-crs"] == f"<{DEFAULT.uri}>"
    answer = soroe.get(address, params={"limit": 1000, "crs": f"{EPSG}/{code}"})
    assert answer.headers["content-crs"] == f"<{EPSG}/{code}>"
    exact = 1e-7 if code in (4326, 4258) else 6e-4
    pairs = list(zip(plain.json()["features"], answer.json()["features"], strict=True))
    assert pairs
    for stored, other in pairs:
        assert {**stored, "geometry": None} == {**other, "geometry": None}
        if stored["geometry"]:
            assert "crs" not in other["geometry"]
            assert np.abs(coordinates(other) - transformed(stored, code)).max() <= exact
    one = soroe.get(f"{address}/{stored['id']}", params={"crs": f"{EPSG}/{code}"})
    assert one.headers["content-crs"] == f"<{EPSG}/{code}>"
    assert one.json()["geometry"] == other["geometry"]


def test_the_latitude_comes_first_where_the_authority_has_it_first(soroe: httpx.Client) -> None:
    def first(crs: str) -> list[float]:
        return list(soroe.get(SK66, params={"crs": crs}).json()["geometry"]["coordinates"][0][0][0])

    lon, lat = first(DEFAULT.uri)
    assert (round(lon), round(lat)) == (12, 55)
    assert first(f"{EPSG}/4326") == first(f"{EPSG}/4258") == [lat, lon]
    east, north = first(f"{EPSG}/25832")
    assert (round(east, -4), round(north, -4)) == (670_000, 6_150_000)


@pytest.mark.parametrize("code", [None, *DANISH])
@pytest.mark.parametrize("name", ["plans", "hearings", "municipalities", "municipal-plans"])
def test_a_box_in_any_system_finds_the_same(soroe: httpx.Client, name: str, code: int | None) -> None:
    """A box round one plan, and one between the others."""
    address = f"/collections/{name}/items"
    middle = soroe.get(SK66).json()
    lon, lat = coordinates(middle).mean(axis=0)
    for size in (0.0005, 0.02, 0.2):
        box = (lon - size, lat - size, lon + size, lat + size)
        wanted = [one["id"] for one in soroe.get(address, params={"bbox": _text(box)}).json()["features"]]
        assert wanted
        system = ReferenceSystem(code) if code else DEFAULT
        corners = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}" if code else "OGC:CRS84").transform(
            [box[0], box[2]], [box[1], box[3]]
        )
        asked = {"bbox": _text((corners[0][0], corners[1][0], corners[0][1], corners[1][1])), "bbox-crs": system.uri}
        found = soroe.get(address, params=asked)
        assert found.status_code == 200, found.text
        assert [one["id"] for one in found.json()["features"]] == wanted, size
        assert found.headers["content-crs"] == f"<{DEFAULT.uri}>"


def _text(box: tuple[float, ...]) -> str:
    return ",".join(f"{corner:.9f}" for corner in box)


def test_a_projected_box_is_tested_where_its_edges_are_straight(soroe: httpx.Client) -> None:
    """Every plan is found by a box of a metre on its northernmost corner, and not by one a metre beside it."""
    everything = soroe.get("/collections/local-plans/items", params={"crs": f"{EPSG}/25832"}).json()["features"]
    for feature in everything:
        x, y = max(map(tuple, coordinates(feature)), key=lambda point: point[1])

        def found(x: float, y: float) -> set[str]:
            asked = {"bbox": f"{x - 0.5},{y},{x + 0.5},{y + 1}", "bbox-crs": "[EPSG:25832]"}
            answer = soroe.get("/collections/local-plans/items", params=asked)
            return {one["id"] for one in answer.json()["features"]}

        assert feature["id"] in found(x, y - 0.5)
        assert feature["id"] not in found(x, y + 1)


SPELLINGS = {
    f"{EPSG}/25832": f"<{EPSG}/25832>",
    "https://www.opengis.net/def/crs/EPSG/0/25832": "<https://www.opengis.net/def/crs/EPSG/0/25832>",
    "http://www.opengis.net/def/crs/EPSG/9.9.1/25832": "<http://www.opengis.net/def/crs/EPSG/9.9.1/25832>",
    "urn:ogc:def:crs:EPSG::25832": "<urn:ogc:def:crs:EPSG::25832>",
    "[EPSG:25832]": "[EPSG:25832]",
    "EPSG:25832": f"<{EPSG}/25832>",
    "https://www.opengis.net/def/crs/OGC/1.3/CRS84": "<https://www.opengis.net/def/crs/OGC/1.3/CRS84>",
    "urn:ogc:def:crs:OGC:1.3:CRS84": "<urn:ogc:def:crs:OGC:1.3:CRS84>",
    "[OGC:CRS84]": "[OGC:CRS84]",
}


@pytest.mark.parametrize("path", [SK66, "/collections/plans/items"])
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_the_header_spells_the_system_as_the_client_did(soroe: httpx.Client, path: str, spelled: str) -> None:
    answer = soroe.get(path, params={"crs": spelled})
    assert answer.headers["content-crs"] == SPELLINGS[spelled]


REFUSED = [
    f"{EPSG}/25833",  # its area begins east of what is held
    f"{EPSG}/31370",
    f"{EPSG}/999999",
    f"{EPSG}/4979",  # three dimensions
    f"{EPSG}/5941",  # heights alone
    "http://127.0.0.1:1/def/crs/EPSG/0/25832",
    "file:///etc/passwd",
    "+proj=utm +zone=32",
    "EPSG:25832+5799",
    "epsg:25832\r\nSet-Cookie: a=b",
    "[EPSG:25832",
    "EPSG:٢٥٨٣٢",
    "\0",
    "x" * 100_000,
    "",
]


@pytest.mark.proves("attack/9")
@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
def test_what_is_not_listed_is_400(soroe: httpx.Client, parameter: str, text: str) -> None:
    if len(text) > 60_000:
        text = text[:20_000]
    answer = soroe.get("/collections/plans/items", params={parameter: text, "bbox": "11,55,12,56"})
    assert answer.status_code == 400, text
    assert answer.json()["parameter"] == parameter
    if parameter == "crs":
        assert soroe.get(SK66, params={parameter: text}).status_code == 400


@pytest.mark.proves("attack/6")
@pytest.mark.parametrize(
    "box",
    ["0,0,1e300,1e308", "-1e308,-1e308,1e308,1e308", "1e9,1e9,1e9,1e9", "nan,0,1,1", "2,2,1,1", "1,2,3", "0,0,0,0", ""],
)
def test_no_box_hurts(soroe: httpx.Client, box: str) -> None:
    answer = soroe.get("/collections/plans/items", params={"bbox": box, "bbox-crs": "[EPSG:25832]"})
    assert answer.status_code in (200, 400)
    assert answer.status_code == 200 or answer.json()["parameter"] == "bbox"


def test_the_whole_world_in_mercator_is_everything_with_a_place(client: httpx.Client) -> None:
    edge = 20_037_508.34
    asked = {"bbox": f"{-edge},{-edge},{edge},{edge}", "bbox-crs": f"{EPSG}/3857", "limit": "1000"}
    found = client.get("/collections/plans/items", params=asked).json()["features"]
    everything = client.get("/collections/plans/items?limit=1000").json()["features"]
    assert found == [one for one in everything if one["geometry"]]


def test_the_next_page_is_in_the_same_system(soroe: httpx.Client) -> None:
    asked = {"limit": "2", "crs": "[EPSG:25832]", "bbox": "600000,6100000,700000,6200000", "bbox-crs": "[EPSG:25832]"}
    first = soroe.get("/collections/local-plans/items", params=asked).json()
    [following] = [link["href"] for link in first["links"] if link["rel"] == "next"]
    answer = soroe.get(following)
    assert answer.headers["content-crs"] == "[EPSG:25832]"
    assert coordinates(answer.json()["features"][0]).min() > 180


def test_the_systems_of_greenland_are_offered_where_they_cover() -> None:
    nuuk, thule = (-52.0, 64.0, -51.5, 64.5), (-69.5, 76.3, -68.0, 77.0)
    covering = [code for code in OFFERED if ReferenceSystem(code).covers(nuuk)]
    assert covering == [4326, 3857, 4747, 5938, 3182, 32622]
    assert [code for code in OFFERED if ReferenceSystem(code).covers(thule)] == [4326, 3857, 4747, 5938, 3179, 32619]


@pytest.mark.parametrize("code", OFFERED)
def test_axes_go_as_the_authority_has_them(code: int) -> None:
    """By what PROJ makes of one place, once as the authority has it and once with x first."""
    area = pyproj.CRS.from_epsg(code).area_of_use
    assert area is not None
    lon, lat = area.west + 0.3 * (area.east - area.west), area.south + 0.6 * (area.north - area.south)
    own = pyproj.Transformer.from_crs(4326, code, only_best=False).transform(lat, lon)
    visual = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    assert own == pytest.approx(visual[::-1] if ReferenceSystem(code).is_flipped else visual)


@given(
    st.sampled_from([3857, 25832, 5938, 3182]),
    st.tuples(*[st.floats(-3e6, 3e6)] * 2),
    st.floats(1, 2e6),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_the_box_in_degrees_holds_the_projected_one(
    code: int, corner: tuple[float, float], size: float, along: float, up: float
) -> None:
    box = ProjectedBox(ReferenceSystem(code), (*corner, corner[0] + size, corner[1] + size))
    back = pyproj.Transformer.from_crs(code, "OGC:CRS84", always_xy=True)
    lon, lat = back.transform(corner[0] + along * size, corner[1] + up * size)
    if box.bounds and np.isfinite([lon, lat]).all():
        west, south, east, north = box.bounds
        assert west <= lon <= east
        assert south <= lat <= north


@pytest.mark.proves("attack/9")
@given(st.text(max_size=80))
def test_no_name_of_a_reference_system_hurts(text: str) -> None:
    try:
        system = ReferenceSystem.parse(text)
    except ValueRefused:
        return
    assert "\r" not in system.header
    assert "\n" not in system.header

"""Vector tiles as OGC API - Tiles asks (20-057), decoded by libraries of others and held beside the items."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import mapbox_vector_tile
import morecantile
import pyogrio
import pytest
import shapely

from georegister.api.tiling import MAX_ZOOM
from georegister.register.collections import COLLECTIONS

MVT = "application/vnd.mapbox-vector-tile"
QUAD = morecantile.tms.get("WebMercatorQuad")
SOROE = (11.56, 55.43)
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"


def path_of(zoom: int, of: str = "/collections/plans", at: tuple[float, float] = SOROE) -> str:
    tile = QUAD.tile(*at, zoom)
    return f"{of}/tiles/WebMercatorQuad/{zoom}/{tile.y}/{tile.x}"


def layers(answer: httpx.Response) -> dict[str, dict[str, dict[str, Any]]]:
    """The features of each layer by their ids; coordinates in cells from the tile's lower left."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    decoded = mapbox_vector_tile.decode(answer.content)
    assert all(layer["extent"] == 4096 and layer["version"] == 2 for layer in decoded.values())
    return {
        name: {feature["properties"]["id"]: feature for feature in layer["features"]} for name, layer in decoded.items()
    }


def in_degrees(feature: dict[str, Any], zoom: int, at: tuple[float, float] = SOROE) -> shapely.Geometry:
    """A decoded feature back on the globe."""
    box = QUAD.xy_bounds(QUAD.tile(*at, zoom))
    cell = (box.right - box.left) / 4096
    edge = math.pi * 6378137

    def back(points: Any) -> Any:
        x, y = box.left + points[:, 0] * cell, box.bottom + points[:, 1] * cell
        lat = [math.degrees(math.atan(math.sinh(one * math.pi / edge))) for one in y]
        return list(zip(x * 180 / edge, lat, strict=True))

    return shapely.make_valid(shapely.transform(shapely.geometry.shape(feature["geometry"]), back))


@pytest.mark.proves(
    "ogcapi-tiles-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/mvt", "ogcapi-tiles-1/1.0/conf/geodata-tilesets"
)
@pytest.mark.parametrize("question", [{}, {"status": "in_force,adopted"}, {"datetime": "2021-06-01"}])
def test_a_tile_has_the_plans_that_lie_in_it_with_what_the_items_say(
    client: httpx.Client, question: dict[str, str]
) -> None:
    zoom = 10
    box = QUAD.bounds(QUAD.tile(*SOROE, zoom))
    margin = (box.right - box.left) * 64 / 4096
    asked = {"bbox": ",".join(map(str, (box.left, box.bottom, box.right, box.top))), **question}
    items = {one["id"]: one for one in client.get("/collections/plans/items", params=asked).json()["features"]}
    drawn = layers(client.get(path_of(zoom), params=question))["plans"]
    assert len(items) >= 4
    assert set(drawn) == set(items)
    visible = shapely.box(box.left - margin, box.bottom - margin, box.right + margin, box.top + margin)
    for id_, feature in drawn.items():
        said = items[id_]["properties"]
        assert feature["properties"] == {"id": id_} | {
            name: ",".join(said[name]) if isinstance(said[name], list) else said[name]
            for name in feature["properties"]
            if name != "id"
        }
        assert {"kind", "title", "status", "applies", "in_hearing"} <= set(feature["properties"])
        whole = shapely.geometry.shape(items[id_]["geometry"]).intersection(visible)
        # A cell is some five metres there.
        assert in_degrees(feature, zoom).hausdorff_distance(whole) < 3e-4


def test_the_larger_the_tile_the_nearer_the_outline(client: httpx.Client) -> None:
    id_, at = "0340-local-plan-sk-66", (11.6671, 55.4576)
    whole = shapely.geometry.shape(client.get(f"/collections/plans/items/{id_}").json()["geometry"])
    for zoom, off in ((12, 1e-4), (14, 2e-5)):
        feature = layers(client.get(path_of(zoom, at=at)))["plans"][id_]
        box = shapely.box(*QUAD.bounds(QUAD.tile(*at, zoom)))
        drawn = in_degrees(feature, zoom, at).intersection(box)
        assert drawn.symmetric_difference(whole.intersection(box)).area <= off * whole.length


def test_gdal_reads_a_tile(client: httpx.Client, tmp_path: Path) -> None:
    answer = client.get(path_of(10))
    file = tmp_path / "tile.mvt"
    file.write_bytes(answer.content)
    frame = pyogrio.read_dataframe(file, layer="plans")
    assert set(frame["id"]) == set(layers(answer)["plans"])


@pytest.mark.proves(
    "ogcapi-tiles-1/1.0/conf/collections-selection",
    "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "ogcapi-tiles-1/1.0/conf/mvt",
)
def test_the_registers_tile_has_a_layer_for_each_collection_asked_for(client: httpx.Client) -> None:
    assert set(layers(client.get(path_of(10, "")))) == {"municipalities", "plans", "hearings"}
    chosen = layers(client.get(path_of(10, ""), params={"collections": "addenda,local-plans"}))
    assert set(chosen) == {"addenda", "local-plans"}
    for name, features in chosen.items():
        assert features == layers(client.get(path_of(10, f"/collections/{name}")))[name]
    wrong = client.get(path_of(10, ""), params={"collections": "plans,nothing"})
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "collections")


def test_municipalities_hearings_and_municipal_plans_have_their_outlines(client: httpx.Client) -> None:
    assert {"0340"} == set(layers(client.get(path_of(8, "/collections/municipalities")))["municipalities"])
    plans = layers(client.get(path_of(8, "/collections/municipal-plans")))["municipal-plans"]
    assert "0340-municipal-plan-2023-2034" in plans
    asked = {"datetime": "2021-06-01", "is_open": "true"}
    heard = layers(client.get(path_of(12, "/collections/hearings", (11.6671, 55.4576)), params=asked))["hearings"]
    items = client.get("/collections/hearings/items", params=asked).json()["features"]
    assert {one["properties"]["opens"] for one in heard.values()} <= {one["properties"]["opens"] for one in items}
    assert set(heard) <= {one["id"] for one in items}
    assert heard


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/datetime")
def test_a_tile_knows_what_the_register_knew(client: httpx.Client) -> None:
    asked = {"known_at": "2000-01-01T00:00:00Z"}
    assert client.get(path_of(10), params=asked).status_code == 204
    later = {"known_at": "2100-01-01T00:00:00Z"}
    assert set(layers(client.get(path_of(10), params=later))["plans"]) == set(layers(client.get(path_of(10)))["plans"])


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/core")
def test_nothing_there_is_no_content(client: httpx.Client) -> None:
    answer = client.get(path_of(14, at=(0, 60)))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"]


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/core")
@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("0/0/1", 404),
        ("0/1/0", 404),
        ("3/8/0", 404),
        ("3/0/7", 404),  # inside the matrix, outside the limits
        (f"{MAX_ZOOM + 1}/0/0", 404),
        ("10/2147483647/2147483647", 404),
        ("10/99999999999999999999999/0", 404),
        ("-1/0/0", 404),
        ("0/-1/0", 404),
        ("x/0/0", 400),
        ("0/1.0/0", 400),
        ("0/0/١", 400),
        ("0/0/0x1", 400),
        ("0/0/%00", 404),
        ("0/0/1e400", 400),
        ("0/0/ 0", 400),
        ("0/0/--", 400),
    ],
)
@pytest.mark.parametrize("of", ["", "/collections/plans"])
def test_a_tile_that_cannot_be_is_told_so(client: httpx.Client, of: str, place: str, status: int) -> None:
    answer = client.get(f"{of}/tiles/WebMercatorQuad/{place}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ({"bbox": "1,2,3,4"}, "bbox"),
        ({"limit": "1"}, "limit"),
        ({"status": "nonsense"}, "status"),
        ({"datetime": "2021-02-30"}, "datetime"),
        ({"f": "png"}, "f"),
        ({"is_open": "true"}, "is_open"),
        ({"sdg": "18"}, "sdg"),
        ({"x" * 5000: "1"}, "x" * 60),
        ({"theme": "a\0"}, "theme"),
    ],
)
def test_a_question_that_tiles_do_not_take_is_refused(
    client: httpx.Client, question: dict[str, str], parameter: str
) -> None:
    for path in ("", "/WebMercatorQuad", "/WebMercatorQuad/0/0/0"):
        answer = client.get(f"/collections/plans/tiles{path}", params=question)
        assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_other_matrix_sets_and_collections_are_not_there(client: httpx.Client) -> None:
    for path in ("tiles/Other", "tiles/Other/0/0/0", "tileMatrixSets/Other", "collections/other/tiles"):
        assert client.get(f"/{path}").status_code == 404


def test_what_the_client_has_is_still_true(client: httpx.Client) -> None:
    plain = client.get(path_of(10), headers={"Accept-Encoding": "identity"})
    zipped = client.get(path_of(10), headers={"Accept-Encoding": "gzip;q=0.5, br"})
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "max-age=" in plain.headers["cache-control"]
    for tag in (plain.headers["etag"], f'"other", W/{plain.headers["etag"]}', "*"):
        again = client.get(path_of(10), headers={"If-None-Match": tag, "Accept-Encoding": "identity"})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", plain.headers["etag"])
    for headers in ({"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "identity", "If-None-Match": '"other"'}):
        assert client.get(path_of(10), headers=headers).headers["etag"] == plain.headers["etag"]


def test_each_question_has_an_etag_of_its_own(client: httpx.Client) -> None:
    questions: list[dict[str, str]] = [{}, {"status": "proposal"}, {"datetime": "2021-06-01"}, {"kind": "local-plan"}]
    tags = {client.get(path_of(zoom), params=asked).headers["etag"] for asked in questions for zoom in (9, 10)}
    assert len(tags) == 8


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/tileset")
def test_the_tileset_tells_its_limits_layers_and_addresses(client: httpx.Client) -> None:
    for of, names in (("/collections/addenda", ["addenda"]), ("", ["municipalities", "plans", "hearings"])):
        tilesets = client.get(f"{of}/tiles").json()["tilesets"]
        [itself] = [link["href"] for link in tilesets[0]["links"] if link["rel"] == "self"]
        said = client.get(itself).json()
        assert {key: said[key] for key in ("dataType", "crs", "tileMatrixSetURI")} == {
            "dataType": "vector",
            "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
            "tileMatrixSetURI": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
        }
        assert {key: said[key] for key in tilesets[0] if key != "links"} == {
            key: value for key, value in tilesets[0].items() if key != "links"
        }
        assert [layer["id"] for layer in said["layers"]] == names
        assert [one["tileMatrix"] for one in said["tileMatrixSetLimits"]] == [str(n) for n in range(MAX_ZOOM + 1)]
        limits = said["tileMatrixSetLimits"][10]
        tile = QUAD.tile(*SOROE, 10)
        assert limits["minTileRow"] <= tile.y <= limits["maxTileRow"]
        assert limits["minTileCol"] <= tile.x <= limits["maxTileCol"]
        [item] = [link for link in said["links"] if link["rel"] == "item"]
        assert (item["templated"], item["type"]) == (True, MVT)
        address = item["href"].format(tileMatrix=10, tileRow=tile.y, tileCol=tile.x)
        drawn = layers(client.get(address))
        assert set(drawn) == set(names)
        for layer in said["layers"]:
            told = set(layer["propertiesSchema"]["properties"])
            assert set().union(*(one["properties"] for one in drawn[layer["id"]].values())) <= told
        beyond = item["href"].format(tileMatrix=10, tileRow=limits["maxTileRow"] + 1, tileCol=tile.x)
        assert client.get(beyond).status_code == 404


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/tilesets-list", "ogcapi-tiles-1/1.0/conf/datetime")
def test_a_question_stays_in_the_links_of_its_tileset(client: httpx.Client) -> None:
    asked = {"status": "in_force,adopted", "datetime": "2021-06-01"}
    said = client.get("/collections/plans/tiles/WebMercatorQuad", params={**asked, "f": "tilejson"}).json()
    tile = QUAD.tile(*SOROE, 10)
    address = said["tiles"][0].format(z=10, x=tile.x, y=tile.y)
    assert layers(client.get(address)) == layers(client.get(path_of(10), params=asked))
    style = client.get("/collections/plans/tiles/WebMercatorQuad", params={**asked, "f": "mapbox"}).json()
    assert client.get(style["sources"]["georegister"]["url"]).json() == said


def test_tilejson_and_style_say_what_the_tiles_hold(client: httpx.Client) -> None:
    said = client.get("/tiles/WebMercatorQuad?f=tilejson").json()
    assert (said["tilejson"], said["minzoom"], said["maxzoom"]) == ("3.0.0", 0, MAX_ZOOM)
    west, south, east, north = said["bounds"]
    assert west < SOROE[0] < east
    assert south < SOROE[1] < north
    held = layers(client.get(path_of(10, "")))
    assert {layer["id"] for layer in said["vector_layers"]} == set(held)
    for layer in said["vector_layers"]:
        assert set().union(*(one["properties"] for one in held[layer["id"]].values())) <= set(layer["fields"])
    answer = client.get("/tiles/WebMercatorQuad?f=mapbox")
    assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
    style = answer.json()
    drawn = [layer for layer in style["layers"] if layer["type"] != "background"]
    assert style["version"] == 8
    assert {layer["source-layer"] for layer in drawn} == set(held)
    assert {layer["source"] for layer in drawn} == set(style["sources"])


def test_the_tile_matrix_set_is_the_ogcs(client: httpx.Client) -> None:
    [listed] = client.get("/tileMatrixSets").json()["tileMatrixSets"]
    said = client.get(listed["links"][0]["href"]).json()
    assert (said["id"], said["uri"], said["crs"]) == (listed["id"], listed["uri"], listed["crs"])
    assert morecantile.TileMatrixSet.model_validate(said).matrix(3).matrixWidth == 8


@pytest.mark.proves(
    "ogcapi-tiles-1/1.0/conf/tilesets-list",
    "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
)
def test_landing_page_collections_and_tilesets_are_linked(client: httpx.Client) -> None:
    def leads(document: dict[str, Any], relation: str) -> Iterator[dict[str, Any]]:
        found = [link["href"] for link in document["links"] if link["rel"] == f"{RELATION}{relation}"]
        assert found
        return (client.get(href).json() for href in found)

    landing = client.get("/").json()
    assert all(said["tilesets"] for said in leads(landing, "tilesets-vector"))
    assert all(said["tileMatrixSets"] for said in leads(landing, "tiling-schemes"))
    for one in client.get("/collections").json()["collections"]:
        assert all(said["tilesets"] for said in leads(one, "tilesets-vector"))
    tileset = client.get("/collections/plans/tiles/WebMercatorQuad").json()
    assert all(said["id"] == "WebMercatorQuad" for said in leads(tileset, "tiling-scheme"))


@pytest.mark.proves("ogcapi-tiles-1/1.0/conf/oas30")
def test_the_api_names_the_operations_as_the_standard_does(client: httpx.Client) -> None:
    paths = client.get("/api").json()["paths"]
    template = "/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
    for here, operation in (
        ("/tiles", "dataset"),
        *((f"/collections/{name}/tiles", "collection") for name in COLLECTIONS),
    ):
        for path, name in (("", "getTileSetsList"), ("/WebMercatorQuad", "getTileSet"), (template, "getTile")):
            assert paths[here + path]["get"]["operationId"].endswith(f".{operation}.vector.{name}")

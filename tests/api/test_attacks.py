"""What means harm in an address: the cases of attack that no other test of reading holds."""

from urllib.parse import quote

import httpx
import pytest

ASKED = [
    "/collections/plans/items",
    "/collections/hearings/items",
    "/collections/plans/items/{id}",
    "/collections/plans/tiles/WebMercatorQuad",
    "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",
    "/at",
    "/plans/{id}",
    "/strategies/{id}",
    "/documents/{sha256}",
    "/search",
    "/places",
    "/sectors",
]
GOOD = {"point": "11.5,55.4", "q": "SK", "id": "0340-local-plan-sk-66", "sha256": "0" * 64}
NO_TEXT = {
    "NUL": "a%00",
    "half a surrogate pair": "a%ED%A0%80",
    "overlong UTF-8": "a%C0%AF",
    "no UTF-8": "a%FF%FE",
    "long": "x" * 30_000,
}


@pytest.mark.proves("attack/7")
@pytest.mark.parametrize("path", ASKED)
def test_what_is_no_text_hurts_nowhere(client: httpx.Client, path: str) -> None:
    document = client.get("/api").json()
    named = document["components"]["parameters"]
    said = document["paths"][path]["get"]["parameters"]
    parameters = [named[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in said]
    assert parameters
    needed = {one["name"]: GOOD.get(one["name"], "0") for one in parameters if one.get("required")}
    for parameter in parameters:
        for what, text in NO_TEXT.items():
            parts = {name: quote(value) for name, value in needed.items()} | {parameter["name"]: text}
            query = "&".join(f"{name}={value}" for name, value in parts.items() if f"{{{name}}}" not in path)
            answer = client.get(f"{path.format_map(dict.fromkeys(GOOD, '') | parts)}?{query}")
            assert answer.status_code < 500, (parameter["name"], what)
            if what in ("NUL", "long"):
                assert answer.status_code in (400, 404), (parameter["name"], what)
                assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.proves("attack/6")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("limit=1e9", 400),
        ("limit=99999999999999999999", 200),
        ("limit=-1", 400),
        ("limit=%D9%A1%D9%A0", 400),
        ("limit=+5", 400),
        ("offset=9000000000000000000", 400),
        ("precision=9223372036854775808", 400),
        ("simplify=1e400", 400),
        ("simplify=NaN", 400),
        ("sdg=9007199254740993", 400),
        ("bbox=nan,nan,nan,nan", 400),
        ("bbox=-inf,-inf,inf,inf", 400),
        ("bbox=1e400,0,1,1", 400),
        ("bbox=-0,-0,0,0", 200),
        ("bbox=1,2,3,99999999999999999999", 400),
        ("filter=area_m2=9223372036854775807", 400),
        ("filter=area_m2=-0", 200),
    ],
)
def test_no_number_hurts(client: httpx.Client, asked: str, status: int) -> None:
    answer = client.get(f"/collections/plans/items?{asked}")
    assert answer.status_code == status, answer.text


@pytest.mark.proves("attack/8")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("sortby=(SELECT 1)", 400),
        ("sortby=title;DROP TABLE plan", 400),
        ("sortby=title,-title,+title", 200),
        ("sortby=geometry", 400),
        ("properties=geometry_json", 400),
        ("ids=" + ",".join(["x"] * 10_000), 400),
        ("theme=" + ",".join(["x"] * 10_000), 400),
        ("datetime=0000-01-01/..", 200),
        ("datetime=0000-01-01", 400),
        ("datetime=9999", 400),
        ("datetime=9999-12-31", 400),
        ("datetime=../9999-12-31", 200),
        ("datetime=24:00", 400),
        ("datetime=2021-06-01T24:00:00Z", 200),
        ("datetime=2016-12-31T23:59:60Z", 200),
        ("datetime=../..", 400),
        ("datetime=2021-07-01/2021-06-01", 400),
        ("datetime=2021-06-01/2021-07-01/2021-08-01", 400),
        ("datetime=-0001-01-01", 400),
        ("known_at=0001-01-01T00:00:00%2B14:00", 200),
        ("known_at=9999-12-31T23:59:59-14:00", 200),
    ],
)
def test_no_order_and_no_day_hurts(client: httpx.Client, asked: str, status: int) -> None:
    answer = client.get(f"/collections/plans/items?{asked}")
    assert answer.status_code == status, answer.text


@pytest.mark.proves("attack/6")
@pytest.mark.parametrize(
    "path",
    [
        "/coverage?by=status",
        "/coverage?by=year&f=csv",
        *(f"/collections/plans/items?f={form}" for form in ("json", "csv", "geojsonseq", "gpkg", "xlsx", "parquet")),
    ],
)
@pytest.mark.parametrize("condition", ["area_m2^1000>1", "(0-area_m2)^0.5>1"])
def test_what_cannot_be_reckoned_out_is_told_whatever_is_asked_for(
    client: httpx.Client, path: str, condition: str
) -> None:
    answer = client.get(f"{path}&filter={quote(condition)}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] == "filter"


@pytest.mark.proves("attack/11")
@pytest.mark.parametrize("path", ["/collections/plans/search?geometry=", "/at?within=20000&polygon=", "/at?polygon="])
def test_the_whole_world_is_too_large(client: httpx.Client, path: str) -> None:
    world = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
    answer = client.get(f"{path}{world}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] in ("geometry", "polygon")

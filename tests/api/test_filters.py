"""Filters in CQL2 as clients send them to a server: every conformance class, and what must never get through."""

import json
from typing import Any

import httpx
import pytest

from georegister.register.collections import COLLECTIONS

SK66, ADDENDUM = "0340-local-plan-sk-66", "0340-addendum-1-2021"
HEARD = f"{SK66}-hearing-2021-05-12"
MUNICIPAL_PLANS = ["0340-municipal-plan-2019-2030", "0340-municipal-plan-2023-2034", "0956-municipal-plan-2032"]
GREENLAND = ["0956-addendum-1c4-3", "0956-addendum-3c8-1"]
SQUARE = "POLYGON((11.66 55.45,11.70 55.45,11.70 55.47,11.66 55.47,11.66 55.45))"
SEVERAL = "GEOMETRYCOLLECTION(POINT(11.66707 55.4576),LINESTRING(1 1,2 2))"
CRS = "http://www.opengis.net/def/crs/"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"


def heard(filter_: str) -> tuple[str, str, list[str]]:
    """A filter that finds the second hearing of SK 66 and leaves out the first, of 2020."""
    return "hearings", f"{filter_} AND number = 'SK 66'", [HEARD]


# Ids from the demo's files, by hand.
CLASSES: dict[str, list[tuple[str, str, list[str] | None]]] = {
    "basic-cql2": [
        ("plans", "id = '0340-local-plan-sk-66'", [SK66]),
        ("plans", f"'{SK66}' = id", [SK66]),
        ("plans", "number = 'SK 66' OR number = '1-2021'", [ADDENDUM, SK66]),
        ("plans", "kind = 'local-plan' AND NOT (number <> 'SK 66')", [SK66]),
        ("plans", "area_m2 > 0 AND (number = 'SK 66' OR number = '1-2021') AND kind = 'addendum'", [ADDENDUM]),
        ("plans", "kind = 'addendum' AND number = '1-2021' OR number = 'SK 66'", [ADDENDUM, SK66]),
        ("municipalities", "name >= 'Sorø' AND name < 'Sorø Å'", ["0340"]),
        ("municipalities", "jurisdiction < 'GL' AND version > 0", ["0340"]),
        ("hearings", "opens = DATE('2021-05-12') AND plan IS NOT NULL AND number = 'SK 66'", [HEARD]),
        ("hearings", "closes = TIMESTAMP('2021-07-07T10:00:00+02:00') AND number = 'SK 66'", [HEARD]),
        ("plans", "geometry IS NULL", MUNICIPAL_PLANS),
        ("hearings", "is_open", []),
        ("plans", "FALSE", []),
        ("plans", "NOT TRUE OR NOT (NOT (number = 'SK 66'))", [SK66]),
    ],
    "advanced-comparison-operators": [
        ("plans", "number LIKE 'SK 6_' AND number NOT LIKE '%1' AND number NOT IN ('SK 69')", [SK66]),
        ("plans", "number LIKE 'SK\\_66'", []),
        ("plans", "number IN ('SK 66', '1-2021', 'nothing')", [ADDENDUM, SK66]),
        ("plans", "theme_slot BETWEEN 4 AND 4 AND sdgs IS NOT NULL AND number = 'SK 66'", [SK66]),
        ("plans", "theme_slot NOT BETWEEN 0 AND 20", []),
        ("hearings", "opens BETWEEN DATE('2021-05-12') AND DATE('2021-05-12') AND number = 'SK 66'", [HEARD]),
    ],
    "case-insensitive-comparison": [
        ("plans", "(CASEI(number) LIKE CASEI('sk 66'))", [SK66]),
        ("plans", "CASEI(number) = casei('sK 66')", [SK66]),
        ("municipalities", "CASEI(name) IN (CASEI('SORØ KOMMUNE'), CASEI('x'))", ["0340"]),
    ],
    "accent-insensitive-comparison": [
        ("municipalities", "ACCENTI(name) = ACCENTI('Soro Kommune')", ["0340"]),
        ("municipalities", "ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%sörÖ%'))", ["0340"]),
        ("municipalities", "CASEI(ACCENTI(name)) = 'SORO KOMMUNE'", ["0340"]),
        ("municipalities", "name = 'Soro Kommune'", []),
    ],
    "basic-spatial-functions": [
        ("plans", 'S_INTERSECTS("geom",BBOX(11.66,55.45,11.70,55.47))', [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(geom,POINT(11.66707 55.45760))", [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(POINT(11.66707 55.45760), geometry)", [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(geom,BBOX(170,50,-170,60))", []),
        ("municipalities", "S_INTERSECTS(geom,BBOX(170,50,12,60))", ["0340"]),
        ("plans", "S_INTERSECTS(geometry,BBOX(11.66707,55.40,0,11.66707,55.50,90))", [ADDENDUM, SK66]),
    ],
    "basic-spatial-functions-plus": [
        ("plans", f"S_INTERSECTS(geometry,{SQUARE})", [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(geometry,MULTIPOINT((11.66707 55.4576),(1 2)))", [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(geometry,LINESTRING(11.66707 55.4,11.66707 55.5))", [ADDENDUM, SK66]),
        ("plans", f"S_INTERSECTS(geometry,{SEVERAL})", [ADDENDUM, SK66]),
        ("plans", "S_INTERSECTS(geometry,POINT Z(11.66707 55.4576 12))", [ADDENDUM, SK66]),
    ],
    "spatial-functions": [
        ("plans", "S_WITHIN(geometry,BBOX(11.6,55.44,11.75,55.48)) AND number LIKE '%6'", [SK66]),
        ("plans", "S_CONTAINS(geometry,POINT(11.66707 55.4576))", [ADDENDUM, SK66]),
        ("plans", "S_CROSSES(LINESTRING(11.6 55.4576,11.75 55.4576),geometry) AND number = 'SK 66'", [SK66]),
        ("plans", "S_OVERLAPS(geometry,BBOX(11.66707,55.4576,11.75,55.48)) AND number = 'SK 66'", [SK66]),
        ("plans", "S_DISJOINT(geometry,BBOX(11,55,12,56)) AND kind = 'addendum'", GREENLAND),
        ("plans", "S_TOUCHES(geometry,POINT(11.66707 55.4576))", []),
        ("plans", "S_EQUALS(geometry,geom) AND number = 'SK 66'", [SK66]),
    ],
    "temporal-functions": [
        heard("T_AFTER(opens,DATE('2021-05-11')) AND T_BEFORE(opens,DATE('2021-05-13'))"),
        heard("T_EQUALS(INTERVAL(opens,closes),INTERVAL('2021-05-12','2021-07-07'))"),
        heard("T_DURING(INTERVAL(opens,closes),INTERVAL('2021-05-11','2021-07-08'))"),
        heard("T_CONTAINS(INTERVAL(opens,closes),INTERVAL('2021-06-01','2021-06-02'))"),
        heard("T_STARTS(INTERVAL(opens,closes),INTERVAL('2021-05-12','..'))"),
        heard("T_STARTEDBY(INTERVAL(opens,closes),INTERVAL('2021-05-12','2021-05-13'))"),
        heard("T_FINISHES(INTERVAL(opens,closes),INTERVAL('..','2021-07-07'))"),
        heard("T_FINISHEDBY(INTERVAL(opens,closes),INTERVAL('2021-07-06','2021-07-07'))"),
        heard("T_MEETS(INTERVAL(opens,closes),INTERVAL('2021-07-07','2022-01-01'))"),
        heard("T_METBY(INTERVAL(opens,closes),INTERVAL('2021-01-01','2021-05-12'))"),
        heard("T_OVERLAPS(INTERVAL(opens,closes),INTERVAL('2021-06-01','2022-01-01'))"),
        heard("T_OVERLAPPEDBY(INTERVAL(opens,closes),INTERVAL('2021-01-01','2021-06-01'))"),
        heard("T_INTERSECTS(INTERVAL(opens,closes),INTERVAL('2021-07-07','..')) AND opens > DATE('2021-01-01')"),
        heard("T_DISJOINT(INTERVAL(opens,closes),INTERVAL('..','2021-05-11')) AND opens > DATE('2021-01-01')"),
        heard("opens > DATE('2021-01-01') AND closes < TIMESTAMP('9999-12-31T24:00:00Z')"),
        heard("opens > DATE('2021-01-01') AND closes > DATE('0000-01-01')"),
    ],
    "array-functions": [
        ("plans", "A_CONTAINS(sdgs,(7,13))", [ADDENDUM, SK66]),
        ("plans", "A_EQUALS(sdgs,(13,7))", [ADDENDUM, SK66]),
        ("plans", "A_CONTAINEDBY((7),sdgs)", [ADDENDUM, SK66]),
        ("plans", "A_OVERLAPS(goals,('0340-vision-2026-4.1','x'))", [ADDENDUM, SK66]),
        ("plans", "A_CONTAINS(sdgs,(7.5))", []),
        ("municipalities", "A_CONTAINS(languages,('kl'))", ["0956"]),
    ],
    "property-property": [
        ("plans", "adopted_earliest < adopted_latest AND number = 'SK 69'", ["0340-local-plan-sk-69"]),
        ("plans", "number = title", []),
        ("hearings", "opens > closes", []),
        ("plans", "1 = 1 AND 'a' <> 'b' AND id = 'x'", []),
    ],
    "arithmetic": [
        ("plans", "theme_slot * 2 + 1 = 9 AND number = 'SK 66'", [SK66]),
        ("plans", "theme_slot ^ 2 = 16 AND theme_slot % 3 = 1 AND theme_slot div 3 = 1 AND number = 'SK 66'", [SK66]),
        ("plans", "theme_slot = ( - (0 - 4)) AND theme_slot / 8 = 0.5 AND number = 'SK 66'", [SK66]),
        ("plans", "theme_slot / 0 = 1 OR theme_slot % 0 = 1", []),
        ("plans", "0.3 div 0.1 = 3 AND number = 'SK 66'", [SK66]),
    ],
}  # fmt: skip
DRAFTS = ("basic-spatial", "spatial", "temporal", "array")
"""The classes whose functions the drafts called operators."""


def shown(class_: str) -> pytest.MarkDecorator:
    """The class, by both of its names."""
    name = class_.removesuffix("-functions")
    drafts = [f"cql2/1.0/conf/{name}-operators"] if name in DRAFTS else []
    return pytest.mark.proves(f"cql2/1.0/conf/{class_}", *drafts)


ALL = [
    pytest.param(class_, *said, marks=shown(class_), id=f"{class_}-{place}")
    for class_, found in CLASSES.items()
    for place, said in enumerate(found)
]
BAD = [
    ("title = 1", "title is a text and 1 is a number"),
    ("area_m2 = 'x'", "area_m2"),
    ("nothing = 1", "'nothing'"),
    ('"a"" = 1 OR 1=1 --" = 1', "there is no property"),
    ("ctid = 'x'", "'ctid'"),
    ("xmin = 1", "'xmin'"),
    ("pg_catalog.pg_class = 1", "'pg_catalog.pg_class'"),
    ("geometry_json = 'x'", "'geometry_json'"),
    ("reasons IS NULL", "'reasons'"),
    ("pg_sleep(10) = 1", "'pg_sleep'"),
    ("pg_read_file('/etc/passwd') LIKE '%'", "'pg_read_file'"),
    ("query_to_xml('select 1', true, true, '') = 'x'", "'query_to_xml'"),
    ("lo_import('/etc/passwd') = 1", "'lo_import'"),
    ("dblink('x', 'y') = 'x'", "'dblink'"),
    ("set_config('role', 'postgres', false) = 'x'", "'set_config'"),
    ("current_setting('role') = 'x'", "'current_setting'"),
    ("version() = 'x'", "'version'"),
    ("upper(title) = 'X'", "'upper'"),
    ("title = 'x", "quotation mark"),
    ("title = 'x' 'y'", "character 13"),
    ("title = E'\\047'", "CQL2"),
    ("title = $$x$$", "CQL2"),
    ("id; DROP TABLE plan", "CQL2"),
    ("title = 'x' -- comment", "'x' is a text, not a number"),
    ("title = NULL", "NULL"),
    ("title", "true or false"),
    ("", "CQL2"),
    ("title LIKE 'x\\", "quotation mark"),
    ("title LIKE 'x\\'", "LIKE"),
    ("title LIKE number", "LIKE"),
    ("kind IN ('addendum', 1)", "IN"),
    ("area_m2 = 9007199254740993", "too large"),
    ("area_m2 = 9223372036854775808", "too large"),
    ("area_m2 = 1e400", "too large"),
    ("area_m2 = nan", "'nan'"),
    ("area_m2 ^ 1000 > 1", "too large"),
    ("(-1) ^ 0.5 = 1", "no number"),
    ("area_m2 * 1e15 * 1e15 ^ 15 * 1e15 ^ 15 * 1e15 ^ 15 > 1", "too large"),
    ("adopted_on = '2021-06-01'", "a day"),
    ("adopted_on = DATE('2021-02-30')", "calendar"),
    ("adopted_on = DATE('24:00')", "no day"),
    ("adopted_on = TIMESTAMP('2021-06-01')", "no day"),
    ("T_DURING(adopted_on, INTERVAL('2021-06-02','2021-06-01'))", "before it begins"),
    ("T_DURING(adopted_on, INTERVAL(title,'..'))", "a text"),
    ("T_AFTER(title, DATE('2021-06-01'))", "a text"),
    ("S_INTERSECTS(geom, title)", "a text"),
    ("S_INTERSECTS(geom, POINT(nan 2))", "geometry"),
    ("S_INTERSECTS(geom, POINT(1e999 2))", "CQL2"),
    ("S_INTERSECTS(geom, POINT(190 2))", "outside"),
    ("S_INTERSECTS(geom, POINT(1 1e308))", "CQL2"),
    ("S_INTERSECTS(geom, POLYGON EMPTY)", "no points"),
    ("S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "not valid"),
    ("S_INTERSECTS(geom, LINESTRING(1 1))", "geometry"),
    ("S_INTERSECTS(geom, BBOX(1,2,3))", "box"),
    ("S_INTERSECTS(geom, BBOX(1,4,2,3))", "north"),
    ("S_TOUCHES(geom, GEOMETRYCOLLECTION(POINT(1 2)))", "GEOMETRYCOLLECTION"),
    ("A_CONTAINS(sdgs, ('x'))", "a list of texts"),
]  # fmt: skip
BAD_JSON = [
    ('{"op":"pg_read_file\\"(","args":["/etc/passwd"]}', "'pg_read_file"),
    ('{"op":"version","args":[]}', "'version'"),
    ('{"op":"=","args":[{"property":"id; --"},"x"]}', "'id; --'"),
    ('{"op":"=","args":[{"property":"title"},null]}', "NULL"),
    ('{"op":"=","args":[{"property":"title"},"\\u0000"]}', "no text may have"),
    ('{"op":"=","args":[{"property":"title"},"\\ud800"]}', "CQL2"),
    ('{"op":"=","args":[{"property":"area_m2"},9007199254740993]}', "too large"),
    ('{"op":"=","args":[{"property":"area_m2"},1e400]}', "CQL2"),
    ('{"op":"=","args":[{"property":"area_m2"},NaN]}', "CQL2"),
    ('{"op":"=","op":"<","args":[{"property":"area_m2"},1]}', "twice"),
    ('{"op":"=","args":[{"property":"title"},"x"],"more":1}', "more"),
    ('{"op":"like","args":[{"property":"title"},"x\\\\"]}', "LIKE"),
    ('{"op":"and","args":[true]}', "AND"),
    ('{"op":"not","args":[]}', "NOT"),
    ('{"op":"in","args":[{"property":"title"},[]]}', "IN"),
    ('{"op":"=","args":[{"property":"title"}]}', "="),
    ('{"op":"s_intersects","args":[{"property":"geom"},{"type":"Point","coordinates":[1]}]}', ""),
    ('{"op":"s_intersects","args":[{"property":"geom"},{"type":"Circle","coordinates":[1,2]}]}', ""),
    ("[]", "a list"),
    ("{", "CQL2"),
    ("id = 'x'", "CQL2"),
]  # fmt: skip


def asked(client: httpx.Client, collection: str, filter_: str, **more: str) -> httpx.Response:
    return client.get(f"/collections/{collection}/items", params={"filter": filter_, **more})


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


@pytest.mark.parametrize(("class_", "collection", "filter_", "expected"), ALL)
def test_each_class_of_the_standard(
    client: httpx.Client, class_: str, collection: str, filter_: str, expected: list[str]
) -> None:
    answer = asked(client, collection, filter_)
    assert ids(answer) == expected
    assert answer.json()["numberMatched"] == len(expected)


def test_what_is_declared_is_what_is_tested(client: httpx.Client) -> None:
    declared = set(client.get("/conformance").json()["conformsTo"])
    assert {f"{CQL2}{class_}" for class_ in CLASSES} <= declared
    others = {one.removeprefix(CQL2) for one in declared if one.startswith(CQL2)} - set(CLASSES)
    drafts = {f"{name}-operators" for name in DRAFTS}
    assert others == {"cql2-text", "cql2-json"} | drafts


@pytest.mark.proves("attack/1", "attack/2", "attack/3", "attack/6", "attack/11")
@pytest.mark.parametrize(("filter_", "said"), BAD)
def test_what_cannot_be_asked_is_400_and_says_why(client: httpx.Client, filter_: str, said: str) -> None:
    answer = asked(client, "plans", filter_)
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == "filter"
    assert said in answer.json()["detail"]


@pytest.mark.proves("attack/1", "attack/2", "attack/3", "attack/6", "attack/7", "cql2/1.0/conf/cql2-json")
@pytest.mark.parametrize(("filter_", "said"), BAD_JSON)
def test_nor_in_json(client: httpx.Client, filter_: str, said: str) -> None:
    answer = asked(client, "plans", filter_, **{"filter-lang": "cql2-json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == "filter"
    assert said in answer.json()["detail"]


@pytest.mark.proves("attack/1", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/cql2-json")
@pytest.mark.parametrize(
    "value",
    ["x\\' OR 1=1 --", "O'Brien", "\\", "x'y", "' OR '1'='1", "$$x$$", "E'\\047'", "%(day)s", ":day", "{}", "%"],
)
def test_a_text_is_only_ever_a_text(client: httpx.Client, value: str) -> None:
    in_json = json.dumps({"op": "=", "args": [{"property": "title"}, value]})
    assert ids(asked(client, "plans", in_json, **{"filter-lang": "cql2-json"})) == []
    quoted = value.replace("'", "''").replace("\\", "\\\\")
    assert ids(asked(client, "plans", f"title = '{quoted}'")) == []
    assert len(ids(asked(client, "plans", f"title <> '{quoted}'"))) == 19


@pytest.mark.proves(
    "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter", "cql2/1.0/conf/cql2-text"
)
@pytest.mark.parametrize(
    ("filter_", "crs", "expected"),
    [
        ("S_INTERSECTS(geometry, POINT(11.66707 55.4576))", "OGC/1.3/CRS84", [SK66]),
        ("S_INTERSECTS(geometry, POINT(55.4576 11.66707))", "EPSG/0/4326", [SK66]),
        ("S_INTERSECTS(geometry, POINT(11.66707 55.4576))", "EPSG/0/4326", []),
        ("S_INTERSECTS(geometry, BBOX(55.45,11.66,55.47,11.70))", "EPSG/0/4258", [SK66]),
        ("S_INTERSECTS(geometry, BBOX(50,170,60,-170))", "EPSG/0/4326", []),
        ("S_INTERSECTS(geometry, POINT(668653 6149096))", "EPSG/0/25832", [SK66]),
        ("S_INTERSECTS(geometry, BBOX(667000,6148000,670000,6150000))", "EPSG/0/25832", [SK66]),
        ("S_INTERSECTS(geometry, POINT(1298772 7450400))", "EPSG/0/3857", [SK66]),
    ],
)
def test_coordinates_are_read_in_the_order_of_their_reference_system(
    client: httpx.Client, filter_: str, crs: str, expected: list[str]
) -> None:
    assert ids(asked(client, "local-plans", filter_, **{"filter-crs": f"{CRS}{crs}"})) == expected


@pytest.mark.proves("attack/9")
@pytest.mark.parametrize(
    "name",
    [
        *("http://127.0.0.1/x", "file:///etc/passwd", "+proj=utm +zone=32", "EPSG:99999"),
        *(f"{CRS}EPSG/0/27700", "x" * 1900, "\0"),
    ],
)
def test_another_reference_system_is_refused_and_never_looked_up(client: httpx.Client, name: str) -> None:
    answer = asked(client, "plans", "TRUE", **{"filter-crs": name})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter-crs")


@pytest.mark.proves("attack/4")
@pytest.mark.parametrize("levels", [33, 1500, 2000])
@pytest.mark.parametrize(("language", "level"), [("cql2-text", "("), ("cql2-text", "NOT "), ("cql2-json", "[")])
def test_a_deep_filter_is_refused_and_the_server_lives(
    client: httpx.Client, language: str, level: str, levels: int
) -> None:
    answer = asked(client, "plans", level * levels, **{"filter-lang": language})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter")
    assert client.get("/livez").status_code == 200


@pytest.mark.proves("ogcapi-features-3/1.0/conf/filter")
def test_the_parameters_are_checked(client: httpx.Client) -> None:
    for name, value in (("filter-lang", "sql"), ("filter-lang", ""), ("filter", "x" * 8001), ("filter", "id = '\0'")):
        answer = client.get("/collections/plans/items", params={"filter": "TRUE", name: value})
        assert (answer.status_code, answer.json()["parameter"]) == (400, name)
    for name in ("filter_lang", "filter_crs", "datetime_"):
        answer = client.get("/collections/plans/items", params={name: "cql2-text"})
        assert (answer.status_code, answer.json()["parameter"]) == (400, name)
    twice = client.get("/collections/plans/items?filter=TRUE&filter=FALSE")
    assert (twice.status_code, twice.json()["parameter"]) == (400, "filter")


@pytest.mark.proves("ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter")
def test_a_filter_goes_with_every_other_question_and_from_page_to_page(client: httpx.Client) -> None:
    params = {"filter": "CASEI(title) LIKE '%A%'", "municipality": "0340", "limit": "2", "kind": "local-plan,addendum"}
    whole = ids(client.get("/collections/plans/items", params={**params, "limit": "100"}))
    address, found = str(httpx.URL("/collections/plans/items", params=params)), []
    while address:
        answer = client.get(address)
        found += ids(answer)
        address = next((one["href"] for one in answer.json()["links"] if one["rel"] == "next"), "")
    assert found == whole
    assert len(whole) > 4


def test_what_is_not_known_is_neither_true_nor_false(client: httpx.Client) -> None:
    asked_, not_, unknown = (
        ids(asked(client, "plans", one))
        for one in ("adopted_on > DATE('2000-01-01')", "NOT adopted_on > DATE('2000-01-01')", "adopted_on IS NULL")
    )
    assert unknown
    assert sorted(asked_ + not_ + unknown) == ids(client.get("/collections/plans/items"))


@pytest.mark.proves("ogcapi-features-3/1.0/conf/queryables")
@pytest.mark.parametrize("name", COLLECTIONS)
def test_queryables_and_sortables(client: httpx.Client, name: str) -> None:
    links = client.get(f"/collections/{name}").json()["links"]
    for what in ("queryables", "sortables"):
        named = {one["rel"] for one in links if one["href"].endswith(f"/{what}")}
        assert {f"http://www.opengis.net/def/rel/ogc/1.0/{what}", f"[ogc-rel:{what}]"} <= named
        answer = client.get(f"/collections/{name}/{what}", headers={"Accept": "application/schema+json"})
        assert answer.headers["content-type"] == "application/schema+json"
        document = answer.json()
        assert (document["type"], document["additionalProperties"]) == ("object", False)
        assert document["$id"].endswith(f"/collections/{name}/{what}")
        for one, schema in document["properties"].items():
            if one == "geometry":
                assert "type" not in schema
                assert schema["$ref"] == "https://geojson.org/schema/MultiPolygon.json"
            elif what == "queryables":
                assert asked(client, name, f"{one} IS NULL AND FALSE").status_code == 200
    assert client.get(f"/collections/{name}/queryables?x=1").status_code == 400


def test_words_that_are_one_of_a_few_are_told(client: httpx.Client) -> None:
    said: dict[str, Any] = client.get("/collections/plans/queryables").json()["properties"]
    for feature in client.get("/collections/plans/items").json()["features"]:
        for name, schema in said.items():
            if "enum" in schema and feature["properties"][name] is not None:
                assert feature["properties"][name] in schema["enum"], name
    assert {name for name, schema in said.items() if "enum" in schema} >= {"kind", "status", "certainty", "applies"}

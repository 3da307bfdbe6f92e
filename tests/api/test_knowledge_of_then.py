"""What is asked by an earlier knowledge is answered by it whole: names, legends, outlines and what is not held."""

from collections.abc import Iterator
from datetime import datetime

import httpx
import psycopg
import pytest

from tests.conftest import Server, serving

SK66 = "/plans/0340-local-plan-sk-66/sheet"
IN_SOROE = "11.6671,55.4576"
RENAMED = """
    SET session_replication_role = replica;
    CREATE TEMPORARY TABLE old AS SELECT * FROM {table} WHERE municipality = '0340' AND upper_inf(recorded);
    UPDATE {table} SET recorded = tstzrange(lower(recorded), %(now)s)
        WHERE municipality = '0340' AND upper_inf(recorded);
    UPDATE old SET recorded = tstzrange(%(now)s, NULL);
    UPDATE old SET {column} = (
        SELECT jsonb_object_agg(key, value || ' omdøbt') FROM jsonb_each_text({column}));
    INSERT INTO {table} SELECT * FROM old;
    DROP TABLE old;
"""
FRAMED = """
    SET session_replication_role = replica;
    INSERT INTO plan (municipality, id, kind, parent, created_act)
        SELECT municipality, replace(id, kind, 'frame') || '-' || row_number() OVER (), 'frame', id, created_act
        FROM plan WHERE kind = 'municipal-plan' AND municipality = '0340';
    INSERT INTO plan_version (municipality, plan, kind, dataset, valid, recorded, act, number, number_key, titles, geom,
            geom_3857, extent_source, geometry_source, area_m2, geometry_json, properties_json)
        SELECT p.municipality, p.id, p.kind, v.dataset, v.valid, tstzrange(%(now)s, NULL), v.act, v.number,
            v.number_key, v.titles, v.geom, v.geom_3857, v.extent_source, v.geometry_source, v.area_m2,
            v.geometry_json, v.properties_json
        FROM plan p JOIN plan_version v ON v.plan = '0340-local-plan-sk-66' AND upper_inf(v.recorded)
        WHERE p.kind = 'frame' AND p.municipality = '0340';
"""
FIRST_OUTLINE = """
    SET session_replication_role = replica;
    UPDATE municipality_outline SET recorded = tstzrange(%(now)s, NULL) WHERE municipality = '0340';
"""


@pytest.fixture(scope="module")
def changed(postgis: Server, demo_template: str) -> Iterator[tuple[httpx.Client, str]]:
    """The demo whose places and themes are called otherwise since, with frames; and the moment before."""
    name, database = postgis.copy(demo_template)
    with psycopg.connect(database.admin, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        [before] = connection.execute("SELECT clock_timestamp()").fetchone() or ()
        for statement in (
            RENAMED.format(table="place", column="names"),
            RENAMED.format(table="theme", column="titles"),
            FRAMED,
        ):
            connection.execute(statement, {"now": _now(connection)})
    with serving(database) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client, before.isoformat()
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def _now(connection: "psycopg.Connection[tuple[datetime]]") -> datetime:
    [now] = connection.execute("SELECT clock_timestamp()").fetchone() or ()
    return now


def test_a_sheet_of_the_past_has_the_names_and_themes_of_then(changed: tuple[httpx.Client, str]) -> None:
    client, before = changed
    now = client.get(SK66, params={"lang": "da"}).text
    then = client.get(SK66, params={"lang": "da", "known_at": before}).text
    on_map = now.split("<svg", 1)[1].split("</svg>", 1)[0]
    legend = now.split('class="sheet-legend"', 1)[1].split("</ul>", 1)[0]
    assert ("omdøbt" in on_map, "omdøbt" in legend) == (True, True)
    assert "omdøbt" not in then
    page = client.get(SK66.removesuffix("/sheet"), params={"lang": "da", "known_at": before}).text
    assert "omdøbt" not in page


def test_what_is_not_held_is_told_by_the_knowledge_of_then(changed: tuple[httpx.Client, str]) -> None:
    client, before = changed
    asked = {"point": IN_SOROE, "lang": "da", "datetime": "2024-06-01"}
    assert client.get("/at", params={**asked, "known_at": before}).json()["notHeld"]
    assert not client.get("/at", params=asked).json()["notHeld"]


def test_a_place_lies_where_it_was_known_to_lie(postgis: Server, demo_template: str) -> None:
    name, database = postgis.copy(demo_template)
    with psycopg.connect(database.admin, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        before = _now(connection)
        connection.execute(FIRST_OUTLINE, {"now": _now(connection)})
    asked = {"point": IN_SOROE, "lang": "da", "f": "html"}
    with serving(database) as address, httpx.Client(base_url=address, timeout=60) as client:
        now = client.get("/at", params=asked).text
        then = client.get("/at", params={**asked, "known_at": before.isoformat()}).text
    assert ("/map?municipality=0340" in now, "/map?municipality=0340" in then) == (True, False)
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")

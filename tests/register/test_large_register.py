"""What is asked of a large register reads what it shows, not all that was ever told: by the rows that are looked at."""

import json
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from georegister.register import history, news
from georegister.register.database import Database, Prepared
from georegister.register.questions import HearingSearch

NOW = {"now": datetime(2026, 11, 23, 9, tzinfo=UTC), "day": None, "known_at": None}
SMALL, LARGE = 3_000, 12_000
PLANS_OF_AN_ACT = 50
MORE = 1.2
"""How many times as much may be read of a register that is four times as large."""
FILL = """
SET LOCAL session_replication_role = replica;
INSERT INTO municipality (code, jurisdiction, slug, names, languages, time_zone, crs)
    VALUES ('0340', 'DK', 'here', '{"en": "Here"}', '{da}', 'Europe/Copenhagen', '{25832}');
CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT n, 'plan-' || n AS plan, n / %(of_an_act)s + 1 AS act, date '1975-01-01' + n * 7 %% 18000 AS day,
           tstzrange(timestamptz '2020-01-01' + n / %(of_an_act)s * interval '1 hour', NULL) AS told
    FROM generate_series(0, %(plans)s - 1) AS n;
INSERT INTO act (municipality, seq, at, actor, kind, payload, hash)
    SELECT DISTINCT '0340', act, lower(told), 'test', 'load', '{}'::jsonb, sha256(act::text::bytea) FROM made;
INSERT INTO plan_version
        (municipality, plan, kind, dataset, valid, recorded, act, number, number_key, titles, properties_json)
    SELECT '0340', plan, 'municipal-plan', 'd', daterange(day, NULL), told, act, plan, plan, '{"da": "x"}', '{}'
    FROM made;
INSERT INTO plan_event (municipality, dataset, id, recorded, act, plan, type, earliest, latest)
    SELECT '0340', 'd', 'event-' || n, told, act, plan, 'adoption', day, day FROM made;
INSERT INTO plan_state
        (municipality, plan, during, recorded, act, status, certainty, hearing_open, reasons,
         themes, goals, sdgs, topics, properties_json)
    SELECT '0340', plan, days, told, act, status, 'certain', false, '[]', '{}', '{}', '{}', '{}', '{}'
    FROM made, LATERAL (
        VALUES (daterange(day - 90, day), 'proposal'), (daterange(day, NULL), 'in_force')
    ) AS v (days, status);
INSERT INTO hearing (municipality, dataset, id, recorded, act, plan, kind, opens, closes)
    SELECT '0340', 'd', 'hearing-' || n, told, act, plan, 'public', day - 90, day - 34 FROM made WHERE n %% 3 = 0;
"""


@pytest.fixture(scope="module")
def registers(postgis: Any) -> Any:
    """A small register and one four times as large, both made by the same acts."""
    made = {}
    for plans in (SMALL, LARGE):
        name, database = postgis.copy("template_empty")
        with psycopg.connect(database.admin) as connection:
            connection.execute(
                psycopg.ClientCursor(connection).mogrify(FILL, {"plans": plans, "of_an_act": PLANS_OF_AN_ACT})
            )
        with psycopg.connect(database.admin, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        made[plans] = (name, database)
    yield {plans: database for plans, (_, database) in made.items()}
    for name, _ in made.values():
        postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def rows_read(database: Database, statement: Prepared, values: dict[str, Any]) -> tuple[int, list[tuple[Any, ...]]]:
    """How many rows its scans have looked at, and what it found."""
    asked = {**statement.fixed, **values}
    with psycopg.connect(database.admin) as connection:
        [(text,)] = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}", asked).fetchall()
        found = connection.execute(statement.sql, asked).fetchall()
    [explained] = text if isinstance(text, list) else json.loads(text)

    def scanned(node: dict[str, Any]) -> float:
        own = 0.0
        if "Relation Name" in node:
            looked_at = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
            own = sum(node.get(name, 0) for name in looked_at) * node["Actual Loops"]
        return own + sum(scanned(one) for one in node.get("Plans", []))

    return round(scanned(explained["Plan"])), found


@pytest.mark.parametrize("shape", [frozenset(), frozenset({"municipality"})])
def test_the_newest_changes_are_read_and_no_others(registers: dict[int, Database], shape: frozenset[str]) -> None:
    values = {**NOW, "municipality": ["0340"], "limit": 100}
    read = {}
    for plans, database in registers.items():
        read[plans], found = rows_read(database, news.changes(shape), values)
        assert [row[1] for row in found[:2]] == [
            f"plan-{plans - PLANS_OF_AN_ACT}",
            f"plan-{plans - PLANS_OF_AN_ACT + 1}",
        ]
        assert len(found) == 100
    assert read[LARGE] <= MORE * read[SMALL]
    assert read[LARGE] < 1_000


def test_of_an_act_that_told_of_everything_no_more_is_read_than_is_shown(registers: dict[int, Database]) -> None:
    database = registers[SMALL]
    statement = news.changes(frozenset())
    few, _ = rows_read(database, statement, {**NOW, "limit": 10})
    more, found = rows_read(database, statement, {**NOW, "limit": 40})
    assert len(found) == 40
    assert few < more


@pytest.mark.parametrize("newest_first", [True, False])
def test_each_hearing_is_looked_up_and_none_is_sought(registers: dict[int, Database], newest_first: bool) -> None:
    """All hearings are put in order: what is read grows with them, and not with their square."""
    read = {}
    for plans, database in registers.items():
        read[plans], found = rows_read(
            database, news.hearings(HearingSearch().shape, newest_first), {**NOW, "limit": 100}
        )
        assert len(found) == 100
    assert read[LARGE] < 6 * read[SMALL]


@pytest.mark.parametrize("day", [date(1976, 1, 1), date(1999, 6, 15), None])
def test_the_day_of_the_next_change_is_found_among_the_days(registers: dict[int, Database], day: date | None) -> None:
    values = {**NOW, "of": "0340", "day": day}
    read = {}
    for plans, database in registers.items():
        read[plans], [(on, before, after)] = rows_read(database, history.around(False), values)
        with psycopg.connect(database.admin) as connection:
            [(last, first)] = connection.execute(
                "SELECT max(lower(during)) FILTER (WHERE lower(during) < %(on)s),"
                " min(lower(during)) FILTER (WHERE lower(during) > %(on)s) FROM plan_state",
                {"on": on},
            ).fetchall()
        assert (before, after) == (last, first)
    assert read[LARGE] <= MORE * read[SMALL]
    assert read[LARGE] < 50


def test_what_changed_on_a_day_is_found_by_the_day(registers: dict[int, Database]) -> None:
    on = date(1975, 1, 1)
    for database in registers.values():
        read, found = rows_read(database, history.on_day(False), {**NOW, "of": "0340", "on": on})
        assert len(found) > 0
        assert read < 20 * len(found)


@pytest.mark.parametrize("statement", [news.versions(), *(news.facts(name) for name in news.FACTS)])
def test_what_was_ever_told_of_some_plans_is_found_by_the_plans(
    registers: dict[int, Database], statement: Prepared
) -> None:
    for database in registers.values():
        read, found = rows_read(database, statement, {"plans": ["plan-30", "plan-33", "plan-2000"]})
        assert len(found) >= 2
        assert read < 5 * len(found)

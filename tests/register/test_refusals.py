"""Wrong writes are refused by the database itself, whoever writes: each statement here would break a promise."""

from collections.abc import Iterator

import psycopg
import pytest

from georegister.register.database import Database, reading, writing

SK66 = "0340-local-plan-sk-66"
AN_ACT = "SELECT * FROM begin_act('0340', 'test', 'test')"
NEW_VERSION = """
    INSERT INTO plan_version (municipality, plan, kind, dataset, valid, recorded, act, number, number_key, titles,
        geom, geom_3857, extent_source, geometry_source, area_m2, geometry_json, properties_json)
    SELECT municipality, plan, kind, dataset, valid, tstzrange(a.at, NULL), a.seq, number, number_key, titles,
        {geom}, geom_3857, extent_source, geometry_source, area_m2, geometry_json, properties_json
    FROM (SELECT * FROM plan_version WHERE plan = '0340-local-plan-sk-66' ORDER BY id DESC LIMIT 1) old,
        (SELECT seq, at FROM act ORDER BY seq DESC LIMIT 1) a
"""
CLOSE = """
    UPDATE plan_version SET recorded = tstzrange(lower(recorded), (SELECT max(at) FROM act))
    WHERE plan = '0340-local-plan-sk-66' AND upper_inf(recorded)
"""
AN_EVENT = """
    INSERT INTO plan_event (municipality, dataset, id, recorded, act, plan, type, earliest, latest)
    SELECT '0340', 'plandata', 'an-event', tstzrange(at, NULL), seq, '0340-local-plan-sk-66', {values}
    FROM act ORDER BY seq DESC LIMIT 1
"""


@pytest.fixture
def owner(shared_demo: Database) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the owner of every table: even the owner is refused. What a test does is rolled back."""
    with psycopg.connect(shared_demo.conninfo("owner")) as connection:
        yield connection


def refused(connection: "psycopg.Connection[tuple[object, ...]]", *statements: str) -> str:
    """What the database says to the last of the statements."""
    for statement in statements[:-1]:
        connection.execute(statement)  # type: ignore[arg-type]
    with pytest.raises(psycopg.Error) as caught:
        connection.execute(statements[-1])  # type: ignore[arg-type]
    connection.rollback()
    return str(caught.value)


def accepted(connection: "psycopg.Connection[tuple[object, ...]]", *statements: str) -> None:
    """The last of the statements touches one row."""
    for statement in statements:
        done = connection.execute(statement)  # type: ignore[arg-type]
    assert done.rowcount == 1
    connection.rollback()


Owner = "psycopg.Connection[tuple[object, ...]]"


@pytest.mark.parametrize("table", ["plan_version", "plan_event", "plan_state", "claim", "goal", "municipality_outline"])
def test_no_row_is_deleted(owner: Owner, table: str) -> None:
    assert "keeps what it was given" in refused(owner, f"DELETE FROM {table}")
    assert "keeps what it was given" in refused(owner, f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "table", ["act", "plan", "load_item", "delivery_file", "plan_alias", "strategy_part", "dataset"]
)
def test_what_is_permanent_is_never_changed(owner: Owner, table: str) -> None:
    assert "keeps what it was given" in refused(owner, f"DELETE FROM {table}")
    column = {"act": "reason", "load_item": "fact", "delivery_file": "bytes"}.get(table, "municipality")
    assert "keeps what it was given" in refused(owner, f"UPDATE {table} SET {column} = {column}")


def test_a_no_op_update_is_refused(owner: Owner) -> None:
    assert "never changed" in refused(owner, AN_ACT, f"UPDATE plan_version SET plan = plan WHERE plan = '{SK66}'")


def test_a_row_is_not_rewritten(owner: Owner) -> None:
    assert "never changed" in refused(owner, AN_ACT, f"UPDATE plan_version SET number = 'X' WHERE plan = '{SK66}'")


def test_a_row_is_not_rewritten_while_it_is_closed(owner: Owner) -> None:
    assert "never changed" in refused(owner, AN_ACT, CLOSE.replace("SET", "SET number = 'X',"))


def test_a_row_is_closed_once_by_an_act(owner: Owner) -> None:
    accepted(owner, AN_ACT, CLOSE)
    reopen = "UPDATE plan_version SET recorded = tstzrange(lower(recorded), NULL) WHERE NOT upper_inf(recorded)"
    assert "never changed" in refused(owner, AN_ACT, CLOSE, reopen)


def test_a_row_is_not_closed_at_a_time_of_ones_own_choice(owner: Owner) -> None:
    assert "never changed" in refused(
        owner, AN_ACT, CLOSE.replace("(SELECT max(at) FROM act)", "now() + interval '1 day'")
    )


def test_a_row_is_not_closed_at_the_time_of_an_older_act(owner: Owner) -> None:
    assert "never changed" in refused(
        owner,
        AN_ACT,
        CLOSE.replace("SELECT max(at) FROM act", "SELECT max(at) FROM act WHERE seq < 8").replace(
            "local-plan-sk-66", "municipal-plan-2019-2030"
        ),
    )


def test_two_versions_of_the_same_days_are_refused(owner: Owner) -> None:
    assert "plan_version_one_truth" in refused(owner, AN_ACT, NEW_VERSION.format(geom="geom"))


def test_two_states_that_begin_on_one_day_are_refused(owner: Owner) -> None:
    again = """
        INSERT INTO plan_state SELECT municipality, plan, during, tstzrange(a.at, NULL), a.seq, status, certainty,
            hearing_open, hearing_kind, hearing_opens, hearing_closes, respond_to, ban_until, reasons, next_event,
            adopted_earliest, adopted_latest, themes, goals, sdgs, topics, properties_json
        FROM plan_state, (SELECT seq, at FROM act ORDER BY seq DESC LIMIT 1) a LIMIT 1
    """
    assert "plan_state_current" in refused(owner, AN_ACT, again)


def test_a_version_after_the_old_one_is_closed_is_taken(owner: Owner) -> None:
    accepted(owner, AN_ACT, CLOSE, NEW_VERSION.format(geom="geom"))


def test_without_an_act_nothing_is_recorded(owner: Owner) -> None:
    assert "an act of their own transaction" in refused(owner, AN_EVENT.format(values="'adoption', NULL, NULL"))


def test_an_act_of_another_transaction_cannot_be_borrowed(owner: Owner) -> None:
    owner.execute(AN_ACT)
    owner.commit()
    assert "an act of their own transaction" in refused(owner, AN_EVENT.format(values="'adoption', NULL, NULL"))


@pytest.mark.parametrize(
    ("geom", "said"),
    [
        ("ST_GeomFromText('MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))', 4326)", "check"),
        ("ST_GeomFromText('MULTIPOLYGON EMPTY', 4326)", "check"),
        ("ST_Transform(geom, 25832)", "SRID"),
        ("ST_GeometryN(geom, 1)", "type"),
        ("ST_Force3D(geom)", "dimension"),
        ("NULL", "check"),
    ],
)
def test_a_geometry_that_is_not_as_promised_is_refused(owner: Owner, geom: str, said: str) -> None:
    assert said in refused(owner, AN_ACT, CLOSE, NEW_VERSION.format(geom=geom))


@pytest.mark.parametrize(
    "values",
    [
        "'adoption', '2021-10-14', '2021-10-13'",
        "'invented', '2021-10-13', '2021-10-13'",
    ],
)
def test_a_wrong_event_is_refused(owner: Owner, values: str) -> None:
    assert "check" in refused(owner, AN_ACT, AN_EVENT.format(values=values))


def test_an_event_of_a_plan_that_is_not_there_is_refused(owner: Owner) -> None:
    event = AN_EVENT.format(values="'adoption', NULL, NULL").replace(SK66, "0340-local-plan-sk-0")
    assert "foreign key" in refused(owner, AN_ACT, event)


def test_the_same_fact_twice_is_refused(owner: Owner) -> None:
    event = AN_EVENT.format(values="'adoption', NULL, NULL")
    assert "plan_event_current" in refused(owner, AN_ACT, event, event)


@pytest.mark.parametrize(
    "plan",
    [
        "('0340', '0340-addendum-9-2021', 'addendum', NULL, 1)",
        "('0340', '0340-local-plan-SK', 'local-plan', NULL, 1)",
        "('0340', '0999-local-plan-sk-1', 'local-plan', NULL, 1)",
        "('0340', '0340-addendum-sk-1', 'local-plan', NULL, 1)",
        "('0340', '0340-castle-sk-1', 'castle', NULL, 1)",
        "('0340', '0340-frame-1', 'frame', '0340-frame-1', 1)",
        "('0340', '0340-addendum-9-2021', 'addendum', '0340-municipal-plan-1900', 1)",
        "('0341', '0341-local-plan-sk-1', 'local-plan', NULL, 1)",
    ],
)
def test_a_wrong_plan_is_refused(owner: Owner, plan: str) -> None:
    assert refused(owner, f"INSERT INTO plan VALUES {plan}")


def test_an_act_for_a_municipality_that_is_not_there_is_refused(owner: Owner) -> None:
    assert "there is no municipality 9999" in refused(owner, "SELECT begin_act('9999', 'test', 'test')")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM plan_version",
        "UPDATE plan_version SET number = 'x'",
        "INSERT INTO act SELECT * FROM act",
        "UPDATE municipality SET version = 0",
        "CREATE TABLE mine ()",
        "DROP TABLE plan",
        "ALTER TABLE plan_version DISABLE TRIGGER ALL",
        "SET ROLE owner",
        "COPY plan TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_service_may_not(shared_demo: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), writing(shared_demo) as session:
        session.sql(statement)  # type: ignore[arg-type]


def test_readers_only_read(demo: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), reading(demo) as session:
        session.sql("INSERT INTO dataset VALUES ('0340', 'x', 'x')")
    with psycopg.connect(demo.conninfo("app_ro")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO dataset VALUES ('0340', 'x', 'x')")


@pytest.mark.parametrize("role", ["owner", "app_rw", "app_ro"])
def test_no_role_of_ours_is_a_superuser(shared_demo: Database, role: str) -> None:
    with psycopg.connect(shared_demo.conninfo(role)) as connection:
        row = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == (role, False, False, False)


def test_the_chain_of_acts_holds(demo: Database) -> None:
    with reading(demo) as session:
        rows = session.sql(
            "SELECT seq, prev IS NOT DISTINCT FROM lag(hash) OVER w AS linked, "
            "hash = act_hash(municipality, seq, at, actor, kind, reason, load, payload, prev) AS true "
            "FROM act WHERE municipality = '0340' WINDOW w AS (ORDER BY seq) ORDER BY seq"
        ).fetchall()
    assert [row["seq"] for row in rows] == list(range(1, 10))
    assert all(row["linked"] and row["true"] for row in rows)

"""The migrations: up from nothing, down again, and what they make is what was reviewed and what the code reads."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers

from georegister.errors import RegisterUnavailable
from georegister.postgis import binaries, environment
from georegister.register import tables
from georegister.register.database import Database
from georegister.register.schema import create_database, migrate
from georegister.settings import folder
from tests.conftest import Server

REVIEWED = folder("migrations") / "schema.sql"


def dump(database: Database) -> str:
    """The schema as pg_dump tells it, without what differs from machine to machine."""
    said = subprocess.run(
        [str(binaries() / "pg_dump"), "--schema-only", "--no-comments", "--dbname", database.admin],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = [
        line for line in said.splitlines() if line and not re.match(r"--|\\|SET |SELECT pg_catalog\.set_config", line)
    ]
    return "\n".join(kept) + "\n"


def test_up_from_nothing_and_down_again(postgis: Server) -> None:
    create_database(postgis.cluster.url("postgres", "postgres"), "up_and_down")
    database = postgis.database("up_and_down")
    try:
        assert migrate(database) == ["0015"]
        assert migrate(database) == []
        migrate(database, "base")
        with psycopg.connect(database.admin) as connection:
            left = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            ).fetchall()
        assert left == [("alembic_version",)]
        assert migrate(database) == ["0015"]
    finally:
        postgis.sql("DROP DATABASE up_and_down WITH (FORCE)")


def test_every_version_is_brought_up_to_the_next(postgis: Server) -> None:
    """As it happens: each time by another connection, which has loaded nothing of what the one before had."""
    create_database(postgis.cluster.url("postgres", "postgres"), "version_by_version")
    database = postgis.database("version_by_version")
    try:
        for file in sorted((folder("migrations") / "versions").glob("0*.py")):
            migrate(database, file.name[:4])
        assert migrate(database) == []
        assert dump(database) == REVIEWED.read_text(encoding="utf-8")
    finally:
        postgis.sql("DROP DATABASE version_by_version WITH (FORCE)")


def test_the_schema_is_the_reviewed_one(empty: Database) -> None:
    """After a migration: read the difference, then write it with `make schema`."""
    assert dump(empty) == REVIEWED.read_text(encoding="utf-8")


def test_the_tables_are_those_the_code_reads(empty: Database) -> None:
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(empty.admin))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda thing, name, kind, *rest: (
                    kind in ("table", "column") and alembic_helpers.include_object(thing, name, kind, *rest)
                ),
                "compare_type": True,
            },
        )
        differences = compare_metadata(context, tables.metadata)
    engine.dispose()
    assert [one for one in differences if "alembic_version" not in str(one)] == []


def test_a_newer_schema_is_refused(empty: Database) -> None:
    with psycopg.connect(empty.admin) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RegisterUnavailable, match="9999"):
        migrate(empty)


def test_two_processes_migrate_one_database(postgis: Server) -> None:
    """Starting at once is no race: the second finds the work done."""
    name = "migrated_twice"
    url = postgis.cluster.url("postgres", name)
    program = (
        "import sys; from georegister.register.schema import create_database, migrate;"
        "from georegister.register.database import Database;"
        "create_database(sys.argv[1], sys.argv[3]); migrate(Database(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, postgis.cluster.url("postgres", "postgres"), url, name]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    try:
        assert [(one.wait(60), one.stderr.read() if one.stderr else "") for one in both] == [(0, "")] * 3
    finally:
        for one in both:
            if one.stderr:
                one.stderr.close()
        postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_reviewed_schema_holds_what_autogenerate_does_not_see() -> None:
    text = Path(REVIEWED).read_text(encoding="utf-8")
    assert text.count("EXCLUDE USING gist") == 1
    assert text.count("EXECUTE FUNCTION public.only_close_recorded()") == 24
    assert text.count("EXECUTE FUNCTION public.recorded_by_own_act()") == 24

"""Making a database a register: the database itself, its migrations, and whether it is at this version."""

import logging
from contextlib import suppress
from functools import cache

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql

from georegister.errors import RegisterUnavailable
from georegister.register.database import Database, Prepared
from georegister.sentence import N_
from georegister.settings import folder

MIGRATION_LOCK = 0x6765_6F72
SCHEMA_VERSION = Prepared("SELECT version_num FROM alembic_version", {})


def create_database(url: str, name: str) -> None:
    """Makes the database where it is missing; `url` leads to another one of the same server.

    Several processes may start at once: whoever comes second finds it made.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def migrate(database: Database, revision: str = "head") -> list[str]:
    """Brings the schema up (or down to `base`) and gives the revisions that were applied; one process at a time.

    Raises RegisterUnavailable where the database cannot be reached or holds a schema newer than ours.
    """
    applied: list[str] = []
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(database.admin, connect_timeout=10),
        poolclass=sqlalchemy.NullPool,
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            config = _config()
            config.attributes["connection"] = connection
            before = MigrationContext.configure(connection).get_current_revision()
            refuse_newer(before)
            if revision == "base":
                command.downgrade(config, "base")
            elif before != head():
                command.upgrade(config, revision)
                connection.execute(sqlalchemy.text("GRANT SELECT ON alembic_version TO app_ro, app_rw"))
                applied = [head()]
    except sqlalchemy.exc.OperationalError as error:
        raise RegisterUnavailable(N_("The database does not answer: {error}"), error=_words(error)) from error
    except sqlalchemy.exc.DBAPIError as error:
        raise RegisterUnavailable(
            N_("The database refuses this version's schema: {error}"), error=_words(error)
        ) from error
    finally:
        engine.dispose()
    return applied


def _words(error: sqlalchemy.exc.DBAPIError) -> str:
    return " ".join(str(error.orig).split())


@cache
def head() -> str:
    """The newest revision this version knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def refuse_newer(revision: str | None) -> None:
    """Raises RegisterUnavailable for a schema that this version does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise RegisterUnavailable(
            N_(
                "The database is at schema {revision}, which this version of georegister does not know; "
                "use a newer one."
            ),
            revision=revision,
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    return config

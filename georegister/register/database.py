"""Connections to the register's database, and the two executors of statements: one sync, one async.

Query modules return SQLAlchemy statements as values; `prepared` compiles one once to psycopg's SQL, and an executor
runs it with the values of the question. Loading and the command line are sync and write as `app_rw`; the API is
async on one pool and reads as `app_ro`. Nobody here is ever a superuser, except `administrate` for migrations.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg
import psycopg_pool
import shapely
from geoalchemy2 import Geometry
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.copy import QueuedLibpqWriter
from psycopg.rows import dict_row
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Executable,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from georegister.domain.vocabulary import word
from georegister.errors import QuestionInvalid, RegisterUnavailable, WriteRefused
from georegister.register.binary import jsonb, time_range
from georegister.register.refusals import refusal
from georegister.sentence import N_

Row = dict[str, Any]
Values = Mapping[str, Any]
ASKED_AT_ONCE = 5000
READ_SECONDS = 15
PATIENCE_SECONDS = 10
"""How long somebody who writes a few facts waits while a load is being written."""
THINKING_SECONDS = 1800
"""How long a load may compare, with its transaction open: half a million plans take minutes on a busy machine."""
WAIT_FOR_POOL_SECONDS = 3
UNRECKONABLE = (psycopg.errors.NumericValueOutOfRange, psycopg.errors.InvalidArgumentForPowerFunction)
"""Only the arithmetic of a filter comes to that; every other number is bounded before it is asked with."""
_DIALECT = PGDialect_psycopg(paramstyle="pyformat")  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Prepared:
    """A statement as psycopg takes it, with the values that are part of it."""

    sql: str
    fixed: Values


def prepared(statement: Executable) -> Prepared:
    """Compiles a statement; values bound by name are given when it is run."""
    compiled = cast(ClauseElement, statement).compile(dialect=_DIALECT)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    # The text comes from SQLAlchemy, with a placeholder for every value: no user's words are in it.
    return Prepared(str(compiled), fixed)


@dataclass(frozen=True)
class Database:
    """Where the register is, seen by its three users.

    `admin` may make roles and extensions; `by_role` gives the URL to connect as one of the register's roles. With a
    database of one's own the admin's URL serves for all, and the role is taken on connecting.
    """

    admin: str
    by_role: Mapping[str, str] | None = None

    def conninfo(self, role: str, *, read_only: bool = False) -> str:
        options = [] if self.by_role else [f"-c role={role}"]
        options += ["-c timezone=UTC", f"-c lock_timeout={PATIENCE_SECONDS}s", "-c jit=off"]
        # Whoever was killed holds its locks until the server sees that nobody listens any more.
        options += ["-c client_connection_check_interval=1s"]
        if read_only:
            options += ["-c default_transaction_read_only=on", f"-c statement_timeout={READ_SECONDS}s"]
        else:
            options += [f"-c idle_in_transaction_session_timeout={THINKING_SECONDS}s"]
        url = self.by_role[role] if self.by_role else self.admin
        return make_conninfo(url, options=" ".join(options), application_name=f"georegister {role}", connect_timeout=3)


def usable_url(url: str) -> bool:
    """Whether libpq can read it as a URL, with what belongs to a password nowhere else in it."""
    if not url.startswith(("postgresql://", "postgres://")):
        return False
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return False
    # A password with an "@" or "/" of its own would end up in the host or port, and so in an error message.
    ports = str(said.get("port") or "").split(",")
    return "@" not in str(said.get("host") or "") and all(port == "" or port.isdecimal() for port in ports)


class Session:
    """A sync connection that runs prepared statements; a transaction from begin to end of the `with` block."""

    def __init__(self, connection: "psycopg.Connection[Row]") -> None:
        self.connection = connection

    def rows(self, statement: Prepared, **values: Any) -> list[Row]:
        return self.connection.execute(statement.sql, {**statement.fixed, **values}).fetchall()

    def row(self, statement: Prepared, **values: Any) -> Row | None:
        return self.connection.execute(statement.sql, {**statement.fixed, **values}).fetchone()

    def run(self, statement: Prepared, **values: Any) -> int:
        """Runs a statement that gives no rows; how many it touched."""
        return self.connection.execute(statement.sql, {**statement.fixed, **values}).rowcount

    def sql(self, text: LiteralString, **values: Any) -> "psycopg.Cursor[Row]":
        """Runs SQL written out by us, with values bound by name."""
        return self.connection.execute(text, values)

    def copy_into(
        self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]], into: str | None = None
    ) -> None:
        """Writes rows by COPY in binary, to the table or to a temporary one like it.

        Geometries are given as EWKB, JSON as Python values.
        """
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(into or table.name), names)
        types = [_type_name(table.c[name].type) for name in columns]
        written = [(position, WRITTEN[type_]) for position, type_ in enumerate(types) if type_ in WRITTEN]
        numbers = [(position, LARGEST[type_]) for position, type_ in enumerate(types) if type_ in LARGEST]
        with (
            self.connection.cursor() as cursor,
            # A thread sends what is written, so that rows are made while PostgreSQL stores those before.
            cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as copy,
        ):
            copy.set_types(["bytea" if type_ in WRITTEN else type_ for type_ in types])
            for row in rows:
                if written:
                    row = list(row)
                    for position, write in written:
                        row[position] = write(row[position])
                for position, largest in numbers:
                    number = row[position]
                    # In a binary COPY psycopg cuts off the upper bytes of a number without a word.
                    if number is not None and not -largest - 1 <= number <= largest:
                        raise WriteRefused(
                            N_("{table}, {field}: the number {number} is too large."),
                            table=word(table.name),
                            field=word(columns[position]),
                            number=number,
                        )
                copy.write_row(row)


def in_turn(plans: Iterable[str]) -> Iterator[list[str]]:
    """The plans in order, some thousand at a time: a question about half a million is as long as a book."""
    ordered = sorted(plans)
    for start in range(0, len(ordered), ASKED_AT_ONCE):
        yield ordered[start : start + ASKED_AT_ONCE]


def ewkb(geometry: BaseGeometry | None) -> bytes | None:
    """A geometry in EPSG:4326 as `copy_into` takes it."""
    return shapely.to_wkb(shapely.set_srid(geometry, 4326), include_srid=True) if geometry is not None else None


def _type_name(type_: "TypeEngine[Any]") -> str:
    """How PostgreSQL calls a column's type in a binary COPY."""
    if isinstance(type_, ARRAY):
        return f"{_type_name(type_.item_type)}[]"
    return next(name for kind, name in TYPE_NAMES.items() if isinstance(type_, kind))


TYPE_NAMES: "dict[type[TypeEngine[Any]], str]" = {
    Geometry: "bytea",
    JSONB: "jsonb",
    DATERANGE: "daterange",
    TSTZRANGE: "tstzrange",
    LargeBinary: "bytea",
    Boolean: "bool",
    BigInteger: "int8",
    Integer: "int4",
    Float: "float8",
    Numeric: "numeric",
    DateTime: "timestamptz",
    Date: "date",
    Text: "text",
}

WRITTEN: dict[str, Callable[[Any], bytes | None]] = {"jsonb": jsonb, "daterange": time_range, "tstzrange": time_range}
"""What we write ourselves; in a binary COPY nothing tells it from what psycopg writes."""
LARGEST = {"int4": 2**31 - 1, "int8": 2**63 - 1}


class Reading:
    """The async executor over a pool of read-only connections."""

    def __init__(self, database: Database, size: int) -> None:
        self.database = database
        self.pool = psycopg_pool.AsyncConnectionPool(
            database.conninfo("app_ro", read_only=True),
            min_size=1,
            max_size=size,
            timeout=WAIT_FOR_POOL_SECONDS,
            kwargs={"autocommit": True, "prepare_threshold": 2},
            open=False,
            name="reading",
        )

    async def tuples(self, statement: Prepared, values: Values) -> list[tuple[Any, ...]]:
        """All rows; raises RegisterUnavailable where the database does not answer."""
        async with self._connection() as connection:
            cursor = await connection.execute(statement.sql, {**statement.fixed, **values})
            return await cursor.fetchall()

    async def rows(self, statement: Prepared, values: Values) -> list[Row]:
        async with self._connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(statement.sql, {**statement.fixed, **values})
            return await cursor.fetchall()

    @asynccontextmanager
    async def _connection(self) -> "AsyncIterator[psycopg.AsyncConnection[tuple[Any, ...]]]":
        try:
            with _refusing():
                async with self.pool.connection() as connection:
                    yield connection
        except psycopg_pool.PoolTimeout as error:
            raise RegisterUnavailable(N_("The database is busy or away; try again in a moment.")) from error
        except psycopg.OperationalError as error:
            raise RegisterUnavailable(N_("The database does not answer.")) from error


@contextmanager
def _refusing() -> Iterator[None]:
    """Says what is wrong with a question where PostgreSQL cannot answer it."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise RegisterUnavailable(
            N_("The question took more than {seconds} s; ask for less at a time."), seconds=READ_SECONDS
        ) from error
    except UNRECKONABLE as error:
        raise QuestionInvalid(
            "filter", N_("what it reckons out for some feature is no number, or one too large or too small")
        ) from error


@contextmanager
def writing(database: Database, *, patiently: bool = False) -> Iterator[Session]:
    """A session as `app_rw`; commits at the end of the block, rolls back on any error.

    One load at a time is written to the register: the others wait for PATIENCE_SECONDS, or `patiently` as long as a
    load may take. Raises RegisterUnavailable for who has waited in vain, WriteRefused where the database does not
    take what was written.
    """
    with _connected(database.conninfo("app_rw")) as connection:
        try:
            with connection.transaction():
                if patiently:
                    connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{THINKING_SECONDS}s"])
                yield Session(connection)
        except psycopg.errors.LockNotAvailable as error:
            raise RegisterUnavailable(
                N_("Another load is being written to the register; nothing of this one was. Try again in a minute.")
            ) from error
        except (psycopg.errors.IntegrityError, psycopg.errors.DataError, psycopg.errors.RaiseException) as error:
            raise refusal(error) from error
        except psycopg.OperationalError as error:
            words = " ".join(str(error).split())
            raise RegisterUnavailable(
                N_("The database gave up, and nothing was written: {words}"), words=words
            ) from error


@contextmanager
def standing(database: Database) -> Iterator[Session]:
    """A session as `app_rw` that stands for as long as a piece of work: each statement is a transaction of its own."""
    with _connected(database.conninfo("app_rw")) as connection:
        yield Session(connection)


@contextmanager
def reading(database: Database) -> Iterator[Session]:
    """A session as `app_ro`: one consistent view of the register, for commands that only look."""
    with _connected(database.conninfo("app_ro", read_only=True)) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield Session(connection)


@contextmanager
def answering(database: Database) -> Iterator[Session]:
    """A session as `reading` gives one, for a question that somebody asks.

    Raises RegisterUnavailable where it takes too long, and QuestionInvalid where its filter cannot be reckoned out.
    """
    with _refusing(), reading(database) as session:
        yield session


@contextmanager
def _connected(conninfo: str) -> "Iterator[psycopg.Connection[Row]]":
    try:
        connection = psycopg.connect(conninfo, row_factory=dict_row, autocommit=True)
    except psycopg.OperationalError as error:
        raise RegisterUnavailable(N_("The database does not answer: {error}"), error=error) from error
    with connection:
        yield connection

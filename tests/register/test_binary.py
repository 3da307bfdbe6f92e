"""What we write of JSON and ranges ourselves is what psycopg writes and PostgreSQL reads."""

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as some
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.range import Range, TimestamptzRange

from georegister.register.binary import json_text, jsonb, time_range
from georegister.register.database import Database

RANGES = (
    Range(date(2019, 11, 20), date(2023, 3, 1)),
    Range(date(1, 1, 1), None),
    Range(None, date(9999, 12, 31)),
    Range[date](None, None),
    Range[date](empty=True),
    Range(datetime(1999, 12, 31, 23, 59, 59, 1, tzinfo=UTC), None),
    Range(datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 22, 12, 0, 0, 999_999, tzinfo=UTC)),
)


@pytest.mark.parametrize("value", RANGES, ids=str)
def test_a_range_is_as_psycopg_writes_it(value: Any) -> None:
    typed = TimestamptzRange(value.lower, value.upper) if isinstance(value.lower, datetime) else value
    assert time_range(value) == bytes(Transformer().get_dumper(typed, PyFormat.BINARY).dump(typed) or b"")


@given(some.recursive(some.none() | some.booleans() | some.integers() | some.text(), some.lists))
def test_json_is_json(value: Any) -> None:
    import json

    assert json.loads(json_text(value)) == value
    written = jsonb(value)
    assert written is None if value is None else json.loads((written or b"")[1:]) == value


def test_postgres_reads_it(empty: Database) -> None:
    said = {"titles": {"da": "Sø „Å“ \\ \x7f", "tal": [1.5, 1e-7, None, True]}, "day": date(2020, 2, 29)}
    with psycopg.connect(empty.conninfo("app_rw")) as connection:
        connection.execute("CREATE TEMP TABLE written (days daterange, said jsonb)")
        with connection.cursor().copy("COPY written FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["bytea", "bytea"])
            for value in RANGES[:5]:
                copy.write_row((time_range(value), jsonb(said)))
        rows = connection.execute("SELECT days, said FROM written").fetchall()
    assert [days for days, _ in rows] == list(RANGES[:5])
    assert rows[0][1] == {**said, "day": "2020-02-29"}

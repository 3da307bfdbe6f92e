"""Values as a binary COPY takes them, where psycopg makes them one by one in Python: JSON and ranges of time.

The formats are those of PostgreSQL's functions jsonb_recv and range_recv.
"""

import struct
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from psycopg.types.range import Range
from pydantic_core import to_json

JSONB_VERSION = b"\x01"
EMPTY, LOWER_INCLUDED, UPPER_INCLUDED, LOWER_INFINITE, UPPER_INFINITE = 1, 2, 4, 8, 16
FIRST_DAY, FIRST_INSTANT = date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts days and microseconds from here."""


def json_text(value: Any) -> str:
    """JSON without needless spaces; days as YYYY-MM-DD."""
    return to_json(value).decode()


def jsonb(value: Any) -> bytes | None:
    """A value of a column of JSON; None is no value, not JSON's null."""
    return None if value is None else JSONB_VERSION + to_json(value)


@lru_cache(maxsize=10_000)
def time_range(value: "Range[date] | Range[datetime] | None") -> bytes | None:
    """A daterange or tstzrange. Loads write few different ones many times."""
    if value is None:
        return None
    if value.isempty:
        return bytes([EMPTY])
    flags = LOWER_INCLUDED * value.lower_inc | UPPER_INCLUDED * value.upper_inc
    flags |= LOWER_INFINITE * value.lower_inf | UPPER_INFINITE * value.upper_inf
    bounds = [_bound(bound) for bound in (value.lower, value.upper) if bound is not None]
    return bytes([flags]) + b"".join(struct.pack("!i", len(bound)) + bound for bound in bounds)


def _bound(value: date | datetime) -> bytes:
    if isinstance(value, datetime):
        return struct.pack("!q", (value - FIRST_INSTANT) // timedelta(microseconds=1))
    return struct.pack("!i", (value - FIRST_DAY).days)

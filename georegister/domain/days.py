"""Days and intervals of days as people ask with them (OGC API Features, `datetime`; RFC 3339)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from georegister.errors import ValueRefused
from georegister.sentence import N_

_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    # GDAL ends a day with a bare T.
    r"(?:[Tt ](?:(?:[01]\d|2[0-4]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Days:
    """One day, or all days between two, both inclusive; None is an open end."""

    first: date | None
    last: date | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2021-06-01`, `2021-06-01T12:00:00Z`, or an interval of two with `..` or nothing for an open end.

        The day of a moment is the one written. Years 0000 and 9999, which clients send for "no end", are open ends.
        Raises ValueError with a sentence for people.
        """
        ends = text.strip().split("/")
        if len(ends) == 1:
            only = day(ends[0])
            if only is None:
                raise ValueRefused(N_("give a day such as 2021-06-01, or an interval such as 2021-06-01/.."))
            return cls(only, only)
        if len(ends) != 2:
            raise ValueRefused(N_("expected a day or an interval of two, got {text!r}"), text=text[:60])
        first, last = (None if end in ("", "..") else day(end) for end in ends)
        if first and last and first > last:
            raise ValueRefused(N_("the interval ends before it begins"))
        if all(end in ("", "..") for end in ends):
            raise ValueRefused(N_("an interval needs at least one end"))
        return cls(first, last)


def day(text: str) -> date | None:
    """The day of a date or a moment, which is the one written; None in the years 0000 and 9999.

    Raises ValueRefused.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueRefused(N_("{text!r} is no day; write it as 2021-06-01 or 2021-06-01T12:00:00Z"), text=text[:40])
    year, month, number = (int(part) for part in found.groups()[:3])
    if year in (0, 9999):
        return None
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueRefused(N_("{text!r} is no day of the calendar"), text=text[:40]) from None

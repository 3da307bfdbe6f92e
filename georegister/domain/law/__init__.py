"""The calendar rules of a jurisdiction, each with its paragraph."""

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True)
class Deadline:
    """The last day of something, and the rule that says so."""

    day: date
    paragraph: str


@dataclass(frozen=True)
class Term:
    """A number of days, and the rule that says so."""

    days: int
    paragraph: str


class Law:
    """What a jurisdiction's planning act says of dates; None where it says nothing that is known here."""

    code = ""

    def temporary_ban(self, kind: str, proposal: date) -> Deadline | None:
        """Until when, at the latest, nothing may be built that a published proposal would hinder."""
        return None

    def lapse(self, proposal: date) -> Deadline | None:
        """When a proposal lapses unless it has been adopted."""
        return None

    def appeal(self, publication: date) -> Deadline | None:
        """The last day for an appeal after the final publication."""
        return None

    def shortest_hearing(self) -> Term | None:
        """How long the public must be heard at the very least, whatever is proposed."""
        return None


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@cache
def law_of(jurisdiction: str) -> Law:
    """The calendar rules of `DK` or `GL`; elsewhere none are known."""
    from georegister.domain.law import dk, gl

    return {"DK": dk.DanishLaw, "GL": gl.GreenlandicLaw}.get(jurisdiction, Law)()

"""The rules on a plan's days: their order, the hearing's length, and what the law says of lateness. Pure.

They are asked of a row that is delivered, and of what the register holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from georegister.domain import rule
from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.law import law_of
from georegister.domain.rule import Rule
from georegister.sentence import N_

OLDEST_LIKELY, LATEST_LIKELY = 1900, 2100
"""Plans are registered from the 1930s on (1943 is a real one), and none is decided for the next century."""
EVERY_TYPE = tuple(EventType)
HEARD = (HearingKind.PUBLIC, HearingKind.RENEWED)
WORDS = {
    EventType.CALL_FOR_IDEAS: N_("the call for ideas"),
    EventType.PROPOSAL: N_("the proposal"),
    EventType.ADOPTION: N_("the adoption"),
    EventType.PUBLICATION: N_("the publication"),
    EventType.ENTRY_INTO_FORCE: N_("the entry into force"),
    EventType.PARTIAL_REVOCATION: N_("the partial revocation"),
    EventType.REPLACEMENT: N_("the replacement"),
    EventType.REVOCATION: N_("the revocation"),
    EventType.LAPSE: N_("the lapse"),
}
OPENS, CLOSES = N_("the hearing's first day"), N_("the hearing's last day")
BEFORE_HEARING = (EventType.PROPOSAL,)
AFTER_HEARING = (EventType.ADOPTION, EventType.PUBLICATION, EventType.ENTRY_INTO_FORCE)
LAST = (EventType.REPLACEMENT, EventType.REVOCATION)


@dataclass(frozen=True)
class Broken:
    """A rule that a life breaks, the field it is about and what its message is filled with."""

    rule: Rule
    field: str
    details: dict[str, Any]


def of_life(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """Every rule that the days of one plan break. A day that is not known breaks none."""
    for one_rule in (in_order, likely, hearing_long_enough, adopted_in_time, adopted_after_hearing):
        yield from one_rule(events, hearings, jurisdiction)


def in_order(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """LIFE-01. An adoption before the hearing's end is LIFE-04's."""
    chain = [*_days(events, BEFORE_HEARING), *_heard(hearings), *_days(events, AFTER_HEARING), *_days(events, LAST)]
    for (first, first_day, _), (second, second_day, field) in pairwise(chain):
        if first_day > second_day and (first, field) != (CLOSES, str(EventType.ADOPTION)):
            details = {"first": first, "first_day": first_day, "second": second, "second_day": second_day}
            yield Broken(rule.DAYS_REVERSED, field, details)


def likely(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """ATTR-08."""
    for what, day, field in [*_days(events, EVERY_TYPE), *_heard(hearings)]:
        if not OLDEST_LIKELY <= day.year <= LATEST_LIKELY:
            details = {"what": what, "day": day, "oldest": OLDEST_LIKELY, "latest": LATEST_LIKELY}
            yield Broken(rule.DAY_UNLIKELY, field, details)


def hearing_long_enough(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """LIFE-02."""
    term = law_of(jurisdiction).shortest_hearing()
    for hearing in hearings:
        days = (hearing.closes - hearing.opens).days
        if term and hearing.kind in HEARD and days < term.days:
            details = {"days": days, "shortest": term.days, "paragraph": term.paragraph}
            yield Broken(rule.HEARING_SHORT, "hearing", details)


def adopted_in_time(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """LIFE-03. A renewed hearing is a new proposal."""
    proposals = [event.latest for event in events if event.type is EventType.PROPOSAL and event.latest]
    proposals += [hearing.opens for hearing in hearings if hearing.kind in HEARD]
    adopted = next((event.earliest for event in events if event.type is EventType.ADOPTION), None)
    if not proposals or adopted is None:
        return
    deadline = law_of(jurisdiction).lapse(max(proposals))
    if deadline and adopted > deadline.day:
        details = {
            "adopted": adopted,
            "proposed": max(proposals),
            "deadline": deadline.day,
            "paragraph": deadline.paragraph,
        }
        yield Broken(rule.ADOPTED_LATE, str(EventType.ADOPTION), details)


def adopted_after_hearing(events: Sequence[Event], hearings: Sequence[Hearing], jurisdiction: str) -> Iterator[Broken]:
    """LIFE-04."""
    closes = max((hearing.closes for hearing in hearings if hearing.kind in HEARD), default=None)
    adopted = next((event.latest for event in events if event.type is EventType.ADOPTION), None)
    if closes and adopted and adopted < closes:
        details = {"adopted": adopted, "closes": closes}
        yield Broken(rule.ADOPTED_IN_HEARING, str(EventType.ADOPTION), details)


def _days(events: Sequence[Event], types: Sequence[EventType]) -> list[tuple[str, date, str]]:
    """The days that are known, in the order of a plan's life."""
    found = {event.type: event.earliest for event in events if event.earliest and event.earliest == event.latest}
    return [(WORDS[type_], found[type_], str(type_)) for type_ in types if type_ in found]


def _heard(hearings: Sequence[Hearing]) -> list[tuple[str, date, str]]:
    heard = [hearing for hearing in hearings if hearing.kind in HEARD]
    if not heard:
        return []
    opens, closes = min(hearing.opens for hearing in heard), max(hearing.closes for hearing in heard)
    return [(OPENS, opens, "hearing"), (CLOSES, closes, "hearing")]

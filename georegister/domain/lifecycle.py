"""From dated facts to a plan's status on every day, with the reasons.

    events, hearings -> [State, State, ...]      a step function of days

Nobody types a status. The rule of doubt: where a day is not known, the plan is taken to apply. A beginning that
may have happened counts as begun, an end that may have happened counts as not yet come, and `certainty` says
"possible". A deadline alone never changes a status: that a proposal should have lapsed is told, not assumed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.law import Deadline, Law


class Status(StrEnum):
    IDEA = "idea"
    PROPOSAL = "proposal"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"

    @property
    def applies(self) -> str:
        """The group in which people read it, one of GROUPS.

        What is adopted, and what nothing is known of, stands with what is in force: it may apply.
        """
        if self in (Status.IDEA, Status.PROPOSAL):
            return "proposed"
        return "ended" if self in (Status.REPLACED, Status.REVOKED, Status.LAPSED) else "in_force"


GROUPS = ("proposed", "in_force", "ended")
"""In the order in which people want them."""


class Certainty(StrEnum):
    CERTAIN = "certain"
    POSSIBLE = "possible"


class Code(StrEnum):
    """Reasons that are no event."""

    PUBLICATION_NOT_RECORDED = "publication_not_recorded"
    LAPSE_DEADLINE_PASSED = "lapse_deadline_passed"
    NOTHING_RECORDED = "nothing_recorded"
    HEARING_CLOSES = "hearing_closes"
    BAN_ENDS = "ban_ends"
    LAPSES = "lapses"
    APPEAL_CLOSES = "appeal_closes"


@dataclass(frozen=True)
class Reason:
    """Why the status is what it is: an event or a Code, with its days; `certain` is false for what may have been."""

    code: EventType | Code
    earliest: date | None = None
    latest: date | None = None
    certain: bool = True
    paragraph: str | None = None
    source: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class State:
    """What holds from `since` until the day before `until`; None is without end."""

    since: date | None
    until: date | None
    status: Status
    certainty: Certainty
    hearing: Hearing | None = None
    ban: Deadline | None = None
    reasons: tuple[Reason, ...] = ()
    next: Reason | None = None


BEGINNINGS = {
    EventType.CALL_FOR_IDEAS: Status.IDEA,
    EventType.PROPOSAL: Status.PROPOSAL,
    EventType.ADOPTION: Status.ADOPTED,
    EventType.PUBLICATION: Status.IN_FORCE,
    EventType.ENTRY_INTO_FORCE: Status.IN_FORCE,
}
ENDS = {
    EventType.REPLACEMENT: Status.REPLACED,
    EventType.REVOCATION: Status.REVOKED,
    EventType.LAPSE: Status.LAPSED,
}
ONCE = (
    EventType.ADOPTION,
    EventType.PUBLICATION,
    EventType.ENTRY_INTO_FORCE,
    EventType.REVOCATION,
    EventType.LAPSE,
)
TOLD_BY = {
    EventType.CALL_FOR_IDEAS: (HearingKind.CALL_FOR_IDEAS,),
    EventType.PROPOSAL: (HearingKind.PUBLIC, HearingKind.RENEWED),
}
STAGES = list(dict.fromkeys(BEGINNINGS.values()))
ONE_DAY = timedelta(days=1)


def states(events: Iterable[Event], hearings: Iterable[Hearing], kind: str, law: Law) -> list[State]:
    """The plan's states in order of days, without gaps; the order of the facts given does not matter.

    The first begins with the earliest day on which the plan may have begun. Without any fact there is one state,
    `unknown`, for all days.
    """
    in_order = sorted(set(hearings), key=_hearing_key)
    told = _told_by_partial_revocation(_in_effect(consolidated(events)))
    facts = _Facts(_told_by_hearings(told, in_order), in_order, kind, law)
    if not facts.events and not facts.hearings:
        nothing = Reason(Code.NOTHING_RECORDED, certain=False)
        return [State(None, None, Status.UNKNOWN, Certainty.POSSIBLE, reasons=(nothing,))]
    days = facts.days_of_change()
    starts: list[date | None] = [None, *days] if facts.begins_unknown() else [*days]
    found = [
        replace(facts.state_on(start or date.min), since=start, until=end)
        for start, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    begun = next((place for place, state in enumerate(found) if state.status is not Status.UNKNOWN), 0)
    return list(_merged(found[begun:]))


def consolidated(events: Iterable[Event]) -> list[Event]:
    """What happens once, told once: several sources of one event give the days that all of them allow.

    Where they contradict each other no day is preferred: the event then lies somewhere between the first and the
    last day that any of them names.
    """
    told = sorted(set(events), key=_event_key)
    once = [event.type for event in told if event.type in ONCE]
    if len(once) == len(set(once)):
        return told
    by_type = {type_: [event for event in told if event.type is type_] for type_ in ONCE}
    several = {type_: same for type_, same in by_type.items() if len(same) > 1}
    alone = [event for event in told if event.type not in several]
    return sorted([*alone, *(_one(same) for same in several.values())], key=_event_key)


def replacement(by: str, events: Iterable[Event]) -> Event | None:
    """How a plan ends when the plan `by`, with those events, takes its place; None while that is only proposed.

    It ends when the other takes effect; where only its adoption is recorded, on some day not before that.
    """
    known = consolidated(events)
    for type_ in (EventType.ENTRY_INTO_FORCE, EventType.PUBLICATION):
        if effect := _first(known, type_):
            return Event(EventType.REPLACEMENT, effect.earliest, effect.latest, source=effect.source, by=by)
    if adoption := _first(known, EventType.ADOPTION):
        return Event(EventType.REPLACEMENT, adoption.earliest, None, source=adoption.source, by=by)
    return None


@dataclass(frozen=True)
class _Facts:
    events: Sequence[Event]
    hearings: Sequence[Hearing]
    kind: str
    law: Law

    def has_begun(self, event: Event, day: date) -> bool:
        """Whether it surely or possibly has happened; it cannot have before what must come before it."""
        if event.is_certain_on(day):
            return True
        return event.is_possible_on(day) and all(day >= earlier for earlier in self._before(event))

    def _before(self, event: Event) -> Iterator[date]:
        """The first days on which an event of a later stage can lie: after earlier stages, after their hearings."""
        for other in self.events:
            if other.type in BEGINNINGS and _stage(other) < _stage(event) and other.earliest:
                yield other.earliest
        if _stage(event) >= STAGES.index(Status.ADOPTED):
            for hearing in self.hearings:
                if event.latest is None or hearing.closes < event.latest:
                    yield hearing.closes + ONE_DAY

    def begins_unknown(self) -> bool:
        return any(event.earliest is None for event in self.events)

    def days_of_change(self) -> list[date]:
        days = {day for event in self.events for day in (event.earliest, event.latest) if day}
        days |= {day for hearing in self.hearings for day in (hearing.opens, hearing.closes + ONE_DAY)}
        deadlines = (self._ban_deadline(), self._lapse_deadline(), self._appeal_deadline())
        days |= {deadline.day + ONE_DAY for deadline in deadlines if deadline}
        return sorted(days)

    def state_on(self, day: date) -> State:
        status, certainty, reasons = self._status(day)
        hearing = next((hearing for hearing in self.hearings if hearing.is_open_on(day)), None)
        ban = self._ban(day, status)
        lapse = self._lapse_deadline() if status is Status.PROPOSAL else None
        if lapse and day > lapse.day:
            # It has been adopted or it has lapsed, and which is not recorded: still a proposal, but not surely.
            reasons.append(Reason(Code.LAPSE_DEADLINE_PASSED, lapse.day, lapse.day, False, lapse.paragraph))
            certainty, lapse = Certainty.POSSIBLE, None
        if status is Status.UNKNOWN and not reasons:
            reasons.append(Reason(Code.NOTHING_RECORDED, certain=False))
        appeal = self._appeal_deadline() if status is Status.IN_FORCE else None
        if appeal and day > appeal.day:
            appeal = None
        return State(day, None, status, certainty, hearing, ban, tuple(reasons), _next(hearing, ban, lapse, appeal))

    def _status(self, day: date) -> tuple[Status, Certainty, list[Reason]]:
        ended = sorted(
            (e for e in self.events if e.type in ENDS and e.is_certain_on(day)), key=lambda e: e.latest or day
        )
        if ended:
            return ENDS[ended[0].type], Certainty.CERTAIN, [_reason(ended[0], True)]

        begun = [event for event in self.events if event.type in BEGINNINGS and self.has_begun(event, day)]
        status, certainty, reasons = Status.UNKNOWN, Certainty.POSSIBLE, list[Reason]()
        if begun:
            event = max(begun, key=lambda e: (_stage(e), e.is_certain_on(day)))
            status = BEGINNINGS[event.type]
            certain = any(_stage(e) == _stage(event) and e.is_certain_on(day) for e in begun)
            certainty = Certainty.CERTAIN if certain else Certainty.POSSIBLE
            reasons.append(_reason(event, certain))
            if status is Status.ADOPTED and not self._effect_is_recorded():
                certainty = Certainty.POSSIBLE
                reasons.append(Reason(Code.PUBLICATION_NOT_RECORDED, certain=False))
        for event in self.events:
            if event.type is EventType.PARTIAL_REVOCATION and not event.is_possible_on(day):
                reasons += [_reason(event, True)] if event.is_certain_on(day) else []
            elif event.type in ENDS and event.is_possible_on(day):
                certainty = Certainty.POSSIBLE
                reasons.append(_reason(event, False))
        return status, certainty, reasons

    def _effect_is_recorded(self) -> bool:
        return any(BEGINNINGS.get(event.type) is Status.IN_FORCE for event in self.events)

    @cached_property
    def _proposal_no_later_than(self) -> date | None:
        proposal = _first(self.events, EventType.PROPOSAL)
        return proposal.latest if proposal else None

    def _ban_deadline(self) -> Deadline | None:
        proposal = self._proposal_no_later_than
        return self.law.temporary_ban(self.kind, proposal) if proposal else None

    def _lapse_deadline(self) -> Deadline | None:
        proposal = self._proposal_no_later_than
        return self.law.lapse(proposal) if proposal else None

    def _appeal_deadline(self) -> Deadline | None:
        """The last day for an appeal, or, where only the last day of the publication is known, no later than that."""
        publication = _first(self.events, EventType.PUBLICATION)
        return self.law.appeal(publication.latest) if publication and publication.latest else None

    def _ban(self, day: date, status: Status) -> Deadline | None:
        """From the proposal to the final publication; where that is not recorded, to the last day the act allows."""
        deadline = self._ban_deadline()
        if deadline and status in (Status.PROPOSAL, Status.ADOPTED) and day <= deadline.day:
            return deadline
        return None


def _one(same: Sequence[Event]) -> Event:
    earliest = max((event.earliest for event in same if event.earliest), default=None)
    latest = min((event.latest for event in same if event.latest), default=None)
    if earliest and latest and earliest > latest:
        firsts, lasts = [event.earliest for event in same], [event.latest for event in same]
        earliest = None if None in firsts else min(filter(None, firsts))
        latest = None if None in lasts else max(filter(None, lasts))
    paragraph = next((event.paragraph for event in same if event.paragraph), None)
    sources = dict.fromkeys(event.source for event in same if event.source)
    return Event(same[0].type, earliest, latest, paragraph, "; ".join(sources) or None)


def _told_by_hearings(events: list[Event], hearings: Sequence[Hearing]) -> list[Event]:
    """A hearing tells of what it is about: where no event says so, a proposal was public when its hearing opened."""
    told = []
    for type_, kinds in TOLD_BY.items():
        opened = next((hearing for hearing in hearings if hearing.kind in kinds), None)
        if opened and not any(event.type is type_ for event in events):
            told.append(Event(type_, opened.opens, opened.opens, opened.paragraph, opened.source))
    return sorted([*events, *told], key=_event_key)


def _told_by_partial_revocation(events: list[Event]) -> list[Event]:
    """Only what has been adopted can be revoked in part: where nothing says so, it was adopted no later than that."""
    revoked = _first(events, EventType.PARTIAL_REVOCATION)
    adopted = any(event.type in BEGINNINGS and _stage(event) >= STAGES.index(Status.ADOPTED) for event in events)
    if revoked is None or adopted:
        return events
    return sorted([*events, Event(EventType.ADOPTION, None, revoked.latest, None, revoked.source)], key=_event_key)


def _in_effect(events: Sequence[Event]) -> list[Event]:
    """Publication brings force, unless another day for the entry into force is recorded."""
    if any(event.type is EventType.ENTRY_INTO_FORCE for event in events):
        return [event for event in events if event.type is not EventType.PUBLICATION]
    return list(events)


def _next(
    hearing: Hearing | None, ban: Deadline | None, lapse: Deadline | None, appeal: Deadline | None
) -> Reason | None:
    coming = []
    if hearing:
        coming.append(Reason(Code.HEARING_CLOSES, hearing.closes, hearing.closes, paragraph=hearing.paragraph))
    if ban:
        coming.append(Reason(Code.BAN_ENDS, None, ban.day, certain=False, paragraph=ban.paragraph))
    if lapse:
        coming.append(Reason(Code.LAPSES, lapse.day, lapse.day, certain=False, paragraph=lapse.paragraph))
    if appeal:
        coming.append(Reason(Code.APPEAL_CLOSES, None, appeal.day, certain=False, paragraph=appeal.paragraph))
    return min(coming, key=lambda reason: reason.latest or date.max, default=None)


def _merged(found: Iterable[State]) -> Iterator[State]:
    held: State | None = None
    for state in found:
        if held and replace(state, since=held.since, until=held.until) == held:
            held = replace(held, until=state.until)
            continue
        if held:
            yield held
        held = state
    if held:
        yield held


def _reason(event: Event, certain: bool) -> Reason:
    return Reason(event.type, event.earliest, event.latest, certain, event.paragraph, event.source, event.by)


def _first(events: Iterable[Event], type_: EventType) -> Event | None:
    return min((event for event in events if event.type is type_), key=_event_key, default=None)


def _stage(event: Event) -> int:
    return STAGES.index(BEGINNINGS[event.type])


def _event_key(event: Event) -> tuple[object, ...]:
    return (*event.order, event.by or "", event.paragraph or "", event.source or "")


def _hearing_key(hearing: Hearing) -> tuple[object, ...]:
    return (hearing.opens, hearing.closes, hearing.kind, hearing.respond_to or "", hearing.source or "")

"""The demo's events, and every order of them; the doubtful days above all."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.law import law_of
from georegister.domain.lifecycle import Certainty, Code, State, Status, consolidated, replacement, states
from georegister.domain.plan import Kind
from tests.builders import a_hearing, an_event

DK = law_of("DK")
SK66 = [
    an_event(EventType.CALL_FOR_IDEAS, "2020-06-10"),
    an_event(EventType.PROPOSAL, "2021-05-12"),
    an_event(EventType.ADOPTION, "2021-10-13"),
]
SK66_HEARINGS = [
    a_hearing("2020-06-10", "2020-07-15", HearingKind.CALL_FOR_IDEAS),
    a_hearing("2021-05-12", "2021-07-07"),
]
SK69 = [an_event(EventType.ADOPTION, "2019-11-20", "2023-03-01")]
KP2023 = [
    an_event(EventType.ADOPTION, "2024-05-22"),
    an_event(EventType.PUBLICATION, "2024-05-22", "2024-06-05"),
]


def on(day: str, events: list[Event], hearings: list[Hearing] | None = None, kind: Kind = Kind.LOCAL_PLAN) -> State:
    """The state on a day."""
    asked = date.fromisoformat(day)
    return next(
        state
        for state in states(events, hearings or [], kind, DK)
        if (state.since is None or state.since <= asked) and (state.until is None or asked < state.until)
    )


def replaced_addendum() -> list[Event]:
    end = replacement("0340-municipal-plan-2023-2034", KP2023)
    assert end is not None
    return [*SK66, end]


@pytest.mark.parametrize(
    ("day", "status", "in_hearing"),
    [
        ("2020-06-10", Status.IDEA, True),
        ("2020-07-15", Status.IDEA, True),
        ("2020-07-16", Status.IDEA, False),
        ("2021-05-11", Status.IDEA, False),
        ("2021-05-12", Status.PROPOSAL, True),
        ("2021-07-07", Status.PROPOSAL, True),
        ("2021-07-08", Status.PROPOSAL, False),
        ("2021-10-13", Status.ADOPTED, False),
        ("2026-11-22", Status.ADOPTED, False),
    ],
)
def test_sk_66_goes_its_way(day: str, status: Status, in_hearing: bool) -> None:
    state = on(day, SK66, SK66_HEARINGS)
    assert (state.status, state.hearing is not None) == (status, in_hearing)


def test_nothing_stands_before_the_first_event() -> None:
    assert states(SK66, SK66_HEARINGS, Kind.LOCAL_PLAN, DK)[0].since == date(2020, 6, 10)


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_no_order_of_facts_changes_a_status(order: tuple[int, ...]) -> None:
    facts = [*replaced_addendum(), an_event(EventType.PUBLICATION, "2021-11-01", "2021-12-01")]
    shuffled = [facts[place] for place in order]
    assert states(shuffled, SK66_HEARINGS[::-1], Kind.ADDENDUM, DK) == states(facts, SK66_HEARINGS, Kind.ADDENDUM, DK)


def test_adopted_is_not_in_force_until_published() -> None:
    state = on("2022-06-01", SK66)
    assert (state.status, state.certainty) == (Status.ADOPTED, Certainty.POSSIBLE)
    assert Code.PUBLICATION_NOT_RECORDED in [reason.code for reason in state.reasons]
    published = on("2022-06-01", [*SK66, an_event(EventType.PUBLICATION, "2021-10-20")])
    assert (published.status, published.certainty) == (Status.IN_FORCE, Certainty.CERTAIN)


def test_between_adoption_and_a_known_publication_nothing_is_in_doubt() -> None:
    state = on("2021-10-15", [*SK66, an_event(EventType.PUBLICATION, "2021-10-20")])
    assert (state.status, state.certainty) == (Status.ADOPTED, Certainty.CERTAIN)


def test_a_day_of_entry_into_force_counts_before_publication() -> None:
    events = [*SK66, an_event(EventType.PUBLICATION, "2021-10-20"), an_event(EventType.ENTRY_INTO_FORCE, "2022-01-01")]
    assert on("2021-12-31", events).status is Status.ADOPTED
    assert on("2022-01-01", events).status is Status.IN_FORCE


def test_sk_69_may_be_adopted_until_it_surely_is() -> None:
    before, after = on("2021-01-01", SK69), on("2023-03-01", SK69)
    assert (before.status, before.certainty, before.reasons[0].certain) == (Status.ADOPTED, Certainty.POSSIBLE, False)
    assert (after.status, after.reasons[0].certain) == (Status.ADOPTED, True)
    assert (after.reasons[0].earliest, after.reasons[0].latest) == (date(2019, 11, 20), date(2023, 3, 1))


def test_an_uncertain_adoption_cannot_come_before_the_call_for_ideas_has_ended() -> None:
    call = [a_hearing("2021-05-26", "2021-06-23", HearingKind.CALL_FOR_IDEAS)]
    assert states(SK69, call, Kind.ADDENDUM, DK)[0].since == date(2021, 5, 26)
    assert on("2021-06-23", SK69, call).status is Status.IDEA
    assert on("2021-06-24", SK69, call).status is Status.ADOPTED


def test_the_addendum_stands_until_the_new_municipal_plan_takes_effect() -> None:
    events = replaced_addendum()
    assert on("2023-06-01", events, kind=Kind.ADDENDUM).status is Status.ADOPTED
    doubtful = on("2024-05-28", events, kind=Kind.ADDENDUM)
    assert (doubtful.status, doubtful.certainty) == (Status.ADOPTED, Certainty.POSSIBLE)
    assert any(reason.code is EventType.REPLACEMENT and not reason.certain for reason in doubtful.reasons)
    ended = on("2024-06-05", events, kind=Kind.ADDENDUM)
    assert (ended.status, ended.certainty) == (Status.REPLACED, Certainty.CERTAIN)
    assert ended.reasons[0].by == "0340-municipal-plan-2023-2034"


def test_a_replacement_that_is_only_adopted_ends_nothing_for_certain() -> None:
    end = replacement("other", [an_event(EventType.ADOPTION, "2024-05-22")])
    assert end == Event(EventType.REPLACEMENT, date(2024, 5, 22), None, by="other")
    assert on("2030-01-01", [*SK66, end]).certainty is Certainty.POSSIBLE


def test_a_plan_that_is_only_proposed_replaces_nothing() -> None:
    assert replacement("other", [an_event(EventType.PROPOSAL, "2024-05-22")]) is None


def test_a_deadline_alone_never_changes_a_status() -> None:
    proposal = [an_event(EventType.PROPOSAL, "2023-07-05")]
    last_day, after = on("2026-07-05", proposal), on("2026-07-06", proposal)
    assert last_day.status is after.status is Status.PROPOSAL
    assert Code.LAPSE_DEADLINE_PASSED not in [reason.code for reason in last_day.reasons]
    assert Code.LAPSE_DEADLINE_PASSED in [reason.code for reason in after.reasons]


def test_the_temporary_ban_is_for_local_plan_proposals_and_lasts_a_year_at_most() -> None:
    during = on("2021-06-01", SK66, SK66_HEARINGS)
    assert during.ban is not None
    assert during.ban.day == date(2022, 5, 12)
    assert on("2022-05-13", SK66).ban is None
    assert on("2021-06-01", SK66, kind=Kind.ADDENDUM).ban is None
    assert states(SK66, [], Kind.LOCAL_PLAN, law_of("GL"))[1].ban is None


def test_publication_ends_the_ban() -> None:
    assert on("2021-10-21", [*SK66, an_event(EventType.PUBLICATION, "2021-10-20")]).ban is None


def test_a_partial_revocation_is_told_and_changes_no_status() -> None:
    events = [
        *SK66,
        an_event(EventType.PUBLICATION, "2021-10-20"),
        an_event(EventType.PARTIAL_REVOCATION, "2023-06-01"),
    ]
    state = on("2023-07-01", events)
    assert state.status is Status.IN_FORCE
    assert EventType.PARTIAL_REVOCATION in [reason.code for reason in state.reasons]


def test_a_partial_revocation_tells_that_the_plan_had_been_adopted_by_then() -> None:
    revoked = [an_event(EventType.PARTIAL_REVOCATION, None, "2023-06-28")]
    before, after = on("2020-01-01", revoked), on("2023-06-28", revoked)
    assert (before.status, before.certainty, before.reasons[0].certain) == (Status.ADOPTED, Certainty.POSSIBLE, False)
    assert after.status is Status.ADOPTED
    assert [(one.code, one.earliest, one.latest) for one in after.reasons if one.certain] == [
        (EventType.ADOPTION, None, date(2023, 6, 28)),
        (EventType.PARTIAL_REVOCATION, None, date(2023, 6, 28)),
    ]


def test_the_appeal_deadline_is_told_from_publication_on_and_changes_nothing() -> None:
    published = [an_event(EventType.PUBLICATION, "2023-06-27")]
    for day, coming in (("2023-06-27", True), ("2023-07-25", True), ("2023-07-26", False)):
        state = on(day, published)
        assert (state.status, state.certainty) == (Status.IN_FORCE, Certainty.CERTAIN)
        assert (state.next is not None) == coming
    told = on("2023-06-27", published).next
    assert told is not None
    assert (told.code, told.latest) == (Code.APPEAL_CLOSES, date(2023, 7, 25))
    assert states(published, [], Kind.LOCAL_PLAN, law_of("GL"))[0].next is None


def test_a_proposal_past_its_deadline_is_no_longer_sure() -> None:
    proposal = [an_event(EventType.PROPOSAL, "2023-07-05")]
    assert on("2026-07-05", proposal).certainty is Certainty.CERTAIN
    assert on("2026-07-06", proposal).certainty is Certainty.POSSIBLE


def test_a_hearing_tells_of_its_proposal() -> None:
    assert on("2023-06-01", [], [a_hearing("2023-05-31", "2023-08-23")]).status is Status.PROPOSAL


def test_no_fact_at_all_is_unknown_on_every_day() -> None:
    [state] = states([], [], Kind.LOCAL_PLAN, DK)
    assert (state.since, state.until, state.status) == (None, None, Status.UNKNOWN)


def test_two_sources_of_one_event_give_the_days_both_allow() -> None:
    told = [*SK69, an_event(EventType.ADOPTION, "2021-10-13", source="minutes")]
    [adoption] = consolidated(told)
    assert (adoption.earliest, adoption.latest) == (date(2021, 10, 13), date(2021, 10, 13))


def test_sources_that_contradict_each_other_leave_the_day_open() -> None:
    [adoption] = consolidated([an_event(EventType.ADOPTION, "2021-10-13"), an_event(EventType.ADOPTION, "2021-10-15")])
    assert (adoption.earliest, adoption.latest) == (date(2021, 10, 13), date(2021, 10, 15))


def test_the_first_of_two_ends_counts() -> None:
    events = [
        *SK66,
        an_event(EventType.REVOCATION, "2023-01-01"),
        an_event(EventType.REPLACEMENT, "2024-01-01", by="x"),
    ]
    assert on("2025-01-01", events).status is Status.REVOKED


def test_an_event_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="lies after"):
        an_event(EventType.ADOPTION, "2021-10-14", "2021-10-13")


DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))


@st.composite
def some_events(draw: st.DrawFn) -> list[Event]:
    found = []
    for type_ in draw(st.lists(st.sampled_from(EventType), max_size=6)):
        first = draw(st.none() | DAYS)
        last = draw(st.none() | st.dates(first or date(2015, 1, 1), date(2031, 1, 1)))
        found.append(Event(type_, first, last, by="other" if type_ is EventType.REPLACEMENT else None))
    return found


@st.composite
def some_hearings(draw: st.DrawFn) -> list[Hearing]:
    found = []
    for kind in draw(st.lists(st.sampled_from(HearingKind), max_size=3)):
        opens = draw(DAYS)
        found.append(Hearing(kind, opens, opens + timedelta(days=draw(st.integers(0, 90)))))
    return found


@given(some_events(), some_hearings(), st.sampled_from(Kind), st.randoms(use_true_random=False))
def test_states_are_a_step_function_without_gaps_and_without_regard_to_order(
    events: list[Event], hearings: list[Hearing], kind: Kind, random: "object"
) -> None:
    found = states(events, hearings, kind, DK)
    assert found
    for earlier, later in itertools.pairwise(found):
        assert earlier.until == later.since
        assert earlier.until is not None
    assert found[-1].until is None
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert states(shuffled, hearings[::-1], kind, DK) == found


@given(some_events(), some_hearings())
def test_a_certain_end_is_never_undone(events: list[Event], hearings: list[Hearing]) -> None:
    found = states(events, hearings, Kind.LOCAL_PLAN, DK)
    ended = [state.status.applies == "ended" for state in found]
    assert ended == sorted(ended)

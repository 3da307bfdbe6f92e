"""A plan's states, derived from its facts and stored beside them, so that SQL can filter and count by day.

`derive` is called with the plans whose facts have changed; it finds the others whose state hangs on theirs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from psycopg import Cursor
from psycopg.types.range import Range

from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.law import Law, law_of
from georegister.domain.lifecycle import BEGINNINGS, ENDS, Reason, State, consolidated, replacement, states
from georegister.domain.plan import Kind
from georegister.register import tables
from georegister.register.binary import json_text
from georegister.register.database import Row, Session, in_turn

ENDING = ("replaces", "absorbs")
PARTS_OF_PLANS = (Kind.FRAME, Kind.SUB_AREA, Kind.BUILDING_FIELD)
Ask = Callable[..., "Cursor[Row]"]
"""A question about one municipality."""
COLUMNS = tuple(column.name for column in tables.plan_state.columns if column.name not in ("recorded", "act"))


def derive(session: Session, municipality: str, plans: Iterable[str], act: int, at: datetime) -> int:
    """Writes anew the states of these plans and of those that hang on them; how many plans have changed."""
    affected = _affected(session, municipality, set(plans))
    return sum(_derive(session, municipality, some, act, at) for some in in_turn(affected))


def derive_all(session: Session, municipality: str, act: int, at: datetime) -> int:
    """The same of every plan: the titles in states are in the municipality's first language, and that is another."""
    current = "SELECT DISTINCT plan FROM plan_state WHERE municipality = %(of)s AND upper_inf(recorded)"
    return derive(session, municipality, [row["plan"] for row in session.sql(current, of=municipality)], act, at)


def _derive(session: Session, municipality: str, plans: list[str], act: int, at: datetime) -> int:
    before: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    current = "SELECT * FROM plan_state WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded)"
    for row in session.sql(current, of=municipality, plans=plans):
        before[row["plan"]].append(tuple(row[name] for name in COLUMNS))
    facts = _gather(session, municipality, plans)
    # A plan that has been withdrawn has no states.
    after = {plan: list(_rows(municipality, plan, facts)) if plan in facts.held else [] for plan in plans}
    changed = [plan for plan in plans if _sorted(before[plan]) != _sorted(after[plan])]
    session.sql(
        "UPDATE plan_state SET recorded = tstzrange(lower(recorded), %(at)s) "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded)",
        of=municipality,
        plans=[plan for plan in changed if before[plan]],
        at=at,
    )
    recorded = Range(at, None)
    rows = ((*row, recorded, act) for plan in changed for row in after[plan])
    session.copy_into(tables.plan_state, (*COLUMNS, "recorded", "act"), rows)
    return len(changed)


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    during = COLUMNS.index("during")
    return sorted(rows, key=lambda row: row[during].lower or date.min)


def _affected(session: Session, municipality: str, plans: set[str]) -> set[str]:
    """The plans, those they replace, and the addenda of those: a municipal plan takes its addenda with it."""
    found, asked = plans, plans
    while asked:
        more: set[str] = set()
        for some in in_turn(asked):
            rows = session.sql(
                "SELECT to_plan AS id FROM relation WHERE municipality = %(of)s AND from_plan = ANY(%(plans)s) "
                "AND type = ANY(%(ending)s) AND upper_inf(recorded) "
                "UNION SELECT id FROM plan WHERE municipality = %(of)s AND parent = ANY(%(plans)s)",
                of=municipality,
                plans=some,
                ending=list(ENDING),
            )
            more |= {row["id"] for row in rows} - found
        found |= more
        asked = more
    return found


@dataclass
class _Facts:
    held: set[str] = field(default_factory=set)
    """The plans that the register vouches for."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    hearings: dict[str, list[Hearing]] = field(default_factory=lambda: defaultdict(list))
    replacers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    claims: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    topics: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, str] = field(default_factory=dict)
    law: Law = field(default_factory=Law)
    language: str = "en"


def _gather(session: Session, municipality: str, plans: Sequence[str]) -> _Facts:
    """What the states of these plans are derived from: of them, of those they belong to, of those that replace them."""
    facts = _Facts()
    ask = partial(session.sql, of=municipality)
    _gather_law(ask, facts)
    _gather_kinds(ask, facts, plans)
    with_parents = list(facts.kinds)
    _gather_replacers(ask, facts, with_parents)
    replacers = sorted(set().union(*facts.replacers.values()))
    _gather_titles(ask, facts, replacers)
    _gather_events(ask, facts, [*with_parents, *replacers])
    _gather_hearings(ask, facts, with_parents)
    _gather_claims(ask, facts, plans)
    _gather_topics(ask, facts, plans)
    return facts


def _gather_law(ask: Ask, facts: _Facts) -> None:
    row = ask("SELECT jurisdiction, languages FROM municipality WHERE code = %(of)s").fetchone()
    assert row is not None  # plans are of a municipality
    facts.law = law_of(row["jurisdiction"])
    facts.language = row["languages"][0]


def _gather_kinds(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    """A plan that has been withdrawn still is what others belong to."""
    for row in ask(
        "WITH RECURSIVE up AS (SELECT id, kind, parent FROM plan WHERE municipality = %(of)s AND id = ANY(%(plans)s) "
        "  UNION SELECT p.id, p.kind, p.parent FROM plan p JOIN up ON (p.municipality, p.id) = (%(of)s, up.parent)) "
        "SELECT up.*, EXISTS (SELECT FROM plan_version v "
        "  WHERE (v.municipality, v.plan) = (%(of)s, up.id) AND upper_inf(v.recorded)) AS held FROM up",
        plans=plans,
    ):
        facts.kinds[row["id"]] = Kind(row["kind"])
        facts.parents[row["id"]] = row["parent"]
        if row["held"]:
            facts.held.add(row["id"])


def _gather_replacers(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT from_plan, to_plan FROM relation WHERE municipality = %(of)s AND to_plan = ANY(%(plans)s) "
        "AND type = ANY(%(ending)s) AND upper_inf(recorded)",
        plans=plans,
        ending=list(ENDING),
    ):
        facts.replacers[row["to_plan"]].add(row["from_plan"])


def _gather_titles(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT plan, titles FROM plan_version WHERE municipality = %(of)s AND plan = ANY(%(plans)s) "
        "AND upper_inf(recorded) AND upper_inf(valid)",
        plans=plans,
    ):
        facts.titles[row["plan"]] = _in(facts.language, row["titles"])


def _gather_events(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT plan, type, earliest, latest, paragraph, source, by_plan FROM plan_event "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded)",
        plans=plans,
    ):
        plan, type_, *rest = row.values()
        facts.events[plan].append(Event(EventType(type_), *rest))


def _gather_hearings(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT plan, kind, opens, closes, paragraph, respond_to, source FROM hearing "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded)",
        plans=plans,
    ):
        plan, kind, *rest = row.values()
        facts.hearings[plan].append(Hearing(HearingKind(kind), *rest))


def _gather_claims(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT c.plan, c.goal, c.sdg, c.stance, g.theme, g.no AS goal_no, t.no AS theme_no, t.titles "
        "FROM claim c LEFT JOIN goal g ON (g.municipality, g.id) = (c.municipality, c.goal) AND upper_inf(g.recorded) "
        "LEFT JOIN theme t ON (t.municipality, t.id) = (g.municipality, g.theme) AND upper_inf(t.recorded) "
        "WHERE c.municipality = %(of)s AND c.plan = ANY(%(plans)s) AND upper_inf(c.recorded) "
        "ORDER BY t.strategy, t.no, g.no, c.goal, c.sdg",
        plans=plans,
    ):
        facts.claims[row["plan"]].append(row)


def _gather_topics(ask: Ask, facts: _Facts, plans: Sequence[str]) -> None:
    for row in ask(
        "SELECT DISTINCT plan, code FROM topic_link "
        "WHERE municipality = %(of)s AND plan = ANY(%(plans)s) AND upper_inf(recorded) ORDER BY code",
        plans=plans,
    ):
        facts.topics[row["plan"]].append(row["code"])


def _rows(municipality: str, plan: str, facts: _Facts) -> Iterator[tuple[Any, ...]]:
    own, hearings = _told(plan, facts)
    events = own + list(_ends(plan, facts))
    adoption, its_states = _lived(frozenset(events), frozenset(hearings), facts.kinds[plan], facts.law)
    claims = facts.claims[plan]
    themes = {claim["theme"]: claim for claim in claims if claim["theme"]}
    supported = [claim["theme_no"] for claim in claims if claim["theme"] and claim["stance"] == "supports"]
    links = {
        "themes": list(themes),
        "theme_titles": [_in(facts.language, claim["titles"]) for claim in themes.values()],
        "theme_slot": min(supported, default=None),
        "goals": list(dict.fromkeys(claim["goal"] for claim in claims if claim["goal"])),
        "sdgs": sorted({claim["sdg"] for claim in claims if claim["sdg"]}),
        "topics": facts.topics[plan],
    }
    for state in its_states:
        yield _row(municipality, plan, state, {**_adopted(adoption, state), **links}, facts.titles)


@lru_cache(maxsize=20_000)
def _lived(
    events: frozenset[Event], hearings: frozenset[Hearing], kind: Kind, law: Law
) -> tuple[Event | None, tuple[State, ...]]:
    """The adoption and the states; of the plans of a meeting that is one question, asked once."""
    adoption = next((event for event in consolidated(events) if event.type is EventType.ADOPTION), None)
    return adoption, tuple(states(events, hearings, kind, law))


def _adopted(adoption: Event | None, state: State) -> dict[str, date | None]:
    """The days of adoption, from the first day on which it can have happened."""
    if adoption is None or (adoption.earliest or date.min) > (state.since or date.min):
        return dict.fromkeys(("adopted_on", "adopted_earliest", "adopted_latest"))
    known = adoption.latest if adoption.earliest == adoption.latest else None
    return {"adopted_on": known, "adopted_earliest": adoption.earliest, "adopted_latest": adoption.latest}


def _told(plan: str, facts: _Facts) -> tuple[list[Event], list[Hearing]]:
    """A plan's events and hearings. A part of a plan ends with it, and begins with it where nothing else is told."""
    events, hearings = facts.events[plan], facts.hearings[plan]
    parent = facts.parents[plan]
    if facts.kinds[plan] not in PARTS_OF_PLANS or parent is None:
        return events, hearings
    of_plan, heard = _told(parent, facts)
    ends = {event.type for event in events} & set(ENDS)
    inherited = [event for event in of_plan if event.type in ENDS and not ends]
    if any(event.type in BEGINNINGS for event in events) or hearings:
        return events + inherited, hearings
    return events + inherited + [event for event in of_plan if event.type in BEGINNINGS], heard


def _ends(plan: str, facts: _Facts) -> Iterator[Event]:
    """How other plans end this one: by taking its place, or that of a plan it belongs to."""
    ended, above = {plan}, facts.parents[plan]
    while above:
        ended.add(above)
        above = facts.parents[above]
    for by in sorted(set().union(*(facts.replacers[one] for one in ended)) - {plan}):
        if event := replacement(by, facts.events[by]):
            yield event


def _row(municipality: str, plan: str, state: State, links: dict[str, Any], titles: dict[str, str]) -> tuple[Any, ...]:
    hearing, ban = state.hearing, state.ban
    reasons = [_reason(reason, titles) for reason in state.reasons]
    next_event = _reason(state.next, titles) if state.next else None
    properties = {
        "status": state.status,
        "certainty": state.certainty,
        "applies": state.status.applies,
        "in_hearing": hearing is not None,
        "hearing_kind": hearing.kind if hearing else None,
        "hearing_opens": hearing.opens if hearing else None,
        "hearing_closes": hearing.closes if hearing else None,
        "respond_to": hearing.respond_to if hearing else None,
        "ban_until": ban.day if ban else None,
        **links,
        "reasons": reasons,
        "next_event": next_event,
    }
    values = {
        "municipality": municipality,
        "plan": plan,
        "during": Range(state.since, state.until),
        "status": str(state.status),
        "certainty": str(state.certainty),
        "hearing_open": hearing is not None,
        "hearing_kind": str(hearing.kind) if hearing else None,
        "hearing_opens": hearing.opens if hearing else None,
        "hearing_closes": hearing.closes if hearing else None,
        "respond_to": hearing.respond_to if hearing else None,
        "ban_until": ban.day if ban else None,
        "reasons": reasons,
        "next_event": next_event,
        **{name: links[name] for name in ("adopted_earliest", "adopted_latest", "themes", "goals", "sdgs", "topics")},
        "properties_json": json_text(properties),
    }
    return tuple(values[name] for name in COLUMNS)


def _reason(reason: Reason, titles: dict[str, str]) -> dict[str, Any]:
    said = {
        "code": str(reason.code),
        "earliest": reason.earliest and reason.earliest.isoformat(),
        "latest": reason.latest and reason.latest.isoformat(),
        "certain": reason.certain,
        "paragraph": reason.paragraph,
        "source": reason.source,
        "by": reason.by,
        "by_title": titles.get(reason.by) if reason.by else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _in(language: str, texts: dict[str, str]) -> str:
    return texts.get(language) or next(iter(texts.values()))

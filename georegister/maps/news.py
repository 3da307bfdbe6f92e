"""What is new, in words: hearings, and what the register was told of a plan at one moment.

Works on rows as the register gives them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from georegister.language import Translator
from georegister.maps import sentences
from georegister.sentence import N_

Row = Mapping[str, Any]

HEARD = {
    "call_for_ideas": N_("Call for ideas from {opens} to {closes}."),
    "public": N_("In public hearing from {opens} to {closes}."),
    "renewed": N_("In renewed hearing from {opens} to {closes}."),
    "strategy": N_("In public hearing from {opens} to {closes}."),
}
"""A hearing by its kind."""
HEARING_KINDS = {
    "call_for_ideas": N_("Call for ideas"),
    "public": N_("Public hearing"),
    "renewed": N_("Renewed hearing"),
    "strategy": N_("Hearing of a strategy"),
}
NOW_AND_BEFORE = {
    "number": N_("Its number is now {now}; it was {before}."),
    "titles": N_("It is now called “{now}”; it was called “{before}”."),
    "place": N_("Its place is now given as “{now}”; it was “{before}”."),
    "document_url": N_("Its legal document is now at {now}; it was at {before}."),
}
NOW_GIVEN = {
    "place": N_("Its place is now given: {now}."),
    "document_url": N_("The address of its legal document is now recorded: {now}"),
    "descriptions": N_("A description has been recorded."),
    "outline": N_("Its outline has been recorded."),
}


def hearing_heading(row: Row, t: Translator) -> str:
    """The plan or strategy that is heard."""
    title = t.choose(row["titles"] or {}, row["languages"])
    if not row["plan"]:
        return title
    return sentences.heading({"kind": row["plan_kind"], "number": row["number"], "title": title}, t)


def hearing_days(row: Row, t: Translator) -> str:
    """In public hearing from 12 May 2021 to 7 July 2021."""
    words = HEARD[row["kind"]]
    return t.say(words, opens=t.day(row["opens"]), closes=t.day(row["closes"]))


def countdown(row: Row, today: date, t: Translator) -> str:
    """How long one can still answer, or how long until one can; of one that has closed only when that was."""
    if row["is_open"]:
        return sentences.hearing_sentence(
            {
                "in_hearing": True,
                "hearing_kind": row["kind"],
                "hearing_closes": row["closes"],
                "hearing_days_left": row["days_left"],
            },
            t,
        )
    if row["opens"] > today:
        left = (row["opens"] - today).days
        days = t.count("in {n} day", "in {n} days", left)
        said = {"opens": t.day(row["opens"]), "closes": t.day(row["closes"]), "days": days}
        return t.say("Opens on {opens} ({days}); you can answer until and including {closes}.", **said)
    return t.say("Closed on {closes}.", closes=t.day(row["closes"]))


def how_to_answer(row: Row, t: Translator) -> str:
    """Where an answer is sent, in one line."""
    answer = answer_to(row, t)
    return " ".join(part for part in (answer["words"], answer["to"]) if part)


def answer_to(row: Row, t: Translator) -> dict[str, str | None]:
    """Where an answer is sent, as `sentences.answer_to` has it."""
    return sentences.answer_to(row["respond_to"], t.choose(row["names"], row["languages"]), row["contact"], t)


def taken_back(row: Row, t: Translator) -> str:
    """Of a hearing that the register told of and no longer does."""
    return t.say("This hearing is no longer in the register. It was: {days}", days=hearing_days(row, t))


@dataclass(frozen=True)
class Change:
    """What the register was told of a plan at one moment: all it ever held of it, and when that was."""

    at: datetime
    versions: Sequence[Row]
    events: Sequence[Row]
    hearings: Sequence[Row]

    @property
    def held_before(self) -> list[Row]:
        """The versions that stood when this came."""
        return [row for row in self.versions if row["since"] < self.at and _stands(row, self.at, ends_now=True)]

    @property
    def held_after(self) -> list[Row]:
        """The versions that stand from this moment on."""
        return [row for row in self.versions if row["since"] <= self.at and _stands(row, self.at)]


@dataclass(frozen=True)
class Told:
    """A change in words: a title that tells it, what has happened, each in a sentence, and a heading for these."""

    title: str
    sentences: Sequence[str]
    heading: str


def tell(change: Change, t: Translator) -> Told | None:
    """What has happened to the plan; None where nothing that a reader would call a change has."""
    before, after = change.held_before, change.held_after
    if not (before or after):
        return None
    last = (after or before)[-1]
    heading = _heading(last, t)
    calls = {row["opens"] for row in change.hearings if row["kind"] == "call_for_ideas"}
    # A call for ideas is told by its hearing, which says the same and more.
    events = [row for row in change.events if row["type"] != "call_for_ideas" or row["earliest"] not in calls]
    facts = [*_facts(events, change.at, _event, t), *_facts(change.hearings, change.at, hearing_days, t)]
    if not after:
        words = t.say("The register no longer vouches for this plan: it has been withdrawn.")
        withdrawn = t.say("Withdrawn: {plan}", plan=heading)
        return Told(withdrawn, [words], withdrawn)
    if not before:
        again = any(row["since"] < change.at for row in change.versions)
        back = t.say("Back in the register: {plan}", plan=heading)
        title = back if again else t.say("New in the register: {plan}", plan=heading)
        return Told(title, facts, title)
    said = [*facts, *_new_text(before, after, t)]
    title = t.say("{plan} – {what}", plan=heading, what=said[0].rstrip(".")) if said else ""
    return Told(title, said, heading) if said else None


def _new_text(before: Sequence[Row], after: Sequence[Row], t: Translator) -> list[str]:
    """What is said otherwise now of the plan's text; a text that follows another is new."""
    if len(after) > len(before):
        first = after[-1]["first_day"]
        if first:
            return [t.say("A new text applies from {day}.", day=t.day(first)), *differences(before[-1], after[-1], t)]
    return differences(before[-1], after[-1], t)


def differences(before: Row, after: Row, t: Translator) -> list[str]:
    """How a plan's later text differs from an earlier one, each difference in a sentence."""
    said = []
    for name, words in NOW_AND_BEFORE.items():
        old, new = (_written(name, row, t) for row in (before, after))
        if old == new or not new:
            continue
        said.append(t.say(words, now=new, before=old) if old else t.say(NOW_GIVEN[name], now=new))
    if before["descriptions"] != after["descriptions"] and after["descriptions"]:
        changed = N_("Its description has changed.")
        words = changed if before["descriptions"] else NOW_GIVEN["descriptions"]
        said.append(t.say(words))
    if before["outline"] != after["outline"] and after["outline"]:
        said.append(_outline(before, after, t))
    return said


def _outline(before: Row, after: Row, t: Translator) -> str:
    if not before["outline"]:
        return t.say(NOW_GIVEN["outline"])
    old, new = t.area(before["area_m2"] or 0), t.area(after["area_m2"] or 0)
    if old == new:
        return t.say("Its outline has changed; the area is {area} as before.", area=new)
    return t.say("Its outline has changed; the area is now {now}, it was {before}.", now=new, before=old)


def _written(name: str, row: Row, t: Translator) -> str:
    if name == "titles":
        return t.choose(row["titles"], row["languages"])
    return str(row[name] or "")


def _heading(row: Row, t: Translator) -> str:
    return sentences.heading({**row, "title": t.choose(row["titles"], row["languages"])}, t)


def _facts(rows: Sequence[Row], at: datetime, said: Any, t: Translator) -> list[str]:
    """What was told of at the moment: new, corrected, or no longer vouched for."""
    new = {(row["dataset"], row["id"]): said(row, t) for row in rows if row["since"] == at}
    old = {(row["dataset"], row["id"]): said(row, t) for row in rows if row["until"] == at}
    told = []
    for key, words in new.items():
        if key not in old:
            told.append(words)
        elif old[key] != words:
            told.append(t.say("Corrected: {now} Before: {before}", now=words, before=old[key]))
    # A fact that another source tells as well is still told.
    gone = [words for key, words in old.items() if key not in new and words not in new.values()]
    return [one for one in told if one] + [t.say("No longer recorded: {what}", what=words) for words in gone if words]


def _event(row: Row, t: Translator) -> str:
    days = {name: row[name].isoformat() if row[name] else None for name in ("earliest", "latest")}
    return sentences.reason({"code": row["type"], "certain": True, **days, "by": row["by_plan"]}, t)


def _stands(row: Row, at: datetime, *, ends_now: bool = False) -> bool:
    until = row["until"]
    return until is None or until > at or (ends_now and until == at)


@dataclass(frozen=True)
class Held:
    """What the register held of a plan from a moment on: what was new in it, each in a sentence."""

    since: datetime
    until: datetime | None
    sentences: Sequence[str]


def held(versions: Sequence[Row], t: Translator) -> list[Held]:
    """All that the register has held of a plan, the newest first; what says the same as what it took the place of is
    one with that."""
    moments = sorted({row["since"] for row in versions} | {row["until"] for row in versions if row["until"]})
    told: list[Held] = []
    for place, at in enumerate(moments):
        change = Change(at, versions, (), ())
        before, after = change.held_before, change.held_after
        following = moments[place + 1] if place + 1 < len(moments) else None
        said = _new_text(before, after, t) if before and after else []
        if told and before and after and not said:
            told[-1] = Held(told[-1].since, following, told[-1].sentences)
        elif after:
            told.append(Held(at, following, said))
    return told[::-1]

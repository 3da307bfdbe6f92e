"""What was asked, in words: every page of answers says its question."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from georegister.domain.sdg import TITLES
from georegister.errors import QuestionInvalid
from georegister.language import Translator
from georegister.maps.sentences import KINDS, STATUSES
from georegister.register.place_questions import AreaSearch, repeatable
from georegister.register.questions import Search
from georegister.sentence import N_, Sentence

SAID = {
    "municipality": N_("in {value}"),
    "kind": N_("that are {value}"),
    "number": N_("numbered {value}"),
    "status": N_("whose status is {value}"),
    "theme": N_("with a claim to the theme {value}"),
    "goal": N_("with a claim to the goal {value}"),
    "sdg": N_("with a claim to UN goal {value}"),
    "plan": N_("of the plan {value}"),
    "q": N_("that have to do with “{value}”"),
    "filter": N_("for which {value}"),
}
BY_CODE = N_("in the municipality {value}")
"""Where the register has no municipality with such a code."""
Asked = TypeVar("Asked", bound=Search)
Names = Mapping[str, str]
"""What municipalities are called, by their codes."""
BY = {"kind": KINDS, "status": STATUSES}


def read(request: Request, search: type[Asked], names: frozenset[str]) -> Asked:
    """The question as far as it is said by these parameters. Raises RequestValidationError."""
    given = request.query_params
    asked = {name: given.getlist(name) if name in repeatable() else given[name] for name in given if name in names}
    try:
        return search.model_validate(asked)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error


def of_form(request: Request, search: type[Asked], takes: frozenset[str]) -> Asked:
    """The question by some of its parameters; what a form leaves empty is as if it had not been said.

    Raises QuestionInvalid for any other parameter, RequestValidationError for a value that cannot be.
    """
    for name in request.query_params:
        if name not in takes:
            raise QuestionInvalid(name[:60], N_("there is no such parameter here"))
    said = frozenset(name for name in takes if any(request.query_params.getlist(name)))
    return read(request, search, said)


class _Named(dict[str, str]):
    """What municipalities are called, by their codes; and the time zone of each."""

    def __init__(self, names: Mapping[str, str], zones: Mapping[str, str]) -> None:
        super().__init__(names)
        self.zones = zones


def names_of(request: Request, t: Translator) -> Names:
    """What this reader calls the municipalities; the route has asked for them once (`Conditional`)."""
    known = getattr(request.state, "municipalities", {})
    names = {code: t.choose(row["names"], row["languages"]) for code, row in known.items()}
    return _Named(names, {code: row["time_zone"] for code, row in known.items()})


def in_words(what: str, question: Any, t: Translator, names: Names) -> str:
    """What is asked for, and each part of the question."""
    return ", ".join([what, *question_in_words(question, t, names)])


def question_in_words(question: Any, t: Translator, names: Names) -> list[str]:
    """Each part of a question as words; none where everything is asked for."""
    said = [
        t.tell(Sentence(_sentence(name, asked, names), {"value": _values(name, asked, t, names)}))
        for name in SAID
        if (asked := getattr(question, name, None))
    ]
    if (asked := getattr(question, "bbox", None)) is not None:
        corners = asked.corners
        box = ", ".join(t.number(corner, 4) for corner in corners)
        said.append(t.tell(Sentence(N_("that touch the box {box}"), {"box": box})))
    if isinstance(question, AreaSearch):
        drawn = N_("that lie within an area of {hectares} ha")
        if question.relation == "intersects":
            drawn = N_("that touch an area of {hectares} ha")
        said.append(t.tell(Sentence(drawn, {"hectares": t.number(question.area.m2 / 10_000, 1)})))
    if (is_open := getattr(question, "is_open", None)) is not None:
        said.append(t.say(N_("that are open") if is_open else N_("that are not open")))
    days = getattr(question, "datetime_", None)
    if days is not None and days.first == days.last and days.first is not None:
        said.append(t.tell(Sentence(N_("on {day}"), {"day": days.first})))
    elif days is not None:
        if days.first is not None:
            said.append(t.tell(Sentence(N_("from {day}"), {"day": days.first})))
        if days.last is not None:
            said.append(t.tell(Sentence(N_("until {day}"), {"day": days.last})))
    if (moment := getattr(question, "known_at", None)) is not None:
        day = _day(moment, getattr(question, "municipality", None) or (), names)
        said.append(t.tell(Sentence(N_("as the register knew on {day}"), {"day": day})))
    return said


def _day(moment: datetime, asked: str | Iterable[str], names: Names) -> date:
    """The day of a moment where the municipalities are that are asked for, else all; UTC's where they differ."""
    zones = names.zones if isinstance(names, _Named) else {}
    those = {zones[code] for code in _each(asked) if code in zones} or set(zones.values())
    days = {moment.astimezone(ZoneInfo(zone)).date() for zone in those}
    return days.pop() if len(days) == 1 else moment.astimezone(UTC).date()


def _sentence(name: str, value: Any, names: Names) -> str:
    return BY_CODE if name == "municipality" and not _are_named(value, names) else SAID[name]


def _are_named(codes: Iterable[str], names: Names) -> bool:
    return set(_each(codes)) <= names.keys()


def _each(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def _values(name: str, value: Any, t: Translator, names: Names) -> str:
    words, values = BY.get(name, {}), _each(value)
    told = [t.say(words[str(one)]) if str(one) in words else str(one) for one in values]
    if name == "municipality" and _are_named(values, names):
        told = [names[code] for code in values]
    if name == "sdg":
        told = [f"{number} ({t.choose(TITLES[number])})" for number in map(int, values)]
    return t.say(N_(" or ")).join(told)

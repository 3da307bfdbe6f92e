"""What was asked, in words: every page of answers says its question."""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from georegister.domain.crs import ProjectedBox
from georegister.domain.sdg import TITLES
from georegister.language import Translator
from georegister.maps.sentences import KINDS, STATUSES
from georegister.register.place_questions import AreaSearch, repeatable
from georegister.register.questions import Search
from georegister.sentence import N_, Sentence

SAID = {
    "municipality": N_("in the municipality {value}"),
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
Asked = TypeVar("Asked", bound=Search)
BY = {"kind": KINDS, "status": STATUSES}


def read(request: Request, search: type[Asked], names: frozenset[str]) -> Asked:
    """The question as far as it is said by these parameters. Raises RequestValidationError."""
    given = request.query_params
    asked = {name: given.getlist(name) if name in repeatable() else given[name] for name in given if name in names}
    try:
        return search.model_validate(asked)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error


def in_words(what: str, question: Any, t: Translator) -> str:
    """What is asked for, and each part of the question."""
    return ", ".join([what, *question_in_words(question, t)])


def question_in_words(question: Any, t: Translator) -> list[str]:
    """Each part of a question as words; none where everything is asked for."""
    said = [
        t.tell(Sentence(sentence, {"value": _values(name, getattr(question, name), t)}))
        for name, sentence in SAID.items()
        if getattr(question, name, None)
    ]
    if (asked := getattr(question, "bbox", None)) is not None:
        corners = asked.corners if isinstance(asked, ProjectedBox) else asked.parts[0]
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
    if getattr(question, "known_at", None) is not None:
        said.append(t.tell(Sentence(N_("as the register knew on {day}"), {"day": question.known_at.date()})))
    return said


def _values(name: str, value: Any, t: Translator) -> str:
    words = BY.get(name, {})
    values = [value] if isinstance(value, str) else list(value)
    told = [t.say(words[str(one)]) if str(one) in words else str(one) for one in values]
    if name == "sdg":
        told = [f"{number} ({t.choose(TITLES[number])})" for number in map(int, values)]
    return t.say(N_(" or ")).join(told)

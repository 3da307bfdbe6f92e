"""Entries as people say them, in a table, on the command line or in a form, made into what a file of facts holds.

Everything may be text: days as 13.10.2021, numbers with a decimal comma, a plan by its number, a kind in Danish.
A blank says nothing.
"""

import dataclasses
import re
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError

from georegister.domain import rule
from georegister.domain.rule import Rule
from georegister.loading.entry import Entry
from georegister.loading.facts import BY_HAND, reason
from georegister.loading.naming import PlanNames
from georegister.loading.words import CHOICES, folded
from georegister.sentence import N_

PLANS = ("plan", "by_plan", "from_plan", "to_plan")
_DAY = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})(?P<between>[-./])\s?(?P<month>\d{1,2})(?P=between)\s?(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII),
)
_WITH_COMMA = re.compile(r"(?P<sign>[-+−]?)(?P<whole>\d+|\d{1,3}(?:[. \u00a0]\d{3})+)(?:,(?P<part>\d+))?", re.ASCII)
_WITH_POINT = re.compile(r"(?P<sign>[-+−]?)(?P<whole>\d+)\.(?P<part>\d+)", re.ASCII)
_EITHER = re.compile(r"[-+−]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
"""1.234 is a thousand and more to a Dane, and a little more than one to others."""
_HALVES = {"½": "5", "¼": "25", "¾": "75"}
_WITH_UNIT = re.compile(r"(?P<number>[-+−]?\d[\d\s.,½¼¾]*?)\s*(?P<unit>%|m³/m²|m3/m2|m²|m2|m)", re.IGNORECASE)
_UNITS = {"m2": "m²", "m3/m2": "m³/m²"}


@dataclasses.dataclass
class Unspoken(Exception):
    """What cannot be understood: the field, the rule it breaks, and what its message is filled with."""

    field: str
    rule: Rule
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def spoken(section: str, said: Mapping[str, object], names: PlanNames) -> Entry:
    """The entry that is meant. `said` has the entry's fields; those in a language other than the municipality's first
    are called with it, as `evidence_en`.

    Raises Unspoken.
    """
    model = BY_HAND[section]
    values = _values(section, model, said, names)
    for name, about in model.model_fields.items():
        if about.is_required() and name not in values:
            raise Unspoken(name, rule.FIELD_MISSING)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Unspoken(place, rule.ENTRY_INVALID, reason(error).under("reason")) from error


def as_toml(entry: Entry) -> dict[str, Any]:
    """The entry as a file of facts says it: what is said, and nothing of what is not."""
    said = entry.model_dump(exclude_unset=True, exclude_none=True)
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in said.items()}


def _values(section: str, model: type[Entry], said: Mapping[str, object], names: PlanNames) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in _with_units(model, said).items():
        given = value.strip() if isinstance(value, str) else value
        if given is None or given == "":
            continue
        field_, language = name, names.municipality.languages[0]
        if name not in model.model_fields and "_" in name:
            field_, language = name.rsplit("_", 1)
        if field_ not in model.model_fields:
            raise Unspoken(name, rule.ENTRY_INVALID, {"reason": N_("there is no such field")})
        if isinstance(given, float) and given.is_integer():
            given = int(given)  # a column of numbers with a blank in it: the plan is 142, and not 142.0
        kind = _kind(model.model_fields[field_].annotation)
        if kind is dict:
            values.setdefault(field_, {}).update(given if isinstance(given, Mapping) else {language: str(given)})
        elif field_ in PLANS:
            values[field_] = plan_named(field_, str(given), names)
        else:
            values[field_] = _value(field_, kind, given, CHOICES.get((section, field_), {}))
    return values


def _with_units(model: type[Entry], said: Mapping[str, object]) -> dict[str, object]:
    """`30 %` is a value and its unit."""
    value = said.get("value")
    if "unit" in model.model_fields and isinstance(value, str) and (found := _WITH_UNIT.fullmatch(value.strip())):
        unit = found["unit"].casefold()
        return {**said, "value": found["number"], "unit": said.get("unit") or _UNITS.get(unit, unit)}
    return dict(said)


def _kind(annotation: Any) -> Any:
    """What a field holds, without the limits on it: a class, or the words of a Literal."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _kind(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation if origin in (None, Literal) else origin


def _value(name: str, kind: Any, given: object, words: Mapping[str, str]) -> object:
    if kind is date:
        return given if type(given) is date else _day(name, given)
    if kind in (int, Decimal):
        return _number(name, given, kind)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return _choice(name, str(given), choices_of(kind), words)
    text = str(given)
    return words.get(folded(text), text)


def choices_of(kind: Any) -> list[str]:
    """The words that a field of that kind may hold."""
    return [str(one) for one in (get_args(kind) if get_origin(kind) is Literal else kind)]


def _choice(name: str, given: str, choices: list[str], words: Mapping[str, str]) -> str:
    wanted = folded(given).replace(" ", "_").replace("-", "_")
    if wanted in choices:
        return wanted
    if (word := words.get(folded(given))) in choices:
        return str(word)
    raise Unspoken(name, rule.NOT_A_CHOICE, {"value": given[:80], "choices": ", ".join(choices)})


def plan_named(name: str, given: str, names: PlanNames) -> str:
    """The id of the plan that a field names. Raises Unspoken where there is none, or more than one."""
    found = names.find(given)
    if len(found) == 1:
        return found[0]
    if found:
        raise Unspoken(name, rule.PLAN_AMBIGUOUS, {"value": given[:80], "plans": ", ".join(found[:5])})
    raise Unspoken(name, rule.REFERENCE_UNKNOWN, {"value": given[:80]})


def _day(name: str, given: object) -> date:
    if isinstance(given, datetime) and given.time() == given.time().min:
        return given.date()
    text = str(given).strip()
    for form in _DAY:
        if found := form.fullmatch(text):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
    raise Unspoken(name, rule.NOT_A_DAY, {"value": text[:80]})


def _number(name: str, given: object, kind: type) -> object:
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        number = Decimal(str(given))
    else:
        number = _read_number(name, str(given).strip())
    if not number.is_finite() or (kind is int and number != number.to_integral_value()):
        raise Unspoken(name, rule.NOT_A_NUMBER, {"value": str(given)[:80]})
    return int(number) if kind is int else number


def _read_number(name: str, text: str) -> Decimal:
    plain = text
    for sign, part in _HALVES.items():
        plain = re.sub(rf"(?<=\d)\s*{sign}$", f",{part}", plain) if plain != sign else f"0,{part}"
    found = None if _EITHER.fullmatch(plain) else _WITH_POINT.fullmatch(plain) or _WITH_COMMA.fullmatch(plain)
    if found is None:
        raise Unspoken(name, rule.NOT_A_NUMBER, {"value": text[:80]})
    whole = re.sub(r"\D", "", found["whole"])
    part = f".{found['part']}" if found["part"] else ""
    return Decimal(f"{'-' if found['sign'] in ('-', '−') else ''}{whole}{part}")


def is_in_languages(section: str, field: str) -> bool:
    """Whether a field holds a text for each language."""
    about = BY_HAND[section].model_fields.get(field)
    return about is not None and _kind(about.annotation) is dict


def words_for(section: str, field: str) -> str:
    """The words a field may hold, for whoever must choose; empty where it may hold anything."""
    about = BY_HAND[section].model_fields[field]
    kind = _kind(about.annotation)
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return ", ".join(choices_of(kind))
    return ", ".join(dict.fromkeys(CHOICES.get((section, field), {}).values()))

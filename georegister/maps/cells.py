"""A feature's properties as cells of a table: what each is called, and its value in words."""

from typing import Any

from georegister.language import Translator
from georegister.maps.news import HEARING_KINDS
from georegister.maps.sentences import APPLIES, KINDS, STATUSES
from georegister.sentence import N_

TITLES = {
    "plans": N_("Plans"),
    "local-plans": N_("Local plans"),
    "addenda": N_("Addenda"),
    "municipal-plans": N_("Municipal plans"),
    "frames": N_("Framework areas"),
    "sub-areas": N_("Sub-areas"),
    "hearings": N_("Hearings"),
    "municipalities": N_("Municipalities"),
}
COLUMNS = {
    "number": N_("Number"),
    "title": N_("Name"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "status": N_("Status"),
    "certainty": N_("Certainty"),
    "place": N_("Place"),
    "area_m2": N_("Area"),
    "opens": N_("First day"),
    "closes": N_("Last day"),
    "is_open": N_("Open"),
    "jurisdiction": N_("Country"),
    "languages": N_("Languages"),
}
WORDS = {
    "kind": {**KINDS, **HEARING_KINDS},
    "plan_kind": KINDS,
    "status": STATUSES,
    "applies": APPLIES,
    "certainty": {"certain": N_("Certain"), "possible": N_("Possible")},
    "geometry_source": {
        "delivered": N_("delivered"),
        "derived": N_("made of others"),
        "illustrative": N_("illustrative outline"),
    },
    "jurisdiction": {"DK": N_("Denmark"), "GL": N_("Greenland")},
}


def cell(name: str, value: Any, t: Translator) -> str:
    """A property's value as people read it; nothing where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return t.say(N_("Yes") if value else N_("No"))
    if isinstance(value, list):
        return ", ".join(cell(name, one, t) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {cell(key, one, t)}" for key, one in value.items() if one is not None)
    if name == "area_m2":
        return t.area(value)
    if isinstance(value, float):
        return t.number(value, 2)
    text = str(value)
    words = WORDS.get(name, {})
    return t.say(words[text]) if text in words else _day(text, t)


def _day(text: str, t: Translator) -> str:
    try:
        return t.day(text) if len(text) == len("2021-06-01") else text
    except ValueError:
        return text

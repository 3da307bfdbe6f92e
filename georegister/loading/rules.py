"""One record to its findings: one small function for each rule, and `check` that asks them all."""

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.geometry import WGS84
from georegister.domain.hearing import HearingKind
from georegister.domain.law import law_of
from georegister.domain.municipality import Municipality, same_code
from georegister.domain.plan import Kind
from georegister.domain.record import PlanRecord
from georegister.loading.reference_systems import OUTLINE_TOLERANCE_DEGREES, advice, fitting

NEARLY_SAME = 0.85
SHORTEST_NAME = 6


@dataclass(frozen=True)
class Context:
    """What the rules may know besides the record."""

    municipality: Municipality
    place_names: frozenset[str] = frozenset()


def check(record: PlanRecord, context: Context) -> list[Finding]:
    """Every finding about one repaired record."""
    return [finding for one_rule in PLAN_RULES for finding in one_rule(record, context)]


def municipality_differs(record: PlanRecord, context: Context) -> Iterator[Finding]:
    code = context.municipality.code
    if record.municipality and not same_code(record.municipality, code):
        yield Finding(
            rule.MUNICIPALITY_DIFFERS,
            record.origin,
            "municipality",
            details={"value": record.municipality, "expected": code},
        )


def called_municipal_plan(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """An addendum whose title says "Kommuneplan 6" where its own number is 6."""
    if record.kind is not Kind.ADDENDUM or not (serial := re.search(r"\d+", record.number)):
        return
    for title in record.titles.values():
        if found := re.search(rf"\bkommuneplan\s+0*{int(serial[0])}\b(?!\s*-\s*\d)", title, re.IGNORECASE):
            details = {"number": record.number, "value": found[0]}
            yield Finding(rule.CALLED_MUNICIPAL_PLAN, record.origin, "title", details=details)


def hearing_short(record: PlanRecord, context: Context) -> Iterator[Finding]:
    term = law_of(context.municipality.jurisdiction).shortest_hearing()
    for hearing in record.hearings:
        days = (hearing.closes - hearing.opens).days
        if term and hearing.kind in (HearingKind.PUBLIC, HearingKind.RENEWED) and days < term.days:
            details = {"days": days, "shortest": term.days, "paragraph": term.paragraph}
            yield Finding(rule.HEARING_SHORT, record.origin, details=details)


def place_misspelt(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """A word of the title that is nearly, and not quite, the name of a known place."""
    for word in {word for title in record.titles.values() for word in re.findall(r"[^\W\d_]+", title)}:
        if len(word) < SHORTEST_NAME or word in context.place_names:
            continue
        for known in _nearly(word, context.place_names):
            if not known.startswith(word) and not word.startswith(known):
                yield Finding(rule.PLACE_MISSPELT, record.origin, "title", details={"value": word, "known": known})


@lru_cache(maxsize=100_000)
def _nearly(word: str, names: frozenset[str]) -> list[str]:
    """The known name that a word nearly is; titles use the same words again and again."""
    return difflib.get_close_matches(word, names, n=1, cutoff=NEARLY_SAME)


def outside(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """Nothing of the plan lies in the municipality: most often a wrong reference system."""
    outline = context.municipality.outline
    if outline is None or record.geometry is None or outline.intersects(record.geometry):
        return
    if outline.distance(record.geometry) <= OUTLINE_TOLERANCE_DEGREES:
        return
    here, there = outline.centroid, record.geometry.centroid
    metres = WGS84.inv(here.x, here.y, there.x, there.y)[2]
    fits = fitting([record], context.municipality, record.crs)
    details = {
        "municipality": context.municipality.name,
        "distance": round(metres / 1000),
        "suggestion": f" → --crs {advice(fits)}" if advice(fits) else " → lon, lat" if fits else "",
    }
    yield Finding(rule.OUTSIDE, record.origin, "geometry", details=details)


def gaps(numbers: Sequence[str]) -> list[tuple[int, int]]:
    """The serials missing before the last of numbers like `1-2021`, as first and last of each run."""
    serials = sorted({int(found[1]) for number in numbers if (found := re.match(r"(\d+)(?:-\d{4})?$", number))})
    return [(low + 1, high - 1) for low, high in itertools.pairwise([0, *serials]) if high - low > 1]


PLAN_RULES = (municipality_differs, called_municipal_plan, hearing_short, place_misspelt, outside)

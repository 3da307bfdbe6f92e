"""Records to their findings: one small function for each rule, and `check` that asks them all.

What a row says is here; its days are in `lives`, its extent in `extents`, and what only the register knows, in
`neighbours`.
"""

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality, same_code
from georegister.domain.plan import Kind
from georegister.domain.record import PlanRecord
from georegister.loading import extents, lives

NEARLY_SAME = 0.85
SHORTEST_NAME = 6
DBF_BYTES = 254
"""A dBASE field of text holds 254 bytes; a letter of two that would not fit leaves 253."""
SHOWN = 20


@dataclass(frozen=True)
class Context:
    """What the rules may know besides the records."""

    municipality: Municipality
    place_names: frozenset[str] = frozenset()

    @cached_property
    def spellings(self) -> dict[tuple[str, int], list[str]]:
        """The known places by first letter and length, and what was found of each word."""
        found: dict[tuple[str, int], list[str]] = {}
        for name in sorted(self.place_names):
            found.setdefault((name[:1], len(name)), []).append(name)
        return found

    @cached_property
    def spelt(self) -> dict[str, str | None]:
        """What each word seen before was found to be a misspelling of."""
        return {}

    def nearly(self, word: str) -> str | None:
        """The known place that a word is almost, and not quite, the name of."""
        if word not in self.spelt:
            near = [
                name
                for length in range(len(word) - 2, len(word) + 3)
                for name in self.spellings.get((word[:1], length), ())
                if not name.startswith(word) and not word.startswith(name)
            ]
            self.spelt[word] = next(iter(difflib.get_close_matches(word, near, n=1, cutoff=NEARLY_SAME)), None)
        return self.spelt[word]


def check(records: Sequence[PlanRecord], context: Context) -> list[Finding]:
    """Every finding about repaired records that needs no register."""
    found = [finding for record in records for one_rule in ROW_RULES for finding in one_rule(record, context)]
    return found + extents.check(records, context.municipality)


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


def place_misspelt(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """A word of the title that is nearly, and not quite, the name of a known place."""
    for word in sorted({word for title in record.titles.values() for word in re.findall(r"[^\W\d_]+", title)}):
        if len(word) < SHORTEST_NAME or word in context.place_names:
            continue
        if known := context.nearly(word):
            yield Finding(rule.PLACE_MISSPELT, record.origin, "title", details={"value": word, "known": known})


def text_cut(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """A text as long as a shapefile can hold, in either of the encodings they come in."""
    texts = [*(("title", text) for text in record.titles.values())]
    texts += [("description", text) for text in (record.descriptions or {}).values()]
    texts += [(name, text) for name in ("place", "document_url") if (text := getattr(record, name))]
    for field, text in texts:
        if len(text) < DBF_BYTES // 2:
            continue
        utf8 = len(text.encode())
        narrow = len(text.encode("cp1252", "replace"))
        if narrow == DBF_BYTES or utf8 == DBF_BYTES or (utf8 == DBF_BYTES - 1 and utf8 != narrow):
            length = DBF_BYTES if narrow == DBF_BYTES else utf8
            yield Finding(rule.TEXT_CUT, record.origin, field, details={"bytes": length, "value": text[-SHOWN:]})


def life(record: PlanRecord, context: Context) -> Iterator[Finding]:
    """LIFE-01 to LIFE-04 and ATTR-08."""
    if record.events or record.hearings:
        for broken in lives.of_life(record.events, record.hearings, context.municipality.jurisdiction):
            yield Finding(broken.rule, record.origin, broken.field, details=broken.details)


def gaps(numbers: Sequence[str]) -> list[tuple[int, int]]:
    """The serials missing before the last of numbers like `1-2021`, as first and last of each run."""
    serials = sorted({int(found[1]) for number in numbers if (found := re.match(r"(\d+)(?:-\d{4})?$", number))})
    return [(low + 1, high - 1) for low, high in itertools.pairwise([0, *serials]) if high - low > 1]


ROW_RULES = (municipality_differs, called_municipal_plan, place_misspelt, text_cut, life)

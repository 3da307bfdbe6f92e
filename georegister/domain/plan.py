"""Plans: their kinds, their numbers and their ids."""

import re
import unicodedata
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of plan the register keeps, the widest first."""

    MUNICIPAL_PLAN = "municipal-plan"
    ADDENDUM = "addendum"
    FRAME = "frame"
    LOCAL_PLAN = "local-plan"
    SUB_AREA = "sub-area"
    BUILDING_FIELD = "building-field"

    @property
    def within(self) -> "tuple[Kind, ...]":
        """The kinds of plan it must belong to one of; none for a plan that stands by itself."""
        return PARENTS.get(self, ())

    @property
    def rank(self) -> int:
        """0 for what binds a place most closely, the building field; the municipal plan comes last."""
        return RANKS[self]


RANKS = {kind: rank for rank, kind in enumerate(reversed(Kind))}
PARENTS = {
    Kind.ADDENDUM: (Kind.MUNICIPAL_PLAN,),
    Kind.FRAME: (Kind.ADDENDUM, Kind.MUNICIPAL_PLAN),
    Kind.SUB_AREA: (Kind.LOCAL_PLAN,),
    Kind.BUILDING_FIELD: (Kind.LOCAL_PLAN,),
}


class GeometrySource(StrEnum):
    """How far the geometry can be trusted."""

    DELIVERED = "delivered"
    """As the municipality delivered it."""
    ILLUSTRATIVE = "illustrative"
    """Drawn for the demo; no source gives it."""
    DERIVED = "derived"
    """Made of other extents, as the extent's source says; none of them illustrative."""


class ExtentSource(StrEnum):
    """What a plan's extent is made of (an addendum may have none of its own)."""

    OWN = "own"
    FRAMES = "frames"
    MUNICIPALITY = "municipality"


LONGEST_SLUG = 80
_ADDENDUM = re.compile(r"(?:(?:kommuneplan)?tillaeg|addendum)?\s*(?:nr\.?)?\s*0*(\d{1,3})(?:\s*[-/.]\s*(\d{4}|\d{2}))?")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss", "ð": "d", "þ": "th"})


def number_key(number: str, kind: Kind, jurisdiction: str) -> str:
    """One spelling for all ways a plan's number is written, to match deliveries by.

    `SK66`, `sk 66` and `SK  66 ` are one; so are the Danish addenda `1-21`, `1-2021`, `Tillæg 1-2021`. An addendum
    whose year is not written keeps none: `Tillæg 1` is `1`. In Greenland the number is an area and a serial
    (`1C4-3`) and is only trimmed and folded.
    """
    plain = re.sub(r"\s+", " ", _ascii(number)).strip()
    if jurisdiction == "DK":
        plain = re.sub(r"(?<=[a-z])-(?=\d)", "", plain)  # SK-66 is SK 66; in Greenland hyphens tell plans apart
    if kind is Kind.ADDENDUM and jurisdiction == "DK" and (parts := _ADDENDUM.fullmatch(plain)):
        serial, year = parts[1], parts[2]
        if year is None:
            return serial
        return f"{serial}-{year if len(year) == 4 else _century(int(year))}"
    return plain.replace(" ", "")


def number_keys(text: str) -> set[str]:
    """Every key that a number somebody writes may be kept under, whatever its kind and jurisdiction."""
    keys = {number_key(text, kind, "DK") for kind in (Kind.LOCAL_PLAN, Kind.ADDENDUM)}
    return keys | {key.replace("-", "") for key in keys}


def plan_id(municipality: str, kind: Kind, number: str, jurisdiction: str, within: str = "") -> str:
    """The permanent, URL-safe id a plan gets at its first registration: `0340-local-plan-sk-66`.

    `within` is the number of the plan that it has its own number in: `0340-sub-area-sk-66-1`.
    """
    written = number_key(number, kind, jurisdiction) if kind is Kind.ADDENDUM else number
    said = f"{slug(within)[: LONGEST_SLUG // 2]}-{slug(written)}" if within else slug(written)
    return f"{municipality}-{kind}-{said[:LONGEST_SLUG].strip('-')}"


def slug(text: str) -> str:
    """Lower-case letters and digits, hyphens between words and between letters and numbers."""
    plain = _ascii(text)
    parted = re.sub(r"(?<=[a-z])(?=\d)", "-", plain) if re.fullmatch(r"\s*[a-z]+\s*\d+\s*", plain) else plain
    return re.sub(r"[^a-z0-9]+", "-", parted).strip("-") or "unnamed"


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _century(two_digits: int) -> int:
    return (2000 if two_digits < 70 else 1900) + two_digits

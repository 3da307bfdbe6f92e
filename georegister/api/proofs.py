"""What tests have shown of this service: written by `make conformance`, told by `/conformance`.

Nobody types it: tests say by a mark what they prove, and what came of them is kept with the commit they ran on.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from georegister.sentence import N_

KEPT = Path(__file__).with_name("conformance.json")
SPECIFICATIONS = "http://www.opengis.net/spec/"
Outcome = Literal["passed", "failed", "skipped"]
WORST_FIRST: tuple[Outcome, ...] = ("failed", "passed", "skipped")
CLIENTS = {
    "gdal": N_("GDAL reads layers, boxes, filters and pages, and copies all of it"),
    "qgis": N_("QGIS opens every layer, counts, filters and asks by box"),
    "qgis-replay": N_("What newer versions of QGIS ask, request by request"),
    "owslib": N_("OWSLib reads collections and features"),
    "geopandas": N_("geopandas reads features"),
    "schemathesis": N_("schemathesis makes requests from the description of the API and judges the answers"),
    "verapdf": N_("veraPDF finds sheets accessible (PDF/UA-1)"),
}
"""Programs that others wrote, which ask a server of ours or judge what it gave."""
ATTACKS = {
    1: N_("Texts that would be SQL"),
    2: N_("Names of properties that would be SQL or are not public"),
    3: N_("Functions of the database in a filter"),
    4: N_("Filters that are nested so deeply that a parser breaks"),
    5: N_("Filters that could mean two things"),
    6: N_("Numbers that are too large, or none"),
    7: N_("Characters that no text may have, and very long texts"),
    8: N_("Orders, properties and days that cannot be"),
    9: N_("Reference systems that are addresses or programs"),
    10: N_("Very much at a time, and clients that go away"),
    11: N_("Geometries that are vast, broken or off the earth"),
    12: N_("Links to pages that were changed or belong elsewhere"),
    13: N_("Requests without end, packed or nested"),
    14: N_("More requests than the database takes"),
    15: N_("Archives that burst or climb out of their folder"),
    16: N_("Files that read other files or call somebody"),
    17: N_("Shapefiles that are damaged or lie"),
    18: N_("Texts that would be a script on a page"),
    19: N_("Forged hosts and origins"),
    20: N_("Answers that were kept for somebody else"),
}
"""What is tried against the service."""


class Proof(BaseModel):
    """A test, what it proves and what came of it on which commit; `runs` is in how many forms it was run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    test: str
    proves: tuple[str, ...]
    outcome: Outcome
    runs: int
    commit: str


class Suite(BaseModel):
    """A run of a test suite that others wrote, and how many of its tests came out how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    server: str
    passed: int
    skipped: int
    failed: int


class Proofs(BaseModel):
    """All of them; `at` and `commit` are of the last run, and `programs` the versions of what asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    commit: str
    programs: dict[str, str]
    suites: tuple[Suite, ...]
    tests: tuple[Proof, ...]

    def of(self, subject: str) -> list[Proof]:
        """The tests that prove something: a class of a standard, a client, a case of attack."""
        return [proof for proof in self.tests if subject in proof.proves]


def class_name(uri: str) -> str:
    """What tests call a class of a standard: its URI without what all of them begin with."""
    return uri.removeprefix(SPECIFICATIONS)


def outcome(proofs: Iterable[Proof]) -> Outcome | None:
    """What came of several: failed where one did, passed where one did and none failed; None of nothing."""
    seen = {proof.outcome for proof in proofs}
    return next((one for one in WORST_FIRST if one in seen), None)


@cache
def kept() -> Proofs:
    """Those that came with this version."""
    return Proofs.model_validate_json(KEPT.read_bytes())


def rows(subjects: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    """Of each subject, by its name in the proofs and its words: the tests, and what came of them together."""
    found = [(words, kept().of(subject)) for subject, words in subjects]
    return [{"words": words, "tests": tests, "outcome": outcome(tests)} for words, tests in found]

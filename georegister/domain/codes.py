"""Code lists: what the codes of a delivery mean, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from georegister.domain.record import Texts

TOPICS = ("general-use", "specific-use", "guideline-topic")
"""The lists that the topics of plans are codes of; their codes differ."""


@dataclass(frozen=True)
class CodeList:
    """One list: `titles` is what it is called, `codes` what each code means."""

    titles: Texts
    codes: Mapping[str, Texts]

    def find(self, value: str) -> str | None:
        """The code that a delivery means by a code or by its title, in any case; None where it is in no such list."""
        if value in self.codes:
            return value
        wanted = value.casefold()
        return next((code for code, texts in self.codes.items() if wanted in map(str.casefold, texts.values())), None)


@dataclass(frozen=True)
class Codes:
    """Every code list there is, by its name."""

    lists: Mapping[str, CodeList]

    def topic(self, code: str) -> Texts | None:
        """What a plan's topic means; None for a code that is kept verbatim."""
        found = (self.lists[name].codes.get(code) for name in TOPICS if name in self.lists)
        return next((texts for texts in found if texts), None)

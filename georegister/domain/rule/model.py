"""What a rule is: its id, how grave it is, who must act, what is said, and what it stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter


class Severity(StrEnum):
    ERROR = "error"
    """The row is refused."""
    WARNING = "warning"
    """The row is taken; somebody should look."""
    INFORMATION = "information"


class Responsible(StrEnum):
    SUPPLIER = "supplier"
    REGISTER = "register"


@dataclass(frozen=True)
class Rule:
    """One rule. `basis` is the paragraph or standard it stands on.

    A warning that `must_acknowledge` keeps a delivery out until somebody says that it is meant: few are, and all of
    them of what would mislead a citizen at a click on the map though every value is well formed.
    """

    id: str
    severity: Severity
    message: str
    basis: str
    responsible: Responsible = Responsible.SUPPLIER
    must_acknowledge: bool = False

    @property
    def details(self) -> list[str]:
        """The names of what a finding fills its message with."""
        return [name for _, name, _, _ in Formatter().parse(self.message) if name]

    def __reduce__(self) -> tuple[Callable[[str], "Rule"], tuple[str]]:
        """There is one of each: what is pickled is its name."""
        return _called, (self.id,)


def _called(id_: str) -> Rule:
    from georegister.domain.rule import RULES

    return RULES[id_]


ERROR, WARNING, INFORMATION = Severity
REGISTER = Responsible.REGISTER
SIMPLE_FEATURES = "ISO 19125"

WORDS = frozenset({"suggestion", "what", "first", "second", "reason", "note", "relation", "missing"})
"""The details that are words of ours, to be said in the reader's language."""

NAMES = frozenset({"field"})
"""The details that are names of the code, to be said as words."""

FIGURES = frozenset({"before", "after", "area", "least", "most", "points"})
"""The details that are large numbers, of square metres or points."""

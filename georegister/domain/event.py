"""Events: the dated facts that a plan's status is derived from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from georegister.errors import ValueRefused
from georegister.sentence import N_


class EventType(StrEnum):
    """What can happen to a plan, in the order of its life."""

    CALL_FOR_IDEAS = "call_for_ideas"
    PROPOSAL = "proposal"
    ADOPTION = "adoption"
    PUBLICATION = "publication"
    ENTRY_INTO_FORCE = "entry_into_force"
    PARTIAL_REVOCATION = "partial_revocation"
    REPLACEMENT = "replacement"
    REVOCATION = "revocation"
    LAPSE = "lapse"


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, or some time between two days.

    `earliest` and `latest` are inclusive and equal when the day is known; None is a bound that nobody knows.
    `by` is the id of the plan that replaced this one.
    """

    type: EventType
    earliest: date | None
    latest: date | None
    paragraph: str | None = None
    source: str | None = None
    by: str | None = None

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueRefused(
                N_("{type}: earliest {earliest} lies after latest {latest}"),
                type=self.type,
                earliest=self.earliest,
                latest=self.latest,
            )

    def is_certain_on(self, day: date) -> bool:
        """Whether it surely has happened by the end of that day."""
        return self.latest is not None and self.latest <= day

    def is_possible_on(self, day: date) -> bool:
        """Whether it may have happened by the end of that day, and may not."""
        return not self.is_certain_on(day) and (self.earliest is None or self.earliest <= day)

    @property
    def order(self) -> tuple[date, date, str]:
        """A total order by time that does not depend on the order in which facts arrived."""
        return (self.earliest or date.min, self.latest or date.max, self.type)

"""Hearings: when the public is asked, and until when it may answer."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from georegister.errors import ValueRefused
from georegister.sentence import N_


class HearingKind(StrEnum):
    CALL_FOR_IDEAS = "call_for_ideas"
    PUBLIC = "public"
    RENEWED = "renewed"
    STRATEGY = "strategy"


@dataclass(frozen=True)
class Hearing:
    """A hearing of a plan or a strategy; the last day counts ("senest den 7. juli")."""

    kind: HearingKind
    opens: date
    closes: date
    paragraph: str | None = None
    respond_to: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.opens > self.closes:
            raise ValueRefused(
                N_("a hearing that closes on {closes} cannot open on {opens}"), closes=self.closes, opens=self.opens
            )

    def is_open_on(self, day: date) -> bool:
        return self.opens <= day <= self.closes

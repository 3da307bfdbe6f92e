"""The entries of a file of facts that say what a municipality wants: strategies with their parts, and sector plans."""

from decimal import Decimal
from typing import Any, Literal, Protocol, Self, TypeVar

from pydantic import Field, model_validator

from georegister.errors import ValueRefused
from georegister.loading.entry import Day, Entry, Number, Part, PartId, Repeated, Sdg, Text, Texts, Year
from georegister.sentence import N_

SECTOR_PLAN_YEARS = 12


class _WithPeriod(Protocol):
    @property
    def period_from(self) -> int | None: ...
    @property
    def period_to(self) -> int | None: ...


P = TypeVar("P", bound=_WithPeriod)


def _in_order(entry: P) -> P:
    if entry.period_from and entry.period_to and entry.period_to < entry.period_from:
        raise ValueRefused(N_("`period_to` lies before `period_from`"))
    return entry


class StrategyEntry(Part):
    titles: Texts
    period_from: Year | None = None
    period_to: Year | None = None
    revision: Literal["full", "partial"] | None = None
    predecessor: Text | None = None
    introductions: Texts | None = None
    continues: list[Texts] | None = None
    statutory_contents: list[Texts] | None = None
    source_ref: Text | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        return _in_order(self)


class ThemeEntry(Part):
    strategy: PartId
    kind: Literal["theme", "core_value", "focus_area"] = "theme"
    no: Number
    titles: Texts
    texts: Texts | None = None
    source_ref: Text | None = None


class GoalEntry(Part):
    theme: PartId
    parent: PartId | None = None
    no: Number
    texts: Texts
    source_ref: Text | None = None

    @model_validator(mode="after")
    def _not_its_own(self) -> Self:
        if self.parent == self.id:
            raise ValueRefused(N_("`parent` is the goal itself; name another goal, or leave it out"))
        return self


class ActionEntry(Part):
    theme: PartId
    no: Number
    texts: Texts
    source_ref: Text | None = None


class PrincipleEntry(Part):
    strategy: PartId
    no: Number
    titles: Texts
    texts: Texts | None = None
    source_ref: Text | None = None


class InstrumentEntry(Part):
    titles: Texts
    state: Literal["announced", "in_preparation", "adopted", "ended", "unknown"] = "unknown"
    source_ref: Text | None = None


class ActionInstrumentEntry(Entry):
    action: PartId
    instrument: PartId

    def key(self) -> str:
        return f"{self.action}-{self.instrument}"


class SdgLinkEntry(Entry):
    part: PartId
    sdg: Sdg
    titles: Texts | None = None
    texts: Texts | None = None
    source_ref: Text | None = None

    def key(self) -> str:
        return f"{self.part}-sdg-{self.sdg}"


class TargetEntry(Part):
    goal: PartId
    measures: Texts
    comparator: Literal["=", ">=", "<=", "<", ">"]
    value: Decimal | None = None
    benchmark: Texts | None = None
    unit: Text | None = None
    year: Year | None = None
    by_or_in: Literal["by", "in"] | None = None
    scopes: Texts | None = None
    baseline: Decimal | None = None
    source_ref: Text | None = None


class MeasurementEntry(Repeated):
    """How far it is to a target, on a day."""

    target: PartId = Field(description="the target: its id")
    day: Day = Field(description="the day the figure is of")
    value: Decimal = Field(description="the figure, in the target's unit")
    source: Text = Field(description="where the figure is from")

    def first_key(self) -> str:
        return f"{self.target}-measured-{self.day}"


class AdministrationEntry(Part):
    """A part of the municipality's organisation that makes plans for its sector."""

    titles: Texts
    source_ref: Text | None = None


class SectorPlanEntry(Part):
    """What an administration plans, and what that asks of land and money; for twelve years unless it says otherwise."""

    administration: PartId
    titles: Texts
    period_from: Year
    period_to: Year | None = None
    physical: Texts | None = None
    economic: Texts | None = None
    source_ref: Text | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        return _in_order(self)

    def content(self) -> dict[str, Any]:
        return {**super().content(), "period_to": self.period_to or self.period_from + SECTOR_PLAN_YEARS - 1}


class SubGoalEntry(Part):
    """What a sector plan will reach for one of the UN's goals, and which way it goes."""

    sector_plan: PartId
    no: Number
    texts: Texts
    sdg: Sdg
    measures: Texts | None = None
    trend: Literal["progress", "regress", "unchanged", "unknown"] = "unknown"
    source_ref: Text | None = None

"""The entries of a file of facts: a class for each kind of section, its fields, and what it is told again by."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

import shapely
from pydantic import BaseModel, ConfigDict, Field, model_validator

from georegister.domain.event import EventType
from georegister.domain.hearing import HearingKind

Texts = dict[str, str]
PartId = str
SECTOR_PLAN_YEARS = 12


class Entry(BaseModel):
    """One `[[section]]` of a file; `fact` says what it becomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def key(self) -> str:
        """What the fact is told again by; the reader numbers entries that share one."""
        raise NotImplementedError

    def content(self) -> dict[str, Any]:
        return self.model_dump(exclude={"id"})


class _Part(Entry):
    id: PartId

    def key(self) -> str:
        return self.id


class StrategyEntry(_Part):
    titles: Texts
    period_from: int | None = None
    period_to: int | None = None
    revision: Literal["full", "partial"] | None = None
    predecessor: str | None = None
    introductions: Texts | None = None
    continues: list[Texts] | None = None
    statutory_contents: list[Texts] | None = None
    source_ref: str | None = None


class ThemeEntry(_Part):
    strategy: PartId
    kind: Literal["theme", "core_value", "focus_area"] = "theme"
    no: int
    titles: Texts
    texts: Texts | None = None
    source_ref: str | None = None


class GoalEntry(_Part):
    theme: PartId
    parent: PartId | None = None
    no: int
    texts: Texts
    source_ref: str | None = None


class ActionEntry(_Part):
    theme: PartId
    no: int
    texts: Texts
    source_ref: str | None = None


class PrincipleEntry(_Part):
    strategy: PartId
    no: int
    titles: Texts
    texts: Texts | None = None
    source_ref: str | None = None


class InstrumentEntry(_Part):
    titles: Texts
    state: Literal["announced", "in_preparation", "adopted", "ended", "unknown"] = "unknown"
    source_ref: str | None = None


class ActionInstrumentEntry(Entry):
    action: PartId
    instrument: str

    def key(self) -> str:
        return f"{self.action}-{self.instrument}"


class SdgLinkEntry(Entry):
    part: PartId
    sdg: int = Field(ge=1, le=17)
    titles: Texts | None = None
    texts: Texts | None = None
    source_ref: str | None = None

    def key(self) -> str:
        return f"{self.part}-sdg-{self.sdg}"


class TargetEntry(_Part):
    goal: PartId
    measures: Texts
    comparator: Literal["=", ">=", "<=", "<", ">"]
    value: Decimal | None = None
    benchmark: Texts | None = None
    unit: str | None = None
    year: int | None = None
    by_or_in: Literal["by", "in"] | None = None
    scopes: Texts | None = None
    baseline: Decimal | None = None
    source_ref: str | None = None


class _OfPlanOrStrategy(Entry):
    plan: str | None = None
    strategy: PartId | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.plan is None) == (self.strategy is None):
            raise ValueError("name a plan or a strategy, and not both")
        return self

    @property
    def subject(self) -> str:
        return self.plan or self.strategy or ""


class EventEntry(_OfPlanOrStrategy):
    type: EventType
    on: date | None = None
    earliest: date | None = None
    latest: date | None = None
    by_plan: str | None = None
    paragraph: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _days(self) -> Self:
        if self.on and (self.earliest or self.latest):
            raise ValueError("give `on`, or `earliest` and `latest`, and not both")
        if not (self.on or self.earliest or self.latest):
            raise ValueError("give `on`, or `earliest` and `latest`")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("`earliest` lies after `latest`")
        return self

    def key(self) -> str:
        return f"{self.subject}-{self.type.replace('_', '-')}"

    def content(self) -> dict[str, Any]:
        days = {"earliest": self.on or self.earliest, "latest": self.on or self.latest}
        return {**self.model_dump(exclude={"on", "earliest", "latest"}), **days, "type": str(self.type)}


class HearingEntry(_OfPlanOrStrategy):
    kind: HearingKind
    opens: date
    closes: date
    respond_to: str | None = None
    document_url: str | None = None
    paragraph: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.opens > self.closes:
            raise ValueError("`opens` lies after `closes`")
        return self

    def key(self) -> str:
        return f"{self.subject}-hearing-{self.opens}"

    def content(self) -> dict[str, Any]:
        return {**self.model_dump(), "kind": str(self.kind)}


class RelationEntry(Entry):
    from_plan: str
    type: Literal["amends", "accompanies", "replaces", "absorbs", "partly_revokes"]
    to_plan: str
    source: str | None = None

    def key(self) -> str:
        return f"{self.from_plan}-{self.type.replace('_', '-')}-{self.to_plan}"


class ClaimEntry(Entry):
    plan: str
    goal: PartId | None = None
    sdg: int | None = Field(None, ge=1, le=17)
    stance: Literal["supports", "hinders", "mixed"]
    evidence: Texts | None = None
    source: str | None = None
    asserted_by: str

    @model_validator(mode="after")
    def _one_aim(self) -> Self:
        if (self.goal is None) == (self.sdg is None):
            raise ValueError("name a goal or an SDG, and not both")
        return self

    def key(self) -> str:
        return f"{self.plan}-claim-{self.goal or f'sdg-{self.sdg}'}"


class PlaceEntry(Entry):
    names: Texts
    kind: str
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: int | None = Field(None, ge=0)
    source: str | None = None

    def key(self) -> str:
        return f"{self.kind}-{next(iter(self.names.values())).casefold()}"

    def content(self) -> dict[str, Any]:
        geom = shapely.to_wkb(shapely.Point(self.lon, self.lat))
        return {**self.model_dump(exclude={"lon", "lat"}), "geom": geom}


class AdministrationEntry(_Part):
    """A part of the municipality's organisation that makes plans for its sector."""

    titles: Texts
    source_ref: str | None = None


class SectorPlanEntry(_Part):
    """What an administration plans, and what that asks of land and money; for twelve years unless it says otherwise."""

    administration: str
    titles: Texts
    period_from: int
    period_to: int = 0
    physical: Texts | None = None
    economic: Texts | None = None
    source_ref: str | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.period_to and self.period_to < self.period_from:
            raise ValueError("`period_to` lies before `period_from`")
        return self

    def content(self) -> dict[str, Any]:
        return {**super().content(), "period_to": self.period_to or self.period_from + SECTOR_PLAN_YEARS - 1}


class SubGoalEntry(_Part):
    """What a sector plan will reach for one of the UN's goals, and which way it goes."""

    sector_plan: str
    no: int = Field(ge=1)
    texts: Texts
    sdg: int = Field(ge=1, le=17)
    measures: Texts | None = None
    trend: Literal["progress", "regress", "unchanged", "unknown"] = "unknown"
    source_ref: str | None = None


class PlanEntry(Entry):
    """A plan that has no geometry of its own: a municipal plan."""

    kind: Literal["municipal-plan"]
    number: str = Field(min_length=1)
    titles: Texts
    descriptions: Texts | None = None
    document_url: str | None = Field(None, pattern=r"^https?://\S+$")
    source: str | None = None

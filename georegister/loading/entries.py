"""The entries of a file of facts: a class for each kind of section, its fields, and what it is told again by."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from georegister.domain.event import EventType
from georegister.domain.hearing import HearingKind

SECTOR_PLAN_YEARS = 12
FIRST_YEAR, LAST_YEAR = 1500, 3000


def _said(text: str) -> str:
    """Text that says something, without what no database or page can show."""
    if not text.strip():
        raise ValueError("says nothing; give a text, or leave the field out")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t\r" for letter in text):
        raise ValueError("holds a control character; take it out")
    return text


def _of_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return day


Text = Annotated[str, AfterValidator(_said)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[0-9A-Za-z]{1,8})*$")]
Texts = Annotated[dict[Language, Text], Field(min_length=1)]
PartId = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,150}$")]
Day = Annotated[date, Field(strict=True), AfterValidator(_of_our_time)]
"""A day as TOML writes it; a bare number would be taken for seconds since 1970."""
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
Number = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Sdg = Annotated[int, Field(strict=True, ge=1, le=17)]
Address = Annotated[str, Field(pattern=r"^https?://\S+$"), AfterValidator(_said)]


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


class _WithPeriod(Protocol):
    @property
    def period_from(self) -> int | None: ...
    @property
    def period_to(self) -> int | None: ...


P = TypeVar("P", bound=_WithPeriod)


def _in_order(entry: P) -> P:
    if entry.period_from and entry.period_to and entry.period_to < entry.period_from:
        raise ValueError("`period_to` lies before `period_from`")
    return entry


class StrategyEntry(_Part):
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


class ThemeEntry(_Part):
    strategy: PartId
    kind: Literal["theme", "core_value", "focus_area"] = "theme"
    no: Number
    titles: Texts
    texts: Texts | None = None
    source_ref: Text | None = None


class GoalEntry(_Part):
    theme: PartId
    parent: PartId | None = None
    no: Number
    texts: Texts
    source_ref: Text | None = None

    @model_validator(mode="after")
    def _not_its_own(self) -> Self:
        if self.parent == self.id:
            raise ValueError("`parent` is the goal itself; name another goal, or leave it out")
        return self


class ActionEntry(_Part):
    theme: PartId
    no: Number
    texts: Texts
    source_ref: Text | None = None


class PrincipleEntry(_Part):
    strategy: PartId
    no: Number
    titles: Texts
    texts: Texts | None = None
    source_ref: Text | None = None


class InstrumentEntry(_Part):
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


class TargetEntry(_Part):
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


class _OfPlanOrStrategy(Entry):
    plan: PartId | None = None
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
    on: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None
    by_plan: PartId | None = None
    paragraph: Text | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _days(self) -> Self:
        if self.on and (self.earliest or self.latest):
            raise ValueError("give `on`, or `earliest` and `latest`, and not both")
        if not (self.on or self.earliest or self.latest):
            raise ValueError("give `on`, or `earliest` and `latest`")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("`earliest` lies after `latest`")
        if self.by_plan and self.by_plan == self.plan:
            raise ValueError("`by_plan` is the plan itself; name the plan that takes its place")
        return self

    def key(self) -> str:
        return f"{self.subject}-{self.type.replace('_', '-')}"

    def content(self) -> dict[str, Any]:
        days = {"earliest": self.on or self.earliest, "latest": self.on or self.latest}
        return {**self.model_dump(exclude={"on", "earliest", "latest"}), **days, "type": str(self.type)}


class HearingEntry(_OfPlanOrStrategy):
    kind: HearingKind
    opens: Day
    closes: Day
    respond_to: Text | None = None
    document_url: Address | None = None
    paragraph: Text | None = None
    source: Text | None = None

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
    from_plan: PartId
    type: Literal["amends", "accompanies", "replaces", "absorbs", "partly_revokes"]
    to_plan: PartId
    source: Text | None = None

    @model_validator(mode="after")
    def _two_plans(self) -> Self:
        if self.from_plan == self.to_plan:
            raise ValueError("`from_plan` and `to_plan` are the same plan; name two")
        return self

    def key(self) -> str:
        return f"{self.from_plan}-{self.type.replace('_', '-')}-{self.to_plan}"


class ClaimEntry(Entry):
    plan: PartId
    goal: PartId | None = None
    sdg: Sdg | None = None
    stance: Literal["supports", "hinders", "mixed"]
    evidence: Texts | None = None
    source: Text | None = None
    asserted_by: Text

    @model_validator(mode="after")
    def _one_aim(self) -> Self:
        if (self.goal is None) == (self.sdg is None):
            raise ValueError("name a goal or an SDG, and not both")
        return self

    def key(self) -> str:
        return f"{self.plan}-claim-{self.goal or f'sdg-{self.sdg}'}"


class PlaceEntry(Entry):
    names: Texts
    kind: Text
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: int | None = Field(None, strict=True, ge=0, le=1_000_000)
    source: Text | None = None

    def key(self) -> str:
        return f"{self.kind}-{next(iter(self.names.values())).casefold()}"

    def content(self) -> dict[str, Any]:
        geom = shapely.to_wkb(shapely.Point(self.lon, self.lat))
        return {**self.model_dump(exclude={"lon", "lat"}), "geom": geom}


class AdministrationEntry(_Part):
    """A part of the municipality's organisation that makes plans for its sector."""

    titles: Texts
    source_ref: Text | None = None


class SectorPlanEntry(_Part):
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


class SubGoalEntry(_Part):
    """What a sector plan will reach for one of the UN's goals, and which way it goes."""

    sector_plan: PartId
    no: Number
    texts: Texts
    sdg: Sdg
    measures: Texts | None = None
    trend: Literal["progress", "regress", "unchanged", "unknown"] = "unknown"
    source_ref: Text | None = None


class PlanEntry(Entry):
    """A plan that has no geometry of its own: a municipal plan."""

    kind: Literal["municipal-plan"]
    number: Text
    titles: Texts
    descriptions: Texts | None = None
    document_url: Address | None = None
    source: Text | None = None

"""The entries of a file of facts that speak of plans: what happens to them, what they allow, what they serve.

A description is what the command line says of the field.
"""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

import shapely
from pydantic import AfterValidator, Field, model_validator

from georegister.domain import contact
from georegister.domain.event import EventType
from georegister.domain.hearing import HearingKind
from georegister.domain.parameter import UNITS
from georegister.domain.plan import slug
from georegister.errors import ValueRefused
from georegister.loading.entry import Address, Day, Entry, OfPlanOrStrategy, PartId, Repeated, Sdg, Text, Texts
from georegister.sentence import N_

DAYS = ("earliest", "latest")
SOURCE = "where this is from, such as the notice of 12 May"
PARAGRAPH = "the paragraph it stands on, such as planloven § 30"


def _to_be_followed(words: str) -> str:
    contact.link(words)
    return words


Contact = Annotated[Text, AfterValidator(_to_be_followed)]
"""A web address, a mail address, or plain words."""
Figure = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


class EventEntry(OfPlanOrStrategy):
    """Something that has happened to a plan or a strategy, on a day or between two."""

    type: EventType = Field(description="what happened")
    on: Day | None = Field(None, description="the day")
    earliest: Day | None = Field(None, description="where the day is not known: the first on which it can have been")
    latest: Day | None = Field(None, description="where the day is not known: the last on which it can have been")
    by_plan: PartId | None = Field(None, description="the plan that takes its place")
    paragraph: Text | None = Field(None, description=PARAGRAPH)
    source: Text | None = Field(None, description=SOURCE)

    fills: ClassVar = dict.fromkeys(("on", *DAYS), DAYS)

    @model_validator(mode="after")
    def _days(self) -> Self:
        if self.on and (self.earliest or self.latest):
            raise ValueRefused(N_("give `on`, or `earliest` and `latest`, and not both"))
        if not (self.on or self.earliest or self.latest):
            raise ValueRefused(N_("give `on`, or `earliest` and `latest`"))
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueRefused(N_("`earliest` lies after `latest`"))
        if self.by_plan and self.by_plan == self.plan:
            raise ValueRefused(N_("`by_plan` is the plan itself; name the plan that takes its place"))
        return self

    def first_key(self) -> str:
        return f"{self.subject}-{self.type.replace('_', '-')}"

    def content(self) -> dict[str, Any]:
        days = {"earliest": self.on or self.earliest, "latest": self.on or self.latest}
        return {**self.model_dump(exclude={"nth", "on", *DAYS}), **days, "type": str(self.type)}


class HearingEntry(OfPlanOrStrategy):
    """When the public is asked about a plan or a strategy, and where it answers."""

    kind: HearingKind = Field(description="what kind of hearing")
    opens: Day = Field(description="the first day")
    closes: Day = Field(description="the last day, which counts")
    respond_to: Contact | None = Field(None, description="where to answer: web address, mail address or plain words")
    document_url: Address | None = Field(None, description="web address of what is heard")
    paragraph: Text | None = Field(None, description=PARAGRAPH)
    source: Text | None = Field(None, description=SOURCE)

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.opens > self.closes:
            raise ValueRefused(N_("`opens` lies after `closes`"))
        return self

    def first_key(self) -> str:
        return f"{self.subject}-hearing-{self.opens}"

    def content(self) -> dict[str, Any]:
        return {**super().content(), "kind": str(self.kind)}


class RelationEntry(Entry):
    """How two plans hang together."""

    from_plan: PartId = Field(description="the plan that does it: its id, or its number where no other plan has it")
    type: Literal["amends", "accompanies", "replaces", "absorbs", "partly_revokes"] = Field(
        description="what it does to the other"
    )
    to_plan: PartId = Field(description="the other plan")
    source: Text | None = Field(None, description=SOURCE)

    @model_validator(mode="after")
    def _two_plans(self) -> Self:
        if self.from_plan == self.to_plan:
            raise ValueRefused(N_("`from_plan` and `to_plan` are the same plan; name two"))
        return self

    def key(self) -> str:
        return f"{self.from_plan}-{self.type.replace('_', '-')}-{self.to_plan}"


class ClaimEntry(Repeated):
    """What somebody asserts that a plan does for or against a goal or one of the UN's goals."""

    plan: PartId = Field(description="the plan: its id, or its number where no other plan has it")
    goal: PartId | None = Field(None, description="the goal of the strategy, such as 0340-vision-2026-4.1")
    sdg: Sdg | None = Field(None, description="the UN's goal, 1 to 17")
    stance: Literal["supports", "hinders", "mixed"] = Field(description="what the plan does to it")
    evidence: Texts | None = Field(None, description="why, in words")
    source: Text | None = Field(None, description=SOURCE)
    asserted_by: Text = Field(description="who says so")

    @model_validator(mode="after")
    def _one_aim(self) -> Self:
        if (self.goal is None) == (self.sdg is None):
            raise ValueRefused(N_("name a goal or an SDG, and not both"))
        return self

    def first_key(self) -> str:
        return f"{self.plan}-claim-{self.goal or f'sdg-{self.sdg}'}"


class DocumentEntry(Repeated):
    """A document of a plan: where it is, and what its content was on the day somebody looked."""

    plan: PartId = Field(description="the plan: its id, or its number where no other plan has it")
    title: Text = Field(description="what the document is called; a plan's documents are told apart by it")
    url: Address | None = Field(None, description="its web address")
    file: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f\x7f]{1,200}$")] | None = Field(
        None, description="a PDF, which is kept in the register"
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="the SHA-256 of its content, in hexadecimal"
    )
    seen_on: Day | None = Field(None, description="the day its content was seen")
    source: Text | None = Field(None, description=SOURCE)

    fills: ClassVar = {"file": ("file_name", "sha256", "media_type", "size")}

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.url is None and self.file is None:
            raise ValueRefused(N_("give `url`, or `file`, or both"))
        return self

    def first_key(self) -> str:
        return f"{self.plan}-document-{slug(self.title)[:80].strip('-')}"

    def content(self) -> dict[str, Any]:
        sha256 = bytes.fromhex(self.sha256) if self.sha256 else None
        kept = {"file_name": self.file, "sha256": sha256, "media_type": None, "size": None}
        return {**self.model_dump(exclude={"nth", "file", "sha256"}), **kept}


class ParameterEntry(Repeated):
    """What a plan allows, in a figure or in words: plot ratio, storeys, building height."""

    plan: PartId = Field(description="the plan: its id, or its number where no other plan has it")
    name: Text = Field(description="what it is")
    value: Figure | None = Field(None, description="the figure")
    text_value: Text | None = Field(None, description="in words, where it is no figure")
    unit: Text | None = Field(None, description="the unit; those the register knows have theirs")
    paragraph: Text | None = Field(None, description="the paragraph of the plan")
    source: Text | None = Field(None, description=SOURCE)

    fills: ClassVar = {"value": ("value", "text_value", "unit"), "text_value": ("value", "text_value", "unit")}

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.value is None) == (self.text_value is None):
            raise ValueRefused(N_("give `value` or `text_value`, and not both"))
        if self.value is not None and self.name in UNITS and self.unit not in (None, UNITS[self.name]):
            plain = N_("`unit`: {name} is a number without a unit, not in {unit!r}")
            other = N_("`unit`: {name} is in {its}, not in {unit!r}")
            its = UNITS[self.name]
            raise ValueRefused(other if its else plain, name=self.name, its=its, unit=self.unit)
        return self

    def first_key(self) -> str:
        return f"{self.plan}-parameter-{slug(self.name)[:80].strip('-')}"

    def content(self) -> dict[str, Any]:
        unit = self.unit or (UNITS.get(self.name) if self.value is not None else None)
        return {**super().content(), "unit": unit}


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


class PlanEntry(Entry):
    """A plan that has no geometry of its own: a municipal plan."""

    kind: Literal["municipal-plan"]
    number: Text
    titles: Texts
    descriptions: Texts | None = None
    document_url: Address | None = None
    source: Text | None = None

"""What the sections of a file of facts have in common: the kinds of field, and what an entry becomes."""

import unicodedata
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from georegister.errors import ValueRefused
from georegister.sentence import N_

FIRST_YEAR, LAST_YEAR = 1500, 3000


def _said(text: str) -> str:
    """Text that says something, without what no database or page can show."""
    if not text.strip():
        raise ValueRefused(N_("says nothing; give a text, or leave the field out"))
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t\r" for letter in text):
        raise ValueRefused(N_("holds a control character; take it out"))
    return text


def _of_our_time(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueRefused(N_("the year must lie between {first} and {last}"), first=FIRST_YEAR, last=LAST_YEAR)
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
    fills: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Fields that fill other columns than the one they are called after."""

    def key(self) -> str:
        """What the fact is told again by; the reader numbers entries that share one."""
        raise NotImplementedError

    def content(self) -> dict[str, Any]:
        return self.model_dump(exclude={"id", "nth"})

    def said(self) -> frozenset[str]:
        """The columns it speaks of, even where it leaves them empty."""
        named = {column for field in self.model_fields_set for column in self.fills.get(field, (field,))}
        return frozenset(named - {"id", "nth"})


class Part(Entry):
    """What has an id of its own, once in a municipality."""

    id: PartId

    def key(self) -> str:
        return self.id


class Repeated(Entry):
    """What several entries may say of one plan with the same key: they are told apart by a number."""

    nth: Annotated[int, Field(strict=True, ge=2, le=9999)] | None = Field(
        None, description="which of several with the same key it is, from 2 on"
    )

    def key(self) -> str:
        return f"{self.first_key()}-{self.nth}" if self.nth else self.first_key()

    def first_key(self) -> str:
        """The key without the number."""
        raise NotImplementedError


class OfPlanOrStrategy(Repeated):
    """What is said of a plan or of a strategy."""

    plan: PartId | None = Field(None, description="the plan: its id, or its number where no other plan has it")
    strategy: PartId | None = Field(None, description="the strategy, where it is of no plan: its id")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.plan is None) == (self.strategy is None):
            raise ValueRefused(N_("name a plan or a strategy, and not both"))
        return self

    @property
    def subject(self) -> str:
        return self.plan or self.strategy or ""

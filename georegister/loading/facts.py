"""Facts and plans without geometry, written by people as TOML: strategies, events, hearings, claims, places.

    municipality = "0340"
    dataset = "exampleby-plans"
    title = "Where this is from"
    complete = true             # what the file no longer says is withdrawn

    [[event]]
    plan = "0340-local-plan-sk-66"
    type = "adoption"
    on = 2021-10-13             # or earliest = ..., latest = ...
    source = "exampleby.dk"

Each section below is one kind of entry; every field is checked, and an error names the file, the entry and the field.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import MappingInvalid
from georegister.loading.entries import (
    ActionEntry,
    ActionInstrumentEntry,
    AdministrationEntry,
    ClaimEntry,
    EventEntry,
    GoalEntry,
    HearingEntry,
    InstrumentEntry,
    PlaceEntry,
    PlanEntry,
    PrincipleEntry,
    RelationEntry,
    SdgLinkEntry,
    SectorPlanEntry,
    StrategyEntry,
    SubGoalEntry,
    TargetEntry,
    Text,
    ThemeEntry,
)
from georegister.loading.files import read_toml


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    municipality: Text
    dataset: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=150)
    title: Text
    complete: bool = False
    plan: list[PlanEntry] = []
    strategy: list[StrategyEntry] = []
    theme: list[ThemeEntry] = []
    goal: list[GoalEntry] = []
    action: list[ActionEntry] = []
    principle: list[PrincipleEntry] = []
    instrument: list[InstrumentEntry] = []
    action_instrument: list[ActionInstrumentEntry] = []
    sdg_link: list[SdgLinkEntry] = []
    target: list[TargetEntry] = []
    administration: list[AdministrationEntry] = []
    sector_plan: list[SectorPlanEntry] = []
    sub_goal: list[SubGoalEntry] = []
    event: list[EventEntry] = []
    hearing: list[HearingEntry] = []
    relation: list[RelationEntry] = []
    claim: list[ClaimEntry] = []
    place: list[PlaceEntry] = []


STRATEGY_PARTS = ("strategy", "theme", "goal", "action", "principle", "target")
SECTIONS_WITH_IDS = (*STRATEGY_PARTS, "instrument", "administration", "sector_plan", "sub_goal")
SECTIONS = {"event": "plan_event"}
"""Sections whose table has another name."""


@dataclass(frozen=True)
class FactFile:
    """What a file of facts says."""

    municipality: str
    dataset: str
    title: str
    complete: bool
    plans: list[PlanRecord]
    facts: list[Fact]


def read_facts(file: Path) -> FactFile:
    """Raises MappingInvalid naming the file, the entry and the field."""
    try:
        said = _File.model_validate(read_toml(file))
    except ValidationError as error:
        raise MappingInvalid(f"{file.name}: {_place(error)}.") from error
    _refuse_ids(said, file.name)
    return FactFile(
        said.municipality,
        said.dataset,
        said.title,
        said.complete,
        [_plan(entry, said.title, Origin(file.name, "plan", row)) for row, entry in enumerate(said.plan, 1)],
        list(_facts(said, file.name)),
    )


def _refuse_ids(said: _File, file: str) -> None:
    """An id that is given is given once, and that of a part of a strategy is the municipality's."""
    seen: dict[tuple[bool, str], str] = {}
    for section in SECTIONS_WITH_IDS:
        part = section in STRATEGY_PARTS
        for row, entry in enumerate(getattr(said, section), 1):
            where = f"[[{section}]], entry {row}"
            if part and not re.fullmatch(rf"{re.escape(said.municipality)}-[a-z0-9.-]+", entry.id):
                raise MappingInvalid(
                    f"{file}: {where}, id: {entry.id!r} must be {said.municipality}- and then a-z, 0-9, . and -."
                )
            # Parts of strategies share one row of ids; an administration may be called as an instrument is.
            key = (part, entry.id if part else f"{section} {entry.id}")
            if key in seen:
                raise MappingInvalid(f"{file}: {where}, id: {entry.id!r} is {seen[key]} already; give it another id.")
            seen[key] = where


def _plan(entry: PlanEntry, title: str, origin: Origin) -> PlanRecord:
    return PlanRecord(
        Kind(entry.kind),
        entry.number,
        entry.titles,
        origin,
        descriptions=entry.descriptions,
        document_url=entry.document_url,
        source=entry.source or title,
    )


def _facts(said: _File, file: str) -> Iterator[Fact]:
    for section in (name for name in _File.model_fields if isinstance(getattr(said, name), list) and name != "plan"):
        seen: Counter[str] = Counter()
        for row, entry in enumerate(getattr(said, section), 1):
            seen[entry.key()] += 1
            again = f"-{seen[entry.key()]}" if seen[entry.key()] > 1 else ""
            table = SECTIONS.get(section, section)
            yield Fact(table, entry.key() + again, entry.content(), Origin(file, section, row))


def _place(error: ValidationError) -> str:
    first = error.errors()[0]
    words = [f"[[{first['loc'][0]}]]" if len(first["loc"]) > 1 else str(first["loc"][0])]
    for part in first["loc"][1:]:
        words.append(f"entry {part + 1}" if isinstance(part, int) else str(part))
    return f"{', '.join(words)}: {first['msg'].removeprefix('Value error, ')}"

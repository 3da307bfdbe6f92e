"""Facts and plans without geometry, written by people as TOML: strategies, events, hearings, claims, places.

    municipality = "0340"
    dataset = "exampleby-plans"
    title = "Where this is from"
    complete = true             # what the file no longer says is withdrawn
    partial = false             # true: a field that an entry leaves out stays as the register has it

    [[event]]
    plan = "0340-local-plan-sk-66"
    type = "adoption"
    on = 2021-10-13             # or earliest = ..., latest = ...
    source = "exampleby.dk"

    [[withdrawal]]              # takes one fact of this dataset back
    section = "event"
    id = "0340-local-plan-sk-66-publication"

Each section below is one kind of entry; every field is checked, and an error names the file, the entry and the field.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from georegister.complaints import complaint
from georegister.domain.finding import Finding
from georegister.domain.municipality import Municipality
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord
from georegister.errors import EntryInvalid, MappingInvalid, ValueRefused, entry_of
from georegister.language import LANGUAGES, translator
from georegister.loading.documents import PDF, Document, Find, beside, checked
from georegister.loading.entries import (
    ClaimEntry,
    DocumentEntry,
    EventEntry,
    HearingEntry,
    ParameterEntry,
    PlaceEntry,
    PlanEntry,
    RelationEntry,
)
from georegister.loading.entry import Entry, Text
from georegister.loading.files import read_toml
from georegister.loading.strategy_entries import (
    ActionEntry,
    ActionInstrumentEntry,
    AdministrationEntry,
    GoalEntry,
    InstrumentEntry,
    MeasurementEntry,
    PrincipleEntry,
    SdgLinkEntry,
    SectorPlanEntry,
    StrategyEntry,
    SubGoalEntry,
    TargetEntry,
    ThemeEntry,
)
from georegister.sentence import N_, Sentence

BY_HAND: dict[str, type[Entry]] = {
    "event": EventEntry,
    "hearing": HearingEntry,
    "relation": RelationEntry,
    "claim": ClaimEntry,
    "document": DocumentEntry,
    "parameter": ParameterEntry,
    "measurement": MeasurementEntry,
}
"""The sections whose entries are also made one by one, and come in tables."""
DATASET_ID = r"^[a-z0-9][a-z0-9-]*$"
DATASET = "register"
"""The dataset of what is typed in or comes in tables, unless another is named."""


class WithdrawalEntry(BaseModel):
    """A fact that is no longer vouched for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: Literal["event", "hearing", "relation", "claim", "document", "parameter", "measurement"]
    id: Text


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    municipality: Text
    dataset: str = Field(pattern=DATASET_ID, max_length=150)
    title: Text
    complete: bool = False
    partial: bool = False
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
    measurement: list[MeasurementEntry] = []
    administration: list[AdministrationEntry] = []
    sector_plan: list[SectorPlanEntry] = []
    sub_goal: list[SubGoalEntry] = []
    event: list[EventEntry] = []
    hearing: list[HearingEntry] = []
    relation: list[RelationEntry] = []
    claim: list[ClaimEntry] = []
    document: list[DocumentEntry] = []
    parameter: list[ParameterEntry] = []
    place: list[PlaceEntry] = []
    withdrawal: list[WithdrawalEntry] = []


STRATEGY_PARTS = ("strategy", "theme", "goal", "action", "principle", "target")
SECTIONS_WITH_IDS = (*STRATEGY_PARTS, "instrument", "administration", "sector_plan", "sub_goal")
TABLES = {"event": "plan_event"}
"""Sections whose table has another name."""
NO_FACTS = ("plan", "withdrawal")


@dataclass(frozen=True)
class FactFile:
    """What a file of facts says; `documents` are the files that its entries keep."""

    municipality: str
    dataset: str
    title: str
    complete: bool
    plans: list[PlanRecord]
    facts: list[Fact]
    withdrawals: list[Fact]
    documents: list[Document]
    findings: list[Finding] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    rows: int = 0


def title_for(municipality: Municipality) -> str:
    """What the dataset of what is typed in is called, in the municipality's language."""
    language = next((one for one in municipality.languages if one in LANGUAGES), "en")
    return translator(language).say(N_("Entered by hand"))


def table_of(section: str) -> str:
    """The register's table for a section."""
    return TABLES.get(section, section)


def read_facts(file: Path) -> FactFile:
    """Raises MappingInvalid naming the file, the entry and the field."""
    return facts_of(read_toml(file), file.name, beside(file))


def facts_of(said: Mapping[str, Any], name: str, find: Find) -> FactFile:
    """What a file of that name says, once it is read. Raises MappingInvalid as `read_facts` does."""
    try:
        file = _File.model_validate(said)
    except ValidationError as error:
        raise _invalid(error, name) from error
    if file.complete and file.partial:
        raise MappingInvalid(N_("{name}: a file is `complete` or `partial`, and not both."), name=name)
    _refuse_ids(file, name)
    documents: list[Document] = []
    return FactFile(
        file.municipality,
        file.dataset,
        file.title,
        file.complete,
        [_plan(entry, file.title, Origin(name, "plan", row)) for row, entry in enumerate(file.plan, 1)],
        list(_facts(file, name, find, documents)),
        [
            Fact(table_of(entry.section), entry.id, {}, Origin(name, "withdrawal", row))
            for row, entry in enumerate(file.withdrawal, 1)
        ],
        documents,
    )


def _refuse_ids(said: _File, file: str) -> None:
    """An id that is given is given once, and that of a part of a strategy is the municipality's."""
    seen: dict[tuple[bool, str], Sentence] = {}
    for section in SECTIONS_WITH_IDS:
        part = section in STRATEGY_PARTS
        for row, entry in enumerate(getattr(said, section), 1):
            where = entry_of(file, section, row)
            if part and not re.fullmatch(rf"{re.escape(said.municipality)}-[a-z0-9.-]+", entry.id):
                raise MappingInvalid(
                    N_("{entry}, id: {id!r} must be {municipality}- and then a-z, 0-9, . and -."),
                    entry=where,
                    id=entry.id,
                    municipality=said.municipality,
                )
            # Parts of strategies share one row of ids; an administration may be called as an instrument is.
            key = (part, entry.id if part else f"{section} {entry.id}")
            if key in seen:
                raise MappingInvalid(
                    N_("{entry}, id: {id!r} is {before} already; give it another id."),
                    entry=where,
                    id=entry.id,
                    before=seen[key],
                )
            seen[key] = Sentence(N_("[[{section}]], entry {row}"), {"section": section, "row": row})


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


def _facts(said: _File, file: str, find: Find, documents: list[Document]) -> Iterator[Fact]:
    for section in (name for name in _File.model_fields if isinstance(getattr(said, name), list)):
        if section in NO_FACTS:
            continue
        yield from numbered(section, list(enumerate(getattr(said, section), 1)), file, find, documents, said.partial)


def numbered(
    section: str,
    entries: list[tuple[int, Entry]],
    file: str,
    find: Find,
    documents: list[Document],
    partial: bool,
    layer: str | None = None,
) -> Iterator[Fact]:
    """The facts of one section's entries, each with the row it stands in; those that share a key are numbered.

    `layer` is where they stand, if it is called otherwise than the section.

    Raises EntryInvalid where two are told to have one number, or a document cannot be kept.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for row, entry in entries:
        seen[entry.key()] += 1
        id_ = entry.key() + (f"-{seen[entry.key()]}" if seen[entry.key()] > 1 else "")
        if id_ in taken:
            raise EntryInvalid(
                file,
                section,
                row,
                "nth",
                Sentence(N_("{id!r} is in this file before; give it another number"), {"id": id_}),
            )
        taken.add(id_)
        content = entry.content()
        if isinstance(entry, DocumentEntry) and entry.file:
            try:
                document = checked(entry.file, find, entry.sha256)
            except ValueRefused as error:
                raise EntryInvalid(file, section, row, "file", error.sentence) from error
            documents.append(document)
            content |= {"sha256": document.sha256, "media_type": PDF, "size": len(document.content)}
        yield Fact(
            table_of(section), id_, content, Origin(file, layer or section, row), entry.said() if partial else None
        )


def _invalid(error: ValidationError, file: str) -> MappingInvalid:
    place = error.errors()[0]["loc"]
    if len(place) > 1 and isinstance(place[1], int):
        field = ", ".join(str(part) for part in place[2:])
        return EntryInvalid(file, str(place[0]), place[1] + 1, field, reason(error))
    words = [f"[[{place[0]}]]" if len(place) > 1 else str(place[0]), *(str(part) for part in place[1:])]
    return MappingInvalid(N_("{file}: {place}: {reason}."), file=file, place=", ".join(words), reason=reason(error))


def reason(error: ValidationError) -> Sentence:
    """What is wrong, in a sentence."""
    return complaint(dict(error.errors()[0]))

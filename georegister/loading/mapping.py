"""A mapping file: which column is which field, and how a row becomes a plan. Pure, but for reading the file.

What differs from supplier to supplier is in TOML under `data/mappings/` or in the municipality's own folder.
"""

import fnmatch
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from georegister.domain import rule
from georegister.domain.event import Event, EventType
from georegister.domain.finding import Finding
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.errors import MappingInvalid
from georegister.loading.read import Layer

CUT = 10
OLDEST_YEAR, LATEST_YEAR = 1800, 2200
KindOf = Callable[[Mapping[str, Any]], Kind]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LayerPattern(_Part):
    name: str
    kind: Kind


class KindRules(_Part):
    codes: dict[str, dict[str, Kind]] = {}
    layers: tuple[LayerPattern, ...] = ()
    columns: dict[str, Kind] = {}


class HearingColumns(_Part):
    opens: str
    closes: str


class MappingFile(_Part):
    """The content of a mapping file; see `data/mappings/plandata.toml` for what each part means."""

    title: str
    dataset: str
    languages: tuple[str, ...] = ("da",)
    complete: bool = False
    scope: tuple[Kind, ...] = ()
    kind: KindRules = KindRules()
    fields: dict[str, str | tuple[str, ...]]
    values: dict[str, dict[str, str]] = {}
    events: dict[EventType, str] = {}
    hearing: HearingColumns | None = None


@dataclass(frozen=True)
class Mapped:
    """The records of a delivery, what was found on the way, and the rows each record could not be made of."""

    records: list[PlanRecord]
    findings: list[Finding]


def read_mapping(file: Path) -> MappingFile:
    """Raises MappingInvalid naming the file and the place in it."""
    try:
        return MappingFile.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingInvalid(f"{file.name} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise MappingInvalid(f"{file.name}: {place}: {first['msg']}.") from error


def records(layer: Layer, mapping: MappingFile, kind: Kind | None) -> Mapped:
    """One record for each row that has what a record needs; findings for the rest.

    `kind` is what all rows are where the person who loads says so. Raises MappingInvalid where the layer lacks a
    column that must be there, or does not tell which kind of plan it holds.
    """
    columns = _Columns(layer.table.column_names)
    for needed in ("number", "title"):
        if columns.find(mapping.fields.get(needed, ())) is None:
            wanted = " or ".join(_names(mapping.fields.get(needed, needed)))
            raise MappingInvalid(
                f"{layer.file}, layer {layer.name}: no column {wanted} for the plan's {needed}; "
                f"it has {', '.join(layer.table.column_names) or 'none'}."
            )
    kind_of = _kinds(layer, mapping, columns, kind)
    found: list[Finding] = []
    made = []
    wkb = layer.geometry.to_pylist() if layer.geometry is not None else [None] * layer.table.num_rows
    for index, row in enumerate(layer.rows()):
        reader = _Row(row, columns, mapping, Origin(layer.file, layer.name, index + 1), found)
        record = reader.record(kind_of(row), wkb[index], layer.crs)
        if record is not None:
            made.append(record)
    return Mapped(made, found)


class _Columns:
    """Finds a layer's column by the name a mapping uses: whole or cut at ten letters, in any case."""

    def __init__(self, names: Sequence[str]) -> None:
        self._by_name = {name.casefold(): name for name in reversed(names)}
        self._found: dict[str | tuple[str, ...], str | None] = {}
        self._said: frozenset[str] | None = None

    def find(self, wanted: str | tuple[str, ...]) -> str | None:
        # Every row asks the same.
        if wanted not in self._found:
            folded = (name.casefold() for name in _names(wanted))
            found = (self._by_name.get(name) or self._by_name.get(name[:CUT]) for name in folded)
            self._found[wanted] = next(filter(None, found), None)
        return self._found[wanted]

    def said(self, mapping: MappingFile) -> frozenset[str]:
        """What a row has columns for: a column that is not there says nothing, not that nothing is."""
        if self._said is None:
            said = {field for field, names in mapping.fields.items() if self.find(names)}
            said |= {str(type_) for type_, name in mapping.events.items() if self.find(name)}
            if mapping.hearing and self.find(mapping.hearing.opens) and self.find(mapping.hearing.closes):
                said.add("hearing")
            if "version" in said:
                said.add("source_version")
            if "topic" in said:
                said.add("topic_link")
            if any(name.split(".")[0] == "description" for name in said):
                said.add("descriptions")
            self._said = frozenset(said)
        return self._said


@dataclass
class _Row:
    values: Mapping[str, Any]
    columns: _Columns
    mapping: MappingFile
    origin: Origin
    found: list[Finding]
    unreadable: set[str] = field(default_factory=set)
    """What the row speaks of and nobody can read: the register keeps what it knew."""

    def record(self, kind: Kind, wkb: bytes | None, crs: str | None) -> PlanRecord | None:
        number, title = self.text("number"), self.text("title")
        if not number or not title:
            missing = "number" if not number else "title"
            self._finds(rule.MISSING, self._column(missing), what=missing)
            return None
        events, hearings = tuple(self.events()), tuple(self.hearings())
        source = self.mapping.values.get("geometry_source", {}).get((self.text("geometry_source") or "").casefold())
        topic = self.text("topic")
        return PlanRecord(
            kind=kind,
            number=re.sub(r"\s+", " ", number),
            titles=self.texts("title"),
            origin=self.origin,
            external_id=self.text("external_id"),
            source_version=self.whole("version"),
            municipality=self.text("municipality"),
            parent=self.text("parent"),
            descriptions=self.texts("description") or None,
            place=self.text("place"),
            document_url=self.url("document_url"),
            source=self.mapping.title,
            topics=(topic,) if topic else (),
            events=events,
            hearings=hearings,
            said=self.columns.said(self.mapping) - self.unreadable,
            delivered=wkb,
            crs=crs,
            extent_source=ExtentSource.OWN,
            geometry_source=GeometrySource(source) if source else GeometrySource.DELIVERED,
        )

    def text(self, field: str) -> str | None:
        """The field's value as trimmed text; numbers without a needless `.0`; None where nothing stands."""
        wanted = self.mapping.fields.get(field, ())
        for name in _names(wanted):
            column = self.columns.find(name)
            if column and (text := _as_text(self.values[column])):
                return text
        return None

    def whole(self, field: str) -> int | None:
        """The field's value where it is a whole number that can be counted on."""
        text = self.text(field) or ""
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None

    def texts(self, field: str) -> dict[str, str]:
        """The field in the mapping's first language, and in each other one that has a column (`title.kl`)."""
        first, *others = self.mapping.languages
        said = {first: self.text(field), **{language: self.text(f"{field}.{language}") for language in others}}
        return {language: text for language, text in said.items() if text}

    def url(self, field: str) -> str | None:
        text = self.text(field)
        if text and not re.match(r"https?://\S+$", text):
            self._finds(rule.LINK_UNUSABLE, self._column(field), value=text[:80])
            return None
        return text

    def events(self) -> Iterator[Event]:
        for type_, name in self.mapping.events.items():
            if day := self.day(name, str(type_)):
                yield Event(type_, day, day, source=self.mapping.title)

    def hearings(self) -> Iterator[Hearing]:
        if self.mapping.hearing is None:
            return
        opens, closes = (
            self.day(name, "hearing") for name in (self.mapping.hearing.opens, self.mapping.hearing.closes)
        )
        if opens and closes and opens > closes:
            self.unreadable.add("hearing")
            self._finds(rule.DAYS_REVERSED, self.mapping.hearing.closes, first=opens, second=closes)
        elif opens and closes:
            yield Hearing(HearingKind.PUBLIC, opens, closes, source=self.mapping.title)
        elif opens or closes:
            self.unreadable.add("hearing")
            missing = self.mapping.hearing.closes if opens else self.mapping.hearing.opens
            self._finds(rule.HEARING_HALF, missing)

    def day(self, name: str, of: str) -> date | None:
        """A day as YYYYMMDD (integer, float or text), or as a date; 0 and nothing are unknown.

        One that cannot be read is noted as unreadable of what it is the day of.
        """
        column = self.columns.find(name)
        text = _as_text(self.values[column]) if column else None
        if not text or set(text) <= set("0-/. "):
            return None
        digits = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?", text, re.ASCII)
        try:
            if not digits or not OLDEST_YEAR <= int(digits[1]) <= LATEST_YEAR:
                raise ValueError
            return date(int(digits[1]), int(digits[2]), int(digits[3]))
        except ValueError:
            self.unreadable.add(of)
            self._finds(rule.DAY_UNREADABLE, column, value=text[:40])
            return None

    def _column(self, field: str) -> str:
        return self.columns.find(self.mapping.fields.get(field, ())) or field

    def _finds(self, broken: rule.Rule, field: str | None, **details: object) -> None:
        self.found.append(Finding(broken, self.origin, field, details=details))


def _kinds(layer: Layer, mapping: MappingFile, columns: _Columns, told: Kind | None) -> KindOf:
    if told is not None:
        return lambda row: told
    by_code = [(columns.find(name), codes) for name, codes in mapping.kind.codes.items()]
    default = _kind_of_layer(layer, mapping, columns)

    def kind(row: Mapping[str, Any]) -> Kind:
        for column, codes in by_code:
            if column and (found := codes.get(_as_text(row[column]) or "")):
                return found
        if default is None:
            raise MappingInvalid(
                f"{layer.file}, layer {layer.name}: nothing tells which kind of plan this is; "
                "say so with --kind local-plan or --kind addendum."
            )
        return default

    return kind


def _kind_of_layer(layer: Layer, mapping: MappingFile, columns: _Columns) -> Kind | None:
    for name in (layer.name, layer.file):
        for pattern in mapping.kind.layers:
            if fnmatch.fnmatch(name.casefold(), pattern.name):
                return pattern.kind
    for column, kind in mapping.kind.columns.items():
        if columns.find(column):
            return kind
    return None


def _names(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else wanted


def _as_text(value: object) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\0", "").strip()
    if text.endswith(".0") and text[:-2].isdecimal():
        text = text[:-2]
    return text or None

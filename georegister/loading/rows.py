"""The rows of a layer to records, by a mapping; and findings for what cannot be read."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from georegister.domain import rule
from georegister.domain.codes import Codes
from georegister.domain.event import Event
from georegister.domain.finding import Finding
from georegister.domain.hearing import Hearing, HearingKind
from georegister.domain.parameter import Parameter
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.domain.vocabulary import word
from georegister.errors import MappingInvalid
from georegister.loading.mapping import MappingFile, Names, names
from georegister.loading.read import Layer
from georegister.sentence import N_

CUT = 10
OLDEST_YEAR, LATEST_YEAR = 1800, 2200
FIGURE = re.compile(r"\d{1,9}([.,]\d{1,6})?", re.ASCII)
NO_ID = re.compile(r"0+(\.0+)?")
TOPIC_FIELDS = ("topic", "specific_use")
WITHIN_A_PLAN = (Kind.SUB_AREA, Kind.BUILDING_FIELD)
KindOf = Callable[[Mapping[str, Any]], Kind]


@dataclass(frozen=True)
class Mapped:
    """The records of some rows, and what was found on the way: among it the rows that no record could be made of.

    `incomplete` are those of them that have a number or a key of their own: which plan is meant can be told.
    """

    records: list[PlanRecord]
    findings: list[Finding]
    incomplete: list[PlanRecord] = field(default_factory=list)


def records(
    layer: Layer,
    mapping: MappingFile,
    kind: Kind | None,
    codes: Codes,
    crs: str | None,
    parent: str | None = None,
) -> Iterator[Mapped]:
    """One record for each row that has what a record needs, findings for the rest; some thousand rows at a time.

    `kind` is what all rows are, and `parent` the plan that those belong to which name none, where the person who loads
    says so; `crs` is their reference system. Raises MappingInvalid where the layer lacks a column that must be there,
    or does not tell which kind of plan it holds.
    """
    mapping = mapping.of_layer(layer.name, layer.file)
    columns = Columns(layer.table.column_names)
    kind_of, default = _kinds(layer, mapping, columns, kind)
    for needed in ("number",) if default in WITHIN_A_PLAN else ("number", "title"):
        if columns.find(mapping.fields.get(needed, ())) is None:
            wanted = ", ".join(names(mapping.fields.get(needed, needed)))
            raise MappingInvalid(
                N_("{file}, layer {layer}: no column {wanted} for the plan's {needed}; it has {columns}."),
                file=layer.file,
                layer=layer.name,
                wanted=wanted,
                needed=word(needed),
                columns=", ".join(layer.table.column_names) or "–",
            )
    for piece in layer.pieces():
        mapped = Mapped([], [], [])
        for number, (row, wkb) in enumerate(zip(piece.rows, piece.geometries, strict=True), piece.first):
            reader = _Row(row, columns, mapping, Origin(layer.file, layer.name, number), codes, mapped.findings, parent)
            if record := reader.record(kind_of(row), wkb, crs):
                (mapped.records if record.number and record.titles else mapped.incomplete).append(record)
        yield mapped


class Columns:
    """Finds a layer's column by the name a mapping uses: whole or cut at ten letters, in any case."""

    def __init__(self, of_layer: Sequence[str]) -> None:
        self._by_name = {name.casefold(): name for name in reversed(of_layer)}
        self._found: dict[Names, tuple[str, ...]] = {}
        self._said: frozenset[str] | None = None

    def all(self, wanted: Names) -> tuple[str, ...]:
        """Every column that is there, in the mapping's order."""
        if wanted not in self._found:
            folded = [name.casefold() for name in names(wanted)]
            there = [self._by_name.get(name) or self._by_name.get(name[:CUT]) for name in folded]
            self._found[wanted] = tuple(dict.fromkeys(name for name in there if name))
        return self._found[wanted]

    def find(self, wanted: Names) -> str | None:
        """The first column that is there."""
        return next(iter(self.all(wanted)), None)

    def said(self, mapping: MappingFile) -> frozenset[str]:
        """What a row has columns for: a column that is not there says nothing, not that nothing is."""
        if self._said is None:  # every row asks the same
            said = {field for field, wanted in mapping.fields.items() if self.find(wanted)}
            said |= {str(type_) for type_, wanted in mapping.events.items() if self.find(wanted)}
            said |= {str(name) for name, wanted in mapping.parameters.items() if self.find(wanted)}
            if mapping.hearing and self.find(mapping.hearing.opens) and self.find(mapping.hearing.closes):
                said.add("hearing")
            if "version" in said:
                said.add("source_version")
            if said & set(TOPIC_FIELDS):
                said.add("topic_link")
            if any(name.split(".")[0] == "description" for name in said):
                said.add("descriptions")
            self._said = frozenset(said)
        return self._said


@dataclass
class _Row:
    values: Mapping[str, Any]
    columns: Columns
    mapping: MappingFile
    origin: Origin
    codes: Codes
    found: list[Finding]
    parent: str | None = None
    unreadable: set[str] = field(default_factory=set)
    """What the row speaks of and nobody can read: the register keeps what it knew."""

    def record(self, kind: Kind, wkb: bytes | None, crs: str | None) -> PlanRecord | None:
        """The record; where its number or its name is missing, what tells which plan it is, if anything does."""
        number, titles = self.text("number"), self.texts("title")
        if number and not titles and kind in WITHIN_A_PLAN:
            titles = {self.mapping.languages[0]: number}  # most of them have no name of their own
        if not number or not titles:
            missing = "number" if not number else "title"
            self._finds(rule.MISSING, self._column(missing), what=missing)
            key = self.text("external_id")
            return PlanRecord(kind, number or "", titles, self.origin, external_id=key) if number or key else None
        events, hearings = tuple(self.events()), tuple(self.hearings())
        source = self.mapping.values.get("geometry_source", {}).get((self.text("geometry_source") or "").casefold())
        return PlanRecord(
            kind=kind,
            number=re.sub(r"\s+", " ", number),
            titles=titles,
            origin=self.origin,
            external_id=self.text("external_id"),
            source_version=self.whole("version"),
            municipality=self.text("municipality"),
            parents=self.parents(),
            descriptions=self.texts("description") or None,
            place=self.text("place"),
            document_url=self.url("document_url"),
            source=self.mapping.title,
            topics=tuple(dict.fromkeys(code for field in TOPIC_FIELDS if (code := self.code(field)))),
            events=events,
            hearings=hearings,
            parameters=dict(self.parameters()),
            said=self.columns.said(self.mapping) - self.unreadable,
            delivered=wkb,
            crs=crs,
            extent_source=ExtentSource.OWN,
            geometry_source=GeometrySource(source) if source else GeometrySource.DELIVERED,
        )

    def text(self, field: str) -> str | None:
        """The field's value as trimmed text; numbers without a needless `.0`; None where nothing stands."""
        return next(self._values(self.mapping.fields.get(field, ())), None)

    def whole(self, field: str) -> int | None:
        """The field's value where it is a whole number that can be counted on."""
        text = self.text(field) or ""
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None

    def texts(self, field: str) -> dict[str, str]:
        """The field in the mapping's first language, and in each other one that has a column (`title.kl`)."""
        first, *others = self.mapping.languages
        said = {first: self.text(field), **{language: self.text(f"{field}.{language}") for language in others}}
        return {language: text for language, text in said.items() if text}

    def parents(self) -> tuple[str, ...]:
        """What the row calls the plan it belongs to, by key and by number; 0 is nobody's key."""
        said = self._values(self.mapping.fields.get("parent", ()))
        named = tuple(dict.fromkeys(text for text in said if not NO_ID.fullmatch(text)))
        return named or ((self.parent,) if self.parent else ())

    def code(self, field: str) -> str | None:
        """The field's code; a title stands for its code, and what is in no list is kept as it stands."""
        value = self.text(field)
        of = self.codes.lists.get(self.mapping.codes.get(field, ""))
        if value is None or of is None:
            return value
        if (code := of.find(value)) is None:
            called = of.titles.get("da") or next(iter(of.titles.values()))
            self._finds(rule.CODE_UNKNOWN, self._column(field), value=value[:80], list=called)
        return code or value

    def url(self, field: str) -> str | None:
        text = self.text(field)
        if text and not re.match(r"https?://\S+$", text):
            self._finds(rule.LINK_UNUSABLE, self._column(field), value=text[:80])
            return None
        return text

    def events(self) -> Iterator[Event]:
        for type_, wanted in self.mapping.events.items():
            if day := self.day(wanted, str(type_)):
                yield Event(type_, day, day, source=self.mapping.title)

    def hearings(self) -> Iterator[Hearing]:
        if self.mapping.hearing is None:
            return
        opens, closes = (
            self.day(wanted, "hearing") for wanted in (self.mapping.hearing.opens, self.mapping.hearing.closes)
        )
        if opens and closes and opens > closes:
            self.unreadable.add("hearing")
            self._finds(rule.HEARING_REVERSED, self._name(self.mapping.hearing.closes), first=opens, second=closes)
        elif opens and closes:
            yield Hearing(HearingKind.PUBLIC, opens, closes, source=self.mapping.title)
        elif opens or closes:
            self.unreadable.add("hearing")
            self._finds(
                rule.HEARING_HALF, self._name(self.mapping.hearing.closes if opens else self.mapping.hearing.opens)
            )

    def parameters(self) -> Iterator[tuple[Parameter, Decimal]]:
        """The figures that stand there; 0 says that the plan does not limit it."""
        for name, wanted in self.mapping.parameters.items():
            for column in self.columns.all(wanted):
                text = as_text(self.values[column])
                if not text or NO_ID.fullmatch(text):
                    continue
                if FIGURE.fullmatch(text):
                    yield name, Decimal(text.replace(",", "."))
                else:
                    self.unreadable.add(str(name))
                    self._finds(rule.FIGURE_UNREADABLE, column, value=text[:40])
                break

    def day(self, wanted: Names, of: str) -> date | None:
        """The first day that stands in the columns; one that cannot be read is noted as unreadable."""
        for column in self.columns.all(wanted):
            text = as_text(self.values[column])
            if not text or is_no_day(text):
                continue
            if day := as_day(text, self.mapping.days):
                return day
            self.unreadable.add(of)
            self._finds(rule.DAY_UNREADABLE, column, value=text[:40])
            return None
        return None

    def _values(self, wanted: Names) -> Iterator[str]:
        for column in self.columns.all(wanted):
            if text := as_text(self.values[column]):
                yield text

    def _column(self, field: str) -> str:
        return self.columns.find(self.mapping.fields.get(field, ())) or field

    def _name(self, wanted: Names) -> str:
        """A column as the layer calls it, else as the mapping does."""
        return self.columns.find(wanted) or next(iter(names(wanted)))

    def _finds(self, broken: rule.Rule, field: str | None, **details: object) -> None:
        self.found.append(Finding(broken, self.origin, field, details=details))


def _kinds(layer: Layer, mapping: MappingFile, columns: Columns, told: Kind | None) -> tuple[KindOf, Kind | None]:
    """What kind each row is, and what the layer's rows are where they do not say."""
    if told is not None:
        return lambda row: told, told
    by_code = [(columns.find(name), codes) for name, codes in mapping.kind.codes.items()]
    by_column = (kind for column, kind in mapping.kind.columns.items() if columns.find(column))
    default = mapping.kind_of_layer(layer.name, layer.file) or next(by_column, None)

    def kind(row: Mapping[str, Any]) -> Kind:
        for column, codes in by_code:
            if column and (found := codes.get(as_text(row[column]) or "")):
                return found
        if default is None:
            raise MappingInvalid(
                N_(
                    "{file}, layer {layer}: nothing tells which kind of plan this is; "
                    "say so with --kind local-plan or --kind addendum."
                ),
                file=layer.file,
                layer=layer.name,
            )
        return default

    return kind, default


def is_no_day(text: str) -> bool:
    """Whether it is how a delivery writes that a day is not known: 0, 00-00-0000."""
    return set(text) <= set("0-/. ")


def as_day(text: str, order: str) -> date | None:
    """A day as YYYYMMDD or YYYY-MM-DD, and, where `order` is dmy, as DD-MM-YYYY; None for anything else."""
    found = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?", text, re.ASCII)
    parts: Iterable[str] = found.groups() if found else ()
    if not found and order == "dmy":
        found = re.fullmatch(r"(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d{4})(?:[T ]\d.*)?", text, re.ASCII)
        parts = reversed(found.groups()) if found else ()
    try:
        year, month, day = map(int, parts)
        return date(year, month, day) if OLDEST_YEAR <= year <= LATEST_YEAR else None
    except ValueError:
        return None


def as_text(value: object) -> str | None:
    """A value as trimmed text; numbers without a needless `.0`; None where nothing stands."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\0", "").strip()
    if text.endswith(".0") and text[:-2].isdecimal():
        text = text[:-2]
    return text or None

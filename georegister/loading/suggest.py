"""A delivery nobody has written a mapping for: which column is likely which field. Pure.

A column is known by its name (`synonyms`), if what it holds agrees; days and figures also by a word in the name, web
addresses by what they are. Number, name and kind of plan must be found beyond doubt for a load to go ahead without
being told.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from georegister.domain.codes import Codes
from georegister.domain.plan import Kind
from georegister.domain.vocabulary import word
from georegister.loading import synonyms
from georegister.loading.chosen import LISTS, ChosenLayer, mapping_of
from georegister.loading.formats import FORMATS
from georegister.loading.mapping import MappingFile, Names, names
from georegister.loading.read import Layer
from georegister.loading.rows import CUT, FIGURE, WITHIN_A_PLAN, Columns, as_day, as_text, is_no_day
from georegister.sentence import N_, Sentence

FIGURES = "parameters."
OF_THE_BOX = ("lowerCorner", "upperCorner")
"""What GML says of the geometry's box, which GDAL gives as columns."""
LOOKED_AT = 2000
LONGEST_NUMBER = 40
SAMPLE = 60
MOSTLY = 0.8


class Why(StrEnum):
    """Why a column is taken for a field, or for none; the surest first."""

    MAPPING = N_("as a mapping says")
    NAME = N_("by its name")
    CUT = N_("by its name, cut at ten letters")
    WORD = N_("by a word in its name and what it holds")
    CONTENT = N_("by what it holds")
    OTHER = N_("another column fits better")
    UNFIT = N_("its name fits, but not what it holds")
    SHAPE = N_("as the geometry")
    NOTHING = N_("not used")

    @property
    def is_sure(self) -> bool:
        return self in (Why.MAPPING, Why.NAME, Why.CUT, Why.SHAPE)


@dataclass(frozen=True)
class Column:
    """One column of a delivery: the field it is taken for, if any, why, and a value that stands in it.

    `field` is a field of a mapping, or `events.adoption`, `parameters.storeys`, `hearing.opens`, `kind`.
    """

    layer: str
    name: str
    field: str | None
    why: Why
    sample: str | None


@dataclass(frozen=True)
class Suggestion:
    """A mapping for a delivery; `doubts` are what a person must decide first."""

    mapping: MappingFile
    columns: tuple[Column, ...]
    layers: tuple[ChosenLayer, ...]
    doubts: tuple[Sentence, ...] = ()
    """What must be decided first."""
    name: str | None = None
    """The mapping that fits, where there is one already."""
    unused: tuple[Column, ...] = ()
    """The columns that it does not use."""


@dataclass
class _Read:
    """One layer with what stands in its columns, and what each has been taken for."""

    layer: Layer
    kind: Kind | None
    values: dict[str, list[str]]
    taken: dict[str, tuple[str, Why]] = dataclasses.field(default_factory=dict)
    unfit: dict[str, Why] = dataclasses.field(default_factory=dict)
    kinds: dict[str, Kind] = dataclasses.field(default_factory=dict)
    days: str = "ymd"
    may_hold_plans: bool = False
    """Whether it is all there is, though nothing speaks of plans in it."""

    def of(self, field: str) -> tuple[str, ...]:
        return tuple(column for column, (taken, _) in self.taken.items() if taken == field)

    @property
    def sure(self) -> bool:
        needed = ("number",) if self.kind in WITHIN_A_PLAN else ("number", "title")
        return all(any(self.taken[column][1].is_sure for column in self.of(one)) for one in needed)

    @property
    def holds_plans(self) -> bool:
        speaks = self.kind is not None or bool(self.of("number")) or self.may_hold_plans
        return self.layer.geometry is not None and speaks


def suggest(
    layers: Sequence[Layer], codes: Codes, known: Mapping[str, MappingFile] | None = None, kind: Kind | None = None
) -> Suggestion:
    """A mapping for the layers of a delivery: one of the `known`, by name, where it says as much; else a new one.

    `kind` is what all rows are where the person who loads says so.
    """
    read = [_look(layer, len(layers) == 1, codes, kind) for layer in layers]
    sure = [one for one in read if one.holds_plans]
    if not sure:
        for one in read:
            one.may_hold_plans = True
    plans = [one for one in read if one.holds_plans]
    used = sum(len(one.taken) + (one.layer.wkt is not None) for one in plans)
    for name, mapping in (known or {}).items():
        columns = list(_by_mapping(plans, mapping, kind))
        if plans and len(columns) >= used and all(_fits(one.layer, mapping, kind) for one in plans):
            by_it = tuple(_chosen_by(one, columns, mapping, kind) for one in read)
            used_ones = {(column.layer, column.name) for column in columns}
            rest = tuple(
                dataclasses.replace(column, field=None, why=Why.NOTHING)
                for one in read
                for column in _columns(one)
                if (column.layer, column.name) not in used_ones
            )
            return Suggestion(mapping, tuple(columns), by_it, name=name, unused=rest)
    told = tuple(column for one in read for column in _columns(one))
    chosen = tuple(map(_chosen, read))
    return Suggestion(mapping_of(chosen), told, chosen, tuple(_doubts(sure)))


def _look(layer: Layer, only: bool, codes: Codes, told: Kind | None) -> _Read:
    values = {name: _values(layer, name) for name in layer.table.column_names}
    kind = told or synonyms.kind_in(layer.name) or (synonyms.kind_in(layer.file) if only else None)
    read = _Read(layer, kind, values)
    if told is None:
        _find_kinds(read, codes)
    _find_days(read)
    tests: dict[str, Callable[[list[str]], bool]] = {
        "number": lambda said: bool(said) and max(map(len, said)) <= LONGEST_NUMBER and not _are_urls(said),
        "title": lambda said: any(re.search(r"[^\W\d_]{2}", text) for text in said) and not _are_urls(said),
        "external_id": lambda said: len(set(said)) == len(said),
        "municipality": lambda said: all(re.fullmatch(r"0?\d{3}", text) for text in said),
        "document_url": lambda said: not said or _are_urls(said),
        **{field: _in_list(codes, name) for field, name in LISTS.items()},
        **{f"{FIGURES}{name}": _are_figures for name in synonyms.PARAMETERS},
    }
    candidates = sorted(_candidates(read), key=lambda one: -one[0])
    for _, column, field, why in candidates:
        if column in read.taken:
            continue
        if read.of(field) and field != "parent":
            read.unfit.setdefault(column, Why.OTHER)
        elif field not in tests or tests[field](values[column]):
            read.taken[column] = (field, why)
        else:
            read.unfit[column] = Why.UNFIT
    for column, said in values.items():
        if column not in read.taken and not read.of("document_url") and said and _are_urls(said):
            read.taken[column] = ("document_url", Why.CONTENT)
    return read


def _values(layer: Layer, column: str) -> list[str]:
    said = (as_text(value) for value in layer.table.column(column).slice(0, LOOKED_AT).to_pylist())
    return [text for text in said if text]


def _candidates(read: _Read) -> Iterator[tuple[float, str, str, Why]]:
    """Each column with each field its name may mean, and how well."""
    within = read.kind in WITHIN_A_PLAN
    words: dict[str, tuple[str, ...]] = {
        "number": (*synonyms.NUMBER_WITHIN, *synonyms.NUMBER) if within else synonyms.NUMBER,
        "title": synonyms.TITLE,
        **synonyms.FIELDS,
    }
    for language in ("kl", "en"):
        for field in ("title", "description"):
            words[f"{field}.{language}"] = tuple(word + language for word in words[field])
    if read.kind in synonyms.PARENTS:
        words["parent"] = synonyms.PARENTS[read.kind]
    for column in read.values:
        if column in read.taken:
            continue
        for field, called in words.items():
            if found := _named(column, called):
                yield *found[:1], column, field, found[1]
        for name, (called, pattern) in synonyms.PARAMETERS.items():
            if found := _named(column, called):
                yield *found[:1], column, f"{FIGURES}{name}", found[1]
            elif read.values[column] and re.search(pattern, synonyms.plain(column)):
                yield 20, column, f"{FIGURES}{name}", Why.WORD


def _named(column: str, words: Sequence[str]) -> tuple[float, Why] | None:
    """How well a column's name fits, whole or cut; the first of the words is the best."""
    name = synonyms.plain(column)
    for place, one in enumerate(words):
        if name == one:
            return 100 - place, Why.NAME
    if len(column) >= CUT - 1 or len(column.encode()) >= CUT:
        for place, word in enumerate(words):
            if len(name) > CUT / 2 and word.startswith(name):
                return 50 - place, Why.CUT
    return None


def _find_kinds(read: _Read, codes: Codes) -> None:
    """A column that says which kind each row is."""
    for column, said in read.values.items():
        if said and synonyms.plain(column) in synonyms.KIND_COLUMNS:
            of = codes.lists.get("plan-type")
            texts = {text: (of.codes[text].get("da", "") if of and text in of.codes else text) for text in set(said)}
            kinds = {text: synonyms.kind_in(words) for text, words in texts.items()}
            if all(kinds.values()):
                read.kinds = {text: kind for text, kind in kinds.items() if kind}
                read.taken[column] = ("kind", Why.NAME)
                read.kind = read.kind or next(iter(read.kinds.values()))
                return


def _find_days(read: _Read) -> None:
    """The columns of events and hearings, and the way days are written in them."""
    found: list[tuple[float, str, str, Why]] = []
    for column in read.values:
        if column in read.taken:
            continue
        name = synonyms.plain(column)
        for field, (called, pattern) in synonyms.EVENTS.items():
            if by_name := _named(column, called):
                found.append((by_name[0], column, field, by_name[1]))
            elif re.search(pattern, name):
                hearing = field.startswith("hearing")
                found.append((20 + hearing, column, field, Why.WORD))
    for _, column, field, why in sorted(found, key=lambda one: -one[0]):
        if column in read.taken or read.of(field):
            continue
        said = [text for text in read.values[column] if not is_no_day(text)]
        order = next((order for order in ("ymd", "dmy") if _are_days(said, order)), None)
        if order is None or (order == "dmy" and not _day_comes_first(said)):
            read.unfit[column] = Why.UNFIT
            continue
        read.taken[column] = (field, why)
        if order == "dmy":
            read.days = "dmy"


def _are_days(said: list[str], order: str) -> bool:
    # The column's name says so too: a few bad cells are findings of their rows, and no reason to lose the others.
    return sum(as_day(text, order) is not None for text in said) * 2 >= len(said)


def _day_comes_first(said: list[str]) -> bool:
    """Whether 04/05/2021 can only be the fourth of May: with dots, with dashes, or because a 13th is among them."""
    return all("/" not in text for text in said) or any(int(re.split(r"\D", text)[0] or 0) > 12 for text in said)


def _are_urls(said: list[str]) -> bool:
    return sum(bool(re.match(r"https?://\S", text)) for text in said) >= MOSTLY * len(said) > 0


def _are_figures(said: list[str]) -> bool:
    return sum(FIGURE.fullmatch(text) is not None for text in said) * 2 >= len(said)


def _in_list(codes: Codes, name: str) -> Callable[[list[str]], bool]:
    of = codes.lists.get(name)
    return lambda said: of is None or sum(of.find(text) is not None for text in set(said)) * 2 >= len(set(said))


def _columns(read: _Read) -> Iterator[Column]:
    for name, said in read.values.items():
        sample = said[0][:SAMPLE] if said else None
        if name == read.layer.wkt:
            yield _shape(read)
        elif read.layer.format is FORMATS[".gml"] and name in OF_THE_BOX:
            continue
        elif not read.holds_plans:
            yield Column(read.layer.name, name, None, Why.NOTHING, sample)
        elif name in read.taken:
            yield Column(read.layer.name, name, *read.taken[name], sample)
        else:
            yield Column(read.layer.name, name, None, read.unfit.get(name, Why.NOTHING), sample)


def _shape(read: _Read) -> Column:
    """The column of well-known text, which no mapping needs to name."""
    name = read.layer.wkt or ""
    said = read.values[name]
    return Column(read.layer.name, name, "geometry", Why.SHAPE, said[0][:SAMPLE] if said else None)


def _chosen(read: _Read) -> ChosenLayer:
    """A layer as it has been understood."""
    return ChosenLayer(
        read.layer.name,
        {column: field for column, (field, _) in read.taken.items()} if read.holds_plans else {},
        read.kind if read.holds_plans else None,
        dict.fromkeys(read.of("kind"), read.kinds),
        "dmy" if read.days == "dmy" else "ymd",
        read.holds_plans,
        read.layer.file,
    )


def _chosen_by(read: _Read, columns: Iterable[Column], mapping: MappingFile, told: Kind | None) -> ChosenLayer:
    """A layer as a mapping that is there understands it."""
    of = mapping.of_layer(read.layer.name, read.layer.file)
    if not read.holds_plans:
        return ChosenLayer(read.layer.name, holds_plans=False, file=read.layer.file)
    its = [column for column in columns if column.layer == read.layer.name]
    called = Columns(read.layer.table.column_names)
    codes = {called.find(name): of_kind for name, of_kind in of.kind.codes.items()}
    return ChosenLayer(
        read.layer.name,
        {column.name: column.field for column in its if column.field},
        _kind_by(read.layer, of, told),
        {column.name: codes[column.name] for column in its if column.field == "kind"},
        of.days,
        file=read.layer.file,
    )


def _fits(layer: Layer, mapping: MappingFile, told: Kind | None) -> bool:
    """Whether a mapping finds in a layer what a load cannot do without."""
    of = mapping.of_layer(layer.name, layer.file)
    columns = Columns(layer.table.column_names)
    kind = _kind_by(layer, of, told)
    needed = ("number",) if kind in WITHIN_A_PLAN else ("number", "title")
    return kind is not None and all(columns.find(of.fields.get(one, ())) for one in needed)


def _kind_by(layer: Layer, of: MappingFile, told: Kind | None) -> Kind | None:
    """The kind that a mapping gives the rows of a layer which do not say so themselves."""
    columns = Columns(layer.table.column_names)
    by_column = (kind for column, kind in of.kind.columns.items() if columns.find(column))
    return told or of.kind_of_layer(layer.name, layer.file) or next(by_column, None)


def _by_mapping(plans: Sequence[_Read], mapping: MappingFile, told: Kind | None) -> Iterator[Column]:
    """Which column a mapping takes for what."""
    for read in plans:
        of = mapping.of_layer(read.layer.name, read.layer.file)
        columns = Columns(read.layer.table.column_names)
        wanted: dict[str, Names] = {**of.fields, **{f"events.{type_}": names_ for type_, names_ in of.events.items()}}
        wanted |= {f"{FIGURES}{name}": names_ for name, names_ in of.parameters.items()}
        if of.hearing:
            wanted |= {"hearing.opens": of.hearing.opens, "hearing.closes": of.hearing.closes}
        wanted |= {"kind": tuple(of.kind.codes)} if of.kind.codes and told is None else {}
        for field, called in wanted.items():
            for column in columns.all(called if isinstance(called, str) else names(called)):
                said = read.values[column]
                yield Column(read.layer.name, column, field, Why.MAPPING, said[0][:SAMPLE] if said else None)
        if read.layer.wkt:
            yield _shape(read)


def _doubts(plans: Sequence[_Read]) -> Iterator[Sentence]:
    if not plans:
        yield Sentence(N_("no layer has a column that is surely a plan's number"))
    for one in plans:
        of = {"layer": one.layer.name}
        for needed, missing in (("number", one.of("number")), ("title", one.of("title"))):
            if not any(one.taken[column][1].is_sure for column in missing) and not (
                needed == "title" and one.kind in WITHIN_A_PLAN
            ):
                said = {**of, "field": word(needed)}
                yield Sentence(N_("layer {layer}: no column is surely the plan's {field}"), said)
        if one.kind is None:
            yield Sentence(N_("layer {layer}: nothing tells which kind of plan it holds; say its kind"), of)

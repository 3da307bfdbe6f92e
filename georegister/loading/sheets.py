"""Tables of facts: CSV, sheets of Excel, and tables of a GeoPackage, a section each.

A table is called as its section is (`event`, `hændelser`), a column as the entry's field or its Danish word. A row that
cannot be meant is refused and the rest goes on; a blank cell says nothing, so what the register knew stays.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, Origin
from georegister.errors import DeliveryRefused, MappingInvalid, NoFacts, ValueRefused
from georegister.loading.documents import Document, Find, beside, checked
from georegister.loading.entries import DocumentEntry
from georegister.loading.entry import Entry
from georegister.loading.facts import BY_HAND, DATASET, FactFile, numbered, title_for
from georegister.loading.formats import FACT_TABLES
from georegister.loading.naming import PlanNames
from georegister.loading.prepare import Options
from georegister.loading.read import Layer, read
from georegister.loading.spoken import Unspoken, is_in_languages, spoken
from georegister.loading.words import HEADINGS, SHEETS, folded
from georegister.sentence import N_

_IN_LANGUAGE = re.compile(r"(?P<heading>.+?)(?: \((?P<brackets>[a-z]{2})\)| (?P<language>[a-z]{2}))")


def read_sheets(file: Path, names: PlanNames, options: Options) -> FactFile:
    """The facts of every table of a file that is called as a section is, or of the one told by `options.section`.

    Raises DeliveryRefused where it cannot be read, MappingInvalid where no table or column can be understood.
    """
    delivery = read(file, encoding=options.encoding, accepted=FACT_TABLES, layer=options.layer, tables=True)
    sections = _sections(file.name, delivery.layers, options.section)
    facts: list[Fact] = []
    documents: list[Document] = []
    findings: list[Finding] = []
    ignored = [*delivery.ignored, *(layer.name for layer in delivery.layers if layer.name not in sections)]
    rows = 0
    for layer in (layer for layer in delivery.layers if layer.name in sections):
        section, find = sections[layer.name], beside(file)
        columns = _columns(layer, section)
        ignored += [f"{layer.name}: {name}" for name in layer.table.column_names if name not in columns]
        said = list(_said(layer, columns, section, options.by))
        rows += len(said)
        entries = list(_entries(layer, section, said, columns, names, find, findings))
        facts += numbered(section, entries, file.name, find, documents, True, layer.name)
    if not rows:
        raise DeliveryRefused(
            N_("{file} has no rows of facts; there is nothing to load, and nothing was changed."), file=file.name
        )
    return FactFile(
        names.municipality.code,
        options.dataset or DATASET,
        title_for(names.municipality),
        False,
        [],
        facts,
        [],
        documents,
        findings,
        tuple(ignored),
        rows,
    )


def _sections(file: str, layers: tuple[Layer, ...], told: str | None) -> dict[str, str]:
    """The section of each table that is one."""
    if told is None:
        found = {layer.name: SHEETS[folded(layer.name)] for layer in layers if folded(layer.name) in SHEETS}
        if not found:
            raise NoFacts(
                N_(
                    "{file} needs a mapping (say --mapping plandata, or the name of your own) if it holds plans; "
                    "of facts no table ({there}) is called as a section is: say --section, one of {sections}."
                ),
                file=file,
                there=", ".join(layer.name for layer in layers) or "–",
                sections=", ".join(BY_HAND),
            )
        return found
    section = SHEETS.get(folded(told))
    if section is None:
        raise MappingInvalid(
            N_("--section {told!r} is not known; say one of {sections}."), told=told, sections=", ".join(BY_HAND)
        )
    if len(layers) != 1:
        there = ", ".join(layer.name for layer in layers) or "–"
        raise MappingInvalid(
            N_("{file}: --section is of one table, and there are several or none: {there}; say --layer."),
            file=file,
            there=there,
        )
    return {layers[0].name: section}


def _columns(layer: Layer, section: str) -> dict[str, str]:
    """The field that each column is. Raises MappingInvalid where two are one."""
    fields = BY_HAND[section].model_fields
    found: dict[str, str] = {}
    for column in layer.table.column_names:
        heading = folded(column)
        field = _field(heading, section, fields)
        if field is None and (parts := _IN_LANGUAGE.fullmatch(heading)):
            inner = _field(parts["heading"], section, fields)
            if inner and is_in_languages(section, inner):
                field = f"{inner}_{parts['brackets'] or parts['language']}"
        if field is None:
            continue
        if other := next((name for name, of in found.items() if of == field), None):
            raise MappingInvalid(
                N_("{file}, layer {layer}: the columns {other!r} and {column!r} are both {field}; leave one out."),
                file=layer.file,
                layer=layer.name,
                other=other,
                column=column,
                field=field,
            )
        found[column] = field
    if not found:
        known = ", ".join(name for name in fields if name != "nth")
        raise MappingInvalid(
            N_("{file}, layer {layer}: the first row names no field of {section}; it has {known}."),
            file=layer.file,
            layer=layer.name,
            section=section,
            known=known,
        )
    return found


def _field(heading: str, section: str, fields: Mapping[str, object]) -> str | None:
    name = heading.replace(" ", "_").replace("-", "_")
    return name if name in fields else HEADINGS[section].get(heading)


def _said(layer: Layer, columns: Mapping[str, str], section: str, by: str) -> Iterator[tuple[int, dict[str, object]]]:
    """What each row says, with its number; rows in which nothing is said are passed over."""
    for row, cells in enumerate(layer.rows(), 1):
        said = {field: cells[column] for column, field in columns.items() if str(cells[column] or "").strip()}
        said |= {field: cells[column] for column, field in columns.items() if cells[column] == 0}
        if said:
            yield row, {**({"asserted_by": by} if section == "claim" else {}), **said}


def _entries(
    layer: Layer,
    section: str,
    rows: list[tuple[int, dict[str, object]]],
    columns: Mapping[str, str],
    names: PlanNames,
    find: Find,
    findings: list[Finding],
) -> Iterator[tuple[int, Entry]]:
    """The rows that can be meant; of the others a finding each."""
    called = {field: column for column, field in columns.items()}
    for row, said in rows:
        origin = Origin(layer.file, layer.name, row)
        try:
            entry = spoken(section, said, names)
        except Unspoken as error:
            field = error.field.split(".")[0]
            findings.append(Finding(error.rule, origin, called.get(field, field) or None, details=error.details))
            continue
        if isinstance(entry, DocumentEntry) and entry.file:
            try:
                checked(entry.file, find, entry.sha256)
            except ValueRefused as error:
                details = error.sentence.under("reason")
                findings.append(Finding(rule.ENTRY_INVALID, origin, called.get("file"), details=details))
                continue
        yield row, entry

"""Facts one by one, as the command line and the staff's forms make them: a delivery of their own.

What is said becomes a file of facts, goes the way of every delivery, and is kept as its file: what is typed in is
checked, compared, recorded and undone like what is loaded.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import tomli_w

from georegister.domain.municipality import Municipality
from georegister.domain.record import Fact
from georegister.errors import EntryInvalid
from georegister.loading.compare import Report
from georegister.loading.documents import Find, nowhere
from georegister.loading.entry import Entry, Repeated
from georegister.loading.facts import DATASET, facts_of, table_of, title_for
from georegister.loading.load import take
from georegister.loading.naming import PlanNames
from georegister.loading.prepare import Options, prepare_facts
from georegister.loading.spoken import Unspoken, as_toml, plan_named, spoken
from georegister.register import current, municipalities
from georegister.register.database import Database, reading
from georegister.sentence import N_, Sentence

ONLY_ONE = N_("there is only one of its kind; correct it")


def add_entries(
    database: Database,
    municipality: str,
    section: str,
    entries: Sequence[Mapping[str, object]],
    by: str,
    *,
    dataset: str = DATASET,
    whole: bool = False,
    again: bool = False,
    documents: Find = nowhere,
    dry_run: bool = False,
) -> Report:
    """Adds facts of one section, or corrects those that are there with the same key.

    A value may be text as people write it (`spoken`). A field that is not said stays as it is, unless the entry is said
    `whole`. `again` adds one more beside that of the same key. `documents` finds the files that entries name.
    Raises EntryInvalid naming the field, NotFound for an unknown municipality, DeliveryRefused, RegisterUnavailable.
    """
    file = f"{section}.toml"
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        names = PlanNames.read(session, its_municipality)
        meant = [_spoken(section, file, row, said, names) for row, said in enumerate(entries, 1)]
        if again:
            told = current.listed(session, municipality, table_of(section))
            meant = _others(meant, section, {fact.id for of, fact in told if of == dataset})
    said = {section: [as_toml(entry) for entry in meant], **({} if whole else {"partial": True})}
    return _deliver(database, its_municipality, file, said, documents, Options(dataset=dataset, dry_run=dry_run, by=by))


def withdraw_entries(
    database: Database,
    municipality: str,
    section: str,
    ids: Sequence[str],
    by: str,
    *,
    dataset: str = DATASET,
    dry_run: bool = False,
) -> Report:
    """Takes facts of one section back, by their ids. Raises as `add_entries` does."""
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
    said = {"withdrawal": [{"section": section, "id": id_} for id_ in ids]}
    options = Options(dataset=dataset, dry_run=dry_run, by=by)
    return _deliver(database, its_municipality, f"{section}-withdrawal.toml", said, nowhere, options)


def _deliver(
    database: Database, municipality: Municipality, file: str, said: dict[str, Any], documents: Find, options: Options
) -> Report:
    head = {"municipality": municipality.code, "dataset": options.dataset, "title": title_for(municipality)}
    content = tomli_w.dumps({**head, **said}).encode()
    prepared = prepare_facts(facts_of({**head, **said}, file, documents), file, municipality.code)
    return take(database, prepared, municipality, file, partial(BytesIO, content), options)


def _spoken(section: str, file: str, row: int, said: Mapping[str, object], names: PlanNames) -> Entry:
    try:
        return spoken(section, said, names)
    except Unspoken as error:
        raise _invalid(section, file, row, error) from error


def _invalid(section: str, file: str, row: int, error: Unspoken) -> EntryInvalid:
    message = str(error.details.get("reason") or error.rule.message)
    return EntryInvalid(file, section, row, error.field, Sentence(message, error.details))


def _others(entries: Sequence[Entry], section: str, taken: set[str]) -> list[Entry]:
    """The entries, each with the next number that is free beside those of its key."""
    numbered: list[Entry] = []
    for row, entry in enumerate(entries, 1):
        if not isinstance(entry, Repeated):
            raise EntryInvalid(f"{section}.toml", section, row, "again", Sentence(ONLY_ONE))
        number, first = 1, entry.first_key()
        while (f"{first}-{number}" if number > 1 else first) in taken:
            number += 1
        numbered.append(entry.model_copy(update={"nth": number}) if number > 1 else entry)
        taken.add(numbered[-1].key())
    return numbered


def list_entries(
    database: Database, municipality: str, section: str, plan: str | None = None
) -> list[tuple[str, Fact]]:
    """The facts of a section that the register holds now, each with its dataset; of one plan, however named, or of all.

    Raises EntryInvalid for a plan that is not there, NotFound for an unknown municipality.
    """
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        id_ = None
        if plan is not None:
            try:
                id_ = plan_named("plan", plan, PlanNames.read(session, its_municipality))
            except Unspoken as error:
                raise _invalid(section, f"{section}.toml", 1, error) from error
        return current.listed(session, municipality, table_of(section), id_)

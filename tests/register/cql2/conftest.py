"""The demo, asked by filters in this process, and what the oracle must be told of it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from georegister.register import features, hearings, municipalities, paging, plans
from georegister.register.collections import COLLECTIONS
from georegister.register.cql2.filter import filter_of
from georegister.register.database import Database, Session, reading
from georegister.register.questions import HearingSearch, MunicipalitySearch, PlanSearch, Search
from tests.register.cql2.oracle import Oracle

SOURCES: dict[type[Search], features.SourceOf] = {
    PlanSearch: plans.source,
    HearingSearch: hearings.source,
    MunicipalitySearch: municipalities.source,
}
PAST = "2021-06-01"
NOW = {"now": datetime(2026, 11, 22, 12, tzinfo=UTC), "day": date(2026, 11, 22)}


class Asked:
    """Collections, by filters and by the oracle."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.features = cache(self._features)

    def ids(self, name: str, day: str | None = None, **filters: str) -> list[str]:
        """As the register answers."""
        return [id_ for id_, _ in self._rows(name, day, filters)]

    def _features(self, name: str, day: str | None) -> list[dict[str, Any]]:
        return [json.loads(text) for _, text in self._rows(name, day, {})]

    def _rows(self, name: str, day: str | None, filters: dict[str, str]) -> list[tuple[str, str]]:
        collection = COLLECTIONS[name]
        question = collection.search(limit=1000, **{"datetime": day, **filters})
        wanted = filter_of(collection, question)
        statement = paging.page(collection, SOURCES[collection.search], question.shape | wanted.shape)
        values = {**features.bound(question, NOW), **wanted.values}
        return [(row["id"], row["feature"]) for row in self.session.rows(statement, **values)]

    def texts(self) -> set[str]:
        """Every text there is to compare."""
        found = set()
        for name in COLLECTIONS:
            for feature in (*self.features(name, None), *self.features(name, PAST)):
                found |= {feature["id"], *(one for one in feature["properties"].values() if isinstance(one, str))}
        return found

    def oracle(self, name: str, *more: str) -> Oracle:
        """The oracle for a collection; `more` are texts to be compared with those there are."""
        ordered = self.session.sql(
            'SELECT text FROM unnest(%(texts)s::text[]) AS text ORDER BY text COLLATE "da-x-icu"',
            texts=sorted(self.texts() | set(more)),
        ).fetchall()
        schemas = {one.name: one.schema for one in COLLECTIONS[name].queryables}
        return Oracle(schemas, {row["text"]: place for place, row in enumerate(ordered)})


@pytest.fixture(scope="module")
def asked(shared_demo: Database) -> Iterator[Asked]:
    with reading(shared_demo) as session:
        yield Asked(session)

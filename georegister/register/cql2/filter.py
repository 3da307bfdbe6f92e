"""What the register is handed of a filter: a condition to compile once, and the values to run it with."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement

from georegister.errors import QuestionInvalid, ValueRefused
from georegister.register.collections import Collection
from georegister.register.cql2.check import Check, types_of
from georegister.register.cql2.compile import compiled
from georegister.register.cql2.geometries import CRS84, NAMES
from georegister.register.cql2.read import read_json, read_text
from georegister.register.cql2.tree import Node
from georegister.register.questions import Search
from georegister.sentence import N_

READERS = {"cql2-text": read_text, "cql2-json": read_json}


@dataclass(frozen=True)
class FilterCondition:
    """A filter without its values: one statement serves all filters that differ in them alone."""

    tree: Node

    def sql(self, columns: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
        """`columns` are those of the collection, with `id` and `geometry`."""
        return compiled(self.tree, columns)


@dataclass(frozen=True)
class Filter:
    """A condition, or none, and its values by the names they are bound to."""

    condition: FilterCondition | None
    values: Mapping[str, Any]

    @property
    def shape(self) -> frozenset[FilterCondition]:
        """Its part of the shape of a question."""
        return frozenset({self.condition} if self.condition else ())


NO_FILTER = Filter(None, {})


def filter_of(collection: Collection, question: Search) -> Filter:
    """The filter of a question, checked against the collection. Raises QuestionInvalid naming the parameter."""
    if question.filter_crs is not None and question.filter_crs not in NAMES:
        raise QuestionInvalid(
            "filter-crs",
            N_("{name!r} is no reference system here; there are {names}"),
            name=question.filter_crs[:80],
            names=", ".join(NAMES),
        )
    if question.filter is None:
        return NO_FILTER
    try:
        return _filter(collection, question.filter, question.filter_lang, question.filter_crs or CRS84)
    except ValueRefused as error:
        raise QuestionInvalid("filter", error.sentence) from None


@lru_cache(maxsize=256)
def _filter(collection: Collection, text: str, language: str, crs: str) -> Filter:
    check = Check(types_of(collection), crs)
    tree = check.condition(READERS[language](text))
    return Filter(FilterCondition(tree), check.values)

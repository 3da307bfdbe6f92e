"""Pages of a collection: in which order, from which feature on, how many there are (keyset, no OFFSET)."""

from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import NullType

from georegister.register.collections import Collection
from georegister.register.columns import COLLATION
from georegister.register.database import Prepared, prepared
from georegister.register.features import Condition, Shape, Source, SourceOf, conditions, written
from georegister.register.tables import act

COUNT_UP_TO = 10_000
PAGE_BYTES = 20_000_000
"""The text of geometries in a page; one page of a thousand features with a thousand vertices each is as large."""
RANK = "rank"
"""Sorted by without being a property: how well a feature fits the words that are asked for."""
Sort = tuple[tuple[str, bool], ...]
"""The properties features are put in order by, each with whether the greatest comes first."""


class Start(StrEnum):
    """Where a page begins: with the first feature, after one, or before one, the nearest first."""

    FIRST = "first"
    AFTER = "after"
    BEFORE = "before"


@lru_cache(maxsize=512)
def page(
    collection: Collection, source_of: SourceOf, shape: Shape, sort: Sort = (), start: Start = Start.FIRST
) -> Prepared:
    """One page: `id`, `feature`, `keys` (what the next page is asked with), whether another `follows`, and `at`.

    `at` is the register's last act when the page was read: what one statement reads is one state.

    Where the geometries are many megabytes the page ends early, after one feature at least.
    """
    source = source_of(collection, "known_at" in shape)
    keys = [*(_sortable(source, name) for name, _ in sort), source.id]
    found = conditions(source, shape)
    if start is not Start.FIRST:
        found.append(_beyond(source, sort, start is Start.BEFORE))
    weight = literal(0) if "skip_geometry" in shape else func.coalesce(func.octet_length(source.geometry_json), 0)
    rows = (
        select(
            source.id.label("id"),
            written(source, shape).label("feature"),
            array([cast(key, Text) for key in keys]).label("keys"),
            cast(weight, Integer).label("weight"),
        )
        .select_from(source.rows)
        .where(*found)
        .order_by(*order(source, sort, start is Start.BEFORE))
        .limit(bindparam("limit", type_=Integer) + 1)
        .subquery()
    )
    numbered = select(rows, func.row_number().over().label("place")).subquery()
    place = numbered.c.place
    before = func.coalesce(func.sum(numbered.c.weight).over(order_by=place, rows=(None, -1)), 0)
    follows = func.lead(literal(True), 1, False, type_=Boolean).over(order_by=place)
    weighed = select(numbered, before.label("before"), follows.label("follows")).subquery()
    last = select(func.max(act.c.at)).scalar_subquery()
    return prepared(
        select(weighed.c.id, weighed.c.feature, weighed.c["keys"], weighed.c.follows, last.label("at"))
        .where(weighed.c.before <= PAGE_BYTES, weighed.c.place <= bindparam("limit", type_=Integer))
        .order_by(weighed.c.place)
    )


@lru_cache(maxsize=512)
def counted(collection: Collection, source_of: SourceOf, shape: Shape, bounded: bool = True) -> Prepared:
    """How many features match; where `bounded` up to one more than COUNT_UP_TO."""
    source = source_of(collection, "known_at" in shape)
    matching = select(literal(1)).select_from(source.rows).where(*conditions(source, shape))
    if bounded:
        matching = matching.limit(COUNT_UP_TO + 1)
    return prepared(select(func.count()).select_from(matching.subquery()))


def _sortable(source: Source, name: str) -> ColumnElement[Any]:
    """A property as it is sorted by: texts as Danish has it, Å last."""
    if name == RANK:
        assert source.rank is not None  # what has no rank cannot be asked by words
        return source.rank
    column = source.columns[name] if name != "id" else source.id
    return column.collate(COLLATION) if isinstance(column.type, Text | NullType) else column


def order(source: Source, sort: Sort, backwards: bool = False) -> list[ColumnElement[Any]]:
    """What is not told comes last, whichever way the rest goes."""
    by: list[ColumnElement[Any]] = []
    for name, descending in sort:
        column = _sortable(source, name)
        turned = column.desc() if descending != backwards else column.asc()
        by.append(turned.nulls_first() if backwards else turned.nulls_last())
    ids = [source.id] if sort or source.order_by_id_alone else [source.municipality, source.id]
    return [*by, *(one.desc() if backwards else one.asc() for one in ids)]


def _beyond(source: Source, sort: Sort, backwards: bool) -> Condition:
    """The rows after the one whose keys are bound, or before it."""
    last = bindparam("after", type_=Text)
    if not sort:
        # An id begins with its municipality's code, so that a row comparison can use the index.
        here: Any = tuple_(source.municipality, source.id)
        there: Any = tuple_(func.split_part(last, "-", 1), last)
        if source.order_by_id_alone:
            here, there = source.id, last
        earlier: Condition = here < there
        later: Condition = here > there
        return earlier if backwards else later
    equal: list[Condition] = []
    beyond: list[Condition] = []
    for place, (name, descending) in enumerate(sort):
        column = _sortable(source, name)
        key = cast(bindparam(f"key_{place}", type_=Text), column.type)
        farther = column < key if descending != backwards else column > key
        if backwards:
            farther = or_(farther, and_(key.is_(None), column.is_not(None)))
        else:
            farther = or_(farther, and_(key.is_not(None), column.is_(None)))
        beyond.append(and_(*equal, farther))
        equal.append(column.is_not_distinct_from(key))
    own = source.id < last if backwards else source.id > last
    return or_(*beyond, and_(*equal, own))

"""Coverage: how many plans there are and how much land they cover, by theme, goal, status and so on.

A plan with several goals counts under each of them, and land that several plans cover counts once: neither the rows
nor their areas add up to the total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Self

import numpy as np
import shapely
from psycopg.rows import tuple_row
from pydantic import Field
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array

from georegister.domain.covered import Covered, Edges, covered, edges_of
from georegister.domain.geometry import Geometries
from georegister.domain.lifecycle import Status
from georegister.domain.plan import ExtentSource, GeometrySource
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database, Prepared, Row, Values, answering, prepared
from georegister.register.features import Shape, Source, concatenated, conditions, known
from georegister.register.plans import source
from georegister.register.questions import PlanSearch
from georegister.register.tables import claim, goal

By = Literal["theme", "goal", "sdg", "status", "kind", "year"]
OF_AIMS = ("theme", "goal", "sdg")
"""What plans are tied to by claims; of each of them a plan may have several."""
PLANS = COLLECTIONS["plans"]
TEXTS = ARRAY(Text)
AT_ONCE = 500
MOST_CORNERS = 12_000_000
"""More outlines than have so many corners together are counted and not measured: some hundred thousand plans."""


class CoverageSearch(PlanSearch):
    """What can be asked of the coverage: which plans are meant, and by what they are counted."""

    by: By = Field("theme", description="What the plans are counted by; `year` is that of adoption.")
    f: Literal["json", "html", "csv", "xlsx"] | None = Field(None, description="The form of the answer.")

    @property
    def shape(self) -> frozenset[str]:
        return super().shape - {"by"}


@dataclass(frozen=True)
class Coverage:
    """What a question finds; `areas` by key, `whole` of all its plans together, None where they are too many.

    `counted` has a row for each `key`, `status`, whether the outline is `illustrative`, and whether it is `measured`:
    a municipal plan, or an addendum to the whole of it, has none of its own. `once` has the same of every plan once.
    `stances` has `key`, `stance`, `plans`.
    """

    counted: list[Row]
    once: list[Row]
    stances: list[Row]
    areas: dict[str | None, Covered] | None
    whole: Covered | None


def coverage(database: Database, by: By, shape: Shape, values: Values) -> Coverage:
    """Counts and areas out of one snapshot. Raises RegisterUnavailable and QuestionInvalid."""
    with answering(database) as session:
        rows = session.rows(counted(by, shape), **values)
        once = session.rows(counted("status", shape), **values)
        tied = session.rows(stances(by, shape), **values) if by in OF_AIMS else []
        cursor: Any = session.connection.cursor(name="outlines", row_factory=tuple_row)
        with cursor:
            statement = outlines(by, shape)
            cursor.execute(statement.sql, {**statement.fixed, **values}, binary=True)
            found = _Outlines.read(cursor)
    return Coverage(rows, once, tied, *(found.measured() if found else (None, None)))


@dataclass(frozen=True)
class _Outlines:
    edges: Edges
    keys: list[list[str | None]]
    sure: list[bool]

    @classmethod
    def read(cls, cursor: Any) -> Self | None:
        """None where they have more corners than are measured."""
        keys: list[list[str | None]] = []
        sure: list[bool] = []
        corners = 0

        def pieces() -> Iterator[Geometries]:
            nonlocal corners
            while corners <= MOST_CORNERS and (piece := cursor.fetchmany(AT_ONCE)):
                geometries: Geometries = shapely.from_wkb([row[2] for row in piece])
                keys.extend(row[0] for row in piece)
                sure.extend(not row[1] for row in piece)
                corners += int(shapely.get_num_coordinates(geometries).sum())
                yield geometries

        edges = edges_of(pieces())
        return cls(edges, keys, sure) if corners <= MOST_CORNERS else None

    def measured(self) -> tuple[dict[str | None, Covered], Covered]:
        members: dict[str | None, list[int]] = {}
        for plan, of_plan in enumerate(self.keys):
            for key in of_plan:
                members.setdefault(key, []).append(plan)
        groups = [np.asarray(plans, np.int64) for plans in [*members.values(), range(len(self.keys))]]
        *found, whole = covered(self.edges, groups, np.asarray(self.sure, np.bool_))
        return dict(zip(members, found, strict=True)), whole


@lru_cache(maxsize=128)
def counted(by: By, shape: Shape) -> Prepared:
    """How many plans there are: `key`, `status`, `illustrative`, `measured`, `plans`.

    The key is null for plans that have none; of adoption it is a year, or `2019/2023` where it lies between two.
    """
    rows = source(PLANS, "known_at" in shape)
    key = func.unnest(_keys(by, rows), type_=Text)
    told = (key.label("key"), rows.columns["status"].label("status"), *_outline(rows))
    each = select(*told).select_from(rows.rows).where(*conditions(rows, shape)).subquery()
    of = (each.c.key, each.c.status, each.c.illustrative, each.c.measured)
    return prepared(select(*of, func.count().label("plans")).group_by(*of))


@lru_cache(maxsize=32)
def standing(by: By, shape: Shape) -> Prepared:
    """How many plans there are that apply, and how many in hearing: `key`, `in_force`, `in_hearing`."""
    rows = source(PLANS, "known_at" in shape)
    applies = or_(*(rows.columns["status"] == str(status) for status in Status if status.applies == "in_force"))
    told = (applies.label("in_force"), rows.columns["in_hearing"].label("in_hearing"))
    key = func.unnest(_keys(by, rows), type_=Text).label("key")
    each = select(key, *told).select_from(rows.rows).where(*conditions(rows, shape)).subquery()
    counts = [func.count().filter(each.c[name]).label(name) for name in ("in_force", "in_hearing")]
    return prepared(select(each.c.key, *counts).group_by(each.c.key))


@lru_cache(maxsize=128)
def outlines(by: By, shape: Shape) -> Prepared:
    """The outlines that are measured: the keys of each, whether it is illustrative, and its WKB."""
    rows = source(PLANS, "known_at" in shape)
    illustrative, measured = _outline(rows)
    told = (_keys(by, rows).label("keys"), illustrative, func.ST_AsBinary(rows.version.c.geom).label("wkb"))
    return prepared(select(*told).select_from(rows.rows).where(*conditions(rows, shape), measured))


@lru_cache(maxsize=128)
def stances(by: By, shape: Shape) -> Prepared:
    """How many plans are claimed to support, to hinder or both: `key`, `stance`, `plans`. By theme, goal or SDG."""
    in_past = "known_at" in shape
    rows = source(PLANS, in_past)
    found = select(rows.municipality.label("municipality"), rows.id.label("plan")).select_from(rows.rows)
    meant = found.where(*conditions(rows, shape)).subquery()
    of_plan = and_(claim.c.municipality == meant.c.municipality, claim.c.plan == meant.c.plan)
    tied = meant.join(claim, and_(of_plan, known(claim.c.recorded, in_past)))
    key: ColumnElement[Any] = cast(claim.c.sdg, Text)
    if by != "sdg":
        same = and_(goal.c.municipality == claim.c.municipality, goal.c.id == claim.c.goal)
        tied = tied.join(goal, and_(same, known(goal.c.recorded, in_past)))
        key = goal.c.id if by == "goal" else goal.c.theme
    of = (key.label("key"), claim.c.stance)
    plans = func.count(meant.c.plan.distinct()).label("plans")
    return prepared(select(*of, plans).select_from(tied).where(key.is_not(None)).group_by(*of))


def _outline(rows: Source) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Whether no source gives the outline, and whether there is one of the plan's own."""
    version = rows.version
    illustrative = func.coalesce(version.c.geometry_source == str(GeometrySource.ILLUSTRATIVE), False)
    own = func.coalesce(version.c.extent_source != str(ExtentSource.MUNICIPALITY), True)
    return illustrative.label("illustrative"), and_(version.c.geom.is_not(None), own).label("measured")


def _keys(by: By, rows: Source) -> ColumnElement[Any]:
    """What a plan is counted under, as an array that has null where there is nothing."""
    columns = rows.columns
    if by in OF_AIMS:
        keys, none = cast(columns[f"{by}s"], TEXTS), cast(literal_column("ARRAY[NULL]"), TEXTS)
        return case((func.cardinality(keys) == 0, none), else_=keys)
    key = _year(columns["adopted_earliest"], columns["adopted_latest"]) if by == "year" else columns[by]
    return array([cast(key, Text)])


def _year(earliest: ColumnElement[Any], latest: ColumnElement[Any]) -> ColumnElement[Any]:
    """The year between whose first and last day it was; two years where that is not known; null where nothing is."""
    years = [cast(cast(extract("year", day), Integer), Text) for day in (earliest, latest)]
    between = concatenated(func.coalesce(years[0], ".."), "/", func.coalesce(years[1], ".."))
    return case((and_(earliest.is_(None), latest.is_(None)), null()), (years[0] == years[1], years[0]), else_=between)

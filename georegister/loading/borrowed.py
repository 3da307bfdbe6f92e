"""Addenda that come without a geometry: their extent is what the register has of their own, else that of their frames,
else the municipality. Pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from georegister.domain import rule
from georegister.domain.change import Added, Amended, Change, Unchanged
from georegister.domain.finding import Finding
from georegister.domain.geometry import REGISTER_CRS, to_register
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.domain.record import PlacedPlan, PlanRecord, RegisteredPlan

ABOUT_EXTENT = ("extent_source", "geometry_source", "geometry")


@dataclass(frozen=True)
class OwnExtent:
    """An addendum's own extent as the register has it: in EPSG:4326, and as it was delivered."""

    geometry: BaseGeometry
    source: GeometrySource
    delivered: bytes
    crs: str


@dataclass(frozen=True)
class Frame:
    """A frame of an addendum, in EPSG:4326."""

    id: str
    parent: str
    geometry: BaseGeometry
    source: GeometrySource


@dataclass(frozen=True)
class Lenders:
    """What an extent can be had from; `own` by plan, `frames` those of the register."""

    own: Mapping[str, OwnExtent]
    frames: Sequence[Frame]
    outline: BaseGeometry
    outline_source: str | None


def may_borrow(record: PlanRecord) -> bool:
    """Whether it is an addendum without a geometry: in Plandata none has one of its own."""
    if record.kind is not Kind.ADDENDUM:
        return False
    with np.errstate(all="ignore"):  # a coordinate that is no number is told of elsewhere
        shape = shapely.from_wkb(record.delivered, on_invalid="ignore") if record.delivered else None
    return record.delivered is None or bool(shapely.is_empty(shape))


def without_extent(records: Iterable[PlanRecord]) -> list[PlanRecord]:
    """Those of them that may borrow one, with nothing said of an extent yet."""
    return [
        replace(record, delivered=None, crs=None, extent_source=None, geometry_source=None)
        for record in records
        if may_borrow(record)
    ]


def needing(changes: Iterable[Change[PlacedPlan]]) -> dict[str, Added[PlacedPlan] | Amended[PlacedPlan]]:
    """The delivered addenda that have no extent yet, by plan."""
    return {
        change.id: change
        for change in changes
        if isinstance(change, Added | Amended)
        and change.new.record.kind is Kind.ADDENDUM
        and change.new.record.geometry is None
    }


def own_extent(row: Mapping[str, Any]) -> OwnExtent:
    source = GeometrySource(row["geometry_source"])
    return OwnExtent(shapely.from_wkb(bytes(row["geom"])), source, bytes(row["geom_delivered"]), row["crs_delivered"])


def frame(row: Mapping[str, Any]) -> Frame:
    return Frame(
        row["plan"], row["parent"], shapely.from_wkb(bytes(row["geom"])), GeometrySource(row["geometry_source"])
    )


def lend(
    wanting: Mapping[str, Added[PlacedPlan] | Amended[PlacedPlan]],
    changes: Iterable[Change[PlacedPlan]],
    registered: Mapping[str, RegisteredPlan],
    lenders: Lenders,
) -> tuple[dict[str, Change[PlacedPlan]], list[Finding]]:
    """What becomes of each addendum that lacks an extent, now that it has one, by plan; and what that is made of.

    `wanting` are those that `needing` finds among the changes. A frame of this very delivery stands for the register's.
    """
    frames = {one.id: one for one in (*lenders.frames, *_delivered_frames(changes, wanting))}
    of: dict[str, list[Frame]] = {}
    for one in sorted(frames.values(), key=lambda one: one.id):
        of.setdefault(one.parent, []).append(one)
    out: dict[str, Change[PlacedPlan]] = {}
    findings: list[Finding] = []
    for id_, change in wanting.items():
        found = registered.get(id_)
        given, broken, details = _extent(change.new, found, lenders, of.get(id_, []))
        findings.append(Finding(broken, given.record.origin, "geometry", id_, details))
        out[id_] = Added(id_, given) if found is None else _amended(change, given, found)
    return out, findings


def _extent(
    plan: PlacedPlan, found: RegisteredPlan | None, lenders: Lenders, frames: Sequence[Frame]
) -> tuple[PlacedPlan, rule.Rule, dict[str, Any]]:
    if found and (kept := lenders.own.get(plan.id)):
        said: dict[str, Any] = {"delivered": kept.delivered, "crs": kept.crs, "geometry": kept.geometry}
        record = replace(plan.record, **said, extent_source=ExtentSource.OWN, geometry_source=kept.source)
        return replace(plan, record=record, digest=found.digest), rule.EXTENT_KEPT, {}
    if frames:
        geometry, of = _union([one.geometry for one in frames]), ExtentSource.FRAMES
        illustrative = any(one.source is GeometrySource.ILLUSTRATIVE for one in frames)
        broken, details = rule.EXTENT_OF_FRAMES, {"number": len(frames)}
    else:
        geometry, of = lenders.outline, ExtentSource.MUNICIPALITY
        illustrative = lenders.outline_source == GeometrySource.ILLUSTRATIVE
        broken, details = rule.EXTENT_OF_MUNICIPALITY, {}
    source = GeometrySource.ILLUSTRATIVE if illustrative else GeometrySource.DERIVED
    record = replace(plan.record, geometry=geometry, extent_source=of, geometry_source=source)
    return replace(plan, record=record), broken, details


def _amended(change: Added[PlacedPlan] | Amended[PlacedPlan], plan: PlacedPlan, found: RegisteredPlan) -> Change[Any]:
    """What differs, now that there is an extent; how far that does is measured with the others."""
    fields = dict(change.fields) if isinstance(change, Amended) else {}
    fields = {name: values for name, values in fields.items() if name not in ABOUT_EXTENT}
    said = {"extent_source": plan.record.extent_source, "geometry_source": plan.record.geometry_source}
    fields |= {name: (found.content[name], value) for name, value in said.items() if found.content[name] != value}
    if plan.record.extent_source is not ExtentSource.OWN:
        fields["geometry"] = (found.digest, None)
    return Amended(plan.id, plan, fields) if fields else Unchanged(plan.id)


def _delivered_frames(changes: Iterable[Change[PlacedPlan]], of: Collection[str]) -> list[Frame]:
    return [
        Frame(change.id, parent, record.geometry, record.geometry_source or GeometrySource.DELIVERED)
        for change in changes
        if isinstance(change, Added | Amended)
        and (record := change.new.record).kind is Kind.FRAME
        and (parent := change.new.parent) is not None
        and parent in of
        and record.geometry is not None
    ]


def _union(geometries: Sequence[BaseGeometry]) -> BaseGeometry:
    """All of them together, as the register keeps a geometry."""
    kept, _ = to_register(np.array([shapely.union_all(geometries)], dtype=object), pyproj.CRS.from_epsg(REGISTER_CRS))
    union: BaseGeometry = kept[0]
    return union

"""The rules that need the register, handed what they need of it."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely

from georegister.domain.change import Added, Amended, Change
from georegister.domain.event import EventType
from georegister.domain.finding import Finding
from georegister.domain.plan import ExtentSource, Kind
from georegister.domain.record import Fact, PlacedPlan
from georegister.loading import links
from georegister.loading.links import Strategy, Ties
from georegister.loading.neighbours import PARTS, Extent, check
from georegister.loading.spool import Spool
from georegister.register import neighbours
from georegister.register.database import Session

STRIP = 30_000
"""Extents that are held at a time, some three kB each."""
ENDED = {EventType.REVOCATION, EventType.REPLACEMENT, EventType.LAPSE}


def neighbours_of(session: Session, municipality: str, changes: Iterable[Change[PlacedPlan]]) -> Iterator[Finding]:
    """What the new and the moved plans share with others, of the delivery and of the register.

    A delivery too large to be held is looked at in strips from west to east, each beside what reaches into it.
    """
    extents = Spool(extents_of(changes))
    parents = {extent.parent for extent in extents if extent.parent and extent.kind in PARTS}
    reaching: list[Extent] = []
    for west, strip in strips(extents):
        registered = _registered(session, municipality, strip)
        reaching = [extent for extent in reaching if extent.id in parents or extent.geometry.bounds[2] >= west]
        delivered = {extent.id for extent in reaching}
        yield from check(strip, [*reaching, *(extent for extent in registered if extent.id not in delivered)])
        reaching += strip


def strips(extents: Sequence[Extent]) -> Iterator[tuple[float, list[Extent]]]:
    """The extents by where they begin in the west, some thousand to a strip, each strip with its western edge."""
    if len(extents) <= STRIP:
        yield -180.0, list(extents)
        return
    wests = np.fromiter((extent.geometry.bounds[0] for extent in extents), np.float64, len(extents))
    edges = np.quantile(wests, np.arange(1, -(-len(extents) // STRIP)) * STRIP / len(extents))
    of = np.searchsorted(edges, wests, side="right").tolist()
    apart: list[Spool[Extent]] = [Spool(of_a_plan=0) for _ in range(len(edges) + 1)]
    for number, extent in zip(of, extents, strict=True):
        apart[number].append(extent)
    for west, strip in zip((-180.0, *edges.tolist()), apart, strict=True):
        yield west, list(strip)


def _registered(session: Session, municipality: str, delivered: Sequence[Extent]) -> list[Extent]:
    """The register's plans where some lie, and those they are parts of."""
    if not delivered:
        return []
    parents = sorted({extent.parent for extent in delivered if extent.parent})
    rows = neighbours.extents_at(session, municipality, [extent.geometry for extent in delivered], parents)
    shapes = shapely.from_wkb([row["geom"] for row in rows])
    return [
        Extent(row["plan"], Kind(row["kind"]), row["parent"], shape, ended=row["ended"])
        for row, shape in zip(rows, shapes, strict=True)
    ]


def extents_of(changes: Iterable[Change[PlacedPlan]]) -> Iterator[Extent]:
    """Where the new and the moved plans lie; an extent that is made of others says nothing new."""
    for change in changes:
        if (isinstance(change, Added) or (isinstance(change, Amended) and "geometry" in change.fields)) and (
            record := change.new.record
        ).geometry is not None:
            if record.extent_source not in (None, ExtentSource.OWN):
                continue
            ended = any(event.type in ENDED for event in record.events)
            yield Extent(change.id, record.kind, change.new.parent, record.geometry, record.origin, ended)


def links_of(session: Session, municipality: str, facts: Sequence[Fact]) -> list[Finding]:
    """What the delivered claims and goals are tied to."""
    if not any(fact.table in ("claim", "goal") for fact in facts):
        return []
    return links.check(facts, ties(session, municipality, facts))


def ties(session: Session, municipality: str, facts: Iterable[Fact] = ()) -> Ties:
    """What the register has and a delivery brings."""
    strategies = {
        row["id"]: Strategy(next(iter(row["titles"].values())), row["adopted"])
        for row in neighbours.strategies(session, municipality)
    }
    rows = neighbours.goals(session, municipality)
    themes = {row["id"]: row["strategy"] for row in rows if row["kind"] == "theme"}
    goals = {row["id"]: row["theme"] for row in rows if row["kind"] == "goal"}
    adopted = dict(neighbours.adopted_plans(session, municipality))
    for fact in facts:
        content = fact.content
        if fact.table == "strategy":
            known = strategies.get(fact.id)
            strategies[fact.id] = Strategy(next(iter(content["titles"].values())), known.adopted if known else None)
        elif fact.table == "theme":
            themes[fact.id] = content["strategy"]
        elif fact.table == "goal":
            goals[fact.id] = content["theme"]
        elif fact.table == "plan_event" and content["type"] == EventType.ADOPTION and content["latest"]:
            if content["plan"]:
                adopted.setdefault(content["plan"], content["latest"])
            elif content["strategy"] in strategies:
                title = strategies[content["strategy"]].title
                strategies[content["strategy"]] = Strategy(title, content["latest"])
    return Ties(strategies, themes, goals, adopted)

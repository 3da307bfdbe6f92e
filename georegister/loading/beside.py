"""The rules that need the register, handed what they need of it."""

from collections.abc import Iterable, Sequence

import shapely

from georegister.domain.change import Added, Amended, Change
from georegister.domain.event import EventType
from georegister.domain.finding import Finding
from georegister.domain.plan import ExtentSource, Kind
from georegister.domain.record import Fact, PlacedPlan
from georegister.loading import links
from georegister.loading.links import Strategy, Ties
from georegister.loading.neighbours import Extent, check
from georegister.register import neighbours
from georegister.register.database import Session

ENDED = {EventType.REVOCATION, EventType.REPLACEMENT, EventType.LAPSE}


def neighbours_of(session: Session, municipality: str, changes: Iterable[Change[PlacedPlan]]) -> list[Finding]:
    """What the new and the moved plans share with others, of the delivery and of the register."""
    delivered = extents_of(changes)
    if not delivered:
        return []
    parents = sorted({extent.parent for extent in delivered if extent.parent})
    rows = neighbours.extents_at(session, municipality, [extent.geometry for extent in delivered], parents)
    shapes = shapely.from_wkb([row["geom"] for row in rows])
    registered = [
        Extent(row["plan"], Kind(row["kind"]), row["parent"], shape, ended=row["ended"])
        for row, shape in zip(rows, shapes, strict=True)
    ]
    return check(delivered, registered)


def extents_of(changes: Iterable[Change[PlacedPlan]]) -> list[Extent]:
    """Where the new and the moved plans lie; an extent that is made of others says nothing new."""
    return [
        Extent(
            change.id,
            change.new.record.kind,
            change.new.parent,
            change.new.record.geometry,
            change.new.record.origin,
            any(event.type in ENDED for event in change.new.record.events),
        )
        for change in changes
        if (isinstance(change, Added) or (isinstance(change, Amended) and "geometry" in change.fields))
        and change.new.record.extent_source in (None, ExtentSource.OWN)
        and change.new.record.geometry is not None
    ]


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

"""What each collection holds: its extent, and the reference systems it can be asked for in.

Kept until a municipality's register changes: the extent of half a million plans is not looked up for every answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from georegister.domain.crs import DEFAULT, OFFERED, Bounds, ReferenceSystem
from georegister.errors import QuestionInvalid
from georegister.register.collection_extents import changes, held
from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.database import Reading
from georegister.sentence import N_

OUTLINES = "municipalities"


@dataclass(frozen=True)
class Holding:
    """What a collection holds: the box round it, the first and the last day, the systems whose area covers it."""

    bounds: Bounds | None
    first: date | None
    last: date | None
    systems: tuple[ReferenceSystem, ...]

    def extent(self) -> dict[str, Any]:
        """As OGC 17-069r4, 7.13.3 has it; a collection without a place has none."""
        interval = [[f"{day.isoformat()}T00:00:00Z" if day else None for day in (self.first, self.last)]]
        spatial = {"spatial": {"bbox": [list(self.bounds)], "crs": DEFAULT.uri}} if self.bounds else {}
        return {**spatial, "temporal": {"interval": interval}}

    def check(self, parameter: str, system: ReferenceSystem | None) -> None:
        """Raises QuestionInvalid where the collection does not list the system."""
        if system is not None and system not in self.systems:
            listed = ", ".join(one.uri for one in self.systems)
            raise QuestionInvalid(
                parameter, N_("this collection is given in {listed}, whose areas cover what it holds"), listed=listed
            )


class Holdings:
    """What every collection holds now."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._kept: dict[str, tuple[Any, Holding]] = {}

    async def of(self, its_collection: Collection) -> Holding:
        of_all = await self._reading.tuples(changes(), {})
        kept = self._kept.get(its_collection.id)
        if kept is None or kept[0] != of_all:
            holding = await self._look(its_collection, {code: tuple(own) for code, _, own in of_all})
            kept = self._kept[its_collection.id] = (of_all, holding)
        return kept[1]

    async def _look(self, its_collection: Collection, own: dict[str, tuple[int, ...]]) -> Holding:
        rows = await self._reading.tuples(held(its_collection.id), {})
        boxes = _boxes(rows)
        around = boxes or _boxes(await self._reading.tuples(held(OUTLINES), {}))
        offered = [*OFFERED, *sorted({code for codes in own.values() for code in codes} - set(OFFERED))]
        systems = [DEFAULT] + [
            system
            for system in map(ReferenceSystem, offered)
            if system.covers((-180, -85, 180, 85))
            or (around and all(system.covers(box) or system.code in own[of] for of, box in around.items()))
        ]
        edges = list(zip(*boxes.values(), strict=True))
        bounds = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])) if edges else None
        first = [row[5] for row in rows]
        last = [row[6] for row in rows]
        return Holding(
            bounds,
            min(first) if first and None not in first else None,
            max(last) if last and None not in last else None,
            tuple(systems),
        )

    async def check(
        self, its_collection: Collection, crs: ReferenceSystem | None, bbox_crs: ReferenceSystem | None = None
    ) -> None:
        """Raises QuestionInvalid where the collection does not list a system that is asked for."""
        for parameter, system in (("crs", crs), ("bbox-crs", bbox_crs)):
            if system is not None:
                (await self.of(its_collection)).check(parameter, system)

    async def everywhere(self) -> dict[str, Holding]:
        """What each of the collections holds."""
        return {name: await self.of(one) for name, one in COLLECTIONS.items()}


def _boxes(rows: list[tuple[Any, ...]]) -> dict[str, Bounds]:
    return {row[0]: tuple(map(float, row[1:5])) for row in rows if row[1] is not None}  # type: ignore[misc]

"""Geometries whose edges cross one another so often that mending them would take for ever.

GEOS takes 2 s to mend a ring of 300 random points and a minute for one of 1,500; to say that one of 200,000 is
invalid takes as long. Such a ring is no plan's, and is known by a look at how many edges lie where an edge lies.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from georegister.sentence import N_

TANGLED = N_("its edges cross one another tens of thousands of times")
FEWEST_POINTS = 20
LOOK_FIRST_POINTS = 20_000
"""From so many points on, even asking whether a geometry is valid may take too long."""
EDGES_LOOKED_AT = 200
NEIGHBOURS = 20
"""Edges near an edge of an ordinary outline, at most: a dense one has four."""
MOST_CROSSINGS = 20_000
MOST_IN_A_DELIVERY = 100_000


def crossings(geometry: BaseGeometry) -> int:
    """About how often edges of a geometry meet others than their neighbours, by their boxes; 0 for an ordinary one."""
    points = shapely.get_coordinates(geometry)
    if len(points) < FEWEST_POINTS:
        return 0
    edges = np.asarray(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)))
    some = edges[:: max(1, len(edges) // EDGES_LOOKED_AT)]
    meeting = len(shapely.STRtree(edges).query(some)[0]) / len(some)
    return int((meeting - NEIGHBOURS) * len(edges) / 2) if meeting > NEIGHBOURS else 0


class Patience:
    """How many crossings of one delivery are mended before the rest is refused."""

    def __init__(self) -> None:
        self.left = MOST_IN_A_DELIVERY

    def ends_with(self, geometry: BaseGeometry) -> str:
        """Why a geometry is not worked on; nothing where it is."""
        found = crossings(geometry)
        if found > min(self.left, MOST_CROSSINGS):
            return TANGLED
        self.left -= found
        return ""

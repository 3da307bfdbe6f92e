"""The reference systems that geometries are asked for in and served in (OGC API Features Part 2, OGC 18-058r1).

A name is read here and nowhere else: no address is opened and no text of a client's reaches PROJ. The area of each
system and the order of its axes are those of the EPSG register, as pyproj has it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

import pyproj
import pyproj.database
import pyproj.enums

from georegister.domain.geometry import DECIMALS, REGISTER_CRS, Box, parse_corners, to_wgs84
from georegister.errors import ValueRefused
from georegister.sentence import N_

EPSG = "EPSG"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
OFFERED = (
    *(4326, 3857, 4258, 25832, 25833),
    *(4747, 5938, *range(3178, 3190), *range(32618, 32630)),
)
"""Beside what each municipality works in. The second line is Greenland's: GR96, polar, and UTM zones 18 to 29."""
MILLIMETRES = 3
NAME = re.compile(
    r"(?:https?://www\.opengis\.net/def/crs/(?P<a>EPSG|OGC)/[\w.]{1,12}/(?P<b>\w{1,8})"
    r"|urn:ogc:def:crs:(?P<c>EPSG|OGC):[\w.]{0,12}:(?P<d>\w{1,8})"
    r"|\[(?P<e>EPSG|OGC):(?P<f>\w{1,8})\]"
    r"|(?P<g>EPSG|OGC):(?P<h>\w{1,8}))",
    re.ASCII,
)
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class ReferenceSystem:
    """A reference system by its code in the EPSG register; CRS84 is EPSG:4326 with the longitude first."""

    code: int
    longitude_first: bool = False
    spelled: str = field(default="", compare=False)
    """As the client wrote it."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From an http or https URI, a URN, or `[EPSG:n]`. Raises ValueRefused."""
        found = NAME.fullmatch(text)
        if found is None:
            raise ValueRefused(N_("expected the URI of a reference system, such as {uri}"), uri=cls(25832).uri)
        authority, code = (next(filter(None, found.group(*names))) for names in ("aceg", "bdfh"))
        if authority == "OGC" and code == "CRS84":
            return cls(REGISTER_CRS, True, text)
        if authority != EPSG or not code.isdigit() or int(code) not in _known():
            raise ValueRefused(N_("there is no reference system {text!r}"), text=text[:60])
        return cls(int(code), False, text)

    @property
    def uri(self) -> str:
        return CRS84 if self.longitude_first else f"http://www.opengis.net/def/crs/{EPSG}/0/{self.code}"

    @property
    def header(self) -> str:
        """What `Content-Crs` says: the client's own spelling, a URI between angle brackets (OGC 18-058r1, 6.4)."""
        if self.spelled.startswith("["):
            return self.spelled
        return f"<{self.spelled if ':' in self.spelled[5:] or '/' in self.spelled else self.uri}>"

    @property
    def is_default(self) -> bool:
        """Whether it is CRS84, which geometries are stored and served in."""
        return self.longitude_first

    @property
    def is_geographic(self) -> bool:
        return self.longitude_first or crs(self.code).is_geographic

    @property
    def is_flipped(self) -> bool:
        """Whether a position has its latitude or northing first, by the authority that defines it."""
        return not self.longitude_first and _is_flipped(self.code)

    @property
    def decimals(self) -> int:
        """How many decimals a coordinate is written with: a centimetre in degrees, a millimetre in metres."""
        return DECIMALS if self.is_geographic else MILLIMETRES

    def covers(self, bounds: Bounds) -> bool:
        """Whether west, south, east and north in degrees lie within the area it is defined for."""
        area = crs(self.code).area_of_use
        if area is None:
            return False
        within_longitudes = area.west > area.east or (area.west <= bounds[0] and bounds[2] <= area.east)
        return within_longitudes and area.south <= bounds[1] and bounds[3] <= area.north


DEFAULT = ReferenceSystem(REGISTER_CRS, True)


@dataclass(frozen=True)
class ProjectedBox:
    """A box in a projected reference system, easting before northing."""

    system: ReferenceSystem
    corners: Bounds

    @classmethod
    def parse(cls, text: str, system: ReferenceSystem) -> Self:
        """From `x,y,x,y` in the order of the system's axes. Raises ValueRefused."""
        form = "north,east,north,east" if system.is_flipped else "east,north,east,north"
        x1, y1, x2, y2 = parse_corners(text, form, system.is_flipped)
        if x1 > x2 or y1 > y2:
            raise ValueRefused(N_("give the lower corner first, then the upper one"))
        return cls(system, (x1, y1, x2, y2))

    @property
    def bounds(self) -> Bounds | None:
        """West, south, east and north of an area in degrees that holds it, or None where it lies off the earth.

        A box that crosses the antimeridian, or holds a pole, is as wide as the earth: its own corners decide.
        """
        found = to_wgs84(crs(self.system.code)).transform_bounds(*self.corners, densify_pts=41, errcheck=False)
        if not all(-360 <= edge <= 360 for edge in found):
            return None
        west, south, east, north = found
        if west > east:
            west, east = -180.0, 180.0
        # Between the points it was measured at, an edge may bend a little farther.
        across, up = (east - west) / 50 + 1e-6, (north - south) / 50 + 1e-6
        return max(west - across, -180), max(south - up, -90), min(east + across, 180), min(north + up, 90)


def box(text: str, system: ReferenceSystem | None) -> Box | ProjectedBox:
    """A box in a reference system; geographic ones differ by less than their grid from CRS84. Raises ValueRefused."""
    if system is None or system.is_geographic:
        return Box.parse(text, system is not None and system.is_flipped)
    return ProjectedBox.parse(text, system)


@lru_cache(maxsize=256)
def crs(code: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(code)


@lru_cache(maxsize=256)
def _is_flipped(code: int) -> bool:
    """By what the two say of one place: the names and directions of axes are many."""
    bounds = crs(code).area_of_use
    assert bounds is not None
    lon, lat = (bounds.west + bounds.east) / 2 + 1, (bounds.south + bounds.north) / 2 + 2
    visual = pyproj.Transformer.from_crs(REGISTER_CRS, code, always_xy=True).transform(lon, lat)
    own = pyproj.Transformer.from_crs(REGISTER_CRS, code).transform(lat, lon)
    return bool(abs(visual[0] - own[0]) > 1e-6)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """The codes of reference systems of two dimensions."""
    kinds = (pyproj.enums.PJType.PROJECTED_CRS, pyproj.enums.PJType.GEOGRAPHIC_2D_CRS)
    return frozenset(
        int(code) for kind in kinds for code in pyproj.database.get_codes(EPSG, kind, allow_deprecated=True)
    )

"""Reference systems: what a delivery calls its own, and which one would fit where it says none or a wrong one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import to_wgs84
from georegister.domain.municipality import Municipality
from georegister.domain.record import PlaceRecord, PlanRecord
from georegister.errors import DeliveryRefused, ValueRefused
from georegister.sentence import N_

OUTLINE_TOLERANCE_DEGREES = 0.02
OFTEN_MEANT = (4326, 3857, 25832, 25833, 3182, 3183, 3184, 32622)
"""Tried after the municipality's own: degrees, the web's, and the zones of Denmark and Greenland."""
BARE_CODE = re.compile(r"\d{4,6}", re.ASCII)
LOOKED_AT = 25
LONGEST = 20_000


@dataclass(frozen=True)
class Fit:
    """A reference system in which shapes fall on the municipality; `swapped` where y was delivered before x."""

    code: int
    swapped: bool = False


def reference_system(told: str) -> pyproj.CRS:
    """What a delivery or its sender calls its reference system: a code such as EPSG:25832 or 25832, WKT or PROJJSON.

    Raises ValueError with what is wrong with it; text that could name a file or an address is never looked up.
    """
    shown = repr(told[:60])
    short = f"EPSG:{told.strip()}" if BARE_CODE.fullmatch(told.strip()) else told.strip()
    if len(short) > LONGEST or (not short.startswith(("{", *WKT_BEGINS)) and not _is_code(short)):
        raise ValueRefused(N_("the reference system {shown} is not known"), shown=shown)
    if "grids=" in short.replace("nadgrids=@null", "") or "PARAMETERFILE" in short.upper():
        raise ValueRefused(N_("the reference system {shown} needs a file of its own"), shown=shown)
    try:
        crs = pyproj.CRS(short)
        if not (crs.is_geographic or crs.is_projected):
            raise ValueRefused(
                N_("the reference system {crs!r} says nothing of where on earth"),
                crs=crs.name[:60],
            )
        to_wgs84(crs)
    except pyproj.exceptions.CRSError as error:
        raise ValueRefused(N_("the reference system {shown} is not known"), shown=shown) from error
    except pyproj.exceptions.ProjError as error:
        raise ValueRefused(N_("nothing leads from the reference system {shown} to the map"), shown=shown) from error
    return crs


def known_or_refused(told: str, file: str) -> pyproj.CRS:
    """The reference system of a file. Raises DeliveryRefused where it is not known, or no use."""
    try:
        return reference_system(told)
    except ValueError as error:
        raise DeliveryRefused(
            N_("{file}: {error}; say one with --crs, such as EPSG:25832."), file=file, error=error
        ) from error


WKT_BEGINS = (
    *("PROJCS[", "GEOGCS[", "PROJCRS[", "GEOGCRS[", "GEODCRS[", "BOUNDCRS[", "COMPD_CS[", "COMPOUNDCRS["),
    *("GEODETICCRS[", "GEOGRAPHICCRS[", "PROJECTEDCRS[", "LOCAL_CS[", "ENGCRS[", "GEOCCS["),
)


def _is_code(text: str) -> bool:
    authority, _, code = text.rpartition(":")
    letters = authority.replace("-", "").replace(":", "").replace("/", "").replace(".", "").replace("_", "")
    return len(text) < 100 and letters.isalnum() and code.isalnum() and "//" not in text


def fitting(
    records: Iterable[PlanRecord | PlaceRecord], municipality: Municipality, told: str | None = None
) -> tuple[Fit, ...]:
    """The reference systems in which most of the delivered shapes fall on the municipality, the likeliest first.

    Its own come first, then those often meant, then degrees with latitude first; `told` is the one they were not in.
    """
    if municipality.outline is None or not (points := _points(records)):
        return ()
    around = _around(municipality.outline)
    x, y = np.array(points).T
    fits = []
    candidates = [Fit(code) for code in dict.fromkeys((*municipality.crs, *OFTEN_MEANT))]
    for fit in (*candidates, Fit(4326, swapped=True)):
        if told and told.endswith(f":{fit.code}") and not fit.swapped:
            continue
        lon, lat = to_wgs84(_crs(fit.code)).transform(*((y, x) if fit.swapped else (x, y)))
        if np.mean(shapely.contains_xy(around, lon, lat)) > 0.5:
            fits.append(fit)
    return tuple(fits)


def _points(records: Iterable[PlanRecord | PlaceRecord]) -> list[tuple[float, float]]:
    """A point in each of some shapes, spread over all of them."""
    delivered = [record.delivered for record in records if record.delivered]
    chosen = delivered[:: max(1, len(delivered) // LOOKED_AT)]
    with np.errstate(all="ignore"):  # a coordinate that is no number is told of elsewhere
        shapes = [shape for shape in shapely.from_wkb(chosen, on_invalid="ignore") if shape is not None]
    middles = [shape.envelope.centroid for shape in shapes if not shape.is_empty]
    return [(point.x, point.y) for point in middles if not point.is_empty]


@lru_cache(maxsize=8)
def _around(outline: BaseGeometry) -> BaseGeometry:
    around = outline.buffer(OUTLINE_TOLERANCE_DEGREES)
    shapely.prepare(around)
    return around


@lru_cache(maxsize=32)
def _crs(code: int) -> pyproj.CRS:
    return pyproj.CRS(code)


def name_of(crs: pyproj.CRS) -> str:
    """An authority's code, else the name it has in its own words."""
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else crs.name[:60]


def advice(fits: Sequence[Fit]) -> str:
    """The codes that would fit, in any language; nothing for degrees the wrong way round."""
    return " / ".join(f"EPSG:{fit.code}" for fit in fits if not fit.swapped)

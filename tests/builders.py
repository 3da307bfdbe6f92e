"""Deliveries and facts that say only what matters to a test."""

import warnings
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind

SOROE = (661_700, 6_145_800)


def a_square(x: float = SOROE[0], y: float = SOROE[1], side: float = 100) -> shapely.Polygon:
    """A square in EPSG:25832 with its south-western corner there."""
    return shapely.box(x, y, x + side, y + side)


def a_plan(number: str = "SK 900", title: str = "Prøveplan", **more: Any) -> dict[str, Any]:
    """A row of a delivery in Plandata's format; each number lies at a place of its own."""
    serial = int("".join(letter for letter in number if letter.isdecimal()) or 0)
    place = a_square(SOROE[0] + serial % 37 * 150, SOROE[1] + 100 + serial // 37 % 11 * 150)
    return {"KOMNR": 340, "PLANNR": number, "PLANNAVN": title, "geometry": place, **more}


def a_delivery(
    folder: Path,
    rows: Sequence[dict[str, Any]],
    *,
    name: str = "lokalplan",
    crs: int | None = 25832,
    encoding: str = "UTF-8",
    cpg: str | None = "UTF-8",
) -> Path:
    """A zipped shapefile of such rows."""
    frame = gpd.GeoDataFrame(list(rows), geometry="geometry", crs=crs)
    made = folder / name
    made.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        pyogrio.write_dataframe(frame, made / f"{name}.shp", encoding=encoding)
    if cpg is None:
        (made / f"{name}.cpg").unlink(missing_ok=True)
    else:
        (made / f"{name}.cpg").write_text(cpg)
    return zipped(folder / f"{name}.zip", {part.name: part.read_bytes() for part in sorted(made.iterdir())})


def zipped(target: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def an_event(type_: EventType, earliest: date | str | None, latest: date | str | None = None, **more: Any) -> Event:
    first = _day(earliest)
    return Event(type_, first, _day(latest) if latest else first, **more)


def a_hearing(opens: str, closes: str, kind: HearingKind = HearingKind.PUBLIC) -> Hearing:
    return Hearing(kind, date.fromisoformat(opens), date.fromisoformat(closes))


def _day(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day


def same_shape(one: BaseGeometry, other: BaseGeometry, tolerance: float = 1e-6) -> bool:
    """Whether two geometries cover the same ground, but for noise."""
    return bool(one.symmetric_difference(other).area <= tolerance * max(one.area, other.area))

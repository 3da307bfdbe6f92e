"""Deliveries and facts that say only what matters to a test, and a service in its process."""

import asyncio
import warnings
import zipfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import httpx
import pyogrio
import shapely
from fastapi import FastAPI
from psycopg import sql
from shapely.geometry.base import BaseGeometry

from georegister.domain.event import Event, EventType
from georegister.domain.hearing import Hearing, HearingKind
from georegister.register import tables
from georegister.register.database import Database, reading
from georegister.settings import folder

SOROE = (661_700, 6_145_800)


T = TypeVar("T")


def a_square(x: float = SOROE[0], y: float = SOROE[1], side: float = 100) -> shapely.Polygon:
    """A square in EPSG:25832 with its south-western corner there."""
    return shapely.box(x, y, x + side, y + side)


def a_plan(number: str = "SK 900", title: str = "Prøveplan", **more: Any) -> dict[str, Any]:
    """A row of a delivery in Plandata's format; each number lies at a place of its own."""
    serial = int("".join(letter for letter in number if letter.isdecimal()) or 0)
    place = a_square(SOROE[0] + serial % 37 * 150, SOROE[1] + 100 + serial // 37 % 11 * 150)
    return {"KOMNR": 340, "PLANNR": number, "PLANNAVN": title, "geometry": place, **more}


def a_delivery(
    target: Path,
    rows: Sequence[dict[str, Any]],
    *,
    name: str = "lokalplan",
    crs: int | None = 25832,
    encoding: str = "UTF-8",
    cpg: str | None = "UTF-8",
) -> Path:
    """A zipped shapefile of such rows."""
    frame = gpd.GeoDataFrame(list(rows), geometry="geometry", crs=crs)
    made = target / name
    made.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")
        pyogrio.write_dataframe(frame, made / f"{name}.shp", encoding=encoding)
    if cpg is None:
        (made / f"{name}.cpg").unlink(missing_ok=True)
    else:
        (made / f"{name}.cpg").write_text(cpg)
    return zipped(target / f"{name}.zip", {part.name: part.read_bytes() for part in sorted(made.iterdir())})


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


def content_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All that the register says now, by table: without when it was written, by which act, and versions' numbers."""
    told: dict[str, list[dict[str, Any]]] = {}
    with reading(database) as session:
        for name in (*tables.FACTS, "plan_version", "plan_state"):
            rows = session.connection.execute(
                sql.SQL("SELECT * FROM {} WHERE upper_inf(recorded)").format(sql.Identifier(name))
            ).fetchall()
            left_out = {"recorded", "act", "id"} if name == "plan_version" else {"recorded", "act"}
            kept = [{key: value for key, value in row.items() if key not in left_out} for row in rows]
            told[name] = sorted(kept, key=str)
    return told


COMPLETE = """complete = true
scope = ["local-plan"]
"""


def a_complete_mapping(target: Path, dataset: str = "kommunens-plandata") -> Path:
    """Plandata's mapping for deliveries that have all local plans of a dataset of their own, written to a file."""
    text = (folder("data") / "mappings" / "plandata.toml").read_text(encoding="utf-8")
    told = text.replace('dataset = "plandata"\n', f'dataset = "{dataset}"\n{COMPLETE}')
    assert COMPLETE in told
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(told, encoding="utf-8")
    return target


def make_10_5_3_2(target: Path) -> tuple[Path, Path]:
    """A base delivery of 14 plans, P 1 to P 14, and the next: 10 new, 5 changed, 3 missing, 2 broken, 4 as they were.

    P 1 to P 5 change (1 and 2 the title, 3 and 4 the extent, 5 both), P 6 to P 8 are missing, P 9 has no geometry and
    P 10 lies in another country; N 1 to N 10 are new. Load both with `a_complete_mapping`.
    """

    def square(place: int, side: float = 100) -> shapely.Polygon:
        return a_square(SOROE[0] + 200 * (place % 8), SOROE[1] + 200 * (place // 8), side)

    def row(n: int, **more: Any) -> dict[str, Any]:
        return {**a_plan(f"P {n}", f"Plan {n}", DATOVEDT=20200100 + n, geometry=square(n)), **more}

    base = [row(n) for n in range(1, 15)]
    then = [
        row(1, PLANNAVN="Plan 1, rettet"),
        row(2, PLANNAVN="Plan 2, rettet"),
        row(3, geometry=square(3, 120)),
        row(4, geometry=square(4, 80)),
        row(5, PLANNAVN="Plan 5, rettet", geometry=square(5, 110)),
        row(9, geometry=None),
        row(10, geometry=a_square(SOROE[0] - 800_000)),
        *(row(n) for n in range(11, 15)),
        *(a_plan(f"N {n}", f"Ny plan {n}", DATOFORSL=20260100 + n, geometry=square(20 + n)) for n in range(1, 11)),
    ]
    return a_delivery(target, base, name="lokalplan_2025"), a_delivery(target, then, name="lokalplan_2026")


def awaited(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, in a thread of its own: where a browser is open this one has a loop already."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, coroutine).result()


@asynccontextmanager
async def asking(app: FastAPI, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service in this process, which lives as long as the block."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here", **options) as client,
    ):
        yield client

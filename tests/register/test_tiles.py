"""How heavy a tile can become, and what is left out of it first."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import morecantile
import pyproj
import pytest
from sqlalchemy import Float, Text, column, func, literal, literal_column, select

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register import municipalities, plans
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database, reading
from georegister.register.features import Source
from georegister.register.tiles import MAX_BYTES, MAX_LETTERS, properties, tile
from tests.builders import a_delivery, a_plan

CIRCLES = COLLECTIONS["municipalities"]


def circles(number: int, title: str) -> Any:
    """Circles round Sorø, the first the largest, each with a name of its own."""

    def source(*_: Any) -> Source:
        serial = func.generate_series(1, number).table_valued(column("n", Float)).render_derived(name="serial")
        centre = func.ST_SetSRID(func.ST_MakePoint(11.56, 55.43), 4326)
        geom = func.ST_Buffer(centre, 0.6 - 0.3 * serial.c.n / number, literal(200))
        rows = select(
            func.to_char(serial.c.n, "FM000000").label("id"),
            geom.label("geom"),
            (literal(title) + func.to_char(serial.c.n, "FM000000")).label("name"),
        ).subquery("rows")
        none = literal_column("''")
        columns = {"name": rows.c.name, "jurisdiction": literal("DK", Text)}
        return Source(rows, rows.c.id, rows.c.id, rows.c.geom, none, none, (), {}, columns)

    return source


def drawn(database: Database, number: int, title: str = "", **place: int) -> bytes:
    statement = tile(CIRCLES, circles(number, title), frozenset({str(number), title}))
    with reading(database) as session:
        [row] = session.rows(statement, **{"zoom": 5, "col": 17, "row": 10, **place}, least_m2=0)
    return bytes(next(iter(row.values())))


@pytest.mark.parametrize("title", ["", "å" * 5000])
def test_the_largest_are_kept_as_far_as_the_bytes_reach(empty: Database, title: str) -> None:
    body = drawn(empty, 800, title)
    features = mapbox_vector_tile.decode(body)["municipalities"]["features"]
    assert MAX_BYTES / 4 < len(body) <= MAX_BYTES
    assert [one["properties"]["id"] for one in features] == [f"{n:06}" for n in range(1, len(features) + 1)]
    assert all(len(one["properties"]["name"]) <= MAX_LETTERS for one in features)


def test_few_are_all_kept_and_elsewhere_is_nothing(empty: Database) -> None:
    assert len(mapbox_vector_tile.decode(drawn(empty, 3))["municipalities"]["features"]) == 3
    assert drawn(empty, 3, col=3) == b""


def test_a_load_makes_another_state_and_new_tiles(demo: Database, tmp_path: Path, plandata: MappingFile) -> None:
    now = {"now": datetime(2026, 11, 22, 12, tzinfo=UTC), "day": None}
    new = a_plan("SK 901", "Ny plan")
    place = pyproj.Transformer.from_crs(25832, 4326, always_xy=True).transform(*new["geometry"].centroid.coords[0])
    near = morecantile.tms.get("WebMercatorQuad").tile(*place, 14)
    statement = tile(COLLECTIONS["plans"], plans.source, frozenset())

    def seen() -> tuple[str, set[str]]:
        with reading(demo) as session:
            [its_state] = session.rows(municipalities.state(), **now)
            [row] = session.rows(statement, **now, zoom=near.z, col=near.x, row=near.y, least_m2=0)
        layers = mapbox_vector_tile.decode(bytes(next(iter(row.values())))).get("plans", {"features": []})
        return next(iter(its_state.values())), {one["properties"]["id"] for one in layers["features"]}

    before = seen()
    assert seen() == before
    load(demo, a_delivery(tmp_path, [new]), "0340", plandata, Options(by="test"))
    after = seen()
    assert after[0] != before[0]
    assert after[1] - before[1] == {"0340-local-plan-sk-901"}


def test_an_empty_register_has_a_state_too(empty: Database) -> None:
    with reading(empty) as session:
        [row] = session.rows(municipalities.state(), day=None, now=None)
    assert len(next(iter(row.values()))) == 32


def test_every_property_in_tiles_is_one_of_the_collections() -> None:
    for one in COLLECTIONS.values():
        assert 2 <= len(properties(one)) <= 12

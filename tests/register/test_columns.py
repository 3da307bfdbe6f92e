"""What a property is in SQL is what is served under its name."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from georegister.api.items import SOURCES
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Database, prepared, reading


@pytest.mark.parametrize("day", [date(2021, 6, 1), None])
@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_column_is_the_served_property(shared_demo: Database, name: str, day: date | None) -> None:
    collection = COLLECTIONS[name]
    source = SOURCES[collection.search](collection, False)
    assert set(source.columns) == {one.name for one in collection.queryables}
    columns = func.json_build_object(*(part for one in source.columns.items() for part in one))
    statement = prepared(select(source.feature, columns).select_from(source.rows).where(*source.always))
    with reading(shared_demo) as session:
        values = {**statement.fixed, "now": datetime.now(UTC), "day": day}
        rows = [tuple(row.values()) for row in session.sql(statement.sql, **values)]
    assert rows or name in ("frames", "sub-areas")
    for feature, asked in rows:
        served = json.loads(feature)["properties"]
        assert asked == {one: served[one] for one in asked}

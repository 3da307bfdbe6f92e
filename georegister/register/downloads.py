"""All that matches a question, row by row out of one snapshot, for files; memory stays flat."""

from collections.abc import Generator
from functools import lru_cache
from typing import Any

from psycopg.rows import tuple_row
from sqlalchemy import Integer, bindparam, select

from georegister.register.collections import Collection
from georegister.register.database import Database, Prepared, Values, answering, prepared
from georegister.register.features import Shape, SourceOf, conditions, geometry_text, properties_text
from georegister.register.paging import Sort, order

ROWS_AT_ONCE = 200
Row = tuple[str, str | None, str]
"""A feature's id, its geometry as GeoJSON and its properties as a JSON object."""


@lru_cache(maxsize=256)
def matching(collection: Collection, source_of: SourceOf, shape: Shape, sort: Sort, limited: bool) -> Prepared:
    """Every feature that matches, in the order of pages; where `limited` at most `limit` of them."""
    source = source_of(collection, "known_at" in shape)
    given = set(shape)
    statement = (
        select(source.id, geometry_text(source, given).label("geometry"), properties_text(source, given).label("said"))
        .select_from(source.rows)
        .where(*conditions(source, shape))
        .order_by(*order(source, sort))
    )
    return prepared(statement.limit(bindparam("limit", type_=Integer)) if limited else statement)


def rows(database: Database, statement: Prepared, values: Values) -> Generator[list[Row], None, None]:
    """The rows in pieces, by a cursor of the database's. Raises RegisterUnavailable and QuestionInvalid."""
    with answering(database) as session:
        cursor: Any = session.connection.cursor(name="download", row_factory=tuple_row)
        with cursor:
            cursor.execute(statement.sql, {**statement.fixed, **values})
            while piece := cursor.fetchmany(ROWS_AT_ONCE):
                yield piece

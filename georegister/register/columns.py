"""How the register's tables are written down: a word for each way a column can be."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.types import TypeEngine

metadata = MetaData()
COLLATION = "da-x-icu"
"""Danish order, and letters of every language known by their upper and lower case."""
Type = type[TypeEngine[Any]] | TypeEngine[Any]


def key(name: str, type_: Type = Text) -> "Column[Any]":
    """Part of the primary key."""
    return Column(name, type_, primary_key=True, nullable=False)


def must(name: str, type_: Type = Text) -> "Column[Any]":
    """Always said."""
    return Column(name, type_, nullable=False)


def may(name: str, type_: Type = Text) -> "Column[Any]":
    """Said where it is known."""
    return Column(name, type_)


def geometry(kind: str, srid: int = 4326) -> Geometry:
    """A geometry of one kind; its indexes are the migrations' business."""
    return Geometry(kind, srid=srid, spatial_index=False)


def fact(name: str, *columns: "Column[Any]") -> Table:
    """A table of facts: an id within a dataset, recorded from one act until another."""
    return Table(
        name,
        metadata,
        must("municipality"),
        must("dataset"),
        must("id"),
        must("recorded", TSTZRANGE),
        must("act", BigInteger),
        *columns,
    )

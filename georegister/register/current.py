"""What is in the register now, as a delivery is compared with it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import shapely
from geoalchemy2 import functions as spatial
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ARRAY, LargeBinary, Select, Table, Text, bindparam, cast, func, or_, select

from georegister.domain.plan import Kind
from georegister.domain.record import Fact, RegisteredPlan, WithdrawnPlan
from georegister.register import tables
from georegister.register.database import Prepared, Session, prepared

NOT_CONTENT = ("municipality", "dataset", "id", "recorded", "act")


def registered_plans(session: Session, municipality: str) -> list[RegisteredPlan]:
    """Every plan of the municipality, in its current version."""
    rows = session.sql(
        "SELECT v.plan, v.kind, p.parent, v.dataset, v.number_key, v.id, v.external_id, v.number, v.titles, "
        "  v.descriptions, v.place, v.document_url, v.source, v.extent_source, v.geometry_source, "
        "  md5(v.geom_delivered) AS digest, v.crs_delivered, v.source_version, lower(v.valid) AS since, "
        "  NOT EXISTS (SELECT FROM plan_version e WHERE (e.municipality, e.plan) = (v.municipality, v.plan) "
        "    AND upper_inf(e.recorded) AND upper(e.valid) <= lower(v.valid)) AS is_first, "
        "  (SELECT min(s.adopted_earliest) FROM plan_state s WHERE v.kind = 'municipal-plan' "
        "     AND (s.municipality, s.plan) = (v.municipality, v.plan) AND upper_inf(s.recorded)) AS adopted "
        "FROM plan_version v JOIN plan p ON (p.municipality, p.id) = (v.municipality, v.plan) "
        "WHERE v.municipality = %(of)s AND upper_inf(v.recorded) AND upper_inf(v.valid) ORDER BY v.plan",
        of=municipality,
    )
    content = ("external_id", "source_version", "number", "titles", "descriptions", "place", "document_url", "source")
    return [
        RegisteredPlan(
            id=row["plan"],
            kind=Kind(row["kind"]),
            parent=row["parent"],
            dataset=row["dataset"],
            number_key=row["number_key"],
            version=row["id"],
            digest=row["digest"],
            crs=row["crs_delivered"],
            adopted=row["adopted"],
            content={name: row[name] for name in (*content, "extent_source", "geometry_source")},
            since=row["since"],
            is_first=row["is_first"],
        )
        for row in rows
    ]


def geometries(session: Session, municipality: str, versions: Sequence[int]) -> dict[int, BaseGeometry]:
    """The extents of some versions, in EPSG:4326, by their numbers; those without one are left out."""
    rows = session.sql(
        "SELECT id, ST_AsBinary(geom) AS geom FROM plan_version "
        "WHERE municipality = %(of)s AND id = ANY(%(versions)s) AND geom IS NOT NULL",
        of=municipality,
        versions=list(versions),
    )
    found = rows.fetchall()
    shapes = shapely.from_wkb([row["geom"] for row in found])
    return {row["id"]: shape for row, shape in zip(found, shapes, strict=True)}


def withdrawn_plans(session: Session, municipality: str) -> list[WithdrawnPlan]:
    """Every plan of the municipality that has no current version, as its last one had it; the last withdrawn last."""
    rows = session.sql(
        "SELECT p.id, p.kind, p.parent, v.number_key, v.external_id FROM plan p JOIN LATERAL ("
        "  SELECT number_key, external_id, upper(recorded) AS until FROM plan_version "
        "  WHERE (municipality, plan) = (p.municipality, p.id) ORDER BY upper(recorded) DESC, upper(valid) DESC LIMIT 1"
        ") v ON true "
        "WHERE p.municipality = %(of)s AND NOT EXISTS (SELECT FROM plan_version c "
        "  WHERE (c.municipality, c.plan) = (p.municipality, p.id) AND upper_inf(c.recorded)) ORDER BY v.until, p.id",
        of=municipality,
    )
    return [
        WithdrawnPlan(row["id"], Kind(row["kind"]), row["parent"], row["number_key"], row["external_id"])
        for row in rows
    ]


def registered_facts(session: Session, municipality: str, dataset: str) -> list[Fact]:
    """Every current fact of a dataset."""
    return [
        Fact(name, row["id"], {key: value for key, value in row.items() if key != "id"})
        for name in tables.FACTS
        for row in session.rows(_facts_of(name), of=municipality, dataset=dataset)
    ]


def known_ids(session: Session, municipality: str) -> dict[str, set[str]]:
    """What facts may refer to, by id: plans, parts of strategies, instruments, administrations, sector plans.

    With each its kinds; an instrument may be called as a sector plan is.
    """
    known: dict[str, set[str]] = {}
    for row in session.sql(
        "SELECT plan AS id, 'plan' AS kind FROM plan_version WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'strategy' FROM strategy WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'theme' FROM theme WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'goal' FROM goal WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'action' FROM action WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'principle' FROM principle WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'target' FROM target WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'instrument' FROM instrument WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'administration' FROM administration WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION SELECT id, 'sector_plan' FROM sector_plan WHERE municipality = %(of)s AND upper_inf(recorded)",
        of=municipality,
    ):
        known.setdefault(row["id"], set()).add(row["kind"])
    return known


def part_kinds(session: Session, municipality: str) -> dict[str, str]:
    """What the id of each part of a strategy stands for, or once stood for: it is never anything else."""
    rows = session.sql("SELECT id, kind FROM strategy_part WHERE municipality = %(of)s", of=municipality)
    return {row["id"]: row["kind"] for row in rows}


def owners(session: Session, municipality: str) -> dict[tuple[str, str], str]:
    """The dataset of everything that has one id in the whole municipality, by table and id."""
    tables_with_ids = (
        *("strategy", "theme", "goal", "action", "principle", "target"),
        *("instrument", "administration", "sector_plan", "sub_goal"),
    )
    return {
        (name, row["id"]): row["dataset"]
        for name in tables_with_ids
        for row in session.rows(_owners_in(name), of=municipality)
    }


def told(
    session: Session, municipality: str, table: str, ids: Sequence[str], dataset: str | None = None
) -> list[tuple[str, Fact]]:
    """The current facts with these ids, each with the dataset that tells it; of one dataset where one is named."""
    rows = session.rows(_told_in(table), of=municipality, ids=list(ids), dataset=dataset)
    return [
        (row["dataset"], Fact(table, row["id"], {name: row[name] for name in row if name not in ("id", "dataset")}))
        for row in rows
    ]


def listed(session: Session, municipality: str, table: str, plan: str | None = None) -> list[tuple[str, Fact]]:
    """The current facts of a table, each with its dataset, in the order of their ids; of one plan or of all."""
    rows = session.rows(_listed_in(table), of=municipality, plan=plan)
    return [
        (row["dataset"], Fact(table, row["id"], {name: row[name] for name in row if name not in ("id", "dataset")}))
        for row in rows
    ]


def plans_called(session: Session, municipality: str) -> list[tuple[str, Kind, str]]:
    """Id, kind and the form of the number of every plan; an alias is the id's of a plan that has moved."""
    rows = session.sql(
        "SELECT plan, kind, number_key FROM plan_version "
        "WHERE municipality = %(of)s AND upper_inf(recorded) AND upper_inf(valid) ORDER BY plan",
        of=municipality,
    )
    return [(row["plan"], Kind(row["kind"]), row["number_key"]) for row in rows]


def aliases(session: Session, municipality: str) -> dict[str, str]:
    """The plan that each alias leads to."""
    rows = session.sql(
        "SELECT alias, plan FROM plan_alias WHERE municipality = %(of)s AND answer = 301", of=municipality
    )
    return {row["alias"]: row["plan"] for row in rows}


def loaded_files(session: Session, municipality: str) -> set[bytes]:
    """The SHA-256 of every file that has been loaded, though its load may have been taken back since."""
    rows = session.sql(
        "SELECT sha256 FROM load WHERE municipality = %(of)s AND state IN ('applied', 'undone') AND undoes IS NULL",
        of=municipality,
    )
    return {row["sha256"] for row in rows}


def content_of(table: str) -> list[str]:
    """The columns that say what a fact says."""
    return [column.name for column in tables.FACTS[table].columns if column.name not in NOT_CONTENT]


@cache
def _owners_in(name: str) -> Prepared:
    table = tables.FACTS[name]
    return prepared(
        select(table.c.id, table.c.dataset).where(
            table.c.municipality == bindparam("of"), func.upper_inf(table.c.recorded)
        )
    )


def _said_in(table: Table) -> "Select[Any]":
    return select(table.c.dataset, table.c.id, *(table.c[name] for name in content_of(table.name))).where(
        table.c.municipality == bindparam("of"), func.upper_inf(table.c.recorded)
    )


@cache
def _told_in(name: str) -> Prepared:
    table = tables.FACTS[name]
    dataset = bindparam("dataset", type_=Text)
    return prepared(
        _said_in(table)
        .where(table.c.id == func.any(bindparam("ids", type_=ARRAY(Text))))
        .where(or_(dataset.is_(None), table.c.dataset == dataset))
        .order_by(table.c.dataset, table.c.id)
    )


@cache
def _listed_in(name: str) -> Prepared:
    table = tables.FACTS[name]
    plan = bindparam("plan", type_=Text)
    of = [table.c[column] == plan for column in ("plan", "from_plan", "to_plan") if column in table.c]
    return prepared(_said_in(table).where(or_(plan.is_(None), *of)).order_by(table.c.id, table.c.dataset))


@cache
def _facts_of(name: str) -> Prepared:
    table = tables.FACTS[name]
    columns = [
        cast(spatial.ST_AsBinary(column), LargeBinary).label(column.name) if column.name == "geom" else column
        for column in table.columns
        if column.name == "id" or column.name not in NOT_CONTENT
    ]
    return prepared(
        select(*columns).where(
            table.c.municipality == bindparam("of"),
            table.c.dataset == bindparam("dataset"),
            func.upper_inf(table.c.recorded),
        )
    )

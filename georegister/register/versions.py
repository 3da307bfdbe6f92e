"""The versions of plans that a load writes: what each says, and the geometry in the forms that are asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from psycopg.types.range import Range

from georegister.domain.change import Added, Amended, Change, Withdrawn
from georegister.domain.record import PlacedPlan
from georegister.register import tables
from georegister.register.binary import json_text
from georegister.register.database import Session
from georegister.register.served import Served

AT_ONCE = 5000
"""Versions to a COPY; what is in hand takes some 12 kB each."""
COLUMNS = (
    *("municipality", "dataset", "recorded", "act", "plan", "kind", "valid", "external_id", "source_version"),
    *("number", "number_key", "titles", "descriptions", "place", "document_url"),
    *("geom_delivered", "crs_delivered", "geom", "geom_3857"),
    *("extent_source", "geometry_source", "area_m2", "source", "geometry_json", "properties_json"),
)


def close(session: Session, municipality: str, changes: Sequence[Change[PlacedPlan]], at: datetime) -> None:
    """Ends the versions that the amended plans had until now, and all versions of the plans that are withdrawn."""
    if gone := [change.id for change in changes if isinstance(change, Withdrawn)]:
        session.sql(
            "UPDATE plan_version SET recorded = tstzrange(lower(recorded), %(at)s) "
            "WHERE municipality = %(of)s AND plan = ANY(%(gone)s) AND upper_inf(recorded)",
            of=municipality,
            gone=gone,
            at=at,
        )
    if closing := [change.new.version for change in changes if isinstance(change, Amended)]:
        session.sql(
            "UPDATE plan_version SET recorded = tstzrange(lower(recorded), %(at)s) "
            "WHERE municipality = %(of)s AND id = ANY(%(ids)s)",
            of=municipality,
            ids=closing,
            at=at,
        )


def to_write(changes: Iterable[Change[PlacedPlan]]) -> Iterator[PlacedPlan]:
    """The plans that get a new version."""
    return (change.new for change in changes if isinstance(change, Added | Amended))


def write(
    session: Session,
    municipality: str,
    dataset: str,
    act: int,
    at: datetime,
    plans: Iterable[tuple[PlacedPlan, Served | None]],
) -> None:
    """Writes a version of each plan with its geometry, valid from the day its text begins, else from its day in
    `first_day`."""
    always = (municipality, dataset, Range(at, None), act)
    while some := list(islice(plans, AT_ONCE)):
        firsts = _first_days(session, [plan.id for plan, _ in some])
        lasts = _last_days(session, municipality, [plan.version for plan, _ in some if plan.version is not None])
        rows = (
            (*always, *_row(plan, municipality, _valid(plan, firsts.get(plan.id), lasts), form)) for plan, form in some
        )
        session.copy_into(tables.plan_version, COLUMNS, rows)


def _valid(plan: PlacedPlan, first: date | None, lasts: Mapping[int, date | None]) -> "Range[date]":
    return Range(plan.since or first, None if plan.version is None else lasts[plan.version])


def _first_days(session: Session, plans: Sequence[str]) -> dict[str, date]:
    rows = session.sql("SELECT plan, first FROM first_day WHERE plan = ANY(%(plans)s)", plans=plans)
    return {row["plan"]: row["first"] for row in rows}


def _last_days(session: Session, municipality: str, versions: Sequence[int]) -> dict[int, date | None]:
    """The ends of the versions that are amended, which those that take their place keep."""
    if not versions:
        return {}
    rows = session.sql(
        "SELECT id, upper(valid) AS until FROM plan_version WHERE municipality = %(of)s AND id = ANY(%(ids)s)",
        of=municipality,
        ids=versions,
    )
    return {row["id"]: row["until"] for row in rows}


def _row(plan: PlacedPlan, municipality: str, valid: "Range[date]", form: Served | None) -> tuple[Any, ...]:
    record = plan.record
    extent, geometry_source = record.extent_source, record.geometry_source
    properties = {
        "municipality": municipality,
        "kind": record.kind,
        "number": record.number,
        "title": next(iter(record.titles.values())),
        "parent": plan.parent,
        "place": record.place,
        "description": next(iter(record.descriptions.values())) if record.descriptions else None,
        "document_url": record.document_url,
        "extent_source": extent,
        "geometry_source": geometry_source,
        "source": record.source,
        "area_m2": round(form.area_m2, 1) if form else None,
    }
    return (
        plan.id,
        str(record.kind),
        valid,
        record.external_id,
        record.source_version,
        record.number,
        plan.number_key,
        dict(record.titles),
        dict(record.descriptions) if record.descriptions else None,
        record.place,
        record.document_url,
        record.delivered,
        record.crs,
        form.ewkb if form else None,
        form.web_mercator if form else None,
        str(extent) if form and extent else None,
        str(geometry_source) if form and geometry_source else None,
        form.area_m2 if form else None,
        record.source,
        form.geojson if form else None,
        json_text(properties),
    )

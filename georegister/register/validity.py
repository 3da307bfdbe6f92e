"""The days on which a plan's text and geometry were its published content.

They begin with the first thing known to have happened to the plan. Events are facts of their own and may be corrected
without the plan's row being delivered again: then the version is written anew with the right days.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from psycopg.types.range import Range

from georegister.domain.event import EventType
from georegister.register.database import Session, in_turn

BEGINNINGS = [
    str(type_)
    for type_ in (
        EventType.CALL_FOR_IDEAS,
        EventType.PROPOSAL,
        EventType.ADOPTION,
        EventType.PUBLICATION,
        EventType.ENTRY_INTO_FORCE,
    )
]


def find_first_days(session: Session, municipality: str, plans: Iterable[str]) -> None:
    """Makes `first_day`, a table for this transaction: the first known day of each plan that has one."""
    session.sql("DROP TABLE IF EXISTS first_day")
    session.sql("CREATE TEMP TABLE first_day (plan text, first date) ON COMMIT DROP")
    for some in in_turn(plans):
        session.sql(
            "INSERT INTO first_day SELECT plan, min(day) FROM ("
            "  SELECT plan, earliest AS day FROM plan_event WHERE municipality = %(of)s AND upper_inf(recorded) "
            "  AND type = ANY(%(beginnings)s) AND plan = ANY(%(plans)s) "
            "  UNION ALL SELECT plan, opens FROM hearing WHERE municipality = %(of)s AND upper_inf(recorded) "
            "  AND plan = ANY(%(plans)s)) days GROUP BY plan",
            of=municipality,
            plans=some,
            beginnings=BEGINNINGS,
        )


def align(session: Session, municipality: str, plans: Iterable[str], act: int, at: datetime) -> None:
    """Writes anew the versions whose first day is no longer that of `first_day`."""
    for some in in_turn(plans):
        _align(session, municipality, some, act, at)


def _align(session: Session, municipality: str, plans: Sequence[str], act: int, at: datetime) -> None:
    moved = session.sql(
        "SELECT v.id, f.first, upper(v.valid) AS upper FROM plan_version v LEFT JOIN first_day f USING (plan) "
        "WHERE v.municipality = %(of)s AND v.plan = ANY(%(plans)s) AND upper_inf(v.recorded) "
        "AND lower(v.valid) IS DISTINCT FROM f.first AND v.act <> %(act)s "
        "AND NOT EXISTS (SELECT FROM plan_version e WHERE (e.municipality, e.plan) = (v.municipality, v.plan) "
        "  AND upper_inf(e.recorded) AND upper(e.valid) <= lower(v.valid)) "
        # The text of a first version ends before the next begins, whatever is said of the plan's first day.
        "AND (upper_inf(v.valid) OR f.first IS NULL OR f.first < upper(v.valid))",
        of=municipality,
        plans=plans,
        act=act,
    ).fetchall()
    if not moved:
        return
    ids = [row["id"] for row in moved]
    session.sql(
        "UPDATE plan_version SET recorded = tstzrange(lower(recorded), %(at)s) "
        "WHERE municipality = %(of)s AND id = ANY(%(ids)s)",
        of=municipality,
        ids=ids,
        at=at,
    )
    days = [Range(row["first"], row["upper"]) for row in moved]
    _write_anew(session, municipality, ids, days, act, at)


def end(session: Session, municipality: str, texts: Mapping[int, date], act: int, at: datetime) -> None:
    """Writes closed versions anew, each as a text that was valid until the day before the one given."""
    rows = session.sql(
        "SELECT id, lower(valid) AS first FROM plan_version WHERE municipality = %(of)s AND id = ANY(%(ids)s)",
        of=municipality,
        ids=list(texts),
    ).fetchall()
    days = [Range(row["first"], texts[row["id"]]) for row in rows]
    if rows:
        _write_anew(session, municipality, [row["id"] for row in rows], days, act, at)


def _write_anew(
    session: Session, municipality: str, versions: Sequence[int], days: Sequence[Range[date]], act: int, at: datetime
) -> None:
    """Writes versions that have been closed again, valid on other days."""
    session.sql(
        "INSERT INTO plan_version (municipality, plan, kind, dataset, valid, recorded, act, external_id, "
        "  source_version, number, number_key, titles, descriptions, place, document_url, geom_delivered, "
        "  crs_delivered, geom, geom_3857, extent_source, geometry_source, area_m2, source, geometry_json, "
        "  properties_json) "
        "SELECT v.municipality, v.plan, v.kind, v.dataset, m.days, tstzrange(%(at)s, NULL), %(act)s, "
        "  v.external_id, v.source_version, v.number, v.number_key, v.titles, v.descriptions, v.place, v.document_url, "
        "  v.geom_delivered, v.crs_delivered, v.geom, v.geom_3857, v.extent_source, "
        "  v.geometry_source, v.area_m2, v.source, v.geometry_json, v.properties_json "
        "FROM plan_version v JOIN unnest(%(ids)s::bigint[], %(days)s::daterange[]) AS m(id, days) ON m.id = v.id "
        "WHERE v.municipality = %(of)s",
        of=municipality,
        ids=list(versions),
        days=list(days),
        act=act,
        at=at,
    )

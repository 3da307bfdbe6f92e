"""What a load leaves behind to be looked at: what it changed, and what was found on the way."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, plain
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan
from georegister.register import tables
from georegister.register.database import Prepared, Session, ewkb
from georegister.sentence import Sentence

MOST_TOLD = 5000
"""How many plans, facts and findings of a load are told at a time."""
TOLD = Prepared(
    "WITH its AS (SELECT i.*, a.at, row_number() OVER (PARTITION BY i.fact = 'plan' ORDER BY i.no) AS place "
    "  FROM load_item i JOIN act a USING (municipality, load) WHERE (i.municipality, i.load) = (%(of)s, %(load)s)), "
    "shown AS (SELECT * FROM its WHERE place <= %(limit)s), "
    "versions AS (SELECT v.plan, v.number, v.titles, v.area_m2, lower(v.recorded) < s.at AS earlier, "
    "    row_number() OVER (PARTITION BY v.plan, lower(v.recorded) < s.at "
    "      ORDER BY lower(v.recorded) DESC, lower(v.valid) DESC NULLS LAST) AS place "
    "  FROM plan_version v JOIN shown s ON s.fact = 'plan' AND (v.municipality, v.plan) = (s.municipality, s.id) "
    "  WHERE lower(v.recorded) <= s.at) "
    "SELECT s.fact, s.id, s.change, s.row_no, s.before, s.after, coalesce(n.number, o.number) AS number, "
    "  coalesce(n.titles, o.titles) AS titles, n.area_m2 AS area_after, o.area_m2 AS area_before "
    "FROM shown s LEFT JOIN versions n ON n.plan = s.id AND n.place = 1 AND NOT n.earlier "
    "LEFT JOIN versions o ON o.plan = s.id AND o.place = 1 AND o.earlier ORDER BY s.no",
    {},
)
"""What an applied load changed, in order; of a plan its number, titles and areas (m²) as the load left and found it."""
FOUND = Prepared(
    "SELECT rule, severity, responsible, layer, row_no, field, plan, details, acknowledged_by, "
    "  ST_AsGeoJSON(geom, 7) AS geometry FROM finding "
    "WHERE (municipality, load) = (%(of)s, %(load)s) ORDER BY id LIMIT %(limit)s",
    {},
)
DRAWN = Prepared(
    "WITH its AS (SELECT i.*, a.seq, a.at FROM load_item i JOIN act a USING (municipality, load) "
    "  WHERE (i.municipality, i.load) = (%(of)s, %(load)s) AND i.fact = 'plan'), "
    "drawn AS (SELECT i.no, i.id AS plan, i.change, r.role, v.number, v.titles, v.kind, i.row_no, v.geom, NULL AS rule "
    "  FROM its i CROSS JOIN (VALUES ('after'), ('before')) r (role) JOIN plan_version v "
    "    ON (v.municipality, v.plan) = (i.municipality, i.id) "
    "    AND CASE r.role WHEN 'after' THEN v.act = i.seq AND i.change <> 'withdrawn' "
    "      ELSE upper(v.recorded) = i.at AND (i.change = 'withdrawn' OR i.after ? 'geometry') END "
    "  UNION ALL SELECT NULL, f.plan, CASE WHEN f.severity = 'error' THEN 'refused' END, 'part', NULL, NULL, NULL, "
    "    f.row_no, f.geom, f.rule FROM finding f "
    "  WHERE (f.municipality, f.load) = (%(of)s, %(load)s) AND f.geom IS NOT NULL), "
    "numbered AS (SELECT *, row_number() OVER (ORDER BY no NULLS LAST, role, plan, rule) AS place FROM drawn) "
    "SELECT place, json_build_object('type', 'Feature', 'id', place, 'geometry', ST_AsGeoJSON(geom, 7)::json, "
    "  'properties', json_build_object('plan', plan, 'change', change, 'role', role, 'number', number, "
    "  'title', (SELECT value FROM jsonb_each_text(titles) LIMIT 1), 'kind', kind, 'row', row_no, 'rule', rule))::text "
    "FROM numbered WHERE place > %(after)s ORDER BY place LIMIT %(limit)s",
    {},
)
"""What an applied load changed, as GeoJSON features: for loads that nobody previewed."""


def fact_of(change: Change[Fact]) -> Fact:
    """The fact that a change is of: as it is to be, or as it was."""
    if isinstance(change, Withdrawn):
        return change.old
    assert not isinstance(change, Unchanged)
    return change.new


def write_items(
    session: Session, municipality: str, load: int, plans: Sequence[Change[PlacedPlan]], facts: Sequence[Change[Fact]]
) -> None:
    """What has changed, one row for each plan and fact; for what was amended the fields before and after."""
    items: Iterator[tuple[str, Change[Any], int | None]] = chain(
        (("plan", change, _row_of(change)) for change in plans if not isinstance(change, Unchanged)),
        ((fact_of(change).table, change, None) for change in facts if not isinstance(change, Unchanged)),
    )
    session.copy_into(
        tables.load_item,
        ("municipality", "load", "no", "fact", "id", "change", "row_no", "before", "after"),
        (
            (
                *(municipality, load, no, fact, change.id, type(change).__name__.lower(), row),
                *_before_and_after(change),
            )
            for no, (fact, change, row) in enumerate(items, start=1)
        ),
    )


def _row_of(change: Change[PlacedPlan]) -> int | None:
    return change.new.record.origin.row if isinstance(change, Added | Amended) else None


def _before_and_after(change: Change[Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if not isinstance(change, Amended):
        return None, None
    return (
        {name: plain(old) for name, (old, _) in change.fields.items()},
        {name: plain(new) for name, (_, new) in change.fields.items()},
    )


def write_findings(session: Session, municipality: str, load: int, at: datetime, findings: Sequence[Finding]) -> None:
    """What was found on the way, and who has acknowledged it."""
    columns = (
        *("municipality", "load", "plan", "rule", "severity", "responsible", "layer", "row_no", "field", "details"),
        *("geom", "acknowledged_by", "acknowledged_at"),
    )
    session.copy_into(
        tables.finding,
        columns,
        (
            (
                *(municipality, load, finding.plan, finding.rule.id),
                *(str(finding.rule.severity), str(finding.rule.responsible)),
                *((finding.origin.layer, finding.origin.row) if finding.origin else (None, None)),
                finding.field,
                plain({name: _kept(value) for name, value in finding.details.items()}),
                ewkb(finding.geometry),
                finding.acknowledged_by,
                at if finding.acknowledged_by else None,
            )
            for finding in findings
        ),
    )


def _kept(value: object) -> object:
    """A sentence among a finding's details stays one, for whoever reads it in another language."""
    return value.as_json() if isinstance(value, Sentence) else value

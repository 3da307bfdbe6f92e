"""A report as JSON: for scripts, and for whoever shows a load in a page."""

import json
from typing import Any

import shapely

from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, count, plain
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan
from georegister.language import Translator
from georegister.loading.compare import Report
from georegister.loading.report import message


def as_json(report: Report, t: Translator) -> dict[str, Any]:
    """Everything a report says, its messages in the reader's language; plans and facts that stay as they are only
    as a number. Geometries are GeoJSON in EPSG:4326, areas m², distances m.
    """
    return {
        "file": report.file,
        "municipality": report.municipality.code,
        "dataset": report.dataset,
        "mapping": report.mapping,
        "rows": report.rows,
        "ignored": list(report.ignored),
        "outcome": outcome(report),
        "unacknowledged": report.unacknowledged,
        "load": report.receipt.load if report.receipt else report.standing,
        "version": report.receipt.version if report.receipt else None,
        "summary": {"plans": {**count(report.plans), "refused": report.refused}, "facts": count(report.facts)},
        "plans": [_plan(change) for change in report.plans if not isinstance(change, Unchanged)],
        "facts": [_fact(change) for change in report.facts if not isinstance(change, Unchanged)],
        "findings": [finding_as_json(finding, t) for finding in report.findings],
    }


def outcome(report: Report) -> str:
    """`applied`, `refused` as a whole, `unchanged`, or `dry_run`."""
    if report.receipt:
        return "applied"
    if report.strict and report.refused:
        return "refused"
    if report.unacknowledged and not report.dry_run:
        return "refused"
    return "unchanged" if report.changes_nothing else "dry_run"


def finding_as_json(finding: Finding, t: Translator) -> dict[str, Any]:
    """One finding, whether of a delivery or of the register."""
    origin = finding.origin
    return {
        "rule": finding.rule.id,
        "severity": str(finding.rule.severity),
        "responsible": str(finding.rule.responsible),
        "message": message(finding, t),
        "basis": t.say(finding.rule.basis),
        "file": origin.file if origin else None,
        "layer": origin.layer if origin else None,
        "row": origin.row if origin else None,
        "field": finding.field,
        "plan": finding.plan,
        "acknowledged_by": finding.acknowledged_by,
        "details": plain(finding.details),
        "geometry": json.loads(shapely.to_geojson(finding.geometry)) if finding.geometry is not None else None,
    }


def _plan(change: Change[PlacedPlan]) -> dict[str, Any]:
    placed = _placed(change)
    record = placed.record if placed else None
    return {
        "id": change.id,
        "change": type(change).__name__.lower(),
        "number": record.number if record else None,
        "title": next(iter(record.titles.values())) if record else None,
        "layer": record.origin.layer if record else None,
        "row": record.origin.row if record else None,
        "fields": _fields(change),
        "geometry": _geometry(change),
        "effective": str(change.effective) if isinstance(change, Amended) and change.effective else None,
    }


def _geometry(change: Change[PlacedPlan]) -> dict[str, float] | None:
    """How far the extent differs: areas in m², the greatest distance in metres."""
    differs = change.geometry if isinstance(change, Amended) else None
    if differs is None:
        return None
    return {
        "area_before_m2": differs.area_before_m2,
        "area_after_m2": differs.area_after_m2,
        "symmetric_difference_m2": differs.symmetric_difference_m2,
        "hausdorff_m": differs.hausdorff_m,
    }


def _placed(change: Change[PlacedPlan]) -> PlacedPlan | None:
    match change:
        case Added() | Amended():
            return change.new
        case Withdrawn():
            return change.old
    return None


def _fact(change: Change[Fact]) -> dict[str, Any]:
    fact = change.old if isinstance(change, Withdrawn) else change.new if isinstance(change, Added | Amended) else None
    return {
        "table": fact.table if fact else None,
        "id": change.id,
        "change": type(change).__name__.lower(),
        "fields": _fields(change),
    }


def _fields(change: Change[Any]) -> dict[str, dict[str, Any]]:
    """What differs, old and new; the geometry's digests say nothing to people."""
    if not isinstance(change, Amended):
        return {}
    return {
        name: {"old": plain(old), "new": plain(new)} for name, (old, new) in change.fields.items() if name != "geometry"
    }

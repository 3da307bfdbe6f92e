"""A report as JSON: for scripts, and for whoever shows a load in a page."""

import json
from collections.abc import Sequence
from typing import Any

import shapely

from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, count, plain
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan
from georegister.domain.rule import RULES
from georegister.language import Translator
from georegister.loading.compare import Report
from georegister.loading.report import message
from georegister.register.database import Row


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
        "load": report.receipt.load if report.receipt else None,
        "already_loaded": report.standing,
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


def applied_as_json(row: Row, items: Sequence[Row], findings: Sequence[Row], t: Translator) -> dict[str, Any]:
    """An applied load as `as_json` tells one, from what it left behind: one that was made without a preview."""
    payload = row["payload"]
    nothing = dict.fromkeys(("added", "amended", "withdrawn", "unchanged"), 0)
    refused = {(found["layer"], found["row_no"]) for found in findings if found["severity"] == "error"}
    return {
        "file": row["file"],
        "municipality": row["municipality"],
        "dataset": row["dataset"],
        "mapping": row["mapping"],
        "rows": None,
        "ignored": [],
        "outcome": "applied",
        "unacknowledged": [],
        "load": row["id"],
        "already_loaded": None,
        "version": row["version"],
        "summary": {
            "plans": {**nothing, **payload.get("plans", {}), "refused": len(refused)},
            "facts": {**nothing, **payload.get("facts", {})},
        },
        "plans": [_plan_item(item) for item in items if item["fact"] == "plan"],
        "facts": [
            {"table": item["fact"], "id": item["id"], "change": item["change"], "fields": _item_fields(item)}
            for item in items
            if item["fact"] != "plan"
        ],
        "findings": [_stored_finding(found, row["file"], t) for found in findings],
    }


def _plan_item(item: Row) -> dict[str, Any]:
    areas = {"area_before_m2": item["area_before"], "area_after_m2": item["area_after"]}
    return {
        **{name: item[name] for name in ("id", "change", "number")},
        "title": next(iter((item["titles"] or {}).values()), None),
        "layer": None,
        "row": item["row_no"],
        "fields": _item_fields(item),
        "geometry": areas if "geometry" in (item["after"] or {}) else None,
        "effective": None,
    }


def _item_fields(item: Row) -> dict[str, dict[str, Any]]:
    before, after = item["before"] or {}, item["after"] or {}
    return {name: {"old": old, "new": after.get(name)} for name, old in before.items() if name != "geometry"}


def _stored_finding(found: Row, file: str, t: Translator) -> dict[str, Any]:
    rule = RULES.get(found["rule"])
    said = message(Finding(rule, details=found["details"]), t) if rule else str(found["details"])
    return {
        **{name: found[name] for name in ("rule", "severity", "responsible", "layer", "field", "plan", "details")},
        "message": said,
        "basis": t.say(rule.basis) if rule else "",
        "file": file if found["layer"] else None,
        "row": found["row_no"],
        "acknowledged_by": found["acknowledged_by"],
        "geometry": json.loads(found["geometry"]) if found["geometry"] else None,
    }

"""What a load leaves behind to be looked at: what it changed, and what was found on the way."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, plain
from georegister.domain.finding import Finding
from georegister.domain.record import Fact, PlacedPlan
from georegister.register import tables
from georegister.register.database import Session, ewkb


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
                plain(finding.details),
                ewkb(finding.geometry),
                finding.acknowledged_by,
                at if finding.acknowledged_by else None,
            )
            for finding in findings
        ),
    )

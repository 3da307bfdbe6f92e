"""Findings: what is wrong, doubtful or worth knowing about a delivery or the register."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from georegister.domain.record import Origin
from georegister.domain.rule import Rule, Severity


@dataclass(frozen=True)
class Finding:
    """One finding of one rule; `details` are the values its message is filled with.

    `geometry` is the part it speaks of, in EPSG:4326, where it speaks of one; `acknowledged_by` who said that what it
    warns of is meant.
    """

    rule: Rule
    origin: Origin | None = None
    field: str | None = None
    plan: str | None = None
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    geometry: BaseGeometry | None = None
    acknowledged_by: str | None = None

    @property
    def rows(self) -> int:
        """How many rows it speaks of: its own, or as many as it says of a whole layer."""
        return 1 if self.origin is None or self.origin.row else int(self.details.get("rows", 1))

    @property
    def refuses(self) -> bool:
        """Whether the row it speaks of is not taken."""
        return self.rule.severity is Severity.ERROR

"""One layer through its steps, some thousand rows at a time: map | repair | check. No database is asked here.

Python maps and checks on one core while GEOS repairs on others; what is done goes into spools, so that a delivery may
be larger than memory.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pyproj

from georegister.domain import rule
from georegister.domain.codes import Codes
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Origin, PlanRecord
from georegister.errors import DeliveryRefused
from georegister.loading.borrowed import without_extent
from georegister.loading.mapping import MappingFile
from georegister.loading.notes import LayerNote, findings_of, note_of
from georegister.loading.read import Layer
from georegister.loading.reference_systems import LOOKED_AT, advice, fitting, known_or_refused
from georegister.loading.repair import MISREAD, Mended, repair
from georegister.loading.rows import Mapped, records
from georegister.loading.rules import Context, check
from georegister.loading.spool import FINDINGS_OF_A_PLAN, Spool
from georegister.loading.tangle import Patience
from georegister.sentence import N_

Progress = Callable[[str], None]
MENDING, AHEAD = 2, 4
"""Threads that repair, and how many pieces may wait for them."""
MISPLACED = (rule.OUTSIDE, rule.NOT_MENDABLE)


@dataclass
class Gathered:
    """What the layers of a delivery have given: the plans that are taken, what was found, the rows that are refused."""

    plans: Spool[PlanRecord] = field(default_factory=Spool)
    findings: Spool[Finding] = field(default_factory=lambda: Spool(of_a_plan=FINDINGS_OF_A_PLAN))
    refused: list[PlanRecord] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    unnamed: int = 0
    """How many refused rows do not tell which plan they are."""


def gather(
    layer: Layer,
    mapping: MappingFile,
    context: Context,
    codes: Codes,
    kind: Kind | None,
    told: str | None,
    parent: str | None,
    out: Gathered,
    progress: Progress,
) -> LayerNote:
    """Adds a layer's plans and findings to `out`; `kind`, `told` and `parent` are its rows' kind, reference system and
    the plan they belong to where its sender says them. Raises DeliveryRefused where it cannot be mapped.
    """
    progress("map")
    said = told or layer.crs
    crs = known_or_refused(said, layer.file) if said else None
    named = _name_of(crs) if crs else None
    out.findings += findings_of(layer)
    through = _Through(layer, context, out)
    mapped = records(layer, mapping, kind, codes, named, parent)
    if crs is None or named is None:
        unplaced = [plan for piece in mapped for plan in through.take(piece)]
        out.findings += _unplaced(through, unplaced)
        out.refused += unplaced
    else:
        patience = Patience()
        progress("repair")
        with ThreadPoolExecutor(MENDING) as elsewhere:
            waiting: deque[tuple[list[PlanRecord], Future[Mended[PlanRecord]]]] = deque()
            try:
                for piece in mapped:
                    readable = through.take(piece)
                    waiting.append((readable, elsewhere.submit(repair, readable, crs, patience)))
                    if len(waiting) > AHEAD:
                        through.check(*waiting.popleft())
                progress("check")
                while waiting:
                    through.check(*waiting.popleft())
            finally:
                elsewhere.shutdown(cancel_futures=True)
        out.findings += _nowhere(through, named) or itertools.chain(through.lost, _misread(through, named))
    return note_of(layer, crs, told)


class _Through:
    """A layer on its way, and what must be known of all of it."""

    def __init__(self, layer: Layer, context: Context, out: Gathered) -> None:
        self.layer, self.context, self.out = layer, context, out
        self.readable = self.misplaced = 0
        self.lost: Spool[Finding] = Spool()
        """That rows lie nowhere: what a wrong reference system makes of them."""
        self.some: list[PlanRecord] = []
        """Plans of all parts of the layer: enough to see where it lies."""

    def take(self, piece: Mapped) -> list[PlanRecord]:
        """Notes what mapping has found; gives the records whose geometry can be read."""
        out = self.out
        for plan in piece.records:
            _refuse_kinds(plan)
            out.kinds.add(plan.kind)
        out.kinds |= {plan.kind for plan in piece.incomplete}
        out.refused += piece.incomplete
        out.unnamed += len({finding.origin for finding in piece.findings if finding.refuses}) - len(piece.incomplete)
        out.findings += piece.findings
        readable = [plan for plan in piece.records if plan.origin.row not in self.layer.unusable]
        if len(readable) < len(piece.records):
            out.refused += [plan for plan in piece.records if plan.origin.row in self.layer.unusable]
        if self.context.municipality.outline is not None and (without := without_extent(readable)):
            self._keep(without, without, check(without, self.context))
            borrowing = {plan.origin for plan in without}
            readable = [plan for plan in readable if plan.origin not in borrowing]
        self.readable += len(readable)
        self.some += readable[:: max(1, len(readable) // LOOKED_AT)]
        if len(self.some) > 10 * LOOKED_AT:
            self.some = self.some[::2]
        return readable

    def check(self, readable: Sequence[PlanRecord], mending: "Future[Mended[PlanRecord]]") -> None:
        """Takes over what could be repaired and breaks no rule gravely."""
        mended = mending.result()
        found = [*mended.findings, *check(mended.records, self.context)]
        self.misplaced += len({finding.origin for finding in found if finding.rule in MISPLACED})
        self._keep(readable, mended.records, found)

    def _keep(self, came: Sequence[PlanRecord], sound: Sequence[PlanRecord], found: Sequence[Finding]) -> None:
        """Of what came, what is sound and breaks no rule gravely; rows that lie nowhere are told of at the end."""
        refused = {finding.origin for finding in found if finding.refuses}
        self.lost += (finding for finding in found if finding.details.get("reason") in MISREAD)
        self.out.findings += (finding for finding in found if finding.details.get("reason") not in MISREAD)
        self.out.plans += (plan for plan in sound if plan.origin not in refused)
        self.out.refused += [plan for plan in came if plan.origin in refused]


def _unplaced(through: _Through, plans: Iterable[PlanRecord]) -> Iterator[Finding]:
    """That no reference system is said, row by row; and the one that would fit."""
    fits = advice(fitting(through.some, through.context.municipality))
    details = {"suggestion": f" {fits}" if fits else "", "reason": through.layer.crs_note.message}
    yield from (Finding(rule.CRS_MISSING, plan.origin, details=details) for plan in plans)


def _nowhere(through: _Through, crs: str) -> list[Finding]:
    """One finding for all rows of a layer that lie nowhere on earth, where another reference system explains them."""
    municipality, layer = through.context.municipality, through.layer
    if not through.lost or len(through.lost) < through.readable:
        return []
    if not (codes := advice(fitting(through.some, municipality, crs))):
        return []
    details = {"told": crs, "rows": len(through.lost), "crs": codes, "first": codes.split(" / ")[0]}
    details["municipality"] = municipality.name
    return [Finding(rule.CRS_WRONG, Origin(layer.file, layer.name), "geometry", details=details)]


def _misread(through: _Through, crs: str) -> Iterator[Finding]:
    """What would put the plans where they belong, where most of a layer lies elsewhere or comes to nothing."""
    if through.misplaced * 2 <= through.readable:
        return
    fits = fitting(through.some, through.context.municipality, crs)
    origin, name = Origin(through.layer.file, through.layer.name), through.context.municipality.name
    if codes := advice(fits):
        first = codes.split(" / ")[0]
        details = {"crs": codes, "first": first, "municipality": name}
        yield Finding(rule.CRS_WOULD_FIT, origin, "geometry", details=details)
    elif fits:
        yield Finding(rule.AXES_SWAPPED, origin, "geometry", details={"municipality": name})


def _refuse_kinds(plan: PlanRecord) -> None:
    """Raises DeliveryRefused for a kind of plan that a row with a geometry cannot be."""
    if plan.kind is Kind.MUNICIPAL_PLAN:
        raise DeliveryRefused(
            N_(
                "{origin}: a municipal plan has no geometry of its own; "
                "write it as [[plan]] in a TOML file, or say another --kind."
            ),
            origin=plan.origin.told,
        )


def _name_of(crs: pyproj.CRS) -> str:
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_wkt())

"""A file beside the register: what only one of them has, and where they differ. Nothing is loaded.

Whose dataset a plan is does not matter here, and neither does where a record says it is from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from georegister.domain.change import Added, Amended
from georegister.domain.event import EventType
from georegister.domain.finding import Finding
from georegister.domain.geometry import area_m2
from georegister.domain.hearing import HearingKind
from georegister.domain.municipality import Municipality
from georegister.domain.parameter import Parameter
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, PlacedPlan
from georegister.loading.diff import plan_diff
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options, Prepared, prepare_plans
from georegister.loading.rules import Context
from georegister.register import current, municipalities, outgoing, places
from georegister.register.database import Database, Session, reading
from georegister.settings import Settings

ABOUT_RECORD = ("source", "extent_source", "geometry_source", "geometry")
FACTS = ("hearing", "topic_link")
BETWEEN = " – "
SAME_SHARE = 1e-4
"""Shapes whose difference is a smaller share of their area are the same."""


@dataclass(frozen=True)
class Beside:
    """A plan that the two do not say the same of; `fields` are ours and theirs, shapes are in EPSG:4326."""

    id: str
    kind: Kind
    number: str
    title: str
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    ours: BaseGeometry | None = None
    theirs: BaseGeometry | None = None
    difference_m2: float | None = None
    """The area that only one of the two shapes covers, where they differ."""


@dataclass
class Comparison:
    """`missing` is in the file alone, `extra` in the register alone, of the kinds of plan that the file holds."""

    file: str
    municipality: Municipality
    mapping: str
    same: int = 0
    missing: list[Beside] = field(default_factory=list)
    extra: list[Beside] = field(default_factory=list)
    different: list[Beside] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> list[Finding]:
        """Rows of the file that could not be compared."""
        return [finding for finding in self.findings if finding.refuses]


def beside(
    database: Database, file: Path, municipality: str, mapping: MappingFile | None, options: Options
) -> Comparison:
    """The file's plans beside the register's. Raises as a load does."""
    with reading(database) as session:
        its_municipality = municipalities.get(session, municipality)
        context = Context(its_municipality, places.names(session, municipality))
    prepared = prepare_plans(file, mapping, context, options, lambda step: None)
    with reading(database) as session:
        return _compare(session, prepared, its_municipality, file.name)


def _compare(session: Session, prepared: Prepared, municipality: Municipality, file: str) -> Comparison:
    out = Comparison(file, municipality, prepared.mapping or "", findings=list(prepared.findings))
    registered = [replace(one, dataset="") for one in current.registered_plans(session, municipality.code)]
    # No digest of ours is called so: each plan comes back with both its records, and shapes are compared below.
    today = Settings.read().clock.today(municipality.zone)
    diff = plan_diff(registered, [], prepared.plans, municipality, "", lambda record: "theirs", today)
    out.findings += diff.findings
    rows = {row["plan"]: row for row in session.rows(outgoing.plans(), of=municipality.code)}
    shapes = {id_: shapely.from_wkb(bytes(row["geom"])) for id_, row in rows.items() if row["geom"] is not None}
    ours, theirs = _told(_all_facts(session, municipality.code)), _told(diff.facts)
    for change in diff.changes:
        if isinstance(change, Added):
            record = change.new.record
            title = next(iter(record.titles.values()))
            out.missing.append(Beside(change.id, record.kind, record.number, title, theirs=record.geometry))
        elif isinstance(change, Amended):
            said = diff.said.get(change.id, frozenset())
            fields = {name: values for name, values in change.fields.items() if name not in ABOUT_RECORD}
            fields |= _facts_apart(ours[change.id], theirs[change.id], said)
            one = _beside(change, fields, shapes.get(change.id))
            if fields or one.difference_m2:
                out.different.append(one)
            else:
                out.same += 1
    held = {plan.kind for plan in prepared.plans}
    seen = {change.id for change in diff.changes}
    for id_, row in rows.items():
        if Kind(row["kind"]) in held and id_ not in seen:
            title = next(iter(row["titles"].values()))
            out.extra.append(Beside(id_, Kind(row["kind"]), row["number"], title, ours=shapes.get(id_)))
    return out


def _beside(
    change: Amended[PlacedPlan], fields: Mapping[str, tuple[object, object]], ours: BaseGeometry | None
) -> Beside:
    record = change.new.record
    theirs = record.geometry
    difference = None
    if ours is not None and theirs is not None:
        apart = area_m2(shapely.symmetric_difference(ours, theirs))
        difference = apart if apart > SAME_SHARE * max(area_m2(ours), area_m2(theirs)) else None
    title = next(iter(record.titles.values()))
    return Beside(change.id, record.kind, record.number, title, fields, ours, theirs, difference)


def _all_facts(session: Session, municipality: str) -> Iterator[Fact]:
    for row in session.rows(outgoing.datasets(), of=municipality):
        yield from current.registered_facts(session, municipality, row["id"])


def _told(facts: Iterable[Fact]) -> dict[str, dict[str, set[str]]]:
    """What is told of each plan, by name: days, hearings, codes and figures, as they are written."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fact in facts:
        said = fact.content
        match fact.table:
            case "plan_event":
                found[said["plan"]][said["type"]].add(_between(said["earliest"], said["latest"]))
            case "hearing" if said["kind"] == HearingKind.PUBLIC:
                found[said["plan"]]["hearing"].add(_between(said["opens"], said["closes"]))
            case "topic_link":
                found[said["plan"]]["topic_link"].add(said["code"])
            case "parameter":
                value = said["value"]
                found[said["plan"]][said["name"]].add(said["text_value"] if value is None else f"{value.normalize():f}")
    return found


def _between(first: object, last: object) -> str:
    return str(first) if first == last else f"{first or ''}{BETWEEN}{last or ''}"


def _facts_apart(
    ours: Mapping[str, set[str]], theirs: Mapping[str, set[str]], said: frozenset[str]
) -> dict[str, tuple[object, object]]:
    """Of what the row speaks of: what the two tell otherwise, or only one tells; ours may be told by several."""
    apart: dict[str, tuple[object, object]] = {}
    for name in sorted(said & {*FACTS, *map(str, EventType), *map(str, Parameter)}):
        here, there = ours.get(name, set()), theirs.get(name, set())
        if not there and name not in FACTS and all(BETWEEN in value for value in here):
            continue  # that a day lies between two others is nothing a table of days can say
        if here != there and (name == "topic_link" or not there or not there <= here):
            apart[name] = (", ".join(sorted(here)) or None, ", ".join(sorted(there)) or None)
    return apart

"""Each rule has a fixture that breaks it and one that does not; and no rule can fall silent unseen."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
import shapely

from georegister.domain.event import EventType
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Fact, Origin, PlanRecord, RegisteredPlan
from georegister.domain.rule import RULES, Severity
from georegister.loading import (
    compare,
    extents,
    gather,
    links,
    lives,
    neighbours,
    places,
    prepare,
    repair,
    rules,
    sheets,
    standing,
    versions,
)
from georegister.loading.diff import COMPARED, plan_diff
from georegister.loading.documents import nowhere
from georegister.loading.formats import CSV, GEOJSON
from georegister.loading.links import Strategy, Ties
from georegister.loading.mapping import MappingFile
from georegister.loading.naming import PlanNames
from georegister.loading.neighbours import Extent
from georegister.loading.places import PlaceOptions
from georegister.loading.read import Layer
from georegister.loading.spool import Spool
from georegister.loading.standing import Standing, Whole
from georegister.loading.suggest import suggest
from georegister.sentence import Sentence
from tests.builders import a_hearing, an_event
from tests.loading.deliveries import FILES, codes, soroe, written
from tests.loading.test_deliveries import without_a_database

HERE = Origin("facts.toml", "claim", 1)
AS_TOLD = Sentence("as the test says")
Found = Callable[[], Sequence[Finding]]


# -- parts of plans, which need their plan


def a_box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """In thousandths of a degree from a corner in Sorø: 63 m by 111 m."""
    return shapely.box(11.5 + west / 1000, 55.4 + south / 1000, 11.5 + east / 1000, 55.4 + north / 1000)


PLAN = Extent("plan", Kind.LOCAL_PLAN, None, a_box(0, 0, 10, 10).difference(a_box(8, 8, 9, 9)))


def parts(*shapes: shapely.Polygon) -> list[Finding]:
    made = [Extent(f"part-{n}", Kind.SUB_AREA, "plan", one, Origin("f", "l", n)) for n, one in enumerate(shapes, 1)]
    return neighbours.check(made, [PLAN])


# -- facts


def referring(name: str, value: str) -> list[Finding]:
    findings: Spool[Finding] = Spool()
    fact = Fact("plan_event", "x", {"plan": "known", name: value}, HERE)
    compare._referring([fact], {"known": {"plan"}}, findings)
    return list(findings)


TIES = Ties(
    {"old": Strategy("Vision 2022", date(2018, 1, 1)), "new": Strategy("Vision 2026", date(2023, 3, 1))},
    {"old-1": "old", "new-1": "new"},
    {"old-1.1": "old-1", "new-1.1": "new-1"},
    {"plan": date(2021, 10, 13)},
)


def claims(goal: str) -> list[Finding]:
    return links.check([Fact("claim", "c", {"plan": "plan", "goal": goal}, HERE)], TIES)


def goals(parent: str) -> list[Finding]:
    return links.check([Fact("goal", "new-1.2", {"theme": "new-1", "parent": parent}, HERE)], TIES)


# -- facts in tables

PLAN_NAMES = PlanNames(
    *(soroe(), frozenset({"0340-local-plan-sk-1"}), {}),
    {(Kind.LOCAL_PLAN, "sk1"): ["0340-local-plan-sk-1"]}
    | {(kind, "7"): [f"0340-{kind}-7"] for kind in (Kind.LOCAL_PLAN, Kind.FRAME)},
)


def a_table(**cells: str) -> Layer:
    table = pa.table({name: [value] for name, value in cells.items()})
    return Layer("f.csv", "lokalplan", CSV, None, AS_TOLD, "UTF-8", AS_TOLD, table, None)


def entered(section: str, **cells: str) -> list[Finding]:
    findings: list[Finding] = []
    layer = a_table(**cells)
    columns = sheets._columns(layer, section)
    said = list(sheets._said(layer, columns, section, "clerk"))
    list(sheets._entries(layer, section, said, columns, PLAN_NAMES, nowhere, findings))
    return findings


def an_entered_event(**cells: str) -> list[Finding]:
    return entered("event", **{"plan": "SK 1", "type": "vedtaget", "on": "13.10.2021", **cells})


def a_height(value: str) -> list[Finding]:
    return entered("parameter", plan="sk1", name="Bygningshøjde", value=value)


# -- plans nobody wrote a mapping for, that belong to others, that come again with another text


def suggested(**cells: str) -> list[Finding]:
    layer = replace(a_table(**cells), geometry=pa.chunked_array([pa.array([shapely.to_wkb(a_box(0, 0, 1, 1))])]))
    return list(prepare._taken(suggest([layer], codes()), "f.csv"))


FIRST_DAY = date(2019, 1, 1)
REGISTERED = RegisteredPlan(
    *("0340-local-plan-sk-1", Kind.LOCAL_PLAN, None, "plans", "sk1", 1, None, None, FIRST_DAY),
    {**dict.fromkeys(COMPARED), "number": "SK 1", "titles": {"da": "Et"}, "source_version": 1},
    since=FIRST_DAY,
)


def a_part(parent: str) -> list[Finding]:
    part = PlanRecord(Kind.SUB_AREA, "1", {"da": "1"}, HERE, parents=(parent,))
    return plan_diff([REGISTERED], [], [part], soroe(), "plans").findings


def a_frame(*parents: str) -> list[Finding]:
    adopted = {"2019-2030": date(2019, 11, 20), "2023-2034": date(2024, 5, 22)}
    plans = [
        replace(
            REGISTERED,
            id=number,
            kind=Kind.MUNICIPAL_PLAN,
            number_key=number,
            adopted=day,
            content={**REGISTERED.content, "number": number},
        )
        for number, day in adopted.items()
    ]
    frame = PlanRecord(Kind.FRAME, "B 1", {"da": "B 1"}, HERE, parents=parents)
    return plan_diff(plans, [], [frame], soroe(), "plans", today=date(2026, 11, 22)).findings


def come_again(effective: date | None = None, *, in_force: str | None = None) -> list[Finding]:
    days = (an_event(EventType.ENTRY_INTO_FORCE, in_force),) if in_force else ()
    record = PlanRecord(Kind.LOCAL_PLAN, "SK 1", {"da": "To"}, HERE, source_version=2, events=days)
    changes = plan_diff([REGISTERED], [], [record], soroe(), "plans").changes
    return versions.settle(changes, [REGISTERED], [], effective).findings


# -- places


def a_place(name: str, wkt: str) -> list[Finding]:
    findings: list[Finding] = []
    table = pa.table({"navn": ["Alléen", "Alléen" if not name else "Bakken", name]})
    shapes = ["POINT(11.55 55.43)", "POINT(11.56 55.43)", wkt]
    if name == "Alléen":
        shapes[2] = wkt or shapes[0]
    if wkt == "none":
        columns = {"navn": [name], "lon": ["et sted"], "lat": ["55"]}
        layer = Layer("f.csv", "f", CSV, None, AS_TOLD, "UTF-8", AS_TOLD, pa.table(columns), None)
    else:
        wkb = pa.chunked_array([pa.array(list(shapely.to_wkb(shapely.from_wkt(shapes))), pa.binary())])
        layer = Layer("f.geojson", "f", GEOJSON, "EPSG:4326", AS_TOLD, "UTF-8", AS_TOLD, table, wkb)
    found, crs = places._records(layer, PlaceOptions(), soroe(), findings)
    list(places._facts(list(places._placed(found, crs, findings)), soroe(), "f", findings))
    return findings


# -- the register as a whole

ADDENDA = {
    f"a{n}": Standing(f"a{n}", Kind.ADDENDUM, "Tillæg", "parent", f"{n}-2021", "https://x", True) for n in (1, 2, 3)
}
PARENT = Standing("parent", Kind.MUNICIPAL_PLAN, "Kommuneplan", document="https://x", seen=True)
ADOPTED = an_event(EventType.ADOPTION, "2020-02-15")
ENDED = an_event(EventType.REPLACEMENT, "2022-01-01", by="a2")


def whole(*said: tuple[str, str, str], without: str = "", **changed: Any) -> list[Finding]:
    plans = {**ADDENDA, "parent": PARENT}
    plans["a1"] = replace(plans["a1"], **changed)
    plans.pop(without, None)
    return standing.check(Whole("DK", plans, said))


def ended(*, adopted: bool, said: tuple[tuple[str, str, str], ...] = (("a2", "replaces", "a1"),)) -> list[Finding]:
    plans = {**ADDENDA, "parent": PARENT, "a1": replace(ADDENDA["a1"], events=(ENDED,))}
    plans["a2"] = replace(plans["a2"], adopted=adopted)
    return standing.check(Whole("DK", plans, said))


FAILING_AND_PASSING: dict[str, tuple[Found, Found]] = {
    "GEOM-10": (lambda: parts(a_box(7, 7, 9, 9)), lambda: parts(a_box(1, 1, 2, 2))),
    "GEOM-11": (
        lambda: parts(a_box(1, 1, 3, 3), a_box(2, 1, 4, 3)),
        lambda: parts(a_box(1, 1, 3, 3), a_box(3, 1, 4, 3)),
    ),
    "REF-01": (lambda: referring("plan", "nowhere"), lambda: referring("plan", "known")),
    "LIFE-06": (lambda: referring("by_plan", "nowhere"), lambda: referring("by_plan", "known")),
    "LINK-01": (lambda: claims("new-1.1"), lambda: claims("old-1.1")),
    "LINK-02": (lambda: goals("old-1.1"), lambda: goals("new-1.1")),
    "PLACE-01": (lambda: a_place("", "POINT(11.5 55.4)"), lambda: a_place("Vej", "POINT(11.5 55.4)")),
    "PLACE-02": (lambda: a_place("Alléen", ""), lambda: a_place("Alléen", "POINT(11.5 55.41)")),
    "PLACE-03": (lambda: a_place("Vej", "POINT(12.5 55.4)"), lambda: a_place("Vej", "POINT(11.5 55.4)")),
    "PLACE-04": (
        lambda: a_place("Vej", "LINESTRING(11.5 55.4, 11.6 55.4)"),
        lambda: a_place("Vej", "POINT(11.5 55.4)"),
    ),
    "PLACE-05": (lambda: a_place("Vej", "none"), lambda: a_place("Vej", "POINT(11.5 55.4)")),
    "LIFE-07": (lambda: ended(adopted=True, said=()), lambda: ended(adopted=True)),
    "LIFE-10": (lambda: ended(adopted=False), lambda: ended(adopted=True)),
    "NUM-01 of the register": (lambda: whole(number_key="5-2021"), lambda: whole()),
    "LIFE-04 of the register": (
        lambda: whole(events=(ADOPTED,), hearings=(a_hearing("2020-01-01", "2020-02-26"),)),
        lambda: whole(events=(ADOPTED,), hearings=(a_hearing("2020-01-01", "2020-01-31"),)),
    ),
    "LIFE-05 of the register": (lambda: whole(without="parent"), lambda: whole()),
    "LIFE-06 of the register": (lambda: whole(("a9", "replaces", "a1")), lambda: whole(("a2", "replaces", "a1"))),
    "LIFE-07 both ways": (
        lambda: whole(("a1", "amends", "a2"), ("a2", "amends", "a1")),
        lambda: whole(("a1", "accompanies", "a2"), ("a2", "accompanies", "a1")),
    ),
    "LIFE-07 in part": (
        lambda: whole(("a2", "partly_revokes", "a1")),
        lambda: whole(("a2", "partly_revokes", "a1"), events=(an_event(EventType.PARTIAL_REVOCATION, "2023-05-31"),)),
    ),
    "DOC-01": (lambda: whole(seen=False), lambda: whole()),
    "DOC-03": (lambda: whole(document=None), lambda: whole()),
    "FACT-03": (lambda: an_entered_event(type=""), lambda: an_entered_event()),
    "FACT-04": (lambda: an_entered_event(on="31.2.2021"), lambda: an_entered_event()),
    "FACT-05": (lambda: a_height("1.234"), lambda: a_height("8,5 m")),
    "FACT-06": (lambda: an_entered_event(type="fest"), lambda: an_entered_event(type="adoption")),
    "FACT-07": (lambda: an_entered_event(plan="7"), lambda: an_entered_event(plan="sk1")),
    "FACT-08": (lambda: an_entered_event(on=""), lambda: an_entered_event()),
    "REF-01 in a table": (lambda: an_entered_event(plan="SK 2"), lambda: an_entered_event()),
    "MAP-01": (lambda: suggested(plannr="SK 1", plannavn="Et"), lambda: suggested(hund="Fido")),
    "MAP-02": (lambda: suggested(plannr="SK 1", hund="Fido"), lambda: suggested(plannr="SK 1", plannavn="Et")),
    "REF-02": (lambda: a_part("SK 2"), lambda: a_part("sk1")),
    "REF-03": (a_frame, lambda: a_frame("2019-2030")),
    "VER-01": (come_again, lambda: come_again(in_force="2022-03-01")),
    "VER-02": (lambda: come_again(date(2018, 1, 1)), lambda: come_again(date(2022, 3, 1))),
}
COMPLETE = "tests.loading.test_complete"
BY_A_LOAD = {
    "ID-05": ("tests.loading.test_again", "test_a_refused_row_takes_nothing_away"),
    "ID-06": (COMPLETE, "test_nothing_is_missing_where_nobody_can_tell"),
    "ID-07": (COMPLETE, "test_nothing_is_missing_where_nobody_can_tell"),
    **dict.fromkeys(("DOC-04", "DOC-05", "DOC-06"), ("tests.cli.test_document_check", "test_what_stands_behind_links")),
    "FACT-01": ("tests.loading.test_by_hand", "test_what_another_dataset_says_is_pointed_out"),
    "FACT-02": ("tests.loading.test_by_hand", "test_what_another_dataset_says_is_pointed_out"),
}
"""What only the register beside a whole delivery can show, and the test that does."""


@pytest.mark.parametrize("case", FAILING_AND_PASSING)
def test_what_breaks_a_rule_and_what_does_not(case: str) -> None:
    failing, passing = FAILING_AND_PASSING[case]
    id_ = case.split()[0]
    assert id_ in [finding.rule.id for finding in failing()]
    assert id_ not in [finding.rule.id for finding in passing()]


def test_every_rule_has_a_failing_and_a_passing_fixture() -> None:
    deliveries = [written(file) for file in FILES]
    failing = {one.rule for delivery in deliveries for one in delivery.findings}
    passing = {id_ for delivery in deliveries for row in delivery.rows for id_ in row.get("passes", ())}
    of_no_row = {one.rule for delivery in deliveries for one in delivery.findings if one.row is None}
    for delivery in deliveries:  # what is said of a whole delivery: one of which it is not said passes
        passing |= of_no_row - {one.rule for one in delivery.findings}
    by_hand = set(FAILING_AND_PASSING) | set(BY_A_LOAD)
    assert sorted(set(RULES) - failing - by_hand) == []
    assert sorted(set(RULES) - passing - by_hand) == []


def test_what_a_row_passes_is_not_found_on_it() -> None:
    for delivery in map(written, FILES):
        for number, row in enumerate(delivery.rows, 1):
            broken = {one.rule for one in delivery.findings if one.row == number}
            assert not broken & set(row.get("passes", ())), (delivery.name, number)


@pytest.mark.parametrize("id_", BY_A_LOAD)
def test_the_test_that_shows_it_exists(id_: str) -> None:
    module, name = BY_A_LOAD[id_]
    assert callable(getattr(importlib.import_module(module), name))
    assert id_ in Path(importlib.import_module(module).__file__ or "").read_text(encoding="utf-8")


# -- mutation


def silenced() -> list[tuple[Any, str, Any]]:
    """Every piece of code that makes findings, to be patched so that it finds nothing: where, its name, the patch."""
    nothing = lambda *_, **__: iter(())  # noqa: E731
    tuples = ((rules, "ROW_RULES"), (extents, "EXTENT_RULES"), (links, "LINK_RULES"), (standing, "STANDING_RULES"))
    patches: list[tuple[Any, str, Any]] = []
    for module, name in tuples:
        every = getattr(module, name)
        patches += [(module, name, tuple(one for one in every if one is not gone)) for gone in every]
    for name in ("in_order", "likely", "hearing_long_enough", "adopted_in_time", "adopted_after_hearing"):
        patches.append((lives, name, nothing))
    for name in ("same_extent", "overlapping", "outside_parent"):
        patches.append((neighbours, name, nothing))
    for name in ("_kinds", "_repeated", "_turned", "_mended", "_slivers"):
        patches.append((repair, name, nothing))
    for name in ("findings_of", "_unplaced", "_misread"):
        patches.append((gather, name, nothing))
    patches.append((prepare, "_taken", nothing))
    patches.append((compare, "_gaps", nothing))
    patches.append((places, "_outside", nothing))
    return patches


def disagreements(mapping: MappingFile) -> Iterator[str]:
    """What disagrees with what is written, over all fixtures, the cheapest first; the check layer's, not a load's."""
    for case, (failing, _) in FAILING_AND_PASSING.items():
        if case.split()[0] not in [finding.rule.id for finding in failing()]:
            yield f"{case} is not found"
    for file in FILES:
        try:
            yield from written(file).disagreements(*without_a_database(written(file), mapping))
        except Exception as error:
            yield f"{file.stem}: {error!r}"


def named(patch_of: Any) -> str:
    module, name, put = patch_of
    if isinstance(put, tuple):
        [gone] = [one for one in getattr(module, name) if one not in put]
        name = gone.__name__
    return f"{module.__name__.rsplit('.', 1)[-1]}.{name}"


def test_nothing_disagrees_where_nothing_is_silenced(plandata: MappingFile) -> None:
    assert list(disagreements(plandata)) == []


@pytest.mark.parametrize("silence", silenced(), ids=named)
def test_a_rule_that_falls_silent_is_noticed(silence: tuple[Any, str, Any], plandata: MappingFile) -> None:
    with patch.object(*silence):
        assert next(disagreements(plandata), None) is not None


@pytest.fixture(scope="module")
def found(plandata: MappingFile) -> list[tuple[Any, list[Finding], dict[str, str]]]:
    return [(written(file), *without_a_database(written(file), plandata)) for file in FILES]


@pytest.mark.parametrize("id_", sorted(set(RULES) - set(BY_A_LOAD) - set(FAILING_AND_PASSING)))
def test_a_rule_that_finds_nothing_any_more_is_missed(id_: str, found: list[tuple[Any, list[Finding], Any]]) -> None:
    """Wherever its code is: without the findings of one rule, a delivery disagrees."""
    kept = [(one, [finding for finding in mine if finding.rule.id != id_], changes) for one, mine, changes in found]
    assert any(one.disagreements(mine, changes) for one, mine, changes in kept)


def test_those_that_must_be_acknowledged_are_few_warnings() -> None:
    asking = [one for one in RULES.values() if one.must_acknowledge]
    assert [one.id for one in asking] == ["GEOM-08", "GEOM-27"]
    assert {one.severity for one in asking} == {Severity.WARNING}

"""A delivery longer than what is held in memory: everything comes out as if it had been held."""

import io
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as some

from georegister.domain.change import count
from georegister.domain.finding import Finding
from georegister.domain.plan import Kind
from georegister.domain.record import Origin
from georegister.domain.rule import OVERLAP
from georegister.loading import beside, neighbours, read, spool
from georegister.loading.mapping import MappingFile
from georegister.loading.neighbours import Extent, check
from georegister.loading.spool import Spool
from georegister.register import database, delivery_files, served, versions
from georegister.register.database import Database, writing
from tests.builders import a_delivery, a_plan, a_square, content_of
from tests.conftest import Server
from tests.loading.test_load import Loading


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plans are held, and everything is done two or three at a time."""
    for module, name in ((spool, "HELD"), (spool, "BLOCK"), (read, "BATCH"), (served, "AT_ONCE")):
        monkeypatch.setattr(module, name, 2)
    for module in (beside, versions):
        monkeypatch.setattr(module, "STRIP" if module is beside else "AT_ONCE", 3)
    monkeypatch.setattr(database, "ASKED_AT_ONCE", 2)


@given(some.lists(some.lists(some.integers(), max_size=5), max_size=8), some.integers(0, 3))
def test_it_is_a_list(parts: list[list[int]], held: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "HELD", held)
        patch.setattr(spool, "BLOCK", 2)
        found: Spool[int] = Spool()
        plain: list[int] = []
        for part in parts:
            walking = iter(found)
            next(walking, None)
            found += part
            plain += part
        assert (list(found), len(found), bool(found)) == (plain, len(plain), bool(plain))
        assert found == plain
        assert found != [*plain, 1]
        assert [found[place] for place in range(-len(plain), len(plain))] == plain * 2
        assert found[1:4] == plain[1:4]
        with pytest.raises(IndexError):
            found[len(plain)]


def test_a_rule_is_the_same_rule_when_it_comes_back(little: None) -> None:
    finding = Finding(OVERLAP, Origin("f", "l", 1), geometry=shapely.Point(1, 2))
    again = list(Spool([finding] * 7))[-1]
    assert again == finding
    assert again.rule is OVERLAP


def test_a_load_in_little_pieces_leaves_the_same_register(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two deliveries, the second changing, adding, refusing and lacking: whole, and then by twos and threes."""
    first = [a_plan(f"SK {number}", DATOVEDT=20190101, ANVGEN="11") for number in range(800, 811)]
    second = [a_plan(f"SK {number}", "Nyt navn", DATOVEDT=20190101, ANVGEN="21") for number in range(800, 808)]
    second += [a_plan(f"SK {number}", DATOVEDT=20200615) for number in range(820, 829)]
    second += [a_plan("SK 840", ""), a_plan("SK 841", geometry=None), a_plan("SK 820")]
    second[3]["geometry"] = a_square(side=250)
    files = [a_delivery(tmp_path, rows, name=f"{name}_lokalplan") for name, rows in (("a", first), ("b", second))]
    outcomes = []
    for pieces in (False, True):
        if pieces:
            request.getfixturevalue("little")
        name, database = postgis.copy(demo_template)
        loads = Loading(database, plandata)
        reports = [loads(file, acknowledge=frozenset({"GEOM-08"})) for file in files]
        assert all(report.receipt for report in reports)
        told = [
            (
                *(count(report.plans), count(report.facts), report.refused),
                sorted(
                    (one.rule.id, str(one.origin), one.plan or "") for one in report.findings if one.rule != OVERLAP
                ),
            )
            for report in reports
        ]
        outcomes.append((told, content_of(database)))
        postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")
    assert outcomes[0] == outcomes[1]


def walls(*wests: float) -> list[Extent]:
    """Squares 3 wide that begin in the west there."""
    shapes = [shapely.box(west, 0, west + 3e-3, 1e-3) for west in wests]
    return [
        Extent(f"p{number}", Kind.LOCAL_PLAN, None, shape, Origin("f", "l", number))
        for number, shape in enumerate(shapes)
    ]


def test_strips_find_the_pairs_that_the_whole_does(little: None, empty: Database) -> None:
    extents = walls(*(9 + west * 1e-3 for west in (0, 7, 2, 11, 5, 1, 20, 14, 9, 2.5)))
    strips = list(beside.strips(extents))
    assert len(strips) > 2
    assert sorted(extent.id for _, strip in strips for extent in strip) == sorted(extent.id for extent in extents)
    assert all(west <= extent.geometry.bounds[0] for west, strip in strips for extent in strip)
    reaching: list[Extent] = []
    found: list[Finding] = []
    for _, strip in strips:
        found += check(strip, reaching)
        reaching += strip

    def pairs(findings: list[Finding]) -> set[frozenset[str]]:
        return {frozenset((str(one.plan), other)) for one in findings for other in one.details["others"].split(", ")}

    assert pairs(found) == pairs(check(extents, []))


def test_a_file_is_kept_whole_a_piece_at_a_time(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_files, "PIECE", 7)
    content = bytes(range(256)) * 3
    sha256 = delivery_files.sha256_of(lambda: io.BytesIO(content))
    with writing(empty) as session:
        for _ in range(2):
            delivery_files.keep(session, sha256, lambda: io.BytesIO(content))
        [row] = session.sql("SELECT bytes FROM delivery_file").fetchall()
    assert bytes(row["bytes"]) == content


def test_plans_that_all_lie_on_one_another_are_counted_and_three_of_each_are_held() -> None:
    def plan(number: int) -> Extent:
        outline = shapely.box(11.6 + number * 1e-5, 55.4, 11.61 + number * 1e-5, 55.41)
        return Extent(f"plan-{number}", Kind.LOCAL_PLAN, None, outline, Origin("f.zip", "l", number))

    plans = [plan(number) for number in range(60)]
    pairs, _ = neighbours._pairs(plans, plans)
    assert len(pairs) <= 3 * 2 * len(plans)

    overlapped = {one.id: 0 for one in plans}
    for place, one in enumerate(plans):
        for other in plans[:place]:
            common, together = one.geometry.intersection(other.geometry), one.geometry.union(other.geometry)
            overlapped[one.id] += common.area / together.area <= neighbours.SAME
    findings = check(plans, [])
    told = {finding.plan: finding.details["number"] for finding in findings if finding.rule is OVERLAP}
    assert told == {plan: number for plan, number in overlapped.items() if number}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "PAIRS_AT_ONCE", 7)
        assert set(map(repr, check(plans, []))) >= {repr(finding) for finding in findings if finding.rule is OVERLAP}

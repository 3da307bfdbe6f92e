"""A load taken back: the register is as before, nothing is erased, and what came later is never torn apart."""

from datetime import date
from pathlib import Path

import pytest

from georegister.errors import NotFound, UndoRefused
from georegister.register import intake
from georegister.register.database import writing
from georegister.register.undo import undo
from tests.builders import a_delivery, a_plan, a_square, content_of
from tests.loading.test_load import DATA, Loading, ids, loading  # noqa: F401  # a fixture

PLAN = "0340-local-plan-sk-900"
Loads = Loading


def facts(folder: Path, text: str, *, dataset: str = "by-hand", name: str = "facts") -> Path:
    file = folder / f"{name}.toml"
    file.write_text(f'municipality = "0340"\ndataset = "{dataset}"\ntitle = "Efter arkivet"\n{text}', encoding="utf-8")
    return file


def number(loads: Loads, file: Path, **options: object) -> int:
    """Loads a file that changes something; the number of the load."""
    receipt = loads(file, **options).receipt
    assert receipt is not None
    return receipt.load


def take_back(loads: Loads, load: int) -> intake.Receipt:
    with writing(loads.database) as session:
        return undo(session, "0340", load, "test", "a test")


def one(loads: Loads, sql: str) -> object:
    [row] = loads.rows(sql)
    [value] = row.values()
    return value


def test_new_changed_and_withdrawn_are_as_before_and_nothing_is_erased(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    number(loading, a_delivery(tmp_path, [a_plan("SK 800", DATOVEDT=20190101, ANVGEN="11")], name="a_lokalplan"))
    before, rows = content_of(loading.database), one(loading, "SELECT count(*) FROM plan_version")
    changed = [
        a_plan("SK 800", "Et andet navn", DATOVEDT=0, DATOFORSL=20180101, ANVGEN="21", geometry=a_square(side=200)),
        a_plan(DATOVEDT=20200615, DATOSTART=20200101, DATOSLUT=20200226),
    ]
    load = number(loading, a_delivery(tmp_path, changed, name="b_lokalplan"))
    after = content_of(loading.database)
    assert before != after
    receipt = take_back(loading, load)
    assert content_of(loading.database) == before
    assert int(str(one(loading, "SELECT count(*) FROM plan_version"))) == int(str(rows)) + 3
    states = loading.rows(f"SELECT id, state, undoes FROM load WHERE id IN ({load}, {receipt.load}) ORDER BY id")
    assert [tuple(row.values()) for row in states] == [(load, "undone", None), (receipt.load, "applied", load)]
    [act] = loading.rows(f"SELECT kind, reason, actor, load FROM act WHERE seq = {receipt.version}")
    assert act == {"kind": "undo", "reason": "a test", "actor": "test", "load": receipt.load}
    turned = loading.rows(f"SELECT fact, id, change FROM load_item WHERE load = {receipt.load} AND fact = 'plan'")
    assert {(row["id"], row["change"]) for row in turned} == {
        ("0340-local-plan-sk-800", "amended"),
        (PLAN, "withdrawn"),
    }
    assert number(loading, tmp_path / "b_lokalplan.zip") > load
    assert content_of(loading.database) == after
    assert one(loading, f"SELECT count(*) FROM plan WHERE starts_with(id, '{PLAN}')") == 1


def test_the_same_file_is_already_loaded_until_it_is_taken_back(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    file = a_delivery(tmp_path, [a_plan(DATOVEDT=20200615)])
    load = number(loading, file)
    again = loading(file)
    assert (again.standing, again.receipt, again.changes_nothing) == (load, None, True)
    assert loading(file, dry_run=True).standing == load
    assert loading(file, strict=True).standing is None  # it was loaded in another way
    take_back(loading, load)
    assert loading(file).standing is None
    assert loading(file).standing == load + 2


def test_several_are_taken_back_the_last_first(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    states = [content_of(loading.database)]
    made = []
    for title in ("Et", "To", "Tre"):
        made.append(number(loading, a_delivery(tmp_path, [a_plan(title=title, DATOVEDT=20200615)])))
        states.append(content_of(loading.database))
    with pytest.raises(UndoRefused, match=f"load {made[2]}, load {made[1]} changed the same") as refused:
        take_back(loading, made[0])
    assert refused.value.loads == (made[2], made[1])
    assert content_of(loading.database) == states[3]
    for load, state in zip(reversed(made), reversed(states[:-1]), strict=True):
        take_back(loading, load)
        assert content_of(loading.database) == state
    again = number(loading, a_delivery(tmp_path, [a_plan(title="Et", DATOVEDT=20200615)]))
    assert content_of(loading.database) == states[1]
    take_back(loading, again)
    assert content_of(loading.database) == states[0]


def test_what_later_loads_refer_to_is_not_taken_away(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    load = number(loading, a_delivery(tmp_path, [a_plan(DATOVEDT=20200615)]))
    claim = f'[[claim]]\nplan = "{PLAN}"\nsdg = 11\nstance = "supports"\nasserted_by = "planner"\n'
    later = number(loading, facts(tmp_path, claim))
    with pytest.raises(UndoRefused, match=f"load {later} refer to what would be gone") as refused:
        take_back(loading, load)
    assert refused.value.loads == (later,)
    take_back(loading, later)
    undone = take_back(loading, load)
    with pytest.raises(UndoRefused, match="taken back already, by load"):
        take_back(loading, load)
    with pytest.raises(UndoRefused, match="load its file again instead"):
        take_back(loading, undone.load)
    with pytest.raises(NotFound):
        take_back(loading, 99999)
    report = loading(facts(tmp_path, claim))
    assert ids(report, "error") == ["REF-01"]


def test_the_demos_foundations_are_held_by_what_stands_on_them(loading: Loads) -> None:  # noqa: F811
    before = content_of(loading.database)
    rows = loading.rows("SELECT id, file FROM load WHERE municipality = '0340' ORDER BY id")
    loaded = {str(row["file"]): int(str(row["id"])) for row in rows}
    for file, holds in (
        ("municipality.toml", "places.toml"),
        ("vision-2026.toml", "plan-facts.toml"),
        ("municipal-plans.toml", "kommuneplantillaeg.zip"),
    ):
        with pytest.raises(UndoRefused) as refused:
            take_back(loading, loaded[file])
        assert loaded[holds] in refused.value.loads, file
    assert content_of(loading.database) == before


def test_the_whole_demo_is_taken_back_and_loaded_again(loading: Loads) -> None:  # noqa: F811
    before = content_of(loading.database)
    rows = loading.rows("SELECT id, file FROM load WHERE municipality = '0340' ORDER BY id")
    for row in reversed(rows[1:]):
        take_back(loading, int(str(row["id"])))
    assert one(loading, "SELECT count(*) FROM plan_state WHERE municipality = '0340' AND upper_inf(recorded)") == 0
    for row in rows[1:]:
        number(loading, DATA / str(row["file"]))
    assert content_of(loading.database) == before


def test_a_first_day_that_came_from_elsewhere_since_is_kept(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    number(loading, a_delivery(tmp_path, [a_plan()]))
    load = number(loading, a_delivery(tmp_path, [a_plan(DATOVEDT=20190101)]))
    number(loading, facts(tmp_path, f'[[event]]\nplan = "{PLAN}"\ntype = "publication"\non = 2019-02-01\n'))
    take_back(loading, load)
    days = "SELECT lower(valid) FROM plan_version WHERE plan = '{}' AND upper_inf(recorded)"
    assert one(loading, days.format(PLAN)) == date(2019, 2, 1)


def test_another_plan_never_gets_the_id_of_one_that_was_withdrawn(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    load = number(loading, a_delivery(tmp_path, [a_plan("X 1.2", PLANID=71)]))
    take_back(loading, load)
    loading(a_delivery(tmp_path, [a_plan("X 1-2", PLANID=72)]))
    loading(a_delivery(tmp_path, [a_plan("X 1.2 rettet", PLANID=71, geometry=a_square(side=300))]))
    rows = loading.rows(
        "SELECT plan, external_id FROM plan_version "
        "WHERE starts_with(plan, '0340-local-plan-x-1') AND upper_inf(recorded)"
    )
    assert {row["external_id"]: row["plan"] for row in rows} == {
        "72": "0340-local-plan-x-1-2-2",
        "71": "0340-local-plan-x-1-2",
    }

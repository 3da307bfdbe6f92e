"""A delivery that waits: previewed, applied by whoever looked at it, and never half."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from georegister.errors import LoadConflict, NotFound, RegisterUnavailable, WriteRefused
from georegister.loading.by_hand import add_entries
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.work import work
from georegister.register import database, deliveries
from georegister.register.database import Database, Row, reading, standing, writing
from georegister.register.deliveries import Arrival
from tests.builders import a_delivery, a_plan, a_square


class Desk:
    """What the service does for a load, in this process."""

    def __init__(self, database: Database, mapping: MappingFile) -> None:
        self.database, self.mapping = database, mapping

    def queue(self, file: Path, **more: object) -> int:
        digest = hashlib.sha256(file.read_bytes()).digest()
        name = None if file.suffix == ".toml" else "plandata"
        said: dict[str, object] = {"options": {}, "by": "clerk", "key": None, "request": digest, **more}
        with writing(self.database) as session:
            return deliveries.keep(session, Arrival("0340", file, digest, name, **said))  # type: ignore[arg-type]

    def ask(self, number: int, task: str, **asked: object) -> None:
        with writing(self.database) as session:
            deliveries.ask(session, number, task, "clerk", asked)

    def work(self, number: int) -> bool:
        return work(self.database, number, lambda name: self.mapping)

    def look(self, number: int) -> Row:
        with reading(self.database) as session:
            row = session.row(deliveries.ONE, id=number, lang="en")
        assert row is not None
        return row

    def plans(self) -> int:
        with reading(self.database) as session:
            [row] = session.sql("SELECT count(*) AS n FROM plan_version WHERE upper_inf(recorded)")
        return int(row["n"])


@pytest.fixture
def desk(demo: Database, plandata: MappingFile) -> Desk:
    return Desk(demo, plandata)


def test_it_is_previewed_and_waits_and_is_applied_under_the_same_number(desk: Desk, tmp_path: Path) -> None:
    before = desk.plans()
    number = desk.queue(a_delivery(tmp_path, [a_plan(), a_plan("SK 901", KOMNR=999)]))
    assert desk.look(number)["state"] == "queued"
    assert desk.work(number)
    seen = desk.look(number)
    assert (seen["state"], seen["dataset"], seen["applied_at"], desk.plans()) == ("ready", None, None, before)
    desk.ask(number, "apply")
    assert desk.work(number)
    done = desk.look(number)
    assert (done["state"], done["dataset"], done["problem"]) == ("applied", "plandata", None)
    assert desk.plans() == before + 1
    with reading(desk.database) as session:
        [item] = session.sql("SELECT id FROM load_item WHERE load = %(load)s AND fact = 'plan'", load=number)
        assert item["id"] == "0340-local-plan-sk-900"
        assert len(session.sql("SELECT FROM act WHERE load = %(load)s", load=number).fetchall()) == 1
    assert not desk.work(number)


def test_the_shapes_of_a_preview_tell_old_from_new(desk: Desk, tmp_path: Path) -> None:
    load(desk.database, a_delivery(tmp_path, [a_plan(), a_plan("SK 901")]), "0340", desk.mapping, Options(by="x"))
    rows = [a_plan(geometry=a_square(side=200)), a_plan("SK 902"), a_plan("SK 901", KOMNR=999)]
    number = desk.queue(a_delivery(tmp_path, rows))
    desk.work(number)
    with reading(desk.database) as session:
        shapes = session.sql(
            "SELECT plan, change, role, round(ST_Area(geom::geography)::numeric, -3) AS area FROM load_shape "
            "WHERE load = %(load)s ORDER BY no",
            load=number,
        ).fetchall()
    told = {(row["plan"], row["change"], row["role"], row["area"] and int(row["area"])) for row in shapes}
    assert ("0340-local-plan-sk-900", "amended", "after", 40_000) in told
    assert ("0340-local-plan-sk-900", "amended", "before", 10_000) in told
    assert ("0340-local-plan-sk-902", "added", "after", 10_000) in told
    assert [row["change"] for row in shapes].count("refused") == 1


def test_what_would_change_otherwise_than_was_seen_is_not_applied(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    desk.work(number)
    load(desk.database, a_delivery(tmp_path, [a_plan(title="Andet")]), "0340", desk.mapping, Options(by="x"))
    desk.ask(number, "apply")
    desk.work(number)
    seen = desk.look(number)
    assert (seen["state"], seen["task"]) == ("ready", "preview")
    assert "has changed since" in seen["problem"]
    assert '"amended": 1' in seen["report"]
    desk.ask(number, "apply")
    desk.work(number)
    assert desk.look(number)["state"] == "applied"


def test_it_is_taken_back_under_a_number_of_its_own(desk: Desk, tmp_path: Path) -> None:
    before = desk.plans()
    number = desk.queue(a_delivery(tmp_path, [a_plan()]), apply_at_once=True)
    desk.work(number)
    later = load(desk.database, a_delivery(tmp_path, [a_plan(title="Ny")]), "0340", desk.mapping, Options(by="x"))
    desk.ask(number, "undo", reason="en prøve")
    desk.work(number)
    assert (desk.look(number)["state"], desk.plans()) == ("applied", before + 1)
    assert later.receipt
    assert f"load {later.receipt.load} changed the same plans" in str(deliveries.problem(desk.look(number)))
    desk.ask(later.receipt.load, "undo")
    desk.work(later.receipt.load)
    desk.ask(number, "undo", reason="en prøve")
    desk.work(number)
    seen = desk.look(number)
    assert (seen["state"], seen["problem"], desk.plans()) == ("undone", None, before)
    back = desk.look(seen["undone_by"])
    assert (back["undoes"], back["by"]) == (number, "clerk")
    with pytest.raises(LoadConflict, match="it cannot be undone"):
        desk.ask(seen["undone_by"], "undo")


def test_a_change_elsewhere_is_none_of_its_business(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    desk.work(number)
    load(desk.database, a_delivery(tmp_path, [a_plan("SK 950")]), "0340", desk.mapping, Options(by="x"))
    desk.ask(number, "apply")
    desk.work(number)
    assert desk.look(number)["state"] == "applied"


def test_it_is_applied_at_once_where_that_was_asked(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]), apply_at_once=True)
    desk.work(number)
    assert desk.look(number)["state"] == "applied"
    again = desk.queue(a_delivery(tmp_path, [a_plan()]), apply_at_once=True)
    desk.work(again)
    assert desk.look(again)["state"] == "ready"
    assert '"outcome": "unchanged"' in desk.look(again)["report"]


def test_a_file_that_cannot_be_read_says_why(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK no")
    number = desk.queue(tmp_path / "broken.zip")
    desk.work(number)
    seen = desk.look(number)
    said = str(deliveries.problem(seen))
    assert (seen["state"], said) == ("refused", "broken.zip is not a readable zip: File is not a zip file.")
    with pytest.raises(LoadConflict, match=r"is refused; it cannot be applied"):
        desk.ask(number, "apply")


def test_a_strict_load_with_a_refused_row_is_refused_with_its_report(desk: Desk, tmp_path: Path) -> None:
    rows = [a_plan(), a_plan("SK 901", KOMNR=999)]
    number = desk.queue(a_delivery(tmp_path, rows), options={"strict": True}, apply_at_once=True)
    desk.work(number)
    seen = desk.look(number)
    assert (seen["state"], '"outcome": "refused"' in seen["report"]) == ("refused", True)


def test_a_file_of_facts_names_its_dataset_itself(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(
        'municipality = "0340"\ndataset = "by-hand"\ntitle = "Efter arkivet"\n'
        '[[event]]\nplan = "0340-local-plan-sk-69"\ntype = "proposal"\non = 2018-03-01\n',
        encoding="utf-8",
    )
    number = desk.queue(file, apply_at_once=True)
    desk.work(number)
    assert (desk.look(number)["state"], desk.look(number)["dataset"]) == ("applied", "by-hand")


def test_what_nobody_works_on_was_interrupted_and_can_be_begun_again(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    with deliveries.working(desk.database, number) as job:
        assert job
        job.begin("preview")
        job.progress("map", 0.2)
        assert desk.look(number)["state"] == "running"
        assert not desk.work(number)  # another has it
        with pytest.raises(LoadConflict, match="is running"):
            desk.ask(number, "preview")
    seen = desk.look(number)
    assert (seen["state"], seen["step"], seen["share"]) == ("interrupted", "map", pytest.approx(0.2))
    desk.ask(number, "preview")
    assert desk.work(number)
    assert desk.look(number)["state"] == "ready"


def test_a_worker_that_never_started_counts_as_interrupted_after_a_while(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    with standing(desk.database) as session:
        session.sql("UPDATE load_job SET touched_at = touched_at - interval '31 seconds'")
    assert desk.look(number)["state"] == "interrupted"


@pytest.mark.parametrize(("task", "said"), [("apply", "it cannot be applied"), ("undo", "it cannot be undone")])
def test_a_load_is_not_done_before_its_time(desk: Desk, tmp_path: Path, task: str, said: str) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    with pytest.raises(LoadConflict, match=said):
        desk.ask(number, task)
    with pytest.raises(NotFound):
        desk.ask(number + 1000, task)


def test_a_dry_run_is_never_applied(desk: Desk, tmp_path: Path) -> None:
    number = desk.queue(a_delivery(tmp_path, [a_plan()]), dry_run=True, apply_at_once=True)
    desk.work(number)
    assert desk.look(number)["state"] == "ready"
    with pytest.raises(LoadConflict, match="dry run"):
        desk.ask(number, "apply")


def test_an_applied_load_keeps_what_it_says(desk: Desk) -> None:
    with pytest.raises(WriteRefused), writing(desk.database) as session:
        session.sql("UPDATE load SET by = 'another' WHERE state = 'applied'")


def test_what_nobody_applied_is_forgotten_with_its_file_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    def old(*numbers: int) -> None:
        with standing(desk.database) as session:
            session.sql(
                "UPDATE load_job SET touched_at = touched_at - interval '31 days' WHERE load = ANY(%(of)s)",
                of=list(numbers),
            )

    def files() -> int:
        with reading(desk.database) as session:
            [row] = session.sql("SELECT count(*) AS n FROM delivery_file")
        return int(row["n"])

    twice = a_delivery(tmp_path, [a_plan()], name="lokalplan_a")
    forgotten = desk.queue(a_delivery(tmp_path, [a_plan("SK 901")], name="lokalplan_b"))
    also = desk.queue(twice)
    applied, fresh = desk.queue(twice, apply_at_once=True), desk.queue(a_delivery(tmp_path, [a_plan("SK 902")]))
    for number in (forgotten, also, applied, fresh):
        desk.work(number)
    before = files()
    old(forgotten, also, applied)
    with writing(desk.database) as session:
        assert deliveries.forget(session, 30) == 2
        assert deliveries.forget(session, 30) == 0
    assert files() == before - 1
    assert (desk.look(applied)["state"], desk.look(fresh)["state"]) == ("applied", "ready")
    with reading(desk.database) as session:
        assert session.row(deliveries.ONE, id=forgotten, lang="en") is None
        assert not session.sql("SELECT FROM load_shape WHERE load = ANY(%(of)s)", of=[forgotten, also]).rowcount
    desk.ask(applied, "undo")
    desk.work(applied)
    old(applied)
    with writing(desk.database) as session:
        assert deliveries.forget(session, 1) == 0


def test_a_load_waits_until_another_municipality_is_written_and_a_fact_by_hand_is_told_so(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    number = desk.queue(a_delivery(tmp_path, [a_plan()]))
    desk.work(number)
    desk.ask(number, "apply")
    with ThreadPoolExecutor(1) as elsewhere:
        with writing(desk.database) as session:
            session.sql("SELECT begin_act('0956', 'another', 'load')")
            waits = elsewhere.submit(desk.work, number)
            idea = {"plan": "0956-addendum-1c4-3", "type": "call_for_ideas", "on": "2019-01-01"}
            with pytest.raises(RegisterUnavailable, match=r"Another load is being written .* Try again in a minute"):
                add_entries(desk.database, "0956", "event", [idea], "clerk")
            idea = {"plan": "SK 71", "type": "call_for_ideas", "on": "2019-01-01"}
            with pytest.raises(RegisterUnavailable, match=r"Another load is being written .* Try again in a minute"):
                add_entries(desk.database, "0340", "event", [idea], "clerk")
            while desk.look(number)["state"] != "applying":
                sleep(0.05)
            assert desk.queue(a_delivery(tmp_path, [a_plan("SK 901")], name="next")), "files are taken meanwhile"
            assert not waits.done()
        assert waits.result(60)
    assert desk.look(number)["state"] == "applied"

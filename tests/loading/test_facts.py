"""A file of facts that cannot be taken is refused whole, in one sentence that says where and what to do."""

from pathlib import Path

import pytest

from georegister.domain.plan import Kind
from georegister.errors import DeliveryRefused, MappingInvalid, WriteRefused
from georegister.loading.compare import Report
from georegister.loading.facts import read_facts
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database, reading, writing
from georegister.register.tables import FACTS
from tests.builders import a_delivery, a_plan

HEAD = 'municipality = "0340"\ndataset = "a-test"\ntitle = "A test"\n'
PLAN = '[[plan]]\nkind = "municipal-plan"\n'
STRATEGY = '[[strategy]]\nid = "0340-s"\n'
EVENT = '[[event]]\nplan = "0340-local-plan-sk-69"\ntype = "replacement"\n'
A_THEME = STRATEGY + 'titles = { da = "x" }\n[[theme]]\nid = "0340-s-1"\nstrategy = "0340-s"\ntitles = { da = "x" }\n'
PLACE = '[[place]]\nkind = "town"\nlon = 11.5\nlat = 55.4\n'
CLAIM = '[[claim]]\nstance = "supports"\nasserted_by = "x"\n'


def a_file(folder: Path, said: str) -> Path:
    file = folder / "facts.toml"
    file.write_text(HEAD + said, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("said", "where"),
    [
        (PLAN + 'number = "K1"\ntitles = {}', r"\[\[plan\]\], entry 1, titles"),
        (PLAN + 'number = "K1"\ntitles = { da = "" }', r"entry 1, titles, da: says nothing"),
        (PLAN + 'number = "  "\ntitles = { da = "x" }', r"entry 1, number: says nothing"),
        (PLACE + "names = {}", r"\[\[place\]\], entry 1, names"),
        (PLACE + 'names = { da = "x" }\naccuracy_m = 99999999999', "accuracy_m"),
        (EVENT + 'on = 2021-01-01\nsource = "a\\u0000b"', "source: holds a control character"),
        (EVENT + 'on = 2021-01-01\nby_plan = "0340-local-plan-sk-69"', "`by_plan` is the plan itself"),
        (EVENT + "on = 20210101", "entry 1, on"),
        (EVENT + "earliest = 0001-01-01", "earliest: the year must lie"),
        (EVENT.replace("0340-local-plan-sk-69", "a\\u0000b") + "on = 2021-01-01", "entry 1, plan"),
        ('[[strategy]]\nid = "x y/z<script>"\ntitles = { da = "x" }', "entry 1, id"),
        ('[[strategy]]\nid = "0341-s"\ntitles = { da = "x" }', "entry 1, id: '0341-s' must be 0340-"),
        (
            STRATEGY + 'titles = { da = "x" }\n' + STRATEGY + 'titles = { da = "y" }',
            "entry 2, id: '0340-s' is .* entry 1",
        ),
        (
            A_THEME.replace('"0340-s-1"', '"0340-s"') + "no = 1",
            r"\[\[theme\]\], entry 1, id: '0340-s' is \[\[strategy\]\]",
        ),
        (STRATEGY + 'titles = { da = "x" }\nperiod_from = 99999999999', "period_from"),
        (STRATEGY + 'titles = { da = "x" }\nperiod_from = 2030\nperiod_to = 2020', "`period_to` lies before"),
        (A_THEME + "no = 99999999999", "entry 1, no"),
        (A_THEME + "no = -1", "entry 1, no"),
        (
            '[[goal]]\nid = "0340-g"\ntheme = "0340-t"\nparent = "0340-g"\nno = 1\ntexts = { da = "x" }',
            "the goal itself",
        ),
        ('[[relation]]\nfrom_plan = "a"\ntype = "replaces"\nto_plan = "a"', "the same plan"),
        ("a = " + "[" * 3000, "nested too deeply"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_the_register_is_asked(tmp_path: Path, said: str, where: str) -> None:
    with pytest.raises(MappingInvalid, match=rf"^facts\.toml.*{where}") as refused:
        read_facts(a_file(tmp_path, said))
    assert len(str(refused.value).splitlines()) == 1


def loaded(database: Database, file: Path, *, dry_run: bool) -> Report:
    return load(database, file, "0340", None, Options(dry_run=dry_run))


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (CLAIM + 'plan = "0340-vision-2026-4.1"\nsdg = 7', "entry 1, plan: .*4.1” is a goal; name a plan"),
        (
            '[[goal]]\nid = "0340-gw"\ntheme = "0340-local-plan-sk-66"\nno = 8\ntexts = { da = "x" }',
            "theme: .* is a plan; name a theme",
        ),
        (
            '[[relation]]\nfrom_plan = "0340-local-plan-sk-66"\ntype = "replaces"\nto_plan = "0340-vision-2026-4"',
            "to_plan: .* is a theme; name a plan",
        ),
        (
            '[[goal]]\nid = "0340-vision-2026-4.1"\ntheme = "0340-vision-2026-4"\nno = 1\ntexts = { da = "stolen" }',
            "is of the dataset soroe-vision-2026",
        ),
        ('[[strategy]]\nid = "0340-vision-2026-4.1"\ntitles = { da = "x" }', "is a goal already"),
    ],
)
def test_an_id_of_something_else_is_refused_in_a_dry_run_too(
    shared_demo: Database, tmp_path: Path, said: str, sentence: str, dry_run: bool
) -> None:
    with pytest.raises(DeliveryRefused, match=rf"^facts\.toml.*{sentence}"):
        loaded(shared_demo, a_file(tmp_path, said), dry_run=dry_run)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_kind_that_rows_cannot_be_is_refused(
    shared_demo: Database, plandata: MappingFile, tmp_path: Path, dry_run: bool
) -> None:
    options = Options(kind=Kind.MUNICIPAL_PLAN, dry_run=dry_run)
    with pytest.raises(DeliveryRefused, match=r"row 1: .*no geometry of its own.*--kind"):
        load(shared_demo, a_delivery(tmp_path, [a_plan()]), "0340", plandata, options)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "INSERT INTO strategy_part VALUES ('0340', '0340-A B', 'goal')",
            "table of strategy parts.*its id cannot be so",
        ),
        ("INSERT INTO strategy_part VALUES ('0340', 'x-1', 'goal')", "does not take “x-1”"),
        ("INSERT INTO strategy_part VALUES ('0340', '0340-vision-2026', 'goal')", "“0340-vision-2026”: it is there"),
        ("INSERT INTO dataset VALUES ('9998', 'x', 'x')", "table of datasets.*its municipality is not in the register"),
        ("INSERT INTO dataset VALUES ('0340', NULL, 'x')", "its id is missing"),
        ("SELECT 99999999999::int", "out of range"),
    ],
)
def test_what_the_database_refuses_is_one_sentence(shared_demo: Database, statement: str, sentence: str) -> None:
    with pytest.raises(WriteRefused, match=sentence) as refused, writing(shared_demo) as session:
        session.sql(statement)  # type: ignore[arg-type]
    assert str(refused.value).endswith("Nothing was written.")
    assert len(str(refused.value).splitlines()) == 1


def test_no_number_is_cut_off_on_its_way_in(shared_demo: Database) -> None:
    columns = ("municipality", "dataset", "id", "no")
    with (
        pytest.raises(WriteRefused, match="theme, no: the number 99999999999 is too large"),
        writing(shared_demo) as session,
    ):
        session.copy_into(FACTS["theme"], columns, [("0340", "vision-2026", "0340-x", 99999999999)])
    with pytest.raises(WriteRefused, match="NUL"), writing(shared_demo) as session:
        session.copy_into(FACTS["theme"], columns, [("0340", "vision-2026", "0340-\0", 1)])
    with reading(shared_demo) as session:
        assert session.sql("SELECT id FROM theme WHERE id LIKE '0340-x%%'").fetchall() == []

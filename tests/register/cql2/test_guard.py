"""A filter may not end the process: the parser recurses, and Python cannot catch what it does then."""

import subprocess
import sys
import time

import pytest
from pydantic import ValidationError

from georegister.errors import QuestionInvalid
from georegister.register.collections import COLLECTIONS
from georegister.register.cql2.filter import filter_of
from georegister.register.questions import LONGEST_FILTER, PlanSearch
from tests.warm import AS_INSTALLED

DEEP = {
    "brackets": ("cql2-text", "(", "in_hearing", ")"),
    "not": ("cql2-text", "NOT ", "in_hearing", ""),
    "not with brackets": ("cql2-text", "NOT (", "in_hearing", ")"),
    "minus": ("cql2-text", "-", "1", ""),
    "functions": ("cql2-text", "f(", "title", ")"),
    "casei": ("cql2-text", "CASEI(", "title", ")"),
    "collections": ("cql2-text", "GEOMETRYCOLLECTION(", "POINT(1 2)", ")"),
    "half open": ("cql2-text", "(", "", ""),
    "quoted brackets": ("cql2-text", "'('(", "", ""),
    "json not": ("cql2-json", '{"op":"not","args":[', "true", "]}"),
    "json lists": ("cql2-json", "[", "1", "]"),
    "json objects": ("cql2-json", '{"a":', "1", "}"),
    "json intervals": ("cql2-json", '{"interval":["..",', '".."', "]}"),
}
LONG = {
    "and": " AND ".join(["in_hearing"] * 10_000),
    "or": " OR ".join(["in_hearing"] * 600),
    "sum": "+".join(["1"] * 3000) + "=1",
    "sum of few": "+".join(["1"] * 60) + "=1",
    "minus in a point": f"S_INTERSECTS(geom, POINT(1{' -1' * 2500}))",
    "minus in a box": f"S_INTERSECTS(geom, BBOX(1{'-1' * 2500}))",
    "powers": "^".join(["1"] * 2000) + "=1",
    "between": "1 BETWEEN " * 700 + "1" + " AND 1" * 700,
    "a megabyte": "title = '" + "x" * 1_000_000 + "'",
}
LEVELS = (33, 1500, 2000, 5000, 30_000)

# What the process under test runs: the product's own way of reading a filter.
ASK = """
import sys
from pydantic import ValidationError
from georegister.errors import QuestionInvalid
from georegister.register.collections import COLLECTIONS
from georegister.register.cql2.filter import filter_of
from georegister.register.questions import PlanSearch
asked = eval(sys.stdin.read())
for name, language, text in asked:
    try:
        filter_of(COLLECTIONS["plans"], PlanSearch(**{"filter": text, "filter-lang": language}))
    except (QuestionInvalid, ValidationError) as error:
        print(name, "refused", flush=True)
    else:
        print(name, "taken", flush=True)
print("alive")
"""


# The bound on length is lifted, so that each of the others holds by itself.
LIFTED = """
from georegister.register.questions import Search, PlanSearch
for one in (Search, PlanSearch):
    one.__pydantic_fields__["filter"].annotation = str
    one.__pydantic_fields__["filter"].metadata = []
    one.model_rebuild(force=True)
"""


@pytest.mark.proves("attack/4")
def test_no_filter_ends_the_process() -> None:
    asked = [
        (f"{name} {levels}", language, first * levels + inner + last * levels)
        for name, (language, first, inner, last) in DEEP.items()
        for levels in LEVELS
    ] + [(name, "cql2-text", text) for name, text in LONG.items()]
    said = subprocess.run(
        [sys.executable, "-c", LIFTED + ASK],
        input=repr(asked),
        env=AS_INSTALLED,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 0, (said.stdout[-200:], said.stderr[-2000:])
    *answers, last = said.stdout.splitlines()
    assert last == "alive"
    assert len(answers) == len(asked)
    assert [answer for answer in answers if not answer.endswith("refused")] == ["a megabyte taken"]


@pytest.mark.proves("attack/4")
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_is_too_long_is_refused(text: str) -> None:
    with pytest.raises((QuestionInvalid, ValidationError)):
        filter_of(COLLECTIONS["plans"], PlanSearch(filter=text))


@pytest.mark.proves("attack/4")
@pytest.mark.parametrize("name", DEEP)
def test_thirty_two_levels_are_the_most_and_it_takes_no_time(name: str) -> None:
    language, first, inner, last = DEEP[name]
    text = (first * 30_000 + inner + last * 30_000)[:LONGEST_FILTER]
    began = time.process_time()
    with pytest.raises(QuestionInvalid) as refused:
        filter_of(COLLECTIONS["plans"], PlanSearch(**{"filter": text, "filter-lang": language}))
    assert refused.value.parameter == "filter"
    assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cql2-text", "(" * 31 + "in_hearing" + ")" * 31),
        ("cql2-text", "NOT " * 31 + "in_hearing"),
        ("cql2-text", " OR ".join(["in_hearing"] * 500)),
        ("cql2-text", "(" * 30 + "in_hearing" + " OR in_hearing)" * 30),
        ("cql2-text", "S_INTERSECTS(geom, MULTIPOINT(" + ",".join(["(-51.7 64.1)"] * 400) + "))"),
        ("cql2-json", '{"op":"not","args":[' * 31 + "true" + "]}" * 31),
    ],
)
def test_what_people_and_programs_write_is_within_the_bounds(language: str, text: str) -> None:
    assert filter_of(COLLECTIONS["plans"], PlanSearch(**{"filter": text, "filter-lang": language})).condition

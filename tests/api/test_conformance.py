"""The page `/conformance` tells what tests have shown, and nothing else."""

import importlib
from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from georegister.api.landing import CONFORMANCE
from georegister.api.proofs import ATTACKS, CLIENTS, Proof, class_name, kept, outcome

SUBJECTS = [
    *map(class_name, CONFORMANCE),
    *(f"client/{name}" for name in CLIENTS),
    *(f"attack/{number}" for number in ATTACKS),
]


@pytest.mark.parametrize("uri", CONFORMANCE)
def test_a_class_is_declared_because_tests_have_shown_it(uri: str) -> None:
    assert outcome(kept().of(class_name(uri))) == "passed"


def test_nothing_that_was_tried_has_failed() -> None:
    assert [proof.test for proof in kept().tests if proof.outcome == "failed"] == []
    assert [suite for suite in kept().suites if suite.failed] == []
    assert {subject for proof in kept().tests for subject in proof.proves} <= set(SUBJECTS)


def marked(marks: Iterable[Any]) -> set[str]:
    """What a test says that it proves, and what its cases say of themselves."""
    found: set[str] = set()
    for mark in marks:
        if mark.name == "proves":
            found |= set(mark.args)
        elif mark.name == "parametrize":
            found |= marked(one for case in mark.args[1] for one in getattr(case, "marks", ()))
    return found


@pytest.mark.parametrize("proof", kept().tests, ids=lambda proof: proof.test)
def test_each_test_that_is_named_is_there_and_says_the_same(proof: Proof) -> None:
    file, name = proof.test.split("::")
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    of_all = getattr(module, "pytestmark", [])
    marks = [*(of_all if isinstance(of_all, list) else [of_all]), *getattr(getattr(module, name), "pytestmark", [])]
    assert set(proof.proves) <= marked(marks)


@pytest.mark.parametrize(
    ("language", "words"), [("da", "De standarder, der er opfyldt"), ("en", "The standards that hold")]
)
def test_the_page_tells_every_class_and_its_tests(client: httpx.Client, language: str, words: str) -> None:
    page = client.get("/conformance", params={"f": "html", "lang": language}).text
    assert words in page
    for uri in CONFORMANCE:
        assert f"<code>{uri}</code>" in page
    for proof in kept().tests:
        assert f"<code>{proof.test}</code>" in page
    for suite in kept().suites:
        assert f"<code>{suite.name} {suite.version}</code>" in page


def test_the_results_are_there_for_programs(client: httpx.Client) -> None:
    said = client.get("/conformance").json()
    [results] = [one["href"] for one in said["links"] if one["rel"] == "related"]
    assert client.get(results).json() == kept().model_dump(mode="json")

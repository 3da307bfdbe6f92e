"""A sentence is told in the reader's language whatever fills it, and nothing that fills it is read as a message."""

import errno
import json
from datetime import date

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from georegister.complaints import complaint
from georegister.errors import DeliveryRefused, EntryInvalid, QuestionInvalid, sentence_in
from georegister.sentence import Sentence, joined, sentence_of, verbatim

DANISH = {
    "{file}: {reason}.": "I {file}: {reason}.",
    "it is empty": "den er tom",
    "no {name!r} here": "her er intet {name!r}",
}


def danish(message: str) -> str:
    return DANISH.get(message, message)


def test_a_sentence_and_what_fills_it_are_translated() -> None:
    error = DeliveryRefused("{file}: {reason}.", file="a.zip", reason=Sentence("it is empty"))
    assert str(error) == "a.zip: it is empty."
    assert error.sentence.by(danish) == "I a.zip: den er tom."


@pytest.mark.parametrize("name", ["{file}", "{0}", "{reason!r}", "a{b", "{file.__class__}", "100 %(x)s"])
def test_braces_in_what_a_file_is_called_are_braces(name: str) -> None:
    error = DeliveryRefused("{file}: {reason}.", file=name, reason=verbatim(f"“{name}”"))
    assert error.sentence.by(danish) == f"I {name}: “{name}”."


def test_it_is_the_same_after_it_was_json() -> None:
    several = joined([Sentence("it is empty"), verbatim("and {more}")], "; ")
    sentence = Sentence("{file}: {reason}.", {"file": "a.zip", "reason": several, "row": 3})
    again = sentence_of(json.loads(json.dumps(sentence.as_json())))
    assert again == sentence
    assert again.by(danish) == "I a.zip: den er tom; and {more}."


@pytest.mark.parametrize(
    "told", [None, [], "words", {}, {"message": 1, "details": {}}, {"message": "x", "details": []}]
)
def test_what_is_no_sentence_is_refused(told: object) -> None:
    with pytest.raises(ValueError):
        sentence_of(told)


def test_what_others_say_brings_no_second_full_stop() -> None:
    assert str(DeliveryRefused("{file}: {reason}.", file="x", reason=LookupError("Gone.\n"))) == "x: Gone."


def test_the_systems_words_are_ours() -> None:
    assert sentence_in(OSError(errno.ENOSPC, "No space left on device")) == Sentence("the disk is full")
    assert str(sentence_in(OSError(errno.EXDEV, "Cross-device link"))) == "Cross-device link"


def test_names_between_backticks_are_what_the_reader_knows() -> None:
    assert str(Sentence("give `on`, or {name!r}", {"name": "`on`"}, {"on": "--on"})) == "give --on, or '`on`'"


def test_an_entry_and_a_question_say_where() -> None:
    reason = Sentence("no {name!r} here", {"name": "x"})
    assert str(EntryInvalid("a.toml", "event", 2, "on", reason)) == "a.toml: [[event]], entry 2, on: no 'x' here."
    question = QuestionInvalid("bbox", "no {name!r} here", name="x")
    assert (question.parameter, question.sentence.by(danish)) == ("bbox", "bbox: her er intet 'x'")


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    day: date
    number: int = 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "it is missing"),
        ({"day": "i dag"}, "it should be a day, such as 2021-06-01"),
        ({"day": "2021-06-01", "number": "to"}, "it should be a whole number"),
        ({"day": "2021-06-01", "more": 1}, "there is no such field"),
    ],
)
def test_what_pydantic_says_is_a_sentence_of_ours(said: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Model.model_validate(said)
    assert complaint(dict(wrong.value.errors()[0])) == Sentence(words, complaint(dict(wrong.value.errors()[0])).details)

"""Whatever is said to people when something goes wrong is a text of the catalogue, all of it, and what fills it."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import georegister
from georegister import errors

PACKAGE = Path(georegister.__file__).parent
FAMILY = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
SAID_LIKE = FAMILY | {
    "ValueError",
    "HTTPException",
    "refused",
    "_Forbidden",
    "PackagesNotInstalled",
    "Sentence",
    "_end",
}
BEFORE = {"QuestionInvalid": 1, "EntryInvalid": 4, "HTTPException": 1}
"""How many arguments stand before the message: names, and a status code."""
FILLED_OTHERWISE = ("Sentence", "HTTPException")
NO_WORDS = ("get", "names", "encode", "decode", "replace")
"""Methods that are given names of the code."""
NAMED = re.compile(r"\{(\w+)(?:!r)?\}")
WORDS = re.compile(r"[^\W\d_]{2,}")


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every making of an error of the family or of a sentence: where, the call, and its name."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in SAID_LIKE and len(node.args) > BEFORE.get(name, 0):
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}", node, name


def own(name: str) -> set[str]:
    """What an error is told beside its message."""
    return set(inspect.signature(vars(errors)[name].__init__).parameters) if name in FAMILY else set()


def wrong(call: ast.Call, name: str) -> Iterator[str]:
    """What keeps an error from being said in another language."""
    given = call.args[BEFORE.get(name, 0)]
    if isinstance(given, ast.Call) and getattr(given.func, "id", "") == "N_":
        [text] = given.args
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
            yield "N_() of something that is no plain text"
        elif name not in FILLED_OTHERWISE and all(keyword.arg for keyword in call.keywords):
            named, filled = {*NAMED.findall(text.value)}, {keyword.arg for keyword in call.keywords} - own(name)
            if named != filled:
                yield f"{named} in the message, and {filled} are filled"
    elif english := next(words_in(given), None):
        yield f"words outside of N_(): {english!r}"
    for value in (*call.args[BEFORE.get(name, 0) + 1 :], *(keyword.value for keyword in call.keywords)):
        for english in words_in(value):
            yield f"words among what fills it: {english!r}"


def words_in(node: ast.AST) -> Iterator[str]:
    """The texts in an expression that are words; N_() and the keys of mappings are none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # "GEOREGISTER_X", "--option" and ".zip" are the same in every language, and {a} {b} are filled.
        if WORDS.search(re.sub(r"[A-Z_]{4,}|--[a-z-]+|^[.][a-z]+$|\bID\b", "", NAMED.sub("", node.value))):
            yield node.value
    elif isinstance(node, ast.Call):
        if getattr(node.func, "id", "") == "N_" or getattr(node.func, "attr", "") in NO_WORDS:
            return
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from words_in(part)
    elif isinstance(node, ast.Dict):
        for part in node.values:
            yield from words_in(part)
    elif isinstance(node, ast.IfExp):
        yield from words_in(node.body)
        yield from words_in(node.orelse)
    elif not isinstance(node, ast.Subscript):
        for part in ast.iter_child_nodes(node):
            yield from words_in(part)


def test_every_error_is_made_of_texts_of_the_catalogue() -> None:
    found = list(calls())
    assert len(found) > 250
    faults = [f"{where} {name}: {what}" for where, call, name in found for what in wrong(call, name)]
    assert faults == []


@pytest.mark.parametrize(
    "code",
    [
        'DeliveryRefused(f"{file} is empty.")',
        'DeliveryRefused("It is empty.")',
        'DeliveryRefused("It is " + words)',
        'DeliveryRefused(N_("{file} is empty."), name=file)',
        'DeliveryRefused(N_("{file} is empty."))',
        'DeliveryRefused(N_("It is {what}."), what="empty" if not size else words)',
        'DeliveryRefused(N_("It has {layers}."), layers=", ".join(layers) or "none")',
        'DeliveryRefused(N_(f"{file} is empty."), file=file)',
        'QuestionInvalid("bbox", "give it once")',
        'HTTPException(422, "Send a form.")',
        'Sentence("it is empty")',
    ],
)
def test_a_text_that_cannot_be_translated_is_found(code: str) -> None:
    [call] = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)][:1]
    assert list(wrong(call, getattr(call.func, "id", ""))), code


@pytest.mark.parametrize(
    "code",
    [
        'DeliveryRefused(N_("{file} is empty."), file=file.name)',
        "UndoRefused(why, numbers, load=undoing.load)",
        'EntryInvalid(file, "event", 2, "on", Sentence(N_("{name!r} is none"), {"name": name}))',
        'QuestionInvalid("bbox", N_("give it once"))',
        'DeliveryRefused(one if number == 1 else many, number=row["number"], of=", ".join(names))',
    ],
)
def test_a_text_that_can_be_translated_is_none_of_them(code: str) -> None:
    [call] = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)][:1]
    assert list(wrong(call, getattr(call.func, "id", ""))) == []

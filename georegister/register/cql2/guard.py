"""Bounds a filter before it is parsed: the parser recurses, and a deep filter would end the whole process.

Each check is one pass over the text, whatever the text is.
"""

import re

from georegister.errors import ValueRefused
from georegister.sentence import N_

DEEPEST = 32
MOST_OPERATORS = 500
MOST_BRACKETS = 1000
MOST_NUMBERS = 4
# A JSON operation opens an object and its list of operands; a MultiPolygon ends in four more lists.
DEEPEST_JSON = 2 * DEEPEST + 6

_TOKEN = re.compile(
    r"""'(?:[^']|'')*+'|"(?:[^"]|"")*+"|(?P<word>[^\W\d][\w.:]*+)|(?P<number>\d[\d.]*+(?:[eE][+-]?\d++)?+)|\S"""
)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}"]', re.DOTALL)
_OPERATORS = frozenset({"and", "or", "not", "like", "between", "in", "is", "div", *"=<>+-*/%^"})
_PREFIXES = frozenset({"not", "-", "+"})
_SHAPES = frozenset(
    {"point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "bbox"}
)
_IN_SHAPES = _SHAPES | {"z", "m", "zm", "empty"}


def guard_text(text: str) -> None:
    """Raises ValueRefused where the text is nested too deeply or has too many operators."""
    if text.count("(") > MOST_BRACKETS:
        raise _too_deep()
    in_shape: list[bool] = []
    before, operators, prefixes, numbers = "", 0, 0, 0
    for found in _TOKEN.finditer(text):
        word = found[0].lower()
        if word in ("'", '"'):
            raise ValueRefused(N_("a quotation mark is not closed"))
        if in_shape and in_shape[-1]:
            # A shape that does not read as one would be read again as a function of sums.
            numbers = 0 if word == "," else numbers + bool(found["number"])
            if numbers > MOST_NUMBERS or not (found["number"] or word in _IN_SHAPES or word in "(),-+"):
                raise ValueRefused(N_("the geometry is not written as one"))
            if word in "+-" and before in ("+", "-"):
                raise ValueRefused(N_("the geometry is not written as one"))
        else:
            operators += word in _OPERATORS
            prefixes = prefixes + 1 if word in _PREFIXES else 0
        if word == "(":
            numbers = 0
            in_shape.append(before in _IN_SHAPES or bool(in_shape and in_shape[-1]))
        elif word == ")" and in_shape:
            in_shape.pop()
        if len(in_shape) + prefixes > DEEPEST:
            raise _too_deep()
        before = word
    if operators > MOST_OPERATORS:
        raise _too_many()


def guard_json(text: str) -> None:
    """Raises ValueRefused where the JSON is nested too deeply or has too many members."""
    depth, objects, deepest, all_objects = 0, 0, 0, 0
    for found in _JSON_TOKEN.finditer(text):
        match found[0]:
            case '"':
                raise ValueRefused(N_("a quotation mark is not closed"))
            case "{" | "[" as bracket:
                depth += 1
                objects += bracket == "{"
                all_objects += bracket == "{"
                deepest = max(deepest, objects)
            case "}" | "]" as bracket:
                depth -= 1
                objects -= bracket == "}"
        if depth > DEEPEST_JSON or deepest > DEEPEST:
            raise _too_deep()
    if all_objects > MOST_OPERATORS:
        raise _too_many()


def guard_tree(tree: object) -> None:
    """The same of what was parsed: a long sum has no brackets and is deep all the same."""
    waiting = [(tree, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST_JSON:
            raise _too_deep()
        if isinstance(one, dict | list):
            waiting += [(part, depth + 1) for part in (one.values() if isinstance(one, dict) else one)]


def _too_deep() -> ValueRefused:
    return ValueRefused(N_("it is nested more than {most} levels deep"), most=DEEPEST)


def _too_many() -> ValueRefused:
    return ValueRefused(N_("it has more than {most} operators"), most=MOST_OPERATORS)

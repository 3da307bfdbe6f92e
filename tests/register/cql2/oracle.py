"""What a filter means, said a second time in Python: over features as they are served, in SQL's three truth values.

It takes the standard's JSON and shares no code with the register. Texts are ordered by the place they have in `order`.
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import shape

Truth = bool | None
Feature = Mapping[str, Any]

ENDS = {
    "t_after": "a>d",
    "t_before": "b<c",
    "t_contains": "a<c b>d",
    "t_during": "a>c b<d",
    "t_equals": "a=c b=d",
    "t_finishedBy": "a<c b=d",
    "t_finishes": "a>c b=d",
    "t_intersects": "a!d b!c",
    "t_meets": "b=c",
    "t_metBy": "a=d",
    "t_overlappedBy": "a>c a<d b>d",
    "t_overlaps": "a<c b>c b<d",
    "t_startedBy": "a=c b>d",
    "t_starts": "a=c b<d",
}
SIGNS = {"<": operator.lt, ">": operator.gt, "=": operator.eq}
COMPARISONS = {"=": "eq", "<>": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge"}
SETS: dict[str, Callable[[set[Any], set[Any]], bool]] = {
    "a_contains": operator.ge,
    "a_containedBy": operator.le,
    "a_equals": operator.eq,
    "a_overlaps": lambda left, right: bool(left & right),
}
LETTERS = {"Ø": "O", "ø": "o", "Æ": "AE", "æ": "ae"}


class Oracle:
    """Asks one filter of features; `schemas` are the JSON schemas of the properties."""

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]], order: Mapping[str, int]) -> None:
        self.schemas, self.order = schemas, order

    def ids(self, tree: Any, features: list[Feature]) -> list[str]:
        return [feature["id"] for feature in features if self.value(tree, feature) is True]

    def value(self, tree: Any, of: Feature) -> Any:
        if isinstance(tree, list):
            return [self.value(one, of) for one in tree]
        if not isinstance(tree, dict):
            return tree
        if "property" in tree:
            return self.property(tree["property"], of)
        if "date" in tree or "timestamp" in tree:
            return day(next(iter(tree.values())))
        if "interval" in tree:
            return tuple(
                end if end is None or isinstance(end, tuple) else open_end if end == ".." else day(end)
                for end, open_end in zip(self.value(tree["interval"], of), ((-1,), (1,)), strict=True)
            )
        if "bbox" in tree:
            west, south, east, north = tree["bbox"]
            parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
            return shapely.union_all(
                [shapely.envelope(shapely.multipoints([(x1, south), (x2, north)])) for x1, x2 in parts]
            )
        if "type" in tree:
            return shape(tree)
        return self.operation(tree["op"], tree["args"], of)

    def property(self, name: str, of: Feature) -> Any:
        if name == "id":
            return of["id"]
        if name in ("geometry", "geom"):
            return shape(of["geometry"]) if of["geometry"] else None
        value = of["properties"][name]
        return day(value) if value is not None and self.schemas[name].get("format") == "date" else value

    def operation(self, op: str, args: list[Any], of: Feature) -> Any:
        if op in ("and", "or"):
            return combined(op, [self.value(one, of) for one in args])
        values = [self.value(one, of) for one in args]
        if op == "isNull":
            return values[0] is None
        if op == "in":
            return combined("or", [None if None in (values[0], one) else values[0] == one for one in values[1]])
        if op.startswith("t_"):
            return related(op, values)
        if op == "between":
            low, high = (self.compared(sign, values[0], end) for sign, end in ((">=", values[1]), ("<=", values[2])))
            return combined("and", [low, high])
        if any(value is None for value in values):
            return None
        if op in COMPARISONS:
            return self.compared(op, *values)
        return known(op, values)

    def compared(self, op: str, left: Any, right: Any) -> Truth:
        if left is None or right is None:
            return None
        if isinstance(left, str) and op not in ("=", "<>"):
            left, right = self.order[left], self.order[right]
        return bool(getattr(operator, COMPARISONS[op])(left, right))


def known(op: str, values: list[Any]) -> Any:
    """Operations that know nothing of what is not known."""
    if op == "not":
        return not values[0]
    if op == "like":
        return bool(pattern(values[1]).fullmatch(values[0]))
    if op == "casei":
        return values[0].upper()
    if op == "accenti":
        apart = unicodedata.normalize("NFD", values[0])
        return "".join(LETTERS.get(one, one) for one in apart if unicodedata.category(one) != "Mn")
    if op.startswith("a_"):
        return SETS[op](set(values[0]), set(values[1]))
    if op.startswith("s_"):
        return bool(getattr(shapely, op[2:])(*values))
    return reckoned(op, *values)


def reckoned(op: str, left: float, right: float) -> float | None:
    if op in ("/", "%", "div") and right == 0:
        return None
    if op in ("%", "div"):
        whole = [Decimal(f"{one:.15g}") for one in (left, right)]
        return float(whole[0] % whole[1] if op == "%" else whole[0] // whole[1])
    plain = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow}
    return float(plain[op](float(left), float(right)))


def combined(op: str, values: list[Truth]) -> Truth:
    decides = op == "or"
    if any(value is decides for value in values):
        return decides
    return None if None in values else not decides


def related(op: str, values: list[Any]) -> Truth:
    """Each end against each other, as the standard's table has it."""
    ends = [end for one in values for end in ((None, None) if one is None else span(one))]
    named = dict(zip("abcd", ends, strict=True))
    if op == "t_disjoint":
        inside = related("t_intersects", values)
        return None if inside is None else not inside
    found: list[Truth] = []
    for left, sign, right in ENDS[op].split():
        pair = (named[left], named[right])
        if None in pair:
            found.append(None)
        elif sign == "!":
            found.append(pair[0] <= pair[1] if left == "a" else pair[0] >= pair[1])
        else:
            found.append(SIGNS[sign](*pair))
    return combined("and", found)


def span(value: Any) -> tuple[Any, Any]:
    """An interval is a pair of days; a day is (0, "2021-06-01"), before and after all days (-1,) and (1,)."""
    return value if len(value) == 2 and not isinstance(value[0], int) else (value, value)


def day(text: str) -> tuple[Any, ...]:
    return {"0000": (-1,), "9999": (1,)}.get(text[:4], (0, text[:10]))


def pattern(text: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|.", text, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(one) or re.escape(one[-1]) for one in parts), re.DOTALL)

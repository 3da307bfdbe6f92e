"""A checked filter as SQL. Every operator has its line here, and every value of the filter is bound."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    Float,
    LargeBinary,
    Numeric,
    Text,
    and_,
    bindparam,
    cast,
    collate,
    func,
    literal_column,
    not_,
    or_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.sql.elements import Grouping

from georegister.register.columns import COLLATION
from georegister.register.cql2.tree import Call, Column, Node, Type, Value

Element = ColumnElement[Any]
_TYPES: dict[Type, Any] = {
    Type.TEXT: Text,
    Type.NUMBER: Float,
    Type.TRUTH: Boolean,
    Type.DAY: Date,
    Type.GEOMETRY: LargeBinary,
    Type.TEXTS: ARRAY(Text),
    Type.NUMBERS: ARRAY(Float),
    Type.NOTHING: ARRAY(Text),
}
_MARKS: Element = literal_column("'[\\u0300-\\u036F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF\\uFE20-\\uFE2F]'")
_STROKES = {"Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h", "Ŧ": "T", "ŧ": "t"}
_LIGATURES = {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe"}


def compiled(node: Node, columns: Mapping[str, Element]) -> Element:
    """The SQL of a node; `columns` are the collection's, with `id` and `geometry`."""
    match node:
        case Column():
            return _typed(columns[node.name], node.type)
        case Value(type=Type.GEOMETRY):
            return func.geometry(_bound(node))
        case Value():
            return _bound(node)
        case Call(op="list"):
            return array([compiled(one, columns) for one in node.args])
    if node.op.startswith("t_"):
        (start_a, end_a), (start_b, end_b) = (_ends(one, columns) for one in node.args)
        return Grouping(_TEMPORAL[node.op](start_a, end_a, start_b, end_b))
    args = [compiled(one, columns) for one in node.args]
    if node.op.startswith("a_"):
        args = _of_one_type(node, args)
    if node.op in _ORDERED and node.args[0].type is Type.TEXT:
        args = [collate(one, COLLATION) for one in args]
    # SQLAlchemy takes `(NOT x) IS NULL` to need no brackets.
    return Grouping(_SQL[node.op](*args))


def _typed(column: Element, type_: Type) -> Element:
    """What SQLAlchemy takes the column for is what the collection says it is."""
    if type_ is Type.NUMBERS:
        return cast(column, ARRAY(Float))
    return column if type_ is Type.GEOMETRY else type_coerce(column, _TYPES[type_])


def _bound(value: Value) -> Element:
    return cast(bindparam(value.name), _TYPES[value.type])


def _ends(node: Node, columns: Mapping[str, Element]) -> tuple[Element, Element]:
    """First and last day; a day is an interval of its own."""
    if isinstance(node, Call):
        first, last = (compiled(one, columns) for one in node.args)
        return first, last
    day = compiled(node, columns)
    return day, day


def _of_one_type(node: Call, args: list[Element]) -> list[Element]:
    """A list without members is of the other one's type."""
    numbers = any(one.type is Type.NUMBERS for one in node.args)
    return [
        cast(one, ARRAY(Float)) if numbers and said.type is Type.NOTHING else one
        for one, said in zip(args, node.args, strict=True)
    ]


def _sum(of: Callable[[Any, Any], Any]) -> Callable[[Element, Element], Element]:
    return lambda left, right: of(cast(left, Float), cast(right, Float))


def _divided(left: Element, right: Element) -> Element:
    """Nothing where the divisor is 0."""
    return cast(left, Float) / func.nullif(cast(right, Float), 0)


def _whole(name: str) -> Callable[[Element, Element], Element]:
    """`div` and `%` in decimal numbers: 0.3 div 0.1 is 3."""

    def made(left: Element, right: Element) -> Element:
        return cast(getattr(func, name)(cast(left, Numeric), func.nullif(cast(right, Numeric), 0)), Float)

    return made


def _without_accents(text: Element) -> Element:
    """Letters without what stands on, under or through them."""
    bare = func.regexp_replace(func.normalize(text, literal_column("NFD")), _MARKS, "", literal_column("'g'"))
    bare = func.translate(bare, "".join(_STROKES), "".join(_STROKES.values()))
    for both, letters in _LIGATURES.items():
        bare = func.replace(bare, both, letters)
    return bare


def _one_of(value: Element, *others: Element) -> Element:
    return or_(*(value == other for other in others))


_ORDERED = frozenset({"<", ">", "<=", ">=", "between"})
_SQL: dict[str, Callable[..., Element]] = {
    "and": and_,
    "or": or_,
    "not": not_,
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    # PostgreSQL's BETWEEN takes no COLLATE.
    "between": lambda value, low, high: and_(value >= low, value <= high),
    "in": _one_of,
    "like": lambda text, pattern: text.like(pattern),
    "isnull": lambda value: value.is_(None),
    # Upper case knows no context, as lower case does of the Greek sigma, and makes ß and SS one.
    "casei": lambda text: func.upper(collate(text, COLLATION)),
    "accenti": _without_accents,
    "+": _sum(operator.add),
    "-": _sum(operator.sub),
    "*": _sum(operator.mul),
    "^": _sum(func.power),
    "/": _divided,
    "div": _whole("div"),
    "%": _whole("mod"),
    "s_intersects": func.ST_Intersects,
    "s_equals": func.ST_Equals,
    "s_disjoint": func.ST_Disjoint,
    "s_touches": func.ST_Touches,
    "s_within": func.ST_Within,
    "s_overlaps": func.ST_Overlaps,
    "s_crosses": func.ST_Crosses,
    "s_contains": func.ST_Contains,
    "a_contains": lambda a, b: a.op("@>", is_comparison=True)(b),
    "a_containedby": lambda a, b: a.op("<@", is_comparison=True)(b),
    "a_overlaps": lambda a, b: a.op("&&", is_comparison=True)(b),
    "a_equals": lambda a, b: and_(a.op("@>", is_comparison=True)(b), a.op("<@", is_comparison=True)(b)),
}
_TEMPORAL: dict[str, Callable[[Any, Any, Any, Any], Element]] = {
    "t_after": lambda a, _, __, d: a > d,
    "t_before": lambda _, b, c, __: b < c,
    "t_contains": lambda a, b, c, d: and_(a < c, b > d),
    "t_disjoint": lambda a, b, c, d: or_(b < c, a > d),
    "t_during": lambda a, b, c, d: and_(a > c, b < d),
    "t_equals": lambda a, b, c, d: and_(a == c, b == d),
    "t_finishedby": lambda a, b, c, d: and_(a < c, b == d),
    "t_finishes": lambda a, b, c, d: and_(a > c, b == d),
    "t_intersects": lambda a, b, c, d: and_(a <= d, b >= c),
    "t_meets": lambda _, b, c, __: b == c,
    "t_metby": lambda a, _, __, d: a == d,
    "t_overlappedby": lambda a, b, c, d: and_(a > c, a < d, b > d),
    "t_overlaps": lambda a, b, c, d: and_(a < c, b > c, b < d),
    "t_startedby": lambda a, b, c, d: and_(a == c, b > d),
    "t_starts": lambda a, b, c, d: and_(a == c, b < d),
}
"""Intervals from a to b and from c to d, both days included (OGC 21-065r2, table 10)."""

"""What a parsed filter may say: properties the collection has, operators of the standard, operands of fitting types."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from georegister.domain.crs import ReferenceSystem
from georegister.domain.days import day
from georegister.domain.drawn import geometry
from georegister.errors import ValueRefused
from georegister.register.collections import Collection
from georegister.register.cql2.tree import LISTS, SCALARS, WORDS, Call, Column, Node, Type, Value
from georegister.register.database import ewkb
from georegister.sentence import N_, Sentence

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%", "div", "^")
SPATIAL = ("intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains")
TEMPORAL = (
    *("after", "before", "contains", "disjoint", "during", "equals", "finishedby", "finishes", "intersects"),
    *("meets", "metby", "overlappedby", "overlaps", "startedby", "starts"),
)
ARRAYS = ("contains", "containedby", "equals", "overlaps")
OF_COLLECTIONS = ("s_intersects", "s_disjoint")
"""What can be asked of several geometries of different kinds at once."""
GEOMETRY_NAMES = ("geometry", "geom")
LARGEST = 2**53
"""From here on a number no longer tells itself from the next one."""
EARLIEST, LATEST = "-infinity", "infinity"

Day = date | str
_OF_JSON = {"string": Type.TEXT, "integer": Type.NUMBER, "number": Type.NUMBER, "boolean": Type.TRUTH}


def types_of(collection: Collection) -> dict[str, Type]:
    """What can be asked by in a collection, and of what type it is."""
    found = {"id": Type.TEXT, **dict.fromkeys(GEOMETRY_NAMES, Type.GEOMETRY)}
    for one in collection.queryables:
        if one.schema["type"] == "array":
            found[one.name] = Type.TEXTS if one.schema["items"]["type"] == "string" else Type.NUMBERS
        else:
            found[one.name] = Type.DAY if one.schema.get("format") == "date" else _OF_JSON[one.schema["type"]]
    return found


class Check:
    """One pass over one parsed filter; `values` are what it found to bind, by name.

    `crs` is the reference system of its geometries.
    """

    def __init__(self, types: Mapping[str, Type], crs: ReferenceSystem) -> None:
        self.types, self.crs = types, crs
        self.values: dict[str, Any] = {}

    def condition(self, said: Any) -> Node:
        """The whole filter. Raises ValueRefused."""
        return self._of("filter", said, Type.TRUTH)

    def node(self, said: Any) -> Node:
        match said:
            case bool():
                return self._value(said, Type.TRUTH)
            case int() | float():
                if not abs(said) < LARGEST:
                    raise ValueRefused(N_("the number {number} is too large"), number=f"{said:g}")
                return self._value(float(said), Type.NUMBER)
            case str():
                return self._value(said, Type.TEXT)
            case list():
                return self._list(said)
            case {"op": str(op), "args": list(args)}:
                return self._operation(op.lower(), args)
            case {"property": str(name)}:
                return self._property(name)
            case {"date": text} | {"timestamp": text}:
                return self._value(_day(text, "date" in said), Type.DAY)
            case {"interval": [first, last]}:
                return self._interval(first, last)
            case {"bbox": _} | {"type": _}:
                return self._geometry(said)
            case None:
                raise ValueRefused(N_("nothing is compared with NULL; ask with IS NULL"))
        raise ValueRefused(N_("it cannot be read as CQL2"))

    def _value(self, value: Any, type_: Type) -> Value:
        made = Value(len(self.values), type_)
        self.values[made.name] = value
        return made

    def _property(self, name: str) -> Column:
        if name not in self.types:
            known = ", ".join(sorted(self.types))
            raise ValueRefused(
                N_("there is no property {name!r} to ask by; there are {known}"), name=name[:60], known=known
            )
        return Column("geometry" if name in GEOMETRY_NAMES else name, self.types[name])

    def _list(self, said: list[Any]) -> Node:
        if not said:
            return self._value([], Type.NOTHING)
        if all(isinstance(one, str) for one in said):
            return self._value(list(said), Type.TEXTS)
        parts = [self._one_of("()", one, (Type.TEXT, Type.NUMBER)) for one in said]
        self._alike("()", said, parts)
        type_ = Type.TEXTS if parts[0].type is Type.TEXT else Type.NUMBERS
        if all(isinstance(part, Value) for part in parts):
            bound = [self.values.pop(part.name) for part in reversed(parts) if isinstance(part, Value)]
            return self._value(bound[::-1], type_)
        return Call("list", tuple(parts), type_)

    def _interval(self, first: Any, last: Any) -> Node:
        ends = [self._end(said, open_end) for said, open_end in ((first, EARLIEST), (last, LATEST))]
        days = [_sortable(self.values[end.name]) for end in ends if isinstance(end, Value)]
        if len(days) == 2 and days[0] > days[1]:
            raise ValueRefused(N_("the interval ends before it begins"))
        return Call("interval", tuple(ends), Type.INTERVAL)

    def _end(self, said: Any, open_end: str) -> Node:
        if said == "..":
            return self._value(open_end, Type.DAY)
        if isinstance(said, str):
            return self._value(_day(said, None), Type.DAY)
        return self._of("interval", said, Type.DAY)

    def _geometry(self, said: dict[str, Any]) -> Value:
        return self._value(ewkb(geometry(said, self.crs)), Type.GEOMETRY)

    def _operation(self, op: str, args: list[Any]) -> Node:
        checks: dict[str, Callable[[str, list[Any]], tuple[Node, ...]]] = {
            "and": self._truths,
            "or": self._truths,
            "not": lambda op, args: (self._of(op, _only(op, args), Type.TRUTH),),
            "like": self._like,
            "between": self._between,
            "in": self._in,
            "isnull": lambda op, args: (self.node(_only(op, args)),),
        }
        if op in checks:
            return Call(op, checks[op](op, args), Type.TRUTH)
        if op in COMPARISONS:
            return Call(op, self._compared(op, args), Type.TRUTH)
        if op in ARITHMETIC:
            _counted(op, args, 2)
            return Call(op, tuple(self._of(op, one, Type.NUMBER) for one in args), Type.NUMBER)
        if op in ("casei", "accenti"):
            return Call(op, (self._of(op, _only(op, args), Type.TEXT),), Type.TEXT)
        kind, _, name = op.partition("_")
        if kind == "s" and name in SPATIAL:
            return Call(op, self._geometries(op, args), Type.TRUTH)
        if kind == "t" and name in TEMPORAL:
            _counted(op, args, 2)
            return Call(op, tuple(self._one_of(op, one, (Type.DAY, Type.INTERVAL)) for one in args), Type.TRUTH)
        if kind == "a" and name in ARRAYS:
            _counted(op, args, 2)
            lists = [self._one_of(op, one, LISTS) for one in args]
            if Type.NOTHING not in (lists[0].type, lists[1].type):
                self._alike(op, args, lists)
            return Call(op, tuple(lists), Type.TRUTH)
        raise ValueRefused(N_("there is no function {name!r} here"), name=op[:60])

    def _truths(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        if len(args) < 2:
            raise _miscounted(op, 2)
        return tuple(self._of(op, one, Type.TRUTH) for one in args)

    def _compared(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        _counted(op, args, 2)
        parts = [self._one_of(op, one, SCALARS) for one in args]
        self._alike(op, args, parts)
        return tuple(parts)

    def _between(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        _counted(op, args, 3)
        parts = [self._one_of(op, one, (Type.NUMBER, Type.TEXT, Type.DAY)) for one in args]
        self._alike(op, args, parts)
        return tuple(parts)

    def _in(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        _counted(op, args, 2)
        if not isinstance(args[1], list) or not args[1]:
            raise ValueRefused(N_("{operator} is asked of a list of values"), operator=op.upper())
        parts = [self._one_of(op, one, SCALARS) for one in (args[0], *args[1])]
        self._alike(op, [args[0], *args[1]], parts)
        return tuple(parts)

    def _like(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        _counted(op, args, 2)
        parts = tuple(self._of(op, one, Type.TEXT) for one in args)
        pattern = parts[1]
        while isinstance(pattern, Call):
            pattern = pattern.args[0]
        if not isinstance(pattern, Value):
            raise ValueRefused(N_("the pattern of LIKE is a text that is written out"))
        said = self.values[pattern.name]
        if (len(said) - len(said.rstrip("\\"))) % 2:
            raise ValueRefused(N_("the pattern of LIKE ends in a backslash with nothing after it"))
        return parts

    def _geometries(self, op: str, args: list[Any]) -> tuple[Node, ...]:
        _counted(op, args, 2)
        if op not in OF_COLLECTIONS and any(
            isinstance(one, dict) and one.get("type") == "GeometryCollection" for one in args
        ):
            raise ValueRefused(
                N_("{operator} is not asked of a GEOMETRYCOLLECTION; {others} are"),
                operator=op.upper(),
                others=", ".join(OF_COLLECTIONS).upper(),
            )
        return tuple(self._of(op, one, Type.GEOMETRY) for one in args)

    def _of(self, op: str, said: Any, wanted: Type) -> Node:
        return self._one_of(op, said, (wanted,))

    def _one_of(self, op: str, said: Any, wanted: tuple[Type, ...]) -> Node:
        found = self.node(said)
        if found.type not in wanted:
            raise ValueRefused(
                N_("{operator}: {operand} is {type}, not {wanted}"),
                operator=op.upper(),
                operand=_shown(said),
                type=Sentence(WORDS[found.type]),
                wanted=Sentence(WORDS[wanted[0]]),
            )
        return found

    def _alike(self, op: str, said: list[Any], parts: list[Node]) -> None:
        for one, part in zip(said, parts, strict=True):
            if part.type is not parts[0].type:
                raise ValueRefused(
                    N_("{operator}: {left} is {left_type} and {right} is {right_type}"),
                    operator=op.upper(),
                    left=_shown(said[0]),
                    left_type=Sentence(WORDS[parts[0].type]),
                    right=_shown(one),
                    right_type=Sentence(WORDS[part.type]),
                )


def _day(text: Any, is_date: bool | None) -> Day:
    """The day of an instant, which is the one written; the years 0000 and 9999 are before and after all days."""
    if not isinstance(text, str) or (is_date is not None and is_date != (len(text) == len("2021-06-01"))):
        shown = str(text)[:40]
        raise ValueRefused(N_("{text!r} is no day; write it as 2021-06-01 or 2021-06-01T12:00:00Z"), text=shown)
    return day(text) or (EARLIEST if text.startswith("0000") else LATEST)


def _sortable(of: Day) -> tuple[int, date]:
    if isinstance(of, str):
        return (-1 if of == EARLIEST else 1, date.min)
    return (0, of)


def _only(op: str, args: list[Any]) -> Any:
    _counted(op, args, 1)
    return args[0]


def _counted(op: str, args: list[Any], count: int) -> None:
    if len(args) != count:
        raise _miscounted(op, count)


def _miscounted(op: str, count: int) -> ValueRefused:
    return ValueRefused(N_("{operator} takes {count} operands"), operator=op.upper(), count=count)


def _shown(said: Any) -> str:
    """An operand as people know it again: a property's name, a value, or the operator it is made by."""
    match said:
        case {"property": name}:
            return str(name)[:60]
        case {"op": op}:
            return f"{str(op)[:20].upper()}(…)"
        case float() if math.isfinite(said) and said.is_integer():
            return str(int(said))
        case dict() | list():
            return str(next(iter(said), "()"))[:20].upper() if isinstance(said, dict) else "(…)"
    return repr(said)[:60]

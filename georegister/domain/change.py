"""What a delivery does to the register: each plan and each fact is one of four."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from georegister.domain.geometry_change import GeometryChange
from georegister.sentence import Sentence

T = TypeVar("T")


@dataclass(frozen=True)
class Added(Generic[T]):
    id: str
    new: T


@dataclass(frozen=True)
class Amended(Generic[T]):
    """`fields` are the names of what differs, with the old and the new value; `geometry` how a plan's extent does.

    `effective` is the day from which it is a new legal version; None for a correction of what was always so.
    """

    id: str
    new: T
    fields: dict[str, tuple[object, object]]
    geometry: GeometryChange | None = None
    effective: date | None = None


@dataclass(frozen=True)
class Withdrawn(Generic[T]):
    id: str
    old: T


@dataclass(frozen=True)
class Unchanged:
    id: str


Change = Added[T] | Amended[T] | Withdrawn[T] | Unchanged


def count(changes: Iterable[object]) -> dict[str, int]:
    """How many of each: `added`, `amended`, `withdrawn`, `unchanged`."""
    found = Counter(type(change).__name__.lower() for change in changes)
    return {word: found[word] for word in ("added", "amended", "withdrawn", "unchanged")}


def plain(value: object) -> Any:
    """A value of a plan, a fact or a finding as JSON takes it."""
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

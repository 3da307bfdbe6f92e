"""A sequence that may be longer than memory: what exceeds a bound lies in a file of ours and is read again from there.

What goes into it must pickle; the file has no name, and nobody else can write to it.
"""

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from operator import eq
from typing import IO, Any, Generic, TypeVar, overload

T = TypeVar("T")
HELD = 50_000
"""Plans that are held in memory, some 20 kB each with everything about them."""
FACTS_OF_A_PLAN, FINDINGS_OF_A_PLAN = 3, 0.25
"""How many of them are held for each plan: a plan has some three facts, and few have findings."""
BLOCK = 1000


class Spool(Sequence[T], Generic[T]):
    """A sequence that grows at its end; the first of them are in memory, the others are read anew at each walk.

    `of_a_plan` is how many of its items are held for each plan that is held.
    """

    def __init__(self, items: Iterable[T] = (), *, of_a_plan: float = 1) -> None:
        self.held = int(HELD * of_a_plan)
        self._first: list[T] = []
        self._last: list[T] = []
        self._blocks: list[tuple[int, int]] = []
        self._file: IO[bytes] | None = None
        self.extend(items)

    def append(self, item: T) -> None:
        if len(self._first) < self.held:
            self._first.append(item)
            return
        self._last.append(item)
        if len(self._last) == BLOCK:
            self._write()

    def extend(self, items: Iterable[T]) -> None:
        for item in items:
            self.append(item)

    def __iadd__(self, items: Iterable[T]) -> "Spool[T]":
        self.extend(items)
        return self

    def __len__(self) -> int:
        return len(self._first) + len(self._blocks) * BLOCK + len(self._last)

    def __iter__(self) -> Iterator[T]:
        yield from self._first
        for number in range(len(self._blocks)):
            yield from self._read(number)
        yield from self._last

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        if place < len(self._first):
            return self._first[place]
        number, within = divmod(place - len(self._first), BLOCK)
        return self._last[within] if number == len(self._blocks) else self._read(number)[within]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # it grows

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="georegister-load-")  # noqa: SIM115  # as long as we are here
            weakref.finalize(self, self._file.close)
        said = pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL)
        start = self._blocks[-1][0] + self._blocks[-1][1] if self._blocks else 0
        self._file.write(said)
        self._file.flush()
        self._blocks.append((start, len(said)))
        self._last = []

    def _read(self, number: int) -> list[T]:
        assert self._file is not None  # there are blocks
        start, length = self._blocks[number]
        # Only what this very object has written lies there.
        found: Any = pickle.loads(os.pread(self._file.fileno(), length, start))  # noqa: S301
        return list(found)

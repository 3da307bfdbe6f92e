"""What was made and may be asked for again, as long as there is room: the least lately asked for goes first."""

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key. A key says all that the value depends on, so that nothing kept is ever untrue."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.filled = 0
        self._values: OrderedDict[str, tuple[Value, int]] = OrderedDict()

    def get(self, key: str) -> Value | None:
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: str, value: Value, size: int = 1) -> None:
        """Keeps a value; one that would fill more than an eighth of the room is not kept."""
        if size > self.room // 8:
            return
        self.filled -= self._values.pop(key, (value, 0))[1]
        self._values[key] = (value, size)
        self.filled += size
        while self.filled > self.room:
            _, (_, freed) = self._values.popitem(last=False)
            self.filled -= freed

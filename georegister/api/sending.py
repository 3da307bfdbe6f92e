"""Downloads on their way to clients that read slowly or go away: neither holds anything but a file for long."""

import asyncio
import contextlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator

from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from georegister.errors import Occupied
from georegister.sentence import N_

log = logging.getLogger(__name__)

CHUNK = 256 * 1024


class Waiting:
    """The downloads that wait for those who read them: their files hold about so many bytes of disk at a time.

    Where they do, a further one takes the room of those that are read slowest. Nobody is let go who has kept us waiting
    for less than `patience` seconds in all.
    """

    def __init__(self, most: int, patience: float) -> None:
        self.patience = patience
        self._most = most
        self._sent: set[Sent] = set()

    @contextlib.contextmanager
    def holding(self, sent: "Sent") -> Iterator[None]:
        self._sent.add(sent)
        try:
            yield
        finally:
            self._sent.discard(sent)

    def make_room(self) -> None:
        """Raises Occupied where there is no room for the file of one more."""
        held = sum(one.held() for one in self._sent)
        leaving: list[Sent] = []
        for one in sorted((one for one in self._sent if one.waited > self.patience), key=lambda one: one.rate):
            if held < self._most:
                break
            held -= one.held()
            leaving.append(one)
        if held >= self._most:
            raise Occupied(N_("As many downloads wait to be read as may be; try again in a moment."))
        for one in leaving:
            self._sent.discard(one)
            one.let_go()


class Sent(StreamingResponse):
    """Bytes as they come from a file; `end` is called however it ends, also where the client goes before the first.

    `held` says how large the file is. Whoever takes less than a chunk in the patience of `waiting` is let go, and
    whoever is slowest where others want the room: the connection ends before the download does.
    """

    def __init__(
        self,
        parts: Iterable[bytes] | AsyncIterator[bytes],
        held: Callable[[], int],
        end: Callable[[], None],
        media_type: str,
        headers: dict[str, str],
        waiting: Waiting,
    ) -> None:
        super().__init__(parts, media_type=media_type, headers=headers)
        self.held = held
        self._end = end
        self._waiting = waiting
        self._until = asyncio.timeout(None)
        self._taken, self._waited = 0, 0.0
        self._since: float | None = None

    @property
    def waited(self) -> float:
        """Seconds in all for which there was something to read and nobody had read it yet."""
        return self._waited + (time.monotonic() - self._since if self._since is not None else 0.0)

    @property
    def rate(self) -> float:
        """Bytes a second that are read, of those seconds."""
        return self._taken / max(self.waited, 1e-3)

    def let_go(self) -> None:
        """Ends it as soon as can be."""
        log.warning("a client read %d kB/s of a download and is let go: others want the room", self.rate / 1000)
        self._until.reschedule(asyncio.get_running_loop().time())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stalled = False

        async def patiently(message: Message) -> None:
            nonlocal stalled
            self._since = time.monotonic()
            try:
                async with asyncio.timeout(self._waiting.patience):
                    await send(message)
            except TimeoutError:
                stalled = True
                log.warning("a client took nothing of a download for %s s and is let go", self._waiting.patience)
                raise
            finally:
                self._waited, self._since = self.waited, None
            self._taken += len(message.get("body", b""))

        try:
            with self._waiting.holding(self):
                async with self._until:
                    await super().__call__(scope, receive, patiently)
        except* TimeoutError:
            if not (stalled or self._until.expired()):
                raise
        finally:
            self._end()


class Ahead:
    """What is made as fast as can be, and read as fast as the client does; what waits lies on disk.

    So a slow client keeps no snapshot of the database open. `made` is called when no more is made.
    """

    def __init__(self, parts: Generator[bytes, None, None], made: Callable[[], None]) -> None:
        self._parts, self._made = parts, made
        self._file = tempfile.TemporaryFile(prefix="georegister-download-")  # noqa: SIM115  # closed by who leaves last
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        self._written, self._done = 0, False
        self._failed: BaseException | None = None
        self._gone, self._leaving, self._inside = threading.Event(), threading.Lock(), 2

    async def begin(self) -> None:
        """Returns when there is something to read or all has been made; raises what went wrong before that."""
        self._loop.run_in_executor(None, self._make)
        try:
            while not self._written and not self._done:
                await self._some_news()
            if not self._written and self._failed:
                raise self._failed
        except BaseException:
            self.leave()
            raise

    async def read(self) -> AsyncIterator[bytes]:
        place = 0
        while True:
            if place < self._written:
                chunk = os.pread(self._file.fileno(), min(CHUNK, self._written - place), place)
                place += len(chunk)
                yield chunk
            elif not self._done:
                await self._some_news()
            elif self._failed:
                raise self._failed
            elif place == self._written:
                return

    def held(self) -> int:
        """Bytes that lie on disk."""
        return self._written

    def leave(self) -> None:
        """Nobody reads any more."""
        self._gone.set()
        self._leave()

    async def _some_news(self) -> None:
        self._news.clear()
        if not self._done:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 1)

    def _make(self) -> None:
        try:
            with contextlib.closing(self._parts):
                for part in self._parts:
                    if self._gone.is_set():
                        return
                    os.pwrite(self._file.fileno(), part, self._written)
                    self._written += len(part)
                    self._tell()
        except BaseException as error:
            self._failed = error
        finally:
            self._done = True
            self._made()
            self._leave()
            self._tell()

    def _tell(self) -> None:
        # The loop is closed where the service stops meanwhile.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._news.set)

    def _leave(self) -> None:
        with self._leaving:
            self._inside -= 1
            if self._inside == 0:
                self._file.close()

"""Downloads on their way to clients that read slowly or go away: neither holds anything but a file for long."""

import asyncio
import contextlib
import logging
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable

from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

log = logging.getLogger(__name__)

CHUNK = 256 * 1024


class Sent(StreamingResponse):
    """Bytes as they come; `end` is called however it ends, also where the client goes before the first.

    Whoever takes less than a chunk in `patience` seconds is let go: the connection ends before the download does.
    """

    def __init__(
        self,
        parts: Iterable[bytes] | AsyncIterator[bytes],
        end: Callable[[], None],
        media_type: str,
        headers: dict[str, str],
        patience: float,
    ) -> None:
        super().__init__(parts, media_type=media_type, headers=headers)
        self._end = end
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stalled = False

        async def patiently(message: Message) -> None:
            nonlocal stalled
            try:
                async with asyncio.timeout(self._patience):
                    await send(message)
            except TimeoutError:
                stalled = True
                raise

        try:
            await super().__call__(scope, receive, patiently)
        except* TimeoutError:
            if not stalled:
                raise
            log.warning("a client took nothing of a download for %s s and is let go", self._patience)
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
                await self._told()
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
                await self._told()
            elif self._failed:
                raise self._failed
            elif place == self._written:
                return

    def leave(self) -> None:
        """Nobody reads any more."""
        self._gone.set()
        self._leave()

    async def _told(self) -> None:
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

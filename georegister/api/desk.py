"""The one door through which the service writes: it keeps what comes and starts a process for the work.

The service itself reads as `app_ro`; only what is kept and asked for here is written, as `app_rw`.
"""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fastapi import HTTPException

from georegister.errors import LoadConflict
from georegister.register import deliveries
from georegister.register.database import Database, writing
from georegister.register.deliveries import Arrival
from georegister.sentence import N_, Sentence
from georegister.settings import Settings

BUSY_SECONDS = 10
T = TypeVar("T")
StartWorker = Callable[[Settings, int], None]


class Desk:
    """Where staff hand in files and say what shall be done with them."""

    def __init__(self, database: Database, settings: Settings, start: StartWorker) -> None:
        self._database = database
        self._settings = settings
        self._start = start
        self._receiving = 0

    def __enter__(self) -> None:
        """Takes a place for a file that is being received; 429 where all are taken."""
        if self._receiving >= self._settings.loads_at_once:
            raise _busy()
        self._receiving += 1

    def __exit__(self, *ignored: object) -> None:
        self._receiving -= 1

    async def keep(self, arrival: Arrival) -> int:
        """Keeps a file and has it previewed; its load's number, the same again for the same key and content."""
        number, is_new = await asyncio.to_thread(self._keep, arrival)
        if is_new:
            self._start(self._settings, number)
        return number

    async def ask(self, load: int, task: str, by: str, asked: Mapping[str, Any]) -> None:
        """Has a load previewed anew, applied or undone. Raises NotFound, and LoadConflict where it cannot be."""
        await asyncio.to_thread(self._ask, load, task, by, asked)
        self._start(self._settings, load)

    async def do(self, work: Callable[[Database], T]) -> T:
        """What is done at once, with the register to write in: a few facts."""
        return await asyncio.to_thread(work, self._database)

    def _keep(self, arrival: Arrival) -> tuple[int, bool]:
        with writing(self._database) as session:
            busy = deliveries.at_work(session) >= self._settings.loads_at_once
            if arrival.key:
                try:
                    before = deliveries.arrived_before(session, arrival.key, arrival.request)
                except LoadConflict as error:
                    raise HTTPException(422, error.sentence) from error
                if before is not None:
                    return before, False
            if busy:
                raise _busy()
            return deliveries.keep(session, arrival), True

    def _ask(self, load: int, task: str, by: str, asked: Mapping[str, Any]) -> None:
        with writing(self._database) as session:
            if deliveries.at_work(session) >= self._settings.loads_at_once:
                raise _busy()
            deliveries.ask(session, load, task, by, asked)


def worker_process(settings: Settings, load: int) -> None:
    """Starts `georegister worker` in a session of its own: it outlives the client, and the service too."""
    environment = {name: value for name, value in os.environ.items() if name != "GEOREGISTER_STAFF_TOKEN"}
    if settings.database_url:
        environment["GEOREGISTER_DATABASE_URL"] = settings.database_url
    process = subprocess.Popen(
        [sys.executable, "-m", "georegister", "worker", str(load)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Somebody must ask how it ended, or it stays in the list of processes until we end.
    threading.Thread(target=process.wait, name=f"load {load}", daemon=True).start()


def _busy() -> HTTPException:
    return HTTPException(
        429,
        Sentence(N_("As many loads as this server takes are being worked on; try again in a moment.")),
        {"Retry-After": str(BUSY_SECONDS)},
    )

"""What every handler is given: the register to read, the clock, and the addresses answers are linked by."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from georegister.api.desk import Desk
from georegister.api.ground import Ground
from georegister.api.holdings import Holdings
from georegister.api.kept import Kept
from georegister.api.sending import Waiting
from georegister.api.tiling import TiledExtent
from georegister.domain.codes import Codes
from georegister.errors import NotFound, Occupied, QuestionInvalid
from georegister.language import LANGUAGES
from georegister.maps.configuration import PublishedMap
from georegister.maps.printing import Printing
from georegister.maps.site import Site
from georegister.maps.thumbnail import Backdrop
from georegister.register import cursor
from georegister.register.coverage import Coverage
from georegister.register.database import Reading, Row
from georegister.register.place_questions import lists_of, repeatable, spelt_otherwise
from georegister.sentence import N_
from georegister.settings import Clock, Settings

TILE_BYTES, EXTENTS, MAPS, COUNT_BYTES, COVERAGES = 64_000_000, 64, 64, 2_000_000, 256
SHEET_BYTES, BACKDROPS, STATES = 48_000_000, 400, 64
"""How much of what was made is kept for who asks again: bytes of tiles, extents of the register, lists of published
maps, bytes of the questions of which it is known how many features match, answers of `/coverage`, bytes of printed
sheets, outlines under thumbnails, and states of which the names of municipalities are known."""


@dataclass
class Service:
    """The service put together; one for the life of the application."""

    settings: Settings
    reading: Reading
    clock: Clock
    site: Site
    codes: Codes
    desk: Desk
    holdings: Holdings
    tiles: Kept[bytes] = field(default_factory=lambda: Kept(TILE_BYTES))
    tiled_extents: Kept[TiledExtent] = field(default_factory=lambda: Kept(EXTENTS))
    counts: Kept[int] = field(default_factory=lambda: Kept(COUNT_BYTES))
    """How many features match a question."""
    coverages: Kept[Coverage] = field(default_factory=lambda: Kept(COVERAGES))
    municipalities: Kept[dict[str, Row]] = field(default_factory=lambda: Kept(STATES))
    """As pages call them, by the state of the register."""
    published: Kept[list[PublishedMap]] = field(default_factory=lambda: Kept(MAPS))
    ground: Ground | None = field(init=False)
    sheets: Kept[bytes] = field(default_factory=lambda: Kept(SHEET_BYTES))
    backdrops: Kept[Backdrop] = field(default_factory=lambda: Kept(BACKDROPS))
    printing: Printing = field(default_factory=Printing)
    making: BoundedSemaphore = field(init=False)
    """The places for what is long in the making: downloads, sheets and coverage."""
    waiting: Waiting = field(init=False)
    """The downloads that have been made, or are, and wait for those who read them."""
    build: str = field(init=False)
    """What answers hang on beside the register: the code, and how the service is set up."""
    _token_key: str | None = None

    def __post_init__(self) -> None:
        shown = (_code(), self.settings, self.site.palette, sorted(self.site.maps.items()), self.codes)
        self.build = hashlib.sha256(repr(shown).encode()).hexdigest()
        self.ground = Ground.of(self.settings)
        self.making = BoundedSemaphore(self.settings.downloads_at_once)
        self.waiting = Waiting(self.settings.downloads_mb * 1_000_000, self.settings.stalled_seconds)

    def now(self) -> dict[str, Any]:
        """What statements are told of time: the moment, and the day where the clock is stopped."""
        return {"now": self.clock.now(), "day": self.clock.fixed}

    def take_place(self) -> None:
        """Takes a place among those who are served what is long in the making; `making.release` gives it back.

        Raises Occupied where all are taken.
        """
        if not self.making.acquire(blocking=False):
            raise Occupied(N_("As much is being made at a time as may be; try again in a moment."))

    async def token_key(self) -> str:
        """What page tokens are signed with; asked of the register once."""
        if self._token_key is None:
            [(self._token_key,)] = await self.reading.tuples(cursor.key(), {})
        return self._token_key


@cache
def _code() -> str:
    """What the package is made of, texts, pages and scripts too: all of it decides how an answer looks."""
    package = Path(__file__).parent.parent
    files = sorted(file for file in package.rglob("*") if file.is_file() and file.suffix != ".pyc")
    made_of = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        made_of.update(f"{file.relative_to(package)}\0{len(content)}\0".encode() + content)
    return made_of.hexdigest()


# Async though they wait for nothing: FastAPI would run each of them in a thread, at a third of a millisecond.


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _base(request: Request) -> str:
    """Where the service is known, without a slash at the end: as configured, else as the client addressed it."""
    service: Service = request.app.state.service
    return (service.settings.public_url or str(request.base_url)).rstrip("/")


async def _asked_once(request: Request) -> None:
    """A parameter that is no list is given once: of two different boxes neither can be meant.

    And no part of an address has a character that PostgreSQL has no text for.
    """
    if any("\0" in part for part in request.path_params.values() if isinstance(part, str)):
        raise NotFound(N_("No address has such a character."))
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name not in _lists_of(request):
            raise QuestionInvalid(name[:60], N_("give it once"))
        if name in spelt_otherwise():
            raise QuestionInvalid(name, N_("there is no such parameter here"))
        seen.add(name)


def _lists_of(request: Request) -> frozenset[str]:
    """The parameters that may be given several times here: what is a list of the items is one value of the map."""
    asked = [field.field_info.annotation for field in request.scope["route"].dependant.query_params]
    questions = tuple(one for one in asked if isinstance(one, type) and issubclass(one, BaseModel))
    return lists_of(*questions) if questions else repeatable()


async def _asked_nothing(request: Request) -> None:
    """An address without questions takes none, but for the form and the language every client may name."""
    taken = {"f": ("json", "html"), "lang": LANGUAGES}
    for name, value in request.query_params.items():
        if name not in taken:
            raise QuestionInvalid(name[:60], N_("there is no such parameter here"))
        if value not in taken[name]:
            raise QuestionInvalid(name, N_("it should be one of {expected}"), expected=", ".join(taken[name]))


AskedNothing = Depends(_asked_nothing)
AskedOnce = Depends(_asked_once)
TheService = Annotated[Service, Depends(_service)]
Base = Annotated[str, Depends(_base)]

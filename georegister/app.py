"""The service put together; nothing runs at import."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from georegister import __version__
from georegister.api import (
    areas,
    at,
    basemap,
    coverage,
    documents,
    embed,
    facts,
    forms,
    front,
    health,
    history,
    information,
    items,
    landing,
    loads,
    map_page,
    mappings,
    news,
    pages,
    places,
    problems,
    properties,
    rules,
    sectors,
    sheets,
    staff,
    strategies,
    thumbnails,
    tiles,
)
from georegister.api.conditional import CHECKED
from georegister.api.desk import Desk, worker_process
from georegister.api.guard import Guard, PublicCORS
from georegister.api.holdings import Holdings
from georegister.api.methods import Methods
from georegister.api.service import AskedOnce, Service
from georegister.api.upload import BODY_BYTES
from georegister.errors import SettingsInvalid
from georegister.loading.codes import read_codes
from georegister.maps.assets import STATIC
from georegister.maps.configuration import read_maps
from georegister.maps.palette import read_palette
from georegister.maps.site import Site
from georegister.register.database import Database, Reading
from georegister.sentence import N_
from georegister.settings import Settings, folder

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
SECURITY = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
BELOW = "/embed/"
"""What other sites may show in a frame, where the settings name them."""
EXPOSED = (
    *("ETag", "Link", "Content-Crs", "OGC-NumberMatched", "OGC-NumberReturned"),
    *("Content-Disposition", "Content-Language", "Retry-After", "Allow"),
)
"""The headers that scripts of other origins may read, beside those that all may."""
ROOMS = (
    health,
    landing,
    properties,
    items,
    areas,
    tiles,
    at,
    coverage,
    strategies,
    sectors,
    rules,
    places,
    documents,
    history,
    map_page,
    news,
    sheets,
    thumbnails,
    information,
    pages,
    basemap,
    embed,
    loads,
    mappings,
    facts,
    staff,
    forms,
    front,
)
"""What answers, in the order it is asked; the short addresses come after everything else."""


def create_app(settings: Settings, database: Database) -> FastAPI:
    """The service over a register. Raises SettingsInvalid where a map's configuration cannot be used, MappingInvalid
    where a code list cannot."""
    palette = settings.find("maps", "palette.toml")
    if palette is None:
        raise SettingsInvalid(N_("There is no maps/palette.toml."))
    own_maps = [settings.config / "maps"] if settings.config else []
    tiles_to = settings.basemap_zoom if settings.basemap else None
    site = Site(read_maps([*own_maps, folder("maps")]), read_palette(palette), tiles_to)
    reading = Reading(database, settings.pool_size)
    service = Service(
        settings,
        reading,
        settings.clock,
        site,
        read_codes(settings.config),
        Desk(database, settings, worker_process),
        Holdings(reading),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.reading.pool.open()
        yield
        await service.reading.pool.close()
        service.printing.close()

    app = WholeService(
        settings,
        title="georegister",
        version=__version__,
        lifespan=lifespan,
        max_body_size=BODY_BYTES,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    problems.install(app)
    for room in ROOMS:
        app.include_router(room.router, dependencies=[AskedOnce])
    app.mount("/static", CheckedFiles(directory=STATIC))
    app.state.first_words = {"static", *(_first_word(route) for room in ROOMS for route in room.router.routes)}
    app.include_router(front.short, dependencies=[AskedOnce])
    return app


class CheckedFiles(StaticFiles):
    """Files that browsers ask for anew each time, if only to hear that they are the same: pages and scripts of two
    versions do not go together."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = CHECKED
        return response


class WholeService(FastAPI):
    """FastAPI with what every answer passes, its own of what went wrong (413, 500) as well.

    Middleware that is added to it would not see those.
    """

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self._settings = settings

    def build_middleware_stack(self) -> ASGIApp:
        inner: ASGIApp = Methods(problems.TooLong(super().build_middleware_stack(), BODY_BYTES), self.router)
        public = PublicCORS(
            Guard(inner, self._settings.staff_token),
            allow_origins=["*"],
            # POST: questions that are too long for an address. It writes nowhere but where PublicCORS is not.
            allow_methods=["GET", "HEAD", "OPTIONS", "POST"],
            allow_headers=["Content-Type", "If-None-Match"],
            expose_headers=list(EXPOSED),
        )
        return OwnAddress(SecurityHeaders(public, self._settings.framed_by), self._settings.public_url)


def _first_word(route: BaseRoute) -> str:
    return str(getattr(route, "path", "/")).split("/")[1]


class SecurityHeaders:
    """What every answer says to the browser: only our own scripts and styles, and nobody frames us.

    But what lies below `/embed/`, and that by those alone who are named.
    """

    def __init__(self, app: ASGIApp, framed_by: Sequence[str] = ()) -> None:
        self.app = app
        # A browser that knows frame-ancestors takes no notice of the other, which cannot name anybody.
        self._unframed = {**SECURITY, b"content-security-policy": POLICY + b"'none'", b"x-frame-options": b"DENY"}
        self._framed = {**SECURITY, b"content-security-policy": POLICY + " ".join(framed_by).encode()}
        self._is_framed = bool(framed_by)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = self._framed if self._is_framed and scope.get("path", "").startswith(BELOW) else self._unframed

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *told.items()]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class OwnAddress:
    """Lets the router, which leads from an address with a slash at its end to that without, say where in our words.

    It would take the host from whoever asks, and so send others who share a cache with him wherever he likes.
    """

    def __init__(self, app: ASGIApp, base: str | None) -> None:
        self.app = app
        self._base = (base or "").rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def from_here(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 307:
                headers = MutableHeaders(raw=message["headers"])
                to = urlsplit(headers.get("location", "/"))
                headers["location"] = urlunsplit(("", "", f"{self._base}/{to.path.lstrip('/')}", to.query, ""))
            await send(message)

        await self.app(scope, receive, from_here if scope["type"] == "http" else send)

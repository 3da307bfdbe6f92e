"""Tiles of the background map, had from one configured source, kept, and handed on as if they were ours.

The source sees the server and nothing of the visitor; the browser sees us and nothing of the token. What comes is a
picture or it is refused. Each tile is fetched once however many ask for it, a few at a time, and a source that does
not answer is left in peace for a moment.
"""

import asyncio
import hashlib
import http.client
import logging
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

import morecantile

from georegister import __version__
from georegister.api.kept import Kept
from georegister.api.tiling import web_mercator_quad
from georegister.settings import Settings
from georegister.tile_source import TileSource

log = logging.getLogger(__name__)

SECONDS_A_TILE = 5.0
BYTES_A_TILE = 1_000_000
AT_ONCE, MOST_WAITING = 6, 96
"""Tiles that are fetched at a time, and that are under way before further ones are refused."""
FRESH_SECONDS = 86_400
MISSING_SECONDS, FAILED_SECONDS = 3600, 30
FAILURES_IN_A_ROW, PEACE_SECONDS = 5, 15
"""After so many tiles the source has failed, and is not asked for so long."""
ROOM_BYTES = 64_000_000
MOST_REDIRECTS = 3
CHUNK = 1 << 16
KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
NOT_THERE = (404, 410)


class Why(StrEnum):
    """Why there is no picture."""

    MISSING = "missing"
    FAILED = "failed"


@dataclass(frozen=True)
class Picture:
    """A tile as it came: its bytes, media type and ETag, and the monotonic second until which it is fresh."""

    body: bytes
    media_type: str
    etag: str
    until: float


@dataclass(frozen=True)
class _Without:
    why: Why
    until: float


Place = tuple[int, int, int]


@dataclass
class Ground:
    """The tiles of a source; one for the life of the service."""

    source: TileSource
    token: str | None
    tiles: Kept[Picture | _Without] = field(default_factory=lambda: Kept(ROOM_BYTES))
    _under_way: dict[Place, "asyncio.Task[Picture | Why]"] = field(default_factory=dict)
    _failures: int = 0
    _peace_until: float = 0.0

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="basemap")
        self._opener = urllib.request.build_opener(_SamePlace())

    @classmethod
    def of(cls, settings: Settings) -> "Ground | None":
        """That of the settings, if they say one."""
        token = settings.basemap_token.get_secret_value() if settings.basemap_token else None
        return cls(settings.tile_source, token) if settings.tile_source else None

    async def tile(self, zoom: int, row: int, col: int) -> Picture | Why:
        """A tile; one that is no longer fresh where the source fails."""
        place = (zoom, row, col)
        known = self.tiles.get(repr(place))
        if known is not None and known.until > time.monotonic():
            return known if isinstance(known, Picture) else known.why
        had = known if isinstance(known, Picture) else None
        under_way = self._under_way.get(place)
        if under_way is None:
            if time.monotonic() < self._peace_until or len(self._under_way) >= MOST_WAITING:
                return had or Why.FAILED
            under_way = self._under_way[place] = asyncio.create_task(self._brought(place))
            under_way.add_done_callback(lambda _: self._under_way.pop(place, None))
        try:
            # The fetch goes on for whoever asks next, however many have gone away.
            found = await asyncio.wait_for(asyncio.shield(under_way), SECONDS_A_TILE + 1)
        except TimeoutError:
            found = Why.FAILED
        return had if had and found is Why.FAILED else found

    async def _brought(self, place: Place) -> Picture | Why:
        found = await asyncio.get_running_loop().run_in_executor(self._pool, self._fetched, place)
        now = time.monotonic()
        if isinstance(found, Picture):
            self._failures = 0
            self.tiles.put(repr(place), found, len(found.body) + 200)
            return found
        if found is Why.MISSING:
            self._failures = 0
            self.tiles.put(repr(place), _Without(found, now + MISSING_SECONDS), 200)
            return found
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self._peace_until = now + PEACE_SECONDS
        if not isinstance(self.tiles.get(repr(place)), Picture):
            self.tiles.put(repr(place), _Without(found, now + FAILED_SECONDS), 200)
        return found

    def _fetched(self, place: Place) -> Picture | Why:
        """What the source answers; runs on a thread. Its address is never logged: the token stands in it."""
        zoom, row, col = place
        deadline = time.monotonic() + SECONDS_A_TILE
        try:
            address = self.source.address(zoom, row, col, lambda: _box(place), self.token)
            asked = {"User-Agent": f"georegister/{__version__}", "Accept": "image/png, image/jpeg, image/webp"}
            request = urllib.request.Request(address, headers=asked)  # noqa: S310  # checked with the settings
            with self._opener.open(request, timeout=SECONDS_A_TILE) as answer:
                if answer.status == 204:
                    return Why.MISSING
                said = answer.headers.get_content_type()
                body = _whole(answer, deadline)
        except urllib.error.HTTPError as error:
            with error:
                return Why.MISSING if error.code in NOT_THERE else self._failed(place, f"it answers {error.code}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return self._failed(place, type(getattr(error, "reason", error)).__name__)
        kind = _kind(body)
        if kind is None or said != kind:
            return self._failed(place, "it is no picture of a kind that is handed on")
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return Picture(body, kind, tag, time.monotonic() + FRESH_SECONDS)

    def _failed(self, place: Place, reason: str) -> Why:
        log.warning("the background map's tile %d/%d/%d of %s failed: %s", *place, self.source.host, reason)
        return Why.FAILED


def _box(place: Place) -> tuple[float, float, float, float]:
    zoom, row, col = place
    box = web_mercator_quad().xy_bounds(morecantile.Tile(col, row, zoom))
    return box.left, box.bottom, box.right, box.top


def _whole(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Raises ValueError where it is too large, too slow or cut short."""
    parts, size = [], 0
    while chunk := answer.read1(CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > BYTES_A_TILE or time.monotonic() > deadline:
            raise ValueError
    if answer.length:
        raise ValueError
    return b"".join(parts)


def _kind(body: bytes) -> str | None:
    """The media type that the first bytes tell."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begins, kind in KINDS.items() if body.startswith(begins)), None)


class _SamePlace(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only where it stays with the host that is configured; else it is an error like others."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)

"""Validators of answers, and whether the client still has a true one (RFC 9110, 8.8.3 and 13.1.2).

A room whose router has `route_class=Conditional` answers 304 where nothing it shows has changed, without making the
answer. What it shows hangs on nothing but the state of the register on the legal day, the address, the language and
form that are asked for, and how the service was built and set up.
"""

import hashlib
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute

from georegister import __version__
from georegister.api.accepted import weighed
from georegister.api.html import every_municipality
from georegister.api.responses import Stamped
from georegister.api.service import Service
from georegister.register import municipalities
from georegister.register.database import Row

NEGOTIATED = ("Accept", "Accept-Language")
CHECKED = "public, no-cache"
"""Anybody may keep it, and asks each time whether it is still true."""


def etag(*parts: str, encoding: str = "") -> str:
    """A strong ETag: another for another build, and for each encoding of the bytes."""
    digest = hashlib.sha256("\0".join((__version__, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f'"{digest}{f"-{encoding}" if encoding else ""}"'


def still_true(request: Request, tag: str) -> bool:
    """Whether the client names this answer among those it has: then 304 is enough."""
    named = request.headers.get("if-none-match", "")
    return named.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in named.split(",")}


class Conditional(APIRoute):
    """A route that gives each answer an ETag, and 304 to who has it.

    The ETag is weak where the bytes are others each time though they say the same: they tell when they were made.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        make = super().get_route_handler()
        return _remembering(make) if "GET" in (self.methods or ()) else make


def stamped(request: Request) -> None:
    """Says that the answer's bytes tell when it was made."""
    request.state.is_stamped = True


def _remembering(
    make: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        # The state is read first: a load that comes between can only make the answer newer than its ETag.
        tag = await _tag(request)
        whatever_there_is = request.headers.get("if-none-match", "").strip() == "*"
        if not whatever_there_is and still_true(request, tag):
            return Response(status_code=304, headers=_headers(tag, NEGOTIATED))
        response = await make(request)
        if response.status_code != 200:
            return response
        told = [name.strip() for name in response.headers.get("vary", "").split(",") if name.strip()]
        headers = _headers(tag, dict.fromkeys([*told, *NEGOTIATED]))
        is_file = isinstance(response, StreamingResponse) or "content-disposition" in response.headers
        if whatever_there_is and not is_file:
            return Response(status_code=304, headers=headers)
        if is_file or isinstance(response, Stamped) or getattr(request.state, "is_stamped", False):
            headers["ETag"] = f"W/{tag}"
        response.headers.update({"Cache-Control": response.headers.get("cache-control", CHECKED), **headers})
        return response

    return answer


def _headers(tag: str, vary: Iterable[str]) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": CHECKED, "Vary": ", ".join(vary)}


async def _tag(request: Request) -> str:
    service: Service = request.app.state.service
    of = _municipality_of(request)
    values = {**service.now(), "of": of}
    statement = municipalities.state(of is not None, and_when=True)
    # Pages say as of when they show the register.
    [(state, request.state.told_at)] = await service.reading.tuples(statement, values)
    request.state.municipalities = await _municipalities(service, f"{of} {state}")
    negotiated = (request.headers.get(name, "").lower() for name in NEGOTIATED)
    base = service.settings.public_url or str(request.base_url)
    return etag(service.build, str(state), base, request.url.path, request.url.query, *negotiated)


async def _municipalities(service: Service, state: str) -> dict[str, Row]:
    """All municipalities by their codes, asked for once in each state of the register."""
    known = service.municipalities.get(state)
    if known is None:
        known = await every_municipality(service)
        service.municipalities.put(state, known)
    return known


def _municipality_of(request: Request) -> str | None:
    """The municipality whose register alone is shown: that of the id in the address; None for that of them all."""
    code = str(request.path_params.get("id_", "")).split("-", 1)[0]
    return code if code.isascii() and code.isalnum() else None


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes gzip (RFC 9110, 12.5.3)."""
    weights = weighed(request.headers.get("accept-encoding"))
    return weights.get("gzip", weights.get("*", 0)) > 0

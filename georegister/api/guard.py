"""Who may see and do what is for staff, until accounts come: whoever has the token.

`/loads`, `/facts`, `/mappings` and what is below them want it in the header `Authorization: Bearer ...`, before a byte
of a body is read. The pages under `/staff` hold nothing but what is public and ask for it. No answer to either is
stored, and none can be read by a script of another origin.
"""

import secrets
import time
from collections import OrderedDict, deque

from fastapi import Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import Response
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from georegister.api.problems import problem
from georegister.sentence import N_, Sentence

GUARDED = ("/loads", "/facts", "/mappings")
GUESSES = 10
WINDOW_SECONDS = 60
REMEMBERED = 10_000


def _is_below(path: str, *places: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


class PublicCORS(CORSMiddleware):
    """Reading is open to scripts of any origin; what is for staff is not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_staff = scope["type"] == "http" and _is_below(scope["path"], *GUARDED, "/staff")
        await (self.app if is_staff else super().__call__)(scope, receive, send)


class Guard:
    """Lets through to what is guarded only who has the token; an address that guesses is told to wait."""

    def __init__(self, app: ASGIApp, token: SecretStr | None) -> None:
        self.app = app
        self.token = token
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_below(scope["path"], *GUARDED, "/staff"):
            await self.app(scope, receive, send)
            return

        async def unstored(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"cache-control", b"no-store")]
            await send(message)

        refusal = self._refusal(Request(scope)) if _is_below(scope["path"], *GUARDED) else None
        await (refusal or self.app)(scope, receive, unstored)

    def _refusal(self, request: Request) -> Response | None:
        if self.token is None:
            return problem(
                request,
                403,
                N_("Loading by HTTP is off"),
                Sentence(N_("No staff token is set on this server; set GEOREGISTER_STAFF_TOKEN and start it again.")),
            )
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        # Whoever has the token is never made to wait for what others guess: behind a proxy all may have one address.
        if scheme.casefold() == "bearer" and secrets.compare_digest(
            given.strip().encode("latin-1"), self.token.get_secret_value().encode()
        ):
            return None
        who = request.client.host if request.client else ""
        wait = self._wait(who)
        if wait > 0:
            later = Sentence(N_("Try again in {seconds} seconds."), {"seconds": wait})
            response = problem(request, 429, N_("Too many wrong tokens"), later)
            response.headers["Retry-After"] = str(wait)
            return response
        if given:
            self._note_failure(who)
        how = Sentence(N_("Give it in the header: Authorization: Bearer TOKEN."))
        response = problem(request, 401, N_("The staff token is wanted"), how)
        response.headers["WWW-Authenticate"] = 'Bearer realm="georegister"'
        return response

    def _wait(self, who: str) -> int:
        """How many seconds an address that guessed wrong too often is told to wait."""
        failed = self._failed.get(who, deque())
        now = time.monotonic()
        while failed and failed[0] < now - WINDOW_SECONDS:
            failed.popleft()
        return int(failed[0] + WINDOW_SECONDS - now) + 1 if len(failed) >= GUESSES else 0

    def _note_failure(self, who: str) -> None:
        self._failed.setdefault(who, deque(maxlen=GUESSES)).append(time.monotonic())
        self._failed.move_to_end(who)
        if len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)

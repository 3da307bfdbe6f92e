"""HEAD and OPTIONS at every address that can be read (RFC 9110, 9.3.2 and 9.3.7).

`Allow` is asked of the routes themselves, so that it says what is true; a 405 says the same.
"""

from fastapi.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = "georegister.head"
"""Stands in the scope where only the head of an answer is wanted, for who would make a file."""
ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Methods:
    """Answers HEAD as GET without its body, and OPTIONS with what an address takes."""

    def __init__(self, app: ASGIApp, router: Router) -> None:
        self.app = app
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        elif scope["method"] == "OPTIONS" and (allowed := self._allowed(scope)):
            await Response(status_code=204, headers={"Allow": allowed})(scope, receive, send)
        else:
            await self.app(scope, receive, self._telling_what_is_allowed(scope, send))

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever writes the body is told, once the head is out, that nobody listens any more."""
        begun = False

        async def gone() -> Message:
            return {"type": "http.disconnect"} if begun else await receive()

        async def head(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                await send(message)
            elif not begun:
                begun = True
                await send({"type": "http.response.body", "body": b""})

        await self.app({**scope, "method": "GET", HEAD: True}, gone, head)

    def _telling_what_is_allowed(self, scope: Scope, send: Send) -> Send:
        async def truly(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                kept = [(name, value) for name, value in message["headers"] if name != b"allow"]
                message["headers"] = [*kept, (b"allow", self._allowed(scope).encode())]
            await send(message)

        return truly

    def _allowed(self, scope: Scope) -> str:
        """The methods that some route takes at this address, or nothing where there is none."""
        taken = [
            method
            for method in ASKED
            if any(_takes(route, {**scope, "method": method}) for route in self._router.routes)
        ]
        head = ["GET", "HEAD"] if "GET" in taken else []
        return ", ".join([*head, *(method for method in taken if method != "GET"), "OPTIONS"]) if taken else ""


def _takes(route: BaseRoute, scope: Scope) -> bool:
    """Files are only read, whatever the mount of their folder says."""
    return route.matches(scope)[0] is Match.FULL and (scope["method"] == "GET" or not isinstance(route, Mount))

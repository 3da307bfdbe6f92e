"""Errors as RFC 9457 problem documents, and the one table of status codes."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from georegister.api.html import VARY, problem_page, translator_of, wants_html
from georegister.complaints import complaint
from georegister.errors import (
    DeliveryRefused,
    EntryInvalid,
    GeoregisterError,
    Gone,
    LoadConflict,
    MappingNotKept,
    MappingTaken,
    NotFound,
    Occupied,
    PlaceAmbiguous,
    PlaceUnknown,
    PlanUnknown,
    PrintingUnavailable,
    QuestionInvalid,
    RegisterUnavailable,
    UndoRefused,
)
from georegister.sentence import N_, Sentence

log = logging.getLogger(__name__)

STATUS: dict[type[GeoregisterError], tuple[int, str]] = {
    QuestionInvalid: (400, N_("The question cannot be asked like this")),
    PlaceAmbiguous: (400, N_("Several places are called so")),
    NotFound: (404, N_("Not found")),
    Gone: (410, N_("No longer in the register")),
    UndoRefused: (409, N_("The load cannot be taken back")),
    MappingTaken: (409, N_("There is one of that name")),
    MappingNotKept: (403, N_("No mapping can be saved here")),
    LoadConflict: (409, N_("Not as it stands")),
    DeliveryRefused: (422, N_("The delivery is refused")),
    RegisterUnavailable: (503, N_("The register does not answer")),
    Occupied: (503, N_("There is no room for this just now")),
    PrintingUnavailable: (503, N_("The sheet cannot be printed just now")),
}
TITLES = {
    404: N_("Not found"),
    405: N_("This method is not allowed here"),
    413: N_("The request is too large"),
    415: N_("This kind of content is not taken here"),
    422: N_("Not the same request"),
    429: N_("Too many at once"),
}
BY_THE_FRAMEWORK = {
    404: N_("No page and no data has this address."),
    405: N_("The address is there, but it cannot be asked in this way."),
}
FOR_PEOPLE = {
    400: (N_("That cannot be asked"), N_("Something in the address is not understood.")),
    401: (N_("This is for staff"), N_("Open it from the staff pages, with the token.")),
    403: (N_("Loading by HTTP is off"), N_("No staff token is set on this server.")),
    404: (N_("There is no such page"), N_("There is nothing at this address, or nothing yet on the day shown.")),
    410: (N_("This has been withdrawn"), N_("The register no longer vouches for it.")),
    409: (N_("That cannot be done now"), N_("Something that came later stands in the way.")),
    500: (N_("Something went wrong here"), N_("It is our fault and has been written down. Try again later.")),
    503: (N_("The register does not answer just now"), N_("Try again in a moment.")),
}
PRINTING = (N_("This cannot be printed just now"), N_("The page without “.pdf” or “.png” shows the same."))
OCCUPIED = (N_("There is no room for this just now"), N_("Much is asked for at a time. Try again in a moment."))
INSTEAD = {STATUS[PrintingUnavailable][1]: PRINTING, STATUS[Occupied][1]: OCCUPIED}
"""For people in place of what else a 503 is told with."""
RETRY_SECONDS = 5


def problem(request: Request, status: int, title: str, detail: Sentence, **more: Any) -> Response:
    """A page for people; for programs a problem document, `more` being members of our own (RFC 9457, 3.2).

    Both in the reader's language. A program that names none reads English, as the names of the members are.
    """
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if wants_html(request):
        words = FOR_PEOPLE.get(status, FOR_PEOPLE[400 if status < 500 else 500])
        words = INSTEAD.get(title, words)
        said = translator_of(request, None).tell(detail)
        nearest = more.get("plans", ())
        return problem_page(request, request.app.state.service, words, said, status, headers, more.get("was"), nearest)
    t = translator_of(request, None, otherwise="en")
    return JSONResponse(
        {
            "type": "about:blank",
            "title": t.say(title),
            "status": status,
            "detail": t.tell(detail),
            "instance": request.url.path,
            **{name: t.tell(value) if isinstance(value, Sentence) else value for name, value in more.items()},
        },
        status,
        {**headers, **VARY, "Content-Language": t.language},
        media_type="application/problem+json",
    )


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, GeoregisterError)
    for kind, (status, title) in STATUS.items():
        if isinstance(error, kind):
            more: dict[str, Any] = {}
            if isinstance(error, QuestionInvalid):
                more = {"parameter": error.parameter}
            elif isinstance(error, PlaceAmbiguous):
                more = {"parameter": error.parameter, "candidates": list(error.candidates)}
            elif isinstance(error, PlanUnknown):
                more = {"plans": [dict(one) for one in error.nearest]}
            elif isinstance(error, PlaceUnknown):
                more = {"nearest": list(error.nearest)}
            elif isinstance(error, Gone) and error.was:
                more = {"was": dict(error.was)}
            elif isinstance(error, EntryInvalid):
                more = {"field": error.field, "reason": error.reason}
            elif isinstance(error, MappingTaken):
                more = {"own": error.is_own}
            elif isinstance(error, UndoRefused):
                more = {"loads": list(error.loads)}
            return problem(request, status, title, error.sentence, **more)
    return _unforeseen(request, error)


def _invalid(request: Request, error: Exception) -> Response:
    """A parameter that is misspelt or has a bad value: 400, as OGC 17-069r4 asks, not FastAPI's 422.

    In a body the `pointer` (RFC 6901) says where, and the `parameter` says the same with dots.
    """
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _unreadable(request, str(first.get("ctx", {}).get("error", "")))
    where, *place = [str(part) for part in first["loc"]]
    in_body = where == "body"
    parameter = (".".join(place) if in_body else "".join(place[:1])) or (where if in_body else "request")
    said = {"parameter": parameter[: 200 if in_body else 60], "reason": complaint(first)}
    if first["type"] == "extra_forbidden":
        detail = Sentence(N_("There is no parameter {parameter!r} here."), said)
    else:
        detail = Sentence("{parameter}: {reason}.", said)
    more = {"parameter": said["parameter"]}
    if in_body:
        escaped = [part.replace("~", "~0").replace("/", "~1") for part in place]
        more["pointer"] = "".join(f"/{part}" for part in escaped)[:200]
    return problem(request, 400, STATUS[QuestionInvalid][1], detail, **more)


def _unreadable(request: Request, reason: str = "") -> Response:
    if reason:
        detail = Sentence(N_("body: it is no JSON that can be read ({reason})."), {"reason": reason})
    else:
        detail = Sentence(N_("body: it is no JSON that can be read."))
    return problem(request, 400, STATUS[QuestionInvalid][1], detail, parameter="body", pointer="")


def _detail(error: HTTPException) -> Sentence:
    """What a handler of ours says; what the framework says in its own English is said in our words."""
    if isinstance(error.detail, Sentence):
        return error.detail
    return Sentence(BY_THE_FRAMEWORK.get(error.status_code, str(error.detail)))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        # Only FastAPI says so, of a body that is no text or nested too deeply.
        return _unreadable(request)
    response = problem(request, error.status_code, TITLES.get(error.status_code, N_("Error")), _detail(error))
    response.headers.update(error.headers or {})
    return response


def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen error at %s", request.url.path, exc_info=error)
    detail = Sentence(N_("The error has been written to the log."))
    return problem(request, 500, N_("Something went wrong here"), detail)


class TooLong:
    """Says in our words that a body is too long, which the framework does as plain text of its own."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self._detail = Sentence(N_("At most {megabytes} MB are taken."), {"megabytes": most // 1_000_000})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = False

        async def in_our_words(message: Message) -> None:
            nonlocal is_ours
            if message["type"] == "http.response.start" and message["status"] == 413:
                is_ours = Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")
                if is_ours:
                    ours = problem(Request(scope), 413, TITLES[413], self._detail)
                    await ours(scope, receive, send)
            if not is_ours:
                await send(message)

        await self.app(scope, receive, in_our_words)


def install(app: FastAPI) -> None:
    """Lets every error answer as a problem document."""
    app.add_exception_handler(GeoregisterError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)

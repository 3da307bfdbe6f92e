"""Errors as RFC 9457 problem documents, and the one table of status codes."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from georegister.api.html import problem_page, wants_html
from georegister.domain.rule import N_
from georegister.errors import (
    DeliveryRefused,
    EntryInvalid,
    GeoregisterError,
    Gone,
    LoadConflict,
    MappingNotKept,
    MappingTaken,
    NotFound,
    QuestionInvalid,
    RegisterUnavailable,
    UndoRefused,
)

log = logging.getLogger(__name__)

STATUS: dict[type[GeoregisterError], tuple[int, str]] = {
    QuestionInvalid: (400, "The question cannot be asked like this"),
    NotFound: (404, "Not found"),
    Gone: (410, "No longer in the register"),
    UndoRefused: (409, "The load cannot be taken back"),
    MappingTaken: (409, "There is one of that name"),
    MappingNotKept: (403, "No mapping can be saved here"),
    LoadConflict: (409, "Not as it stands"),
    DeliveryRefused: (422, "The delivery is refused"),
    RegisterUnavailable: (503, "The register does not answer"),
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
RETRY_SECONDS = 5


def problem(request: Request, status: int, title: str, detail: str, **more: Any) -> Response:
    """A page for people; for programs a problem document, `more` being members of our own (RFC 9457, 3.2)."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    if wants_html(request):
        words = FOR_PEOPLE.get(status, FOR_PEOPLE[400 if status < 500 else 500])
        return problem_page(request, request.app.state.service, words, detail, status, headers, more.get("was"))
    return JSONResponse(
        {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": request.url.path,
            **more,
        },
        status,
        headers,
        media_type="application/problem+json",
    )


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, GeoregisterError)
    for kind, (status, title) in STATUS.items():
        if isinstance(error, kind):
            more: dict[str, Any] = {}
            if isinstance(error, QuestionInvalid):
                more = {"parameter": error.parameter}
            elif isinstance(error, Gone) and error.was:
                more = {"was": dict(error.was)}
            elif isinstance(error, EntryInvalid):
                more = {"field": error.field, "reason": error.reason}
            elif isinstance(error, MappingTaken):
                more = {"own": error.is_own}
            elif isinstance(error, UndoRefused):
                more = {"loads": list(error.loads)}
            return problem(request, status, title, str(error), **more)
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
    if first["type"] == "extra_forbidden":
        detail = f"There is no parameter {parameter[:60]!r} here."
    else:
        detail = f"{parameter[:200]}: {str(first['msg']).removeprefix('Value error, ')}."
    more = {"parameter": parameter[: 200 if in_body else 60]}
    if in_body:
        escaped = [part.replace("~", "~0").replace("/", "~1") for part in place]
        more["pointer"] = "".join(f"/{part}" for part in escaped)[:200]
    return problem(request, 400, STATUS[QuestionInvalid][1], detail, **more)


def _unreadable(request: Request, reason: str = "") -> Response:
    detail = f"body: it is no JSON that can be read{f' ({reason})' if reason else ''}."
    return problem(request, 400, STATUS[QuestionInvalid][1], detail, parameter="body", pointer="")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        # Only FastAPI says so, of a body that is no text or nested too deeply.
        return _unreadable(request)
    titles = {
        404: "Not found",
        405: "This method is not allowed here",
        413: "The file is too large",
        415: "This kind of content is not taken here",
        422: "Not the same request",
        429: "Too many at once",
    }
    response = problem(request, error.status_code, titles.get(error.status_code, "Error"), str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen error at %s", request.url.path, exc_info=error)
    return problem(request, 500, "Something went wrong here", "The error has been written to the log.")


def install(app: FastAPI) -> None:
    """Lets every error answer as a problem document."""
    app.add_exception_handler(GeoregisterError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)

"""Pages as answers: who wants one, in which language, and whose register it shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import URL

from georegister.api import rights
from georegister.api.responses import GEOJSON, HTML
from georegister.api.service import Service
from georegister.errors import NotFound
from georegister.language import LANGUAGES, Translator, preferred, translator
from georegister.maps import sentences
from georegister.register import municipalities
from georegister.register.database import Row
from georegister.sentence import N_

VARY = {"Vary": "Accept, Accept-Language"}


def wants_html(request: Request, form: str | None = None) -> bool:
    """Whether the client is a browser, by what it accepts first, unless the address says a form."""
    if form:
        return form == "html"
    return "text/html" in request.headers.get("accept", "") and not wants_json(request)


def wants_json(request: Request) -> bool:
    """Whether the client asks for JSON outright: of what is a page first of all, everybody else gets the page."""
    return request.headers.get("accept", "").startswith(("application/json", GEOJSON))


def translator_of(request: Request, language: str | None, otherwise: str = LANGUAGES[0]) -> Translator:
    """The reader's language: as the address says, else as the browser asks, `otherwise` where neither does."""
    asked = language or request.query_params.get("lang")
    return translator(asked if asked in LANGUAGES else preferred(request.headers.get("accept-language"), otherwise))


async def municipality_row(service: Service, code: str) -> Row:
    """Raises NotFound."""
    rows = await service.reading.rows(municipalities.one(), {"code": code})
    if not rows:
        raise NotFound(N_("There is no municipality {code!r} in the register yet."), code=code[:12])
    return rows[0]


def page(
    request: Request,
    service: Service,
    template: str,
    t: Translator,
    *,
    of: Row | None = None,
    day: date | None = None,
    asked: str | None = None,
    **context: Any,
) -> Response:
    """A page; `of` is the municipality whose register it shows, `day` the legal day if it is not today.

    A page that answers a question says it in words, `asked`, and leads to the same answer as JSON and to its downloads.
    """
    frame = {
        "municipality": of["code"] if of else None,
        "municipality_name": t.choose(of["names"], of["languages"]) if of else None,
        "jurisdiction": of["jurisdiction"] if of else None,
        "shown_for": (day or service.clock.today(ZoneInfo(of["time_zone"]))) if of else None,
        "language_links": _language_links(request),
        "asked": asked,
        "as_json": _relative(request.url.include_query_params(f="json")),
        "asked_above": False,
        "downloads": {},
        "rights": rights.shown(service.settings),
    }
    html = service.site.page(template, t.language, **{**frame, **context})
    return Response(html, media_type=HTML, headers={**VARY, "Content-Language": t.language})


def problem_page(
    request: Request,
    service: Service,
    words: tuple[str, str],
    detail: str,
    status: int,
    headers: dict[str, str],
    was: Mapping[str, Any] | None = None,
) -> Response:
    """An error as a page, for people: a title and a sentence in their language, and what exactly, in English.

    `was` is the plan that has been withdrawn, where that is the error; it is told in their language.
    """
    t = translator_of(request, None)
    title, sentence = (t.say(said) for said in words)
    told = sentences.withdrawn(was, t) if was else None
    response = page(request, service, "problem.html", t, title=title, sentence=sentence, detail=detail, told=told)
    response.status_code = status
    response.headers.update(headers)
    return response


def _language_links(request: Request) -> list[tuple[str, str]]:
    return [(language, _relative(request.url.include_query_params(lang=language))) for language in LANGUAGES]


def _relative(url: URL) -> str:
    return str(url.replace(scheme="", netloc=""))

"""Pages as answers: who wants one, in which language, and whose register it shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import URL

from georegister.api import rights
from georegister.api.accepted import best_first
from georegister.api.responses import GEOJSON, HTML, JSON
from georegister.api.service import Service
from georegister.errors import NotFound
from georegister.language import LANGUAGES, Translator, preferred, translator
from georegister.maps import sentences
from georegister.register import municipalities
from georegister.register.database import Row
from georegister.register.questions import Moment
from georegister.sentence import N_

VARY = {"Vary": "Accept, Accept-Language"}
NO_SUCH_MUNICIPALITY = N_("There is no municipality {code!r} in the register yet.")


def wants_html(request: Request, form: str | None = None) -> bool:
    """Whether the client is a browser, by what it accepts, unless the address says a form."""
    if form:
        return form == "html"
    return HTML in best_first(request.headers.get("accept")) and not wants_json(request)


def wants_json(request: Request) -> bool:
    """Whether the client asks for JSON outright: of what is a page first of all, everybody else gets the page."""
    return next(iter(best_first(request.headers.get("accept"))), "") in (JSON, GEOJSON)


def translator_of(request: Request, language: str | None, otherwise: str = LANGUAGES[0]) -> Translator:
    """The reader's language: as the address says, else as the browser asks, `otherwise` where neither does."""
    asked = language or request.query_params.get("lang")
    if asked in LANGUAGES:
        return translator(asked)
    return translator(preferred(best_first(request.headers.get("accept-language")), otherwise))


async def municipality_row(service: Service, code: str, question: Moment | None = None) -> Row:
    """One municipality with its outline, by the knowledge that is asked for. Raises NotFound."""
    values = {"code": code, "known_at": question.known_at if question else None}
    rows = await service.reading.rows(municipalities.one(bool(question and question.in_past)), values)
    if not rows:
        raise NotFound(NO_SUCH_MUNICIPALITY, code=code[:12])
    return rows[0]


async def every_municipality(service: Service) -> dict[str, Row]:
    """All municipalities by their codes, in their order, without outlines."""
    return {row["code"]: row for row in await service.reading.rows(municipalities.everything(), {})}


async def municipalities_of(request: Request, service: Service) -> Mapping[str, Row]:
    """The same for a request, asked for once: on a `Conditional` route it has been already."""
    known: Mapping[str, Row] | None = getattr(request.state, "municipalities", None)
    if known is None:
        known = request.state.municipalities = await every_municipality(service)
    return known


async def municipality_of_code(request: Request, service: Service, code: str) -> Row:
    """The same of one. Raises NotFound."""
    known = await municipalities_of(request, service)
    if code not in known:
        raise NotFound(NO_SUCH_MUNICIPALITY, code=code[:12])
    return known[code]


def the_only(known: Mapping[str, Row], codes: Sequence[str]) -> Row | None:
    """The municipality that is asked for, where it is one: its page is framed as its own."""
    return known.get(codes[0]) if len(set(codes)) == 1 else None


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
        "municipality_contact": of["contact"] if of else None,
        "shown_for": (day or service.clock.today(ZoneInfo(of["time_zone"]))) if of else None,
        "told_on": _told_on(request, of),
        "own_path": request.url.path,
        "language_links": language_links(request),
        "asked": asked,
        "as_json": relative(request.url.include_query_params(f="json")),
        "asked_above": False,
        "downloads": {},
        "rights": rights.shown(service.settings),
    }
    html = service.site.page(template, t.language, **{**frame, **context})
    return Response(html, media_type=HTML, headers={**VARY, "Content-Language": t.language})


def _told_on(request: Request, of: Row | None) -> date | None:
    """The day on which the register was last told anything of what the page shows, where that is known."""
    told_at: datetime | None = getattr(request.state, "told_at", None)
    return told_at.astimezone(ZoneInfo(of["time_zone"]) if of else UTC).date() if told_at else None


def problem_page(
    request: Request,
    service: Service,
    words: tuple[str, str],
    detail: str,
    status: int,
    headers: dict[str, str],
    was: Mapping[str, Any] | None = None,
    nearest: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """An error as a page, for people: a title, a sentence, and what exactly.

    `was` is the plan that has been withdrawn, where that is the error; `nearest` are plans that may have been meant.
    """
    t = translator_of(request, None)
    title, sentence = (t.say(said) for said in words)
    response = page(
        request,
        service,
        "problem.html",
        t,
        title=title,
        sentence=sentence,
        detail=detail,
        told=sentences.withdrawn(was, t) if was else [],
        replaced_by=was["replaced_by"] if was else [],
        nearest=[{**one, "title": t.choose(one["titles"], one["languages"])} for one in nearest],
        status=status,
    )
    response.status_code = status
    response.headers.update(headers)
    return response


def language_links(request: Request) -> list[tuple[str, str]]:
    """This very page in each language."""
    return [(language, relative(request.url.include_query_params(lang=language))) for language in LANGUAGES]


def sheet_address(path: str, request: Request, t: Translator) -> str:
    """Where the same is on paper, by the same question."""
    return f"{path}/sheet?{urlencode({**asked_of(request), 'lang': t.language}, safe=',:')}"


def asked_of(request: Request) -> dict[str, str]:
    """The question of an address without its form and language; what is given several times has commas between."""
    names = dict.fromkeys(name for name in request.query_params if name not in ("f", "lang"))
    return {name: ",".join(request.query_params.getlist(name)) for name in names}


def relative(url: URL) -> str:
    """An address of ours without its host."""
    return str(url.replace(scheme="", netloc=""))

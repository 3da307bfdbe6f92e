"""Sheets of paper: a plan, a view of the map or a search, as a page that prints well, as tagged PDF and as PNG."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from georegister.api import sheet_content
from georegister.api.conditional import Conditional, etag
from georegister.api.html import VARY, asked_of, language_links, municipalities_of, translator_of
from georegister.api.items import moved, moved_to
from georegister.api.map_search import SheetSearch
from georegister.api.methods import HEAD
from georegister.api.responses import HTML
from georegister.api.service import Base, Service, TheService
from georegister.api.sheet_content import Sheet
from georegister.errors import Occupied
from georegister.language import Translator
from georegister.maps.printing import STYLE, Job
from georegister.register import features, municipalities
from georegister.register.place_questions import FieldSearch
from georegister.register.questions import Language, Moment

router = APIRouter(route_class=Conditional)
PDF, PNG = "application/pdf", "image/png"
Form = Literal["html", "pdf", "png"]
MEDIA_TYPES: dict[Form, str] = {"html": HTML, "pdf": PDF, "png": PNG}
WAIT_SECONDS, LOOK_SECONDS = 60.0, 0.05


class PlanSheetSearch(Moment):
    """What can be asked of a plan's sheet."""

    lang: Language | None = None


class SearchSheetSearch(FieldSearch):
    """What can be asked of a search's sheet."""

    f: Literal["html"] | None = None


@router.get("/plans/{id_}/sheet")
@router.get("/plans/{id_}/sheet.pdf")
@router.get("/plans/{id_}/sheet.png")
async def plan_sheet(
    id_: str, request: Request, service: TheService, base: Base, question: Annotated[PlanSheetSearch, Query()]
) -> Response:
    """One plan on paper: what it is, how far it is, where to answer, where it lies."""
    t = translator_of(request, question.lang)

    async def gather() -> Sheet | None:
        return await sheet_content.of_plan(service, base, t, id_, question)

    answer = await _answer(request, service, base, t, gather, question, id_)
    if answer:
        return answer
    its_end = request.url.path.rpartition("/")[2]
    return moved(request, f"{base}/plans/{await moved_to(service, id_, question)}/{its_end}")


@router.get("/map/sheet")
@router.get("/map/sheet.pdf")
@router.get("/map/sheet.png")
async def map_sheet(
    request: Request, service: TheService, base: Base, question: Annotated[SheetSearch, Query()]
) -> Response:
    """A view of the map on paper, with its plans in order."""
    t = translator_of(request, question.lang)
    known = await municipalities_of(request, service)

    async def gather() -> Sheet:
        return await sheet_content.of_view(service, base, t, known, question, asked_of(request))

    moment = Moment.model_validate({"datetime": question.day.isoformat()} if question.day else {})
    answer = await _answer(request, service, base, t, gather, moment, "map")
    assert answer  # a view without plans is a sheet too
    return answer


@router.get("/search/sheet")
@router.get("/search/sheet.pdf")
@router.get("/search/sheet.png")
async def search_sheet(
    request: Request, service: TheService, base: Base, question: Annotated[SearchSheetSearch, Query()]
) -> Response:
    """What a search finds, on paper."""
    t = translator_of(request, question.lang)

    async def gather() -> Sheet:
        return await sheet_content.of_search(service, base, t, question)

    answer = await _answer(request, service, base, t, gather, Moment(), "search")
    assert answer  # a search that finds nothing is a sheet too
    return answer


async def _answer(
    request: Request,
    service: Service,
    base: str,
    t: Translator,
    gather: Callable[[], Awaitable[Sheet | None]],
    question: Moment,
    name: str,
) -> Response | None:
    """The sheet in the form that the address ends with; None where there is nothing to put on it.

    A PDF or PNG is kept as long as the register and the legal day stay. Raises PrintingUnavailable, and
    Occupied where as many are being made as may be.
    """
    form = _form(request)
    headers = {**VARY, "Content-Language": t.language}
    if form == "html":
        sheet = await gather()
        return Response(_page(request, service, t, sheet), media_type=HTML, headers=headers) if sheet else None
    # The state is read first: a load that comes between can only make the sheet newer than its key.
    [(state,)] = await service.reading.tuples(municipalities.state(), features.bound(question, service.now()))
    parts = (service.build, str(state), base, request.url.path, request.url.query, t.language)
    key = etag(*parts)
    headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    made = service.sheets.get(key)
    if made is None:
        sheet = await gather()
        if sheet is None:
            return None
        if request.scope.get(HEAD):
            # What a file would be made for, nobody would read.
            return StreamingResponse(iter(()), media_type=MEDIA_TYPES[form], headers=headers)
        made = await printed(service, _page(request, service, t, sheet), form, key)
    return Response(made, media_type=MEDIA_TYPES[form], headers=headers)


async def printed(service: Service, html: str, form: Form, key: str) -> bytes:
    """A page as a file, made once for its key. Waits its turn.

    Raises PrintingUnavailable, and Occupied where no place comes free in time.
    """
    begun = time.monotonic()
    while True:
        try:
            service.take_place()
            break
        except Occupied:
            if time.monotonic() - begun > WAIT_SECONDS:
                raise
            await asyncio.sleep(LOOK_SECONDS)
    try:
        # Who waited may find that it has been made for another.
        made = service.sheets.get(key)
        if made is None:
            assert form != "html"
            made = await asyncio.to_thread(service.printing.print, Job(html, form, key.strip('"')))
            service.sheets.put(key, made, len(made) + len(key))
    finally:
        service.making.release()
    return made


def _page(request: Request, service: Service, t: Translator, sheet: Sheet) -> str:
    path = request.url.path.removesuffix(f".{_form(request)}")
    said = request.url.include_query_params(lang=t.language).query
    forms = {form: f"{path}.{form}?{said}" for form in ("pdf", "png")}
    joined = "&" if "?" in sheet.page_address else "?"
    return service.site.page(
        sheet.template,
        t.language,
        **sheet.context,
        back=f"{sheet.page_address}{joined}lang={t.language}",
        forms=forms,
        style=STYLE,
        language_links=language_links(request),
    )


def _form(request: Request) -> Form:
    ending = request.url.path.rpartition(".")[2]
    return ending if ending in ("pdf", "png") else "html"  # type: ignore[return-value]

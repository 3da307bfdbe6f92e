"""What citizens open: the front page, the map, a page for each plan."""

import json
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BeforeValidator, Field

from georegister.api.at import GROUPS
from georegister.api.items import elsewhere, feature, municipality_of
from georegister.api.landing import landing
from georegister.api.responses import GEOJSON, HTML, json_response
from georegister.api.service import Base, Service, TheService
from georegister.api.story import claims_of, drawing_of, relations_of, timeline_of
from georegister.api.strategies import documents
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.errors import NotFound
from georegister.language import LANGUAGES, Translator, preferred, translator
from georegister.maps import sentences
from georegister.maps.configuration import PublishedMap
from georegister.register import features, municipalities, plans
from georegister.register.collections import COLLECTIONS
from georegister.register.questions import MAX_LIMIT, Moment, PlanSearch, StrategySearch, Text, Words

router = APIRouter()

JAVASCRIPT = "text/javascript"
STANDING = [status for status in Status if status.applies != "ended"]
Language = Literal["da", "en"]


class PageSearch(Moment):
    """What can be asked of a page."""

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


class MapSearch(PageSearch):
    """What the map can be opened with."""

    municipality: Text | None = Field(None, description="Code of the municipality.")
    theme: Words = Field((), description="Ids of themes.")
    ended: bool = Field(False, description="Also plans that have ended.")
    day: Annotated[date | None, BeforeValidator(lambda day: day or None)] = Field(None, description="The legal day.")


@router.get("/")
async def front(
    request: Request, service: TheService, base: Base, question: Annotated[PageSearch, Query()]
) -> Response:
    """The front page for people; the landing page of the API for whoever does not ask for HTML."""
    if not wants_html(request, question.f):
        return json_response(landing(base), headers={"Vary": "Accept, Accept-Language"})
    t = _translator(request, question.lang)
    found = [
        {"code": row["code"], "name": t.choose(row["names"])}
        for row in await service.reading.rows(municipalities.everything(), {})
    ]
    return _page(request, service, "front.html", t, municipalities=found)


@router.get("/map")
async def map_page(request: Request, service: TheService, question: Annotated[MapSearch, Query()]) -> Response:
    """The citizens' map with its list."""
    shown = _map_for(service, question.municipality)
    t = _translator(request, question.lang)
    [row] = await _municipality(service, shown.municipality)
    asked = PlanSearch.model_validate(
        {
            "municipality": shown.municipality,
            "theme": question.theme,
            "limit": MAX_LIMIT,
            **({} if question.ended else {"status": STANDING}),
            **({"datetime": question.day.isoformat()} if question.day else {}),
        }
    )
    values = features.bound(asked, service.now())
    statement = features.page(COLLECTIONS["plans"], plans.source, asked.shape)
    rows = await service.reading.tuples(statement, values)
    found = sorted((json.loads(text) for _, text in rows[:MAX_LIMIT]), key=_list_order)
    strategies = await documents(service, StrategySearch(municipality=(shown.municipality,), lang=t.language))
    return _page(
        request,
        service,
        "map.html",
        t,
        municipality_name=t.choose(row["names"]),
        shown_for=question.day or _today(service, row),
        title=t.choose(shown.title),
        municipality=shown.municipality,
        map_name=shown.name,
        drawn=service.site.map_page(shown.name, t.language),
        palette=service.site.palette,
        themes=[theme for strategy in strategies[:1] for theme in strategy["themes"]],
        plans=found,
        chosen={"theme": question.theme, "ended": question.ended, "day": question.day},
        question=f"/collections/plans/items?municipality={shown.municipality}",
        page=_told(service, t),
    )


@router.get("/map/{name}.{language}.js")
async def map_script(name: str, language: str, service: TheService) -> Response:
    """The map's script: of its configuration and language alone, whatever the register holds."""
    if name not in service.site.maps or language not in LANGUAGES:
        raise NotFound(f"There is no map {name[:60]!r} in {language[:10]!r}.")
    return Response(service.site.map_page(name, language).script, media_type=JAVASCRIPT)


@router.get("/map/{name}/land.json")
async def map_land(name: str, service: TheService) -> Response:
    """Land and coast round the map."""
    if name not in service.site.maps:
        raise NotFound(f"There is no map {name[:60]!r}.")
    return Response(service.site.land(name), media_type=GEOJSON, headers={"Cache-Control": "max-age=86400"})


@router.get("/palette.css")
async def palette(service: TheService) -> Response:
    """The colours of themes, as a stylesheet."""
    return Response(service.site.palette.stylesheet(), media_type="text/css")


@router.get("/plans/{id_}")
async def plan_page(
    id_: str, request: Request, service: TheService, base: Base, question: Annotated[PageSearch, Query()]
) -> Response:
    """The page of one plan: what it is, what its status is and why, and what it means for the goals."""
    text = await feature(service, COLLECTIONS["plans"], id_, question)
    if text is None:
        return await elsewhere(service, base, id_, f"{base}/plans/")
    if question.f == "json":
        return Response(text, media_type=GEOJSON)
    t = _translator(request, question.lang)
    plan = json.loads(text)
    said = plan["properties"]
    [row] = await _municipality(service, municipality_of(id_))
    classes = f"plan slot-{said['theme_slot'] or 0} status-{said['status']}"
    return _page(
        request,
        service,
        "plan.html",
        t,
        municipality_name=t.choose(row["names"]),
        shown_for=question.last_day or _today(service, row),
        plan=plan,
        palette=service.site.palette,
        claims=await claims_of(service, id_, said, question, t),
        relations=await relations_of(service, id_, question, t),
        timeline=await timeline_of(service, id_, question, t),
        drawing=await drawing_of(service, plan, f"{classes} ended" if said["applies"] == "ended" else classes),
    )


def wants_html(request: Request, form: str | None = None) -> bool:
    """Whether the client is a browser, by what it accepts first, unless the address says a form."""
    if form:
        return form == "html"
    accept = request.headers.get("accept", "")
    return "text/html" in accept and not accept.startswith(("application/json", GEOJSON))


def _page(request: Request, service: Service, template: str, t: Translator, **context: Any) -> Response:
    frame = {"municipality_name": None, "shown_for": None, "language_links": _language_links(request)}
    html = service.site.page(template, t.language, **{**frame, **context})
    return Response(html, media_type=HTML, headers={"Vary": "Accept, Accept-Language", "Content-Language": t.language})


def problem_page(
    request: Request, service: Service, words: tuple[str, str], detail: str, status: int, headers: dict[str, str]
) -> Response:
    """An error as a page, for people: a title and a sentence in their language, and what exactly, in English."""
    t = _translator(request, None)
    title, sentence = (t.say(said) for said in words)
    response = _page(request, service, "problem.html", t, title=title, sentence=sentence, detail=detail)
    response.status_code = status
    response.headers.update(headers)
    return response


def _language_links(request: Request) -> list[tuple[str, str]]:
    return [
        (language, str(request.url.include_query_params(lang=language).replace(scheme="", netloc="")))
        for language in LANGUAGES
    ]


def _translator(request: Request, language: str | None) -> Translator:
    asked = language or request.query_params.get("lang")
    return translator(asked if asked in LANGUAGES else preferred(request.headers.get("accept-language")))


def _today(service: Service, municipality: dict[str, Any]) -> date:
    return service.clock.today(ZoneInfo(municipality["time_zone"]))


def _map_for(service: Service, municipality: str | None) -> PublishedMap:
    for shown in service.site.maps.values():
        if municipality in (None, shown.municipality):
            return shown
    raise NotFound(f"There is no map of municipality {municipality!r}.")


async def _municipality(service: Service, code: str) -> list[dict[str, Any]]:
    rows = await service.reading.rows(municipalities.one(), {"code": code})
    if not rows:
        raise NotFound(f"There is no municipality {code[:12]!r} in the register yet.")
    return rows


def _list_order(plan: dict[str, Any]) -> tuple[Any, ...]:
    said = plan["properties"]
    return (
        GROUPS.index(said["applies"]),
        not said["in_hearing"],
        said["hearing_closes"] or "",
        Kind(said["kind"]).rank,
        plan["id"],
    )


def _told(service: Service, t: Translator) -> dict[str, Any]:
    """The words the page's script writes, in the reader's language."""
    return {
        "language": t.language,
        "slots": len(service.site.palette.slots),
        "kinds": {kind: t.say(words) for kind, words in sentences.KINDS.items()},
        "statuses": {
            **{status: t.say(words) for status, words in sentences.STATUSES.items()},
            "hearing": t.say("Proposal in hearing"),
        },
        "applies": {group: t.say(words) for group, words in sentences.APPLIES.items()},
        "texts": {
            "plans.one": t.say("{n} plan on the map."),
            "plans.many": t.say("{n} plans on the map."),
            "hearings.one": t.say("{n} in hearing now."),
            "hearings.many": t.say("{n} in hearing now."),
            "here.one": t.say("{n} plan here"),
            "here.many": t.say("{n} plans here"),
            "ended.one": t.say("{n} ended plan here"),
            "ended.many": t.say("{n} ended plans here"),
            "days.one": t.say("{n} day left to answer"),
            "days.many": t.say("{n} days left to answer"),
            "list": t.say("Plans on the map"),
            "none": t.say("No plans here."),
            "near": t.say("Near here"),
            "back": t.say("Back to the list"),
            "show": t.say("Show on the map"),
            "more": t.say("Zoom in to see all."),
            "failed": t.say("The plans could not be fetched."),
            "illustrative": t.say("illustrative outline"),
            "attribution": t.say("Land: Natural Earth. Outline of the municipality: illustrative."),
        },
    }

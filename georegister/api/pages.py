"""What citizens open: the map, and a page for each plan."""

import json
import re
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from georegister.api.asked import in_words
from georegister.api.at import GROUPS
from georegister.api.conditional import Conditional
from georegister.api.downloads import offered
from georegister.api.html import VARY, municipality_row, page, translator_of, wants_json
from georegister.api.items import elsewhere, feature, first_page, municipality_of
from georegister.api.responses import GEOJSON
from georegister.api.service import Base, Service, TheService
from georegister.api.story import (
    claims_of,
    documents_of,
    drawing_of,
    parameters_of,
    relations_of,
    timeline_of,
    topic_titles,
    with_theme_titles,
)
from georegister.api.strategies import documents
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.errors import NotFound, ValueRefused
from georegister.language import LANGUAGES, Translator
from georegister.maps import sentences
from georegister.maps.configuration import PublishedMap
from georegister.register import municipalities
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Row
from georegister.register.questions import MAX_LIMIT, Moment, PlanSearch, StrategySearch, Text, Words
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9998, 12, 31)
JAVASCRIPT = "text/javascript"
STANDING = [status for status in Status if status.applies != "ended"]
Language = Literal["da", "en"]


class PageSearch(Moment):
    """What can be asked of a page."""

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


def _day(value: object) -> object:
    if value in ("", None):
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
        raise ValueRefused(N_("give a day such as 2021-06-01"))
    return value


class MapSearch(BaseModel):
    """What the map can be opened with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html"] | None = Field(None, description="The form of the answer.")

    municipality: Text | None = Field(None, description="Code of the municipality.")
    theme: Words = Field((), description="Ids of themes.")
    ended: bool = Field(False, description="Also plans that have ended.")
    day: Annotated[date | None, BeforeValidator(_day), Field(ge=FIRST_DAY, le=LAST_DAY)] = Field(
        None, description="The legal day."
    )


@router.get("/map")
async def map_page(request: Request, service: TheService, question: Annotated[MapSearch, Query()]) -> Response:
    """The citizens' map with its list."""
    shown = await map_of(service, question.municipality)
    t = translator_of(request, question.lang)
    row = await municipality_row(service, shown.municipality)
    asked = PlanSearch.model_validate(
        {
            "municipality": shown.municipality,
            "theme": question.theme,
            "limit": MAX_LIMIT,
            **({} if question.ended else {"status": STANDING}),
            **({"datetime": question.day.isoformat()} if question.day else {}),
        }
    )
    found = sorted(await first_page(service, COLLECTIONS["plans"], asked), key=list_order)
    await with_theme_titles(service, found, t)
    parts = {"municipality": shown.municipality, "theme": ",".join(question.theme), "datetime": question.day}
    if not question.ended:
        parts["status"] = ",".join(STANDING)
    here = f"/collections/plans/items?{urlencode({name: part for name, part in parts.items() if part}, safe=',')}"
    strategies = await documents(service, StrategySearch(municipality=(shown.municipality,), lang=t.language))
    return page(
        request,
        service,
        "map.html",
        t,
        of=row,
        day=question.day,
        title=title_of(shown, row, t),
        map_name=shown.name,
        drawn=service.site.map_page(shown, t.language),
        palette=service.site.palette,
        themes=[theme for strategy in strategies[:1] for theme in strategy["themes"]],
        plans=found,
        chosen={"theme": question.theme, "ended": question.ended, "day": question.day},
        asked=in_words(t.say(N_("Plans")), asked, t),
        as_json=f"{here}&f=json",
        downloads=offered(here, t.language),
        page={
            **told(service, t),
            "themes": {theme["id"]: theme["title"] for one in strategies for theme in one["themes"]},
        },
    )


@router.get("/map/{name}.{language}.js")
async def map_script(name: str, language: str, service: TheService) -> Response:
    """The map's script: of its configuration and language alone, whatever plans the register holds."""
    if language not in LANGUAGES:
        raise NotFound(N_("There is no map in {language!r}."), language=language[:10])
    return Response(service.site.map_page(await map_named(service, name), language).script, media_type=JAVASCRIPT)


@router.get("/map/{name}/land.json")
async def map_land(name: str, service: TheService) -> Response:
    """Land and coast round the map."""
    land = service.site.land(await map_named(service, name))
    return Response(land, media_type=GEOJSON, headers={"Cache-Control": "max-age=86400"})


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
        return await elsewhere(service, base, id_, f"{base}/plans/", question)
    t = translator_of(request, question.lang)
    plan = json.loads(text)
    said = plan["properties"]
    await with_theme_titles(service, [plan], t, question)
    kept = await documents_of(service, id_, question)
    story = {
        "claims": await claims_of(service, id_, said, question, t),
        "relations": await relations_of(service, id_, question, t),
        "timeline": await timeline_of(service, id_, question, t),
        "parameters": await parameters_of(service, id_, question),
        "documents": kept,
        "unknown": sentences.unknown({**said, "document_url": said["document_url"] or bool(kept)}, t),
        "topic_titles": topic_titles(service, said, t),
    }
    if question.f == "json" or (question.f is None and wants_json(request)):
        return Response(
            json.dumps({**plan, **story}, ensure_ascii=False, default=str), media_type=GEOJSON, headers=VARY
        )
    return page(
        request,
        service,
        "plan.html",
        t,
        of=await municipality_row(service, municipality_of(id_)),
        day=question.last_day,
        plan=plan,
        asked=in_words(sentences.heading(said, t), question, t),
        downloads=offered(_alone(id_, request), t.language),
        palette=service.site.palette,
        drawing=await drawing_of(service, municipality_of(id_), [plan]),
        **story,
    )


def _alone(id_: str, request: Request) -> str:
    """The address of one plan among the items, as it is asked for."""
    kept = {name: value for name, value in request.query_params.items() if name in ("datetime", "known_at")}
    asked = urlencode({"filter": f"id = '{id_}'", **kept})
    return f"/collections/plans/items?{asked}"


async def map_of(service: Service, code: str | None) -> PublishedMap:
    """The published map of a municipality, the first in order where none is asked for; else one round its outline."""
    rows = await service.reading.rows(municipalities.everything(), {})
    codes = [row["code"] for row in rows if code in (None, row["code"])]
    if not codes:
        if code:
            raise NotFound(N_("There is no municipality {code!r} in the register."), code=code[:12])
        raise NotFound(N_("The register is empty."))
    for shown in service.site.maps.values():
        if shown.municipality in codes:
            return shown
    return await _around(service, codes[0])


async def map_named(service: Service, name: str) -> PublishedMap:
    """A published map, or one round the municipality of that slug. Raises NotFound."""
    if name in service.site.maps:
        return service.site.maps[name]
    for row in await service.reading.rows(municipalities.everything(), {}):
        if row["slug"] == name:
            return await _around(service, row["code"])
    raise NotFound(N_("There is no map {name!r}."), name=name[:60])


async def _around(service: Service, code: str) -> PublishedMap:
    """A map of a municipality nobody has configured one for: round its outline."""
    rows = await service.reading.rows(municipalities.bounds(), {"code": code})
    if not rows:
        raise NotFound(N_("There is no map of municipality {code!r}: it has no outline."), code=code[:12])
    return PublishedMap.around(rows[0]["slug"], code, tuple(rows[0][edge] for edge in municipalities.EDGES))


def title_of(shown: PublishedMap, of: Row, t: Translator) -> str:
    """What a map is called: as configured, else after its municipality."""
    return (
        t.choose(shown.title) if shown.title else t.say("Plan map: {name}", name=t.choose(of["names"], of["languages"]))
    )


def list_order(plan: dict[str, Any]) -> tuple[Any, ...]:
    said = plan["properties"]
    return (
        GROUPS.index(said["applies"]),
        not said["in_hearing"],
        said["hearing_closes"] or "",
        Kind(said["kind"]).rank,
        plan["id"],
    )


def told(service: Service, t: Translator) -> dict[str, Any]:
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
        "extents": {source: t.say(words) for source, words in sentences.BORROWED.items()},
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

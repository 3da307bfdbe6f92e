"""The citizens' map: its page with the list, its script, and the colours."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api import walk
from georegister.api.asked import in_words, names_of
from georegister.api.conditional import Conditional
from georegister.api.downloads import offered
from georegister.api.embed_code import code_for
from georegister.api.html import municipalities_of, municipality_of_code, page, relative, sheet_address, translator_of
from georegister.api.map_search import ENDED, MapSearch
from georegister.api.map_words import more, script_words
from georegister.api.responses import GEOJSON
from georegister.api.service import Service, TheService
from georegister.api.story import drawing_of, list_order, with_theme_titles
from georegister.api.strategies import documents
from georegister.domain.geometry import METRES_PER_DEGREE
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.domain.sdg import TITLES
from georegister.errors import NotFound
from georegister.language import LANGUAGES, Translator
from georegister.maps import sentences
from georegister.maps.assets import WHOLE_MAP
from georegister.maps.configuration import PublishedMap
from georegister.maps.drawing import Drawing
from georegister.register import municipalities
from georegister.register.areas import with_area
from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.database import Row
from georegister.register.questions import PlanSearch, StrategySearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

JAVASCRIPT = "text/javascript"
LISTED = 300
"""Plans that the page lists and draws without its script; all are at the address of the items."""
KEPT = ("view", "geometry", "buffer", "point", "plan")
"""What the address tells beside the filters; the form keeps it."""
PIXELS = 700
"""Across a drawing, about: what is smaller than one of them is not drawn."""


@router.get("/map")
async def map_page(request: Request, service: TheService, question: Annotated[MapSearch, Query()]) -> Response:
    """The citizens' map with its list."""
    shown = await map_of(service, await municipalities_of(request, service), question.municipality)
    t = translator_of(request, question.lang)
    row = await municipality_of_code(request, service, shown.municipality)
    asked = question.asked(shown.municipality)
    collection, found, matched = await listed(service, question, shown.municipality, t, **_drawn_small(shown))
    strategies = await documents(service, StrategySearch(municipality=(shown.municipality,), lang=t.language))
    here = question.address(shown.municipality)
    words, further = script_words(service, t), more(t)
    whole = await _municipal_plan(service, question, shown.municipality, t)
    ended = await _left_out(service, collection, question, shown.municipality)
    chosen = question.is_filtered or question.geometry or question.day
    return page(
        request,
        service,
        "map.html",
        t,
        **shown_on(service, shown, row, question, strategies, t),
        chosen=question,
        choices=_choices(question, strategies, t),
        plans=found,
        matched=matched,
        ended=ended,
        whole=whole,
        drawing=await _drawing(service, question, shown.municipality, found),
        asked=in_words(t.say(N_("Plans")), asked, t, names_of(request, t)),
        own_scripts=WHOLE_MAP,
        kept=[(name, request.query_params[name]) for name in KEPT if request.query_params.get(name)],
        with_ended=relative(request.url.include_query_params(ended=1)),
        as_json=f"{here}&f=json",
        sheet=sheet_address("/map", request, t),
        downloads=offered(here, t.language),
        embed=code_for(request, service, title_of(shown, row, t)),
        page={
            **words,
            **further,
            "texts": {**words["texts"], **further["texts"]},
            "municipality": shown.municipality,
            "whole": whole,
            "matched": matched,
            "isBare": not (found or ended or whole or chosen),
            "themes": {theme["id"]: theme["title"] for one in strategies for theme in one["themes"]},
        },
    )


@router.get("/map/{name}.{language}.js")
async def map_script(name: str, language: str, request: Request, service: TheService) -> Response:
    """The map's script: of its configuration and language alone, whatever plans the register holds."""
    if language not in LANGUAGES:
        raise NotFound(N_("There is no map in {language!r}."), language=language[:10])
    shown = await map_named(service, await municipalities_of(request, service), name)
    return Response(service.site.map_page(shown, language).script, media_type=JAVASCRIPT)


@router.get("/map/{name}/land.json")
async def map_land(name: str, request: Request, service: TheService) -> Response:
    """Land and coast round the map."""
    land = service.site.land(await map_named(service, await municipalities_of(request, service), name))
    return Response(land, media_type=GEOJSON, headers={"Cache-Control": "max-age=86400"})


@router.get("/palette.css")
async def palette(service: TheService) -> Response:
    """The colours of themes, as a stylesheet."""
    return Response(service.site.palette.stylesheet(), media_type="text/css")


async def map_of(service: Service, known: Mapping[str, Row], code: str | None) -> PublishedMap:
    """The published map of a municipality, the first in order where none is asked for; else one round its outline."""
    codes = [one for one in known if code in (None, one)]
    if not codes:
        if code:
            raise NotFound(N_("There is no municipality {code!r} in the register."), code=code[:12])
        raise NotFound(N_("The register is empty."))
    for shown in service.site.maps.values():
        if shown.municipality in codes:
            return shown
    return await _made_around(service, codes[0])


async def map_named(service: Service, known: Mapping[str, Row], name: str) -> PublishedMap:
    """A published map, or one round the municipality of that slug. Raises NotFound."""
    if name in service.site.maps:
        return service.site.maps[name]
    for row in known.values():
        if row["slug"] == name:
            return await _made_around(service, row["code"])
    raise NotFound(N_("There is no map {name!r}."), name=name[:60])


async def around(service: Service, code: str) -> PublishedMap | None:
    """A map of a municipality nobody has configured one for: round its outline; None where it has none."""
    for row in await service.reading.rows(municipalities.bounds(), {"code": code}):
        return PublishedMap.around(row["slug"], code, tuple(row[edge] for edge in municipalities.EDGES))
    return None


async def _made_around(service: Service, code: str) -> PublishedMap:
    made = await around(service, code)
    if made is None:
        raise NotFound(N_("There is no map of municipality {code!r}: it has no outline."), code=code[:12])
    return made


def title_of(shown: PublishedMap, of: Row, t: Translator) -> str:
    """What a map is called: as configured, else after its municipality."""
    return (
        t.choose(shown.title) if shown.title else t.say("Plan map: {name}", name=t.choose(of["names"], of["languages"]))
    )


def shown_on(
    service: Service,
    shown: PublishedMap,
    of: Row,
    question: MapSearch,
    strategies: list[dict[str, Any]],
    t: Translator,
) -> dict[str, Any]:
    """What every page with the map is filled with; the themes are those of the newest strategy."""
    return {
        "of": of,
        "day": question.day,
        "title": title_of(shown, of, t),
        "map_name": shown.name,
        "drawn": service.site.map_page(shown, t.language),
        "palette": service.site.palette,
        "themes": newest_themes(strategies),
    }


def newest_themes(strategies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [theme for strategy in strategies[:1] for theme in strategy["themes"]]


async def listed(
    service: Service, question: MapSearch, municipality: str, t: Translator, **how: Any
) -> tuple[Collection, list[dict[str, Any]], int]:
    """The plans that the map's page lists, in order: the collection they are of, they themselves, and how many fit."""
    collection = COLLECTIONS["plans"] if question.geometry is None else with_area(COLLECTIONS["plans"])
    asked = question.asked(municipality).model_copy(update=how)
    got = await walk.page(service, collection, asked)
    found = sorted((json.loads(text) for text in got.features), key=list_order)
    await with_theme_titles(service, found, t)
    matched = got.matched if got.matched is not None else await walk.counted(service, collection, asked, bounded=False)
    return collection, found, matched or 0


def _drawn_small(shown: PublishedMap) -> dict[str, Any]:
    """How much of the outlines a small drawing needs."""
    west, _, east, _ = shown.bounds
    return {"limit": LISTED, "simplify": round((east - west) * METRES_PER_DEGREE / PIXELS / 2, 1)}


def _choices(question: MapSearch, strategies: list[dict[str, Any]], t: Translator) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen by each filter, with its words; what is chosen already is among it, whatever it is."""
    themes = newest_themes(strategies)
    offered_ = {
        "theme": {theme["id"]: theme["title"] for theme in themes},
        "goal": {goal["id"]: goal["text"] for theme in themes for goal in theme["goals"]},
        "sdg": {str(number): f"{number} {t.choose(titles)}" for number, titles in TITLES.items()},
        "kind": {str(kind): t.say(sentences.KINDS[kind]) for kind in Kind},
        "status": {str(status): t.say(sentences.STATUSES[status]) for status in Status if status not in ENDED},
    }
    words = {"status": {str(status): t.say(sentences.STATUSES[status]) for status in ENDED}}
    for name, known in offered_.items():
        for one in map(str, getattr(question, name)):
            known.setdefault(one, words.get(name, {}).get(one, one))
    return {name: list(known.items()) for name, known in offered_.items()}


async def _left_out(service: Service, collection: Collection, question: MapSearch, municipality: str) -> int:
    """How many plans the same question would also find, had they not ended."""
    if not question.hides_ended:
        return 0
    asked = question.asked(municipality, status=ENDED)
    return await walk.counted(service, collection, asked, bounded=False) or 0


async def _municipal_plan(
    service: Service, question: MapSearch, municipality: str, t: Translator
) -> dict[str, str] | None:
    """The municipal plan that applies on the day: it holds wherever nothing else does."""
    days = {"datetime": question.day.isoformat()} if question.day else {}
    in_force = [status for status in Status if status.applies == "in_force"]
    asked = PlanSearch.model_validate({"municipality": municipality, "status": in_force, "limit": 1, **days})
    collection = COLLECTIONS["municipal-plans"]
    found = await walk.page(service, collection, asked.model_copy(update={"skip_geometry": True}), counting=False)
    plans = [json.loads(text) for text in found.features]
    return {"id": plans[0]["id"], "name": sentences.heading(plans[0]["properties"], t)} if plans else None


async def _drawing(
    service: Service, question: MapSearch, municipality: str, found: list[dict[str, Any]]
) -> Drawing | None:
    """The plans listed, as shapes for SVG, in the view that is asked for."""
    view = question.view.drawn if question.view else None
    drawn = await drawing_of(service, municipality, found, view)
    return replace(drawn, here=None) if drawn else None

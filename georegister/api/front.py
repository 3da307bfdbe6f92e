"""The front door: what is in hearing, where to look, the search field, and short addresses of plans."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from georegister.api import suggestions
from georegister.api.asked import Names, in_words, names_of
from georegister.api.conditional import Conditional
from georegister.api.html import VARY, municipalities_of, page, sheet_address, the_only, translator_of, wants_html
from georegister.api.items import first_page, unknown
from georegister.api.landing import landing
from georegister.api.map_search import STANDING
from georegister.api.pages import PageSearch
from georegister.api.responses import json_response
from georegister.api.service import Base, Service, TheService
from georegister.api.story import drawing_of, with_theme_titles
from georegister.api.strategies import documents
from georegister.api.whereabouts import named_places
from georegister.domain.plan import number_keys
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register import search
from georegister.register.collections import COLLECTIONS
from georegister.register.place_questions import FieldSearch
from georegister.register.questions import MAX_LIMIT, HearingSearch, PlanSearch, StrategySearch
from georegister.sentence import N_


class ShortAddress(APIRoute):
    """What other addresses begin with is no municipality's name: a method that they lack is 405 there."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        is_taken = scope["path"].split("/")[1] in scope["app"].state.first_words
        return (Match.NONE, {}) if is_taken else super().matches(scope)


router = APIRouter(route_class=Conditional)
short = APIRouter(route_class=ShortAddress)
"""Taken in last: its addresses would fit many others."""

DRAWN = 300


@router.get("/")
async def front(
    request: Request, service: TheService, base: Base, question: Annotated[PageSearch, Query()]
) -> Response:
    """The front page for people; the landing page of the API for whoever does not ask for HTML."""
    if not wants_html(request, question.f):
        return json_response(landing(base, service.settings), headers=VARY)
    t = translator_of(request, question.lang)
    strategies = await documents(service, StrategySearch(lang=t.language))
    known = await municipalities_of(request, service)
    names = names_of(request, t)
    return page(
        request,
        service,
        "front.html",
        t,
        of=the_only(known, list(known)),
        asked=t.say(N_("What is in hearing now, and which municipalities keep their plans here")),
        palette=service.site.palette,
        hearings=await _open_hearings(service, t, names),
        municipalities=[
            {
                "code": code,
                "name": name,
                "drawing": await drawn_small(service, code),
                "strategies": [one for one in strategies if one["municipality"] == code],
            }
            for code, name in names.items()
        ],
    )


@router.get("/search")
async def found(request: Request, service: TheService, question: Annotated[FieldSearch, Query()]) -> Response:
    """Plans by words or by number, however written; and places, addresses and parcels."""
    t = translator_of(request, question.lang)
    plan_rows = await suggestions.plans(service, question.q, question.municipality)
    place_rows = await suggestions.named(service, question.q, question.municipality)
    found_plans = [json.loads(row["feature"]) for row in plan_rows]
    await with_theme_titles(service, found_plans, t)
    found_places = named_places(place_rows, t)
    if not wants_html(request, question.f):
        return json_response({"q": question.q, "plans": found_plans, "places": found_places}, headers=VARY)
    return page(
        request,
        service,
        "search.html",
        t,
        palette=service.site.palette,
        words=question.q,
        asked=in_words(t.say(N_("Plans and places by number or name")), question, t, names_of(request, t)),
        plans=found_plans,
        places=found_places,
        sheet=sheet_address("/search", request, t),
    )


@short.get("/{slug}/{number}")
async def short_address(slug: str, number: str, service: TheService, base: Base) -> Response:
    """A plan by its municipality's name and its number, however written: 301 to its page."""
    rows = await service.reading.rows(search.numbered(), {"slug": slug, "keys": sorted(number_keys(number))})
    if not rows:
        words = N_("There is no plan {number!r} of {slug!r} here.")
        raise await unknown(service, slug, number, words, number=number[:60], slug=slug[:60])
    if len(rows) > 1:
        return RedirectResponse(f"{base}/search?q={number}", 302)
    return RedirectResponse(f"{base}/plans/{rows[0]['plan']}", 301)


async def _open_hearings(service: Service, t: Translator, names: Names) -> list[dict[str, Any]]:
    """The hearings open today, the one that closes first at the top."""
    told = []
    for feature in await first_page(service, COLLECTIONS["hearings"], HearingSearch(is_open=True, limit=MAX_LIMIT)):
        said = feature["properties"]
        hearing = {
            "in_hearing": True,
            "hearing_kind": said["kind"],
            "hearing_closes": said["closes"],
            "hearing_days_left": said["days_left"],
        }
        told.append(
            {
                "plan": said["plan"],
                "strategy": said["strategy"],
                "heading": sentences.heading({**said, "kind": said["plan_kind"]}, t) if said["plan"] else said["title"],
                "sentence": sentences.hearing_sentence(hearing, t),
                "municipality_name": names.get(said["municipality"], ""),
                "closes": said["closes"],
            }
        )
    return sorted(told, key=lambda one: (one["closes"], one["heading"]))


async def drawn_small(service: Service, code: str) -> Any:
    """The municipality's standing plans as a small map."""
    asked = PlanSearch.model_validate({"municipality": code, "limit": DRAWN, "status": STANDING})
    return await drawing_of(service, code, await first_page(service, COLLECTIONS["plans"], asked))

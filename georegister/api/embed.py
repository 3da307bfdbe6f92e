"""`/embed/map`: the map for a frame of another site."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.conditional import Conditional
from georegister.api.embed_code import PATH
from georegister.api.html import municipalities_of, municipality_of_code, page, translator_of
from georegister.api.map_page import listed, map_of, shown_on
from georegister.api.map_search import MapSearch
from georegister.api.map_words import script_words
from georegister.api.service import TheService
from georegister.api.story import drawing_of
from georegister.api.strategies import documents
from georegister.language import Translator
from georegister.register.questions import StrategySearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

LISTED = 100
"""Plans that are listed and drawn without the page's script; the whole map has them all."""
ASKED = ("theme", "goal", "sdg", "status", "kind", "ended", "day", "colour")
"""What the script asks for, under the names of the map's address."""


@router.get(PATH)
async def embedded_map(request: Request, service: TheService, question: Annotated[MapSearch, Query()]) -> Response:
    """The map for a frame of another site: small, with its list and legend folded, its links opening a page of ours."""
    shown = await map_of(service, await municipalities_of(request, service), question.municipality)
    t = translator_of(request, question.lang)
    row = await municipality_of_code(request, service, shown.municipality)
    _, found, matched = await listed(service, question, shown.municipality, t, limit=LISTED)
    strategies = await documents(service, StrategySearch(municipality=(shown.municipality,), lang=t.language))
    words = script_words(service, t)
    here = question.model_dump(mode="json", include=set(ASKED))
    return page(
        request,
        service,
        "embed.html",
        t,
        **shown_on(service, shown, row, question, strategies, t),
        plans=found,
        drawing=await drawing_of(service, shown.municipality, found, question.view.drawn if question.view else None),
        colour=question.colour,
        whole=_whole(request, shown.municipality, t),
        page={
            **words,
            "asked": {name: here[name] if here[name] is not None else "" for name in ASKED},
            "matched": matched,
            "view": [question.view.zoom, question.view.lat, question.view.lon] if question.view else None,
            "themes": {theme["id"]: theme["title"] for one in strategies for theme in one["themes"]},
            "texts": {**words["texts"], "more.there": t.say(N_("More on the plan map"))},
        },
    )


def _whole(request: Request, municipality: str, t: Translator) -> str:
    """The same map on a page of its own."""
    said = {"municipality": municipality, **request.query_params, "lang": t.language}
    return f"/map?{urlencode(said, safe='/:,.')}"

"""`/at`: every plan at a place, whatever is shown on any map, and those near it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.asked import in_words
from georegister.api.conditional import Conditional
from georegister.api.html import VARY, page, translator_of, wants_html
from georegister.api.responses import GEOJSON, again, feature_collection, link
from georegister.api.service import Base, Service, TheService
from georegister.api.story import drawing_of, tell, with_theme_titles
from georegister.domain.geometry import compass
from georegister.domain.plan import Kind
from georegister.language import Translator, translator
from georegister.maps import sentences
from georegister.maps.drawing import View
from georegister.register import features, municipalities, plans
from georegister.register.place_questions import PlaceSearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

GROUPS = ("proposed", "in_force", "ended")
SHOWN_METRES = 1500
COLLECTIONS_ASKED = ("plans", "municipal-plans")


@router.get("/at")
async def at(request: Request, service: TheService, base: Base, question: Annotated[PlaceSearch, Query()]) -> Response:
    """The plans at a point, proposals first, then those that apply, then ended ones; then near ones by distance."""
    t = translator_of(request, question.lang)
    found = await plans_at(service, question, t.language)
    here = [one for one in found if one["properties"]["distance_m"] == 0]
    missing = await _not_held(service, here, question, t)
    if wants_html(request, question.f):
        return await _page(request, service, base, question, t, found, missing)
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found]
    more = {"numberMatched": len(found), "numberHere": len(here), "notHeld": missing}
    response = feature_collection(texts, [link("self", again(request, base), GEOJSON)], more)
    response.headers.update(VARY)
    return response


async def _page(
    request: Request,
    service: Service,
    base: str,
    question: PlaceSearch,
    t: Translator,
    found: list[dict[str, Any]],
    missing: list[str],
) -> Response:
    """What applies at a place, for people."""
    values = {"lon": question.point.lon, "lat": question.point.lat}
    covering = await service.reading.rows(municipalities.covering(), values)
    of = covering[0] if covering else None
    view = View(question.point.lon, question.point.lat, max(SHOWN_METRES, question.within * 1.2))
    lat, lon = t.number(question.point.lat, 5), t.number(question.point.lon, 5)
    return page(
        request,
        service,
        "at.html",
        t,
        of=of,
        day=question.last_day,
        palette=service.site.palette,
        place_text=t.say("Latitude {lat}, longitude {lon}", lat=lat, lon=lon),
        covered=of is not None,
        here=[one for one in found if one["properties"]["distance_m"] == 0],
        near=[one for one in found if one["properties"]["distance_m"] > 0],
        not_held=missing,
        drawing=await drawing_of(service, of["code"], found, view) if of else None,
        asked=in_words(_asked(question, t), question, t),
    )


def _asked(question: PlaceSearch, t: Translator) -> str:
    lat, lon = t.number(question.point.lat, 5), t.number(question.point.lon, 5)
    if question.within:
        said = N_("What applies at latitude {lat}, longitude {lon} and within {distance} of it")
        return t.say(said, lat=lat, lon=lon, distance=t.distance(question.within))
    return t.say(N_("What applies at latitude {lat}, longitude {lon}"), lat=lat, lon=lon)


async def _not_held(service: Service, here: list[dict[str, Any]], question: PlaceSearch, t: Translator) -> list[str]:
    """What applies here and is not in the register: the frames of municipal plans that have none loaded."""
    asked = [
        one["id"]
        for one in here
        if one["properties"]["kind"] == Kind.MUNICIPAL_PLAN and one["properties"]["applies"] == "in_force"
    ]
    if not asked:
        return []
    rows = await service.reading.rows(plans.with_frames(), {"ids": asked})
    held = {row["parent"] for row in rows}
    return [sentences.not_held(one["properties"], t) for one in here if one["id"] in asked and one["id"] not in held]


async def plans_at(service: Service, question: PlaceSearch, language: str) -> list[dict[str, Any]]:
    """Features in the order people want them, each with its distance, direction and sentences."""
    values = features.bound(question, service.now())
    rows = [
        row
        for name in COLLECTIONS_ASKED
        for row in await service.reading.rows(plans.at_point(name, question.in_past, question.within > 0), values)
    ]
    found = [_feature(row, language) for row in rows]
    await with_theme_titles(service, found, translator(language), question)
    return sorted(found, key=_order)


def _feature(row: dict[str, Any], language: str) -> dict[str, Any]:
    t = translator(language)
    feature: dict[str, Any] = json.loads(row["feature"])
    properties = feature["properties"]
    distance = round(row["distance_m"], 1)
    direction = compass(row["azimuth"]) if distance and row["azimuth"] is not None else None
    properties["distance_m"] = distance
    properties["direction"] = direction
    tell(properties, t)
    properties["where_text"] = sentences.where(distance, direction, t) if distance else None
    if properties["kind"] == Kind.MUNICIPAL_PLAN:
        # The outline of a whole municipality says nothing about a place, and is large.
        feature["geometry"] = None
    return feature


def _order(feature: dict[str, Any]) -> tuple[Any, ...]:
    """What is here before what is near; proposals in hearing first; the plan that binds closest before wider ones."""
    said = feature["properties"]
    near = said["distance_m"] > 0
    return (
        near,
        said["distance_m"] if near else 0,
        GROUPS.index(said["applies"]),
        not said["in_hearing"],
        said["hearing_closes"] or "",
        Kind(said["kind"]).rank,
        feature["id"],
    )

"""`/at`: every plan at a place, whatever is shown on any map, and those near it."""

import json
import math
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from shapely import wkb, wkt

from georegister.api import body, whereabouts
from georegister.api.asked import in_words, names_of
from georegister.api.conditional import Conditional, stamped
from georegister.api.html import VARY, municipalities_of, page, translator_of, wants_html
from georegister.api.responses import GEOJSON, Link, again, feature_collection, json_response, link, now
from georegister.api.service import Base, Service, TheService
from georegister.api.story import drawing_of, list_order, tell, with_answers, with_theme_titles, with_ties
from georegister.api.whereabouts import Whereabouts
from georegister.domain.geometry import compass
from georegister.domain.plan import Kind
from georegister.errors import PlaceAmbiguous, PlaceUnknown, QuestionInvalid
from georegister.language import Translator, translator
from georegister.maps import sentences
from georegister.maps.drawing import View
from georegister.register import areas, features, municipalities, plans
from georegister.register.place_questions import PlaceSearch, PlacesMoment
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

SHOWN_METRES = 1500
LEAST_M2 = 1.0
MAP_ZOOM = 14
"""So near that what lies within a kilometre of a place is on the map of a phone."""
LONGEST_IN_ADDRESS = 2000
"""Of an area's outline, in characters: browsers and proxies take no address that is much longer."""
COLLECTIONS_ASKED = ("plans", "municipal-plans")


@router.get("/at")
async def at(request: Request, service: TheService, base: Base, question: Annotated[PlaceSearch, Query()]) -> Response:
    """The plans at a place, proposals first, then those that apply, then ended ones; then near ones by distance.

    Of several places a list of such answers.
    """
    t = translator_of(request, question.lang)
    asked = question.places
    links = [link("self", again(request, base), GEOJSON)]
    if len(asked) > 1:
        if wants_html(request, question.f) and question.f:
            raise QuestionInvalid("f", N_("one place at a time has a page"))
        stamped(request)
        return await _several(request, service, question, asked, t, links)
    [(way, value)] = asked
    where = await whereabouts.of(service, question, way, value, t)
    answer = await _answer(request, service, question, where, t)
    if wants_html(request, question.f):
        return await _page(request, service, base, question, t, answer)
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in answer.features]
    response = feature_collection(texts, links, answer.more())
    response.headers.update(VARY)
    return response


@router.post("/at")
async def at_several(request: Request, service: TheService, question: Annotated[PlacesMoment, Query()]) -> Response:
    """The same of up to fifty places: GeoJSON, or a list of places each told in one way."""
    ways = whereabouts.places_in(await body.read(request))
    return await _several(request, service, question, ways, translator_of(request, question.lang), [])


@dataclass(frozen=True)
class Answer:
    """What is known of one place: the features in order, how many of them lie there, and what is not held."""

    where: Whereabouts
    features: list[dict[str, Any]]
    here: int
    missing: list[str]

    def more(self) -> dict[str, Any]:
        """The members of the answer beside its features."""
        counts = {"numberMatched": len(self.features), "numberHere": self.here, "notHeld": self.missing}
        return {**counts, "asked": self.where.as_json()}


async def _answer(
    request: Request, service: Service, question: PlacesMoment, where: Whereabouts, t: Translator
) -> Answer:
    here, near = await plans_at(service, question, where, t.language)
    with_answers(here + near, await municipalities_of(request, service), t)
    return Answer(where, here + near, len(here), await _not_held(service, here, question, t))


async def _several(
    request: Request,
    service: Service,
    question: PlacesMoment,
    ways: list[tuple[str, Any]],
    t: Translator,
    links: list[Link],
) -> Response:
    """An answer for each place, in order; where a name leads nowhere, or to several, the problem stands there."""
    answers: list[dict[str, Any]] = []
    for way, value in ways:
        try:
            where = await whereabouts.of(service, question, way, value, t)
        except (PlaceUnknown, PlaceAmbiguous) as error:
            status, others = (404, "nearest") if isinstance(error, PlaceUnknown) else (400, "candidates")
            problem = {"status": status, "detail": t.tell(error.sentence), others: list(getattr(error, others))}
            answers.append({"asked": {"by": way, "said": value}, "problem": problem})
            continue
        answer = await _answer(request, service, question, where, t)
        head = {"type": "FeatureCollection", "numberReturned": len(answer.features), **answer.more()}
        answers.append({**head, "features": answer.features})
    return json_response({"timeStamp": now(), "places": answers, "links": links}, headers=VARY)


async def _page(
    request: Request, service: Service, base: str, question: PlaceSearch, t: Translator, answer: Answer
) -> Response:
    """What applies at a place, for people."""
    where = answer.where
    covering = await service.reading.rows(
        municipalities.covering(question.in_past),
        {"lon": where.lon, "lat": where.lat, "known_at": question.known_at},
    )
    of = covering[0] if covering else None
    metres = max(SHOWN_METRES, question.within * 1.2, math.sqrt(where.m2))
    view = View(where.lon, where.lat, metres, wkb.loads(where.area) if where.area else None)
    lat, lon = t.number(where.lat, 5), t.number(where.lon, 5)
    place = where.asked.get("name") or t.say(N_("Latitude {lat}, longitude {lon}"), lat=lat, lon=lon)
    if where.is_drawn:
        place = t.say(N_("An area of {area}"), area=t.area(where.m2))
    # The map and its sheet know the past as it is known today.
    shown_on = of["code"] if of and question.known_at is None else None
    return page(
        request,
        service,
        "at.html",
        t,
        of=of,
        day=question.last_day,
        palette=service.site.palette,
        place_text=place,
        covered=of is not None,
        plans_here=answer.features[: answer.here],
        near=answer.features[answer.here :],
        not_held=answer.missing,
        drawing=await drawing_of(service, of["code"], answer.features, view, question) if of else None,
        asked=in_words(_asked(question, where, t), question, t, names_of(request, t)),
        sheet=_sheet(shown_on, view, question, t) if shown_on else None,
        on_map=_on_map(shown_on, where, view, question, t) if shown_on else None,
    )


def _on_map(code: str, where: Whereabouts, view: View, question: PlaceSearch, t: Translator) -> str:
    """The map of the municipality with the same place or area chosen."""
    zoom, lat, lon = MAP_ZOOM, where.lat, where.lon
    place = {"point": f"{lon:.6f},{lat:.6f}"}
    if where.is_drawn and view.area is not None:
        drawn = wkt.dumps(view.area, trim=True, rounding_precision=6)
        if len(drawn) <= LONGEST_IN_ADDRESS:
            place = {"geometry": drawn}
            west, south, east, north = view.area.bounds
            lon, lat = (west + east) / 2, (south + north) / 2
            span = max(east - west, (north - south) / math.cos(math.radians(lat)), 1e-6)
            zoom = max(0, min(MAP_ZOOM, math.floor(math.log2(360 / span))))
    seen = f"{zoom}/{lat:.5f}/{lon:.5f}"
    asked = {"municipality": code, **place, "view": seen, "day": question.last_day, "lang": t.language}
    return f"/map?{urlencode({name: value for name, value in asked.items() if value}, safe=',/')}"


def _sheet(code: str, view: View, question: PlaceSearch, t: Translator) -> str:
    """The map of what lies round the place, on paper."""
    box = ",".join(f"{edge:.5f}" for edge in view.bounds)
    asked = {"municipality": code, "bbox": box, "day": question.last_day, "lang": t.language}
    return f"/map/sheet?{urlencode({name: value for name, value in asked.items() if value}, safe=',')}"


def _asked(question: PlaceSearch, where: Whereabouts, t: Translator) -> str:
    if where.is_drawn:
        size, distance = t.area(where.m2), t.distance(question.within)
        said = N_("What applies in an area of {area} and within {distance} of it")
        said = said if question.within else N_("What applies in an area of {area}")
        return t.say(said, area=size, distance=distance)
    lat, lon, distance = t.number(where.lat, 5), t.number(where.lon, 5), t.distance(question.within)
    if named := where.asked.get("name"):
        said = (
            N_("What applies at {place} and within {distance} of it")
            if question.within
            else N_("What applies at {place}")
        )
        return t.say(said, place=named, distance=distance)
    if question.within:
        said = N_("What applies at latitude {lat}, longitude {lon} and within {distance} of it")
        return t.say(said, lat=lat, lon=lon, distance=distance)
    return t.say(N_("What applies at latitude {lat}, longitude {lon}"), lat=lat, lon=lon)


async def _not_held(service: Service, here: list[dict[str, Any]], question: PlacesMoment, t: Translator) -> list[str]:
    """What applies here and is not in the register: the frames of municipal plans that have none loaded."""
    asked = [
        one["id"]
        for one in here
        if one["properties"]["kind"] == Kind.MUNICIPAL_PLAN and one["properties"]["applies"] == "in_force"
    ]
    if not asked:
        return []
    rows = await service.reading.rows(
        plans.with_frames(question.in_past), {"ids": asked, "known_at": question.known_at}
    )
    held = {row["parent"] for row in rows}
    return [sentences.not_held(one["properties"], t) for one in here if one["id"] in asked and one["id"] not in held]


async def plans_at(
    service: Service, question: PlacesMoment, where: Whereabouts, language: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The features there, and those near it; each with its distance, direction and sentences, in the order people want.

    What shares less than a square metre with an area is its neighbour: the register's grid is one of centimetres. Of an
    area or a plan smaller than two, less than its half.
    """
    values = {**features.bound(question, service.now()), "lon": where.lon, "lat": where.lat, "area": where.area}
    statement = plans.at_point if where.area is None else areas.at_area
    here: list[dict[str, Any]] = []
    near: list[dict[str, Any]] = []
    for name in COLLECTIONS_ASKED:
        for row in await service.reading.rows(statement(name, question.in_past, question.within > 0), values):
            if (is_here := _is_here(row, where)) or question.within > 0:
                (here if is_here else near).append(_feature(row, where, language))
    await with_theme_titles(service, here + near, translator(language), question)
    await with_ties(service, here + near, translator(language), question)
    return sorted(here, key=list_order), sorted(
        near, key=lambda one: (one["properties"]["distance_m"], *list_order(one))
    )


def _is_here(row: dict[str, Any], where: Whereabouts) -> bool:
    if where.area is None:
        return bool(row["distance_m"] == 0)
    return bool(row["overlap_m2"] >= min(LEAST_M2, where.m2 / 2, row["m2"] / 2))


def _feature(row: dict[str, Any], where: Whereabouts, language: str) -> dict[str, Any]:
    t = translator(language)
    feature: dict[str, Any] = json.loads(row["feature"])
    properties = feature["properties"]
    distance = round(row["distance_m"], 1)
    direction = compass(row["azimuth"]) if distance and row["azimuth"] is not None else None
    properties["distance_m"] = distance
    properties["direction"] = direction
    if where.area is not None:
        properties["overlap_m2"] = round(row["overlap_m2"], 1)
        properties["overlap_percent"] = round(row["overlap_m2"] / row["m2"] * 100, 2)
        properties["area_percent"] = round(row["overlap_m2"] / where.m2 * 100, 2)
    tell(properties, t)
    properties["where_text"] = sentences.where(distance, direction, t) if distance else None
    if properties["kind"] == Kind.MUNICIPAL_PLAN:
        # The outline of a whole municipality says nothing about a place, and is large.
        feature["geometry"] = None
    return feature

"""`/at`: every plan at a place, whatever is shown on any map, and those near it."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.responses import GEOJSON, again, feature_collection, link
from georegister.api.service import Base, Service, TheService
from georegister.domain.geometry import compass
from georegister.domain.plan import Kind
from georegister.language import preferred, translator
from georegister.maps import sentences
from georegister.register import features, plans
from georegister.register.questions import PlaceSearch

router = APIRouter()

GROUPS = ("proposed", "in_force", "ended")
COLLECTIONS_ASKED = ("plans", "municipal-plans")


@router.get("/at")
async def at(request: Request, service: TheService, base: Base, question: Annotated[PlaceSearch, Query()]) -> Response:
    """The plans at a point, proposals first, then those that apply, then ended ones; then near ones by distance."""
    found = await plans_at(service, question, question.lang or preferred(request.headers.get("accept-language")))
    here = [one for one in found if one["properties"]["distance_m"] == 0]
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found]
    more = {"numberMatched": len(found), "numberHere": len(here)}
    return feature_collection(texts, [link("self", again(request, base), GEOJSON)], more)


async def plans_at(service: Service, question: PlaceSearch, language: str) -> list[dict[str, Any]]:
    """Features in the order people want them, each with its distance, direction and sentences."""
    values = features.bound(question, service.now())
    rows = [
        row
        for name in COLLECTIONS_ASKED
        for row in await service.reading.rows(plans.at_point(name, question.in_past, question.within > 0), values)
    ]
    found = [_feature(row, language) for row in rows]
    return sorted(found, key=_order)


def _feature(row: dict[str, Any], language: str) -> dict[str, Any]:
    t = translator(language)
    feature: dict[str, Any] = json.loads(row["feature"])
    properties = feature["properties"]
    distance = round(row["distance_m"], 1)
    direction = compass(row["azimuth"]) if distance and row["azimuth"] is not None else None
    properties["distance_m"] = distance
    properties["direction"] = direction
    properties["heading_text"] = sentences.heading(properties, t)
    properties["status_text"] = sentences.status(properties, t)
    properties["sentence"] = sentences.sentence(properties, t)
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

"""`/places`: the names on the map, and suggestions for what is typed."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api import suggestions
from georegister.api.conditional import Conditional
from georegister.api.html import VARY, translator_of
from georegister.api.responses import GEOJSON, json_response
from georegister.api.service import Base, TheService
from georegister.errors import QuestionInvalid
from georegister.register import places
from georegister.register.place_questions import SuggestionSearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)


@router.get("/places")
async def all_places(
    request: Request, service: TheService, base: Base, question: Annotated[SuggestionSearch, Query()]
) -> Response:
    """Named places as points, with how exactly each is known; with `q` suggestions for what is typed."""
    t = translator_of(request, question.lang)
    headers = {**VARY, "Content-Language": t.language}
    if question.q:
        if question.in_past:
            raise QuestionInvalid("known_at", N_("what is typed is looked up in what the register knows now"))
        found = await suggestions.features(service, question.q, question.municipality, t, base)
        return json_response({"type": "FeatureCollection", "features": found}, GEOJSON, headers)
    rows = await service.reading.rows(places.of_municipalities(question.in_past), question.values())
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": json.loads(row["geometry"]),
            "properties": {
                "name": t.choose(row["names"]),
                "kind": row["kind"],
                "accuracy_m": row["accuracy_m"],
            },
        }
        for row in rows
    ]
    return json_response({"type": "FeatureCollection", "features": features}, GEOJSON, headers)

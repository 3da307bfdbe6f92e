"""`/places`: the names on the map."""

import json
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from georegister.api.conditional import Conditional
from georegister.api.responses import GEOJSON, json_response
from georegister.api.service import TheService
from georegister.language import translator
from georegister.register import places
from georegister.register.questions import StrategySearch

router = APIRouter(route_class=Conditional)


@router.get("/places")
async def all_places(service: TheService, question: Annotated[StrategySearch, Query()]) -> Response:
    """Named places as points, with how exactly each is known."""
    rows = await service.reading.rows(places.of_municipalities(question.in_past), question.values())
    t = translator(question.lang or "da")
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
    return json_response({"type": "FeatureCollection", "features": features}, GEOJSON)

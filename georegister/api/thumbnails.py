"""Plans as pictures the size of a stamp, for lists: colours stand in them, since no stylesheet reaches an image."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.conditional import Conditional
from georegister.api.items import feature, moved, moved_to, municipality_of
from georegister.api.service import Base, Service, TheService
from georegister.language import LANGUAGES
from georegister.maps.thumbnail import Backdrop, backdrop, thumbnail
from georegister.register import municipalities
from georegister.register.collections import COLLECTIONS
from georegister.register.questions import Moment

router = APIRouter(route_class=Conditional)
SVG = "image/svg+xml"
NAME = "/thumbnail.svg"


@router.get("/plans/{id_}/thumbnail.svg")
async def plan_thumbnail(
    id_: str, request: Request, service: TheService, base: Base, question: Annotated[Moment, Query()]
) -> Response:
    """Where a plan lies in its municipality, by its status on the day."""
    text = await feature(service, COLLECTIONS["plans"], id_, question)
    if text is None:
        return moved(request, f"{base}/plans/{await moved_to(service, id_, question)}{NAME}")
    under = await _backdrop(service, municipality_of(id_))
    palette = service.site.palette
    drawn = await asyncio.to_thread(thumbnail, json.loads(text), under, palette)
    # There are no words in it: any language's templates will do.
    svg = service.site.page("thumbnail.svg", LANGUAGES[0], drawn=drawn, palette=palette)
    return Response(svg, media_type=SVG)


async def _backdrop(service: Service, code: str) -> Backdrop | None:
    """The outline of a municipality, the size of a stamp, or None; kept as long as its register stays."""
    [(state,)] = await service.reading.tuples(municipalities.state(True), {**service.now(), "of": code})
    kept = service.backdrops.get(str(state))
    if kept is not None:
        return kept
    rows = await service.reading.rows(municipalities.one(), {"code": code})
    if not rows or (outline := municipalities.outline_of(rows[0])) is None:
        return None
    made = await asyncio.to_thread(backdrop, outline)
    service.backdrops.put(str(state), made)
    return made

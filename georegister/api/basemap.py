"""`/basemap`: the tiles of the background map, where the settings name a source of them."""

import morecantile
from fastapi import APIRouter, Request
from fastapi.responses import Response

from georegister.api.conditional import still_true
from georegister.api.ground import FRESH_SECONDS, Picture, Why
from georegister.api.map_page import around
from georegister.api.problems import problem
from georegister.api.service import AskedNothing, Service, TheService
from georegister.api.tiling import NUMBER, web_mercator_quad
from georegister.errors import NotFound, QuestionInvalid
from georegister.maps.configuration import PublishedMap
from georegister.register import municipalities
from georegister.sentence import N_, Sentence

router = APIRouter()

KEPT = {
    "Cache-Control": f"public, max-age={FRESH_SECONDS}",
    # The source is paid for, or asked to be spared, by the municipality: other sites' pages do not show its pictures.
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNSTORED = {"Cache-Control": "no-store"}


@router.get("/basemap/{z}/{x}/{y}", dependencies=[AskedNothing])
async def basemap_tile(z: str, x: str, y: str, request: Request, service: TheService) -> Response:
    """A tile of the background map, for where the register has municipalities."""
    if service.ground is None:
        raise NotFound(N_("This server has no background map; GEOREGISTER_BASEMAP names where its tiles come from."))
    zoom, col, row = _numbers({"z": z, "x": x, "y": y})
    if not _is_shown(await _published(service), zoom, col, row, service.settings.basemap_zoom):
        raise NotFound(N_("No map here shows the tile {tile}."), tile=f"{z}/{x}/{y}")
    found = await service.ground.tile(zoom, row, col)
    if isinstance(found, Picture):
        headers = {**KEPT, "ETag": found.etag}
        if still_true(request, found.etag):
            return Response(status_code=304, headers=headers)
        return Response(found.body, media_type=found.media_type, headers=headers)
    if found is Why.MISSING:
        raise NotFound(N_("The source of the background map has no such tile."))
    said = Sentence(N_("Its source does not answer as it should; try again in a moment."))
    answer = problem(request, 503, N_("The background map cannot be had just now"), said)
    answer.headers.update(UNSTORED)
    return answer


def _numbers(said: dict[str, str]) -> tuple[int, int, int]:
    """Raises QuestionInvalid where one is no number, NotFound where there is no such tile."""
    for name, text in said.items():
        if not (text.isascii() and text.lstrip("-").isdigit()):
            raise QuestionInvalid(name, N_("give a whole number"))
    if all(NUMBER.fullmatch(text) for text in said.values()):
        zoom, col, row = map(int, said.values())
        if zoom <= web_mercator_quad().maxzoom and max(col, row) < 2**zoom:
            return zoom, col, row
    raise NotFound(N_("No map here shows the tile {tile}."), tile="/".join(said.values())[:60])


def _is_shown(maps: list[PublishedMap], zoom: int, col: int, row: int, nearest: int) -> bool:
    """Whether a reader of one of the maps can come to see the tile."""
    west, south, east, north = web_mercator_quad().bounds(morecantile.Tile(col, row, zoom))
    for shown in maps:
        left, bottom, right, top = shown.surroundings
        touches = west < right and left < east and south < top and bottom < north
        if touches and shown.min_zoom <= zoom <= min(shown.max_zoom, nearest):
            return True
    return False


async def _published(service: Service) -> list[PublishedMap]:
    """The maps that are configured, and one round each other municipality."""
    [(state,)] = await service.reading.tuples(municipalities.state(), service.now())
    found = service.published.get(str(state))
    if found is None:
        found = list(service.site.maps.values())
        configured = {shown.municipality for shown in found}
        for row in await service.reading.rows(municipalities.everything(), {}):
            made = None if row["code"] in configured else await around(service, row["code"])
            found += [made] if made else []
        service.published.put(str(state), found)
    return found

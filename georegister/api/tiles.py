"""Vector tiles of each collection and of the register (OGC API - Tiles 1.0, 20-057)."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from georegister.api.asked import read
from georegister.api.conditional import accepts_gzip, etag, still_true
from georegister.api.responses import JSON, json_response, link
from georegister.api.service import AskedNothing, Base, Service, TheService
from georegister.api.tilesets import MVT, STYLE, listed, style, tilejson, tileset
from georegister.api.tiling import CRS, URI, WEB_MERCATOR_QUAD, TiledExtent, address, least_m2, matrix_set, tiled_extent
from georegister.api.walk import SOURCES, asking
from georegister.errors import QuestionInvalid
from georegister.register import features, municipalities, tiles
from georegister.register.collections import COLLECTIONS, Collection, collection
from georegister.register.cql2.filter import filter_of
from georegister.register.questions import Search, choosing
from georegister.sentence import N_

router = APIRouter()

WHOLE = ("municipalities", "plans", "hearings")
"""The layers of the register's own tiles: together they show everything once."""
OF_EVERY_LAYER = frozenset({"datetime", "known_at", "municipality", "collections"})
TILES_TAKE = {one.search: choosing(one.search) - {"bbox", "bbox-crs"} for one in COLLECTIONS.values()}
"""What is asked of a collection's tiles: what of its items, but for what cuts pages."""
FORMS = {"list": ("json",), "tileset": ("json", "tilejson", "mapbox"), "tile": ("mvt",)}
FRESH_SECONDS = 60
COMPRESSION = 4


@dataclass(frozen=True)
class Asked:
    """Layers with what is asked of each, the form of the answer, and the question as it stands in addresses."""

    layers: Sequence[tuple[Collection, Search]]
    form: str
    query: str


@router.get("/tileMatrixSets", dependencies=[AskedNothing])
async def matrix_sets(base: Base) -> Response:
    """The tile matrix sets there are."""
    one = {"id": WEB_MERCATOR_QUAD, "title": WEB_MERCATOR_QUAD, "uri": URI, "crs": CRS}
    itself = link("self", f"{base}/tileMatrixSets/{WEB_MERCATOR_QUAD}", JSON, "The tile matrix set")
    return json_response({"tileMatrixSets": [{**one, "links": [itself]}], "links": _self(f"{base}/tileMatrixSets")})


@router.get("/tileMatrixSets/{tms}", dependencies=[AskedNothing])
async def one_matrix_set(tms: str) -> Response:
    """A tile matrix set as the OGC defines it (17-083r4)."""
    return json_response(json.loads(matrix_set(tms).model_dump_json(exclude_none=True, by_alias=True)))


@router.get("/tiles")
async def register_tilesets(request: Request, service: TheService, base: Base) -> Response:
    """The tilesets of the whole register."""
    asked = of_register(request, "list")
    return await _tilesets(service, "The register", f"{base}/tiles", asked)


@router.get("/tiles/{tms}")
async def register_tileset(tms: str, request: Request, service: TheService, base: Base) -> Response:
    """A tileset of the whole register."""
    matrix_set(tms)
    asked = of_register(request, "tileset")
    return await _tileset(service, base, "The register", f"{base}/tiles", asked)


@router.get("/tiles/{tms}/{z}/{row}/{col}")
async def register_tile(tms: str, z: str, row: str, col: str, request: Request, service: TheService) -> Response:
    """A tile with several layers."""
    matrix_set(tms)
    return await _tile(request, service, (z, row, col), of_register(request, "tile"))


@router.get("/collections/{name}/tiles")
async def collection_tilesets(name: str, request: Request, service: TheService, base: Base) -> Response:
    """The tilesets of a collection."""
    its_collection = collection(name)
    asked = of_collection(request, its_collection, "list")
    return await _tilesets(service, its_collection.title, f"{base}/collections/{name}/tiles", asked)


@router.get("/collections/{name}/tiles/{tms}")
async def collection_tileset(name: str, tms: str, request: Request, service: TheService, base: Base) -> Response:
    """A tileset of a collection."""
    matrix_set(tms)
    its_collection = collection(name)
    asked = of_collection(request, its_collection, "tileset")
    return await _tileset(service, base, its_collection.title, f"{base}/collections/{name}/tiles", asked)


@router.get("/collections/{name}/tiles/{tms}/{z}/{row}/{col}")
async def collection_tile(
    name: str, tms: str, z: str, row: str, col: str, request: Request, service: TheService
) -> Response:
    """A tile of a collection."""
    matrix_set(tms)
    return await _tile(request, service, (z, row, col), of_collection(request, collection(name), "tile"))


def of_collection(request: Request, its_collection: Collection, kind: str) -> Asked:
    """What is asked of a collection's tiles. Raises QuestionInvalid."""
    names = TILES_TAKE[its_collection.search]
    form = _form(request, names, kind)
    question = read(request, its_collection.search, names)
    # A filter that cannot be read is told at once, not by each tile.
    filter_of(its_collection, question)
    return Asked([(its_collection, question)], form, _query(request))


def of_register(request: Request, kind: str) -> Asked:
    """What is asked of the register's tiles: what every layer can be asked, and which. Raises QuestionInvalid."""
    form = _form(request, OF_EVERY_LAYER, kind)
    wanted = [name.strip() for name in request.query_params.get("collections", "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in COLLECTIONS]
    if unknown:
        raise QuestionInvalid("collections", N_("there is no collection {name!r}"), name=unknown[0][:60])
    chosen = [COLLECTIONS[name] for name in dict.fromkeys(wanted or WHOLE)]
    layers = [(one, read(request, one.search, OF_EVERY_LAYER - {"collections"})) for one in chosen]
    return Asked(layers, form, _query(request))


def _form(request: Request, names: frozenset[str], kind: str) -> str:
    for name in request.query_params:
        if name not in names and name != "f":
            raise QuestionInvalid(name[:60], N_("there is no such parameter here"))
    form = request.query_params.get("f", FORMS[kind][0])
    if form not in FORMS[kind]:
        raise QuestionInvalid("f", N_("give one of {forms}"), forms=", ".join(FORMS[kind]))
    return form


def _query(request: Request) -> str:
    """The question as it is kept in links, from its question mark on."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "f"]
    return f"?{urlencode(kept, safe='/:,.')}" if kept else ""


async def _tilesets(service: Service, title: str, here: str, asked: Asked) -> Response:
    one = listed(title, await _extent(service, await _state(service, asked)), here, asked.query)
    return json_response({"tilesets": [one], "links": _self(f"{here}{asked.query}")})


async def _tileset(service: Service, base: str, title: str, here: str, asked: Asked) -> Response:
    layers = [layer for layer, _ in asked.layers]
    if asked.form == "mapbox":
        return json_response(style(title, layers, service.site.palette, here, asked.query), STYLE)
    covered = await _extent(service, await _state(service, asked))
    if asked.form == "tilejson":
        return json_response(tilejson(title, layers, covered, here, asked.query))
    return json_response(tileset(title, layers, covered, base, here, asked.query))


async def _tile(request: Request, service: Service, where: tuple[str, str, str], asked: Asked) -> Response:
    # What decides is read first: a load that comes between can only make the tile newer than its ETag.
    state = await _state(service, asked)
    at = address(*where, await _extent(service, state))
    zipped = accepts_gzip(request)
    path, query = request.url.path, sorted(request.query_params.multi_items())
    plain = etag(state, path, repr(query))
    tag = etag(state, path, repr(query), encoding="gzip") if zipped else plain
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={FRESH_SECONDS}", "Vary": "Accept-Encoding"}
    if still_true(request, tag):
        return Response(status_code=304, headers=headers)
    body = service.tiles.get(tag)
    if body is None:
        body = service.tiles.get(plain)
        if body is None:
            body = await _drawn(service, at, asked)
        if zipped and body:
            body = await asyncio.to_thread(gzip.compress, body, COMPRESSION, mtime=0)
        service.tiles.put(tag, body, len(body) + len(tag))
    if not body:
        return Response(status_code=204, headers=headers)
    return Response(body, media_type=MVT, headers={**headers, **({"Content-Encoding": "gzip"} if zipped else {})})


async def _drawn(service: Service, at: dict[str, int], asked: Asked) -> bytes:
    """The tile's layers one after the other, which is how protocol buffers are joined."""
    parts = []
    for layer, question in asked.layers:
        shape, values = asking(service, layer, question)
        statement = tiles.tile(layer, SOURCES[layer.search], shape)
        where = {**at, "least_m2": least_m2(at["zoom"], at["row"])}
        [(part,)] = await service.reading.tuples(statement, {**values, **where})
        parts.append(bytes(part))
    return b"".join(parts)


async def _state(service: Service, asked: Asked) -> str:
    """What the register is in now, on the day asked for."""
    _, question = asked.layers[0]
    [(state,)] = await service.reading.tuples(municipalities.state(), features.bound(question, service.now()))
    return str(state)


async def _extent(service: Service, state: str) -> TiledExtent:
    """Where anything is; looked up once for each state of the register."""
    found = service.tiled_extents.get(state)
    if found is None:
        [edges] = await service.reading.tuples(tiles.extent(), {})
        found = tiled_extent(None if edges[0] is None else edges)
        service.tiled_extents.put(state, found)
    return found


def _self(href: str) -> list[dict[str, object]]:
    return [link("self", href, JSON, "This document")]

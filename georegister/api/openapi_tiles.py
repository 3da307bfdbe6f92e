"""Tiles described as OpenAPI 3.0.3, with the operation names of OGC API - Tiles (20-057, requirements class oas30)."""

from typing import Any

from georegister.api.openapi_reading import get
from georegister.api.openapi_schemas import reference
from georegister.api.responses import JSON
from georegister.api.tiles import FORMS, OF_EVERY_LAYER, TILES_TAKE
from georegister.api.tilesets import MVT, STYLE
from georegister.api.tiling import MAX_ZOOM, WEB_MERCATOR_QUAD
from georegister.register.collections import COLLECTIONS

LAYERS: dict[str, Any] = {
    "name": "collections",
    "in": "query",
    "required": False,
    "description": "The collections that are layers of the tile.",
    "style": "form",
    "explode": False,
    "schema": {"type": "array", "items": {"type": "string", "enum": list(COLLECTIONS)}},
}


def paths() -> dict[str, Any]:
    """The tile matrix sets, the register's tilesets and each collection's."""
    described = {
        "/tileMatrixSets": _get("tileMatrixSets", "The tile matrix sets", [], JSON, "tileMatrixSets"),
        f"/tileMatrixSets/{WEB_MERCATOR_QUAD}": _get("tileMatrixSet", "The tile matrix set", [], JSON, "tileMatrixSet"),
    }
    described |= _tiles("/tiles", "georegister.dataset", "the register", sorted(OF_EVERY_LAYER))
    for one in COLLECTIONS.values():
        here = f"/collections/{one.id}/tiles"
        described |= _tiles(here, f"{one.id}.collection", one.title, sorted(TILES_TAKE[one.search]))
    return described


def parameters() -> dict[str, Any]:
    """The parameters that only tiles have."""
    return {LAYERS["name"]: LAYERS}


def _tiles(here: str, operation: str, of: str, asked: list[str]) -> dict[str, Any]:
    quad = f"{here}/{WEB_MERCATOR_QUAD}"
    taken = [{"$ref": f"#/components/parameters/{name}"} for name in asked]
    tile = _get(f"{operation}.vector.getTile", f"A tile of: {of}", [*_place(), *taken, _form("tile")], MVT)
    tile["get"]["responses"] |= {
        "204": {"description": "Nothing is there"},
        "304": {"description": "What the client has is still true"},
    }
    tileset = _get(f"{operation}.vector.getTileSet", f"The tileset of: {of}", [*taken, _form("tileset")], JSON)
    tileset["get"]["responses"]["200"]["content"] = {
        JSON: {"schema": {"anyOf": [reference("tileSet"), reference("tileJson")]}},
        STYLE: {"schema": reference("style")},
    }
    listed = [*taken, _form("list")]
    return {
        here: _get(f"{operation}.vector.getTileSetsList", f"The tilesets of: {of}", listed, JSON, "tileSets"),
        quad: tileset,
        f"{quad}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile,
    }


def _place() -> list[dict[str, Any]]:
    largest = {"tileMatrix": MAX_ZOOM, "tileRow": 2**MAX_ZOOM - 1, "tileCol": 2**MAX_ZOOM - 1}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "style": "simple",
            "schema": {"type": "integer", "minimum": 0, "maximum": most},
        }
        for name, most in largest.items()
    ]


def _form(kind: str) -> dict[str, Any]:
    return {
        "name": "f",
        "in": "query",
        "required": False,
        "description": "The form of the answer.",
        "style": "form",
        "explode": False,
        "schema": {"type": "string", "enum": list(FORMS[kind])},
    }


def _get(
    operation: str, summary: str, parameters: list[dict[str, Any]], media_type: str, schema: str | None = None
) -> dict[str, Any]:
    described = get(operation, summary, "Tiles", (), media_type, schema=schema)
    described["get"]["parameters"] = parameters
    return described

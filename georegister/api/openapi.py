"""The API described as OpenAPI 3.0.3, from the collections: clients read concrete paths and named parameters.

FastAPI's own document is 3.1, has one path for all collections and lacks `style` and `explode`; QGIS, GDAL and the
OGC's tests want these.
"""

from typing import Any

from georegister import __version__
from georegister.api import downloads, openapi_loads, openapi_tiles
from georegister.api.responses import GEOJSON, HTML, JSON, OPENAPI, OPENAPI_31, SCHEMA
from georegister.domain import area, phrase
from georegister.domain.crs import DEFAULT
from georegister.register.areas import with_area
from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.place_questions import PlaceSearch
from georegister.register.questions import DEFAULT_LIMIT, FARTHEST_METRES, MAX_LIMIT, ItemSearch

OF_TYPE: dict[str, dict[str, Any]] = {
    "bbox": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    "datetime": {"type": "string"},
    "crs": {"type": "string", "default": DEFAULT.uri},
    "bbox-crs": {"type": "string", "default": DEFAULT.uri},
    "known_at": {"type": "string", "format": "date-time"},
    "token": {"type": "string"},
    "q": {"type": "string", "minLength": 1, "maxLength": phrase.LONGEST},
    "f": {"type": "string", "enum": ["json", "html"]},
    "filter": {"type": "string"},
    "filter-lang": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    "filter-crs": {"type": "string", "format": "uri"},
    "sdg": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 17}},
    "is_open": {"type": "boolean"},
    "skipGeometry": {"type": "boolean"},
    "precision": {"type": "integer", "minimum": 0, "maximum": 15},
    "simplify": {"type": "number", "minimum": 0},
    "resultType": {"type": "string", "enum": ["results", "hits"]},
    "within": {"type": "number", "minimum": 0, "maximum": FARTHEST_METRES},
    "geometry": {"type": "string", "maxLength": area.LONGEST},
    "relation": {"type": "string", "enum": ["intersects", "within"], "default": "intersects"},
    "buffer": {"type": "number", "minimum": 0, "maximum": FARTHEST_METRES, "default": 0},
    "minimum_share": {"type": "number", "minimum": 0, "maximum": 100},
    "lang": {"type": "string", "enum": ["da", "en"]},
    "point": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
}
GEOMETRY: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string"},
        "coordinates": {"type": "array", "items": {}},
        "geometries": {"type": "array", "items": {"type": "object"}},
    },
}
OF_BODY: dict[str, dict[str, Any]] = {
    "geometry": {"anyOf": [GEOMETRY, OF_TYPE["geometry"]]},
    "filter": {"anyOf": [{"type": "string"}, {"type": "object"}]},
}
"""What can be more than a text where the question is JSON."""
TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
PROBLEM = {"$ref": "#/components/responses/Problem"}


def document(base: str) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {
        "/": _get("landing", "The landing page", "Landing", ["f", "lang"], page=True),
        "/api": _get("api", "This document", "Landing", ["f"], OPENAPI),
        "/api/3.1": _get("api.31", "This document as OpenAPI 3.1", "Landing", ["f"], OPENAPI_31),
        "/conformance": _get("conformance", "The standards that hold", "Landing", ["f", "lang"], page=True),
        "/collections": _get("collections", "The collections", "Collections", ["f", "lang"], page=True),
    }
    parameters: dict[str, Any] = {}
    for its_collection in COLLECTIONS.values():
        paths |= _paths(its_collection)
        for name, parameter in _parameters(with_area(its_collection).search).items():
            parameters.setdefault(name, parameter)
    place = _parameters(PlaceSearch)
    parameters |= {name: parameter for name, parameter in place.items() if name not in parameters}
    paths["/at"] = _get("at", "The plans at a place and near it", "Places", list(place), GEOJSON)
    for name, title in (("strategies", "The strategies"), ("themes", "Their themes"), ("goals", "Their goals")):
        paths[f"/{name}"] = _get(name, title, "Strategies", ["municipality", "lang", "known_at", "f"])
    paths |= openapi_loads.paths()
    paths |= openapi_tiles.paths()
    parameters |= openapi_tiles.parameters()
    paths["/rules"] = _get("rules", "The rules that deliveries and the register are checked by", "Rules", ["lang", "f"])
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "georegister",
            "version": __version__,
            "description": "Plans of municipalities and what they mean. Not the legal register.",
            "contact": {"name": "georegister", "url": f"{base}/"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "responses": {"Problem": _problem()},
            "schemas": {},
            "securitySchemes": openapi_loads.SCHEME,
        },
    }


def _paths(its_collection: Collection) -> dict[str, Any]:
    here, name, tag = f"/collections/{its_collection.id}", its_collection.id, its_collection.title
    asked = list(_parameters(its_collection.search))
    item = _get(f"{name}.item", f"One of: {tag}", tag, list(_parameters(ItemSearch)), GEOJSON, page=True)
    item["get"]["parameters"].insert(0, {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    items = _with_downloads(_get(f"{name}.items", its_collection.description, tag, asked, GEOJSON, page=True))
    in_area = list(_parameters(with_area(its_collection).search))
    search = _with_downloads(_get(f"{name}.search", f"In an area: {tag}", tag, in_area, GEOJSON, page=True))
    search["post"] = _posted(search["get"], with_area(its_collection))
    return {
        here: _get(f"{name}.collection", f"About: {tag}", tag, ["f", "lang"], page=True),
        f"{here}/schema": _get(f"{name}.schema", f"The properties of: {tag}", tag, (), SCHEMA),
        f"{here}/queryables": _get(f"{name}.queryables", f"What a filter can name: {tag}", tag, (), SCHEMA),
        f"{here}/sortables": _get(f"{name}.sortables", f"What can be ordered by: {tag}", tag, (), SCHEMA),
        f"{here}/items": items,
        f"{here}/items/{{id}}": item,
        f"{here}/search": search,
    }


def _with_downloads(described: dict[str, Any]) -> dict[str, Any]:
    """What is a file elsewhere is not offered: `f` with its downloads is the items' own."""
    get = described["get"]
    get["parameters"] = [one for one in get["parameters"] if not one["$ref"].endswith("/f")] + [downloads.PARAMETER]
    get["responses"]["200"]["content"] |= downloads.CONTENT
    return described


def _posted(get: dict[str, Any], its_collection: Collection) -> dict[str, Any]:
    """The same question with its parameters as members of a JSON object."""
    members = {name: one["schema"] for name, one in _parameters(its_collection.search).items()} | OF_BODY
    members["f"] = downloads.PARAMETER["schema"]
    schema = {"type": "object", "required": ["geometry"], "properties": members, "additionalProperties": False}
    return {
        "operationId": f"{get['operationId']}.post",
        "summary": get["summary"],
        "tags": get["tags"],
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
        "responses": {**get["responses"], **dict.fromkeys(("413", "415"), PROBLEM)},
    }


def _get(
    operation: str,
    summary: str,
    tag: str,
    parameters: "list[str] | tuple[()]" = (),
    media_type: str = JSON,
    page: bool = False,
) -> dict[str, Any]:
    """A question that changes nothing; `page` where the answer can also be a page for people."""
    content: dict[str, Any] = {media_type: {"schema": {"type": "object"}}}
    if page:
        content[HTML] = {"schema": {"type": "string"}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {
                "200": {"description": "The answer", "content": content},
                **dict.fromkeys(("400", "404", "503"), PROBLEM),
            },
        }
    }


def _parameters(search: Any) -> dict[str, dict[str, Any]]:
    """A search model's parameters as OpenAPI has them; a search type says each name once."""
    described = {}
    for field_name, field in search.model_fields.items():
        name = field.alias or field_name
        described[name] = {
            "name": name,
            "in": "query",
            "required": field.is_required(),
            "description": field.description or "",
            "style": "form",
            "explode": False,
            "schema": OF_TYPE.get(name, TEXTS),
        }
    return described


def _problem() -> dict[str, Any]:
    members = {"type": "string", "title": "string", "status": "integer", "detail": "string", "instance": "string"}
    properties = {name: {"type": type_} for name, type_ in {**members, "parameter": "string"}.items()}
    return {
        "description": "What is wrong, as RFC 9457 has it",
        "content": {"application/problem+json": {"schema": {"type": "object", "properties": properties}}},
    }

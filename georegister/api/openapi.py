"""The API described as OpenAPI 3.0.3, from the collections: clients read concrete paths and named parameters.

FastAPI's own document is 3.1, has one path for all collections and lacks `style` and `explode`; QGIS, GDAL and the
OGC's tests want these.
"""

from typing import Any, get_args

from georegister import __version__
from georegister.api import downloads, openapi_loads, openapi_pages, openapi_reading, openapi_tiles, rights
from georegister.api.coverage import FILES, TAKES
from georegister.api.map_search import SheetSearch
from georegister.api.openapi_reading import get as _get
from georegister.api.openapi_reading import with_path
from georegister.api.openapi_schemas import (
    OBJECT,
    PROBLEM,
    TEXT,
    array,
    feature_name,
    members,
    page_name,
    reference,
    schemas,
)
from georegister.api.responses import GEOJSON, HTML, JSON, OPENAPI, OPENAPI_31, SCHEMA
from georegister.domain import area, phrase
from georegister.domain.crs import DEFAULT
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.language import LANGUAGES
from georegister.register.areas import with_area
from georegister.register.collections import COLLECTIONS, Collection, one_of
from georegister.register.coverage import By, CoverageSearch
from georegister.register.place_questions import MOST_PLACES, WAYS, PlaceSearch, PlacesMoment
from georegister.register.questions import (
    DEFAULT_LIMIT,
    FARTHEST_METRES,
    LONGEST,
    LONGEST_FILTER,
    MAX_LIMIT,
    ItemSearch,
)
from georegister.settings import Settings

SEVERAL_TEXTS: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_PLACES,
    "items": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}
OF_TYPE: dict[str, dict[str, Any]] = {
    "bbox": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    "datetime": {"type": "string"},
    "crs": {"type": "string", "default": DEFAULT.uri},
    "bbox-crs": {"type": "string", "default": DEFAULT.uri},
    "known_at": {"type": "string", "format": "date-time"},
    "token": {"type": "string", "maxLength": LONGEST},
    "q": {"type": "string", "minLength": 1, "maxLength": phrase.LONGEST},
    "f": {"type": "string", "enum": ["json", "html"]},
    "filter": {"type": "string", "maxLength": LONGEST_FILTER},
    "filter-lang": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    "filter-crs": {"type": "string", "format": "uri"},
    "sdg": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 17}},
    "kind": {"type": "array", "items": one_of(Kind)},
    "status": {"type": "array", "items": one_of(Status)},
    "is_open": {"type": "boolean"},
    "skipGeometry": {"type": "boolean"},
    "precision": {"type": "integer", "minimum": 0, "maximum": 15},
    "simplify": {"type": "number", "minimum": 0, "maximum": FARTHEST_METRES},
    "resultType": {"type": "string", "enum": ["results", "hits"]},
    "within": {"type": "number", "minimum": 0, "maximum": FARTHEST_METRES},
    "geometry": {"type": "string", "maxLength": area.LONGEST},
    "relation": {"type": "string", "enum": ["intersects", "within"], "default": "intersects"},
    "buffer": {"type": "number", "minimum": 0, "maximum": FARTHEST_METRES, "default": 0},
    "minimum_share": {"type": "number", "minimum": 0, "maximum": 100},
    "lang": {"type": "string", "enum": list(LANGUAGES)},
    "by": {"type": "string", "enum": list(get_args(By)), "default": "theme"},
    "point": {**SEVERAL_TEXTS, "items": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?,-?[0-9]+(\.[0-9]+)?$"}},
    **dict.fromkeys(("place", "address", "parcel"), SEVERAL_TEXTS),
    "polygon": {**SEVERAL_TEXTS, "items": {"type": "string", "maxLength": area.LONGEST}},
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
SEVERAL: dict[str, Any] = {
    "type": "object",
    "required": ["places"],
    "properties": {"places": {"type": "array", "items": {"type": "object", "required": ["asked"]}}},
}
"""An answer for each of several places."""
OF_BODY: dict[str, dict[str, Any]] = {
    "geometry": {"anyOf": [GEOMETRY, OF_TYPE["geometry"]]},
    "filter": {"anyOf": [{"type": "string"}, {"type": "object"}]},
}
"""What can be more than a text where the question is JSON."""
TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string", "maxLength": LONGEST}, "maxItems": 200}


def document(base: str, settings: Settings) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {
        "/": _get("landing", "The landing page", "Landing", ["f", "lang"], page=True, schema="landing"),
        "/api": _get("api", "This document", "Landing", ["f", "lang"], OPENAPI, page=True, schema="openapi"),
        "/api/3.1": _get("api.31", "This document as OpenAPI 3.1", "Landing", (), OPENAPI_31, schema="openapi"),
        "/conformance": _get(
            "conformance", "The standards that hold", "Landing", ["f", "lang"], page=True, schema="conformance"
        ),
        "/collections": _get(
            "collections", "The collections", "Collections", ["f", "lang"], page=True, schema="collections"
        ),
    }
    parameters: dict[str, Any] = {}
    for its_collection in COLLECTIONS.values():
        paths |= _paths(its_collection)
        for name, parameter in _parameters(with_area(its_collection).search).items():
            parameters.setdefault(name, parameter)
    place = _parameters(PlaceSearch)
    parameters |= {name: parameter for name, parameter in place.items() if name not in parameters}
    paths["/at"] = _get(
        "at", "The plans at a place and near it", "Places", list(place), GEOJSON, page=True, schema="at"
    )
    paths["/at"]["get"]["responses"]["200"]["content"][JSON] = {"schema": SEVERAL}
    paths["/at"]["post"] = _at_several(list(_parameters(PlacesMoment)))
    paths |= openapi_reading.paths()
    paths |= openapi_pages.paths(_parameters(SheetSearch))
    paths["/coverage"] = _coverage()
    parameters["by"] = _parameters(CoverageSearch)["by"]
    paths |= openapi_loads.paths()
    paths |= openapi_tiles.paths()
    parameters |= openapi_tiles.parameters()
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "georegister",
            "version": __version__,
            "description": "Plans of municipalities and what they mean. Not the legal register.",
            **rights.info(settings),
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "responses": {"Problem": _problem()},
            "schemas": schemas(),
            "securitySchemes": openapi_loads.SCHEME,
        },
    }


def _paths(its_collection: Collection) -> dict[str, Any]:
    here, name, tag = f"/collections/{its_collection.id}", its_collection.id, its_collection.title
    asked = list(_parameters(its_collection.search))
    one, many = feature_name(its_collection), page_name(its_collection)
    item = _get(f"{name}.item", f"One of: {tag}", tag, list(_parameters(ItemSearch)), GEOJSON, page=True, schema=one)
    item["get"]["responses"]["410"] = PROBLEM
    if its_collection.is_of_plans:
        item["get"]["responses"]["303"] = {"description": "As a page it is a plan's own, which is elsewhere"}
    items = _with_downloads(
        _get(f"{name}.items", its_collection.description, tag, asked, GEOJSON, page=True, schema=many)
    )
    in_area = list(_parameters(with_area(its_collection).search))
    search = _with_downloads(
        _get(f"{name}.search", f"In an area: {tag}", tag, in_area, GEOJSON, page=True, schema="features")
    )
    search["post"] = _posted(search["get"], with_area(its_collection))
    about = _get(f"{name}.collection", f"About: {tag}", tag, ["f", "lang"], page=True, schema="collection")
    schemas = {
        "schema": f"The properties of: {tag}",
        "queryables": f"What a filter can name: {tag}",
        "sortables": f"What can be ordered by: {tag}",
    }
    return {
        here: about,
        **{
            f"{here}/{what}": _get(f"{name}.{what}", title, tag, (), SCHEMA, schema="jsonSchema")
            for what, title in schemas.items()
        },
        f"{here}/items": items,
        f"{here}/items/{{id}}": with_path(item, "id", {"type": "string"}),
        f"{here}/search": search,
    }


def _at_several(asked: list[str]) -> dict[str, Any]:
    listed = {"type": "array", "minItems": 1, "maxItems": MOST_PLACES, "items": {"type": "object"}}
    geojson = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
    places = {"type": "object", "required": ["places"], "properties": {"places": listed}, "additionalProperties": False}
    schema = {"anyOf": [listed, places, geojson]}
    described = _get("at.post", "The plans at several places", "Places", asked)["get"]
    described["responses"]["200"]["content"] = {JSON: {"schema": SEVERAL}}
    described["responses"] = _of_post(described["responses"])
    described["requestBody"] = {"required": True, "content": {one: {"schema": schema} for one in (JSON, GEOJSON)}}
    return dict(described)


def _of_post(responses: dict[str, Any]) -> dict[str, Any]:
    """What is asked with a body has no ETag, and the body may be refused."""
    kept = {status: one for status, one in responses.items() if status != "304"}
    return {**kept, **dict.fromkeys(("413", "415"), PROBLEM)}


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
        "responses": _of_post(get["responses"]),
    }


def _coverage() -> dict[str, Any]:
    summary = "How many plans there are, and how much land they cover"
    holds = members({"by": TEXT, "question": TEXT, "rows": array(OBJECT), "total": OBJECT, "notes": array(TEXT)})
    described = _get("coverage", summary, "Coverage", sorted(TAKES - {"f"}), page=True, schema=holds)
    form = {**downloads.PARAMETER, "description": "The form of the answer."}
    form["schema"] = {"type": "string", "enum": ["json", "html", *FILES]}
    described["get"]["parameters"].append(form)
    files = {
        media_type: downloads.CONTENT[media_type] for media_type in (downloads.FORMS[one].media_type for one in FILES)
    }
    described["get"]["responses"]["200"]["content"] |= files
    return described


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
            "explode": name in WAYS,
            "schema": OF_TYPE.get(name, TEXTS),
        }
    return described


def _problem() -> dict[str, Any]:
    words = {"schema": {"type": "string"}}
    return {
        "description": "What is wrong, as RFC 9457 has it; for people a page; plain text where an address is too long.",
        "content": {
            "application/problem+json": {"schema": reference("problem")},
            **dict.fromkeys((HTML, "text/plain"), words),
        },
    }

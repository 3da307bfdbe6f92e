"""What a collection can be asked by and ordered by (OGC API Features Part 3, 6.2; OGC API Common Part 3)."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from georegister.api.conditional import Conditional
from georegister.api.responses import SCHEMA, Link, json_response, link
from georegister.api.service import AskedNothing, Base
from georegister.register.collections import Collection, Property, collection

router = APIRouter(route_class=Conditional)

_PART_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE = (
    *(f"{_PART_3}{name}" for name in ("queryables", "filter", "features-filter")),
    *(f"{_CQL2}{name}" for name in ("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators")),
    *(f"{_CQL2}{name}-insensitive-comparison" for name in ("case", "accent")),
    *(f"{_CQL2}{name}-functions" for name in ("basic-spatial", "spatial", "temporal", "array")),
    f"{_CQL2}basic-spatial-functions-plus",
    *(f"{_CQL2}{name}" for name in ("property-property", "arithmetic")),
    # What the drafts called them, which clients look for.
    *(f"{_CQL2}{name}-operators" for name in ("basic-spatial", "spatial", "temporal", "array")),
)
GEOMETRY = {
    "$ref": "https://geojson.org/schema/MultiPolygon.json",
    "format": "geometry-multipolygon",
    "x-ogc-role": "primary-geometry",
}
IDENTIFIER = {"type": "string", "x-ogc-role": "id", "description": "The feature's permanent id."}
_RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"


@router.get("/collections/{name}/queryables", dependencies=[AskedNothing])
async def queryables(name: str, base: Base) -> Response:
    """The properties a filter can name."""
    its_collection = collection(name)
    return _schema(its_collection, base, "queryables", {"geometry": GEOMETRY}, its_collection.queryables)


@router.get("/collections/{name}/sortables", dependencies=[AskedNothing])
async def sortables(name: str, base: Base) -> Response:
    """The properties features can be ordered by."""
    its_collection = collection(name)
    return _schema(its_collection, base, "sortables", {}, its_collection.sortables)


def links(here: str) -> list[Link]:
    """To both documents, by each name that clients look for."""
    return [
        *(link(rel, f"{here}/queryables", SCHEMA, "What it can be asked by") for rel in _names("queryables")),
        link("queryables", f"{here}/queryables", SCHEMA, "What it can be asked by"),
        *(link(rel, f"{here}/sortables", SCHEMA, "What it can be ordered by") for rel in _names("sortables")),
    ]


def _names(name: str) -> tuple[str, str]:
    return f"{_RELATIONS}{name}", f"[ogc-rel:{name}]"


def _schema(
    its_collection: Collection, base: str, what: str, first: dict[str, Any], properties: Iterable[Property]
) -> Response:
    return json_response(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{base}/collections/{its_collection.id}/{what}",
            "title": its_collection.title,
            "type": "object",
            "properties": {
                **first,
                "id": IDENTIFIER,
                **{one.name: {**one.schema, "description": one.description} for one in properties},
            },
            "additionalProperties": False,
        },
        SCHEMA,
    )

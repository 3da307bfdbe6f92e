"""The landing page, conformance and the collections' descriptions (OGC API Features, 7.2 to 7.14)."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from georegister.api import downloads
from georegister.api.openapi import document
from georegister.api.responses import CRS84, GEOJSON, HTML, JSON, OPENAPI, SCHEMA, json_response, link
from georegister.api.service import AskedNothing, Base, Service, TheService
from georegister.api.tilesets import SCHEMES, TILESETS
from georegister.register.collections import COLLECTIONS, Collection, Property, collection
from georegister.register.municipalities import extent

router = APIRouter()

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
DISCLAIMER = (
    "This register shows plans and what they mean. It is not the legal register: what applies in law is published "
    "in Plandata.dk and by the municipality. Some geometries are illustrative; each feature says so."
)
SCHEMA_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/schema"


@router.get("/api", dependencies=[AskedNothing])
async def api(service: TheService, base: Base) -> Response:
    """The API's description, as OpenAPI 3.0."""
    return json_response(document(base), OPENAPI)


@router.get("/conformance", dependencies=[AskedNothing])
async def conformance() -> Response:
    """The classes of the standards that hold here."""
    return json_response({"conformsTo": CONFORMANCE})


@router.get("/collections", dependencies=[AskedNothing])
async def collections(service: TheService, base: Base) -> Response:
    """What there is to ask."""
    where = await _extent(service)
    described = [describe(one, base, where) for one in COLLECTIONS.values()]
    return json_response({"links": [link("self", f"{base}/collections")], "collections": described})


@router.get("/collections/{name}", dependencies=[AskedNothing])
async def one_collection(name: str, service: TheService, base: Base) -> Response:
    """One collection: what it holds, where, and how to get at it."""
    return json_response(describe(collection(name), base, await _extent(service)))


@router.get("/collections/{name}/schema", dependencies=[AskedNothing])
async def schema(name: str, base: Base) -> Response:
    """The properties of a collection's features, as JSON Schema."""
    its_collection = collection(name)
    return json_response(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{base}/collections/{name}/schema",
            "title": its_collection.title,
            "type": "object",
            "properties": {
                "geometry": {
                    "$ref": "https://geojson.org/schema/MultiPolygon.json",
                    "format": "geometry-multipolygon",
                    "x-ogc-role": "primary-geometry",
                    "x-ogc-propertySeq": 1,
                },
                **{one.name: _described(one, place) for place, one in enumerate(its_collection.properties, 2)},
            },
        },
        SCHEMA,
    )


def landing(base: str) -> dict[str, Any]:
    """The landing page as a document; `/` gives it to whoever does not ask for HTML."""
    return {
        "title": "georegister",
        "description": DISCLAIMER,
        "links": [
            link("self", f"{base}/", JSON, "This document"),
            link("alternate", f"{base}/", HTML, "The same for people"),
            link("service-desc", f"{base}/api", OPENAPI, "The API described"),
            link("conformance", f"{base}/conformance", JSON, "The standards that hold"),
            link("data", f"{base}/collections", JSON, "The collections"),
            link(TILESETS, f"{base}/tiles", JSON, "Vector tiles of the register"),
            link(SCHEMES, f"{base}/tileMatrixSets", JSON, "The tile matrix sets"),
            link("related", f"{base}/map", HTML, "The map"),
            link("related", f"{base}/strategies", JSON, "The strategies"),
        ],
    }


def describe(its_collection: Collection, base: str, where: list[list[float]]) -> dict[str, Any]:
    """A collection as `/collections` and `/collections/{id}` both give it."""
    here = f"{base}/collections/{its_collection.id}"
    return {
        "id": its_collection.id,
        "title": its_collection.title,
        "description": f"{its_collection.description} {DISCLAIMER}",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": where, "crs": CRS84}, "temporal": {"interval": [[None, None]]}},
        "links": [
            link("self", here),
            link("items", f"{here}/items", GEOJSON, its_collection.title),
            link("describedby", f"{here}/schema", SCHEMA),
            link(SCHEMA_RELATION, f"{here}/schema", SCHEMA),
            link(TILESETS, f"{here}/tiles", JSON, "Vector tiles"),
            *downloads.links(here),
        ],
    }


async def _extent(service: Service) -> list[list[float]]:
    rows = await service.reading.tuples(extent(), {})
    return [list(map(float, rows[0]))] if rows and rows[0][0] is not None else [[-180, -90, 180, 90]]


def _described(one: Property, place: int) -> dict[str, Any]:
    return {**one.schema, "description": one.description, "readOnly": True, "x-ogc-propertySeq": place}

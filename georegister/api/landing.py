"""The landing page, conformance and the collections' descriptions (OGC API Features, 7.2 to 7.14)."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from georegister.api import collection_pages, downloads, news, proofs, properties, rights
from georegister.api.conditional import Conditional
from georegister.api.holdings import Holding
from georegister.api.html import VARY, wants_html
from georegister.api.openapi import document
from georegister.api.openapi_31 import as_31
from georegister.api.responses import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    OPENAPI_31,
    SCHEMA,
    Link,
    json_response,
    link,
)
from georegister.api.service import AskedNothing, Base, TheService
from georegister.api.tilesets import SCHEMES, TILESETS
from georegister.domain.crs import DEFAULT
from georegister.register.collections import COLLECTIONS, Collection, Property, collection
from georegister.settings import Settings

router = APIRouter(route_class=Conditional)

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    # Part 5 was published under Common's name; QGIS and GDAL look for the name it had before.
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/datetime",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    *properties.CONFORMANCE,
)
DISCLAIMER = (
    "This register shows plans and what they mean. It is not the legal register: what applies in law is published "
    "in Plandata.dk and by the municipality. Some geometries are illustrative; each feature says so."
)
SCHEMA_RELATION = "http://www.opengis.net/def/rel/ogc/1.0/schema"


@router.get("/api", dependencies=[AskedNothing])
async def api(request: Request, service: TheService, base: Base) -> Response:
    """The API's description, as OpenAPI 3.0; as a page only where the address says so, not by what is accepted.

    The parsers of Java clients say that they accept HTML before anything else.
    """
    if request.query_params.get("f") == "html":
        return collection_pages.api(request, service, document(base, service.settings))
    return json_response(document(base, service.settings), OPENAPI)


@router.get("/api/3.1", dependencies=[AskedNothing])
async def api_31(service: TheService, base: Base) -> Response:
    """The same as OpenAPI 3.1."""
    return json_response(as_31(document(base, service.settings)), OPENAPI_31)


@router.get("/conformance", dependencies=[AskedNothing])
async def conformance(request: Request, service: TheService, base: Base) -> Response:
    """The classes of the standards that hold here."""
    if wants_html(request, request.query_params.get("f")):
        return collection_pages.conformance(request, service, CONFORMANCE)
    links = self_and_page(f"{base}/conformance", "The standards that hold")
    links.append(link("related", f"{base}/conformance/results", JSON, "The tests that have shown it"))
    return json_response({"conformsTo": CONFORMANCE, "links": links}, headers=VARY)


@router.get("/conformance/results", dependencies=[AskedNothing])
async def results() -> Response:
    """The tests that have shown what is declared, and what came of them."""
    return json_response(proofs.kept().model_dump(mode="json"))


@router.get("/collections", dependencies=[AskedNothing])
async def collections(request: Request, service: TheService, base: Base) -> Response:
    """What there is to ask."""
    held = await service.holdings.everywhere()
    described = [describe(one, base, held[one.id], service.settings) for one in COLLECTIONS.values()]
    if wants_html(request, request.query_params.get("f")):
        return collection_pages.collections(request, service, described)
    links = [*self_and_page(f"{base}/collections", "The collections"), *rights.links(service.settings)]
    return json_response({"links": links, "collections": described}, headers=VARY)


@router.get("/collections/{name}", dependencies=[AskedNothing])
async def one_collection(name: str, request: Request, service: TheService, base: Base) -> Response:
    """One collection: what it holds, where, and how to get at it."""
    its_collection = collection(name)
    described = describe(its_collection, base, await service.holdings.of(its_collection), service.settings)
    if wants_html(request, request.query_params.get("f")):
        return collection_pages.collection(request, service, its_collection, described)
    return json_response(described, headers=VARY)


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
                "id": {
                    "type": "string",
                    "description": "The permanent id.",
                    "readOnly": True,
                    "x-ogc-role": "id",
                    "x-ogc-propertySeq": 1,
                },
                "geometry": {
                    "$ref": "https://geojson.org/schema/MultiPolygon.json",
                    "format": "geometry-multipolygon",
                    "x-ogc-role": "primary-geometry",
                    "x-ogc-propertySeq": 2,
                },
                **{one.name: _described(one, place) for place, one in enumerate(its_collection.properties, 3)},
            },
        },
        SCHEMA,
    )


def landing(base: str, settings: Settings) -> dict[str, Any]:
    """The landing page as a document; `/` gives it to whoever does not ask for HTML."""
    return {
        "title": "georegister",
        "description": DISCLAIMER,
        **rights.members(settings),
        **({"contact": rights.contact(settings)} if rights.contact(settings) else {}),
        "links": [
            link("self", f"{base}/", JSON, "This document"),
            link("alternate", f"{base}/?f=html", HTML, "The same for people"),
            link("service-desc", f"{base}/api", OPENAPI, "The API described"),
            link("service-desc", f"{base}/api/3.1", OPENAPI_31, "The API described, as OpenAPI 3.1"),
            link("service-doc", f"{base}/api?f=html", HTML, "The API described for people"),
            link("conformance", f"{base}/conformance", JSON, "The standards that hold"),
            link("data", f"{base}/collections", JSON, "The collections"),
            link(TILESETS, f"{base}/tiles", JSON, "Vector tiles of the register"),
            link(SCHEMES, f"{base}/tileMatrixSets", JSON, "The tile matrix sets"),
            link("related", f"{base}/map", HTML, "The map"),
            link("related", f"{base}/strategies", JSON, "The strategies"),
            link("related", f"{base}/coverage", JSON, "How many plans there are, and how much land they cover"),
            *news.links(base),
            *rights.links(settings),
        ],
    }


def describe(its_collection: Collection, base: str, holding: Holding, settings: Settings) -> dict[str, Any]:
    """A collection as `/collections` and `/collections/{id}` both give it."""
    here = f"{base}/collections/{its_collection.id}"
    return {
        "id": its_collection.id,
        "title": its_collection.title,
        "description": f"{its_collection.description} {DISCLAIMER}",
        **rights.members(settings),
        "itemType": "feature",
        "crs": [system.uri for system in holding.systems],
        "storageCrs": DEFAULT.uri,
        "extent": holding.extent(),
        "links": [
            *self_and_page(here, its_collection.title),
            link("items", f"{here}/items", GEOJSON, its_collection.title),
            link("items", f"{here}/items?f=html", HTML, f"{its_collection.title}, for people"),
            link("describedby", f"{here}/schema", SCHEMA, "The properties"),
            link(SCHEMA_RELATION, f"{here}/schema", SCHEMA, "The properties"),
            link(TILESETS, f"{here}/tiles", JSON, "Vector tiles"),
            *downloads.links(here),
            *properties.links(here),
            *rights.links(settings),
        ],
    }


def self_and_page(address: str, title: str) -> list[Link]:
    """An address that gives JSON, and the same for people."""
    return [link("self", address, JSON, title), link("alternate", f"{address}?f=html", HTML, "The same for people")]


def _described(one: Property, place: int) -> dict[str, Any]:
    return {**one.schema, "description": one.description, "readOnly": True, "x-ogc-propertySeq": place}

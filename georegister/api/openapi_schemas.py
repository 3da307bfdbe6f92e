"""What answers hold, as schemas of OpenAPI 3.0.3: named parts of the description that its paths refer to."""

from typing import Any

from georegister.register.collections import COLLECTIONS, Collection

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
PROBLEM: Schema = {"$ref": "#/components/responses/Problem"}
OBJECT: Schema = {"type": "object"}
POSITION: Schema = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 3}


def reference(name: str) -> Schema:
    """A named schema, as a path refers to it."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def members(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with members it always has, and others that it may have."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", **needed, "properties": {**required, **(optional or {})}}


def or_null(schema: Schema) -> Schema:
    """What may be unknown."""
    listed = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **listed, "nullable": True}


def schemas() -> dict[str, Schema]:
    """Every named schema; of collections their features and a page of them: those of plans have the same ones."""
    return NAMED | {
        name: schema
        for one in COLLECTIONS.values()
        for name, schema in ((feature_name(one), _feature(one)), (page_name(one), _page(one)))
    }


def feature_name(its_collection: Collection) -> str:
    return f"{'plans' if its_collection.is_of_plans else its_collection.id}.feature"


def page_name(its_collection: Collection) -> str:
    return f"{feature_name(its_collection)}s"


def _feature(its_collection: Collection) -> Schema:
    """Which properties are there depends on `properties=`; none has another type than this, and none is unknown."""
    said = {one.name: or_null({**one.schema, "description": one.description}) for one in its_collection.properties}
    return members(
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": TEXT,
            "geometry": or_null(reference_to_geometry()),
            "properties": {"type": "object", "properties": said, "additionalProperties": False},
        },
        {"links": LINKS},
    )


def _page(its_collection: Collection) -> Schema:
    return members(
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "timeStamp": MOMENT,
            "numberReturned": {"type": "integer", "minimum": 0},
            "links": LINKS,
            "features": array(reference(feature_name(its_collection))),
        },
        {"numberMatched": {"type": "integer", "minimum": 0}},
    )


def reference_to_geometry() -> Schema:
    """A geometry with its coordinates; a reference could not be null as well in OpenAPI 3.0."""
    kinds = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
    return members({"type": {"type": "string", "enum": list(kinds)}, "coordinates": array({})})


LINKS = array(reference("link"))
ANY_FEATURE = members(
    {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": TEXT,
        "geometry": or_null(reference_to_geometry()),
        "properties": OBJECT,
    }
)
ANY_FEATURES = members(
    {"type": {"type": "string", "enum": ["FeatureCollection"]}, "features": array(reference("feature"))},
    {"links": LINKS, "numberReturned": WHOLE, "numberMatched": WHOLE, "timeStamp": MOMENT},
)
PLACE_FEATURES = members(
    {
        **ANY_FEATURES["properties"],
        "numberHere": {**WHOLE, "description": "How many of them cover the place itself; they come first."},
        "notHeld": {**array(TEXT), "description": "What applies there and is not in the register, in words."},
        "asked": {**OBJECT, "description": "The place: how it was told, what was found under its name, a point in it."},
    }
)
EXTENT = members(
    {},
    {
        "spatial": members({"bbox": array(array(NUMBER, minItems=4, maxItems=6), minItems=1), "crs": TEXT}),
        "temporal": members({"interval": array(array(or_null(MOMENT), minItems=2, maxItems=2), minItems=1)}),
    },
)
SUMMARY = members(
    {
        "title": TEXT,
        "dataType": {"type": "string", "enum": ["vector"]},
        "crs": TEXT,
        "tileMatrixSetURI": TEXT,
        "tileMatrixSetId": TEXT,
        "tileMatrixSetLimits": array(
            members(
                {
                    "tileMatrix": TEXT,
                    **dict.fromkeys(("minTileRow", "maxTileRow", "minTileCol", "maxTileCol"), WHOLE),
                }
            )
        ),
        "links": LINKS,
    },
    {"boundingBox": OBJECT, "layers": array(OBJECT)},
)
NAMED: dict[str, Schema] = {
    "link": members({"rel": TEXT, "href": TEXT, "type": TEXT}, {"title": TEXT, "templated": TRUTH, "method": TEXT}),
    "landing": members({"title": TEXT, "description": TEXT, "links": LINKS}),
    "conformance": members({"conformsTo": array(TEXT), "links": LINKS}),
    "collection": members(
        {
            **dict.fromkeys(("id", "title", "description", "storageCrs"), TEXT),
            "itemType": {"type": "string", "enum": ["feature"]},
            "crs": array(TEXT, minItems=1),
            "extent": EXTENT,
            "links": LINKS,
        }
    ),
    "collections": members({"collections": array(reference("collection")), "links": LINKS}),
    "jsonSchema": members(
        {"$schema": TEXT, "$id": TEXT, "title": TEXT, "type": {"type": "string", "enum": ["object"]}},
        {"properties": OBJECT},
    ),
    "openapi": members({"openapi": TEXT, "info": OBJECT, "servers": array(OBJECT), "paths": OBJECT}),
    "feature": ANY_FEATURE,
    "features": ANY_FEATURES,
    "at": PLACE_FEATURES,
    "tileSet": SUMMARY,
    "tileJson": members(
        {"tilejson": TEXT, "tiles": array(TEXT), "vector_layers": array(OBJECT), "minzoom": WHOLE, "maxzoom": WHOLE},
        {"bounds": array(NUMBER, minItems=4, maxItems=4)},
    ),
    "style": members({"version": {"type": "integer", "enum": [8]}, "sources": OBJECT, "layers": array(OBJECT)}),
    "tileSets": members({"tilesets": array(reference("tileSet")), "links": LINKS}),
    "tileMatrixSets": members({"tileMatrixSets": array(OBJECT), "links": LINKS}),
    "tileMatrixSet": members({"id": TEXT, "uri": TEXT, "crs": {}, "tileMatrices": array(OBJECT)}),
    "problem": members(
        {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "instance": TEXT},
        {"parameter": TEXT, "pointer": TEXT, "field": TEXT, "was": OBJECT}
        | {"nearest": array(OBJECT), "candidates": array(OBJECT)},
    ),
}

"""What tilesets say of themselves: OGC tileset metadata (17-083r4), TileJSON 3.0 and a MapLibre style."""

from collections.abc import Sequence
from typing import Any

from georegister.api.responses import JSON, SCHEMA, link
from georegister.api.tiling import CRS, MAX_ZOOM, URI, WEB_MERCATOR_QUAD, TiledExtent
from georegister.domain.crs import CRS84
from georegister.maps.palette import Palette
from georegister.register.collections import Collection
from georegister.register.questions import PlanSearch
from georegister.register.tiles import properties

MVT = "application/vnd.mapbox-vector-tile"
STYLE = "application/vnd.mapbox.style+json"
RELATION = "http://www.opengis.net/def/rel/ogc/1.0/"
TILESETS, SCHEME = f"{RELATION}tilesets-vector", f"{RELATION}tiling-scheme"
SCHEMES, GEODATA = f"{RELATION}tiling-schemes", f"{RELATION}geodata"
ENDED_OPACITY, OPACITY = 0.15, 0.45


def listed(title: str, covered: TiledExtent, here: str, query: str) -> dict[str, Any]:
    """A tileset as the list of tilesets has it."""
    itself = link("self", f"{here}/{WEB_MERCATOR_QUAD}{query}", JSON, "The tileset")
    return {**_summary(title, covered), "links": [itself, _item(here, query)]}


def tileset(
    title: str, layers: Sequence[Collection], covered: TiledExtent, base: str, here: str, query: str
) -> dict[str, Any]:
    """A tileset's metadata."""
    itself = f"{here}/{WEB_MERCATOR_QUAD}"
    more = f"{query}&" if query else "?"
    return {
        **_summary(title, covered),
        "layers": [_layer(one, base) for one in layers],
        "links": [
            link("self", f"{itself}{query}", JSON, "This document"),
            link("describedby", f"{itself}{more}f=tilejson", JSON, "As TileJSON"),
            link("describedby", f"{itself}{more}f=mapbox", STYLE, "A style for MapLibre"),
            link(SCHEME, f"{base}/tileMatrixSets/{WEB_MERCATOR_QUAD}", JSON, "The tile matrix set"),
            _item(here, query),
        ],
    }


def tilejson(title: str, layers: Sequence[Collection], covered: TiledExtent, here: str, query: str) -> dict[str, Any]:
    """The same as TileJSON 3.0, which MapLibre, OpenLayers and QGIS read."""
    return {
        "tilejson": "3.0.0",
        "name": title,
        "scheme": "xyz",
        "tiles": [f"{here}/{WEB_MERCATOR_QUAD}/{{z}}/{{y}}/{{x}}{query}"],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        **({"bounds": list(covered.bounds)} if covered.bounds else {}),
        "vector_layers": [
            {
                "id": one.id,
                "description": one.description,
                "minzoom": 0,
                "maxzoom": MAX_ZOOM,
                "fields": {"id": "Id of the feature.", **{each.name: each.description for each in properties(one)}},
            }
            for one in layers
        ],
    }


def style(title: str, layers: Sequence[Collection], palette: Palette, here: str, query: str) -> dict[str, Any]:
    """A MapLibre style (version 8) with the map's own colours; it needs no fonts and no pictures."""
    more = f"{query}&" if query else "?"
    return {
        "version": 8,
        "name": title,
        "sources": {"georegister": {"type": "vector", "url": f"{here}/{WEB_MERCATOR_QUAD}{more}f=tilejson"}},
        "layers": [
            {"id": "background", "type": "background", "paint": {"background-color": palette.base.land}},
            *(drawn for one in layers for drawn in _drawn(one, palette)),
        ],
    }


def _drawn(layer: Collection, palette: Palette) -> list[dict[str, Any]]:
    common = {"source": "georegister", "source-layer": layer.id}
    if layer.search is not PlanSearch:
        paint = {"line-color": palette.base.line, "line-width": 1}
        return [{"id": f"{layer.id}-line", "type": "line", **common, "paint": paint}]
    colours = [part for number, colour in palette.numbered if number for part in (number, colour)]
    colour = ["match", ["coalesce", ["get", "theme_slot"], 0], *colours, palette.neutral]
    opacity = ["match", ["get", "applies"], "ended", ENDED_OPACITY, OPACITY]
    fill = {"fill-color": colour, "fill-opacity": opacity}
    return [
        {"id": f"{layer.id}-fill", "type": "fill", **common, "paint": fill},
        {"id": f"{layer.id}-line", "type": "line", **common, "paint": {"line-color": colour, "line-width": 1.5}},
    ]


def _summary(title: str, covered: TiledExtent) -> dict[str, Any]:
    return {
        "title": title,
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "tileMatrixSetId": WEB_MERCATOR_QUAD,
        "tileMatrixSetLimits": [one.as_json() for one in covered.limits],
        **({"boundingBox": _box(covered)} if covered.bounds else {}),
    }


def _item(here: str, query: str) -> dict[str, Any]:
    template = f"{here}/{WEB_MERCATOR_QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}"
    return link("item", template, MVT, "A tile", templated=True)


def _layer(layer: Collection, base: str) -> dict[str, Any]:
    here = f"{base}/collections/{layer.id}"
    # A tile has no lists: they are texts there, with commas.
    told = {
        one.name: {
            **({"type": "string"} if one.schema["type"] == "array" else one.schema),
            "description": one.description,
        }
        for one in properties(layer)
    }
    return {
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "dataType": "vector",
        "geometryDimension": 2,
        "minTileMatrix": "0",
        "maxTileMatrix": str(MAX_ZOOM),
        "propertiesSchema": {
            "type": "object",
            "properties": {"id": {"type": "string", "description": "Id of the feature."}, **told},
        },
        "links": [link(GEODATA, here, JSON, layer.title), link("describedby", f"{here}/schema", SCHEMA)],
    }


def _box(covered: TiledExtent) -> dict[str, Any]:
    assert covered.bounds
    west, south, east, north = covered.bounds
    return {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84}

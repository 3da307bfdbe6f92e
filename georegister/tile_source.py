"""Where the tiles of a background map come from: one configured address, as the address of each tile.

Four forms, in Web Mercator (EPSG:3857, OGC 17-083r4 WebMercatorQuad and what is laid out like it): XYZ and WMTS by
REST with the tile's place in the address, WMTS 1.0.0 by KVP (OGC 07-057r7), WMS 1.1.1 and 1.3.0 (OGC 06-042).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from georegister.errors import ValueRefused
from georegister.sentence import N_

TILE_PIXELS = 256
TOKEN = "{token}"  # noqa: S105  # where it goes, not what it is
PLACES = {"z": "zoom", "x": "col", "y": "row", "TileMatrix": "zoom", "TileCol": "col", "TileRow": "row"}
"""What a place in the address is called, in XYZ and in WMTS."""
NAMED = re.compile(r"\{([^{}]*)\}")
Box = tuple[float, float, float, float]
Form = Literal["XYZ", "WMTS", "WMS"]


@dataclass(frozen=True)
class TileSource:
    """A server of tiles. `pattern` has {zoom}, {row}, {col}, {box} and {token} where they go."""

    form: Form
    host: str
    pattern: str

    def address(self, zoom: int, row: int, col: int, box: Callable[[], Box], token: str | None) -> str:
        """The address of a tile; `box` gives its west, south, east and north in EPSG:3857."""
        said = {"zoom": str(zoom), "row": str(row), "col": str(col), "token": quote(token or "", safe="")}
        if "{box}" in self.pattern:
            said["box"] = ",".join(f"{edge:.6f}" for edge in box())
        return NAMED.sub(lambda found: said[found[1]], self.pattern)


def tile_source(text: str, has_token: bool) -> TileSource:
    """What a setting says, read. Raises ValueRefused where no tile can be asked for so."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueRefused(N_("write an address that begins with https:// or http://")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not re.fullmatch(r"[!-~]+", text):
        raise ValueRefused(N_("write an address that begins with https:// or http://"))
    if parts.username or parts.password or parts.fragment:
        raise ValueRefused(N_("no name, password or # may stand in the address"))
    if "{" in parts.netloc:
        raise ValueRefused(N_("the host must be written out"))
    if has_token != (TOKEN in text):
        raise ValueRefused(
            N_("GEOREGISTER_BASEMAP_TOKEN is set; say with {token} where it goes")
            if has_token
            else N_("{token} stands in it; set GEOREGISTER_BASEMAP_TOKEN"),
            token=TOKEN,
        )
    form, query, path = _form(parts.path, parts.query)
    host = f"{parts.hostname}:{port}" if port else parts.hostname
    return TileSource(form, host, urlunsplit((parts.scheme, parts.netloc, path, query, "")))


def _form(path: str, query: str) -> tuple[Form, str, str]:
    asked = parse_qsl(query, keep_blank_values=True)
    said = {name.lower(): value for name, value in asked}
    service = said.get("service", "").upper()
    named = set(NAMED.findall(f"{path}?{query}")) - {"token"}
    if service in ("WMTS", "WMS") and not named:
        if "tilematrixset" not in said and service == "WMTS":
            raise ValueRefused(N_("a WMTS needs {name} in its address"), name="TILEMATRIXSET=")
        layer = "layer" if service == "WMTS" else "layers"
        if not said.get(layer):
            raise ValueRefused(N_("a {form} needs {name} in its address"), form=service, name=f"{layer.upper()}=")
        ours = _wmts(said) if service == "WMTS" else _wms(said)
        kept = [(name, value) for name, value in asked if name.upper() not in ours]
        return ("WMTS" if service == "WMTS" else "WMS"), urlencode([*kept, *ours.items()], safe="{}/:,"), path
    if unknown := named - set(PLACES):
        raise ValueRefused(
            N_("{name} is nothing that can be filled in; there are {known}"),
            name=f"{{{min(unknown)}}}"[:60],
            known=", ".join(f"{{{name}}}" for name in PLACES),
        )
    if {PLACES[name] for name in named} != {"zoom", "row", "col"}:
        raise ValueRefused(
            N_("say where a tile's place goes, with {places}, or give a WMTS or WMS with SERVICE= in its address"),
            places="{z}, {x}, {y}",
        )
    filled = [NAMED.sub(lambda found: f"{{{PLACES.get(found[1], found[1])}}}", part) for part in (path, query)]
    return ("WMTS" if "TileMatrix" in named else "XYZ"), filled[1], filled[0]


def _wmts(said: dict[str, str]) -> dict[str, str]:
    return {
        "REQUEST": "GetTile",
        "VERSION": said.get("version", "1.0.0"),
        "STYLE": said.get("style", "default"),
        "FORMAT": said.get("format", "image/png"),
        "TILEMATRIX": "{zoom}",
        "TILEROW": "{row}",
        "TILECOL": "{col}",
    }


def _wms(said: dict[str, str]) -> dict[str, str]:
    version = said.get("version", "1.3.0")
    return {
        "REQUEST": "GetMap",
        "VERSION": version,
        "STYLES": said.get("styles", ""),
        "FORMAT": said.get("format", "image/png"),
        "CRS" if version >= "1.3" else "SRS": "EPSG:3857",
        "BBOX": "{box}",
        "WIDTH": str(TILE_PIXELS),
        "HEIGHT": str(TILE_PIXELS),
    }

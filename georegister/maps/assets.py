"""Which scripts and styles the map needs, all from our own host.

Folium's defaults load from five other hosts and float on versions; the classes here name our copies instead, which
`make` fetches by npm and nobody commits.
"""

from pathlib import Path

import folium
from folium import plugins

STATIC = Path(__file__).resolve().parent / "static"
VENDOR = "/static/vendor"
Links = list[tuple[str, str]]
OWN = "/static/app"
DRAWING = (
    f"{OWN}/georegister.js",
    *(f"{OWN}/map-signs.js", f"{OWN}/map-list.js", f"{OWN}/map-place.js", f"{OWN}/map-filters.js"),
)
"""What draws plans, lists them and tells what applies at a place: enough for a map from disk or in another page."""
WHOLE_MAP = (
    *DRAWING,
    *(f"{OWN}/map-legend.js", f"{OWN}/map-search.js", f"{OWN}/map-area.js", f"{OWN}/map-days.js"),
    # Last: it says to all others what the address says.
    f"{OWN}/map-address.js",
)


class OwnMap(folium.Map):
    """A Folium map whose assets are ours."""

    default_js: Links = [("leaflet", f"{VENDOR}/leaflet/leaflet.js")]
    default_css: Links = [("leaflet_css", f"{VENDOR}/leaflet/leaflet.css")]


class OwnFullscreen(plugins.Fullscreen):
    """The full-screen button, with our copy of its script."""

    default_js: Links = [("fullscreen", f"{VENDOR}/leaflet.fullscreen/Control.FullScreen.js")]
    default_css: Links = [("fullscreen_css", f"{VENDOR}/leaflet.fullscreen/Control.FullScreen.css")]


class OwnLocateControl(plugins.LocateControl):
    """The "where am I" button, with our copy of its script."""

    default_js: Links = [("locate", f"{VENDOR}/leaflet.locatecontrol/L.Control.Locate.min.js")]
    default_css: Links = [("locate_css", f"{VENDOR}/leaflet.locatecontrol/L.Control.Locate.min.css")]

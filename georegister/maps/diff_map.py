"""The Folium map of what a load would change: from configuration only, the same for every load of a municipality."""

from georegister.language import Translator
from georegister.maps.assets import OwnFullscreen, OwnMap
from georegister.maps.citizen_map import MapPage, page_of
from georegister.maps.configuration import PublishedMap
from georegister.maps.elements import Changes, Furniture, Land, Outline


def diff_map(configured: PublishedMap, t: Translator) -> MapPage:
    """A municipality's map for the changes of its loads, in the reader's language.

    It is not fitted to the municipality: Leaflet would still be on its way there when the changes are shown.
    """
    drawn = OwnMap(
        location=configured.center,
        zoom_start=configured.zoom,
        minZoom=configured.min_zoom,
        maxZoom=configured.max_zoom,
        tiles=None,
        zoom_control=False,
        zoomSnap=0.25,
    )
    Land(f"/map/{configured.name}/land.json").add_to(drawn)
    Outline(f"/collections/municipalities/items/{configured.municipality}").add_to(drawn)
    Changes("/loads").add_to(drawn)
    Furniture(t.say("Zoom in"), t.say("Zoom out")).add_to(drawn)
    OwnFullscreen(  # type: ignore[no-untyped-call]
        position="topright", title=t.say("Show the map in full screen"), title_cancel=t.say("Leave full screen")
    ).add_to(drawn)
    return page_of(drawn)

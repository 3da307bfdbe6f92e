"""The citizens' Folium map: from configuration only, the same whatever the register holds.

Folium makes one script, which is served as a file of its own, so that the page needs no inline code. Its elements
get numbers in a fixed order instead of random ids: the script of a configuration is always the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from branca.element import Element, Figure

from georegister.language import Translator
from georegister.maps.assets import OwnFullscreen, OwnLocateControl, OwnMap
from georegister.maps.configuration import PublishedMap
from georegister.maps.elements import BaseMap, Furniture, Land, Opening, Outline, PlaceClick, Places, Plans

PREAMBLE = "L_NO_TOUCH = false;\nL_DISABLE_3D = false;\n"


@dataclass(frozen=True)
class MapPage:
    """What a page needs of a map: the id of its element, the script, and what must be linked before it."""

    element: str
    script: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    has_tiles: bool = False
    """Whether it has a background map: then `basemap.js` must be there before the script."""


def citizen_map(configured: PublishedMap, t: Translator, tiles_to: int | None = None) -> MapPage:
    """The map of a municipality's plans, in the reader's language; `tiles_to` as in Site."""
    drawn = OwnMap(
        location=configured.center,
        zoom_start=configured.zoom,
        minZoom=configured.min_zoom,
        maxZoom=configured.max_zoom,
        tiles=None,
        zoom_control=False,
        zoomSnap=0.25,
    )
    if configured.opens_on == "bounds":
        Opening(configured.bounds).add_to(drawn)
    Land(f"/map/{configured.name}/land.json").add_to(drawn)
    if tiles_to is not None:
        BaseMap("/basemap", configured.surroundings, configured.min_zoom, tiles_to).add_to(drawn)
    Outline(f"/collections/municipalities/items/{configured.municipality}").add_to(drawn)
    Places(f"/places?municipality={configured.municipality}").add_to(drawn)
    Plans(f"/collections/plans/items?municipality={configured.municipality}").add_to(drawn)
    PlaceClick("/at").add_to(drawn)
    Furniture(t.say("Zoom in"), t.say("Zoom out")).add_to(drawn)
    OwnFullscreen(  # type: ignore[no-untyped-call]
        position="topright", title=t.say("Show the map in full screen"), title_cancel=t.say("Leave full screen")
    ).add_to(drawn)
    OwnLocateControl(  # type: ignore[no-untyped-call]
        position="topright", strings={"title": t.say("Show where I am")}, flyTo=False
    ).add_to(drawn)
    return replace(page_of(drawn), has_tiles=tiles_to is not None)


def page_of(drawn: OwnMap) -> MapPage:
    """What Folium makes of a map, taken apart for a page without inline code."""
    figure = drawn.get_root()
    assert isinstance(figure, Figure)  # what Folium puts a map in
    for number, element in enumerate(_walk(figure)):
        element._id = f"{number:04}"
    figure.render()
    links = [child.url for child in figure.header._children.values() if hasattr(child, "url")]
    return MapPage(
        drawn.get_name(),
        PREAMBLE + figure.script.render(),
        tuple(url for url in links if url.endswith(".js")),
        tuple(url for url in links if url.endswith(".css")),
    )


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _walk(child)

"""Folium elements that draw the register's plans; add them to any `folium.Map`.

    Plans("/collections/plans/items").add_to(a_map)

Folium compiles what an element renders as a template a second time, so that a plan's name could run code on the
server. These elements hold nothing but checked addresses and numbers; what is drawn is fetched by the browser.
"""

import re
from typing import Any

from branca.element import MacroElement
from folium.template import Template

from georegister.errors import ValueRefused
from georegister.sentence import N_

SAFE_URL = re.compile(r"(?:https?://[A-Za-z0-9.:\[\]-]+)?/[A-Za-z0-9/_.,~?=&:-]*")


def checked_url(url: str) -> str:
    """An address that means nothing but itself in a template, a script or a page. Raises ValueError."""
    if not SAFE_URL.fullmatch(url):
        raise ValueRefused(N_("{url!r} is no address that a map may hold"), url=url)
    return url


class _Drawn(MacroElement):
    """One call of our script with the map and an address."""

    call = ""
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            georegister.{{ this.call }}({{ this._parent.get_name() }}, {{ this.url|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = type(self).__name__
        self.url = checked_url(url)


class Plans(_Drawn):
    """The plans of a collection, fetched for what the map shows and drawn by theme and status."""

    call = "plans"


class PlaceClick(_Drawn):
    """A click or tap asks the address for every plan at the place and near it."""

    call = "placeClick"


class Land(_Drawn):
    """Land and coast under everything."""

    call = "land"


class Outline(_Drawn):
    """The municipality's outline."""

    call = "outline"


class Places(_Drawn):
    """Names of places."""

    call = "places"


class BaseMap(_Drawn):
    """The tiles of a background map below the address, above the land; `basemap.js` draws them.

    `bounds` (west, south, east, north, degrees) and the zooms are as far as they reach.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            georegister.basemap({{ this._parent.get_name() }}, {{ this.url|tojson }}, {{ this.reach|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, url: str, bounds: tuple[float, float, float, float], min_zoom: int, nearest: int) -> None:
        super().__init__(url)
        west, south, east, north = (round(float(edge), 6) for edge in bounds)
        corners = [[south, west], [north, east]]
        self.reach: dict[str, Any] = {"bounds": corners, "minZoom": int(min_zoom), "maxNativeZoom": int(nearest)}


class Changes(_Drawn):
    """What a load would change, below the address: new, changed, withdrawn and refused plans told apart by their lines.

    The page says which load, and fetches it as staff.
    """

    call = "changes"


class Opening(MacroElement):
    """What the map shows first, at once: Folium's own way glides there, and what is asked for meanwhile is lost."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            georegister.open({{ this._parent.get_name() }}, {{ this.corners|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Opening"
        west, south, east, north = map(float, bounds)
        self.corners = [[south, west], [north, east]]


class Furniture(MacroElement):
    """Zoom buttons named in the reader's language, a metric scale bar, and lines of longitude and latitude."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            georegister.furniture({{ this._parent.get_name() }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, zoom_in: str, zoom_out: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furniture"
        self.options: dict[str, Any] = {"zoomInTitle": zoom_in, "zoomOutTitle": zoom_out}

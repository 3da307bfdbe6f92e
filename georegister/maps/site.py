"""The pages: templates of our own, filled and escaped, in the reader's language; and the maps they show."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from jinja2 import Environment

from georegister.language import LANGUAGES, translator
from georegister.maps.citizen_map import MapPage, citizen_map
from georegister.maps.configuration import PublishedMap
from georegister.maps.diff_map import diff_map
from georegister.maps.environment import environment
from georegister.maps.land import land
from georegister.maps.palette import Palette


class Site:
    """Every page the service shows; made once, holds no register."""

    def __init__(self, maps: Mapping[str, PublishedMap], palette: Palette, tiles_to: int | None = None) -> None:
        """`tiles_to` is the nearest zoom of the background map's tiles; None where there are none."""
        self.maps = maps
        self.palette = palette
        self.tiles_to = tiles_to
        self._map_pages: dict[tuple[str, str, bool], tuple[PublishedMap, MapPage]] = {}
        self._lands: dict[str, tuple[PublishedMap, str]] = {}

    @cached_property
    def _environments(self) -> dict[str, Environment]:
        return {language: environment(translator(language)) for language in LANGUAGES}

    def page(self, template: str, language: str, **context: Any) -> str:
        """A page as HTML. Everything in the context is escaped where it is put in."""
        return self._environments[language].get_template(template).render(**context)

    def map_page(self, shown: PublishedMap, language: str, *, served: bool = True) -> MapPage:
        """A map in a language, made once as long as its configuration stays.

        One that is not served has no background map: its tiles come from the server.
        """
        made = self._map_pages.get((shown.name, language, served))
        if made is None or made[0] != shown:
            page = citizen_map(shown, translator(language), self.tiles_to if served else None)
            made = self._map_pages[shown.name, language, served] = (shown, page)
        return made[1]

    def diff_page(self, shown: PublishedMap, language: str) -> MapPage:
        """The map of what a load would change, in a language."""
        return diff_map(shown, translator(language))

    def land(self, shown: PublishedMap) -> str:
        """Land and coast round a map, as GeoJSON."""
        made = self._lands.get(shown.name)
        if made is None or made[0] != shown:
            made = self._lands[shown.name] = (shown, land(shown.bounds))
        return made[1]

"""The pages: templates of our own, filled and escaped, in the reader's language; and the maps they show."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from georegister.language import LANGUAGES, Translator, translator
from georegister.maps import cells, sentences
from georegister.maps.citizen_map import MapPage, citizen_map
from georegister.maps.configuration import PublishedMap
from georegister.maps.diff_map import diff_map
from georegister.maps.land import land
from georegister.maps.palette import Palette


class Site:
    """Every page the service shows; made once, holds no register."""

    def __init__(self, maps: Mapping[str, PublishedMap], palette: Palette) -> None:
        self.maps = maps
        self.palette = palette
        self._map_pages: dict[tuple[str, str], tuple[PublishedMap, MapPage]] = {}
        self._lands: dict[str, tuple[PublishedMap, str]] = {}

    @cached_property
    def _environments(self) -> dict[str, Environment]:
        return {language: environment(translator(language)) for language in LANGUAGES}

    def page(self, template: str, language: str, **context: Any) -> str:
        """A page as HTML. Everything in the context is escaped where it is put in."""
        return self._environments[language].get_template(template).render(**context)

    def map_page(self, shown: PublishedMap, language: str) -> MapPage:
        """A map in a language, made once as long as its configuration stays."""
        made = self._map_pages.get((shown.name, language))
        if made is None or made[0] != shown:
            made = self._map_pages[shown.name, language] = (shown, citizen_map(shown, translator(language)))
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


def environment(t: Translator) -> Environment:
    """Our templates in a language: everything escaped where it is put in, nothing left undefined."""
    made = Environment(
        loader=PackageLoader("georegister.maps"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(t.catalogue.gettext, t.catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(t=t, languages=LANGUAGES, sentences=sentences, cells=cells)
    return made

"""Our templates in a reader's language."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from georegister.language import LANGUAGES, Translator, language_name
from georegister.maps import cells, sentences


def environment(t: Translator) -> Environment:
    """Everything escaped where it is put in, nothing left undefined."""
    made = Environment(
        loader=PackageLoader("georegister.maps"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(t.catalogue.gettext, t.catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(t=t, languages=LANGUAGES, language_name=language_name, sentences=sentences, cells=cells)
    return made

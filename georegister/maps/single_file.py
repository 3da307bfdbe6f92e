"""A map as one HTML file that works from disk: scripts, styles and data inside it, and a policy that lets out nothing.

What runs is our own files and Folium's script, each known to the policy by its hash. The register's words are in the
page as JSON that no browser runs; the same scripts as on the served page write them with textContent.
"""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from georegister.errors import SettingsInvalid
from georegister.maps.assets import DRAWING, STATIC
from georegister.maps.configuration import PublishedMap
from georegister.maps.site import Site
from georegister.sentence import N_

OWN_SCRIPTS = ("/static/app/held.js", *DRAWING)
OWN_STYLES = ("/static/app/georegister.css", "/static/app/map.css")
ICON = "/static/app/icon.svg"
IN_STYLE = re.compile(r"url\(\s*(['\"]?)(?!data:|#)([^'\")]+)\1\s*\)")
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*")
CLOSES = re.compile(r"</(script|style)|<!--", re.IGNORECASE)


def single_file(
    site: Site, shown: PublishedMap, language: str, data: Mapping[str, Any], words: Mapping[str, Any], **context: Any
) -> str:
    """A map as HTML. `data` is what `held.js` answers from, `words` what the page's script writes.

    Raises SettingsInvalid where an asset has not been built.
    """
    drawn = site.map_page(shown, language, served=False)
    links = [link for link in drawn.styles if link.startswith("/static/")]
    styles = [*map(_style, [*links, *OWN_STYLES]), _whole(site.palette.stylesheet())]
    scripts = [*map(_script, [*drawn.scripts, *OWN_SCRIPTS]), _whole(drawn.script)]
    return site.page(
        "export.html",
        language,
        **context,
        policy=_policy(scripts, styles),
        element=drawn.element,
        palette=site.palette,
        icon=_as_data(_file(ICON)),
        styles=styles,
        scripts=scripts,
        page=words,
        data=data,
    )


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    known = {kind: " ".join(map(_hash, texts)) for kind, texts in (("script", scripts), ("style", styles))}
    return (
        f"default-src 'none'; script-src {known['script']}; style-src {known['style']}; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script(address: str) -> Markup:
    return _whole(_file(address).read_text(encoding="utf-8"))


def _style(address: str) -> Markup:
    file = _file(address)

    def inlined(found: re.Match[str]) -> str:
        return f'url("{_as_data(file.parent / found[2])}")'

    return _whole(IN_STYLE.sub(inlined, file.read_text(encoding="utf-8")))


def _whole(text: str) -> Markup:
    """One of our own files as the browser will read it: with plain line ends, for the hash is of those."""
    text = SOURCE_MAP.sub("", text.replace("\r\n", "\n"))
    assert not CLOSES.search(text), "an asset would end its own element"
    return Markup(text)  # noqa: S704  # our own files, and Folium's script of checked numbers and addresses


def _as_data(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _file(address: str) -> Path:
    file = STATIC / address.removeprefix("/static/")
    if not file.is_file():
        raise SettingsInvalid(N_("There is no {address}; build the assets with `make setup`."), address=address)
    return file

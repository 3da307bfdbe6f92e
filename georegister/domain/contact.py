"""Where to answer: a web address, a mail address, or plain words such as a postal address."""

import re
from urllib.parse import urlsplit

from georegister.errors import ValueRefused
from georegister.sentence import N_

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):(?=\S)")
_MAIL = re.compile(r"[^\s@:/<>\"'()]+@[^\s@:/<>\"'()]+\.[A-Za-z]{2,}")
_LIKE_A_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d{1,5})?", re.ASCII)


def link(words: str) -> str | None:
    """What leads there with a click; None for plain words. Raises ValueError for an address nobody should follow."""
    said = words.strip()
    if _MAIL.fullmatch(said):
        return f"mailto:{said}"
    found = _SCHEME.match(said)
    if found is None or _LIKE_A_HOST.fullmatch(said):
        return None
    scheme = found[1].casefold()
    if scheme == "mailto":
        if not _MAIL.fullmatch(said.split(":", 1)[1].split("?", 1)[0]):
            raise ValueRefused(N_("is no mail address; write mailto:plan@example.dk, or plan@example.dk"))
        return said
    if scheme in ("http", "https"):
        if re.search(r"\s", said) or not _has_host(said):
            raise ValueRefused(N_("is no web address; write https:// and the whole address"))
        return said
    raise ValueRefused(
        N_("begins with “{found}:”; write an address with https:// or mailto:, a mail address, or plain words"),
        found=found[1],
    )


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False

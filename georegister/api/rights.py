"""Under which licence the data is given, whom to name and whom to ask: what the settings say, and no more."""

from typing import Any
from urllib.parse import quote, urlencode

from georegister.api.responses import HTML, Link, link
from georegister.domain.contact import link as contact_link
from georegister.errors import ValueRefused
from georegister.settings import Settings

LICENCE = "The licence"
NAMES = ("attribution", "licence", "licence_url", "contact", "contact_email", "contact_url")


def links(settings: Settings) -> list[Link]:
    """The link to the licence, where there is an address."""
    if settings.licence_url is None:
        return []
    return [link("license", settings.licence_url, HTML, settings.licence or LICENCE)]


def members(settings: Settings) -> dict[str, Any]:
    """What a collection says of it beside its links, and the landing page too."""
    said = {"attribution": settings.attribution, "license": settings.licence}
    return {name: value for name, value in said.items() if value}


def contact(settings: Settings) -> dict[str, str]:
    """As OpenAPI has it."""
    said = {"name": settings.contact, "email": settings.contact_email, "url": settings.contact_url}
    return {name: value for name, value in said.items() if value}


def info(settings: Settings) -> dict[str, Any]:
    """The members of OpenAPI's `info`; a licence needs a name there."""
    said: dict[str, Any] = {}
    if contact(settings):
        said["contact"] = contact(settings)
    if settings.licence:
        said["license"] = {"name": settings.licence}
        if settings.licence_url:
            said["license"]["url"] = settings.licence_url
    return said


def to_tell(settings: Settings, of: str | None, subject: str, body: str) -> tuple[str, str] | None:
    """Where a mistake is told of, and the link there: whom the settings name, else `of`, the municipality's contact.

    A mail has its subject and the address of the page. None where nobody is named, and for words nothing can follow.
    """
    for where in (settings.contact_email, settings.contact_url, of):
        try:
            address = contact_link(where) if where else None
        except ValueRefused:
            continue
        if where and address:
            is_bare_mail = address.startswith("mailto:") and "?" not in address
            asked = urlencode({"subject": subject, "body": body}, quote_via=quote)
            return where, f"{address}?{asked}" if is_bare_mail else address
    return None


def shown(settings: Settings) -> dict[str, str | None]:
    """What the foot of each page says."""
    return {name: getattr(settings, name) for name in NAMES}

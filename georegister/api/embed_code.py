"""The code that brings the map onto another site's page."""

from html import escape

from fastapi import Request

from georegister.api.service import Service

PATH = "/embed/map"
WIDTH, HEIGHT = "100%", 600


def code_for(request: Request, service: Service, title: str) -> dict[str, str] | None:
    """What to write into another page to have this map there, filters and all; None where nobody may frame it.

    `address` is where the map for frames is; the page's script writes the code anew as the map is asked for more.
    """
    if not service.settings.framed_by:
        return None
    base = (service.settings.public_url or str(request.base_url)).rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    return {"address": f"{base}{PATH}", "title": title, "code": embed_code(f"{base}{PATH}{query}", title)}


def embed_code(address: str, title: str) -> str:
    """A frame as HTML; what is in the address and the title means nothing but itself."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{WIDTH}" height="{HEIGHT}" loading="lazy">'
        "</iframe>"
    )

"""Answers: JSON of the right media type, links, and pages of features joined from bytes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from georegister.domain.crs import DEFAULT, ReferenceSystem

GEOJSON = "application/geo+json"
JSON = "application/json"
HTML = "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
OPENAPI_31 = "application/vnd.oai.openapi+json;version=3.1"

Link = dict[str, Any]
LONGEST_HEADER = 4000
"""Proxies take no longer ones; the links stand in the body too."""


class Stamped(Response):
    """An answer that tells when it was made: each time other bytes, though they say the same."""


def link(rel: str, href: str, type_: str = JSON, title: str | None = None, **more: Any) -> Link:
    return {"rel": rel, "href": href, "type": type_, **({"title": title} if title else {}), **more}


def json_response(content: Any, media_type: str = JSON, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    return Response(body, media_type=media_type, headers=headers)


def feature_collection(
    features: Sequence[str], links: list[Link], more: dict[str, Any], crs: ReferenceSystem | None = None
) -> Response:
    """A FeatureCollection; the features are texts that PostGIS wrote and are only joined."""
    head = {"type": "FeatureCollection", "timeStamp": now(), "numberReturned": len(features), **more, "links": links}
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    body = f'{opening},"features":[{",".join(features)}]}}'.encode()
    numbers = {"numberMatched": "OGC-NumberMatched", "numberReturned": "OGC-NumberReturned"}
    headers = {header: str(head[name]) for name, header in numbers.items() if name in head}
    pages = [one for one in links if one["rel"] in ("prev", "next")]
    told = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in pages)
    if told and len(told) <= LONGEST_HEADER:
        headers["Link"] = told
    return Stamped(body, media_type=GEOJSON, headers={**content_crs(crs), **headers})


def content_crs(crs: ReferenceSystem | None) -> dict[str, str]:
    """Which reference system the coordinates are in, spelled as it was asked for (OGC 18-058r1, requirement 16)."""
    return {"Content-Crs": (crs or DEFAULT).header}


def again(request: Request, base: str, **changed: str | None) -> str:
    """The address of this very question, with some parameters changed; repeated ones are kept."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    kept += [(name, value) for name, value in changed.items() if value is not None]
    query = urlencode(kept, safe="/:,.")
    return f"{base}{request.url.path}" + (f"?{query}" if query else "")


def now() -> str:
    """The moment as `timeStamp` wants it (RFC 3339, UTC)."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""Strong validators of answers, and whether the client still has a true one (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib

from fastapi import Request

from georegister import __version__


def etag(*parts: str, encoding: str = "") -> str:
    """A strong ETag: another for another build, and for each encoding of the bytes."""
    digest = hashlib.sha256("\0".join((__version__, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f'"{digest}{f"-{encoding}" if encoding else ""}"'


def still_true(request: Request, tag: str) -> bool:
    """Whether the client names this answer among those it has: then 304 is enough."""
    named = request.headers.get("if-none-match", "")
    return named.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in named.split(",")}


def accepts_gzip(request: Request) -> bool:
    """Whether the client takes gzip (RFC 9110, 12.5.3)."""
    for offered in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, quality = offered.partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

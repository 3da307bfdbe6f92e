"""What stands behind the links of documents now: the same, something else, nothing, or nobody answers.

Only http and https are asked. A host of this machine or its own network is asked only where it is allowed by name:
whoever writes a link must not reach what only we can reach. Nothing that comes is kept but its SHA-256.
"""

import hashlib
import http.client
import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.record import Fact
from georegister.loading.documents import LARGEST_BYTES
from georegister.loading.entries import DocumentEntry
from georegister.sentence import N_

SECONDS_OF_SILENCE = 20
SECONDS_IN_ALL = 120
MOST_REDIRECTS = 3
CHUNK = 1 << 16
GONE = (404, 410)


@dataclass(frozen=True)
class Seen:
    """What stands behind an address: the SHA-256 of what came, that it is `gone`, or why it could not be had.

    The reason is a text to be translated, and `details` what it is filled with.
    """

    sha256: bytes | None = None
    gone: bool = False
    reason: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A document whose link was followed."""

    dataset: str
    fact: Fact
    seen: Seen

    @property
    def finding(self) -> Finding | None:
        """What somebody must look at, if anything."""
        link, title = self.fact.content["url"], self.fact.content["title"]
        plan, seen = self.fact.content["plan"], self.seen
        if seen.gone:
            return Finding(rule.DOCUMENT_GONE, plan=plan, details={"link": link, "title": title})
        if seen.sha256 is None:
            return Finding(
                rule.DOCUMENT_UNREACHABLE, plan=plan, details={"link": link, "reason": seen.reason, **seen.details}
            )
        if seen.sha256 == self.fact.content["sha256"]:
            return None
        hashes = {"old": self.fact.content["sha256"].hex()[:12], "new": seen.sha256.hex()[:12]}
        return Finding(rule.DOCUMENT_CHANGED, plan=plan, details={"link": link, "title": title, **hashes})


def checkable(documents: Sequence[tuple[str, Fact]]) -> list[tuple[str, Fact]]:
    """Those of the documents that have a link, and a hash to compare with."""
    return [(dataset, fact) for dataset, fact in documents if fact.content["url"] and fact.content["sha256"]]


def follow(
    documents: Sequence[tuple[str, Fact]], hosts: Collection[str], progress: Callable[[], None] = lambda: None
) -> Iterator[Checked]:
    """Follows the link of each document, each link once."""
    seen: dict[str, Seen] = {}
    for dataset, fact in documents:
        link = fact.content["url"]
        if link not in seen:
            seen[link] = look(link, hosts)
        progress()
        yield Checked(dataset, fact, seen[link])


def entries(checked: Sequence[Checked], day: date) -> dict[str, list[dict[str, Any]]]:
    """What was seen, as entries of facts by dataset; of a document whose file is kept here nothing is said."""
    said: dict[str, list[dict[str, Any]]] = {}
    for one in checked:
        content = one.fact.content
        if one.seen.sha256 is None or content["file_name"]:
            continue
        entry = {name: content[name] for name in ("plan", "title", "url")}
        _, _, nth = one.fact.id.partition(f"{DocumentEntry(**entry).first_key()}-")
        more = {"nth": int(nth)} if nth.isdecimal() else {}
        entry |= {"sha256": one.seen.sha256.hex(), "seen_on": day, **more}
        said.setdefault(one.dataset, []).append(entry)
    return said


def look(address: str, hosts: Collection[str] = ()) -> Seen:
    """Fetches what stands behind an address, with limits on its size and on the time it takes."""
    try:
        place = urlsplit(address)
        if place.scheme not in ("http", "https") or not place.hostname or place.username or place.password:
            return Seen(reason=N_("it is no plain web address"))
        opener = urllib.request.build_opener(_Guarded(hosts), _GuardedTls(hosts), _Redirects())
        asked = {"User-Agent": "georegister", "Accept": "application/pdf, */*"}
        request = urllib.request.Request(address, headers=asked)  # noqa: S310  # http and https alone, as said above
        with opener.open(request, timeout=SECONDS_OF_SILENCE) as answer:
            return _digest(answer)
    except urllib.error.HTTPError as error:
        with error:
            return (
                Seen(gone=True)
                if error.code in GONE
                else Seen(reason=N_("the server answers {code}"), details={"code": error.code})
            )
    except _Forbidden as error:
        return Seen(reason=error.reason, details=error.details)
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = " ".join(str(getattr(error, "reason", None) or error or type(error).__name__).split())[:200]
        return Seen(reason=N_("nobody answers ({words})"), details={"words": words})


def _digest(answer: Any) -> Seen:
    digest, size, deadline = hashlib.sha256(), 0, time.monotonic() + SECONDS_IN_ALL
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > LARGEST_BYTES:
            return Seen(reason=N_("it is larger than {most} MB"), details={"most": LARGEST_BYTES // 1_000_000})
        if time.monotonic() > deadline:
            return Seen(reason=N_("it takes longer than {most} seconds"), details={"most": SECONDS_IN_ALL})
        digest.update(chunk)
    if answer.length:
        return Seen(reason=N_("the answer was cut short"))
    return Seen(digest.digest())


@dataclass
class _Forbidden(Exception):
    reason: str
    details: Mapping[str, object] = field(default_factory=dict)


def _refuse_inside(connection: http.client.HTTPConnection, hosts: Collection[str]) -> None:
    """Raises _Forbidden where the host that was reached, whatever its name says, is not of the open network."""
    name = f"{connection.host}:{connection.port}"
    if {connection.host, name} & set(hosts) or urllib.request.getproxies():
        return  # a proxy has its own say on who is reached
    reached = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    if not (getattr(reached, "ipv4_mapped", None) or reached).is_global:
        connection.close()
        inside = N_("{host} is inside this network; GEOREGISTER_DOCUMENT_HOSTS names those that may be asked")
        raise _Forbidden(inside, {"host": name})


class _Guarded(urllib.request.HTTPHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self.hosts = hosts

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        hosts = self.hosts

        class Connection(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                _refuse_inside(self, hosts)

        return self.do_open(Connection, req)


class _GuardedTls(urllib.request.HTTPSHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self.hosts = hosts

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        hosts = self.hosts

        class Connection(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                _refuse_inside(self, hosts)

        return self.do_open(Connection, req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, and only to the web."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        if urlsplit(newurl).scheme not in ("http", "https"):
            fp.close()
            raise _Forbidden(N_("it sends us on to something that is no web address"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)

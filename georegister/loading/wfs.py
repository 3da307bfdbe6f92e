"""A layer of a WFS 2.0.0 as a delivery: its pages, all of them or none, kept together in one zip.

Only hosts that the settings name are asked, and no answer leads elsewhere. XML is read by expat, with no entities
and nothing fetched; the pages are opened as any delivery is, in the sandboxed child.
OGC 09-025r2 (WFS 2.0), GeoServer's dialect of it.
"""

import http.client
import shutil
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit
from xml.parsers import expat

from georegister.errors import DeliveryRefused, GeoregisterError
from georegister.sentence import N_, Sentence

ROWS_A_PAGE = 1000
MOST_PAGES = 900
BYTES_A_PAGE = 300_000_000
BYTES_TOTAL = 2_000_000_000
SECONDS_OF_SILENCE = 60
SECONDS_A_PAGE = 300
MOST_REDIRECTS = 3
CHUNK = 1 << 16
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OURS = {"service", "request", "version", "typename", "typenames", "count", "maxfeatures", "startindex", "outputformat"}
GML = "application/gml+xml; version=3.2"


@dataclass
class _Answer:
    """What is read of an answer while it streams by: never its content."""

    root: str = ""
    matched: int | None = None
    returned: int | None = None
    members: int = 0
    ids: set[str] = field(default_factory=set)
    layers: list[str] = field(default_factory=list)
    exception: str = ""


def is_address(text: str) -> bool:
    """Whether somebody means a server and no file."""
    return text.lower().startswith(("http://", "https://"))


def fetch(
    address: str,
    layer: str | None,
    hosts: Collection[str],
    folder: Path,
    progress: Callable[[int], None] = lambda n: None,
) -> Path:
    """A zip in the folder with every page of a layer; `progress` is told how many rows have come.

    `layer` may be named without its prefix, or in the address as typeName. Raises DeliveryRefused, naming the host,
    for a host that is not allowed, a layer that is not there, an error of the server's, or a page that did not come
    whole: half a layer is none.
    """
    server = _Server(address, hosts)
    name = server.layer(layer or server.asked.get("typenames") or server.asked.get("typename"))
    target = folder / f"{name.rpartition(':')[2]}.zip"
    seen: set[str] = set()
    matched: int | None = None
    rows = size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pages:
        for number in range(1, MOST_PAGES + 1):
            page = folder / "page.gml"
            answer = server.page(name, rows, page)
            if answer.members:
                entry = zipfile.ZipInfo(f"page-{number:04}.gml")  # of no day: the same pages make the same zip
                entry.compress_type = zipfile.ZIP_DEFLATED
                with page.open("rb") as source, pages.open(entry, "w") as kept:
                    shutil.copyfileobj(source, kept)
            size += page.stat().st_size
            rows += answer.members
            progress(rows)
            if not seen.isdisjoint(answer.ids):
                raise server.refused(
                    N_("{layer} came with the same rows twice: the server has no fixed order for pages"), layer=name
                )
            seen |= answer.ids
            if matched != answer.matched and number > 1:
                raise server.refused(N_("{layer} was changed while it was fetched; try again"), layer=name)
            matched = answer.matched
            if size > BYTES_TOTAL:
                raise server.refused(N_("{layer} is larger than this register reads"), layer=name)
            # A page that is not full tells nothing: a server may give fewer than it is asked for.
            if answer.members == 0 or (matched is not None and rows >= matched):
                break
        else:
            raise server.refused(N_("{layer} has more than {most} pages"), layer=name, most=MOST_PAGES)
        if matched is not None and rows != matched:
            raise server.refused(
                N_("{layer} has {matched} rows, and {rows} came"), layer=name, matched=matched, rows=rows
            )
    if not rows:
        raise server.refused(N_("the layer {layer} is there and has no rows; there is nothing to load"), layer=name)
    return target


class _Server:
    """One WFS, and what is asked of it."""

    def __init__(self, address: str, hosts: Collection[str]) -> None:
        try:
            self.place: SplitResult = urlsplit(address)
            port = self.place.port
        except ValueError as error:
            raise DeliveryRefused(
                N_("{address!r} is no address: {error}."), address=address[:100], error=error
            ) from error
        host = self.place.hostname or ""
        self.host = f"{host}:{port}" if port else host
        if self.place.username or self.place.password:
            raise DeliveryRefused(
                N_("{host}: no name or password may stand in the address; it would be kept."), host=self.host
            )
        if not host or self.host not in hosts:
            raise DeliveryRefused(
                N_("{host!r} is no host that plans are fetched from; GEOREGISTER_WFS_HOSTS names them ({allowed})."),
                host=self.host or address[:100],
                allowed=", ".join(sorted(hosts)) or "–",
            )
        if self.place.scheme != "https" and host not in LOOPBACK:
            raise DeliveryRefused(N_("{host}: plans are fetched by https only."), host=self.host)
        self.asked = {name.lower(): value for name, value in parse_qsl(self.place.query)}
        self.others = [(name, value) for name, value in parse_qsl(self.place.query) if name.lower() not in OURS]
        self.opener = urllib.request.build_opener(_SameHost(self.place.netloc))

    def refused(self, message: str, /, **details: object) -> DeliveryRefused:
        reason = Sentence(message, details)
        return DeliveryRefused(N_("{host}: {reason}; nothing was loaded."), host=self.host, reason=reason)

    def layer(self, wanted: str | None) -> str:
        """The layer's whole name, by what the server says it has."""
        capabilities = self._ask({"request": "GetCapabilities"}, None)
        if capabilities.root != "WFS_Capabilities":
            raise self.refused(N_("it answers {root} where a WFS tells its layers"), root=capabilities.root or "–")
        names = capabilities.layers
        fits = [name for name in names if wanted in (name, name.rpartition(":")[2])]
        if len(fits) == 1:
            return fits[0]
        there = (", ".join(names[:30]) + (" ..." if len(names) > 30 else "")) or "–"
        if not wanted:
            raise self.refused(N_("say with --layer which layer is meant; there are: {there}"), there=there)
        none, several = (
            N_("no layer is called {wanted!r}; there are: {there}"),
            N_("{number} layers are called {wanted!r}; there are: {there}"),
        )
        raise self.refused(several if fits else none, number=len(fits), wanted=wanted[:80], there=there)

    def page(self, layer: str, start: int, target: Path) -> _Answer:
        """One page of a layer, written to the target."""
        question = {
            "request": "GetFeature",
            "typeNames": layer,
            "count": str(ROWS_A_PAGE),
            "startIndex": str(start),
            "outputFormat": GML,
        }
        answer = self._ask(question, target)
        if answer.root != "FeatureCollection":
            raise self.refused(
                N_("it answers {root} where rows of {layer} were asked for"), root=answer.root or "–", layer=layer
            )
        if answer.returned is not None and answer.returned != answer.members:
            raise self.refused(
                N_("a page of {layer} says {returned} rows and has {members}"),
                layer=layer,
                returned=answer.returned,
                members=answer.members,
            )
        return answer

    def _ask(self, question: dict[str, str], target: Path | None) -> _Answer:
        query = urlencode([*self.others, ("service", "WFS"), ("version", "2.0.0"), *question.items()])
        address = urlunsplit((self.place.scheme, self.place.netloc, self.place.path, query, ""))
        reader = _Reader()
        try:
            with self.opener.open(address, timeout=SECONDS_OF_SILENCE) as opened:
                self._stream(opened, reader, target)
        except urllib.error.HTTPError as error:
            with error:
                said = f"{error.code} {error.reason}{_said_in(error)}"
                raise self.refused(N_("it answers {said}"), said=said) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error or type(error).__name__
            raise self.refused(N_("it did not answer whole ({reason})"), reason=reason) from error
        except expat.ExpatError as error:
            raise self.refused(N_("its answer is cut short or no XML ({error})"), error=error) from error
        except _Forbidden as error:
            raise self.refused(error.sentence.message, **error.sentence.details) from error
        if reader.answer.root == "ExceptionReport":
            words = _one_line(reader.answer.exception)
            raise self.refused(N_("it says: {words}") if words else N_("it says that there is an error"), words=words)
        return reader.answer

    def _stream(self, opened: http.client.HTTPResponse, reader: "_Reader", target: Path | None) -> None:
        deadline, size = time.monotonic() + SECONDS_A_PAGE, 0
        with (target or Path("/dev/null")).open("wb") as sink:
            while chunk := opened.read1(CHUNK):
                size += len(chunk)
                if size > BYTES_A_PAGE or time.monotonic() > deadline:
                    raise _Forbidden(
                        N_("an answer is larger than {most} bytes or slower than {seconds} s"),
                        most=BYTES_A_PAGE,
                        seconds=SECONDS_A_PAGE,
                    )
                reader.parser.Parse(chunk)
                sink.write(chunk)
        reader.parser.Parse(b"", True)


class _Forbidden(GeoregisterError):
    """What an answer may not do."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only where it stays with the host that was allowed."""

    max_redirections = MOST_REDIRECTS

    def __init__(self, netloc: str) -> None:
        self.netloc = netloc

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: ANN
        if urlsplit(newurl).netloc != self.netloc or urlsplit(newurl).scheme != urlsplit(req.full_url).scheme:
            fp.close()
            raise _Forbidden(N_("it sends us on to another host, and none but it is allowed"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Reader:
    """Counts what streams by."""

    def __init__(self) -> None:
        self.answer = _Answer()
        self.path: list[str] = []
        self.text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said

    def _doctype(self, *_: object) -> None:
        raise _Forbidden(N_("its answer has a DOCTYPE, which can reach for files"))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self.path:
            self.answer.root = local
            self.answer.matched = _number(attributes.get("numberMatched"))
            self.answer.returned = _number(attributes.get("numberReturned"))
        if len(self.path) == 2 and self.path[1] in ("member", "featureMember"):
            self.answer.members += 1
            if id_ := attributes.get("gml:id"):
                self.answer.ids.add(id_)
        self.path.append(local)
        self.text = []

    def _end(self, _: str) -> None:
        local = self.path.pop()
        if local == "Name" and self.path and self.path[-1] == "FeatureType":
            self.answer.layers.append("".join(self.text).strip())
        elif local == "ExceptionText":
            self.answer.exception += "".join(self.text)
        self.text = []

    def _said(self, text: str) -> None:
        if self.path[-1] in ("Name", "ExceptionText"):
            self.text.append(text)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _said_in(error: urllib.error.HTTPError) -> str:
    """The words of an ExceptionReport that came with an HTTP error, if it is one."""
    reader = _Reader()
    try:
        reader.parser.Parse(error.read(CHUNK), True)
    except (expat.ExpatError, _Forbidden, OSError, http.client.HTTPException):
        return ""
    return f": {_one_line(reader.answer.exception)}" if reader.answer.exception else ""


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:300]

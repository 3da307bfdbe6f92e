"""Everything that matches a question, as a file: `f=` or `Accept` says in which form."""

import asyncio
import contextlib
import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from georegister.api import download_files, download_texts, walk
from georegister.api.accepted import best_first
from georegister.api.download_tables import Table
from georegister.api.methods import HEAD
from georegister.api.responses import GEOJSON, HTML, JSON, Link, again, content_crs, link
from georegister.api.sending import CHUNK, Ahead, Sent
from georegister.api.service import Service
from georegister.domain.geometry import REGISTER_CRS
from georegister.errors import GeoregisterError, Occupied, QuestionInvalid
from georegister.language import translator
from georegister.register import downloads
from georegister.register.collections import Collection
from georegister.register.database import Prepared, Values
from georegister.register.downloads import Row
from georegister.register.questions import Search
from georegister.sentence import N_

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE)
FULL_BYTES = 4_000_000
"""What is left of a disk that is full for a file."""
LOOK_SECONDS = 0.3
"""How often it is looked whether the client still waits while a file is made."""


@dataclass(frozen=True)
class Form:
    """A form of downloads: how it is called, and who makes it."""

    media_type: str
    ending: str
    title: str
    stream: Callable[[Table], Generator[bytes, None, None]] | None = None
    write: Callable[[Table, Path], int] | None = None
    needs_geometry: bool = True


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, Form] = {
    "gpkg": Form("application/geopackage+sqlite3", "gpkg", "GeoPackage", write=download_files.geopackage),
    "fgb": Form("application/flatgeobuf", "fgb", "FlatGeobuf", write=download_files.flatgeobuf),
    "parquet": Form("application/vnd.apache.parquet", "parquet", "GeoParquet", write=download_files.geoparquet),
    "shp": Form("application/zip", "zip", N_("Shapefile, zipped"), write=download_files.shapefile),
    "geojsonseq": Form(
        "application/geo+json-seq", "geojsons", "GeoJSON text sequence", download_texts.geojson_sequence, None, False
    ),
    "csv": Form("text/csv", "csv", "CSV", download_texts.comma_separated, None, False),
    "xlsx": Form(SHEET, "xlsx", "Excel", None, download_files.workbook, False),
}
BY_MEDIA_TYPE = {form.media_type: name for name, form in FORMS.items()} | dict.fromkeys((GEOJSON, JSON, HTML, "*/*"))
PARAMETER: dict[str, Any] = {
    "name": "f",
    "in": "query",
    "required": False,
    "description": "The form of the answer; all but `json` and `html` are files of everything that matches.",
    "style": "form",
    "explode": False,
    "schema": {"type": "string", "enum": ["json", "html", *FORMS]},
}
"""How OpenAPI says `f` of the items."""
CONTENT = {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in FORMS.values()}


def wanted(request: Request, question: Search) -> str | None:
    """The form of a download: as the address says, else as the client accepts it; None for a page of GeoJSON."""
    if question.f:
        return question.f if question.f in FORMS else None
    accepted = best_first(request.headers.get("accept"))
    return next((BY_MEDIA_TYPE[name] for name in accepted if name in BY_MEDIA_TYPE), None)


def links(here: str) -> list[Link]:
    """The downloads of a whole collection."""
    return [
        link("enclosure", f"{here}/items?f={name}", form.media_type, f"Everything as {form.title}")
        for name, form in FORMS.items()
    ]


def offered(address: str, lang: str, form_names: Iterable[str] = ("csv", "xlsx", "gpkg", "shp")) -> dict[str, str]:
    """The downloads that a page leads to, of the items at an address that says no form."""
    joined = "&" if "?" in address else "?"
    t = translator(lang)
    # Only of CSV the language says how it is written.
    in_danish = {"csv": "&lang=da"} if lang == "da" else {}
    return {t.say(FORMS[name].title): f"{address}{joined}f={name}{in_danish.get(name, '')}" for name in form_names}


async def download(
    request: Request, service: Service, base: str, collection: Collection, question: Search, form_name: str
) -> Response:
    """All that matches, or the first `limit`.

    Raises QuestionInvalid, and Occupied where as many are being made as may be or there is no room for a file.
    """
    form = FORMS[form_name]
    _check(question, form, form_name)
    sort = walk.sorting(collection, question)
    walk.check_properties(collection, question)
    limited = "limit" in question.model_fields_set
    shape, values = walk.asking(service, collection, question)
    statement = downloads.matching(collection, walk.SOURCES[collection.search], shape, sort, limited)
    if form_name != "geojsonseq":
        # A file has longitude or easting first, whatever its reference system says.
        values["flipped"] = False
    reading = _Reading(service, statement, values)
    chosen = [one for one in collection.properties if not question.properties or one.name in question.properties]
    table = Table(collection, chosen, reading.pieces(), question.crs.code if question.crs else REGISTER_CRS)
    headers = {
        "Content-Disposition": f'attachment; filename="{collection.id}.{form.ending}"',
        "Link": f'<{base}/collections/{collection.id}>; rel="collection"; type="{JSON}", '
        f'<{again(request, base, f="json")}>; rel="alternate"; type="{GEOJSON}"',
        "Vary": "Accept",
        **(content_crs(question.crs) if form_name == "geojsonseq" else {}),
    }
    if request.scope.get(HEAD):
        # What a file would be made for, nobody would read.
        return StreamingResponse(iter(()), media_type=form.media_type, headers=headers)
    service.take_place()
    made = contextlib.ExitStack()
    made.callback(service.making.release)
    made.callback(reading.close)
    if form.write:
        try:
            service.waiting.make_room()
            with _room():
                handle, size, rows = await _file(request, table, form, form.write, reading)
        finally:
            await asyncio.to_thread(made.close)
        headers |= {"Content-Length": str(size), "OGC-NumberReturned": str(rows)}
        parts = iter(lambda: handle.read(CHUNK), b"")
        return Sent(parts, lambda: size, handle.close, form.media_type, headers, service.waiting)
    assert form.stream
    danish = form_name == "csv" and question.lang == "da"
    try:
        service.waiting.make_room()
        with _room():
            await asyncio.to_thread(reading.begin)
            ahead = Ahead((download_texts.for_danish_excel if danish else form.stream)(table), made.close)
    except BaseException:
        await asyncio.to_thread(made.close)
        raise
    # What goes wrong at the beginning is still told by a status.
    with _room():
        await ahead.begin()
    return Sent(ahead.read(), ahead.held, ahead.leave, form.media_type, headers, service.waiting)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """Raises Occupied where a file cannot be made for want of room or of open files."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Occupied(N_("A file cannot be made just now: {reason}."), reason=error) from error
    except GeoregisterError:
        raise
    except Exception as error:
        # GDAL and Arrow have words of their own for a disk that is full.
        if shutil.disk_usage(tempfile.gettempdir()).free > FULL_BYTES:
            raise
        raise Occupied(N_("A file cannot be made just now: {reason}."), reason=os.strerror(errno.ENOSPC)) from error


class _Reading:
    """The rows on their way to a file: they end where the client has gone, and what went wrong is remembered."""

    def __init__(self, service: Service, statement: Prepared, values: Values) -> None:
        self._rows = downloads.rows(service.reading.database, statement, values)
        self._first: list[Row] = []
        self.gone = threading.Event()
        self.failed: GeoregisterError | None = None

    def begin(self) -> None:
        """Fetches the first rows: what goes wrong with them is told by a status, whatever stands before them."""
        self._first = next(self._rows, [])

    def close(self) -> None:
        """No more is read, and the connection is given back."""
        self.gone.set()
        # Where a thread is reading still, it closes when it is done.
        with contextlib.suppress(ValueError):
            self._rows.close()

    def pieces(self) -> Iterator[list[Row]]:
        with contextlib.closing(self._rows):
            try:
                if self._first:
                    yield self._first
                for piece in self._rows:
                    if self.gone.is_set():
                        return
                    yield piece
            except GeoregisterError as error:
                self.failed = error
                raise


async def _file(
    request: Request,
    table: Table,
    form: Form,
    write: Callable[[Table, Path], int],
    reading: _Reading,
) -> tuple[BinaryIO, int, int]:
    """A file that has been made, open at its beginning; how many bytes and how many rows it has."""
    folder = Path(tempfile.mkdtemp(prefix="georegister-download-"))
    try:
        file = folder / f"{table.collection.id}.{form.ending}"
        making = asyncio.ensure_future(asyncio.to_thread(write, table, file))
        try:
            while not (await asyncio.wait({making}, timeout=LOOK_SECONDS))[0]:
                if await request.is_disconnected():
                    reading.gone.set()
            rows = making.result()
        except Exception:
            # Through Arrow and GDAL an error comes as one of theirs.
            if reading.failed:
                raise reading.failed from None
            raise
        handle = file.open("rb")
    finally:
        # An open file stays readable on POSIX; nothing is left behind, whoever goes when.
        shutil.rmtree(folder, ignore_errors=True)
    size = handle.seek(0, 2)
    handle.seek(0)
    return handle, size, rows


def _check(question: Search, form: Form, name: str) -> None:
    if question.token is not None:
        raise QuestionInvalid("token", N_("a download has no pages; it begins at the beginning"))
    if question.result_type == "hits":
        raise QuestionInvalid("resultType", N_("ask for the number with f=json"))
    if question.skip_geometry and form.needs_geometry:
        raise QuestionInvalid("skipGeometry", N_("f={form} always has geometries"), form=name)
    in_degrees = name == "xlsx" or (name == "csv" and question.lang == "da")
    if in_degrees and question.crs and question.crs.code != REGISTER_CRS:
        raise QuestionInvalid("crs", N_("the places in a table for Excel are longitudes and latitudes"))

"""Any file of rows to rows: the only place that takes a delivery in hand.

GDAL chooses a driver by content, not by name: a file called .shp may be a virtual data source that reads any file
of the server, or asks the network. So the file is opened in a child process (`child`) in which every driver but the
expected one is switched off, without a network, with limits on memory, time and files, and, where we are root, as
a user who may do nothing. What it found comes back as Arrow files.
"""

import codecs
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from georegister.confined import NOBODY
from georegister.errors import DeliveryRefused
from georegister.loading.archive import BYTES_EACH, unpack, weigh
from georegister.loading.files import refuse_unsayable
from georegister.loading.formats import BATCH, DRIVERS, FORMATS, GEOJSON, LAST_CHOICE, PLAN_FILES, Format
from georegister.sentence import N_, Sentence, sentence_of, verbatim

LEAST_MEMORY, MEMORY_FOR_A_BYTE, MOST_MEMORY = 1_500_000_000, 30, 6_000_000_000
WORKBOOK_BYTES = 200_000_000
LEAST_SECONDS, BYTES_A_SECOND, MOST_SECONDS = 60, 500_000, 600


@dataclass(frozen=True)
class Piece:
    """Some rows of a layer in order, the first of them row `first` of the layer, counted from 1: attributes by column,
    and the geometry of each as WKB."""

    first: int
    rows: list[dict[str, Any]]
    geometries: list[bytes | None]


@dataclass(frozen=True)
class Layer:
    """One layer of a delivery as delivered: nothing repaired but arcs made lines, nothing renamed.

    `table` has a column for each attribute; `geometry` is WKB in the reference system `crs` (as WKT, PROJJSON or an
    authority's code; None where the delivery does not say). A table of text has a geometry only where its column
    `wkt` gives one. `stored` is the file that both lie in, and what it calls the geometry. `curved` are
    the rows that had arcs, `unusable` says why a row's geometry was left out; both count rows from 1.
    """

    file: str
    name: str
    format: Format
    crs: str | None
    crs_note: Sentence
    encoding: str
    encoding_note: Sentence
    table: pa.Table
    geometry: pa.ChunkedArray | None
    wkt: str | None = None
    curved: tuple[int, ...] = ()
    unusable: Mapping[int, tuple[str, Any]] = field(default_factory=dict)
    stored: tuple[pa.NativeFile, str] | None = None

    def rows(self) -> Iterator[dict[str, Any]]:
        """The attributes of each row, by column."""
        for piece in self.pieces():
            yield from piece.rows

    def pieces(self) -> Iterator[Piece]:
        """All rows, some thousand at a time: what has been worked on is not kept."""
        first = 1
        for rows, geometries in self._stored() if self.stored else self._held():
            told = geometries.to_pylist() if geometries is not None else [None] * rows.num_rows
            yield Piece(first, rows.to_pylist(), told)
            first += rows.num_rows

    def _stored(self) -> Iterator[tuple[pa.RecordBatch, pa.Array | None]]:
        assert self.stored is not None
        file, geometry = self.stored
        reader = pa.ipc.open_file(file)
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            rows = batch.select(self.table.column_names)
            yield rows, batch.column(geometry) if self.geometry is not None else None

    def _held(self) -> Iterator[tuple[pa.Table, pa.ChunkedArray | None]]:
        for first in range(0, self.table.num_rows, BATCH):
            shapes = None if self.geometry is None else self.geometry.slice(first, BATCH)
            yield self.table.slice(first, BATCH), shapes


@dataclass(frozen=True)
class Reading:
    layers: tuple[Layer, ...]
    ignored: tuple[str, ...]


def read(
    delivery: Path,
    *,
    encoding: str | None = None,
    accepted: Collection[str] = PLAN_FILES,
    layer: str | None = None,
    tables: bool = False,
) -> Reading:
    """The layers of a delivery whose ending is `accepted`; a zip may hold any kind of them.

    `encoding` overrides what the file says; `layer` is the only one read; `tables` are a GeoPackage's without a
    geometry, in place of its layers. Raises DeliveryRefused naming the file.
    """
    refuse_unsayable(delivery)
    if not delivery.is_file():
        raise DeliveryRefused(N_("There is no file {delivery}."), delivery=delivery)
    ending = delivery.suffix.lower()
    if ending not in accepted:
        raise DeliveryRefused(
            N_("{delivery}: georegister reads {accepted} here."), delivery=delivery.name, accepted=_listed(accepted)
        )
    with tempfile.TemporaryDirectory(prefix="georegister-read-") as name:
        folder = Path(name)
        inside, outside = folder / "in", folder / "out"
        inside.mkdir()
        outside.mkdir()
        ignored = _gather(delivery, inside)
        kind = _kind(delivery, inside, accepted)
        files = [file for file in sorted(inside.iterdir()) if file.suffix == kind]
        for file in files:
            _begins_as(delivery.name, file)
            _whole(delivery.name, file)
        ignored += tuple(sorted(file.name for file in inside.iterdir() if not _belongs(file, kind)))
        _open_to_nobody(folder)
        _in_child(delivery.name, folder, kind, encoding or "", layer or "", "tables" if tables else "")
        told = json.loads((outside / "layers.json").read_text())
        found = tuple(_layer(delivery.name, kind, outside, number, said) for number, said in enumerate(told))
        return Reading(_asked_for(delivery.name, found, layer), ignored)


def _listed(endings: Collection[str]) -> Sentence:
    *first, last = sorted(endings)
    return Sentence(N_("{first} and {last}"), {"first": ", ".join(first), "last": last}) if first else verbatim(last)


def _gather(delivery: Path, inside: Path) -> tuple[str, ...]:
    """Copies the delivery's files into a folder of their own; the names of what a zip has besides."""
    ending = delivery.suffix.lower()
    if delivery.stat().st_size > BYTES_EACH:
        raise DeliveryRefused(N_("{delivery} is larger than this register reads."), delivery=delivery.name)
    if ending == ".zip":
        return unpack(delivery, inside).ignored
    if ending == ".xlsx":
        weigh(delivery, WORKBOOK_BYTES)
    parts = FORMATS[ending].parts
    for part in delivery.parent.glob(f"{_escaped(delivery.stem)}.*"):
        if part == delivery or (part.suffix.lower() in parts and part.is_file()):
            if part.stat().st_size > BYTES_EACH:
                raise DeliveryRefused(N_("{part} is larger than this register reads."), part=part.name)
            shutil.copyfile(part, inside / (part.stem + part.suffix.lower()))
    log = delivery.with_name(delivery.name + "-wal")
    if ending == ".gpkg" and log.is_file() and log.stat().st_size:
        raise DeliveryRefused(
            N_("{delivery} is still open in another program ({log} is not empty); close it."),
            delivery=delivery.name,
            log=log.name,
        )
    return ()


def _kind(delivery: Path, inside: Path, accepted: Collection[str]) -> str:
    """The ending of the files to read; a zip says by what it holds."""
    if delivery.suffix.lower() != ".zip":
        return delivery.suffix.lower()
    held = {file.suffix for file in inside.iterdir()} & (set(FORMATS) & set(accepted))
    held = held - set(LAST_CHOICE) or held
    if not held:
        raise DeliveryRefused(
            N_("{delivery} holds no file that georegister reads here: {accepted}."),
            delivery=delivery.name,
            accepted=_listed(set(accepted) - {".zip"}),
        )
    if len(held) > 1:
        raise DeliveryRefused(
            N_("{delivery} holds several kinds of files ({held}); zip one kind."),
            delivery=delivery.name,
            held=_listed(held),
        )
    return held.pop()


def _belongs(file: Path, kind: str) -> bool:
    parts = FORMATS[kind].parts
    return file.suffix == kind or (file.suffix in parts and file.with_suffix(kind).exists())


def _begins_as(delivery: str, file: Path) -> None:
    """The first bytes are those of its kind; what GDAL makes of a file it decides by content too."""
    wanted = FORMATS[file.suffix]
    with file.open("rb") as opened:
        start = opened.read(64)
    if wanted is GEOJSON or file.suffix == ".gml":
        start = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise DeliveryRefused(N_("{delivery}: {file} is empty."), delivery=delivery, file=file.name)
    if not start.startswith(wanted.begins):
        raise DeliveryRefused(
            N_("{delivery}: {file} is not a {words}, whatever its name says."),
            delivery=delivery,
            file=file.name,
            words=Sentence(wanted.words),
        )


def _whole(delivery: str, file: Path) -> None:
    """The parts without which GDAL cannot read it, or would read rows that say nothing, are there."""
    for part in FORMATS[file.suffix].parts[:2]:
        if not file.with_suffix(part).exists():
            raise DeliveryRefused(
                N_("{delivery}: {stem}{part} is missing; a shapefile is its .shp, .shx and .dbf together."),
                delivery=delivery,
                stem=file.stem,
                part=part,
            )


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _open_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        folder.chmod(0o755)
        os.chown(folder / "out", NOBODY, NOBODY)


def _in_child(delivery: str, folder: Path, kind: str, encoding: str, layer: str, tables: str) -> None:
    size = sum(file.stat().st_size for file in (folder / "in").iterdir())
    memory = min(LEAST_MEMORY + MEMORY_FOR_A_BYTE * size, MOST_MEMORY)
    seconds = min(LEAST_SECONDS + size // BYTES_A_SECOND, MOST_SECONDS)
    said = (str(folder), kind, encoding, layer, tables, str(memory), str(seconds))
    command = [sys.executable, "-I", "-m", "georegister.loading.child", *said]
    if any("\0" in word for word in said):
        raise DeliveryRefused(N_("{delivery}: a layer or an encoding has no NUL in its name."), delivery=delivery)
    try:
        done = subprocess.run(
            command,
            env=_environment(FORMATS[kind].driver),
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryRefused(
            N_("{delivery} took more than {seconds} s to read."), delivery=delivery, seconds=seconds
        ) from error
    if done.returncode == 0:
        return
    words = done.stderr.strip().splitlines()
    if done.returncode == 1 and words:
        raise DeliveryRefused(N_("{delivery} cannot be read: {reason}."), delivery=delivery, reason=_told(words[-1]))
    raise DeliveryRefused(
        N_(
            "{delivery} cannot be read: what it holds took more memory or time than a file of its size may, or made "
            "the reader fall over ({returncode})."
        ),
        delivery=delivery,
        returncode=done.returncode,
    )


def _told(line: str) -> Sentence:
    """What the child says as it ends: a sentence as JSON, or, where it fell over, any words."""
    try:
        return sentence_of(json.loads(line))
    except ValueError:
        return verbatim(line)


def _environment(driver: str | None) -> dict[str, str]:
    skipped = ",".join(name for name in DRIVERS if name != driver)
    nowhere = "http://127.0.0.1:1"
    return {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "OGR_SKIP": skipped,
        "GDAL_SKIP": skipped,
        "GDAL_DRIVER_PATH": "disable",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_CURL_ENABLED": "NO",
        "GDAL_HTTP_PROXY": nowhere,
        "GDAL_HTTPS_PROXY": nowhere,
        "PROJ_NETWORK": "OFF",
        "GML_FIELDTYPES": "ALWAYS_STRING",  # a number such as 1.10 is a name, and no decimal
        "OGR_ARC_STEPSIZE": "1",  # degrees: within 1 cm up to a radius of 260 m
        "OGR_XLSX_HEADERS": "FORCE",  # the first row is the headings, whatever is in it
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _layer(delivery: str, kind: str, outside: Path, number: int, said: dict[str, Any]) -> Layer:
    file = outside / f"{number}.arrow"
    with pa.memory_map(str(file)) as source:
        table = pa.ipc.open_file(source).read_all()
    geometry = table.column(said["geometry"]) if said["geometry"] in table.column_names else None
    attributes = [name for name in table.column_names if name not in (said["geometry"], said["fid"])]
    encoding, how, details = said["encoding"]
    return Layer(
        delivery,
        said["name"],
        FORMATS[kind],
        said["crs"],
        Sentence(said["crs_note"]),
        encoding,
        Sentence(how, details),
        table.select(attributes),
        geometry,
        said["wkt"] or None,
        tuple(said["curved"]),
        {int(row): (why, value) for row, (why, value) in said["unusable"].items()},
        # Open still when the folder is gone; and, unlike what is mapped, not in memory once it has been read.
        (pa.OSFile(str(file)), said["geometry"]),
    )


def _asked_for(delivery: str, layers: tuple[Layer, ...], only: str | None) -> tuple[Layer, ...]:
    found = tuple(layer for layer in layers if only in (None, layer.name))
    if layers and not found:
        there = ", ".join(layer.name for layer in layers)
        raise DeliveryRefused(
            N_("{delivery} has no layer {layer!r}; there are: {there}."), delivery=delivery, layer=only, there=there
        )
    return found

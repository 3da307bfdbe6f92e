"""Any vector file to rows: the only place that opens a delivery.

GDAL chooses a driver by content, not by name: a file called .shp may be a virtual data source that reads any file
of the server, or asks the network. So the file is opened in a child process in which every driver but the expected
one is switched off, without network file systems, with limits on memory, time and files, and, where we are root, as
a user who may do nothing. What it found comes back as Arrow files.
"""

import codecs
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from georegister.errors import DeliveryRefused
from georegister.loading.archive import unpack

MEMORY_BYTES = 6_000_000_000
CPU_SECONDS = 300
WALL_SECONDS = 600
SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
NOBODY = 65534


@dataclass(frozen=True)
class Layer:
    """One layer of a delivery as delivered: nothing repaired, nothing renamed.

    `table` has a column for each attribute; `geometry` is WKB in the reference system `crs` (as WKT or an
    authority's code; None where the delivery does not say).
    """

    file: str
    name: str
    crs: str | None
    encoding: str
    encoding_note: str
    table: pa.Table
    geometry: pa.ChunkedArray

    def rows(self) -> Iterator[dict[str, Any]]:
        """The attributes of each row, by column."""
        for batch in self.table.to_batches():
            yield from batch.to_pylist()


@dataclass(frozen=True)
class Reading:
    layers: tuple[Layer, ...]
    ignored: tuple[str, ...]


def read(delivery: Path, *, encoding: str | None = None) -> Reading:
    """The layers of a shapefile, loose or zipped.

    `encoding` overrides what the delivery says. Raises DeliveryRefused naming the file.
    """
    if not delivery.is_file():
        raise DeliveryRefused(f"There is no file {delivery}.")
    with tempfile.TemporaryDirectory(prefix="georegister-read-") as name:
        folder = Path(name)
        inside, outside = folder / "in", folder / "out"
        inside.mkdir()
        outside.mkdir()
        ignored = _gather(delivery, inside)
        layers = [file for file in sorted(inside.iterdir()) if file.suffix == ".shp"]
        if not layers:
            raise DeliveryRefused(f"{delivery.name} holds no .shp file; a zipped or loose shapefile is read.")
        for file in layers:
            with file.open("rb") as start:
                if start.read(4) != SHAPEFILE_MAGIC:
                    raise DeliveryRefused(f"{delivery.name}: {file.name} is not a shapefile, whatever its name says.")
        _open_to_nobody(folder)
        _in_child(delivery.name, folder, encoding)
        return Reading(tuple(_layer(delivery.name, outside, file) for file in layers), ignored)


def _gather(delivery: Path, inside: Path) -> tuple[str, ...]:
    if delivery.suffix.lower() == ".zip":
        return unpack(delivery, inside).ignored
    if delivery.suffix.lower() != ".shp":
        raise DeliveryRefused(f"{delivery.name}: georegister reads .zip and .shp with their parts, and .toml.")
    for part in delivery.parent.glob(f"{_escaped(delivery.stem)}.*"):
        if part.suffix.lower() in {".shp", ".shx", ".dbf", ".prj", ".cpg"} and part.is_file():
            (inside / (part.stem + part.suffix.lower())).write_bytes(part.read_bytes())
    return ()


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _open_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        folder.chmod(0o755)
        os.chown(folder / "out", NOBODY, NOBODY)


def _in_child(delivery: str, folder: Path, encoding: str | None) -> None:
    skipped = [driver for driver in pyogrio.list_drivers() if driver != "ESRI Shapefile"]
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "OGR_SKIP": ",".join(skipped),
        "GDAL_SKIP": ",".join(skipped),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_CURL_ENABLED": "NO",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "georegister.loading.read", str(folder), encoding or ""]
    try:
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeliveryRefused(f"{delivery} took more than {WALL_SECONDS} s to read.") from error
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        said = words[-1] if words and done.returncode == 1 else f"the reader was stopped ({done.returncode})"
        raise DeliveryRefused(f"{delivery} cannot be read: {said}")


def _layer(delivery: str, outside: Path, file: Path) -> Layer:
    said = json.loads((outside / f"{file.stem}.json").read_text())
    with pa.memory_map(str(outside / f"{file.stem}.arrow")) as source:
        table = pa.ipc.open_file(source).read_all()
    geometry = table.column(said["geometry"])
    attributes = [name for name in table.column_names if name not in (said["geometry"], said["fid"])]
    return Layer(delivery, file.stem, said["crs"], said["encoding"], said["note"], table.select(attributes), geometry)


# -- in the child


def _encoding(dbf: Path, cpg: Path, wanted: str) -> tuple[str, str]:
    """What the attributes are written in, and how that is known: as told, by .cpg, else strict UTF-8, else cp1252."""
    data = dbf.read_bytes() if dbf.exists() else b""
    data = data[int.from_bytes(data[8:10], "little") :]
    said = wanted or (cpg.read_text("ascii", "replace").strip() if cpg.exists() else "")
    name = _python_name(said) if said else None
    if name and _decodes(data, name):
        return name, "as told" if wanted else "by .cpg"
    if _decodes(data, "utf-8"):
        return "UTF-8", f".cpg says {said!r}, which does not fit" if said else "guessed: no .cpg, and it is valid UTF-8"
    return "CP1252", f"{said!r} does not fit" if said else "guessed: no .cpg, and it is not UTF-8"


def _python_name(said: str) -> str | None:
    short = said.upper().replace("ANSI", "").replace("CP", "").replace("WINDOWS-", "").strip()
    for name in (
        f"CP{short}" if short.isdigit() and len(short) == 4 else said,
        "ISO-8859-1" if short == "88591" else said,
    ):
        try:
            return codecs.lookup(name).name.upper()
        except LookupError:
            continue
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _child(folder: Path, wanted: str) -> None:
    files = sorted((folder / "in").glob("*.shp"))
    encodings = {file: _encoding(file.with_suffix(".dbf"), file.with_suffix(".cpg"), wanted) for file in files}
    _warm_up(folder)
    _give_up_rights()
    for file in files:
        encoding, note = encodings[file]
        try:
            meta, table = pyogrio.read_arrow(file, encoding=encoding, datetime_as_string=True)
        except Exception as error:  # GDAL's own words are the message, whatever its class
            sys.exit(f"{file.name}: {error}")
        out = folder / "out" / file.stem
        with pa.OSFile(f"{out}.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        said = {
            "crs": meta["crs"],
            "geometry": meta.get("geometry_name") or "wkb_geometry",
            "fid": meta.get("fid_column") or "",
            "encoding": encoding,
            "note": note,
        }
        Path(f"{out}.json").write_text(json.dumps(said))


def _warm_up(folder: Path) -> None:
    """Writes and reads a file of our own: what GDAL and Python load late they must load while they still may.

    The virtual environment may lie where only root can read.
    """
    warm = folder / "warm" / "warm.shp"
    warm.parent.mkdir()
    point = pa.table({"text": ["å"], "geometry": [b"\x01\x01" + bytes(19)]})
    pyogrio.write_arrow(point, warm, geometry_type="Point", geometry_name="geometry", crs="EPSG:25832")
    pyogrio.read_arrow(warm, encoding="CP1252", datetime_as_string=True)


def _give_up_rights() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    _child(Path(sys.argv[1]), sys.argv[2])

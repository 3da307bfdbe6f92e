"""Any file of rows to rows: the only place that opens a delivery.

GDAL chooses a driver by content, not by name: a file called .shp may be a virtual data source that reads any file
of the server, or asks the network. So the file is opened in a child process in which every driver but the expected
one is switched off, without network file systems, with limits on memory, time and files, and, where we are root, as
a user who may do nothing. What it found comes back as Arrow files. Tables of text (CSV) are read there too, by Arrow
itself, with every driver of GDAL switched off.
"""

import codecs
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyogrio

from georegister.errors import DeliveryRefused
from georegister.loading.archive import BYTES_EACH, unpack
from georegister.loading.files import refuse_unsayable

MEMORY_BYTES = 6_000_000_000
CPU_SECONDS = 300
WALL_SECONDS = 600
SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
NOBODY = 65534
MOST_LAYERS = 50
SEPARATORS = ",;\t|"
WRITTEN_IN_UTF8 = "as its format says"


@dataclass(frozen=True)
class Format:
    """A kind of file: the one GDAL driver it may be opened with (none for CSV), and how its content begins."""

    words: str
    driver: str | None
    begins: bytes = b""


FORMATS = {
    ".shp": Format("shapefile", "ESRI Shapefile", SHAPEFILE_MAGIC),
    ".gpkg": Format("GeoPackage", "GPKG", b"SQLite format 3\0"),
    ".geojson": Format("GeoJSON file", "GeoJSON", b"{"),
    ".json": Format("GeoJSON file", "GeoJSON", b"{"),
    ".csv": Format("CSV file", None),
}
SHAPEFILES = frozenset({".zip", ".shp"})
VECTOR_FILES = SHAPEFILES | {".gpkg", ".geojson", ".json"}
TABLES_TOO = VECTOR_FILES | {".csv"}


@dataclass(frozen=True)
class Layer:
    """One layer of a delivery as delivered: nothing repaired, nothing renamed.

    `table` has a column for each attribute; `geometry` is WKB in the reference system `crs` (as WKT or an
    authority's code; None where the delivery does not say). A table of text has no geometry.
    """

    file: str
    name: str
    crs: str | None
    encoding: str
    encoding_note: str
    table: pa.Table
    geometry: pa.ChunkedArray | None

    def rows(self) -> Iterator[dict[str, Any]]:
        """The attributes of each row, by column."""
        for batch in self.table.to_batches():
            yield from batch.to_pylist()


@dataclass(frozen=True)
class Reading:
    layers: tuple[Layer, ...]
    ignored: tuple[str, ...]


def read(
    delivery: Path, *, encoding: str | None = None, accepted: Collection[str] = SHAPEFILES, layer: str | None = None
) -> Reading:
    """The layers of a delivery, a shapefile loose or zipped unless other endings are `accepted`.

    `encoding` overrides what a shapefile says; `layer` is the only one read. Raises DeliveryRefused naming the file.
    """
    refuse_unsayable(delivery)
    if not delivery.is_file():
        raise DeliveryRefused(f"There is no file {delivery}.")
    ending = delivery.suffix.lower()
    if ending not in accepted:
        raise DeliveryRefused(f"{delivery.name}: georegister reads {_listed(accepted)} here.")
    with tempfile.TemporaryDirectory(prefix="georegister-read-") as name:
        folder = Path(name)
        inside, outside = folder / "in", folder / "out"
        inside.mkdir()
        outside.mkdir()
        ignored = _gather(delivery, inside)
        kind = ".shp" if ending == ".zip" else ending
        files = [file for file in sorted(inside.iterdir()) if file.suffix == kind]
        if not files:
            raise DeliveryRefused(f"{delivery.name} holds no .shp file; a zipped or loose shapefile is read.")
        for file in files:
            _begins_as(delivery.name, file)
        _open_to_nobody(folder)
        _in_child(delivery.name, folder, kind, encoding, layer)
        told = json.loads((outside / "layers.json").read_text())
        return Reading(tuple(_layer(delivery.name, outside, number, said) for number, said in enumerate(told)), ignored)


def _listed(accepted: Collection[str]) -> str:
    *first, last = sorted(accepted)
    return f"{', '.join(first)} and {last}"


def _gather(delivery: Path, inside: Path) -> tuple[str, ...]:
    ending = delivery.suffix.lower()
    if ending == ".zip":
        return unpack(delivery, inside).ignored
    if delivery.stat().st_size > BYTES_EACH:
        raise DeliveryRefused(f"{delivery.name} is larger than this register reads.")
    if ending != ".shp":
        shutil.copyfile(delivery, inside / (delivery.stem + ending))
        return ()
    for part in delivery.parent.glob(f"{_escaped(delivery.stem)}.*"):
        if part.suffix.lower() in {".shp", ".shx", ".dbf", ".prj", ".cpg"} and part.is_file():
            shutil.copyfile(part, inside / (part.stem + part.suffix.lower()))
    return ()


def _begins_as(delivery: str, file: Path) -> None:
    """The first bytes are those of its kind; what GDAL makes of a file it decides by content too."""
    wanted = FORMATS[file.suffix]
    with file.open("rb") as opened:
        start = opened.read(64).removeprefix(codecs.BOM_UTF8)
    if file.suffix in (".geojson", ".json"):
        start = start.lstrip()
    if not start.startswith(wanted.begins):
        raise DeliveryRefused(f"{delivery}: {file.name} is not a {wanted.words}, whatever its name says.")


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _open_to_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        folder.chmod(0o755)
        os.chown(folder / "out", NOBODY, NOBODY)


def _in_child(delivery: str, folder: Path, kind: str, encoding: str | None, layer: str | None) -> None:
    skipped = [driver for driver in pyogrio.list_drivers() if driver != FORMATS[kind].driver]
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "OGR_SKIP": ",".join(skipped),
        "GDAL_SKIP": ",".join(skipped),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_CURL_ENABLED": "NO",
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "georegister.loading.child", str(folder), kind, encoding or "", layer or ""]
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


def _layer(delivery: str, outside: Path, number: int, said: dict[str, Any]) -> Layer:
    with pa.memory_map(str(outside / f"{number}.arrow")) as source:
        table = pa.ipc.open_file(source).read_all()
    geometry = table.column(said["geometry"]) if said["geometry"] in table.column_names else None
    attributes = [name for name in table.column_names if name not in (said["geometry"], said["fid"])]
    return Layer(
        delivery, said["name"], said["crs"], said["encoding"], said["note"], table.select(attributes), geometry
    )


# -- in the child


def _encoding(dbf: Path, cpg: Path, wanted: str) -> tuple[str, str]:
    """What the attributes are written in, and how that is known: as told, by .cpg, else strict UTF-8, else cp1252.

    Ends the reading where it was told and does not fit: that is no hint to be overridden.
    """
    data = dbf.read_bytes() if dbf.exists() else b""
    data = data[int.from_bytes(data[8:10], "little") :]
    said = wanted or (cpg.read_text("ascii", "replace").strip() if cpg.exists() else "")
    name = _python_name(said) if said else None
    if name and _decodes(data, name):
        return name, "as told" if wanted else "by .cpg"
    if wanted:
        wrong = f"the text of {dbf.name} is not written in it" if name else "there is no such encoding"
        sys.exit(f"--encoding {wanted}: {wrong}; say another, or leave it out to have it found.")
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
        except (LookupError, ValueError):
            continue
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):  # "hex" is a codec of Python's, and no encoding of text
        return False
    return True


def extract(folder: Path, kind: str, wanted: str, only: str) -> None:
    """Reads what lies in `folder`/in into `folder`/out; ends with GDAL's or Arrow's words where that fails."""
    files = sorted((folder / "in").glob(f"*{kind}"))
    encodings = dict.fromkeys(files, ("UTF-8", WRITTEN_IN_UTF8))
    if kind == ".shp":
        encodings = {file: _encoding(file.with_suffix(".dbf"), file.with_suffix(".cpg"), wanted) for file in files}
    _warm_up(folder, kind)
    _give_up_rights()
    told: list[dict[str, Any]] = []
    for file in files:
        encoding, note = encodings[file]
        try:
            for name in _names(file, only):
                table, said = _csv(file) if kind == ".csv" else _by_gdal(file, name, encoding)
                out = f"{folder}/out/{len(told)}.arrow"
                with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                    writer.write_table(table)
                told.append({**said, "name": name, "encoding": encoding, "note": note})
        except Exception as error:  # GDAL's and Arrow's own words are the message, whatever the class
            sys.exit(f"{file.name}: {' '.join(str(error).split())}")
    (folder / "out" / "layers.json").write_text(json.dumps(told))


def _names(file: Path, only: str) -> list[str]:
    """The layers of a file that are to be read; but for a GeoPackage there is one."""
    if file.suffix != ".gpkg":
        return [file.stem]
    names = [str(name) for name, geometry in pyogrio.list_layers(file) if geometry is not None]
    if only and only not in names:
        raise ValueError(f"there is no layer {only!r}; there are {', '.join(names)}")
    if len(names) > MOST_LAYERS and not only:
        raise ValueError(f"it has {len(names)} layers; at most {MOST_LAYERS} are read")
    return [only] if only else names


def _by_gdal(file: Path, layer: str, encoding: str) -> tuple[pa.Table, dict[str, Any]]:
    of = {"layer": layer} if file.suffix == ".gpkg" else {}
    told = {"encoding": encoding} if file.suffix == ".shp" else {}
    meta, table = pyogrio.read_arrow(file, datetime_as_string=True, **of, **told)
    said = {"crs": meta["crs"], "geometry": meta.get("geometry_name") or "wkb_geometry"}
    return table, {**said, "fid": meta.get("fid_column") or ""}


def _csv(file: Path) -> tuple[pa.Table, dict[str, Any]]:
    """Every value as text, by whichever separator the head uses most."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head = opened.readline(1_000_000)
    separator = max(SEPARATORS, key=head.count)
    names = next(csv.reader([head], delimiter=separator), [])
    if len(set(names)) < max(len(names), 1):
        raise ValueError("the first line must name each column once")
    table = pa.csv.read_csv(
        file,
        read_options=pa.csv.ReadOptions(use_threads=False),
        parse_options=pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return table, {"crs": None, "geometry": "", "fid": ""}


def _warm_up(folder: Path, kind: str) -> None:
    """Writes and reads a file of our own: what GDAL, Arrow and Python load late they must load while they still may.

    The virtual environment may lie where only root can read.
    """
    warm = folder / "warm" / f"warm{kind}"
    warm.parent.mkdir()
    if kind == ".csv":
        warm.write_text("navn;x\nå;1\n", encoding="utf-8")
        _csv(warm)
        return
    point = pa.table({"text": ["å"], "geometry": [b"\x01\x01" + bytes(19)]})
    of = {"driver": FORMATS[kind].driver, "geometry_type": "Point", "geometry_name": "geometry"}
    pyogrio.write_arrow(point, warm, crs="EPSG:25832" if kind == ".shp" else "EPSG:4326", **of)
    _by_gdal(warm, _names(warm, "")[0], "CP1252")


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

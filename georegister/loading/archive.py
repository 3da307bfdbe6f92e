"""A zip, unpacked with limits.

Nothing a zip says of itself is believed: names are flattened and checked, and bytes are counted while inflating.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from georegister.errors import ArchiveRefused
from georegister.loading.formats import FORMATS
from georegister.sentence import N_

WANTED = {ending for kind, form in FORMATS.items() for ending in (kind, *form.parts)}
ARCHIVES = {".zip", ".kmz", ".7z", ".rar", ".tar", ".gz", ".tgz"}
ENTRIES = 1000
LOCAL_HEADER = 30
BYTES_EACH = 2_000_000_000
BYTES_TOTAL = 3_000_000_000
RATIO = 200
RATIO_COUNTS_FROM = 10_000_000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Unpacked:
    """The files that were taken out, and the names of those that were passed over."""

    files: tuple[Path, ...]
    ignored: tuple[str, ...]


def unpack(archive: Path, folder: Path) -> Unpacked:
    """Takes the files that georegister reads out of a zip, folders flattened.

    Raises ArchiveRefused, naming the entry, for a zip that is broken, encrypted, too large, or whose names climb,
    collide or link elsewhere.
    """
    with _opened(archive) as opened:
        wanted, ignored = _chosen(archive.name, _files(opened))
        budget = BYTES_TOTAL
        files = []
        for name, entry in wanted.items():
            target = folder / name
            budget -= _inflate(archive.name, opened, entry, target, min(budget, BYTES_EACH))
            files.append(target)
    return Unpacked(tuple(files), ignored)


def weigh(archive: Path, most: int) -> None:
    """Inflates every entry into nothing, before somebody does who does not count.

    Raises ArchiveRefused for a zip that is broken, encrypted, or of more than `most` bytes, whatever it says of itself.
    """
    with _opened(archive) as opened:
        for entry in opened.infolist():
            if entry.flag_bits & 0x1:
                raise ArchiveRefused(N_("{archive} is encrypted; save it without a password."), archive=archive.name)
            most -= _weight(archive.name, opened, entry, most)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    """Raises ArchiveRefused for a zip that is broken, at once or where it is read, and one of too many entries."""
    try:
        with zipfile.ZipFile(archive) as opened:
            if (number := len(_files(opened))) > ENTRIES:
                raise ArchiveRefused(
                    N_("{archive} holds {number} files; at most {entries} are read."),
                    archive=archive.name,
                    number=number,
                    entries=ENTRIES,
                )
            _refuse_overlaps(archive.name, opened)
            yield opened
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ArchiveRefused(
            N_("{archive} is not a readable zip: {error}."), archive=archive.name, error=error
        ) from error


def _files(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [entry for entry in opened.infolist() if not entry.is_dir()]


def _weight(archive: str, opened: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> int:
    weight = 0
    with opened.open(entry) as source:
        while chunk := source.read(CHUNK):
            weight += len(chunk)
            _refuse_too_large(archive, entry, weight, budget)
    return weight


def _refuse_too_large(archive: str, entry: zipfile.ZipInfo, size: int, budget: int) -> None:
    if size > budget:
        raise ArchiveRefused(
            N_("{archive}: {filename!r} is larger than this register reads."), archive=archive, filename=entry.filename
        )
    if size > RATIO_COUNTS_FROM and size > RATIO * max(entry.compress_size, 1):
        raise ArchiveRefused(
            N_("{archive}: {filename!r} unpacks to over {ratio} times its size."),
            archive=archive,
            filename=entry.filename,
            ratio=RATIO,
        )


def _chosen(archive: str, entries: list[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], tuple[str, ...]]:
    """Entries by their flat name; refuses what is dishonest, passes over what is not asked for."""
    wanted: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    ignored = []
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or "\0" in entry.orig_filename or ":" in path.parts[0]:
            raise ArchiveRefused(
                N_("{archive}: the name {filename!r} leads out of the zip."), archive=archive, filename=entry.filename
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused(N_("{archive}: {filename!r} is a link."), archive=archive, filename=entry.filename)
        if entry.flag_bits & 0x1:
            raise ArchiveRefused(
                N_("{archive}: {filename!r} is encrypted; send it without a password."),
                archive=archive,
                filename=entry.filename,
            )
        if path.suffix.lower() in ARCHIVES:
            raise ArchiveRefused(
                N_("{archive}: {filename!r} is a zip in a zip; unpack it first."),
                archive=archive,
                filename=entry.filename,
            )
        if path.suffix.lower() not in WANTED or path.parts[0] == "__MACOSX" or path.name.startswith("."):
            ignored.append(entry.filename)
            continue
        name = path.stem + path.suffix.lower()
        if name.casefold() in seen:
            raise ArchiveRefused(
                N_("{archive}: two files are called {name!r} once folders and case are left out."),
                archive=archive,
                name=name,
            )
        seen.add(name.casefold())
        wanted[name] = entry
    return wanted, tuple(ignored)


def _refuse_overlaps(archive: str, opened: zipfile.ZipFile) -> None:
    """Entries that share their bytes make a small zip very large, whatever is counted of each."""
    entries = sorted(opened.infolist(), key=lambda entry: entry.header_offset)
    ends = [*(entry.header_offset for entry in entries[1:]), opened.start_dir]
    for entry, end in zip(entries, ends, strict=True):
        if entry.header_offset + LOCAL_HEADER + entry.compress_size > end:
            raise ArchiveRefused(
                N_("{archive}: {filename!r} overlaps what comes after it."), archive=archive, filename=entry.filename
            )


def _inflate(archive: str, opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, budget: int) -> int:
    written = 0
    with opened.open(entry) as source, target.open("xb") as sink:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            _refuse_too_large(archive, entry, written, budget)
            sink.write(chunk)
    return written

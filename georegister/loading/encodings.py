"""What the text of a delivery is written in: as told, as `.cpg` says, else strict UTF-8, else cp1252; and how that is
known, in words. Runs in the sandboxed child."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from georegister.errors import ValueRefused
from georegister.loading.formats import AS_ITS_FORMAT_SAYS
from georegister.sentence import N_

CHUNK = 1 << 20
Known = tuple[str, str, dict[str, Any]]
"""An encoding, the message that says how it is known, and what the message is filled with."""

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
AS_TOLD = N_("as told by --encoding")
BY_CPG = N_("as .cpg says")
BY_MARK = N_("by the byte order mark at its start")
VALID_UTF8 = N_("nothing says so; it is valid UTF-8")
NOT_UTF8 = N_("nothing says so; it is not UTF-8")
DOES_NOT_FIT = N_("what .cpg says, {said}, does not fit")


def of(file: Path, told: str) -> Known:
    """The encoding of a file's text. Raises ValueRefused where what was told does not fit."""
    if file.suffix == ".shp":
        dbf, cpg = file.with_suffix(".dbf"), file.with_suffix(".cpg")
        with dbf.open("rb") as opened:
            start = int.from_bytes(opened.read(12)[8:10], "little")
        return _known(dbf, start, told, cpg.read_text("ascii", "replace").strip()[:40] if cpg.exists() else "")
    if file.suffix != ".csv":
        return "UTF-8", AS_ITS_FORMAT_SAYS, {}
    with file.open("rb") as opened:
        start_of_text = opened.read(64)
    if not told and (start_of_text.startswith(UTF16_MARKS) or b"\0" in start_of_text):
        raise ValueRefused(
            N_("{file} is UTF-16 (“Unicode text”); save it as UTF-8, in Excel as “CSV UTF-8 (comma delimited)”"),
            file=file.name,
        )
    marked = start_of_text.startswith(codecs.BOM_UTF8)
    if marked and not told and _decodes(file, 0, "utf-8"):
        return "UTF-8", BY_MARK, {}
    return _known(file, 0, told, "")


def _known(file: Path, start: int, told: str, said: str) -> Known:
    name = _python_name(told or said)
    if name and _decodes(file, start, name):
        return name, AS_TOLD if told else BY_CPG, {}
    if told:
        wrong = N_(
            "--encoding {told}: the text of {file} is not written in it; say another, or leave it out to have it found"
        )
        unknown = N_("--encoding {told}: there is no such encoding; say another, or leave it out to have it found")
        raise ValueRefused(wrong if name else unknown, told=told, file=file.name)
    fits = _decodes(file, start, "utf-8")
    found = "UTF-8" if fits else "CP1252"
    if said:
        return found, DOES_NOT_FIT, {"said": said}
    return found, VALID_UTF8 if fits else NOT_UTF8, {}


def _python_name(said: str) -> str | None:
    if not said:
        return None
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


def _decodes(file: Path, start: int, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in _chunks(file, start):
            if not isinstance(decoder.decode(chunk), str):  # "hex" is a codec of Python's, and no encoding of text
                return False
        decoder.decode(b"", True)
    except (UnicodeError, LookupError, TypeError, ValueError):
        return False
    return True


def _chunks(file: Path, start: int) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(start)
        while chunk := opened.read(CHUNK):
            yield chunk

"""A form with a file, received with limits: bytes are counted as they come, and lie on disk from the first MB."""

import asyncio
import hashlib
import re
import tempfile
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from georegister.errors import QuestionInvalid
from georegister.sentence import N_, Sentence

FIELDS = 30
FIELD_BYTES = 10_000
FORM_BYTES = 100_000
NAME_BYTES = 120
PIECE_BYTES = 1 << 20
BODY_BYTES = 2_000_000
"""The most that is read of a body that is no file."""
COUNTED_HERE = 1 << 62
"""For addresses that take files: `received` counts them by the setting."""
TOO_LARGE = N_(
    "At most {megabytes} MB are taken by HTTP; load a larger file with `georegister load`, or raise "
    "GEOREGISTER_UPLOAD_MB."
)


@dataclass(frozen=True)
class Form:
    """What came: the file, under the name it may be kept by, the SHA-256 of its content, and the other fields."""

    file: Path
    sha256: bytes
    fields: dict[str, str]

    @property
    def name(self) -> str:
        return self.file.name


@asynccontextmanager
async def received(request: Request, megabytes: int) -> AsyncIterator[Form]:
    """A multipart form with one field `file`; the file is gone after the block.

    Raises HTTPException 413 and 415, and QuestionInvalid where a field comes twice or there is no file.
    """
    if not request.headers.get("content-type", "").casefold().startswith("multipart/form-data"):
        raise HTTPException(415, Sentence(N_("Send a form (multipart/form-data) with the file in its field “file”.")))
    most = megabytes * 1_000_000 + FORM_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and int(declared) > most:
        raise _too_large(megabytes)
    stream = _counted(request, most, megabytes)
    try:
        form = await MultiPartParser(
            request.headers, stream, max_files=1, max_fields=FIELDS, max_part_size=FIELD_BYTES
        ).parse()
    except MultiPartException as error:
        raise QuestionInvalid("file", N_("the form cannot be read: {message}"), message=error.message) from error
    try:
        fields: dict[str, str] = {}
        file: UploadFile | None = None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile) and name == "file":
                file = value
            elif isinstance(value, UploadFile) or name in fields:
                raise QuestionInvalid(name[:60], N_("give it once, and only `file` as a file"))
            else:
                fields[name] = value
        if file is None or not file.size:
            raise QuestionInvalid("file", N_("choose a file that is not empty"))
        with tempfile.TemporaryDirectory(prefix="georegister-upload-") as folder:
            target = Path(folder) / kept_name(file.filename or "")
            yield Form(target, await asyncio.to_thread(_written, file, target), fields)
    finally:
        await form.close()


def _written(file: UploadFile, target: Path) -> bytes:
    """Writes what came where it can be opened by name, a piece at a time; its SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as kept:
        while piece := file.file.read(PIECE_BYTES):
            digest.update(piece)
            kept.write(piece)
    return digest.digest()


async def _counted(request: Request, most: int, megabytes: int) -> AsyncGenerator[bytes, None]:
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most:
            raise _too_large(megabytes)
        yield chunk


def _too_large(megabytes: int) -> HTTPException:
    return HTTPException(
        413,
        Sentence(TOO_LARGE, {"megabytes": megabytes}),
    )


def kept_name(given: str) -> str:
    """A file's name as it may stand in a folder, a page and a header: no folders, nothing unseen, not too long."""
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(letter if _is_plain(letter) else "_" for letter in last).lstrip(".- ")
    stem, dot, ending = seen.rpartition(".") if "." in seen else (seen, "", "")
    short = stem.encode()[:NAME_BYTES].decode(errors="ignore") or "delivery"
    return f"{short}{dot}{ending[:10]}"


def _is_plain(letter: str) -> bool:
    return letter == " " or (unicodedata.category(letter)[0] not in "CZ" and letter not in '<>:"|?*`')

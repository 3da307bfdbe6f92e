"""A form with a file, received with limits: bytes are counted as they come, and lie on disk from the first MB."""

import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from georegister.errors import QuestionInvalid
from georegister.sentence import N_, Sentence

FIELDS = 30
FIELD_BYTES = 10_000
FORM_BYTES = 100_000
NAME_BYTES = 120
TOO_LARGE = N_(
    "At most {megabytes} MB are taken by HTTP; load a larger file with `georegister load`, or raise "
    "GEOREGISTER_UPLOAD_MB."
)


@dataclass(frozen=True)
class Form:
    """What came: the file, the name it may be kept under, and the other fields."""

    file: UploadFile
    name: str
    fields: dict[str, str]


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
        yield Form(file, kept_name(file.filename or ""), fields)
    finally:
        await form.close()


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

"""`/documents/{sha256}`: the files that are kept of plans' documents."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from georegister.api.conditional import still_true
from georegister.api.service import AskedNothing, Service, TheService
from georegister.errors import Gone, NotFound
from georegister.register import documents
from georegister.sentence import N_

router = APIRouter()


@router.get("/documents/{sha256}", dependencies=[AskedNothing])
async def document(sha256: str, request: Request, service: TheService) -> Response:
    """One kept file by the SHA-256 of its content; always to be saved, never shown inside our own pages."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256, re.ASCII):
        raise NotFound(N_("There is no such document; its address ends in 64 hexadecimal digits."))
    digest = bytes.fromhex(sha256)
    rows = await service.reading.rows(documents.kept(), {"sha256": digest})
    if not rows:
        raise NotFound(N_("There is no document {sha256}… here."), sha256=sha256[:12])
    [kept] = rows
    if not kept["current"]:
        raise Gone(
            N_("The document {sha256}… has been withdrawn; it was “{title}”."), sha256=sha256[:12], title=kept["title"]
        )
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "no-cache"}
    if still_true(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    # The name is whatever somebody's file was called: plain letters for old clients, the whole of it for others.
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", kept["file_name"])
    called = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept['file_name'], safe='')}"
    headers |= {"Content-Disposition": called, "Content-Length": str(kept["size"])}
    return StreamingResponse(_content(service, digest, kept["size"]), media_type=kept["media_type"], headers=headers)


async def _content(service: Service, digest: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, documents.CHUNK_BYTES):
        [row] = await service.reading.rows(documents.part(), {"sha256": digest, "start": start})
        yield row["content"]

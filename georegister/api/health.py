"""Whether the process lives, and whether the register can be asked."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response

from georegister.api.responses import json_response
from georegister.api.service import AskedNothing, TheService
from georegister.errors import RegisterUnavailable
from georegister.register.schema import SCHEMA_VERSION, head
from georegister.sentence import N_

router = APIRouter()
PATIENCE_SECONDS = 1.5


@router.get("/livez", dependencies=[AskedNothing])
async def livez() -> Response:
    """The process answers; nothing else is asked."""
    return json_response({"status": "ok"})


@router.get("/readyz", dependencies=[AskedNothing])
async def readyz(service: TheService) -> Response:
    """The database answers and its schema is the one this version knows; 503 where not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            [(found,)] = await service.reading.tuples(SCHEMA_VERSION, {})
    except TimeoutError as error:
        raise RegisterUnavailable(N_("The database does not answer.")) from error
    if found != head():
        raise RegisterUnavailable(N_("The database's schema is not the one this version knows."))
    return json_response({"status": "ok"})

"""`/collections/{id}/search`: the features in an area that somebody draws, each with how much of it lies there."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api import body
from georegister.api.conditional import Conditional
from georegister.api.items import page
from georegister.api.responses import Link, link
from georegister.api.service import AskedNothing, Base, TheService
from georegister.register.areas import with_area
from georegister.register.collections import COLLECTIONS, collection
from georegister.register.place_questions import HearingAreaSearch, MunicipalityAreaSearch, PlanAreaSearch

router = APIRouter(route_class=Conditional)
LONGEST_ADDRESS = 2000


@router.get("/collections/hearings/search")
async def hearings_in_area(
    request: Request, service: TheService, base: Base, question: Annotated[HearingAreaSearch, Query()]
) -> Response:
    """Hearings in an area."""
    return await page(request, service, base, with_area(COLLECTIONS["hearings"]), question)


@router.get("/collections/municipalities/search")
async def municipalities_in_area(
    request: Request, service: TheService, base: Base, question: Annotated[MunicipalityAreaSearch, Query()]
) -> Response:
    """Municipalities in an area."""
    return await page(request, service, base, with_area(COLLECTIONS["municipalities"]), question)


@router.get("/collections/{name}/search")
async def plans_in_area(
    name: str, request: Request, service: TheService, base: Base, question: Annotated[PlanAreaSearch, Query()]
) -> Response:
    """Plans in an area."""
    return await page(request, service, base, with_area(collection(name)), question)


@router.post("/collections/{name}/search", dependencies=[AskedNothing])
async def in_area(name: str, request: Request, service: TheService, base: Base) -> Response:
    """The same, for a geometry that is too long for an address; the parameters are members of a JSON object."""
    its_collection = with_area(collection(name))
    said = await body.read(request)
    question = body.question(its_collection.search, said)
    return await page(request, service, base, its_collection, question, partial(_linked, request, base, said))


def _linked(
    request: Request, base: str, said: dict[str, Any], rel: str, type_: str, title: str, **changed: str
) -> list[Link]:
    """A short question is an address like any other; of a long one other pages are linked, to be asked by POST."""
    here = f"{base}{request.url.path}"
    address = f"{here}?{urlencode([*_parameters({**said, **changed})], safe='/:,.')}"
    if len(address) <= LONGEST_ADDRESS:
        return [link(rel, address, type_, title)]
    return [link(rel, here, type_, title, method="POST", body=changed, merge=True)] if "token" in changed else []


def _parameters(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Members of the body as an address has them."""
    for name, value in said.items():
        if isinstance(value, dict) and name == "filter":
            yield "filter-lang", "cql2-json"
        if isinstance(value, list):
            yield name, ",".join(map(str, value))
        elif isinstance(value, dict | bool):
            yield name, json.dumps(value, separators=(",", ":"))
        elif value is not None:
            yield name, str(value)

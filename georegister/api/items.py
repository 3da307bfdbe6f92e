"""`/collections/{id}/items` and one item (OGC API Features, 7.15 and 7.16)."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from georegister.api import collection_pages, downloads, walk
from georegister.api.conditional import Conditional, stamped
from georegister.api.html import wants_html
from georegister.api.responses import GEOJSON, HTML, Link, again, content_crs, feature_collection, link
from georegister.api.service import Base, Service, TheService
from georegister.api.walk import SOURCES
from georegister.domain.plan import Kind, number_key
from georegister.domain.vocabulary import word
from georegister.errors import Gone, NotFound, PlanUnknown
from georegister.register import features, plans
from georegister.register.collections import COLLECTIONS, Collection, collection
from georegister.register.place_questions import AreaSearch
from georegister.register.questions import (
    HearingSearch,
    ItemSearch,
    Moment,
    MunicipalitySearch,
    PlanSearch,
    Search,
)
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)
Linked = Callable[..., list[Link]]
"""Given a relation, a media type, a title and what is changed."""
OF_PAGES = ("datetime", "known_at", "lang")
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,200}")


@router.get("/collections/hearings/items")
async def hearing_items(
    request: Request, service: TheService, base: Base, question: Annotated[HearingSearch, Query()]
) -> Response:
    """Hearings of plans and strategies."""
    return await page(request, service, base, COLLECTIONS["hearings"], question)


@router.get("/collections/municipalities/items")
async def municipality_items(
    request: Request, service: TheService, base: Base, question: Annotated[MunicipalitySearch, Query()]
) -> Response:
    """Municipalities with their outlines."""
    return await page(request, service, base, COLLECTIONS["municipalities"], question)


@router.get("/collections/{name}/items")
async def plan_items(
    name: str, request: Request, service: TheService, base: Base, question: Annotated[PlanSearch, Query()]
) -> Response:
    """Plans of one kind or of all."""
    return await page(request, service, base, collection(name), question)


@router.get("/collections/{name}/items/{id_}")
async def item(
    name: str, id_: str, request: Request, service: TheService, base: Base, question: Annotated[ItemSearch, Query()]
) -> Response:
    """One feature by its permanent id."""
    its_collection = collection(name)
    await service.holdings.check(its_collection, crs=question.crs)
    text = await feature(service, its_collection, id_, question)
    if text is None:
        return moved(request, f"{base}/collections/{name}/items/{await moved_to(service, id_, question)}")
    here = f"{base}/collections/{name}"
    if wants_html(request, question.f):
        if its_collection.is_of_plans:
            kept = {name: value for name, value in request.query_params.items() if name in OF_PAGES}
            return RedirectResponse(f"{base}/plans/{id_}?{urlencode({**kept, 'f': 'html'})}", 303)
        return collection_pages.item(request, service, its_collection, json.loads(text), question)
    links = [
        link("self", again(request, base), GEOJSON),
        link("alternate", again(request, base, f="html"), HTML, "The same for people"),
        link("collection", here, title=its_collection.title),
    ]
    return Response(_with_links(text, links), media_type=GEOJSON, headers=content_crs(question.crs))


async def page(
    request: Request,
    service: Service,
    base: str,
    its_collection: Collection,
    question: Search,
    linked: Linked | None = None,
) -> Response:
    """One page of a collection, with the links to itself, to the next and to the one before; or a download.

    `linked` links to the same question, changed a little; where it was no address, something else than an address.
    """
    linked = linked or partial(_linked, request, base)
    stamped(request)
    await service.holdings.check(
        its_collection, crs=question.crs, bbox_crs=question.bbox_crs, filter_crs=question.filter_crs
    )
    if form := downloads.wanted(request, question):
        return await downloads.download(request, service, base, its_collection, question, form)
    links = [
        *linked("self", GEOJSON, "This page"),
        *linked("alternate", HTML, "The same for people", f="html"),
        link("collection", f"{base}/collections/{its_collection.id}", title=its_collection.title),
    ]
    if question.result_type == "hits":
        matched = await walk.counted(service, its_collection, question, bounded=False)
        return feature_collection([], links, {"numberMatched": matched}, question.crs)
    found = await walk.page(service, its_collection, question)
    in_html = wants_html(request, question.f)
    for rel, title, cursor in (("prev", "The page before", found.before), ("next", "The next page", found.after)):
        if cursor:
            token = cursor.token(await service.token_key())
            links += linked(rel, GEOJSON, title, token=token)
    if in_html:
        features = [json.loads(text) for text in found.features]
        return collection_pages.items(request, service, its_collection, question, features, links, found.matched)
    more: dict[str, Any] = {"numberMatched": found.matched} if found.matched is not None else {}
    if isinstance(question, AreaSearch):
        more["area_m2"] = round(question.area.m2, 1)
    return feature_collection(found.features, links, more, question.crs)


def _linked(request: Request, base: str, rel: str, type_: str, title: str, **changed: str) -> list[Link]:
    return [link(rel, again(request, base, **changed), type_, title)]


async def first_page(service: Service, its_collection: Collection, question: Search) -> list[dict[str, Any]]:
    """The features of a question's first page, for pages that show them."""
    found = await walk.page(service, its_collection, question, counting=False)
    return [json.loads(text) for text in found.features]


async def feature(service: Service, its_collection: Collection, id_: str, question: Moment) -> str | None:
    """The text of one feature, or None."""
    if not ID.fullmatch(id_):
        return None
    statement = features.item(its_collection, SOURCES[its_collection.search], question.shape)
    values = {**features.bound(question, service.now()), "of": municipality_of(id_), "id": id_}
    rows = await service.reading.tuples(statement, values)
    return rows[0][1] if rows else None


def moved(request: Request, address: str) -> Response:
    """Leads to where what was asked for has moved, with the same question."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{address}{query}", 301)


async def moved_to(service: Service, id_: str, question: Moment) -> str:
    """The id that a plan has now, in place of one that is not there. Raises NotFound, and Gone."""
    rows: list[tuple[Any, ...]] = []
    if ID.fullmatch(id_):
        of = municipality_of(id_)
        rows = await service.reading.tuples(plans.alias(), {"of": of, "alias": id_})
        values = {"of": of, "plan": id_, "known_at": question.known_at}
        for was in await service.reading.rows(plans.last_known(question.in_past), values):
            if was["until"]:
                title = next(iter(was["titles"].values()))
                raise Gone(
                    N_("{id} was withdrawn on {until}; it was the {kind} {number}, “{title}”."),
                    {"id": id_, **was, "until": was["until"].isoformat()},
                    id=id_,
                    until=was["until"],
                    kind=word(was["kind"]),
                    number=was["number"],
                    title=title,
                )
    if rows and rows[0][1] == 301:
        now_called: str = rows[0][0]
        return now_called
    if rows:
        raise Gone(N_("{id} has been withdrawn; it was {plan}."), id=id_, plan=rows[0][0])
    if ID.fullmatch(id_):
        raise await unknown(service, municipality_of(id_), _number_in(id_), N_("There is no {id!r} here."), id=id_[:80])
    raise NotFound(N_("There is no {id!r} here."), id=id_[:80])


async def unknown(service: Service, of: str, written: str, message: str, **details: Any) -> NotFound:
    """What is raised where there is no such plan: it names those of the municipality with numbers most like it."""
    key = number_key(written[:60], Kind.LOCAL_PLAN, "DK")
    nearest = await service.reading.rows(plans.nearest(), {"of": of, "key": key}) if key else []
    return PlanUnknown(message, nearest, **details)


def _number_in(id_: str) -> str:
    """What is the plan's number in an id such as 0340-local-plan-sk-66."""
    rest = id_.split("-", 1)[-1]
    return next((rest.removeprefix(f"{kind}-") for kind in Kind if rest.startswith(f"{kind}-")), rest)


def municipality_of(id_: str) -> str:
    """Every id begins with the code of its municipality."""
    return id_.split("-", 1)[0]


def _with_links(text: str, links: list[Link]) -> bytes:
    return f'{text[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}'.encode()

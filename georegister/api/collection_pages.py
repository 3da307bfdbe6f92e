"""The API's own pages: collections, one of them, a page of its features, conformance, the API described."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import URL

from georegister.api import proofs
from georegister.api.asked import in_words, names_of, question_in_words
from georegister.api.downloads import offered
from georegister.api.html import page, translator_of
from georegister.api.responses import Link
from georegister.api.service import Service
from georegister.maps import cells
from georegister.register.collections import Collection
from georegister.register.questions import ItemSearch, Search
from georegister.sentence import N_

COLUMNS = {
    "hearings": ("title", "kind", "opens", "closes", "is_open"),
    "municipalities": ("name", "jurisdiction", "languages"),
}
OF_PLANS = ("number", "title", "kind", "status", "certainty", "place", "area_m2")


def collections(request: Request, service: Service, described: list[dict[str, Any]]) -> Response:
    """Every collection, what it holds and where to begin."""
    t = translator_of(request, None)
    return page(
        request, service, "collections.html", t, collections=described, asked=t.say(N_("Every collection there is"))
    )


def collection(request: Request, service: Service, its_collection: Collection, described: dict[str, Any]) -> Response:
    """One collection: its extent, its reference systems, its properties and how to ask for it."""
    t = translator_of(request, None)
    return page(
        request,
        service,
        "collection.html",
        t,
        collection=described,
        properties=its_collection.properties,
        asked=t.say(N_("What {collection} holds"), collection=t.say(cells.TITLES[its_collection.id])),
    )


def items(
    request: Request,
    service: Service,
    its_collection: Collection,
    question: Search,
    features: list[dict[str, Any]],
    links: list[Link],
    matched: int | None,
) -> Response:
    """A page of features as a table, with what was asked in words; `links` go to other pages and other forms."""
    t = translator_of(request, question.lang)
    parts = question_in_words(question, t, names_of(request, t))
    ways = {one["rel"]: one["href"] for one in links}
    return page(
        request,
        service,
        "items.html",
        t,
        day=question.last_day,
        collection=its_collection,
        columns=COLUMNS.get(its_collection.id, OF_PLANS),
        described={one.name: one for one in its_collection.properties},
        features=features,
        parts=parts,
        asked=", ".join([t.say(cells.TITLES[its_collection.id]), *parts]),
        asked_above=True,
        downloads=offered(str(_whole(request)), t.language, _forms(question)),
        before=ways.get("prev"),
        after=ways.get("next"),
        matched=matched,
    )


def _forms(question: Search) -> tuple[str, ...]:
    """The downloads that can be had of a question: a table for Excel has degrees, a file for a GIS has geometries."""
    if question.skip_geometry:
        return ("csv", "xlsx")
    return ("gpkg", "shp") if question.crs else ("csv", "xlsx", "gpkg", "shp")


def _whole(request: Request) -> URL:
    """The address of all that matches, of which this is a page."""
    return request.url.remove_query_params(["f", "lang", "limit", "token", "resultType"]).replace(scheme="", netloc="")


def item(
    request: Request, service: Service, its_collection: Collection, feature: dict[str, Any], question: ItemSearch
) -> Response:
    """One feature that has no page of its own."""
    t = translator_of(request, question.lang)
    described = {one.name: one for one in its_collection.properties}
    return page(
        request,
        service,
        "item.html",
        t,
        day=question.last_day,
        collection=its_collection,
        feature=feature,
        described=described,
        asked=in_words(f"{t.say(cells.TITLES[its_collection.id])}: {feature['id']}", question, t, names_of(request, t)),
    )


def conformance(request: Request, service: Service, classes: tuple[str, ...]) -> Response:
    """The classes of the standards that hold here, and the tests that have shown them."""
    t = translator_of(request, None)
    return page(
        request,
        service,
        "conformance.html",
        t,
        asked=t.say(N_("The standards that hold")),
        proofs=proofs.kept(),
        on=proofs.kept().at.date(),
        classes=proofs.rows((proofs.class_name(uri), uri) for uri in classes),
        clients=proofs.rows((f"client/{name}", t.say(words)) for name, words in proofs.CLIENTS.items()),
        attacks=proofs.rows((f"attack/{number}", t.say(words)) for number, words in proofs.ATTACKS.items()),
    )


def api(request: Request, service: Service, document: dict[str, Any]) -> Response:
    """The API described for people, from the very document that programs read."""
    t = translator_of(request, None)
    named = document["components"]["parameters"]
    operations = [
        {
            "path": path,
            "method": method.upper(),
            "summary": said["summary"],
            "tag": said["tags"][0],
            "parameters": [
                named[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in said.get("parameters", ())
            ],
        }
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    tags = list(dict.fromkeys(one["tag"] for one in operations))
    return page(
        request,
        service,
        "api.html",
        t,
        info=document["info"],
        operations=operations,
        tags=tags,
        asked=t.say(N_("How to ask")),
    )

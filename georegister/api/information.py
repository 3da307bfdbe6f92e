"""What people are told beside the plans: a municipality, the open data, what this is, and how accessible it is."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from georegister import __version__
from georegister.api.asked import in_words, names_of
from georegister.api.conditional import Conditional
from georegister.api.downloads import offered
from georegister.api.front import drawn_small
from georegister.api.html import VARY, municipalities_of, municipality_of_code, page, translator_of, wants_json
from georegister.api.news import announced
from georegister.api.responses import json_response
from georegister.api.service import Service, TheService
from georegister.api.strategies import documents
from georegister.language import Translator
from georegister.maps import cells, sentences
from georegister.register import loads, municipalities, plans
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Row
from georegister.register.questions import HearingSearch, Language, StrategySearch

router = APIRouter(route_class=Conditional)


class Reading(BaseModel):
    """What can be asked of a page that answers no question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html"] | None = Field(None, description="The form of the answer.")


class MunicipalityReading(Reading):
    """What can be asked of a municipality's page."""

    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")  # type: ignore[assignment]


@router.get("/municipalities/{id_}")
async def municipality_page(
    id_: str, request: Request, service: TheService, question: Annotated[MunicipalityReading, Query()]
) -> Response:
    """A municipality: its open hearings, what it has of plans and strategies, and where all that comes from."""
    t = translator_of(request, question.lang)
    of = await municipality_of_code(request, service, id_)
    code = of["code"]
    hearings = await announced(service, HearingSearch(municipality=(code,), is_open=True), t)
    counted = await service.reading.rows(plans.counts(), {**service.now(), "municipality": [code]})
    strategies = await documents(service, StrategySearch(municipality=(code,), lang=t.language))
    sources = await _sources(service, of, t)
    name = t.choose(of["names"], of["languages"])
    if question.f == "json" or (question.f is None and wants_json(request)):
        told = {"id": code, "name": name, "names": of["names"], "hearings": hearings, "plans": counted}
        told |= {"strategies": [{"id": one["id"], "title": one["title"]} for one in strategies], "sources": sources}
        return json_response(told, headers={**VARY, "Content-Language": t.language})
    return page(
        request,
        service,
        "municipality.html",
        t,
        of=of,
        asked=in_words(name, question, t, names_of(request, t)),
        palette=service.site.palette,
        drawing=await drawn_small(service, code),
        hearings=hearings,
        counts=_table(counted),
        total=sum(row["number"] for row in counted),
        strategies=strategies,
        sources=sources,
        downloads=offered(f"/collections/plans/items?municipality={code}", t.language),
    )


@router.get("/open-data")
async def open_data_page(request: Request, service: TheService, question: Annotated[Reading, Query()]) -> Response:
    """The open data in plain words: what there is, in which forms, and what it may be used for."""
    t = translator_of(request, question.lang)
    rows = await service.reading.rows(municipalities.with_plan_counts(), {})
    return page(
        request,
        service,
        "open_data.html",
        t,
        collections=[(name, t.say(cells.TITLES[name])) for name in COLLECTIONS],
        municipalities=[
            {
                "code": row["code"],
                "name": t.choose(row["names"], row["languages"]),
                "plans": row["plans"],
                "downloads": offered(f"/collections/plans/items?municipality={row['code']}", t.language),
            }
            for row in rows
        ],
        address=(service.settings.public_url or str(request.base_url)).rstrip("/"),
    )


@router.get("/about")
async def about_page(request: Request, service: TheService, question: Annotated[Reading, Query()]) -> Response:
    """What this is and is not, and how what it says is reckoned."""
    t = translator_of(request, question.lang)
    rows = (await municipalities_of(request, service)).values()
    sources = [(t.choose(row["names"], row["languages"]), await _sources(service, row, t)) for row in rows]
    return page(
        request,
        service,
        "about.html",
        t,
        version=__version__,
        statuses=[(t.say(sentences.STATUSES[name]), t.say(words)) for name, words in sentences.STATUS_MEANS.items()],
        sources=[(row["code"], name, some) for row, (name, some) in zip(rows, sources, strict=True)],
    )


@router.get("/accessibility")
async def accessibility_page(request: Request, service: TheService, question: Annotated[Reading, Query()]) -> Response:
    """How accessible the pages are, what was tested and how, and whom to write to."""
    return page(request, service, "accessibility.html", translator_of(request, question.lang), version=__version__)


async def _sources(service: Service, of: Row, t: Translator) -> list[dict[str, Any]]:
    """Where the municipality's plans come from, and when the register was last told by each source."""
    zone = ZoneInfo(of["time_zone"])
    return [
        {
            "title": row["title"],
            "plans": row["plans"],
            "told_on": row["at"].astimezone(zone).date().isoformat() if row["at"] else None,
        }
        for row in await service.reading.rows(loads.sources(), {"of": of["code"]})
        if row["plans"]
    ]


def _table(counted: list[Row]) -> list[tuple[str, dict[str, int], int]]:
    """Each kind of plan there is, with how many are proposed, apply and have ended, and how many in all."""
    table = []
    for kind in sentences.KINDS:
        rows = [row for row in counted if row["kind"] == kind]
        by = {group: sum(row["number"] for row in rows if row["applies"] == group) for group in sentences.APPLIES}
        if rows:
            table.append((kind, by, sum(by.values())))
    return table

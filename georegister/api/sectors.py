"""`/sectors`: the sector plans, and what each administration does for each UN goal."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.asked import in_words, names_of
from georegister.api.conditional import Conditional
from georegister.api.html import VARY, municipalities_of, page, the_only, translator_of, wants_html
from georegister.api.responses import json_response
from georegister.api.service import TheService
from georegister.domain.sdg import TITLES
from georegister.register import sectors
from georegister.register.questions import StrategySearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)
COUNTED = ("sub_goals", "progress", "regress", "unchanged", "unknown")


@router.get("/sectors")
async def all_sectors(request: Request, service: TheService, question: Annotated[StrategySearch, Query()]) -> Response:
    """The sector plans with the matrix of UN goals by administration; empty where nothing has been loaded."""
    t = translator_of(request, question.lang)
    plans = [
        {
            "id": row["id"],
            "municipality": row["municipality"],
            "administration": row["administration"],
            "title": t.choose(row["titles"]),
            "period": {"from": row["period_from"], "to": row["period_to"]},
            "physical_consequence": t.choose(row["physical"] or {}) or None,
            "economic_consequence": t.choose(row["economic"] or {}) or None,
        }
        for row in await service.reading.rows(sectors.plans(question.in_past), question.values())
    ]
    administrations: dict[str, dict[str, Any]] = {}
    for row in await service.reading.rows(sectors.matrix(question.in_past), question.values()):
        title, of = t.choose(row["titles"]), row["municipality"]
        one = administrations.setdefault(
            row["administration"], {"id": row["administration"], "municipality": of, "title": title, "sdgs": {}}
        )
        if row["sdg"] is not None:
            one["sdgs"][row["sdg"]] = {name: row[name] for name in COUNTED}
    found = {"administrations": list(administrations.values()), "sector_plans": plans}
    if not wants_html(request, question.f):
        return json_response(found, headers=VARY)
    return page(
        request,
        service,
        "sectors.html",
        t,
        of=the_only(await municipalities_of(request, service), question.municipality),
        asked=in_words(t.say(N_("Sector plans and UN goals")), question, t, names_of(request, t)),
        sdgs={number: t.choose(titles) for number, titles in TITLES.items()},
        administrations=found["administrations"],
        sector_plans=found["sector_plans"],
    )

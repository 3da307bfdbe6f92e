"""A page for each plan: what it is, what its status is and why, and what it means for the goals."""

import json
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from georegister.api import rights
from georegister.api.asked import in_words, names_of
from georegister.api.conditional import Conditional
from georegister.api.downloads import offered
from georegister.api.html import VARY, municipality_row, page, sheet_address, translator_of, wants_json
from georegister.api.items import feature, moved, moved_to, municipality_of
from georegister.api.paper_map import of_one_plan
from georegister.api.responses import GEOJSON
from georegister.api.service import Base, TheService
from georegister.api.story import (
    held_of,
    in_own_words,
    story_of,
    versions_of,
)
from georegister.language import Translator
from georegister.maps import sentences
from georegister.maps.drawing import of_feature
from georegister.register.collections import COLLECTIONS
from georegister.register.questions import Language, Moment
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

MAP_MM, MAP_HEIGHTS_MM = 100.0, (64.0, 72.0)
"""A plan's own map is drawn for a width at which its words can be read on a phone too."""


class PageSearch(Moment):
    """What can be asked of a page."""

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


@router.get("/plans/{id_}")
async def plan_page(
    id_: str, request: Request, service: TheService, base: Base, question: Annotated[PageSearch, Query()]
) -> Response:
    """The page of one plan: what it is, what its status is and why, and what it means for the goals."""
    text = await feature(service, COLLECTIONS["plans"], id_, question)
    if text is None:
        return moved(request, f"{base}/plans/{await moved_to(service, id_, question)}")
    t = translator_of(request, question.lang)
    plan = json.loads(text)
    story = await story_of(service, plan, question, t)
    rows = await held_of(service, id_, question)
    held, texts = versions_of(rows, t)
    story |= {"versions": held, "texts": texts}
    if question.f == "json" or (question.f is None and wants_json(request)):
        return Response(
            json.dumps({**plan, **story}, ensure_ascii=False, default=str), media_type=GEOJSON, headers=VARY
        )
    of = await municipality_row(service, municipality_of(id_), question)
    in_own_words(plan["properties"], rows, question.last_day or service.clock.today(ZoneInfo(of["time_zone"])), t)
    heading = sentences.heading(plan["properties"], t)
    return page(
        request,
        service,
        "plan.html",
        t,
        of=of,
        report=rights.to_tell(
            service.settings,
            of["contact"],
            t.say(N_("Mistake in the plan register: {plan} ({id})"), plan=heading, id=id_),
            t.say(N_("On the page {address} this is wrong:"), address=f"{base}/plans/{id_}") + "\n\n",
        ),
        on_map=_on_map(plan, question, t),
        day=question.last_day,
        plan=plan,
        asked=in_words(heading, question, t, names_of(request, t)),
        downloads=offered(_alone(id_, request), t.language),
        sheet=sheet_address(f"/plans/{id_}", request, t),
        palette=service.site.palette,
        map=await of_one_plan(service, plan, of, question, t, MAP_MM, MAP_HEIGHTS_MM),
        **story,
    )


def _on_map(plan: dict[str, Any], question: PageSearch, t: Translator) -> str:
    """The map at the plan, with what applies there; where it is nowhere of its own, the map of its municipality."""
    said = plan["properties"]
    asked = {"municipality": said["municipality"], "lang": t.language}
    if plan["geometry"] and said["extent_source"] != "municipality":
        inside = of_feature(plan["geometry"]).point_on_surface()
        asked |= {"point": f"{inside.x:.6f},{inside.y:.6f}", "plan": plan["id"]}
    if question.last_day:
        asked["day"] = question.last_day.isoformat()
    return f"/map?{urlencode(asked, safe=',')}"


def _alone(id_: str, request: Request) -> str:
    """The address of one plan among the items, as it is asked for."""
    kept = {name: value for name, value in request.query_params.items() if name in ("datetime", "known_at")}
    asked = urlencode({"filter": f"id = '{id_}'", **kept})
    return f"/collections/plans/items?{asked}"

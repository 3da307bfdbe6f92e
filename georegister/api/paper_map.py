"""Maps made here and not in the browser: of a sheet, and of a plan on its page."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from shapely.geometry import shape

from georegister.api.items import first_page
from georegister.api.map_search import STANDING
from georegister.api.service import Service
from georegister.domain.plan import Kind
from georegister.language import Translator
from georegister.maps.palette import ColourBy
from georegister.maps.paper import Paper, paper
from georegister.maps.sheet_map import Place, SheetMap, around_plan, sheet_map
from georegister.register import municipalities, places, strategies
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Row
from georegister.register.questions import Moment, PlanSearch

MOST_ROUND = 100
DETAIL = 0.25
"""Outlines are asked for as fine as this part of a unit of the drawing."""
Feature = dict[str, Any]


async def of_one_plan(
    service: Service,
    plan: Feature,
    of: Row,
    question: Moment,
    t: Translator,
    width_mm: float,
    heights_mm: tuple[float, float],
) -> SheetMap | None:
    """A plan with what lies round it; one of the whole municipality, `of`, as that.

    None where there is no extent to draw.
    """
    is_whole = not plan["geometry"] or plan["properties"]["extent_source"] == "municipality"
    extent = municipalities.outline_of(of) if is_whole else shape(plan["geometry"])
    if extent is None:
        return None
    on = paper(extent.bounds if is_whole else around_plan(extent), width_mm, heights_mm, margin=0.03)
    others = [] if is_whole else await _round(service, on, plan, question)
    return await drawn(service, on, [plan], t, [of], question, others, is_listed=False)


async def drawn(
    service: Service,
    on: Paper,
    plans: Sequence[Feature],
    t: Translator,
    of: Sequence[Row],
    question: Moment,
    others: Sequence[Feature] = (),
    is_listed: bool = True,
    by: ColourBy = "theme",
) -> SheetMap:
    """The plans on paper, in the outlines of their municipalities, with the land and the names of places round them.

    Names are those of the knowledge that is asked for. Plans that are listed have the number of their place in the
    list; `by` is what their colours show.
    """
    codes = [row["code"] for row in of]
    outlines = [outline for row in of if (outline := municipalities.outline_of(row)) is not None]
    asked = {"municipality": codes, "known_at": question.known_at}
    named = await service.reading.rows(places.of_municipalities(question.in_past), asked)
    put = [
        Place(t.choose(row["names"]), row["kind"], *json.loads(row["geometry"])["coordinates"])
        for row in sorted(named, key=_prominence)
    ]
    titles = await _titles(service, codes, plans, question, t, by)
    return await asyncio.to_thread(
        sheet_map,
        on,
        plans,
        service.site.palette,
        t,
        outlines=outlines,
        places=put,
        others=others,
        titles=titles,
        names={plan["id"]: str(place) for place, plan in enumerate(plans, start=1)} if is_listed else None,
        by=by,
    )


def _prominence(row: Row) -> tuple[int, str]:
    order = ("town", "village")
    return (order.index(row["kind"]) if row["kind"] in order else len(order)), row["id"]


async def _titles(
    service: Service, codes: Sequence[str], plans: Sequence[Feature], question: Moment, t: Translator, by: ColourBy
) -> dict[str, str]:
    """What the colours of these plans stand for, by their names: uses, or the themes whose number is their slot."""
    if by != "theme":
        # A status is told by its line.
        return {f"use-{number}": t.choose(use.title) for number, use in enumerate(service.site.palette.uses, start=1)}
    asked = {"municipality": list(codes), "known_at": question.known_at}
    rows = await service.reading.rows(strategies.parts("theme", question.in_past), asked)
    themes = {row["id"]: row for row in rows}
    found: dict[int, list[str]] = {}
    for plan in plans:
        said = plan["properties"]
        for row in (themes[id_] for id_ in said.get("themes") or [] if id_ in themes):
            if row["no"] == said.get("theme_slot"):
                found.setdefault(row["no"], []).append(t.choose(row["titles"]))
    return {str(slot): " · ".join(dict.fromkeys(titles)) for slot, titles in found.items()}


async def _round(service: Service, on: Paper, plan: Feature, question: Moment) -> list[Feature]:
    """The other standing plans that the sheet of one shows."""
    asked = {
        "municipality": plan["properties"]["municipality"],
        "bbox": ",".join(f"{edge:.6f}" for edge in on.bounds),
        "kind": [Kind.LOCAL_PLAN, Kind.ADDENDUM],
        "status": STANDING,
        "simplify": on.metres_a_unit * DETAIL,
        "limit": MOST_ROUND,
        **({"datetime": question.last_day.isoformat()} if question.last_day else {}),
        **({"known_at": question.known_at} if question.known_at else {}),
    }
    found = await first_page(service, COLLECTIONS["plans"], PlanSearch.model_validate(asked))
    return [one for one in found if one["id"] != plan["id"] and one["properties"]["extent_source"] != "municipality"]

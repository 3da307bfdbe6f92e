"""What stands on a sheet of paper: of a plan, of a view of the map, of a search."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry import shape

from georegister.api import rights, suggestions, walk
from georegister.api.asked import question_in_words
from georegister.api.html import municipality_row
from georegister.api.items import feature, first_page, municipality_of
from georegister.api.map_page import map_of, title_of
from georegister.api.map_search import MapView, SheetSearch
from georegister.api.paper_map import DETAIL, drawn, of_one_plan
from georegister.api.service import Service
from georegister.api.story import list_order, story_of, with_theme_titles
from georegister.api.whereabouts import named_places
from georegister.domain.geometry import Box
from georegister.language import Translator
from georegister.maps.paper import paper
from georegister.maps.sheet_map import around_plan, view_paper
from georegister.register import municipalities
from georegister.register.areas import with_area
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Row
from georegister.register.place_questions import FieldSearch
from georegister.register.questions import FARTHEST_METRES, MAX_LIMIT, Moment
from georegister.sentence import N_

WIDTH_MM = 180.0
PLAN_HEIGHTS_MM, VIEW_HEIGHTS_MM = (74.0, 74.0), (80.0, 156.0)
MOST_LISTED = 200
Feature = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """The template of a sheet, what fills it, and the page it is of: an address below the service's own."""

    template: str
    context: Mapping[str, Any]
    page_address: str


async def of_plan(service: Service, base: str, t: Translator, id_: str, question: Moment) -> Sheet | None:
    """One plan with what lies round it; None where there is none."""
    text = await feature(service, COLLECTIONS["plans"], id_, question)
    if text is None:
        return None
    plan = json.loads(text)
    row = await municipality_row(service, municipality_of(id_), question)
    asked = {
        name: value
        for name, value in (("datetime", question.last_day), ("known_at", question.known_at))
        if value is not None
    }
    context = {
        **await _frame(service, base, t, row, question.last_day, f"/plans/{id_}{_query(asked)}"),
        "known_on": question.known_at.astimezone(ZoneInfo(row["time_zone"])).date() if question.known_at else None,
        "plan": plan,
        "map": await of_one_plan(service, plan, row, question, t, WIDTH_MM, PLAN_HEIGHTS_MM),
        **await story_of(service, plan, question, t),
    }
    return Sheet("sheet_plan.html", context, f"/plans/{id_}{_query(asked)}")


async def of_view(
    service: Service,
    base: str,
    t: Translator,
    known: Mapping[str, Row],
    question: SheetSearch,
    parameters: Mapping[str, str],
) -> Sheet:
    """A view of the map with its plans in order; `parameters` are those the map is opened with.

    Raises NotFound for a municipality there is none of.
    """
    shown = await map_of(service, known, question.municipality)
    row = await municipality_row(service, shown.municipality)
    box = question.box
    on = view_paper(box, shown.bounds, WIDTH_MM, VIEW_HEIGHTS_MM)
    collection = COLLECTIONS["plans"] if question.geometry is None else with_area(COLLECTIONS["plans"])
    asked = {"limit": MAX_LIMIT, "simplify": min(on.metres_a_unit * DETAIL, FARTHEST_METRES)}
    if box and box.west <= box.east:
        # What the paper shows beside the box that was asked for has its plans too.
        box = Box(*on.bounds)
    search = question.asked(shown.municipality, bbox=box, **asked)
    found = await first_page(service, collection, search)
    if not question.q:
        found.sort(key=list_order)
    matched = await walk.counted(service, collection, search, bounded=False)
    await with_theme_titles(service, found, t, search)
    title = title_of(shown, row, t)
    taken = {name: value for name, value in parameters.items() if name not in ("bbox", "q")}
    same = taken == dict(parameters)
    view = {"view": MapView.of(question.bbox)} if question.bbox else {}
    here = f"/map{_query({**taken, **view})}"
    status = {} if question.status else {"status": ()}
    told = question_in_words(search.model_copy(update={"municipality": (), "bbox": None, **status}), t, {})
    if question.ended:
        told.append(t.say(N_("also those that have ended")))
    context = {
        # The map itself is asked for no box and by no words.
        **await _frame(service, base, t, row, search.last_day, here if same else f"/map/sheet{_query(parameters)}"),
        "title": title,
        "told": told,
        "plans": found[:MOST_LISTED],
        "matched": matched,
        "places": [],
        "map": await drawn(service, on, found, t, [row], search, by=question.colour),
    }
    return Sheet("sheet_view.html", context, here)


async def of_search(service: Service, base: str, t: Translator, question: FieldSearch) -> Sheet:
    """What the search field finds: plans on a map and in a list, and places."""
    rows = await suggestions.plans(service, question.q, question.municipality)
    found = [json.loads(row["feature"]) for row in rows]
    await with_theme_titles(service, found, t)
    named = await suggestions.named(service, question.q, question.municipality)
    codes = list(dict.fromkeys(one["properties"]["municipality"] for one in found))
    theirs = [await municipality_row(service, code) for code in codes]
    placed = [shape(one["geometry"]) for one in found if one["geometry"]]
    on_map = None
    if placed:
        on = paper(around_plan(shapely.box(*shapely.total_bounds(placed))), WIDTH_MM, (80.0, 120.0))
        on_map = await drawn(service, on, found, t, theirs, Moment())
    asked = {"q": question.q, "municipality": ",".join(question.municipality)}
    context = {
        **await _frame(service, base, t, theirs[0] if len(theirs) == 1 else None, None, f"/search{_query(asked)}"),
        "title": t.say("Search: “{words}”", words=question.q),
        "told": [],
        "plans": found,
        "matched": len(found),
        "places": named_places(named, t),
        "map": on_map,
    }
    return Sheet("sheet_view.html", context, f"/search{_query(asked)}")


async def _frame(
    service: Service, base: str, t: Translator, row: Row | None, day: date | None, page_address: str
) -> Feature:
    """What every sheet says: whose it is, for which day, of which state of the register, and where it is from."""
    rows = await service.reading.rows(municipalities.stands(), {})
    theirs = [one for one in rows if one["at"] and (row is None or one["code"] == row["code"])]
    last = max(theirs, key=lambda one: one["at"], default=None)
    at = last["at"].astimezone(ZoneInfo(last["time_zone"])) if last else None
    return {
        "palette": service.site.palette,
        "base": base,
        "link": f"{base}{page_address}" if base else None,
        "municipality_name": t.choose(row["names"], row["languages"]) if row else None,
        "jurisdiction": row["jurisdiction"] if row else None,
        "municipality_contact": row["contact"] if row else None,
        "shown_for": (day or service.clock.today(ZoneInfo(row["time_zone"]))) if row else service.clock.fixed,
        "known_on": None,
        "rights": rights.shown(service.settings),
        "stands": {
            "version": row["version"] if row else None,
            "at": at.isoformat(timespec="seconds") if at else None,
            "told": t.moment(at) if at else "",
        },
    }


def _query(asked: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value not in (None, "")}, safe=",:")
    return f"?{query}" if query else ""

"""`/coverage`: how many plans there are and how much land they cover, by theme, goal, UN goal, status, kind or year."""

import asyncio
import json
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from georegister.api import coverage_tables
from georegister.api.asked import in_words, names_of, of_form
from georegister.api.conditional import Conditional
from georegister.api.coverage_tables import HEADINGS, OF_STRATEGIES, Aim, CoverageTable
from georegister.api.downloads import FORMS
from georegister.api.html import VARY, municipalities_of, page, the_only, translator_of, wants_html
from georegister.api.responses import HTML, JSON, again, json_response, link
from georegister.api.service import Base, Service, TheService
from georegister.api.strategies import documents
from georegister.api.walk import asking
from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.language import Translator
from georegister.maps.sentences import KINDS, STATUSES
from georegister.register import municipalities
from georegister.register.coverage import PLANS, By, Coverage, CoverageSearch, coverage
from georegister.register.questions import PlanSearch, StrategySearch, choosing

router = APIRouter(route_class=Conditional)

CHOOSES_PLANS = choosing(PlanSearch)
"""The parameters of the items that say which plans are meant."""
TAKES = CHOOSES_PLANS | {"by", "f", "lang"}
IN_THE_FORM = frozenset({"by", "municipality", "status", "kind", "datetime", "lang", "f"})
FILES = {"csv": "CSV", "xlsx": "Excel"}


@router.get("/coverage")
async def plans_covering(request: Request, service: TheService, base: Base) -> Response:
    """Counts and hectares; land that several plans cover counts once."""
    question = of_form(request, CoverageSearch, TAKES)
    await service.holdings.check(PLANS, None, question.bbox_crs, question.filter_crs)
    t = translator_of(request, question.lang)
    aims = await _aims(service, question, t) if question.by in OF_STRATEGIES else []
    found = coverage_tables.table(await _found(service, question), question.by, aims, t)
    asked = in_words(t.say(HEADINGS[question.by]), question, t, names_of(request, t))
    if question.f == "csv":
        danish = question.lang == "da"
        content = coverage_tables.for_danish_excel(found, t) if danish else coverage_tables.comma_separated(found)
        return _file(content, question)
    if question.f == "xlsx":
        return _file(coverage_tables.workbook(found, asked, again(request, base, f=None), t), question)
    rows = [{**row, "items": _items(request, base, question, row["key"])} for row in found.rows]
    if wants_html(request, question.f):
        slots = {aim.id: aim.slot for aim in aims}
        return await _page(request, service, base, question, found, rows, slots, asked, t)
    links = [
        link("self", again(request, base), JSON, "This answer"),
        link("alternate", again(request, base, f="html"), HTML, "The same for people"),
        *(
            link("alternate", again(request, base, f=name), FORMS[name].media_type, f"The same as {title}")
            for name, title in FILES.items()
        ),
    ]
    told = {"by": question.by, "question": asked, "rows": rows, "total": found.total, "notes": found.notes}
    return json_response({**told, "links": links}, headers={**VARY, "Content-Language": t.language})


async def _found(service: Service, question: CoverageSearch) -> Coverage:
    """What is found, made once for each state of the register.

    Raises Occupied where as much is being made as may be.
    """
    shape, values = asking(service, PLANS, question)
    [(state,)] = await service.reading.tuples(municipalities.state(), values)
    key = f"{state} {question.model_dump_json(exclude={'f', 'lang'})}"
    found = service.coverages.get(key)
    if found is None:
        service.take_place()
        try:
            found = await asyncio.to_thread(coverage, service.reading.database, question.by, shape, values)
        finally:
            service.making.release()
        service.coverages.put(key, found)
    return found


async def _aims(service: Service, question: CoverageSearch, t: Translator) -> list[Aim]:
    """The themes or goals of the strategies, which have a row though no plan is tied to them."""
    asked = StrategySearch(municipality=question.municipality, known_at=question.known_at, lang=t.language)
    slots = len(service.site.palette.slots)
    aims = []
    for strategy in await documents(service, asked):
        for theme in strategy["themes"]:
            slot = theme["no"] if theme["no"] <= slots else 0
            if question.by == "theme":
                aims.append(Aim(theme["id"], theme["title"], strategy["title"], slot))
            else:
                aims += [Aim(one["id"], one["text"], strategy["title"], slot) for one in theme["goals"]]
    return aims


def _items(request: Request, base: str, question: CoverageSearch, key: str | None) -> str | None:
    """Where the plans of a row are; none where one more condition cannot be said beside those there are."""
    name: str = question.by
    if name == "year":
        name, value = "filter", _in_years(key)
    elif key is None:
        name, value = "filter", json.dumps({"op": "a_equals", "args": [{"property": f"{name}s"}, []]})
    else:
        value = key
    asked = getattr(question, name)
    if asked and (name not in ("status", "kind") or value not in map(str, asked)):
        return None
    kept = [(one, said) for one, said in request.query_params.multi_items() if one in CHOOSES_PLANS - {name} and said]
    own = [(name, value), *([("filter-lang", "cql2-json")] if value.startswith("{") else [])]
    return f"{base}/collections/{PLANS.id}/items?{urlencode([*kept, *own], safe='/:,.')}"


def _in_years(key: str | None) -> str:
    """A filter for the plans whose adoption has this key."""
    if key is None:
        return "adopted_earliest IS NULL AND adopted_latest IS NULL"
    first, _, last = key.partition("/")
    ends = (("adopted_earliest", first), ("adopted_latest", last or first))
    return " AND ".join(
        f"{name} IS NULL"
        if year == ".."
        else f"{name} BETWEEN DATE('{year.zfill(4)}-01-01') AND DATE('{year.zfill(4)}-12-31')"
        for name, year in ends
    )


def _file(content: bytes, question: CoverageSearch) -> Response:
    assert question.f
    name = f"coverage-by-{question.by}.{question.f}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **VARY}
    return Response(content, media_type=FORMS[question.f].media_type, headers=headers)


async def _page(
    request: Request,
    service: Service,
    base: str,
    question: CoverageSearch,
    found: CoverageTable,
    rows: list[dict[str, Any]],
    slots: dict[str, int],
    asked: str,
    t: Translator,
) -> Response:
    most = {name: max([row[name] or 0 for row in rows], default=0) for name in ("plans", "hectares")}
    return page(
        request,
        service,
        "coverage.html",
        t,
        of=the_only(await municipalities_of(request, service), question.municipality),
        day=question.last_day,
        palette=service.site.palette,
        heading=t.say(HEADINGS[question.by]),
        asked=asked,
        asked_above=True,
        question=question,
        found=found,
        rows=rows,
        slots=slots,
        most=most,
        keys={name: t.say(coverage_tables.KEYS[name]) for name in get_args(By)},
        columns={name: t.say(said) for name, said in coverage_tables.COLUMNS.items()},
        municipalities=names_of(request, t),
        statuses={str(one): t.say(STATUSES[one]) for one in Status},
        kinds={str(one): t.say(KINDS[one]) for one in Kind},
        kept=[(name, said) for name, said in request.query_params.multi_items() if name not in IN_THE_FORM and said],
        downloads={title: again(request, base, f=name, lang=t.language) for name, title in FILES.items()},
    )

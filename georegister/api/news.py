"""`/hearings` and `/changes`: what is new, as pages, as Atom feeds and as a calendar, for whoever wants no account."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from georegister.api import feeds
from georegister.api.asked import in_words, names_of, of_form
from georegister.api.conditional import Conditional
from georegister.api.feeds import ATOM, CALENDAR, Entry, Occasion, identity
from georegister.api.html import VARY, municipalities_of, page, the_only, translator_of, wants_json
from georegister.api.responses import HTML, again, json_response, link
from georegister.api.service import Base, Service, TheService
from georegister.api.strategies import documents
from georegister.api.walk import asking
from georegister.language import Translator
from georegister.maps import news as words
from georegister.maps.news import Change, Told
from georegister.register import news
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Row
from georegister.register.questions import HearingSearch, PlanSearch, StrategySearch, choosing
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)


class HearingsAsked(HearingSearch):
    """What can be asked of the page of hearings, its feed and its calendar."""

    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


class ChangesAsked(PlanSearch):
    """What can be asked of the page of changes and its feed."""

    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


CHOOSES_HEARINGS = choosing(HearingSearch) - {"known_at"}
CHOOSES_CHANGES = choosing(PlanSearch) - {"known_at", "datetime"}
NEWEST, IN_THE_CALENDAR, ON_THE_PAGE = 100, 500, 1000
"""How many a feed, a calendar and the page of hearings hold."""
IN_THE_FORM = frozenset({"municipality", "theme", "lang", "f"})


@router.get("/hearings")
async def hearings_page(request: Request, service: TheService) -> Response:
    """The hearings: those that are open first, with the days left and the way to answer, then those to come."""
    question = of_form(request, HearingsAsked, CHOOSES_HEARINGS | {"f", "lang"})
    t = translator_of(request, question.lang)
    told = await announced(service, question, t, ON_THE_PAGE + 1)
    there_are_more, told = len(told) > ON_THE_PAGE, told[:ON_THE_PAGE]
    groups = {
        "open": sorted((one for one in told if one["is_open"]), key=lambda one: (one["closes"], one["heading"])),
        "coming": sorted((one for one in told if one["is_coming"]), key=lambda one: (one["opens"], one["heading"])),
        "closed": [one for one in told if not (one["is_open"] or one["is_coming"])],
    }
    if question.f == "json" or (question.f is None and wants_json(request)):
        return json_response(groups, headers={**VARY, "Content-Language": t.language})
    known = await municipalities_of(request, service)
    strategies = await documents(service, StrategySearch(municipality=question.municipality, lang=t.language))
    return page(
        request,
        service,
        "hearings.html",
        t,
        of=the_only(known, question.municipality),
        day=question.last_day,
        asked=in_words(t.say(N_("Hearings of plans and strategies")), question, t, names_of(request, t)),
        is_asked=bool(_kept(request, CHOOSES_HEARINGS)),
        groups=groups,
        there_are_more=there_are_more,
        municipalities=names_of(request, t),
        themes=[(one["title"], [(theme["id"], theme["title"]) for theme in one["themes"]]) for one in strategies],
        question=question,
        kept=_kept(request, CHOOSES_HEARINGS - IN_THE_FORM),
        feed=_address("/hearings.atom", request, CHOOSES_HEARINGS, t),
        calendar=_address("/hearings.ics", request, CHOOSES_HEARINGS, t),
        in_calendars=_webcal(request, service, _address("/hearings.ics", request, CHOOSES_HEARINGS, t)),
    )


@router.get("/hearings.atom")
async def hearings_feed(request: Request, service: TheService, base: Base) -> Response:
    """The hearings that the register was told of last, as an Atom feed."""
    question = of_form(request, HearingsAsked, CHOOSES_HEARINGS | {"lang"})
    t = translator_of(request, question.lang)
    entries = []
    for row in await _newest(service, question, NEWEST):
        text = [words.hearing_days(row, t), words.how_to_answer(row, t), t.choose(row["names"], row["languages"])]
        entries.append(_entry(row, row["recorded"], words.hearing_heading(row, t), text, base, t))
    for row in await _taken_back(service, question, NEWEST):
        title = t.say(N_("Taken back: {what}"), what=words.hearing_heading(row, t))
        entries.append(_entry(row, row["ended"], title, [words.taken_back(row, t)], base, t))
    entries = sorted(entries, key=lambda one: one.updated, reverse=True)[:NEWEST]
    subtitle = t.say(
        N_("The {n} hearings told of last; each once, with the days and the way to answer."), n=t.number(NEWEST)
    )
    title = in_words(t.say(N_("Hearings of plans and strategies")), question, t, names_of(request, t))
    return await _feed(request, service, base, "hearings", CHOOSES_HEARINGS, question, title, subtitle, entries, t)


@router.get("/hearings.ics")
async def hearings_calendar(request: Request, service: TheService, base: Base) -> Response:
    """The hearings as a calendar, with a reminder some days before each closes."""
    question = of_form(request, HearingsAsked, CHOOSES_HEARINGS | {"lang"})
    t = translator_of(request, question.lang)
    rows = await _newest(service, question, IN_THE_CALENDAR, newest_first=False)
    occasions = [
        *(_occasion(row, base, t) for row in rows),
        *(_occasion(row, base, t, ended=row["ended"]) for row in await _taken_back(service, question, NEWEST)),
    ]
    title = in_words(t.say(N_("Hearings of plans and strategies")), question, t, names_of(request, t))
    content = feeds.calendar(occasions, title=title, language=t.language, address=again(request, base))
    headers = {**VARY, "Content-Language": t.language, **_last_modified(occasions)}
    return Response(content, media_type=CALENDAR, headers=headers)


@router.get("/changes")
async def changes_page(request: Request, service: TheService) -> Response:
    """What the register was told of plans, the newest first."""
    question = of_form(request, ChangesAsked, CHOOSES_CHANGES | {"f", "lang"})
    t = translator_of(request, question.lang)
    found = await _changes(service, question, t)
    if question.f == "json" or (question.f is None and wants_json(request)):
        listed = [
            {"plan": row["plan"], "at": row["at"].isoformat(), "title": told.title, "sentences": told.sentences}
            for row, told in found
        ]
        return json_response({"changes": listed}, headers={**VARY, "Content-Language": t.language})
    known = await municipalities_of(request, service)
    days: dict[tuple[date, str], list[dict[str, Any]]] = {}
    for row, told in found:
        place = known[row["municipality"]]
        at = row["at"].astimezone(ZoneInfo(place["time_zone"]))
        name = t.choose(place["names"], place["languages"])
        days.setdefault((at.date(), name), []).append({"plan": row["plan"], "at": t.moment(at), "told": told})
    return page(
        request,
        service,
        "changes.html",
        t,
        of=the_only(known, question.municipality),
        asked=in_words(t.say(N_("What has happened to the plans")), question, t, names_of(request, t)),
        days=[{"day": day, "municipality_name": name, "changes": some} for (day, name), some in days.items()],
        newest=NEWEST,
        is_full=len(found) >= NEWEST,
        municipalities=names_of(request, t),
        question=question,
        kept=_kept(request, CHOOSES_CHANGES - IN_THE_FORM),
        feed=_address("/changes.atom", request, CHOOSES_CHANGES, t),
    )


@router.get("/changes.atom")
async def changes_feed(request: Request, service: TheService, base: Base) -> Response:
    """What the register was told of plans, as an Atom feed: an entry for each plan and moment."""
    question = of_form(request, ChangesAsked, CHOOSES_CHANGES | {"lang"})
    t = translator_of(request, question.lang)
    entries = [
        Entry(
            identity("change", row["act"], row["plan"]),
            told.title,
            "\n".join(told.sentences),
            _page_of(base, "plans", row["plan"], t),
            row["at"],
            row["at"],
            row["municipality"],
        )
        for row, told in await _changes(service, question, t)
    ]
    subtitle = t.say(
        N_("What the register was told of plans: the {n} newest changes, each with when it was told."),
        n=t.number(NEWEST),
    )
    title = in_words(t.say(N_("What has happened to the plans")), question, t, names_of(request, t))
    return await _feed(request, service, base, "changes", CHOOSES_CHANGES, question, title, subtitle, entries, t)


def links(base: str) -> list[dict[str, Any]]:
    """What the landing page says of all this."""
    return [
        link("related", f"{base}/hearings", HTML, "Hearings, with how long one can still answer"),
        link("alternate", f"{base}/hearings.atom", ATOM, "New hearings, as a feed"),
        link("related", f"{base}/hearings.ics", CALENDAR, "Hearings, as a calendar"),
        link("related", f"{base}/changes", HTML, "What has happened to the plans"),
        link("alternate", f"{base}/changes.atom", ATOM, "What has happened to the plans, as a feed"),
    ]


async def announced(
    service: Service, question: HearingSearch, t: Translator, limit: int = ON_THE_PAGE
) -> list[dict[str, Any]]:
    """The hearings asked for, each with its countdown in words; those that close last first."""
    rows = await _newest(service, question, limit, newest_first=False)
    return [_hearing(row, service, question.last_day, t) for row in rows]


async def _newest(service: Service, question: HearingSearch, limit: int, newest_first: bool = True) -> list[Row]:
    shape, values = asking(service, COLLECTIONS["hearings"], question)
    return await service.reading.rows(news.hearings(shape, newest_first), {**values, "limit": limit})


async def _taken_back(service: Service, question: HearingSearch, limit: int) -> list[Row]:
    """Those the register no longer tells of; they fit no question but that of their municipality."""
    if question.shape - {"municipality"}:
        return []
    values = {"municipality": list(question.municipality), "limit": limit}
    return await service.reading.rows(news.hearings_taken_back(bool(question.municipality)), values)


async def _changes(service: Service, question: PlanSearch, t: Translator) -> list[tuple[Row, Told]]:
    """The newest changes, each with when and to which plan it was, and what it was."""
    shape, values = asking(service, COLLECTIONS["plans"], question)
    rows = await service.reading.rows(news.changes(shape), {**values, "limit": NEWEST})
    of = {"plans": sorted({row["plan"] for row in rows})}
    versions = _by_plan(await service.reading.rows(news.versions(), of))
    events, hearings = [_by_plan(await service.reading.rows(news.facts(name), of)) for name in news.FACTS]
    found = []
    for row in rows:
        its = (row["municipality"], row["plan"])
        told = words.tell(Change(row["at"], *(of_all.get(its, []) for of_all in (versions, events, hearings))), t)
        if told:
            found.append((row, told))
    return found


def _by_plan(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["municipality"], row["plan"]), []).append(row)
    return found


def _hearing(row: Row, service: Service, day: date | None, t: Translator) -> dict[str, Any]:
    today = day or service.clock.today(ZoneInfo(row["time_zone"]))
    return {
        **{name: row[name] for name in ("id", "municipality", "plan", "strategy", "kind", "opens", "closes")},
        **{name: row[name] for name in ("is_open", "days_left", "respond_to", "document_url", "paragraph", "source")},
        "is_coming": row["opens"] > today,
        "heading": words.hearing_heading(row, t),
        "sentence": words.countdown(row, today, t),
        "days": words.hearing_days(row, t),
        "answer": words.answer_to(row, t),
        "municipality_name": t.choose(row["names"], row["languages"]),
    }


def _entry(row: Row, updated: datetime, title: str, text: list[str], base: str, t: Translator) -> Entry:
    id_ = identity("hearing", row["municipality"], row["id"])
    kind = words.HEARING_KINDS[row["kind"]]
    return Entry(
        id_, title, "\n".join(text), _heard_at(row, base, t), updated, row["first_recorded"] or updated, t.say(kind)
    )


def _occasion(row: Row, base: str, t: Translator, ended: datetime | None = None) -> Occasion:
    heading, address = words.hearing_heading(row, t), _heard_at(row, base, t)
    if ended:
        text = words.taken_back(row, t)
    else:
        text = "\n".join([words.hearing_days(row, t), words.how_to_answer(row, t), address])
    closes = t.day(row["closes"])
    return Occasion(
        identity("hearing", row["municipality"], row["id"]),
        t.say(N_("Hearing: {what}"), what=heading),
        text,
        address,
        row["opens"],
        row["closes"],
        ended or row["recorded"],
        row["first_recorded"],
        ended is not None,
        t.say(N_("You can answer until and including {day}: {what}"), day=closes, what=heading),
    )


def _heard_at(row: Row, base: str, t: Translator) -> str:
    return _page_of(base, "plans", row["plan"], t) if row["plan"] else _page_of(base, "strategies", row["strategy"], t)


def _page_of(base: str, name: str, id_: str, t: Translator) -> str:
    return f"{base}/{name}/{id_}?lang={t.language}"


async def _feed(
    request: Request,
    service: Service,
    base: str,
    name: str,
    takes: frozenset[str],
    question: HearingSearch | PlanSearch,
    title: str,
    subtitle: str,
    entries: list[Entry],
    t: Translator,
) -> Response:
    asked = sorted(request.query_params.multi_items())
    [told] = await service.reading.rows(news.last_act(), {"municipality": list(question.municipality)})
    content = feeds.atom(
        entries,
        name=f"{name} {urlencode([(one, value) for one, value in asked if one != 'lang'])}",
        title=title,
        subtitle=subtitle,
        language=t.language,
        address=again(request, base),
        page=f"{base}{_address(f'/{name}', request, takes, t)}",
        updated=told["at"],
        settings=service.settings,
    )
    headers = {**VARY, "Content-Language": t.language, **_last_modified(entries)}
    return Response(content, media_type=ATOM, headers=headers)


def _last_modified(told: Sequence[Entry | Occasion]) -> dict[str, str]:
    if not told:
        return {}
    return {"Last-Modified": max(one.updated for one in told).strftime("%a, %d %b %Y %H:%M:%S GMT")}


def _kept(request: Request, names: frozenset[str]) -> list[tuple[str, str]]:
    """What a form asks again beside its own fields."""
    return [(name, value) for name, value in request.query_params.multi_items() if name in names and value]


def _address(path: str, request: Request, takes: frozenset[str], t: Translator) -> str:
    """The same question elsewhere, in this reader's language."""
    return f"{path}?{urlencode([*_kept(request, takes), ('lang', t.language)], safe='/:,.')}"


def _webcal(request: Request, service: Service, address: str) -> str:
    """What calendar programs take for a calendar to subscribe to."""
    base = (service.settings.public_url or str(request.base_url)).rstrip("/")
    return f"webcal:{base.split(':', 1)[1]}{address}"

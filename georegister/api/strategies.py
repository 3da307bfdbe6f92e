"""`/strategies`, `/themes`, `/goals` and `/sdgs`: what the municipality wants, as documents and as pages."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from georegister.api.asked import in_words, names_of
from georegister.api.claimed import Claimed, claimed
from georegister.api.conditional import Conditional
from georegister.api.html import VARY, municipality_of_code, page, translator_of, wants_html
from georegister.api.responses import again, json_response, link
from georegister.api.service import Base, Service, TheService
from georegister.api.story import drawing_of
from georegister.domain.lifecycle import Status
from georegister.domain.sdg import TITLES
from georegister.errors import NotFound
from georegister.language import Translator, told_in
from georegister.register import strategies
from georegister.register.database import Row
from georegister.register.questions import StrategySearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)
Question = Annotated[StrategySearch, Query()]
Document = dict[str, Any]
IN_FORCE = ",".join(status for status in Status if status.applies == "in_force")
"""The statuses of the plans that are counted as in force, as an address has them."""


@router.get("/strategies")
async def all_strategies(request: Request, service: TheService, base: Base, question: Question) -> Response:
    """The strategies, each with its themes, goals, targets, actions, principles and SDGs."""
    found = await documents(service, question)
    if not wants_html(request, question.f):
        return _answer(request, base, "strategies", found)
    t = translator_of(request, question.lang)
    told = await documents(service, question.model_copy(update={"lang": t.language}))
    return page(
        request,
        service,
        "strategies.html",
        t,
        strategies=told,
        municipalities=names_of(request, t),
        asked=in_words(t.say(N_("Strategies")), question, t, names_of(request, t)),
    )


@router.get("/themes")
async def all_themes(request: Request, service: TheService, base: Base, question: Question) -> Response:
    """The themes of all strategies."""
    found = await documents(service, question)
    if wants_html(request, question.f):
        return await _listed(request, service, question, "themes", N_("Themes"))
    return _answer(request, base, "themes", [theme for strategy in found for theme in strategy["themes"]])


@router.get("/goals")
async def all_goals(request: Request, service: TheService, base: Base, question: Question) -> Response:
    """The goals of all strategies."""
    themes = [theme for strategy in await documents(service, question) for theme in strategy["themes"]]
    if wants_html(request, question.f):
        return await _listed(request, service, question, "goals", N_("Goals"))
    return _answer(request, base, "goals", [goal for theme in themes for goal in theme["goals"]])


@router.get("/strategies/{id_}")
async def strategy_page(id_: str, request: Request, service: TheService, question: Question) -> Response:
    """One strategy, whole, with the plans that are claimed to serve or hinder each goal."""
    t = translator_of(request, question.lang)
    strategy, asked = await _one(service, question, t, id_, lambda strategy: strategy["id"] == id_)
    ties = await _ties(service, asked, t, strategy["themes"])
    whole = {**strategy, "themes": [_with_plans(theme, ties) for theme in strategy["themes"]]}
    return await _shown(request, service, question, t, "strategy.html", whole, strategy, whole["themes"], ties)


@router.get("/themes/{id_}")
async def theme_page(id_: str, request: Request, service: TheService, question: Question) -> Response:
    """One theme with its goals and actions, and the plans that are claimed to serve or hinder them."""
    t = translator_of(request, question.lang)
    strategy, asked = await _one(service, question, t, id_, lambda one: any(x["id"] == id_ for x in one["themes"]))
    theme = next(theme for theme in strategy["themes"] if theme["id"] == id_)
    ties = await _ties(service, asked, t, [theme])
    whole = _with_plans(theme, ties)
    return await _shown(request, service, question, t, "theme.html", whole, strategy, [whole], ties)


@router.get("/goals/{id_}")
async def goal_page(id_: str, request: Request, service: TheService, question: Question) -> Response:
    """One goal with its targets, and the plans that are claimed to serve or hinder it."""
    t = translator_of(request, question.lang)

    def holds(theme: Document) -> bool:
        return any(goal["id"] == id_ for goal in theme["goals"])

    strategy, asked = await _one(service, question, t, id_, lambda one: any(map(holds, one["themes"])))
    theme = next(theme for theme in strategy["themes"] if holds(theme))
    ties = await _ties(service, asked, t, [theme])
    of_theme = _with_plans(theme, ties)
    goal = next(goal for goal in of_theme["goals"] if goal["id"] == id_)
    shown = {**of_theme, "goals": [goal]}
    return await _shown(request, service, question, t, "goal.html", goal, strategy, [shown], ties)


@router.get("/sdgs/{number}")
async def sdg_page(
    number: Annotated[int, Path(ge=1, le=17)], request: Request, service: TheService, question: Question
) -> Response:
    """One UN goal: what the strategies say of it, and the plans that are claimed to serve or hinder it."""
    t = translator_of(request, question.lang)
    asked = question.model_copy(update={"lang": t.language})
    ties = await claimed(service, asked, t, sdg=str(number), municipality=question.municipality)
    named = [
        {"strategy": one["id"], "title": one["title"], "text": sdg["text"], "municipality": one["municipality"]}
        for one in await documents(service, asked)
        for sdg in one["sdgs"]
        if sdg["number"] == number
    ]
    found = {
        "number": number,
        "title": t.choose(TITLES[number]),
        "strategies": named,
        "counts": ties.counts(str(number)),
        "plans": ties.to_sdg(number),
    }
    if not wants_html(request, question.f):
        return json_response(found, headers=VARY)
    return page(
        request,
        service,
        "sdg.html",
        t,
        sdg=found,
        question=question,
        in_force=IN_FORCE,
        asked=in_words(f"{t.say(N_('UN goal'))} {number}: {found['title']}", question, t, names_of(request, t)),
    )


async def _listed(request: Request, service: Service, question: StrategySearch, name: str, words: str) -> Response:
    """The themes or goals of each strategy, each with its page."""
    t = translator_of(request, question.lang)
    told = await documents(service, question.model_copy(update={"lang": t.language}))
    parts = [
        (
            strategy,
            [
                (one["id"], one.get("title") or one["text"])
                for theme in strategy["themes"]
                for one in ([theme] if name == "themes" else theme["goals"])
            ],
        )
        for strategy in told
    ]
    heading = t.say(words)
    asked = in_words(heading, question, t, names_of(request, t))
    return page(request, service, "parts.html", t, heading=heading, name=name, parts=parts, asked=asked)


async def _one(
    service: Service, question: StrategySearch, t: Translator, id_: str, wanted: Callable[[Document], bool]
) -> tuple[Document, StrategySearch]:
    """The strategy that is or holds what has the id, in the reader's language. Raises NotFound."""
    code = id_.split("-", 1)[0]
    asked = question.model_copy(update={"municipality": (code,), "lang": t.language})
    for strategy in await documents(service, asked):
        if wanted(strategy):
            return strategy, asked
    raise NotFound(N_("There is no {id!r} here."), id=id_[:80])


async def _ties(service: Service, question: StrategySearch, t: Translator, themes: list[Document]) -> Claimed:
    if not themes:
        return Claimed({}, [], {})
    return await claimed(service, question, t, theme=tuple(theme["id"] for theme in themes))


def _with_plans(theme: Document, ties: Claimed) -> Document:
    goals = [{**goal, "counts": ties.counts(goal["id"]), "plans": ties.to_goals(goal["id"])} for goal in theme["goals"]]
    return {**theme, "goals": goals}


async def _shown(
    request: Request,
    service: Service,
    question: StrategySearch,
    t: Translator,
    template: str,
    found: Document,
    strategy: Document,
    themes: list[Document],
    ties: Claimed,
) -> Response:
    if not wants_html(request, question.f):
        return json_response(found, headers=VARY)
    code = strategy["municipality"]
    goals = [goal for theme in themes for goal in theme["goals"] if goal["plans"]]
    drawings = {goal["id"]: await drawing_of(service, code, ties.shown(goal["plans"])) for goal in goals}
    return page(
        request,
        service,
        template,
        t,
        of=await municipality_of_code(request, service, code),
        asked=in_words(found.get("title") or found["text"], question, t, names_of(request, t)),
        strategy=strategy,
        question=question,
        in_force=IN_FORCE,
        themes=themes,
        palette=service.site.palette,
        drawings={id_: one for id_, one in drawings.items() if one},
    )


async def documents(service: Service, question: StrategySearch) -> list[dict[str, Any]]:
    """The strategies asked for, whole; texts in the language asked for, else the municipality's first."""
    values, in_past = question.values(), question.in_past
    rows = await service.reading.rows(strategies.every(in_past), values)
    parts = {name: await service.reading.rows(strategies.parts(name, in_past), values) for name in strategies.PARTS}
    return [_strategy(row, parts, [*([question.lang] if question.lang else []), *row["languages"]]) for row in rows]


def _answer(request: Request, base: str, name: str, found: list[dict[str, Any]]) -> Response:
    return json_response({name: found, "links": [link("self", again(request, base))]})


def _strategy(row: Row, parts: dict[str, list[Row]], languages: list[str]) -> dict[str, Any]:
    def of(name: str, column: str, id_: str) -> list[Row]:
        return [part for part in parts[name] if part[column] == id_ and part["municipality"] == row["municipality"]]

    def text(texts: dict[str, str] | None) -> str | None:
        return (told_in(texts, languages) or None) if texts else None

    instruments = {part["id"]: part for part in parts["instrument"] if part["municipality"] == row["municipality"]}
    adopted = row["adopted_latest"] if row["adopted_earliest"] == row["adopted_latest"] else None
    hearing = {"opens": row["hearing_opens"], "closes": row["hearing_closes"]} if row["hearing_opens"] else None
    return {
        "id": row["id"],
        "municipality": row["municipality"],
        "title": text(row["titles"]),
        "period": {"from": row["period_from"], "to": row["period_to"]},
        "revision": row["revision"],
        "predecessor": row["predecessor"],
        "introduction": text(row["introductions"]),
        "hearing": hearing,
        "adopted_on": adopted,
        "adopted_earliest": row["adopted_earliest"],
        "adopted_latest": row["adopted_latest"],
        "continues": [text(texts) for texts in row["continues"] or []],
        "statutory_contents": [text(texts) for texts in row["statutory_contents"] or []],
        "sdgs": [
            {"number": link["sdg"], "title": text(link["titles"]), "text": text(link["texts"])}
            for link in of("sdg_link", "part", row["id"])
        ],
        "principles": [
            {"id": part["id"], "no": part["no"], "title": text(part["titles"]), "text": text(part["texts"])}
            for part in of("principle", "strategy", row["id"])
        ],
        "themes": [
            {
                "id": part["id"],
                "strategy": row["id"],
                "kind": part["kind"],
                "no": part["no"],
                "title": text(part["titles"]),
                "text": text(part["texts"]),
                "goals": [
                    {
                        "id": one["id"],
                        "theme": part["id"],
                        "no": one["no"],
                        "text": text(one["texts"]),
                        "source_ref": one["source_ref"],
                        "targets": [
                            _target(target, of("measurement", "target", target["id"]), text)
                            for target in of("target", "goal", one["id"])
                        ],
                    }
                    for one in of("goal", "theme", part["id"])
                ],
                "actions": [
                    {
                        "id": one["id"],
                        "no": one["no"],
                        "text": text(one["texts"]),
                        "source_ref": one["source_ref"],
                        "instruments": [
                            {
                                "id": link["instrument"],
                                "title": text(instruments[link["instrument"]]["titles"]),
                                "state": instruments[link["instrument"]]["state"],
                            }
                            for link in of("action_instrument", "action", one["id"])
                            if link["instrument"] in instruments
                        ],
                    }
                    for one in of("action", "theme", part["id"])
                ],
            }
            for part in of("theme", "strategy", row["id"])
        ],
    }


def _target(row: Row, measured: list[Row], text: Callable[[dict[str, str] | None], str | None]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "measure": text(row["measures"]),
        "comparator": row["comparator"],
        "value": None if row["value"] is None else float(row["value"]),
        "benchmark": text(row["benchmark"]),
        "unit": row["unit"],
        "year": row["year"],
        "by_or_in": row["by_or_in"],
        "scope": text(row["scopes"]),
        "baseline": None if row["baseline"] is None else float(row["baseline"]),
        "measurements": [
            {"day": one["day"], "value": float(one["value"]), "source": one["source"]} for one in measured
        ],
    }

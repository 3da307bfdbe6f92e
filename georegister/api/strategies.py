"""`/strategies`, `/themes` and `/goals`: what the municipality wants, as documents."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.responses import again, json_response, link
from georegister.api.service import Base, Service, TheService
from georegister.register import strategies
from georegister.register.database import Row
from georegister.register.questions import StrategySearch

router = APIRouter()


@router.get("/strategies")
async def all_strategies(
    request: Request, service: TheService, base: Base, question: Annotated[StrategySearch, Query()]
) -> Response:
    """The strategies, each with its themes, goals, targets, actions, principles and SDGs."""
    return _answer(request, base, "strategies", await documents(service, question))


@router.get("/themes")
async def all_themes(
    request: Request, service: TheService, base: Base, question: Annotated[StrategySearch, Query()]
) -> Response:
    """The themes of all strategies."""
    found = await documents(service, question)
    return _answer(request, base, "themes", [theme for strategy in found for theme in strategy["themes"]])


@router.get("/goals")
async def all_goals(
    request: Request, service: TheService, base: Base, question: Annotated[StrategySearch, Query()]
) -> Response:
    """The goals of all strategies."""
    themes = [theme for strategy in await documents(service, question) for theme in strategy["themes"]]
    return _answer(request, base, "goals", [goal for theme in themes for goal in theme["goals"]])


async def documents(service: Service, question: StrategySearch) -> list[dict[str, Any]]:
    """The strategies asked for, whole; texts in the language asked for, else the municipality's first."""
    values, in_past = question.values(), question.in_past
    rows = await service.reading.rows(strategies.every(in_past), values)
    parts = {name: await service.reading.rows(strategies.parts(name, in_past), values) for name in strategies.PARTS}
    return [_strategy(row, parts, question.lang or row["languages"][0]) for row in rows]


def _answer(request: Request, base: str, name: str, found: list[dict[str, Any]]) -> Response:
    return json_response({name: found, "links": [link("self", again(request, base))]})


def _strategy(row: Row, parts: dict[str, list[Row]], language: str) -> dict[str, Any]:
    def of(name: str, column: str, id_: str) -> list[Row]:
        return [part for part in parts[name] if part[column] == id_ and part["municipality"] == row["municipality"]]

    def text(texts: dict[str, str] | None) -> str | None:
        return (texts.get(language) or next(iter(texts.values()), None)) if texts else None

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
                        "targets": [_target(target, text) for target in of("target", "goal", one["id"])],
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


def _target(row: Row, text: Callable[[dict[str, str] | None], str | None]) -> dict[str, Any]:
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
    }

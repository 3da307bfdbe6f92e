"""The plans that are claimed to serve or hinder goals and SDGs: what strategies and goals show beneath them."""

from dataclasses import dataclass
from typing import Any

from georegister.api.items import first_page
from georegister.api.service import Service
from georegister.api.walk import asking
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register import claims, coverage
from georegister.register.collections import COLLECTIONS
from georegister.register.questions import MAX_LIMIT, PlanSearch, StrategySearch

Feature = dict[str, Any]
Counts = dict[str, int]
"""How many plans are `in_force` and `in_hearing`."""


@dataclass(frozen=True)
class Claimed:
    """Plans as features, by id, the claims that tie them to goals and SDGs, and how many plans each of these has."""

    features: dict[str, Feature]
    claims: list[dict[str, Any]]
    counted: dict[str, Counts]

    def to_goals(self, *goals: str) -> list[dict[str, Any]]:
        return [one for one in self.claims if one["goal"] in goals]

    def to_sdg(self, number: int) -> list[dict[str, Any]]:
        return [one for one in self.claims if one["sdg"] == number]

    def counts(self, key: str) -> Counts:
        """Of a goal by its id, of an SDG by its number."""
        return self.counted.get(key, {"in_force": 0, "in_hearing": 0})

    def shown(self, some: list[dict[str, Any]]) -> list[Feature]:
        """The features of the plans of some claims, each once."""
        return [self.features[id_] for id_ in dict.fromkeys(one["id"] for one in some)]


async def claimed(service: Service, question: StrategySearch, t: Translator, **aims: Any) -> Claimed:
    """The plans with claims to the themes, goals or SDGs named, as they stand today."""
    asked = PlanSearch.model_validate({**aims, "limit": MAX_LIMIT, "known_at": question.known_at})
    by_id = {one["id"]: one for one in await first_page(service, COLLECTIONS["plans"], asked)}
    rows = await service.reading.rows(claims.of_municipalities(question.in_past), question.values())
    shape, values = asking(service, COLLECTIONS["plans"], asked)
    counted = await service.reading.rows(coverage.standing("sdg" if asked.sdg else "goal", shape), values)
    return Claimed(
        by_id,
        [
            {
                "id": row["plan"],
                "heading": sentences.heading(by_id[row["plan"]]["properties"], t),
                "status": by_id[row["plan"]]["properties"]["status"],
                "status_text": sentences.status(by_id[row["plan"]]["properties"], t),
                "goal": row["goal"],
                "sdg": row["sdg"],
                "stance": row["stance"],
                "evidence": t.choose(row["evidence"] or {}) or None,
                "asserted_by": row["asserted_by"],
            }
            for row in rows
            if row["plan"] in by_id
        ],
        {row["key"]: {name: row[name] for name in ("in_force", "in_hearing")} for row in counted},
    )

"""The rules on what ties plans to goals, and goals to themes and strategies. Pure.

Each takes facts as they are told and, from register and delivery together, what they refer to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.record import Fact


@dataclass(frozen=True)
class Strategy:
    title: str
    adopted: date | None = None


@dataclass(frozen=True)
class Ties:
    """Themes by strategy, goals by theme, what the strategies are, and by when plans were adopted."""

    strategies: Mapping[str, Strategy]
    themes: Mapping[str, str]
    goals: Mapping[str, str]
    adopted: Mapping[str, date]

    def strategy_of(self, part: str | None) -> str | None:
        """Of a goal or a theme."""
        return self.themes.get(self.goals.get(part or "", part or ""))


def check(facts: Iterable[Fact], ties: Ties) -> list[Finding]:
    """Every finding about claims and goals."""
    return [finding for fact in facts for one_rule in LINK_RULES for finding in one_rule(fact, ties)]


def retrospective(fact: Fact, ties: Ties) -> Iterator[Finding]:
    """LINK-01: a claim to a goal of a strategy adopted after the plan."""
    if fact.table != "claim" or not (strategy := ties.strategies.get(ties.strategy_of(fact.content.get("goal")) or "")):
        return
    plan = fact.content["plan"]
    adopted = ties.adopted.get(plan)
    if adopted and strategy.adopted and adopted <= strategy.adopted:
        yield Finding(rule.RETROSPECTIVE, fact.origin, "goal", plan, {"strategy": strategy.title})


def other_strategy(fact: Fact, ties: Ties) -> Iterator[Finding]:
    """LINK-02: a goal under a goal of another strategy."""
    if fact.table != "goal" or not fact.content.get("parent"):
        return
    mine, other = ties.themes.get(fact.content["theme"]), ties.strategy_of(fact.content["parent"])
    if mine and other and mine != other:
        titles = [ties.strategies[one].title if one in ties.strategies else one for one in (mine, other)]
        details = {"goal": fact.id, "strategy": titles[0], "other": titles[1]}
        yield Finding(rule.OTHER_STRATEGY, fact.origin, "parent", details=details)


LINK_RULES = (retrospective, other_strategy)

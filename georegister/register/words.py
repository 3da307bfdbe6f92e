"""Plans by words: what a row is matched and put in order by.

What each word stands for is found by PostgreSQL's `asked_words` (migration 0011), which says where words are kept.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    Boolean,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from georegister.register.features import Condition, known
from georegister.register.tables import plan_state, version_words

RANK_STEPS = 1_000_000
"""A rank is told as a whole number, which a page's token carries exactly."""


@dataclass(frozen=True)
class Asked:
    """The question's words, made out once for a statement: what is wanted, how it was typed, whose number it may be."""

    wanted: ColumnElement[Any]
    exactly: ColumnElement[Any]
    numbers: ColumnElement[Any]
    themes: ColumnElement[Any]


def asked(in_past: bool) -> Asked:
    """The words bound to `q`, as they are understood now or were at the moment asked for."""
    at = bindparam("known_at", type_=TIMESTAMP(timezone=True)) if in_past else null()
    parts: list[ColumnElement[Any]] = [column(name) for name in ("wanted", "exactly", "numbers", "themes")]
    made_out = func.asked_words(cast(bindparam("q", type_=Text), JSONB), at).table_valued(*parts)
    once = select(made_out).cte("asked").prefix_with("MATERIALIZED", dialect="postgresql")
    return Asked(*(select(part).scalar_subquery() for part in once.c))


def of_plans(
    version: Any, state: Any, words: ColumnElement[Any], in_past: bool
) -> tuple[Condition, ColumnElement[Any]]:
    """Which plans have the words in their own text or in that of themes and goals they have claims to; and their rank.

    The plans are looked up by either first: no index knows both.
    """
    those = asked(in_past)
    by_text = select(version_words.c.plan).where(_match(version_words.c.words, those.wanted))
    by_claim = select(plan_state.c.plan).where(
        plan_state.c.themes.op("&&")(those.themes), known(plan_state.c.recorded, in_past)
    )
    all_words = words.op("||")(func.array_to_tsvector(state.c.themes.op("||")(state.c.goals)))
    either = version.c.plan.in_(union_all(by_text, by_claim))
    return and_(either, _match(all_words, those.wanted)), _rank(all_words, those)


def of_hearings(
    words: ColumnElement[Any], titles: ColumnElement[Any], in_past: bool
) -> tuple[Condition, ColumnElement[Any]]:
    """Which hearings are of a plan, or of a strategy by its titles, that has the words; and their rank."""
    those = asked(in_past)
    all_words = func.coalesce(words, func.words_in(func.all_texts(titles)))
    return _match(all_words, those.wanted), _rank(all_words, those)


def _match(words: ColumnElement[Any], query: ColumnElement[Any]) -> Condition:
    return words.op("@@", return_type=Boolean())(query)


def _rank(words: ColumnElement[Any], those: Asked) -> ColumnElement[Any]:
    """A number that is meant comes before all else, what was typed before what is like it."""
    number = case((_match(words, those.numbers), 2), else_=0)
    rank = number + func.ts_rank(words, those.exactly) + func.ts_rank(words, those.wanted) / 4
    return cast(func.round(rank * RANK_STEPS), Integer)

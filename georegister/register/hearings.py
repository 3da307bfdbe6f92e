"""Hearings, of plans and of strategies."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from georegister.register import words
from georegister.register.collections import Collection
from georegister.register.features import Condition, Source, any_of, day, holds_on, in_first_language, known, overlaps
from georegister.register.tables import (
    goal,
    hearing,
    municipality,
    municipality_outline,
    plan_state,
    plan_version,
    sdg_link,
    strategy,
    theme,
    version_words,
)


def source(collection: Collection, in_past: bool) -> Source:
    """Every hearing once, though several sources tell of it; with its plan's extent, or the municipality's."""
    heard = (
        select(hearing)
        .ext(distinct_on(hearing.c.municipality, hearing.c.id))
        .where(known(hearing.c.recorded, in_past))
        .order_by(hearing.c.municipality, hearing.c.id, hearing.c.dataset)
        .subquery("h")
    )
    version, its_strategy, own_words = plan_version.alias("v"), strategy.alias("st"), version_words.alias("w")
    outline, today = municipality_outline.alias("o"), day()
    rows = (
        heard.join(municipality, municipality.c.code == heard.c.municipality)
        .outerjoin(
            version,
            and_(
                version.c.municipality == heard.c.municipality,
                version.c.plan == heard.c.plan,
                known(version.c.recorded, in_past),
                func.upper_inf(version.c.valid),
            ),
        )
        .outerjoin(
            its_strategy,
            and_(
                its_strategy.c.municipality == heard.c.municipality,
                its_strategy.c.id == heard.c.strategy,
                known(its_strategy.c.recorded, in_past),
            ),
        )
        .outerjoin(outline, and_(outline.c.municipality == heard.c.municipality, known(outline.c.recorded, in_past)))
        .outerjoin(
            own_words, and_(own_words.c.municipality == version.c.municipality, own_words.c.version == version.c.id)
        )
    )
    is_open = cast(cast(today, Date).between(heard.c.opens, heard.c.closes), Boolean)
    titles = func.coalesce(version.c.titles, its_strategy.c.titles)
    columns: dict[str, ColumnElement[Any]] = {
        **{name: heard.c[name] for name in ("municipality", "plan", "strategy")},
        "title": in_first_language(titles, municipality.c.languages),
        "number": version.c.number,
        "plan_kind": version.c.kind,
        **{name: heard.c[name] for name in ("kind", "opens", "closes")},
        "is_open": is_open,
        "days_left": case((is_open, heard.c.closes - today)),
        **{name: heard.c[name] for name in ("respond_to", "document_url", "paragraph")},
        "geometry_source": func.coalesce(version.c.geometry_source, outline.c.geometry_source),
        "source": heard.c.source,
    }
    has_words, rank = words.of_hearings(own_words.c.words, its_strategy.c.titles, in_past)
    properties = func.json_build_object(*(part for one in columns.items() for part in one))
    return Source(
        rows=rows,
        id=heard.c.id,
        municipality=heard.c.municipality,
        geom=func.coalesce(version.c.geom, outline.c.geom),
        geometry_json=func.coalesce(version.c.geometry_json, func.ST_AsGeoJSON(outline.c.geom, 7)),
        properties_json=cast(properties, Text),
        columns=columns,
        rank=rank,
        titles=titles,
        always=(or_(heard.c.plan.is_(None), version.c.plan.is_not(None)),),
        by_parameter={
            "q": lambda: has_words,
            "theme": lambda: _aims_at("theme", heard.c, today, in_past),
            "goal": lambda: _aims_at("goal", heard.c, today, in_past),
            "sdg": lambda: _aims_at("sdg", heard.c, today, in_past),
            "plan": lambda: any_of(heard.c.plan, "plan", ARRAY(Text)),
            "is_open": lambda: is_open == bindparam("is_open", type_=Boolean),
            "datetime": lambda: and_(
                or_(bindparam("last_day", type_=Date).is_(None), heard.c.opens <= bindparam("last_day", type_=Date)),
                or_(bindparam("first_day", type_=Date).is_(None), heard.c.closes >= bindparam("first_day", type_=Date)),
            ),
        },
    )


def _aims_at(name: str, heard: Any, today: ColumnElement[Any], in_past: bool) -> Condition:
    """The plan has a claim to one of those asked for on the day, or the strategy holds it."""
    state, part = plan_state.alias("s"), theme.alias("t")
    type_ = ARRAY(Integer) if name == "sdg" else ARRAY(Text)
    claims = select(state.c.plan).where(
        state.c.municipality == heard.municipality,
        state.c.plan == heard.plan,
        known(state.c.recorded, in_past),
        holds_on(state.c.during, today),
        overlaps(state.c[f"{name}s"], name, type_),
    )
    if name == "sdg":
        holds = select(sdg_link.c.part).where(
            sdg_link.c.municipality == heard.municipality,
            sdg_link.c.part == heard.strategy,
            known(sdg_link.c.recorded, in_past),
            any_of(sdg_link.c.sdg, name, type_),
        )
        return or_(claims.exists(), holds.exists())
    holds = select(part.c.id).where(
        part.c.municipality == heard.municipality, part.c.strategy == heard.strategy, known(part.c.recorded, in_past)
    )
    if name == "theme":
        return or_(claims.exists(), holds.where(any_of(part.c.id, name, type_)).exists())
    its_goal = and_(
        goal.c.municipality == part.c.municipality, goal.c.theme == part.c.id, known(goal.c.recorded, in_past)
    )
    return or_(claims.exists(), holds.join(goal, its_goal).where(any_of(goal.c.id, name, type_)).exists())

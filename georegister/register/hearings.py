"""Hearings, of plans and of strategies."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, Date, Text, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from georegister.register import words
from georegister.register.collections import Collection
from georegister.register.features import Source, any_of, day, in_first_language, known
from georegister.register.tables import (
    hearing,
    municipality,
    municipality_outline,
    plan_version,
    strategy,
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
        always=(or_(heard.c.plan.is_(None), version.c.plan.is_not(None)),),
        by_parameter={
            "q": lambda: has_words,
            "plan": lambda: any_of(heard.c.plan, "plan", ARRAY(Text)),
            "is_open": lambda: is_open == bindparam("is_open", type_=Boolean),
            "datetime": lambda: and_(
                or_(bindparam("last_day", type_=Date).is_(None), heard.c.opens <= bindparam("last_day", type_=Date)),
                or_(bindparam("first_day", type_=Date).is_(None), heard.c.closes >= bindparam("first_day", type_=Date)),
            ),
        },
    )

"""What the search field finds: plans by words or number, and the plan that a short address means."""

from functools import cache

from sqlalchemy import ARRAY, Text, bindparam, func, select

from georegister.register.collections import COLLECTIONS
from georegister.register.database import Prepared, prepared
from georegister.register.features import any_of, conditions, known
from georegister.register.plans import source
from georegister.register.tables import municipality, plan_version

MOST = 20


@cache
def plans_named(of_some: bool) -> Prepared:
    """The plans that fit what is typed, bound to `q`, best first; each with a point in it."""
    rows = source(COLLECTIONS["plans"], False)
    assert rows.rank is not None  # plans have words
    point = func.ST_PointOnSurface(rows.geom)
    asked = ["q", "municipality"] if of_some else ["q"]
    found = select(rows.id, rows.feature.label("feature"), func.ST_X(point).label("lon"), func.ST_Y(point).label("lat"))
    ordered = found.select_from(rows.rows).where(*conditions(rows, asked)).order_by(rows.rank.desc(), rows.id)
    return prepared(ordered.limit(MOST))


@cache
def numbered() -> Prepared:
    """The current plans of a municipality, by its slug, whose number is one of the keys."""
    statement = (
        select(plan_version.c.plan)
        .join(municipality, municipality.c.code == plan_version.c.municipality)
        .where(
            known(plan_version.c.recorded, False),
            func.upper_inf(plan_version.c.valid),
            municipality.c.slug == bindparam("slug"),
            any_of(plan_version.c.number_key, "keys", ARRAY(Text)),
        )
    )
    return prepared(statement.order_by(plan_version.c.plan))

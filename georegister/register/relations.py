"""Relations between plans: which amends, accompanies, replaces, absorbs or partly revokes which."""

from functools import cache

from sqlalchemy import and_, bindparam, func, literal, select

from georegister.domain.plan import Kind
from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import plan, plan_version, relation


@cache
def of_plan(in_past: bool) -> Prepared:
    """The relations of one plan, both ways, with the other plan's number and titles; its parent and its parts are
    among them."""
    ways = []
    for mine, other, forward in (("from_plan", "to_plan", True), ("to_plan", "from_plan", False)):
        ways.append(
            select(relation.c.type, relation.c[other].label("other"), literal(forward).label("forward")).where(
                known(relation.c.recorded, in_past),
                relation.c.municipality == bindparam("of"),
                relation.c[mine] == bindparam("plan"),
            )
        )
    parent = select(
        literal("parent").label("type"), plan.c.parent.label("other"), literal(True).label("forward")
    ).where(plan.c.municipality == bindparam("of"), plan.c.id == bindparam("plan"), plan.c.parent.is_not(None))
    # The parts of a plan: of a municipal plan, whose frames are hundreds, they have a collection of their own.
    whole = plan.alias("whole")
    parts = (
        select(literal("parent").label("type"), plan.c.id.label("other"), literal(False).label("forward"))
        .join(whole, and_(whole.c.municipality == plan.c.municipality, whole.c.id == plan.c.parent))
        .where(plan.c.municipality == bindparam("of"), plan.c.parent == bindparam("plan"))
        .where(whole.c.kind != str(Kind.MUNICIPAL_PLAN))
    )
    found = ways[0].union(ways[1], parent, parts).subquery()
    statement = (
        select(found, plan_version.c.kind, plan_version.c.number, plan_version.c.titles)
        .join(plan_version, and_(plan_version.c.municipality == bindparam("of"), plan_version.c.plan == found.c.other))
        .where(known(plan_version.c.recorded, in_past), func.upper_inf(plan_version.c.valid))
    )
    return prepared(statement.order_by(found.c.type, found.c.other))

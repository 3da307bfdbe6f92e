"""Parameters: what a plan allows."""

from functools import cache

from sqlalchemy import bindparam, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import parameter


@cache
def of_plan(in_past: bool) -> Prepared:
    """The parameters of one plan, by name."""
    statement = select(parameter).where(
        known(parameter.c.recorded, in_past),
        parameter.c.municipality == bindparam("of"),
        parameter.c.plan == bindparam("plan"),
    )
    return prepared(statement.order_by(parameter.c.name, parameter.c.id))

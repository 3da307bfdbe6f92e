"""Documents of plans, and the files that are kept of them."""

from functools import cache

from sqlalchemy import ARRAY, Integer, LargeBinary, Text, bindparam, func, select

from georegister.register.database import Prepared, prepared
from georegister.register.features import known
from georegister.register.tables import delivery_file, document

CHUNK_BYTES = 1_000_000


@cache
def of_plan(in_past: bool) -> Prepared:
    """The documents of one plan, by title."""
    statement = select(document).where(
        known(document.c.recorded, in_past),
        document.c.municipality == bindparam("of"),
        document.c.plan == bindparam("plan"),
    )
    return prepared(statement.order_by(document.c.title, document.c.id))


@cache
def of_plans(in_past: bool) -> Prepared:
    """The documents of some plans, bound to `plans`: where each is, and whether its file is kept here."""
    statement = select(document.c.plan, document.c.url, document.c.file_name, document.c.sha256).where(
        known(document.c.recorded, in_past),
        document.c.municipality == func.any(bindparam("municipality", type_=ARRAY(Text))),
        document.c.plan == func.any(bindparam("plans", type_=ARRAY(Text))),
    )
    return prepared(statement.order_by(document.c.plan, document.c.title, document.c.id))


@cache
def kept() -> Prepared:
    """What a kept file is called and how large it is, by its SHA-256; whether a document is still vouched for first."""
    current = func.upper_inf(document.c.recorded)
    statement = (
        select(document.c.file_name, document.c.media_type, document.c.size, document.c.title, current.label("current"))
        .where(document.c.sha256 == bindparam("sha256", type_=LargeBinary), document.c.file_name.is_not(None))
        .order_by(current.desc(), document.c.id)
        .limit(1)
    )
    return prepared(statement)


@cache
def part() -> Prepared:
    """At most `CHUNK_BYTES` of a kept file, from a byte on that is counted from 0."""
    first = bindparam("start", type_=Integer) + 1
    content = func.substring(delivery_file.c.bytes, first, CHUNK_BYTES).label("content")
    return prepared(select(content).where(delivery_file.c.sha256 == bindparam("sha256", type_=LargeBinary)))

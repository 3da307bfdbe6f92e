"""What the register gives back: each plan of a municipality as it was delivered, and what it belongs to."""

from functools import cache

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.sql import Select

from georegister.register.database import Prepared, prepared
from georegister.register.tables import dataset, plan, plan_version


@cache
def plans() -> Prepared:
    """The current version of every plan, the widest kinds last; its geometry as delivered, WKB in `crs_delivered`."""
    version, parent = plan_version.alias("v"), plan_version.alias("p")
    statement: Select[tuple[object, ...]] = (
        select(
            *(version.c.plan, version.c.kind, version.c.dataset, version.c.external_id, version.c.source_version),
            version.c.number,
            *(version.c.titles, version.c.descriptions, version.c.place, version.c.document_url),
            *(version.c.extent_source, version.c.geometry_source, version.c.geom_delivered, version.c.crs_delivered),
            func.ST_AsBinary(version.c.geom).label("geom"),
            *(parent.c.kind.label("parent_kind"), parent.c.number.label("parent_number")),
            parent.c.external_id.label("parent_external_id"),
        )
        .join(plan, and_(plan.c.municipality == version.c.municipality, plan.c.id == version.c.plan))
        .outerjoin(
            parent,
            and_(
                parent.c.municipality == plan.c.municipality,
                parent.c.plan == plan.c.parent,
                func.upper_inf(parent.c.recorded),
                func.upper_inf(parent.c.valid),
            ),
        )
        .where(version.c.municipality == bindparam("of"), func.upper_inf(version.c.recorded))
        .where(func.upper_inf(version.c.valid))
    )
    return prepared(statement.order_by(version.c.plan))


@cache
def datasets() -> Prepared:
    """The datasets of a municipality."""
    return prepared(select(dataset.c.id).where(dataset.c.municipality == bindparam("of")).order_by(dataset.c.id))

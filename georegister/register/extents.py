"""Where the extents of addenda come from: what the register has of their own, their frames, the outline."""

from collections.abc import Sequence

from georegister.register.database import Row, Session


def own(session: Session, municipality: str, versions: Sequence[int]) -> list[Row]:
    """Of some versions those that have an extent of their own: `plan`, `geom` as WKB in EPSG:4326, and what came."""
    return session.sql(
        "SELECT plan, ST_AsBinary(geom) AS geom, geom_delivered, crs_delivered, geometry_source FROM plan_version "
        "WHERE municipality = %(of)s AND id = ANY(%(versions)s) AND extent_source = 'own'",
        of=municipality,
        versions=list(versions),
    ).fetchall()


def frames(session: Session, municipality: str, addenda: Sequence[str]) -> list[Row]:
    """The frames of some addenda: `plan`, `parent`, `geom` as WKB in EPSG:4326, `geometry_source`."""
    return session.sql(
        "SELECT v.plan, p.parent, ST_AsBinary(v.geom) AS geom, v.geometry_source "
        "FROM plan p JOIN plan_version v ON (v.municipality, v.plan) = (p.municipality, p.id) "
        "WHERE p.municipality = %(of)s AND p.kind = 'frame' AND p.parent = ANY(%(addenda)s) "
        "AND upper_inf(v.recorded) AND upper_inf(v.valid) ORDER BY v.plan",
        of=municipality,
        addenda=list(addenda),
    ).fetchall()


def outline_source(session: Session, municipality: str) -> str | None:
    """How far the municipality's outline can be trusted; None where it has none."""
    row = session.sql(
        "SELECT geometry_source FROM municipality_outline WHERE municipality = %(of)s AND upper_inf(recorded)",
        of=municipality,
    ).fetchone()
    return row["geometry_source"] if row else None

"""What lies where a delivery's plans lie, and what goals belong to: what the rules ask of the register."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from georegister.register.database import Row, Session


def extents_at(session: Session, municipality: str, geometries: Sequence[Any], ids: Sequence[str]) -> list[Row]:
    """The current plans whose boxes touch those of the geometries, and those of the ids; none whose extent is not its
    own: `plan`, `kind`, `parent`, `geom` as WKB in EPSG:4326, and whether the plan has `ended` for good."""
    west, south, east, north = np.asarray(shapely.bounds(np.array(geometries, dtype=object))).reshape(-1, 4).T.tolist()
    return session.sql(
        "SELECT v.plan, v.kind, p.parent, ST_AsBinary(v.geom) AS geom, "
        "  EXISTS (SELECT FROM plan_state s WHERE (s.municipality, s.plan) = (v.municipality, v.plan) "
        "    AND upper_inf(s.recorded) AND upper_inf(s.during) "
        "    AND s.status IN ('replaced', 'revoked', 'lapsed')) AS ended "
        "FROM plan_version v JOIN plan p ON (p.municipality, p.id) = (v.municipality, v.plan) "
        "WHERE v.municipality = %(of)s AND upper_inf(v.recorded) AND upper_inf(v.valid) AND v.extent_source = 'own' "
        "AND (v.plan = ANY(%(ids)s) OR v.id IN ("
        "  SELECT near.id FROM unnest(%(west)s::float8[], %(south)s::float8[], "
        "    %(east)s::float8[], %(north)s::float8[]) AS box(west, south, east, north) JOIN plan_version near "
        "    ON near.geom && ST_MakeEnvelope(box.west, box.south, box.east, box.north, 4326) "
        "    AND upper_inf(near.recorded) WHERE near.municipality = %(of)s)) ORDER BY v.plan",
        of=municipality,
        ids=list(ids),
        west=west,
        south=south,
        east=east,
        north=north,
    ).fetchall()


def strategies(session: Session, municipality: str) -> list[Row]:
    """The strategies: `id`, `titles`, and the day `adopted` by, where it is recorded."""
    return session.sql(
        "SELECT s.id, s.titles, (SELECT min(e.latest) FROM plan_event e WHERE e.municipality = s.municipality "
        "  AND e.strategy = s.id AND e.type = 'adoption' AND upper_inf(e.recorded)) AS adopted "
        "FROM strategy s WHERE s.municipality = %(of)s AND upper_inf(s.recorded) ORDER BY s.id",
        of=municipality,
    ).fetchall()


def goals(session: Session, municipality: str) -> list[Row]:
    """The themes (`strategy`) and goals (`theme`, `parent`) by `id`."""
    return session.sql(
        "SELECT id, 'theme' AS kind, strategy, NULL AS theme, NULL AS parent FROM theme "
        "WHERE municipality = %(of)s AND upper_inf(recorded) "
        "UNION ALL SELECT id, 'goal', NULL, theme, parent FROM goal "
        "WHERE municipality = %(of)s AND upper_inf(recorded) ORDER BY 1",
        of=municipality,
    ).fetchall()


def adopted_plans(session: Session, municipality: str) -> dict[str, Any]:
    """The day by which each plan was adopted, where it is recorded."""
    rows = session.sql(
        "SELECT plan, min(adopted_latest) AS adopted FROM plan_state WHERE municipality = %(of)s "
        "AND upper_inf(recorded) AND adopted_latest IS NOT NULL GROUP BY plan",
        of=municipality,
    )
    return {row["plan"]: row["adopted"] for row in rows}

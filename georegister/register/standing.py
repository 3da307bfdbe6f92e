"""What the register holds now, plan by plan, for the rules that look at it as a whole."""

from georegister.register.database import Row, Session

PLANS = (
    "SELECT v.plan AS id, v.kind, p.parent, v.number_key, v.titles, v.document_url, "
    "  EXISTS (SELECT FROM plan_state s WHERE (s.municipality, s.plan) = (v.municipality, v.plan) "
    "    AND upper_inf(s.recorded) AND s.status IN ('adopted', 'in_force')) AS adopted, "
    "  EXISTS (SELECT FROM document d WHERE (d.municipality, d.plan) = (v.municipality, v.plan) "
    "    AND upper_inf(d.recorded)) AS has_document, "
    "  EXISTS (SELECT FROM document d WHERE (d.municipality, d.plan) = (v.municipality, v.plan) "
    "    AND upper_inf(d.recorded) AND d.sha256 IS NOT NULL) AS seen "
    "FROM plan_version v JOIN plan p ON (p.municipality, p.id) = (v.municipality, v.plan) "
    "WHERE v.municipality = %(of)s AND upper_inf(v.recorded) AND upper_inf(v.valid) ORDER BY v.plan"
)


def plans(session: Session, municipality: str) -> list[Row]:
    """Every plan: `id`, `kind`, `parent`, `number_key`, `titles`, `document_url`, whether it was ever `adopted`,
    whether it `has_document`, and whether somebody has `seen` what stands behind the link."""
    return session.sql(PLANS, of=municipality).fetchall()


def events(session: Session, municipality: str) -> list[Row]:
    """The dated facts of plans: `plan`, `type`, `earliest`, `latest`, `by_plan`."""
    return session.sql(
        "SELECT plan, type, earliest, latest, by_plan FROM plan_event WHERE municipality = %(of)s "
        "AND upper_inf(recorded) AND plan IS NOT NULL ORDER BY plan, id",
        of=municipality,
    ).fetchall()


def hearings(session: Session, municipality: str) -> list[Row]:
    """The hearings of plans: `plan`, `kind`, `opens`, `closes`."""
    return session.sql(
        "SELECT plan, kind, opens, closes FROM hearing WHERE municipality = %(of)s "
        "AND upper_inf(recorded) AND plan IS NOT NULL ORDER BY plan, id",
        of=municipality,
    ).fetchall()


def relations(session: Session, municipality: str) -> list[Row]:
    """What plans say of each other: `from_plan`, `to_plan`, `type`."""
    return session.sql(
        "SELECT from_plan, to_plan, type FROM relation WHERE municipality = %(of)s AND upper_inf(recorded) "
        "ORDER BY from_plan, to_plan, type",
        of=municipality,
    ).fetchall()

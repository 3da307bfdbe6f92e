"""What is told last, and when something changes next, found without reading all that was ever told.

Changes are found act by act, the newest first: what an act began, and what it ended. What was ever told of a plan is looked
up by the plan, and a hearing's first and last telling by its id, whoever told it and whether it still holds. The days on
which states begin lie in order.

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"
TOLD = ("plan_version", "plan_event", "hearing")


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    for table in TOLD:
        op.execute(
            f"CREATE INDEX {table}_begun ON {table} (municipality, lower(recorded), plan) WHERE plan IS NOT NULL"
        )
        op.execute(
            f"CREATE INDEX {table}_ended ON {table} (municipality, upper(recorded), plan) "
            "WHERE plan IS NOT NULL AND upper(recorded) IS NOT NULL"
        )
        op.execute(f"CREATE INDEX {table}_ever ON {table} (plan)")
    op.execute("CREATE INDEX hearing_told ON hearing (municipality, id)")
    op.execute("CREATE INDEX plan_state_days ON plan_state (municipality, lower(during)) WHERE upper_inf(recorded)")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("DROP INDEX plan_state_days, hearing_told")
    for table in TOLD:
        op.execute(f"DROP INDEX {table}_begun, {table}_ended, {table}_ever")
    op.execute("RESET ROLE")

"""Where people write to a municipality, where a hearing does not say.

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("ALTER TABLE municipality ADD contact text CHECK (contact <> '')")
    op.execute("GRANT UPDATE (contact) ON municipality TO app_rw")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("ALTER TABLE municipality DROP contact")
    op.execute("RESET ROLE")

"""The version number that a source gives a plan's text: where it rises, a new legal version begins.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("ALTER TABLE plan_version ADD source_version int CHECK (source_version >= 0)")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("ALTER TABLE plan_version DROP source_version")
    op.execute("RESET ROLE")

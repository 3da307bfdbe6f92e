"""An addendum's extent may be made of its frames or of the municipality: such a geometry is derived, not delivered.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _allow("'delivered', 'illustrative', 'derived'")


def downgrade() -> None:
    _allow("'delivered', 'illustrative'")


def _allow(sources: str) -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(
        "ALTER TABLE plan_version DROP CONSTRAINT plan_version_geometry_source_check, "
        f"ADD CONSTRAINT plan_version_geometry_source_check CHECK (geometry_source IN ({sources}))"
    )
    op.execute("RESET ROLE")

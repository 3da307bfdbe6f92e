"""The key that page tokens are signed with, and when the register was changed last.

Revision ID: 0010
"""

from alembic import op

revision = "0010"
down_revision = "0009"

UP = """
CREATE TABLE token_key (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    key text NOT NULL
);
INSERT INTO token_key (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);
GRANT SELECT ON token_key TO app_ro, app_rw;
CREATE INDEX act_at ON act (at);
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(UP)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("DROP INDEX act_at")
    op.execute("DROP TABLE token_key")
    op.execute("RESET ROLE")

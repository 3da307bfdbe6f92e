"""Roles and extensions.

owner    owns every table and may change the schema
app_rw   what loading writes as: inserts, and the closing of recorded times; never deletes
app_ro   what the API reads as

Roles belong to the whole server, so going down leaves them: other registers there may use them.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None

ROLES = ("owner", "app_rw", "app_ro")
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")


def upgrade() -> None:
    for role in ROLES:
        # Several registers on one server may be made at once; whoever comes second finds the role there.
        op.execute(f"""
            DO $$ BEGIN
                CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$
        """)
        op.execute(f"""
            DO $$ BEGIN
                IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                    EXECUTE format('GRANT {role} TO %I', current_user);
                END IF;
            END $$
        """)
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO owner")
    op.execute("GRANT USAGE ON SCHEMA public TO app_rw, app_ro")


def downgrade() -> None:
    op.execute("REVOKE USAGE ON SCHEMA public FROM app_rw, app_ro")
    op.execute("REVOKE USAGE, CREATE ON SCHEMA public FROM owner")
    for extension in reversed(EXTENSIONS):
        op.execute(f"DROP EXTENSION IF EXISTS {extension}")

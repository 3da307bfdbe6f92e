"""Places, addresses and parcels by what they are called, however it is written.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"

UP = r"""
-- What a place, an address or a parcel is called, in one spelling: each of its names, and all of them in one.
CREATE FUNCTION place_key(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(public.folded(said), '\s+', ' ', 'g'))
$$;

CREATE FUNCTION place_keys(names jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT public.place_key(value) FROM jsonb_each_text(names))
$$;

CREATE FUNCTION place_text(names jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '| ' || array_to_string(public.place_keys(names), ' | ')
$$;

CREATE INDEX place_called ON place USING gin (place_text(names) gin_trgm_ops);
"""
DOWN = """
DROP INDEX place_called;
DROP FUNCTION place_text, place_keys, place_key;
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(UP)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(DOWN)
    op.execute("RESET ROLE")

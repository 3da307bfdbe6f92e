"""A preview that nobody applied is forgotten after a while, with its file; what was applied never is.

Revision ID: 0009
"""

from alembic import op

revision = "0009"
down_revision = "0008"

UP = """
DROP TRIGGER delivery_file_keep ON delivery_file;
CREATE TRIGGER delivery_file_keep BEFORE UPDATE OR TRUNCATE ON delivery_file
    FOR EACH STATEMENT EXECUTE FUNCTION never();

-- A file goes only when no load and no document, current or past, has come with it.
CREATE FUNCTION keep_used_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM load WHERE load.sha256 = OLD.sha256)
            OR EXISTS (SELECT FROM document WHERE document.sha256 = OLD.sha256) THEN
        RAISE EXCEPTION '% is refused: % keeps what it was given', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER delivery_file_used BEFORE DELETE ON delivery_file FOR EACH ROW EXECUTE FUNCTION keep_used_file();

CREATE TRIGGER load_applied BEFORE DELETE ON load FOR EACH ROW WHEN (OLD.state <> 'waiting')
    EXECUTE FUNCTION never();

-- Forgets the loads that wait and that nobody has touched since: their previews, and files that nothing else has.
CREATE FUNCTION forget_waiting(since timestamptz) RETURNS int LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint[];
    files bytea[];
BEGIN
    -- Nobody hands in a file meanwhile.
    PERFORM pg_advisory_xact_lock(1819238756);
    WITH old AS (
        SELECT l.id, l.sha256 FROM load l JOIN load_job j ON (j.municipality, j.load) = (l.municipality, l.id)
        WHERE l.state = 'waiting' AND j.touched_at < least(since, clock_timestamp() - interval '1 day')
        FOR UPDATE OF l, j SKIP LOCKED
    )
    SELECT array_agg(id), array_agg(DISTINCT sha256) INTO gone, files FROM old;
    DELETE FROM load_shape WHERE load = ANY (gone);
    DELETE FROM load_job WHERE load = ANY (gone);
    DELETE FROM load WHERE id = ANY (gone);
    DELETE FROM delivery_file f WHERE f.sha256 = ANY (files)
        AND NOT EXISTS (SELECT FROM load WHERE load.sha256 = f.sha256)
        AND NOT EXISTS (SELECT FROM document WHERE document.sha256 = f.sha256);
    RETURN coalesce(cardinality(gone), 0);
END $$;
REVOKE ALL ON FUNCTION forget_waiting FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_waiting TO app_rw;
"""
DOWN = """
DROP FUNCTION forget_waiting;
DROP TRIGGER load_applied ON load;
DROP TRIGGER delivery_file_used ON delivery_file;
DROP FUNCTION keep_used_file;
DROP TRIGGER delivery_file_keep ON delivery_file;
CREATE TRIGGER delivery_file_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON delivery_file
    FOR EACH STATEMENT EXECUTE FUNCTION never();
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(UP)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(DOWN)
    op.execute("RESET ROLE")

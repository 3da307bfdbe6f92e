"""Deliveries that wait: what comes by HTTP is kept, previewed, and applied by somebody who has looked at it.

One load has one number from the moment its file arrives. `load.state` says what it is to the register (`waiting`,
`applied`, `undone`); `load_job` says what is being done about it. A load that was applied keeps all it says.

Revision ID: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
ALTER TABLE load DROP CONSTRAINT load_state_check;
ALTER TABLE load ADD CONSTRAINT load_state_check CHECK (state IN ('waiting', 'applied', 'undone'));
-- A file of facts names its dataset itself: until it has been read nobody knows it.
ALTER TABLE load ALTER dataset DROP NOT NULL;
ALTER TABLE load ADD CONSTRAINT load_dataset_check CHECK (dataset IS NOT NULL OR state = 'waiting');

CREATE TABLE load_job (
    municipality text NOT NULL,
    load bigint NOT NULL,
    task text NOT NULL CHECK (task IN ('preview', 'apply', 'undo')),
    state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'refused', 'failed')),
    dry_run boolean NOT NULL DEFAULT false,
    apply_at_once boolean NOT NULL DEFAULT false,
    mapping text,
    asked jsonb NOT NULL DEFAULT '{}',
    key text UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    request bytea CHECK (octet_length(request) = 32),
    by text NOT NULL CHECK (by <> ''),
    asked_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL,
    step text,
    share real CHECK (share BETWEEN 0 AND 1),
    seen_version bigint,
    changes bytea CHECK (octet_length(changes) = 32),
    report jsonb,
    problem text,
    PRIMARY KEY (municipality, load),
    FOREIGN KEY (municipality, load) REFERENCES load
);
CREATE INDEX load_job_open ON load_job (load) WHERE state IN ('queued', 'running');

-- What a preview would change, drawn; written anew by each preview.
CREATE TABLE load_shape (
    municipality text NOT NULL,
    load bigint NOT NULL,
    no int NOT NULL,
    plan text,
    change text CHECK (change IN ('added', 'amended', 'withdrawn', 'refused')),
    role text NOT NULL CHECK (role IN ('after', 'before', 'part')),
    properties jsonb NOT NULL,
    geom geometry(Geometry, 4326),
    PRIMARY KEY (municipality, load, no),
    FOREIGN KEY (municipality, load) REFERENCES load
);

-- Where each load stands. Whoever works on one holds an advisory lock while the process lives: a job that runs without
-- one was interrupted; one that is queued may take a while to start.
CREATE VIEW load_now AS
    SELECT l.municipality, l.id, l.dataset, l.sha256, l.file, l.options, l.undoes, u.id AS undone_by,
        CASE WHEN l.state = 'undone' OR j.load IS NULL THEN l.state
            WHEN l.state = 'applied' AND (j.task <> 'undo' OR j.state NOT IN ('queued', 'running')) THEN 'applied'
            WHEN j.state = 'queued' AND j.touched_at > clock_timestamp() - interval '30 seconds' THEN 'queued'
            WHEN j.state IN ('queued', 'running') AND NOT EXISTS (
                SELECT FROM pg_locks k
                WHERE k.locktype = 'advisory' AND k.granted AND k.classid = 1819238756 AND k.objsubid = 2
                AND k.objid::bigint = l.id % 2147483647
                AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            ) THEN 'interrupted'
            WHEN j.state = 'running' AND j.task = 'apply' THEN 'applying'
            WHEN j.state = 'running' AND j.task = 'undo' THEN 'undoing'
            WHEN j.state = 'done' THEN 'ready'
            ELSE j.state
        END AS state,
        l.state AS kept, j.state AS job, j.task, coalesce(j.mapping, l.mapping) AS mapping, j.dry_run, j.step, j.share,
        j.seen_version, j.report, j.problem, coalesce(j.by, l.by) AS by, coalesce(j.asked_at, l.at) AS asked_at,
        CASE WHEN l.state <> 'waiting' THEN l.at END AS applied_at
    FROM load l
    LEFT JOIN load_job j ON (j.municipality, j.load) = (l.municipality, l.id)
    LEFT JOIN load u ON (u.municipality, u.undoes) = (l.municipality, l.id);

CREATE FUNCTION keep_applied_load() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    same record := OLD;
BEGIN
    same.state := NEW.state;
    IF OLD.state = 'waiting' OR (NEW.state IN ('applied', 'undone') AND NEW *= same) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a load that was applied is never changed; it can be undone' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER load_keep BEFORE UPDATE ON load FOR EACH ROW EXECUTE FUNCTION keep_applied_load();
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(TABLES)
    op.execute("GRANT SELECT ON load_job, load_shape, load_now TO app_ro, app_rw")
    op.execute("GRANT INSERT, UPDATE ON load_job TO app_rw")
    op.execute("GRANT INSERT, DELETE ON load_shape TO app_rw")
    op.execute("GRANT UPDATE (dataset, mapping, options, by, at) ON load TO app_rw")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("DROP VIEW load_now")
    op.execute("DROP TABLE load_shape, load_job")
    op.execute("DROP TRIGGER load_keep ON load")
    op.execute("DROP FUNCTION keep_applied_load")
    op.execute("REVOKE UPDATE (dataset, mapping, options, by, at) ON load FROM app_rw")
    op.execute("DELETE FROM load WHERE state = 'waiting'")
    op.execute("ALTER TABLE load DROP CONSTRAINT load_dataset_check, ALTER dataset SET NOT NULL")
    op.execute("ALTER TABLE load DROP CONSTRAINT load_state_check")
    op.execute("ALTER TABLE load ADD CONSTRAINT load_state_check CHECK (state IN ('applied', 'undone'))")
    op.execute("RESET ROLE")

"""One order of acts for the whole register: an act that is later has the later time, whichever municipality it is of.

Whoever reads one state (a walk through pages, `known_at`) asks for all that was recorded up to the last act's time. Two
loads of two municipalities could take their times in one order and be committed in the other.

Revision ID: 0015
"""

from alembic import op

revision = "0015"
down_revision = "0014"

BEGIN_ACT = """
CREATE OR REPLACE FUNCTION begin_act(
    of_municipality text, by_actor text, of_kind text, for_reason text DEFAULT NULL, of_load bigint DEFAULT NULL,
    with_payload jsonb DEFAULT '{{}}', OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last act;
BEGIN
    UPDATE municipality SET version = version + 1 WHERE code = of_municipality RETURNING version INTO seq;
    IF seq IS NULL THEN
        RAISE EXCEPTION 'there is no municipality %', of_municipality USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO last FROM act WHERE act.municipality = of_municipality ORDER BY act.seq DESC LIMIT 1;
    {at}
    INSERT INTO act (municipality, seq, at, actor, kind, reason, load, payload, prev, hash)
    VALUES (of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash,
            act_hash(of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash));
END $$;
"""
OF_THE_REGISTER = """-- Held to the end of the transaction, so that the order of times is the order of commits in the whole register.
    -- Always after the municipality's own lock, and after it nothing is waited for that another load may hold.
    PERFORM pg_advisory_xact_lock(1919248233);
    at := greatest(clock_timestamp(), (SELECT max(act.at) FROM act) + interval '1 microsecond');"""
OF_THE_MUNICIPALITY = """-- Taken after the lock: now() is the start of the transaction and may lie before another's commit.
    at := greatest(clock_timestamp(), last.at + interval '1 microsecond');"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(BEGIN_ACT.format(at=OF_THE_REGISTER))
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(BEGIN_ACT.format(at=OF_THE_MUNICIPALITY))
    op.execute("RESET ROLE")

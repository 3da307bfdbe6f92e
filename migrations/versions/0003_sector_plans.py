"""Sector plans: what each administration plans for its sector, and how that serves the UN's goals.

Ordinary facts: recorded from one act until another, closed and never changed.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"

FACT = """
    municipality text NOT NULL REFERENCES municipality,
    dataset text NOT NULL,
    id text NOT NULL CHECK (id <> ''),
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    FOREIGN KEY (municipality, dataset) REFERENCES dataset,
    CHECK (NOT isempty(recorded) AND lower_inc(recorded) AND NOT lower_inf(recorded))
"""
TEXTS = "jsonb NOT NULL CHECK (jsonb_typeof({0}) = 'object' AND {0} <> '{{}}')"

FACT_TABLES = {
    "administration": f"""
        titles {TEXTS.format("titles")},
        source_ref text
    """,
    "sector_plan": f"""
        administration text NOT NULL,
        titles {TEXTS.format("titles")},
        period_from int NOT NULL, period_to int NOT NULL,
        physical jsonb, economic jsonb,
        source_ref text,
        CHECK (period_from <= period_to)
    """,
    "sub_goal": f"""
        sector_plan text NOT NULL,
        no int NOT NULL CHECK (no > 0),
        texts {TEXTS.format("texts")},
        sdg int NOT NULL CHECK (sdg BETWEEN 1 AND 17),
        measures jsonb,
        trend text NOT NULL CHECK (trend IN ('progress', 'regress', 'unchanged', 'unknown')),
        source_ref text
    """,
}


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    for table, columns in FACT_TABLES.items():
        op.execute(f"CREATE TABLE {table} ({FACT}, {columns})")
        op.execute(f"CREATE UNIQUE INDEX {table}_current ON {table} (municipality, id) WHERE upper_inf(recorded)")
        op.execute(f"""
            CREATE TRIGGER {table}_recorded AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
                FOR EACH STATEMENT EXECUTE FUNCTION recorded_by_own_act();
            CREATE TRIGGER {table}_close BEFORE UPDATE ON {table}
                FOR EACH ROW EXECUTE FUNCTION only_close_recorded();
            CREATE TRIGGER {table}_keep BEFORE DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION never();
        """)
        op.execute(f"GRANT SELECT ON {table} TO app_ro, app_rw")
        op.execute(f"GRANT INSERT ON {table} TO app_rw")
        op.execute(f"GRANT UPDATE (recorded) ON {table} TO app_rw")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    for table in reversed(FACT_TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("RESET ROLE")

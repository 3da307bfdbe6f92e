"""Documents with a title, and where the file itself is kept; ways to a plan's documents, parameters and measurements.

Until now nothing wrote documents; where somebody did by hand, the address serves as the title.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"

INDEXES = (("document", "plan"), ("parameter", "plan"), ("measurement", "target"))
KEPT = "file_name IS NULL OR (sha256 IS NOT NULL AND media_type = 'application/pdf' AND size IS NOT NULL)"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(
        "ALTER TABLE document ADD title text, ADD file_name text, ADD media_type text, ADD size int, ADD source text"
    )
    op.execute("ALTER TABLE document RENAME seen_at TO seen_on")
    # Rows never change; this once they are told in the new columns, by the owner, while nobody else can.
    op.execute("ALTER TABLE document DISABLE TRIGGER USER")
    op.execute("ALTER TABLE document ALTER seen_on TYPE date USING (seen_on AT TIME ZONE 'UTC')::date")
    op.execute("UPDATE document SET title = url")
    op.execute("ALTER TABLE document ENABLE TRIGGER USER")
    op.execute(f"""
        ALTER TABLE document
            ALTER title SET NOT NULL,
            ALTER url DROP NOT NULL,
            ADD CONSTRAINT document_title_check CHECK (title <> ''),
            ADD CONSTRAINT document_size_check CHECK (size > 0),
            ADD CONSTRAINT document_file_name_check CHECK ({KEPT}),
            ADD CONSTRAINT document_somewhere_check CHECK (url IS NOT NULL OR file_name IS NOT NULL)
    """)
    for table, column in INDEXES:
        op.execute(f"CREATE INDEX {table}_{column} ON {table} (municipality, {column}) WHERE upper_inf(recorded)")
    op.execute("CREATE INDEX document_sha256 ON document (sha256) WHERE file_name IS NOT NULL")
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute("DROP INDEX document_sha256")
    for table, column in INDEXES:
        op.execute(f"DROP INDEX {table}_{column}")
    # What has no address cannot be told in the old columns.
    op.execute("ALTER TABLE document DISABLE TRIGGER USER")
    op.execute("DELETE FROM document WHERE url IS NULL")
    op.execute("ALTER TABLE document ENABLE TRIGGER USER")
    op.execute("""
        ALTER TABLE document
            DROP CONSTRAINT document_title_check, DROP CONSTRAINT document_size_check,
            DROP CONSTRAINT document_file_name_check, DROP CONSTRAINT document_somewhere_check,
            DROP title, DROP file_name, DROP media_type, DROP size, DROP source,
            ALTER url SET NOT NULL
    """)
    op.execute("ALTER TABLE document RENAME seen_on TO seen_at")
    op.execute("ALTER TABLE document ALTER seen_at TYPE timestamptz USING seen_at::timestamp AT TIME ZONE 'UTC'")
    op.execute("RESET ROLE")

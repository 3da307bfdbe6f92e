"""The register.

Every table whose facts can change has `recorded`: from the act that wrote the row until the act that closed it.
Rows are never deleted and never changed, only closed; the triggers say so to everybody, the owner too.

Every key starts with the municipality, so that the register can be partitioned by it.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# Column sets that return. A fact has an id of its own within its dataset; its open row is the current one.
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
    "municipality_outline": """
        geom geometry(MultiPolygon, 4326) NOT NULL CHECK (ST_IsValid(geom)),
        geometry_source text NOT NULL CHECK (geometry_source IN ('delivered', 'illustrative'))
    """,
    "strategy": f"""
        titles {TEXTS.format("titles")},
        period_from int, period_to int,
        revision text CHECK (revision IN ('full', 'partial')),
        predecessor text,
        introductions jsonb, continues jsonb, statutory_contents jsonb, source_ref text,
        CHECK (period_from <= period_to),
        FOREIGN KEY (municipality, id) REFERENCES strategy_part
    """,
    "theme": f"""
        strategy text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('theme', 'core_value', 'focus_area')),
        no int NOT NULL CHECK (no > 0),
        titles {TEXTS.format("titles")},
        texts jsonb, source_ref text,
        FOREIGN KEY (municipality, id) REFERENCES strategy_part,
        FOREIGN KEY (municipality, strategy) REFERENCES strategy_part
    """,
    "goal": f"""
        theme text NOT NULL,
        parent text,
        no int NOT NULL CHECK (no > 0),
        texts {TEXTS.format("texts")},
        source_ref text,
        FOREIGN KEY (municipality, id) REFERENCES strategy_part,
        FOREIGN KEY (municipality, theme) REFERENCES strategy_part,
        FOREIGN KEY (municipality, parent) REFERENCES strategy_part
    """,
    "action": f"""
        theme text NOT NULL,
        no int NOT NULL CHECK (no > 0),
        texts {TEXTS.format("texts")},
        source_ref text,
        FOREIGN KEY (municipality, id) REFERENCES strategy_part,
        FOREIGN KEY (municipality, theme) REFERENCES strategy_part
    """,
    "principle": f"""
        strategy text NOT NULL,
        no int NOT NULL CHECK (no > 0),
        titles {TEXTS.format("titles")},
        texts jsonb, source_ref text,
        FOREIGN KEY (municipality, id) REFERENCES strategy_part,
        FOREIGN KEY (municipality, strategy) REFERENCES strategy_part
    """,
    "instrument": f"""
        titles {TEXTS.format("titles")},
        state text NOT NULL CHECK (state IN ('announced', 'in_preparation', 'adopted', 'ended', 'unknown')),
        source_ref text
    """,
    "action_instrument": """
        action text NOT NULL,
        instrument text NOT NULL,
        FOREIGN KEY (municipality, action) REFERENCES strategy_part
    """,
    "sdg_link": """
        part text NOT NULL,
        sdg int NOT NULL CHECK (sdg BETWEEN 1 AND 17),
        titles jsonb, texts jsonb, source_ref text,
        FOREIGN KEY (municipality, part) REFERENCES strategy_part
    """,
    "target": """
        goal text NOT NULL,
        measures jsonb NOT NULL,
        comparator text NOT NULL CHECK (comparator IN ('=', '>=', '<=', '<', '>')),
        value numeric, benchmark jsonb,
        unit text,
        year int CHECK (year BETWEEN 1900 AND 2200),
        by_or_in text CHECK (by_or_in IN ('by', 'in')),
        scopes jsonb,
        baseline numeric,
        source_ref text,
        CHECK (num_nonnulls(value, benchmark) = 1),
        FOREIGN KEY (municipality, id) REFERENCES strategy_part,
        FOREIGN KEY (municipality, goal) REFERENCES strategy_part
    """,
    "measurement": """
        target text NOT NULL,
        day date NOT NULL,
        value numeric NOT NULL,
        source text NOT NULL,
        FOREIGN KEY (municipality, target) REFERENCES strategy_part
    """,
    "plan_event": """
        plan text, strategy text,
        type text NOT NULL CHECK (type IN ('call_for_ideas', 'proposal', 'adoption', 'publication', 'entry_into_force',
                                           'partial_revocation', 'replacement', 'revocation', 'lapse')),
        earliest date, latest date,
        by_plan text,
        paragraph text, source text,
        CHECK (num_nonnulls(plan, strategy) = 1),
        CHECK (earliest <= latest),
        FOREIGN KEY (municipality, plan) REFERENCES plan,
        FOREIGN KEY (municipality, by_plan) REFERENCES plan,
        FOREIGN KEY (municipality, strategy) REFERENCES strategy_part
    """,
    "hearing": """
        plan text, strategy text,
        kind text NOT NULL CHECK (kind IN ('call_for_ideas', 'public', 'renewed', 'strategy')),
        opens date NOT NULL, closes date NOT NULL,
        respond_to text, document_url text, paragraph text, source text,
        CHECK (num_nonnulls(plan, strategy) = 1),
        CHECK (opens <= closes),
        FOREIGN KEY (municipality, plan) REFERENCES plan,
        FOREIGN KEY (municipality, strategy) REFERENCES strategy_part
    """,
    "relation": """
        from_plan text NOT NULL, to_plan text NOT NULL,
        type text NOT NULL CHECK (type IN ('amends', 'accompanies', 'replaces', 'absorbs', 'partly_revokes')),
        source text,
        CHECK (from_plan <> to_plan),
        FOREIGN KEY (municipality, from_plan) REFERENCES plan,
        FOREIGN KEY (municipality, to_plan) REFERENCES plan
    """,
    "claim": """
        plan text NOT NULL,
        goal text, sdg int CHECK (sdg BETWEEN 1 AND 17),
        stance text NOT NULL CHECK (stance IN ('supports', 'hinders', 'mixed')),
        evidence jsonb,
        source text,
        asserted_by text NOT NULL CHECK (asserted_by <> ''),
        CHECK (num_nonnulls(goal, sdg) = 1),
        FOREIGN KEY (municipality, plan) REFERENCES plan,
        FOREIGN KEY (municipality, goal) REFERENCES strategy_part
    """,
    "topic_link": """
        plan text NOT NULL,
        code text NOT NULL CHECK (code <> ''),
        FOREIGN KEY (municipality, plan) REFERENCES plan
    """,
    "parameter": """
        plan text NOT NULL,
        name text NOT NULL,
        value numeric, text_value text,
        unit text, paragraph text, source text,
        CHECK (num_nonnulls(value, text_value) = 1),
        FOREIGN KEY (municipality, plan) REFERENCES plan
    """,
    "document": """
        plan text,
        url text NOT NULL CHECK (url ~ '^https?://'),
        sha256 bytea CHECK (octet_length(sha256) = 32),
        seen_at timestamptz,
        FOREIGN KEY (municipality, plan) REFERENCES plan
    """,
    "place": f"""
        names {TEXTS.format("names")},
        kind text NOT NULL,
        geom geometry(Geometry, 4326) NOT NULL,
        accuracy_m int CHECK (accuracy_m >= 0),
        source text
    """,
}
# Parts of strategies are told by one source only; of an event or a hearing several may tell.
PARTS = ("strategy", "theme", "goal", "action", "principle", "target", "instrument")
RECORDED_TABLES = (*FACT_TABLES, "plan_version", "plan_state")
PERMANENT_TABLES = ("act", "delivery_file", "load_item", "plan", "plan_alias", "strategy_part", "dataset")

BASE = """
CREATE TABLE jurisdiction (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z]{2}$'),
    names jsonb NOT NULL
);
INSERT INTO jurisdiction VALUES
    ('DK', '{"da": "Danmark", "en": "Denmark"}'),
    ('GL', '{"da": "Grønland", "en": "Greenland", "kl": "Kalaallit Nunaat"}');

CREATE TABLE municipality (
    code text PRIMARY KEY CHECK (code ~ '^[0-9A-Za-z]{1,12}$'),
    jurisdiction text NOT NULL REFERENCES jurisdiction,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]+$'),
    names jsonb NOT NULL CHECK (jsonb_typeof(names) = 'object' AND names <> '{}'),
    languages text[] NOT NULL CHECK (cardinality(languages) > 0),
    time_zone text NOT NULL CHECK (now() AT TIME ZONE time_zone IS NOT NULL),
    crs int[] NOT NULL CHECK (cardinality(crs) > 0),
    version bigint NOT NULL DEFAULT 0
);

CREATE TABLE dataset (
    municipality text NOT NULL REFERENCES municipality,
    id text NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9-]*$'),
    title text NOT NULL,
    PRIMARY KEY (municipality, id)
);

-- The delivered bytes, so that every row can be traced to the file it came in.
CREATE TABLE delivery_file (
    sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    bytes bytea NOT NULL CHECK (sha256(bytes) = sha256)
);
ALTER TABLE delivery_file ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE load (
    municipality text NOT NULL REFERENCES municipality,
    id bigint GENERATED ALWAYS AS IDENTITY,
    dataset text NOT NULL,
    sha256 bytea NOT NULL REFERENCES delivery_file,
    file text NOT NULL,
    mapping text,
    options jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL CHECK (state IN ('applied', 'undone')),
    by text NOT NULL,
    at timestamptz NOT NULL,
    undoes bigint,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, dataset) REFERENCES dataset,
    FOREIGN KEY (municipality, undoes) REFERENCES load
);

-- One per change; the chain of hashes makes a quiet edit visible. `seq` is the register's version.
CREATE TABLE act (
    municipality text NOT NULL REFERENCES municipality,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    kind text NOT NULL CHECK (kind <> ''),
    reason text,
    load bigint,
    payload jsonb NOT NULL,
    prev bytea,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (municipality, seq),
    UNIQUE (municipality, at),
    FOREIGN KEY (municipality, load) REFERENCES load
);

-- Identity is permanent; what is known of a plan or of a part of a strategy is in the recorded tables.
CREATE TABLE plan (
    municipality text NOT NULL REFERENCES municipality,
    id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('municipal-plan', 'addendum', 'frame', 'local-plan', 'sub-area', 'building-field')),
    parent text,
    created_act bigint NOT NULL,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, id, kind),
    FOREIGN KEY (municipality, parent) REFERENCES plan,
    FOREIGN KEY (municipality, created_act) REFERENCES act,
    CHECK (id ~ '^[0-9A-Za-z]+-[a-z0-9-]+$' AND starts_with(id, municipality || '-' || kind || '-')),
    CHECK (parent <> id),
    CHECK (kind NOT IN ('addendum', 'frame', 'sub-area', 'building-field') OR parent IS NOT NULL)
);
CREATE INDEX plan_children ON plan (municipality, parent);

CREATE TABLE plan_alias (
    municipality text NOT NULL REFERENCES municipality,
    alias text NOT NULL,
    plan text NOT NULL,
    answer int NOT NULL CHECK (answer IN (301, 410)),
    PRIMARY KEY (municipality, alias),
    FOREIGN KEY (municipality, plan) REFERENCES plan
);

CREATE TABLE strategy_part (
    municipality text NOT NULL REFERENCES municipality,
    id text NOT NULL CHECK (id ~ '^[0-9A-Za-z]+-[a-z0-9.-]+$'),
    kind text NOT NULL CHECK (kind IN ('strategy', 'theme', 'goal', 'action', 'principle', 'target')),
    PRIMARY KEY (municipality, id),
    CHECK (starts_with(id, municipality || '-'))
);
"""

PLAN_TABLES = """
-- What a plan says, for the days on which that was its published content.
CREATE TABLE plan_version (
    municipality text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    plan text NOT NULL,
    kind text NOT NULL,
    dataset text NOT NULL,
    valid daterange NOT NULL CHECK (NOT isempty(valid)),
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    external_id text,
    number text NOT NULL CHECK (btrim(number) <> ''),
    number_key text NOT NULL,
    titles jsonb NOT NULL CHECK (jsonb_typeof(titles) = 'object' AND titles <> '{}'),
    descriptions jsonb,
    place text,
    document_url text CHECK (document_url ~ '^https?://'),
    geom_delivered bytea,
    crs_delivered text,
    geom geometry(MultiPolygon, 4326),
    geom_3857 geometry(MultiPolygon, 3857),
    extent_source text CHECK (extent_source IN ('own', 'frames', 'municipality')),
    geometry_source text CHECK (geometry_source IN ('delivered', 'illustrative')),
    area_m2 double precision CHECK (area_m2 > 0),
    source text,
    geometry_json text,
    properties_json text NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, plan, kind) REFERENCES plan (municipality, id, kind),
    FOREIGN KEY (municipality, dataset) REFERENCES dataset,
    CHECK (NOT isempty(recorded) AND lower_inc(recorded) AND NOT lower_inf(recorded)),
    CHECK ((geom IS NULL) = (kind = 'municipal-plan')),
    CHECK (num_nulls(geom, geom_3857, area_m2, geometry_json, extent_source, geometry_source) IN (0, 6)),
    CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    -- On a hash of the id (which begins with the municipality): a tree of numbers is filled six times as fast as one
    -- of texts, and nobody looks a plan up by it, which the planner would do and which is slow. Were two ids ever to
    -- share their 64 bits, a write would be refused; nothing would be lost.
    CONSTRAINT plan_version_one_truth
        EXCLUDE USING gist (hashtextextended(plan, 0) WITH =, valid WITH &&) WHERE (upper_inf(recorded))
);
CREATE INDEX plan_version_now ON plan_version USING gist (geom) WHERE upper_inf(recorded);
CREATE INDEX plan_version_tiles ON plan_version USING gist (geom_3857) WHERE upper_inf(recorded);
CREATE INDEX plan_version_history ON plan_version USING gist (geom, valid, recorded);
CREATE INDEX plan_version_current ON plan_version (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX plan_version_kind ON plan_version (kind, municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX plan_version_number ON plan_version (municipality, number_key) WHERE upper_inf(recorded);

-- Derived from the facts by domain/lifecycle.py: a step function of days. Nobody types it.
CREATE TABLE plan_state (
    municipality text NOT NULL,
    plan text NOT NULL,
    during daterange NOT NULL CHECK (NOT isempty(during)),
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('idea', 'proposal', 'adopted', 'in_force', 'replaced', 'revoked', 'lapsed', 'unknown')),
    certainty text NOT NULL CHECK (certainty IN ('certain', 'possible')),
    hearing_open boolean NOT NULL,
    hearing_kind text, hearing_opens date, hearing_closes date, respond_to text,
    ban_until date,
    reasons jsonb NOT NULL,
    next_event jsonb,
    adopted_earliest date, adopted_latest date,
    themes text[] NOT NULL, goals text[] NOT NULL, sdgs int[] NOT NULL, topics text[] NOT NULL,
    properties_json text NOT NULL,
    FOREIGN KEY (municipality, plan) REFERENCES plan,
    CHECK (NOT isempty(recorded) AND lower_inc(recorded) AND NOT lower_inf(recorded)),
    CHECK (hearing_open = (hearing_closes IS NOT NULL))
);
-- All states of a plan are written together, as a step function; that no two begin on one day is what an index can
-- hold cheaply. It is also how a page finds the state of each of its plans.
CREATE UNIQUE INDEX plan_state_current ON plan_state (municipality, plan, coalesce(lower(during), '-infinity'))
    WHERE upper_inf(recorded);
CREATE INDEX plan_state_history ON plan_state (municipality, plan, lower(recorded));
CREATE INDEX plan_state_themes ON plan_state USING gin (themes) WHERE upper_inf(recorded);

CREATE TABLE load_item (
    municipality text NOT NULL,
    load bigint NOT NULL,
    no int NOT NULL,
    fact text NOT NULL,
    id text NOT NULL,
    change text NOT NULL CHECK (change IN ('added', 'amended', 'withdrawn')),
    row_no int,
    before jsonb, after jsonb,
    PRIMARY KEY (municipality, load, no),
    FOREIGN KEY (municipality, load) REFERENCES load
);

CREATE TABLE finding (
    municipality text NOT NULL REFERENCES municipality,
    id bigint GENERATED ALWAYS AS IDENTITY,
    load bigint,
    plan text,
    rule text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'warning', 'information')),
    responsible text NOT NULL CHECK (responsible IN ('supplier', 'register')),
    layer text, row_no int, field text,
    details jsonb NOT NULL DEFAULT '{}',
    geom geometry(Geometry, 4326),
    acknowledged_by text, acknowledged_at timestamptz,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, load) REFERENCES load
);
"""

FUNCTIONS = """
-- Starts an act: takes the municipality's lock, so that the order of acts is the order of commits, raises the
-- register's version, and gives the time that every bound recorded in this transaction has.
CREATE FUNCTION begin_act(
    of_municipality text, by_actor text, of_kind text, for_reason text DEFAULT NULL, of_load bigint DEFAULT NULL,
    with_payload jsonb DEFAULT '{}', OUT seq bigint, OUT at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last act;
BEGIN
    UPDATE municipality SET version = version + 1 WHERE code = of_municipality RETURNING version INTO seq;
    IF seq IS NULL THEN
        RAISE EXCEPTION 'there is no municipality %', of_municipality USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO last FROM act WHERE act.municipality = of_municipality ORDER BY act.seq DESC LIMIT 1;
    -- Taken after the lock: now() is the start of the transaction and may lie before another's commit.
    at := greatest(clock_timestamp(), last.at + interval '1 microsecond');
    INSERT INTO act (municipality, seq, at, actor, kind, reason, load, payload, prev, hash)
    VALUES (of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash,
            act_hash(of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash));
END $$;

-- jsonb text is canonical: keys sorted, no spare blanks.
CREATE FUNCTION act_hash(
    municipality text, seq bigint, at timestamptz, actor text, kind text, reason text, load bigint, payload jsonb, prev bytea
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        municipality, seq, extract(epoch FROM at), actor, kind, reason, load, payload, encode(prev, 'hex'))::text, 'UTF8'))
$$;

-- The act of this transaction. xmin is the transaction that inserted the row: an older act cannot be borrowed.
CREATE FUNCTION is_own_act(of_municipality text, its_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM act WHERE municipality = of_municipality AND at = its_at AND xmin = pg_current_xact_id()::xid)
$$;

CREATE FUNCTION recorded_by_own_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT municipality, act, recorded FROM new_rows) n
        LEFT JOIN act a ON (a.municipality, a.seq) = (n.municipality, n.act)
        WHERE a.seq IS NULL OR n.recorded <> tstzrange(a.at, NULL) OR NOT is_own_act(n.municipality, a.at)
    ) THEN
        RAISE EXCEPTION 'rows of % are recorded from the time of an act of their own transaction, without end', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', HINT = 'Call begin_act first.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION only_close_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed record := OLD;
BEGIN
    closed.recorded := NEW.recorded;
    IF upper_inf(OLD.recorded) AND lower(NEW.recorded) = lower(OLD.recorded) AND NEW *= closed
            AND NOT upper_inf(NEW.recorded) AND NOT upper_inc(NEW.recorded)
            AND is_own_act(NEW.municipality, upper(NEW.recorded)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a row of % is never changed; it is closed once, at the time of an act', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;

-- What the planner knows of the tables that every question joins; a large load makes it wrong until it is told.
CREATE FUNCTION refresh_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE plan, plan_version, plan_state, plan_event, hearing, claim, topic_link, relation, municipality;
END $$;

CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused: % keeps what it was given', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(BASE)
    for table, columns in FACT_TABLES.items():
        op.execute(f"CREATE TABLE {table} ({FACT}, {columns})")
        key = "municipality, id" if table in PARTS else "municipality, dataset, id"
        op.execute(f"CREATE UNIQUE INDEX {table}_current ON {table} ({key}) WHERE upper_inf(recorded)")
    for table, column in (
        ("plan_event", "plan"),
        ("hearing", "plan"),
        ("relation", "from_plan"),
        ("relation", "to_plan"),
        ("claim", "plan"),
        ("topic_link", "plan"),
    ):
        op.execute(f"CREATE INDEX {table}_{column} ON {table} (municipality, {column}) WHERE upper_inf(recorded)")
    op.execute(PLAN_TABLES)
    op.execute(FUNCTIONS)
    for table in RECORDED_TABLES:
        op.execute(f"""
            CREATE TRIGGER {table}_recorded AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
                FOR EACH STATEMENT EXECUTE FUNCTION recorded_by_own_act();
            CREATE TRIGGER {table}_close BEFORE UPDATE ON {table}
                FOR EACH ROW EXECUTE FUNCTION only_close_recorded();
            CREATE TRIGGER {table}_keep BEFORE DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION never();
        """)
    for table in PERMANENT_TABLES:
        op.execute(f"""
            CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION never();
        """)
    grant()
    op.execute("RESET ROLE")


def grant() -> None:
    for table in (*RECORDED_TABLES, *PERMANENT_TABLES, "jurisdiction", "municipality", "load", "finding"):
        op.execute(f"GRANT SELECT ON {table} TO app_ro, app_rw")
        if table not in ("act", "jurisdiction"):
            op.execute(f"GRANT INSERT ON {table} TO app_rw")
    for table in RECORDED_TABLES:
        op.execute(f"GRANT UPDATE (recorded) ON {table} TO app_rw")
    op.execute("GRANT UPDATE (names, languages, time_zone, crs, slug) ON municipality TO app_rw")
    op.execute("GRANT UPDATE (state) ON load TO app_rw")
    op.execute("GRANT UPDATE (acknowledged_by, acknowledged_at) ON finding TO app_rw")
    op.execute("REVOKE EXECUTE ON FUNCTION begin_act(text, text, text, text, bigint, jsonb) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION begin_act(text, text, text, text, bigint, jsonb) TO app_rw")
    op.execute("REVOKE EXECUTE ON FUNCTION refresh_statistics() FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION refresh_statistics() TO app_rw")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    tables = ("finding", "load_item", "plan_state", "plan_version", *reversed(FACT_TABLES))
    for table in (*tables, "strategy_part", "plan_alias", "plan", "act", "load", "delivery_file", "dataset"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TABLE municipality, jurisdiction")
    op.execute(
        "DROP FUNCTION begin_act, act_hash, is_own_act, recorded_by_own_act, only_close_recorded, never, "
        "refresh_statistics"
    )
    op.execute("RESET ROLE")

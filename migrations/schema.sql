CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE FUNCTION public.act_hash(municipality text, seq bigint, at timestamp with time zone, actor text, kind text, reason text, load bigint, payload jsonb, prev bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        municipality, seq, extract(epoch FROM at), actor, kind, reason, load, payload, encode(prev, 'hex'))::text, 'UTF8'))
$$;
ALTER FUNCTION public.act_hash(municipality text, seq bigint, at timestamp with time zone, actor text, kind text, reason text, load bigint, payload jsonb, prev bytea) OWNER TO owner;
CREATE FUNCTION public.all_texts(texts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
    SELECT regexp_replace(jsonb_path_query_array(texts, '$.*')::text, '\\(["\\bfnrt]|u[0-9a-f]{4})', ' ', 'g')
$_$;
ALTER FUNCTION public.all_texts(texts jsonb) OWNER TO owner;
CREATE FUNCTION public.asked_words(asked jsonb, at timestamp with time zone, OUT wanted tsquery, OUT exactly tsquery, OUT numbers tsquery, OUT themes text[]) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    SET "pg_trgm.word_similarity_threshold" TO '0.6'
    AS $$
    WITH said AS (
        SELECT no, one -> 'keys' AS keys, tsvector_to_array(words_in(one ->> 'word')) AS stems
        FROM jsonb_array_elements(asked -> 'words') WITH ORDINALITY AS w(one, no)
    ),
    stem AS (
        SELECT no, stem, length(stem) AS letters, stem ~ '[0-9]' AS has_figures,
            CASE WHEN length(stem) > 3 THEN '%' ELSE '' END
                || replace(replace(replace(stem, '\', '\\'), '%', '\%'), '_', '\_') || '%' AS pattern
        FROM said, unnest(stems) AS stem
    ),
    like_it AS (
        SELECT s.no, s.stem, ARRAY[s.stem] || coalesce(held.words, '{}') || CASE
            WHEN held.words IS NULL AND letters > 3 AND NOT has_figures THEN ARRAY(
                SELECT k.word FROM known_word k
                WHERE s.stem <% k.word AND k.since <= coalesce(at, 'infinity')
                GROUP BY k.word
                ORDER BY word_similarity(s.stem, k.word) DESC, similarity(s.stem, k.word) DESC, k.word LIMIT 5)
            ELSE '{}' END AS words
        FROM stem s, LATERAL (
            SELECT array_agg(word) AS words FROM (
                SELECT k.word FROM known_word k
                WHERE s.letters > 1 AND NOT s.has_figures AND k.word LIKE s.pattern
                AND k.since <= coalesce(at, 'infinity')
                GROUP BY k.word ORDER BY length(k.word), k.word LIMIT 100) AS shortest) AS held
    ),
    meant AS (
        SELECT no, stem, words, string_agg(in_query(word), '|')::tsquery AS query
        FROM like_it, unnest(words) AS word GROUP BY no, stem, words
    ),
    part AS (
        SELECT m.no, m.stem, t.id, t.id AS theme, words_in(all_texts(t.titles)) @@ in_query(m.stem)::tsquery AS has_stem
        FROM meant m JOIN theme t ON words_in(all_texts(t.titles)) @@ m.query
        WHERE CASE WHEN at IS NULL THEN upper_inf(t.recorded) ELSE t.recorded @> at END
        UNION
        SELECT m.no, m.stem, g.id, g.theme, words_in(all_texts(g.texts)) @@ in_query(m.stem)::tsquery
        FROM meant m JOIN goal g ON words_in(all_texts(g.texts)) @@ m.query
        WHERE CASE WHEN at IS NULL THEN upper_inf(g.recorded) ELSE g.recorded @> at END
    ),
    by_stem AS (
        SELECT no, '(' || m.query::text || coalesce('|' || string_agg(in_query(p.id), '|'), '') || ')' AS query,
            in_query(stem) || coalesce('|' || string_agg(in_query(p.id), '|') FILTER (WHERE has_stem), '') AS exactly
        FROM meant m LEFT JOIN part p USING (no, stem) GROUP BY no, stem, m.query
    ),
    by_key AS (
        SELECT no, in_query('=' || key) AS key FROM said, jsonb_array_elements_text(keys) AS key
        UNION
        SELECT 0, in_query('=' || key) FROM jsonb_array_elements_text(asked -> 'keys') AS key
    ),
    by_word AS (
        SELECT no, '((' || string_agg(query, '&') || ')' || coalesce(
            '|' || (SELECT string_agg(key, '|') FROM by_key k WHERE k.no = s.no), '') || ')' AS query
        FROM by_stem s GROUP BY no
    )
    SELECT
        nullif(concat_ws('|', (SELECT string_agg(query, '&') FROM by_word),
                         (SELECT string_agg(key, '|') FROM by_key WHERE no = 0)), '')::tsquery,
        (SELECT string_agg(exactly, '|') FROM by_stem)::tsquery,
        (SELECT string_agg(key, '|') FROM by_key)::tsquery,
        ARRAY(SELECT DISTINCT theme FROM part)
$$;
ALTER FUNCTION public.asked_words(asked jsonb, at timestamp with time zone, OUT wanted tsquery, OUT exactly tsquery, OUT numbers tsquery, OUT themes text[]) OWNER TO owner;
CREATE FUNCTION public.begin_act(of_municipality text, by_actor text, of_kind text, for_reason text DEFAULT NULL::text, of_load bigint DEFAULT NULL::bigint, with_payload jsonb DEFAULT '{}'::jsonb, OUT seq bigint, OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    last act;
BEGIN
    UPDATE municipality SET version = version + 1 WHERE code = of_municipality RETURNING version INTO seq;
    IF seq IS NULL THEN
        RAISE EXCEPTION 'there is no municipality %', of_municipality USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO last FROM act WHERE act.municipality = of_municipality ORDER BY act.seq DESC LIMIT 1;
    -- Held to the end of the transaction, so that the order of times is the order of commits in the whole register.
    -- Always after the municipality's own lock, and after it nothing is waited for that another load may hold.
    PERFORM pg_advisory_xact_lock(1919248233);
    at := greatest(clock_timestamp(), (SELECT max(act.at) FROM act) + interval '1 microsecond');
    INSERT INTO act (municipality, seq, at, actor, kind, reason, load, payload, prev, hash)
    VALUES (of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash,
            act_hash(of_municipality, begin_act.seq, begin_act.at, by_actor, of_kind, for_reason, of_load, with_payload, last.hash));
END $$;
ALTER FUNCTION public.begin_act(of_municipality text, by_actor text, of_kind text, for_reason text, of_load bigint, with_payload jsonb, OUT seq bigint, OUT at timestamp with time zone) OWNER TO owner;
CREATE FUNCTION public.folded(said text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
    SELECT replace(replace(
        translate(lower(public.unaccent('public.unaccent'::regdictionary, said)),
                  E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 32)),
        'aa', 'a'), 'oe', 'o')
$_$;
ALTER FUNCTION public.folded(said text) OWNER TO owner;
CREATE FUNCTION public.forget_waiting(since timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
ALTER FUNCTION public.forget_waiting(since timestamp with time zone) OWNER TO owner;
CREATE FUNCTION public.in_query(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$;
ALTER FUNCTION public.in_query(word text) OWNER TO owner;
CREATE FUNCTION public.is_own_act(of_municipality text, its_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (SELECT FROM act WHERE municipality = of_municipality AND at = its_at AND xmin = pg_current_xact_id()::xid)
$$;
ALTER FUNCTION public.is_own_act(of_municipality text, its_at timestamp with time zone) OWNER TO owner;
CREATE FUNCTION public.keep_applied_load() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    same record := OLD;
BEGIN
    same.state := NEW.state;
    IF OLD.state = 'waiting' OR (NEW.state IN ('applied', 'undone') AND NEW *= same) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a load that was applied is never changed; it can be undone' USING ERRCODE = 'check_violation';
END $$;
ALTER FUNCTION public.keep_applied_load() OWNER TO owner;
CREATE FUNCTION public.keep_used_file() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM load WHERE load.sha256 = OLD.sha256)
            OR EXISTS (SELECT FROM document WHERE document.sha256 = OLD.sha256) THEN
        RAISE EXCEPTION '% is refused: % keeps what it was given', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
ALTER FUNCTION public.keep_used_file() OWNER TO owner;
CREATE FUNCTION public.learn_goal() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM learn_words(municipality, words_in(all_texts(texts)), lower(recorded)) FROM new_rows;
    RETURN NULL;
END $$;
ALTER FUNCTION public.learn_goal() OWNER TO owner;
CREATE FUNCTION public.learn_theme() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM learn_words(municipality, words_in(all_texts(titles)), lower(recorded)) FROM new_rows;
    RETURN NULL;
END $$;
ALTER FUNCTION public.learn_theme() OWNER TO owner;
CREATE FUNCTION public.learn_words(of_municipality text, words tsvector, first_at timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    INSERT INTO known_word
    SELECT of_municipality, word, first_at FROM unnest(tsvector_to_array(words)) AS word WHERE word !~ '[0-9=]'
    ON CONFLICT DO NOTHING
$$;
ALTER FUNCTION public.learn_words(of_municipality text, words tsvector, first_at timestamp with time zone) OWNER TO owner;
CREATE FUNCTION public.never() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is refused: % keeps what it was given', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
ALTER FUNCTION public.never() OWNER TO owner;
CREATE FUNCTION public.only_close_recorded() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
ALTER FUNCTION public.only_close_recorded() OWNER TO owner;
CREATE FUNCTION public.place_key(said text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT btrim(regexp_replace(public.folded(said), '\s+', ' ', 'g'))
$$;
ALTER FUNCTION public.place_key(said text) OWNER TO owner;
CREATE FUNCTION public.place_keys(names jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT ARRAY(SELECT public.place_key(value) FROM jsonb_each_text(names))
$$;
ALTER FUNCTION public.place_keys(names jsonb) OWNER TO owner;
CREATE FUNCTION public.place_text(names jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT '| ' || array_to_string(public.place_keys(names), ' | ')
$$;
ALTER FUNCTION public.place_text(names jsonb) OWNER TO owner;
CREATE FUNCTION public.recorded_by_own_act() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
ALTER FUNCTION public.recorded_by_own_act() OWNER TO owner;
CREATE FUNCTION public.refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    ANALYZE plan, plan_version, plan_state, plan_event, hearing, claim, topic_link, relation, municipality;
END $$;
ALTER FUNCTION public.refresh_statistics() OWNER TO owner;
CREATE FUNCTION public.words_in(texts text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT to_tsvector('pg_catalog.danish', public.folded(left(texts, 50000)))
$$;
ALTER FUNCTION public.words_in(texts text) OWNER TO owner;
CREATE FUNCTION public.words_of_plan(kind text, number text, number_key text, titles jsonb, descriptions jsonb, place text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
BEGIN
    RETURN setweight(public.words_in(number || ' ' || public.all_texts(titles)), 'A')
        || setweight(public.words_in(coalesce(place, '')), 'B')
        || setweight(public.words_in(coalesce(public.all_texts(descriptions), '')), 'C')
        || CASE kind
            WHEN 'municipal-plan' THEN public.words_in('kommuneplan municipal plan')
            WHEN 'addendum' THEN public.words_in('kommuneplantillæg tillæg addendum')
            WHEN 'frame' THEN public.words_in('kommuneplanramme ramme framework area')
            WHEN 'local-plan' THEN public.words_in('lokalplan local plan')
            WHEN 'sub-area' THEN public.words_in('delområde sub area')
            ELSE public.words_in('byggefelt building field') END
        || array_to_tsvector(ARRAY['=' || number_key,
            '=' || CASE kind WHEN 'addendum' THEN split_part(number_key, '-', 1) ELSE number_key END]);
END $$;
ALTER FUNCTION public.words_of_plan(kind text, number text, number_key text, titles jsonb, descriptions jsonb, place text) OWNER TO owner;
CREATE FUNCTION public.write_version_words() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    WITH made AS (
        INSERT INTO version_words
        SELECT municipality, id, plan, words_of_plan(kind, number, number_key, titles, descriptions, place)
        FROM new_rows
        RETURNING municipality, words
    )
    INSERT INTO known_word
    SELECT w.municipality, w.word, (SELECT max(lower(recorded)) FROM new_rows)
    FROM (SELECT DISTINCT municipality, unnest(tsvector_to_array(words)) AS word FROM made) AS w
    WHERE w.word !~ '[0-9=]'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION public.write_version_words() OWNER TO owner;
CREATE TABLE public.act (
    municipality text NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    reason text,
    load bigint,
    payload jsonb NOT NULL,
    prev bytea,
    hash bytea NOT NULL,
    CONSTRAINT act_actor_check CHECK ((actor <> ''::text)),
    CONSTRAINT act_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT act_kind_check CHECK ((kind <> ''::text))
);
ALTER TABLE public.act OWNER TO owner;
CREATE TABLE public.action (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    theme text NOT NULL,
    no integer NOT NULL,
    texts jsonb NOT NULL,
    source_ref text,
    CONSTRAINT action_id_check CHECK ((id <> ''::text)),
    CONSTRAINT action_no_check CHECK ((no > 0)),
    CONSTRAINT action_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT action_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb)))
);
ALTER TABLE public.action OWNER TO owner;
CREATE TABLE public.action_instrument (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    action text NOT NULL,
    instrument text NOT NULL,
    CONSTRAINT action_instrument_id_check CHECK ((id <> ''::text)),
    CONSTRAINT action_instrument_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.action_instrument OWNER TO owner;
CREATE TABLE public.administration (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    titles jsonb NOT NULL,
    source_ref text,
    CONSTRAINT administration_id_check CHECK ((id <> ''::text)),
    CONSTRAINT administration_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT administration_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.administration OWNER TO owner;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
ALTER TABLE public.alembic_version OWNER TO postgres;
CREATE TABLE public.claim (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text NOT NULL,
    goal text,
    sdg integer,
    stance text NOT NULL,
    evidence jsonb,
    source text,
    asserted_by text NOT NULL,
    CONSTRAINT claim_asserted_by_check CHECK ((asserted_by <> ''::text)),
    CONSTRAINT claim_check CHECK ((num_nonnulls(goal, sdg) = 1)),
    CONSTRAINT claim_id_check CHECK ((id <> ''::text)),
    CONSTRAINT claim_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT claim_sdg_check CHECK (((sdg >= 1) AND (sdg <= 17))),
    CONSTRAINT claim_stance_check CHECK ((stance = ANY (ARRAY['supports'::text, 'hinders'::text, 'mixed'::text])))
);
ALTER TABLE public.claim OWNER TO owner;
CREATE TABLE public.dataset (
    municipality text NOT NULL,
    id text NOT NULL,
    title text NOT NULL,
    CONSTRAINT dataset_id_check CHECK ((id ~ '^[a-z0-9][a-z0-9-]*$'::text))
);
ALTER TABLE public.dataset OWNER TO owner;
CREATE TABLE public.delivery_file (
    sha256 bytea NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT delivery_file_check CHECK ((sha256(bytes) = sha256)),
    CONSTRAINT delivery_file_sha256_check CHECK ((octet_length(sha256) = 32))
);
ALTER TABLE ONLY public.delivery_file ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE public.delivery_file OWNER TO owner;
CREATE TABLE public.document (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text,
    url text,
    sha256 bytea,
    seen_on date,
    title text NOT NULL,
    file_name text,
    media_type text,
    size integer,
    source text,
    CONSTRAINT document_file_name_check CHECK (((file_name IS NULL) OR ((sha256 IS NOT NULL) AND (media_type = 'application/pdf'::text) AND (size IS NOT NULL)))),
    CONSTRAINT document_id_check CHECK ((id <> ''::text)),
    CONSTRAINT document_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT document_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT document_size_check CHECK ((size > 0)),
    CONSTRAINT document_somewhere_check CHECK (((url IS NOT NULL) OR (file_name IS NOT NULL))),
    CONSTRAINT document_title_check CHECK ((title <> ''::text)),
    CONSTRAINT document_url_check CHECK ((url ~ '^https?://'::text))
);
ALTER TABLE public.document OWNER TO owner;
CREATE TABLE public.finding (
    municipality text NOT NULL,
    id bigint NOT NULL,
    load bigint,
    plan text,
    rule text NOT NULL,
    severity text NOT NULL,
    responsible text NOT NULL,
    layer text,
    row_no integer,
    field text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    geom public.geometry(Geometry,4326),
    acknowledged_by text,
    acknowledged_at timestamp with time zone,
    CONSTRAINT finding_responsible_check CHECK ((responsible = ANY (ARRAY['supplier'::text, 'register'::text]))),
    CONSTRAINT finding_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text, 'information'::text])))
);
ALTER TABLE public.finding OWNER TO owner;
ALTER TABLE public.finding ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.goal (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    theme text NOT NULL,
    parent text,
    no integer NOT NULL,
    texts jsonb NOT NULL,
    source_ref text,
    CONSTRAINT goal_id_check CHECK ((id <> ''::text)),
    CONSTRAINT goal_no_check CHECK ((no > 0)),
    CONSTRAINT goal_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT goal_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb)))
);
ALTER TABLE public.goal OWNER TO owner;
CREATE TABLE public.hearing (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text,
    strategy text,
    kind text NOT NULL,
    opens date NOT NULL,
    closes date NOT NULL,
    respond_to text,
    document_url text,
    paragraph text,
    source text,
    CONSTRAINT hearing_check CHECK ((num_nonnulls(plan, strategy) = 1)),
    CONSTRAINT hearing_check1 CHECK ((opens <= closes)),
    CONSTRAINT hearing_id_check CHECK ((id <> ''::text)),
    CONSTRAINT hearing_kind_check CHECK ((kind = ANY (ARRAY['call_for_ideas'::text, 'public'::text, 'renewed'::text, 'strategy'::text]))),
    CONSTRAINT hearing_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.hearing OWNER TO owner;
CREATE TABLE public.instrument (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    titles jsonb NOT NULL,
    state text NOT NULL,
    source_ref text,
    CONSTRAINT instrument_id_check CHECK ((id <> ''::text)),
    CONSTRAINT instrument_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT instrument_state_check CHECK ((state = ANY (ARRAY['announced'::text, 'in_preparation'::text, 'adopted'::text, 'ended'::text, 'unknown'::text]))),
    CONSTRAINT instrument_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.instrument OWNER TO owner;
CREATE TABLE public.jurisdiction (
    code text NOT NULL,
    names jsonb NOT NULL,
    CONSTRAINT jurisdiction_code_check CHECK ((code ~ '^[A-Z]{2}$'::text))
);
ALTER TABLE public.jurisdiction OWNER TO owner;
CREATE TABLE public.known_word (
    municipality text NOT NULL,
    word text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT known_word_word_check CHECK ((word <> ''::text))
);
ALTER TABLE public.known_word OWNER TO owner;
CREATE TABLE public.load (
    municipality text NOT NULL,
    id bigint NOT NULL,
    dataset text,
    sha256 bytea NOT NULL,
    file text NOT NULL,
    mapping text,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text NOT NULL,
    by text NOT NULL,
    at timestamp with time zone NOT NULL,
    undoes bigint,
    CONSTRAINT load_dataset_check CHECK (((dataset IS NOT NULL) OR (state = 'waiting'::text))),
    CONSTRAINT load_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'applied'::text, 'undone'::text])))
);
ALTER TABLE public.load OWNER TO owner;
ALTER TABLE public.load ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.load_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.load_item (
    municipality text NOT NULL,
    load bigint NOT NULL,
    no integer NOT NULL,
    fact text NOT NULL,
    id text NOT NULL,
    change text NOT NULL,
    row_no integer,
    before jsonb,
    after jsonb,
    CONSTRAINT load_item_change_check CHECK ((change = ANY (ARRAY['added'::text, 'amended'::text, 'withdrawn'::text])))
);
ALTER TABLE public.load_item OWNER TO owner;
CREATE TABLE public.load_job (
    municipality text NOT NULL,
    load bigint NOT NULL,
    task text NOT NULL,
    state text NOT NULL,
    dry_run boolean DEFAULT false NOT NULL,
    apply_at_once boolean DEFAULT false NOT NULL,
    mapping text,
    asked jsonb DEFAULT '{}'::jsonb NOT NULL,
    key text,
    request bytea,
    by text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    step text,
    share real,
    seen_version bigint,
    changes bytea,
    report jsonb,
    problem text,
    CONSTRAINT load_job_by_check CHECK ((by <> ''::text)),
    CONSTRAINT load_job_changes_check CHECK ((octet_length(changes) = 32)),
    CONSTRAINT load_job_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT load_job_request_check CHECK ((octet_length(request) = 32)),
    CONSTRAINT load_job_share_check CHECK (((share >= (0)::double precision) AND (share <= (1)::double precision))),
    CONSTRAINT load_job_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'refused'::text, 'failed'::text]))),
    CONSTRAINT load_job_task_check CHECK ((task = ANY (ARRAY['preview'::text, 'apply'::text, 'undo'::text])))
);
ALTER TABLE public.load_job OWNER TO owner;
CREATE VIEW public.load_now AS
 SELECT l.municipality,
    l.id,
    l.dataset,
    l.sha256,
    l.file,
    l.options,
    l.undoes,
    u.id AS undone_by,
        CASE
            WHEN ((l.state = 'undone'::text) OR (j.load IS NULL)) THEN l.state
            WHEN ((l.state = 'applied'::text) AND ((j.task <> 'undo'::text) OR (j.state <> ALL (ARRAY['queued'::text, 'running'::text])))) THEN 'applied'::text
            WHEN ((j.state = 'queued'::text) AND (j.touched_at > (clock_timestamp() - '00:00:30'::interval))) THEN 'queued'::text
            WHEN ((j.state = ANY (ARRAY['queued'::text, 'running'::text])) AND (NOT (EXISTS ( SELECT
               FROM pg_locks k
              WHERE ((k.locktype = 'advisory'::text) AND k.granted AND (k.classid = (1819238756)::oid) AND (k.objsubid = 2) AND ((k.objid)::bigint = (l.id % (2147483647)::bigint)) AND (k.database = ( SELECT pg_database.oid
                       FROM pg_database
                      WHERE (pg_database.datname = current_database())))))))) THEN 'interrupted'::text
            WHEN ((j.state = 'running'::text) AND (j.task = 'apply'::text)) THEN 'applying'::text
            WHEN ((j.state = 'running'::text) AND (j.task = 'undo'::text)) THEN 'undoing'::text
            WHEN (j.state = 'done'::text) THEN 'ready'::text
            ELSE j.state
        END AS state,
    l.state AS kept,
    j.state AS job,
    j.task,
    COALESCE(j.mapping, l.mapping) AS mapping,
    j.dry_run,
    j.step,
    j.share,
    j.seen_version,
    j.report,
    j.problem,
    COALESCE(j.by, l.by) AS by,
    COALESCE(j.asked_at, l.at) AS asked_at,
        CASE
            WHEN (l.state <> 'waiting'::text) THEN l.at
            ELSE NULL::timestamp with time zone
        END AS applied_at
   FROM ((public.load l
     LEFT JOIN public.load_job j ON (((j.municipality = l.municipality) AND (j.load = l.id))))
     LEFT JOIN public.load u ON (((u.municipality = l.municipality) AND (u.undoes = l.id))));
ALTER TABLE public.load_now OWNER TO owner;
CREATE TABLE public.load_shape (
    municipality text NOT NULL,
    load bigint NOT NULL,
    no integer NOT NULL,
    plan text,
    change text,
    role text NOT NULL,
    properties jsonb NOT NULL,
    geom public.geometry(Geometry,4326),
    CONSTRAINT load_shape_change_check CHECK ((change = ANY (ARRAY['added'::text, 'amended'::text, 'withdrawn'::text, 'refused'::text]))),
    CONSTRAINT load_shape_role_check CHECK ((role = ANY (ARRAY['after'::text, 'before'::text, 'part'::text])))
);
ALTER TABLE public.load_shape OWNER TO owner;
CREATE TABLE public.measurement (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    target text NOT NULL,
    day date NOT NULL,
    value numeric NOT NULL,
    source text NOT NULL,
    CONSTRAINT measurement_id_check CHECK ((id <> ''::text)),
    CONSTRAINT measurement_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.measurement OWNER TO owner;
CREATE TABLE public.municipality (
    code text NOT NULL,
    jurisdiction text NOT NULL,
    slug text NOT NULL,
    names jsonb NOT NULL,
    languages text[] NOT NULL,
    time_zone text NOT NULL,
    crs integer[] NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    contact text,
    CONSTRAINT municipality_code_check CHECK ((code ~ '^[0-9A-Za-z]{1,12}$'::text)),
    CONSTRAINT municipality_contact_check CHECK ((contact <> ''::text)),
    CONSTRAINT municipality_crs_check CHECK ((cardinality(crs) > 0)),
    CONSTRAINT municipality_languages_check CHECK ((cardinality(languages) > 0)),
    CONSTRAINT municipality_names_check CHECK (((jsonb_typeof(names) = 'object'::text) AND (names <> '{}'::jsonb))),
    CONSTRAINT municipality_slug_check CHECK ((slug ~ '^[a-z0-9-]+$'::text)),
    CONSTRAINT municipality_time_zone_check CHECK (((now() AT TIME ZONE time_zone) IS NOT NULL))
);
ALTER TABLE public.municipality OWNER TO owner;
CREATE TABLE public.municipality_outline (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    geometry_source text NOT NULL,
    CONSTRAINT municipality_outline_geom_check CHECK (public.st_isvalid(geom)),
    CONSTRAINT municipality_outline_geometry_source_check CHECK ((geometry_source = ANY (ARRAY['delivered'::text, 'illustrative'::text]))),
    CONSTRAINT municipality_outline_id_check CHECK ((id <> ''::text)),
    CONSTRAINT municipality_outline_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.municipality_outline OWNER TO owner;
CREATE TABLE public.parameter (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text NOT NULL,
    name text NOT NULL,
    value numeric,
    text_value text,
    unit text,
    paragraph text,
    source text,
    CONSTRAINT parameter_check CHECK ((num_nonnulls(value, text_value) = 1)),
    CONSTRAINT parameter_id_check CHECK ((id <> ''::text)),
    CONSTRAINT parameter_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.parameter OWNER TO owner;
CREATE TABLE public.place (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    names jsonb NOT NULL,
    kind text NOT NULL,
    geom public.geometry(Geometry,4326) NOT NULL,
    accuracy_m integer,
    source text,
    CONSTRAINT place_accuracy_m_check CHECK ((accuracy_m >= 0)),
    CONSTRAINT place_id_check CHECK ((id <> ''::text)),
    CONSTRAINT place_names_check CHECK (((jsonb_typeof(names) = 'object'::text) AND (names <> '{}'::jsonb))),
    CONSTRAINT place_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.place OWNER TO owner;
CREATE TABLE public.plan (
    municipality text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    parent text,
    created_act bigint NOT NULL,
    CONSTRAINT plan_check CHECK (((id ~ '^[0-9A-Za-z]+-[a-z0-9-]+$'::text) AND starts_with(id, (((municipality || '-'::text) || kind) || '-'::text)))),
    CONSTRAINT plan_check1 CHECK ((parent <> id)),
    CONSTRAINT plan_check2 CHECK (((kind <> ALL (ARRAY['addendum'::text, 'frame'::text, 'sub-area'::text, 'building-field'::text])) OR (parent IS NOT NULL))),
    CONSTRAINT plan_kind_check CHECK ((kind = ANY (ARRAY['municipal-plan'::text, 'addendum'::text, 'frame'::text, 'local-plan'::text, 'sub-area'::text, 'building-field'::text])))
);
ALTER TABLE public.plan OWNER TO owner;
CREATE TABLE public.plan_alias (
    municipality text NOT NULL,
    alias text NOT NULL,
    plan text NOT NULL,
    answer integer NOT NULL,
    CONSTRAINT plan_alias_answer_check CHECK ((answer = ANY (ARRAY[301, 410])))
);
ALTER TABLE public.plan_alias OWNER TO owner;
CREATE TABLE public.plan_event (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text,
    strategy text,
    type text NOT NULL,
    earliest date,
    latest date,
    by_plan text,
    paragraph text,
    source text,
    CONSTRAINT plan_event_check CHECK ((num_nonnulls(plan, strategy) = 1)),
    CONSTRAINT plan_event_check1 CHECK ((earliest <= latest)),
    CONSTRAINT plan_event_id_check CHECK ((id <> ''::text)),
    CONSTRAINT plan_event_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT plan_event_type_check CHECK ((type = ANY (ARRAY['call_for_ideas'::text, 'proposal'::text, 'adoption'::text, 'publication'::text, 'entry_into_force'::text, 'partial_revocation'::text, 'replacement'::text, 'revocation'::text, 'lapse'::text])))
);
ALTER TABLE public.plan_event OWNER TO owner;
CREATE TABLE public.plan_state (
    municipality text NOT NULL,
    plan text NOT NULL,
    during daterange NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    status text NOT NULL,
    certainty text NOT NULL,
    hearing_open boolean NOT NULL,
    hearing_kind text,
    hearing_opens date,
    hearing_closes date,
    respond_to text,
    ban_until date,
    reasons jsonb NOT NULL,
    next_event jsonb,
    adopted_earliest date,
    adopted_latest date,
    themes text[] NOT NULL,
    goals text[] NOT NULL,
    sdgs integer[] NOT NULL,
    topics text[] NOT NULL,
    properties_json text NOT NULL,
    CONSTRAINT plan_state_certainty_check CHECK ((certainty = ANY (ARRAY['certain'::text, 'possible'::text]))),
    CONSTRAINT plan_state_check CHECK ((hearing_open = (hearing_closes IS NOT NULL))),
    CONSTRAINT plan_state_during_check CHECK ((NOT isempty(during))),
    CONSTRAINT plan_state_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT plan_state_status_check CHECK ((status = ANY (ARRAY['idea'::text, 'proposal'::text, 'adopted'::text, 'in_force'::text, 'replaced'::text, 'revoked'::text, 'lapsed'::text, 'unknown'::text])))
);
ALTER TABLE ONLY public.plan_state ALTER COLUMN properties_json SET STATISTICS 0;
ALTER TABLE public.plan_state OWNER TO owner;
CREATE TABLE public.plan_version (
    municipality text NOT NULL,
    id bigint NOT NULL,
    plan text NOT NULL,
    kind text NOT NULL,
    dataset text NOT NULL,
    valid daterange NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    external_id text,
    number text NOT NULL,
    number_key text NOT NULL,
    titles jsonb NOT NULL,
    descriptions jsonb,
    place text,
    document_url text,
    geom_delivered bytea,
    crs_delivered text,
    geom public.geometry(MultiPolygon,4326),
    geom_3857 public.geometry(MultiPolygon,3857),
    extent_source text,
    geometry_source text,
    area_m2 double precision,
    source text,
    geometry_json text,
    properties_json text NOT NULL,
    source_version integer,
    CONSTRAINT plan_version_area_m2_check CHECK ((area_m2 > (0)::double precision)),
    CONSTRAINT plan_version_check CHECK (((geom IS NULL) = (kind = 'municipal-plan'::text))),
    CONSTRAINT plan_version_check1 CHECK ((num_nulls(geom, geom_3857, area_m2, geometry_json, extent_source, geometry_source) = ANY (ARRAY[0, 6]))),
    CONSTRAINT plan_version_document_url_check CHECK ((document_url ~ '^https?://'::text)),
    CONSTRAINT plan_version_extent_source_check CHECK ((extent_source = ANY (ARRAY['own'::text, 'frames'::text, 'municipality'::text]))),
    CONSTRAINT plan_version_geom_check CHECK ((public.st_isvalid(geom) AND (NOT public.st_isempty(geom)))),
    CONSTRAINT plan_version_geometry_source_check CHECK ((geometry_source = ANY (ARRAY['delivered'::text, 'illustrative'::text, 'derived'::text]))),
    CONSTRAINT plan_version_number_check CHECK ((btrim(number) <> ''::text)),
    CONSTRAINT plan_version_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT plan_version_source_version_check CHECK ((source_version >= 0)),
    CONSTRAINT plan_version_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb))),
    CONSTRAINT plan_version_valid_check CHECK ((NOT isempty(valid)))
);
ALTER TABLE ONLY public.plan_version ALTER COLUMN descriptions SET STATISTICS 0;
ALTER TABLE ONLY public.plan_version ALTER COLUMN document_url SET STATISTICS 0;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geom_delivered SET STATISTICS 0;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geom_delivered SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geom SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geom_3857 SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geometry_json SET STATISTICS 0;
ALTER TABLE ONLY public.plan_version ALTER COLUMN geometry_json SET COMPRESSION lz4;
ALTER TABLE ONLY public.plan_version ALTER COLUMN properties_json SET STATISTICS 0;
ALTER TABLE ONLY public.plan_version ALTER COLUMN properties_json SET COMPRESSION lz4;
ALTER TABLE public.plan_version OWNER TO owner;
ALTER TABLE public.plan_version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.plan_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.principle (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    strategy text NOT NULL,
    no integer NOT NULL,
    titles jsonb NOT NULL,
    texts jsonb,
    source_ref text,
    CONSTRAINT principle_id_check CHECK ((id <> ''::text)),
    CONSTRAINT principle_no_check CHECK ((no > 0)),
    CONSTRAINT principle_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT principle_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.principle OWNER TO owner;
CREATE TABLE public.relation (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    from_plan text NOT NULL,
    to_plan text NOT NULL,
    type text NOT NULL,
    source text,
    CONSTRAINT relation_check CHECK ((from_plan <> to_plan)),
    CONSTRAINT relation_id_check CHECK ((id <> ''::text)),
    CONSTRAINT relation_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT relation_type_check CHECK ((type = ANY (ARRAY['amends'::text, 'accompanies'::text, 'replaces'::text, 'absorbs'::text, 'partly_revokes'::text])))
);
ALTER TABLE public.relation OWNER TO owner;
CREATE TABLE public.sdg_link (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    part text NOT NULL,
    sdg integer NOT NULL,
    titles jsonb,
    texts jsonb,
    source_ref text,
    CONSTRAINT sdg_link_id_check CHECK ((id <> ''::text)),
    CONSTRAINT sdg_link_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT sdg_link_sdg_check CHECK (((sdg >= 1) AND (sdg <= 17)))
);
ALTER TABLE public.sdg_link OWNER TO owner;
CREATE TABLE public.sector_plan (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    administration text NOT NULL,
    titles jsonb NOT NULL,
    period_from integer NOT NULL,
    period_to integer NOT NULL,
    physical jsonb,
    economic jsonb,
    source_ref text,
    CONSTRAINT sector_plan_check CHECK ((period_from <= period_to)),
    CONSTRAINT sector_plan_id_check CHECK ((id <> ''::text)),
    CONSTRAINT sector_plan_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT sector_plan_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.sector_plan OWNER TO owner;
CREATE TABLE public.strategy (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    titles jsonb NOT NULL,
    period_from integer,
    period_to integer,
    revision text,
    predecessor text,
    introductions jsonb,
    continues jsonb,
    statutory_contents jsonb,
    source_ref text,
    CONSTRAINT strategy_check CHECK ((period_from <= period_to)),
    CONSTRAINT strategy_id_check CHECK ((id <> ''::text)),
    CONSTRAINT strategy_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT strategy_revision_check CHECK ((revision = ANY (ARRAY['full'::text, 'partial'::text]))),
    CONSTRAINT strategy_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.strategy OWNER TO owner;
CREATE TABLE public.strategy_part (
    municipality text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT strategy_part_check CHECK (starts_with(id, (municipality || '-'::text))),
    CONSTRAINT strategy_part_id_check CHECK ((id ~ '^[0-9A-Za-z]+-[a-z0-9.-]+$'::text)),
    CONSTRAINT strategy_part_kind_check CHECK ((kind = ANY (ARRAY['strategy'::text, 'theme'::text, 'goal'::text, 'action'::text, 'principle'::text, 'target'::text])))
);
ALTER TABLE public.strategy_part OWNER TO owner;
CREATE TABLE public.sub_goal (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    sector_plan text NOT NULL,
    no integer NOT NULL,
    texts jsonb NOT NULL,
    sdg integer NOT NULL,
    measures jsonb,
    trend text NOT NULL,
    source_ref text,
    CONSTRAINT sub_goal_id_check CHECK ((id <> ''::text)),
    CONSTRAINT sub_goal_no_check CHECK ((no > 0)),
    CONSTRAINT sub_goal_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT sub_goal_sdg_check CHECK (((sdg >= 1) AND (sdg <= 17))),
    CONSTRAINT sub_goal_texts_check CHECK (((jsonb_typeof(texts) = 'object'::text) AND (texts <> '{}'::jsonb))),
    CONSTRAINT sub_goal_trend_check CHECK ((trend = ANY (ARRAY['progress'::text, 'regress'::text, 'unchanged'::text, 'unknown'::text])))
);
ALTER TABLE public.sub_goal OWNER TO owner;
CREATE TABLE public.target (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    goal text NOT NULL,
    measures jsonb NOT NULL,
    comparator text NOT NULL,
    value numeric,
    benchmark jsonb,
    unit text,
    year integer,
    by_or_in text,
    scopes jsonb,
    baseline numeric,
    source_ref text,
    CONSTRAINT target_by_or_in_check CHECK ((by_or_in = ANY (ARRAY['by'::text, 'in'::text]))),
    CONSTRAINT target_check CHECK ((num_nonnulls(value, benchmark) = 1)),
    CONSTRAINT target_comparator_check CHECK ((comparator = ANY (ARRAY['='::text, '>='::text, '<='::text, '<'::text, '>'::text]))),
    CONSTRAINT target_id_check CHECK ((id <> ''::text)),
    CONSTRAINT target_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT target_year_check CHECK (((year >= 1900) AND (year <= 2200)))
);
ALTER TABLE public.target OWNER TO owner;
CREATE TABLE public.theme (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    strategy text NOT NULL,
    kind text NOT NULL,
    no integer NOT NULL,
    titles jsonb NOT NULL,
    texts jsonb,
    source_ref text,
    CONSTRAINT theme_id_check CHECK ((id <> ''::text)),
    CONSTRAINT theme_kind_check CHECK ((kind = ANY (ARRAY['theme'::text, 'core_value'::text, 'focus_area'::text]))),
    CONSTRAINT theme_no_check CHECK ((no > 0)),
    CONSTRAINT theme_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded)))),
    CONSTRAINT theme_titles_check CHECK (((jsonb_typeof(titles) = 'object'::text) AND (titles <> '{}'::jsonb)))
);
ALTER TABLE public.theme OWNER TO owner;
CREATE TABLE public.token_key (
    id smallint DEFAULT 1 NOT NULL,
    key text NOT NULL,
    CONSTRAINT token_key_id_check CHECK ((id = 1))
);
ALTER TABLE public.token_key OWNER TO owner;
CREATE TABLE public.topic_link (
    municipality text NOT NULL,
    dataset text NOT NULL,
    id text NOT NULL,
    recorded tstzrange NOT NULL,
    act bigint NOT NULL,
    plan text NOT NULL,
    code text NOT NULL,
    CONSTRAINT topic_link_code_check CHECK ((code <> ''::text)),
    CONSTRAINT topic_link_id_check CHECK ((id <> ''::text)),
    CONSTRAINT topic_link_recorded_check CHECK (((NOT isempty(recorded)) AND lower_inc(recorded) AND (NOT lower_inf(recorded))))
);
ALTER TABLE public.topic_link OWNER TO owner;
CREATE TABLE public.version_words (
    municipality text NOT NULL,
    version bigint NOT NULL,
    plan text NOT NULL,
    words tsvector NOT NULL
);
ALTER TABLE public.version_words OWNER TO owner;
ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_municipality_at_key UNIQUE (municipality, at);
ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_pkey PRIMARY KEY (municipality, seq);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.delivery_file
    ADD CONSTRAINT delivery_file_pkey PRIMARY KEY (sha256);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.jurisdiction
    ADD CONSTRAINT jurisdiction_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.known_word
    ADD CONSTRAINT known_word_pkey PRIMARY KEY (municipality, word);
ALTER TABLE ONLY public.load_item
    ADD CONSTRAINT load_item_pkey PRIMARY KEY (municipality, load, no);
ALTER TABLE ONLY public.load_job
    ADD CONSTRAINT load_job_key_key UNIQUE (key);
ALTER TABLE ONLY public.load_job
    ADD CONSTRAINT load_job_pkey PRIMARY KEY (municipality, load);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.load_shape
    ADD CONSTRAINT load_shape_pkey PRIMARY KEY (municipality, load, no);
ALTER TABLE ONLY public.municipality
    ADD CONSTRAINT municipality_pkey PRIMARY KEY (code);
ALTER TABLE ONLY public.municipality
    ADD CONSTRAINT municipality_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.plan_alias
    ADD CONSTRAINT plan_alias_pkey PRIMARY KEY (municipality, alias);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_municipality_id_kind_key UNIQUE (municipality, id, kind);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT plan_version_one_truth EXCLUDE USING gist (hashtextextended(plan, (0)::bigint) WITH =, valid WITH &&) WHERE (upper_inf(recorded));
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT plan_version_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.strategy_part
    ADD CONSTRAINT strategy_part_pkey PRIMARY KEY (municipality, id);
ALTER TABLE ONLY public.token_key
    ADD CONSTRAINT token_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.version_words
    ADD CONSTRAINT version_words_pkey PRIMARY KEY (municipality, version);
CREATE INDEX act_at ON public.act USING btree (at);
CREATE UNIQUE INDEX action_current ON public.action USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX action_instrument_current ON public.action_instrument USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX administration_current ON public.administration USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX claim_current ON public.claim USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX claim_plan ON public.claim USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX document_current ON public.document USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX document_plan ON public.document USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX document_sha256 ON public.document USING btree (sha256) WHERE (file_name IS NOT NULL);
CREATE UNIQUE INDEX goal_current ON public.goal USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE INDEX goal_words ON public.goal USING gin (public.words_in(public.all_texts(texts)));
CREATE INDEX hearing_begun ON public.hearing USING btree (municipality, lower(recorded), plan) WHERE (plan IS NOT NULL);
CREATE UNIQUE INDEX hearing_current ON public.hearing USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX hearing_ended ON public.hearing USING btree (municipality, upper(recorded), plan) WHERE ((plan IS NOT NULL) AND (upper(recorded) IS NOT NULL));
CREATE INDEX hearing_ever ON public.hearing USING btree (plan);
CREATE INDEX hearing_plan ON public.hearing USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX hearing_told ON public.hearing USING btree (municipality, id);
CREATE UNIQUE INDEX instrument_current ON public.instrument USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE INDEX known_word_like ON public.known_word USING gin (word public.gin_trgm_ops);
CREATE INDEX load_job_open ON public.load_job USING btree (load) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE UNIQUE INDEX measurement_current ON public.measurement USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX measurement_target ON public.measurement USING btree (municipality, target) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX municipality_outline_current ON public.municipality_outline USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX parameter_current ON public.parameter USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX parameter_plan ON public.parameter USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX place_called ON public.place USING gin (public.place_text(names) public.gin_trgm_ops);
CREATE UNIQUE INDEX place_current ON public.place USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX plan_children ON public.plan USING btree (municipality, parent);
CREATE INDEX plan_event_begun ON public.plan_event USING btree (municipality, lower(recorded), plan) WHERE (plan IS NOT NULL);
CREATE UNIQUE INDEX plan_event_current ON public.plan_event USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX plan_event_ended ON public.plan_event USING btree (municipality, upper(recorded), plan) WHERE ((plan IS NOT NULL) AND (upper(recorded) IS NOT NULL));
CREATE INDEX plan_event_ever ON public.plan_event USING btree (plan);
CREATE INDEX plan_event_plan ON public.plan_event USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX plan_state_current ON public.plan_state USING btree (municipality, plan, COALESCE(lower(during), '-infinity'::date)) WHERE upper_inf(recorded);
CREATE INDEX plan_state_days ON public.plan_state USING btree (municipality, lower(during)) WHERE upper_inf(recorded);
CREATE INDEX plan_state_history ON public.plan_state USING btree (municipality, plan, lower(recorded));
CREATE INDEX plan_state_themes ON public.plan_state USING gin (themes) WHERE upper_inf(recorded);
CREATE INDEX plan_version_begun ON public.plan_version USING btree (municipality, lower(recorded), plan) WHERE (plan IS NOT NULL);
CREATE INDEX plan_version_current ON public.plan_version USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX plan_version_ended ON public.plan_version USING btree (municipality, upper(recorded), plan) WHERE ((plan IS NOT NULL) AND (upper(recorded) IS NOT NULL));
CREATE INDEX plan_version_ever ON public.plan_version USING btree (plan);
CREATE INDEX plan_version_history ON public.plan_version USING gist (geom, valid, recorded);
CREATE INDEX plan_version_kind ON public.plan_version USING btree (kind, municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX plan_version_now ON public.plan_version USING gist (geom) WHERE upper_inf(recorded);
CREATE INDEX plan_version_number ON public.plan_version USING btree (municipality, number_key) WHERE upper_inf(recorded);
CREATE INDEX plan_version_tiles ON public.plan_version USING gist (geom_3857) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX principle_current ON public.principle USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX relation_current ON public.relation USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX relation_from_plan ON public.relation USING btree (municipality, from_plan) WHERE upper_inf(recorded);
CREATE INDEX relation_to_plan ON public.relation USING btree (municipality, to_plan) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX sdg_link_current ON public.sdg_link USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX sector_plan_current ON public.sector_plan USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX strategy_current ON public.strategy USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX sub_goal_current ON public.sub_goal USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX target_current ON public.target USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE UNIQUE INDEX theme_current ON public.theme USING btree (municipality, id) WHERE upper_inf(recorded);
CREATE INDEX theme_words ON public.theme USING gin (public.words_in(public.all_texts(titles)));
CREATE UNIQUE INDEX topic_link_current ON public.topic_link USING btree (municipality, dataset, id) WHERE upper_inf(recorded);
CREATE INDEX topic_link_plan ON public.topic_link USING btree (municipality, plan) WHERE upper_inf(recorded);
CREATE INDEX version_words_index ON public.version_words USING gin (words);
CREATE TRIGGER act_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.act FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER action_close BEFORE UPDATE ON public.action FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER action_instrument_close BEFORE UPDATE ON public.action_instrument FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER action_instrument_keep BEFORE DELETE OR TRUNCATE ON public.action_instrument FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER action_instrument_recorded AFTER INSERT ON public.action_instrument REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER action_keep BEFORE DELETE OR TRUNCATE ON public.action FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER action_recorded AFTER INSERT ON public.action REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER administration_close BEFORE UPDATE ON public.administration FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER administration_keep BEFORE DELETE OR TRUNCATE ON public.administration FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER administration_recorded AFTER INSERT ON public.administration REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER claim_close BEFORE UPDATE ON public.claim FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER claim_keep BEFORE DELETE OR TRUNCATE ON public.claim FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER claim_recorded AFTER INSERT ON public.claim REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER dataset_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.dataset FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER delivery_file_keep BEFORE UPDATE OR TRUNCATE ON public.delivery_file FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER delivery_file_used BEFORE DELETE ON public.delivery_file FOR EACH ROW EXECUTE FUNCTION public.keep_used_file();
CREATE TRIGGER document_close BEFORE UPDATE ON public.document FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER document_keep BEFORE DELETE OR TRUNCATE ON public.document FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER document_recorded AFTER INSERT ON public.document REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER goal_close BEFORE UPDATE ON public.goal FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER goal_keep BEFORE DELETE OR TRUNCATE ON public.goal FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER goal_recorded AFTER INSERT ON public.goal REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER goal_words AFTER INSERT ON public.goal REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.learn_goal();
CREATE TRIGGER hearing_close BEFORE UPDATE ON public.hearing FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER hearing_keep BEFORE DELETE OR TRUNCATE ON public.hearing FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER hearing_recorded AFTER INSERT ON public.hearing REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER instrument_close BEFORE UPDATE ON public.instrument FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER instrument_keep BEFORE DELETE OR TRUNCATE ON public.instrument FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER instrument_recorded AFTER INSERT ON public.instrument REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER known_word_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.known_word FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER load_applied BEFORE DELETE ON public.load FOR EACH ROW WHEN ((old.state <> 'waiting'::text)) EXECUTE FUNCTION public.never();
CREATE TRIGGER load_item_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.load_item FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER load_keep BEFORE UPDATE ON public.load FOR EACH ROW EXECUTE FUNCTION public.keep_applied_load();
CREATE TRIGGER measurement_close BEFORE UPDATE ON public.measurement FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER measurement_keep BEFORE DELETE OR TRUNCATE ON public.measurement FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER measurement_recorded AFTER INSERT ON public.measurement REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER municipality_outline_close BEFORE UPDATE ON public.municipality_outline FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER municipality_outline_keep BEFORE DELETE OR TRUNCATE ON public.municipality_outline FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER municipality_outline_recorded AFTER INSERT ON public.municipality_outline REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER parameter_close BEFORE UPDATE ON public.parameter FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER parameter_keep BEFORE DELETE OR TRUNCATE ON public.parameter FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER parameter_recorded AFTER INSERT ON public.parameter REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER place_close BEFORE UPDATE ON public.place FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER place_keep BEFORE DELETE OR TRUNCATE ON public.place FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER place_recorded AFTER INSERT ON public.place REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER plan_alias_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_alias FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER plan_event_close BEFORE UPDATE ON public.plan_event FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER plan_event_keep BEFORE DELETE OR TRUNCATE ON public.plan_event FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER plan_event_recorded AFTER INSERT ON public.plan_event REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER plan_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER plan_state_close BEFORE UPDATE ON public.plan_state FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER plan_state_keep BEFORE DELETE OR TRUNCATE ON public.plan_state FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER plan_state_recorded AFTER INSERT ON public.plan_state REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER plan_version_close BEFORE UPDATE ON public.plan_version FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER plan_version_keep BEFORE DELETE OR TRUNCATE ON public.plan_version FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER plan_version_recorded AFTER INSERT ON public.plan_version REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER plan_version_words AFTER INSERT ON public.plan_version REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.write_version_words();
CREATE TRIGGER principle_close BEFORE UPDATE ON public.principle FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER principle_keep BEFORE DELETE OR TRUNCATE ON public.principle FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER principle_recorded AFTER INSERT ON public.principle REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER relation_close BEFORE UPDATE ON public.relation FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER relation_keep BEFORE DELETE OR TRUNCATE ON public.relation FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER relation_recorded AFTER INSERT ON public.relation REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER sdg_link_close BEFORE UPDATE ON public.sdg_link FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER sdg_link_keep BEFORE DELETE OR TRUNCATE ON public.sdg_link FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER sdg_link_recorded AFTER INSERT ON public.sdg_link REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER sector_plan_close BEFORE UPDATE ON public.sector_plan FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER sector_plan_keep BEFORE DELETE OR TRUNCATE ON public.sector_plan FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER sector_plan_recorded AFTER INSERT ON public.sector_plan REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER strategy_close BEFORE UPDATE ON public.strategy FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER strategy_keep BEFORE DELETE OR TRUNCATE ON public.strategy FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER strategy_part_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.strategy_part FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER strategy_recorded AFTER INSERT ON public.strategy REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER sub_goal_close BEFORE UPDATE ON public.sub_goal FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER sub_goal_keep BEFORE DELETE OR TRUNCATE ON public.sub_goal FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER sub_goal_recorded AFTER INSERT ON public.sub_goal REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER target_close BEFORE UPDATE ON public.target FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER target_keep BEFORE DELETE OR TRUNCATE ON public.target FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER target_recorded AFTER INSERT ON public.target REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER theme_close BEFORE UPDATE ON public.theme FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER theme_keep BEFORE DELETE OR TRUNCATE ON public.theme FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER theme_recorded AFTER INSERT ON public.theme REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER theme_words AFTER INSERT ON public.theme REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.learn_theme();
CREATE TRIGGER topic_link_close BEFORE UPDATE ON public.topic_link FOR EACH ROW EXECUTE FUNCTION public.only_close_recorded();
CREATE TRIGGER topic_link_keep BEFORE DELETE OR TRUNCATE ON public.topic_link FOR EACH STATEMENT EXECUTE FUNCTION public.never();
CREATE TRIGGER topic_link_recorded AFTER INSERT ON public.topic_link REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.recorded_by_own_act();
CREATE TRIGGER version_words_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON public.version_words FOR EACH STATEMENT EXECUTE FUNCTION public.never();
ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.act
    ADD CONSTRAINT act_municipality_load_fkey FOREIGN KEY (municipality, load) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.action_instrument
    ADD CONSTRAINT action_instrument_municipality_action_fkey FOREIGN KEY (municipality, action) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.action_instrument
    ADD CONSTRAINT action_instrument_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.action_instrument
    ADD CONSTRAINT action_instrument_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_municipality_theme_fkey FOREIGN KEY (municipality, theme) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT administration_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.administration
    ADD CONSTRAINT administration_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_municipality_goal_fkey FOREIGN KEY (municipality, goal) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.claim
    ADD CONSTRAINT claim_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT finding_municipality_load_fkey FOREIGN KEY (municipality, load) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_municipality_parent_fkey FOREIGN KEY (municipality, parent) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.goal
    ADD CONSTRAINT goal_municipality_theme_fkey FOREIGN KEY (municipality, theme) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.hearing
    ADD CONSTRAINT hearing_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.hearing
    ADD CONSTRAINT hearing_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.hearing
    ADD CONSTRAINT hearing_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.hearing
    ADD CONSTRAINT hearing_municipality_strategy_fkey FOREIGN KEY (municipality, strategy) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.instrument
    ADD CONSTRAINT instrument_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.instrument
    ADD CONSTRAINT instrument_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.known_word
    ADD CONSTRAINT known_word_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.load_item
    ADD CONSTRAINT load_item_municipality_load_fkey FOREIGN KEY (municipality, load) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.load_job
    ADD CONSTRAINT load_job_municipality_load_fkey FOREIGN KEY (municipality, load) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_municipality_undoes_fkey FOREIGN KEY (municipality, undoes) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.load
    ADD CONSTRAINT load_sha256_fkey FOREIGN KEY (sha256) REFERENCES public.delivery_file(sha256);
ALTER TABLE ONLY public.load_shape
    ADD CONSTRAINT load_shape_municipality_load_fkey FOREIGN KEY (municipality, load) REFERENCES public.load(municipality, id);
ALTER TABLE ONLY public.measurement
    ADD CONSTRAINT measurement_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.measurement
    ADD CONSTRAINT measurement_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.measurement
    ADD CONSTRAINT measurement_municipality_target_fkey FOREIGN KEY (municipality, target) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.municipality
    ADD CONSTRAINT municipality_jurisdiction_fkey FOREIGN KEY (jurisdiction) REFERENCES public.jurisdiction(code);
ALTER TABLE ONLY public.municipality_outline
    ADD CONSTRAINT municipality_outline_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.municipality_outline
    ADD CONSTRAINT municipality_outline_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.parameter
    ADD CONSTRAINT parameter_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.parameter
    ADD CONSTRAINT parameter_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.parameter
    ADD CONSTRAINT parameter_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT place_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.plan_alias
    ADD CONSTRAINT plan_alias_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.plan_alias
    ADD CONSTRAINT plan_alias_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.plan_event
    ADD CONSTRAINT plan_event_municipality_by_plan_fkey FOREIGN KEY (municipality, by_plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.plan_event
    ADD CONSTRAINT plan_event_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.plan_event
    ADD CONSTRAINT plan_event_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.plan_event
    ADD CONSTRAINT plan_event_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.plan_event
    ADD CONSTRAINT plan_event_municipality_strategy_fkey FOREIGN KEY (municipality, strategy) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_municipality_created_act_fkey FOREIGN KEY (municipality, created_act) REFERENCES public.act(municipality, seq);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT plan_municipality_parent_fkey FOREIGN KEY (municipality, parent) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.plan_state
    ADD CONSTRAINT plan_state_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT plan_version_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT plan_version_municipality_plan_kind_fkey FOREIGN KEY (municipality, plan, kind) REFERENCES public.plan(municipality, id, kind);
ALTER TABLE ONLY public.principle
    ADD CONSTRAINT principle_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.principle
    ADD CONSTRAINT principle_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.principle
    ADD CONSTRAINT principle_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.principle
    ADD CONSTRAINT principle_municipality_strategy_fkey FOREIGN KEY (municipality, strategy) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_municipality_from_plan_fkey FOREIGN KEY (municipality, from_plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.relation
    ADD CONSTRAINT relation_municipality_to_plan_fkey FOREIGN KEY (municipality, to_plan) REFERENCES public.plan(municipality, id);
ALTER TABLE ONLY public.sdg_link
    ADD CONSTRAINT sdg_link_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.sdg_link
    ADD CONSTRAINT sdg_link_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.sdg_link
    ADD CONSTRAINT sdg_link_municipality_part_fkey FOREIGN KEY (municipality, part) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.sector_plan
    ADD CONSTRAINT sector_plan_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.sector_plan
    ADD CONSTRAINT sector_plan_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.strategy
    ADD CONSTRAINT strategy_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.strategy_part
    ADD CONSTRAINT strategy_part_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.sub_goal
    ADD CONSTRAINT sub_goal_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.sub_goal
    ADD CONSTRAINT sub_goal_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_municipality_goal_fkey FOREIGN KEY (municipality, goal) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.target
    ADD CONSTRAINT target_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.theme
    ADD CONSTRAINT theme_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.theme
    ADD CONSTRAINT theme_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.theme
    ADD CONSTRAINT theme_municipality_id_fkey FOREIGN KEY (municipality, id) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.theme
    ADD CONSTRAINT theme_municipality_strategy_fkey FOREIGN KEY (municipality, strategy) REFERENCES public.strategy_part(municipality, id);
ALTER TABLE ONLY public.topic_link
    ADD CONSTRAINT topic_link_municipality_dataset_fkey FOREIGN KEY (municipality, dataset) REFERENCES public.dataset(municipality, id);
ALTER TABLE ONLY public.topic_link
    ADD CONSTRAINT topic_link_municipality_fkey FOREIGN KEY (municipality) REFERENCES public.municipality(code);
ALTER TABLE ONLY public.topic_link
    ADD CONSTRAINT topic_link_municipality_plan_fkey FOREIGN KEY (municipality, plan) REFERENCES public.plan(municipality, id);
GRANT ALL ON SCHEMA public TO owner;
GRANT USAGE ON SCHEMA public TO app_rw;
GRANT USAGE ON SCHEMA public TO app_ro;
REVOKE ALL ON FUNCTION public.begin_act(of_municipality text, by_actor text, of_kind text, for_reason text, of_load bigint, with_payload jsonb, OUT seq bigint, OUT at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_act(of_municipality text, by_actor text, of_kind text, for_reason text, of_load bigint, with_payload jsonb, OUT seq bigint, OUT at timestamp with time zone) TO app_rw;
REVOKE ALL ON FUNCTION public.forget_waiting(since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.forget_waiting(since timestamp with time zone) TO app_rw;
REVOKE ALL ON FUNCTION public.learn_words(of_municipality text, words tsvector, first_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.learn_words(of_municipality text, words tsvector, first_at timestamp with time zone) TO app_rw;
REVOKE ALL ON FUNCTION public.refresh_statistics() FROM PUBLIC;
GRANT ALL ON FUNCTION public.refresh_statistics() TO app_rw;
GRANT SELECT ON TABLE public.act TO app_ro;
GRANT SELECT ON TABLE public.act TO app_rw;
GRANT SELECT ON TABLE public.action TO app_ro;
GRANT SELECT,INSERT ON TABLE public.action TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.action TO app_rw;
GRANT SELECT ON TABLE public.action_instrument TO app_ro;
GRANT SELECT,INSERT ON TABLE public.action_instrument TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.action_instrument TO app_rw;
GRANT SELECT ON TABLE public.administration TO app_ro;
GRANT SELECT,INSERT ON TABLE public.administration TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.administration TO app_rw;
GRANT SELECT ON TABLE public.alembic_version TO app_ro;
GRANT SELECT ON TABLE public.alembic_version TO app_rw;
GRANT SELECT ON TABLE public.claim TO app_ro;
GRANT SELECT,INSERT ON TABLE public.claim TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.claim TO app_rw;
GRANT SELECT ON TABLE public.dataset TO app_ro;
GRANT SELECT,INSERT ON TABLE public.dataset TO app_rw;
GRANT SELECT ON TABLE public.delivery_file TO app_ro;
GRANT SELECT,INSERT ON TABLE public.delivery_file TO app_rw;
GRANT SELECT ON TABLE public.document TO app_ro;
GRANT SELECT,INSERT ON TABLE public.document TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.document TO app_rw;
GRANT SELECT ON TABLE public.finding TO app_ro;
GRANT SELECT,INSERT ON TABLE public.finding TO app_rw;
GRANT UPDATE(acknowledged_by) ON TABLE public.finding TO app_rw;
GRANT UPDATE(acknowledged_at) ON TABLE public.finding TO app_rw;
GRANT SELECT ON TABLE public.goal TO app_ro;
GRANT SELECT,INSERT ON TABLE public.goal TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.goal TO app_rw;
GRANT SELECT ON TABLE public.hearing TO app_ro;
GRANT SELECT,INSERT ON TABLE public.hearing TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.hearing TO app_rw;
GRANT SELECT ON TABLE public.instrument TO app_ro;
GRANT SELECT,INSERT ON TABLE public.instrument TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.instrument TO app_rw;
GRANT SELECT ON TABLE public.jurisdiction TO app_ro;
GRANT SELECT ON TABLE public.jurisdiction TO app_rw;
GRANT SELECT ON TABLE public.known_word TO app_ro;
GRANT SELECT ON TABLE public.known_word TO app_rw;
GRANT SELECT ON TABLE public.load TO app_ro;
GRANT SELECT,INSERT ON TABLE public.load TO app_rw;
GRANT UPDATE(dataset) ON TABLE public.load TO app_rw;
GRANT UPDATE(mapping) ON TABLE public.load TO app_rw;
GRANT UPDATE(options) ON TABLE public.load TO app_rw;
GRANT UPDATE(state) ON TABLE public.load TO app_rw;
GRANT UPDATE(by) ON TABLE public.load TO app_rw;
GRANT UPDATE(at) ON TABLE public.load TO app_rw;
GRANT SELECT ON TABLE public.load_item TO app_ro;
GRANT SELECT,INSERT ON TABLE public.load_item TO app_rw;
GRANT SELECT ON TABLE public.load_job TO app_ro;
GRANT SELECT,INSERT,UPDATE ON TABLE public.load_job TO app_rw;
GRANT SELECT ON TABLE public.load_now TO app_ro;
GRANT SELECT ON TABLE public.load_now TO app_rw;
GRANT SELECT ON TABLE public.load_shape TO app_ro;
GRANT SELECT,INSERT,DELETE ON TABLE public.load_shape TO app_rw;
GRANT SELECT ON TABLE public.measurement TO app_ro;
GRANT SELECT,INSERT ON TABLE public.measurement TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.measurement TO app_rw;
GRANT SELECT ON TABLE public.municipality TO app_ro;
GRANT SELECT,INSERT ON TABLE public.municipality TO app_rw;
GRANT UPDATE(slug) ON TABLE public.municipality TO app_rw;
GRANT UPDATE(names) ON TABLE public.municipality TO app_rw;
GRANT UPDATE(languages) ON TABLE public.municipality TO app_rw;
GRANT UPDATE(time_zone) ON TABLE public.municipality TO app_rw;
GRANT UPDATE(crs) ON TABLE public.municipality TO app_rw;
GRANT UPDATE(contact) ON TABLE public.municipality TO app_rw;
GRANT SELECT ON TABLE public.municipality_outline TO app_ro;
GRANT SELECT,INSERT ON TABLE public.municipality_outline TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.municipality_outline TO app_rw;
GRANT SELECT ON TABLE public.parameter TO app_ro;
GRANT SELECT,INSERT ON TABLE public.parameter TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.parameter TO app_rw;
GRANT SELECT ON TABLE public.place TO app_ro;
GRANT SELECT,INSERT ON TABLE public.place TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.place TO app_rw;
GRANT SELECT ON TABLE public.plan TO app_ro;
GRANT SELECT,INSERT ON TABLE public.plan TO app_rw;
GRANT SELECT ON TABLE public.plan_alias TO app_ro;
GRANT SELECT,INSERT ON TABLE public.plan_alias TO app_rw;
GRANT SELECT ON TABLE public.plan_event TO app_ro;
GRANT SELECT,INSERT ON TABLE public.plan_event TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.plan_event TO app_rw;
GRANT SELECT ON TABLE public.plan_state TO app_ro;
GRANT SELECT,INSERT ON TABLE public.plan_state TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.plan_state TO app_rw;
GRANT SELECT ON TABLE public.plan_version TO app_ro;
GRANT SELECT,INSERT ON TABLE public.plan_version TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.plan_version TO app_rw;
GRANT SELECT ON TABLE public.principle TO app_ro;
GRANT SELECT,INSERT ON TABLE public.principle TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.principle TO app_rw;
GRANT SELECT ON TABLE public.relation TO app_ro;
GRANT SELECT,INSERT ON TABLE public.relation TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.relation TO app_rw;
GRANT SELECT ON TABLE public.sdg_link TO app_ro;
GRANT SELECT,INSERT ON TABLE public.sdg_link TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.sdg_link TO app_rw;
GRANT SELECT ON TABLE public.sector_plan TO app_ro;
GRANT SELECT,INSERT ON TABLE public.sector_plan TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.sector_plan TO app_rw;
GRANT SELECT ON TABLE public.strategy TO app_ro;
GRANT SELECT,INSERT ON TABLE public.strategy TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.strategy TO app_rw;
GRANT SELECT ON TABLE public.strategy_part TO app_ro;
GRANT SELECT,INSERT ON TABLE public.strategy_part TO app_rw;
GRANT SELECT ON TABLE public.sub_goal TO app_ro;
GRANT SELECT,INSERT ON TABLE public.sub_goal TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.sub_goal TO app_rw;
GRANT SELECT ON TABLE public.target TO app_ro;
GRANT SELECT,INSERT ON TABLE public.target TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.target TO app_rw;
GRANT SELECT ON TABLE public.theme TO app_ro;
GRANT SELECT,INSERT ON TABLE public.theme TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.theme TO app_rw;
GRANT SELECT ON TABLE public.token_key TO app_ro;
GRANT SELECT ON TABLE public.token_key TO app_rw;
GRANT SELECT ON TABLE public.topic_link TO app_ro;
GRANT SELECT,INSERT ON TABLE public.topic_link TO app_rw;
GRANT UPDATE(recorded) ON TABLE public.topic_link TO app_rw;
GRANT SELECT ON TABLE public.version_words TO app_ro;
GRANT SELECT ON TABLE public.version_words TO app_rw;

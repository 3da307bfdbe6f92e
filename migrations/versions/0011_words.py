"""What plans, themes and goals can be found by: their words, as PostgreSQL's full text search for Danish has them.

A version's words are made once, when it is written, and lie beside it. The words of themes and goals lie with these, not
with the plans: a claim ties a plan to a goal today and may be taken back tomorrow, so a question first finds the
goals by their words and then the plans that have claims to them, as known at its moment.

`known_word` has each word that was ever written, with the act that first had it: what somebody types is looked up there, so
that `solcelle` finds `solcellepark` and a misspelt word the one it is most like. It only grows.

All are filled by triggers: whoever writes a plan cannot forget its words.

Revision ID: 0011
"""

from alembic import op

revision = "0011"
down_revision = "0010"

UP = r"""
CREATE TABLE version_words (
    municipality text NOT NULL,
    version bigint NOT NULL,
    plan text NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (municipality, version)
);
CREATE TABLE known_word (
    municipality text NOT NULL REFERENCES municipality,
    word text NOT NULL CHECK (word <> ''),
    since timestamptz NOT NULL,
    PRIMARY KEY (municipality, word)
);
GRANT SELECT ON version_words, known_word TO app_ro, app_rw;

-- One spelling of what may be written in several: no capitals, accents or signs; ø is o and å is a, also where they are
-- written oe and aa.
CREATE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(
        translate(lower(public.unaccent('public.unaccent'::regdictionary, said)),
                  E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 32)),
        'aa', 'a'), 'oe', 'o')
$$;

-- The texts of all languages in one. JSON writes some letters by a backslash and another: those stand between words.
CREATE FUNCTION all_texts(texts jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(jsonb_path_query_array(texts, '$.*')::text, '\\(["\\bfnrt]|u[0-9a-f]{4})', ' ', 'g')
$$;

-- Of a text as long as a booklet the beginning: PostgreSQL refuses words that weigh more than a megabyte together.
CREATE FUNCTION words_in(texts text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.danish', public.folded(left(texts, 50000)))
$$;

-- Number and title weigh most, then the place, then what the plan is about. A number is there whole too, after an equals
-- sign, which no word has; an addendum's also without its year.
CREATE FUNCTION words_of_plan(
    kind text, number text, number_key text, titles jsonb, descriptions jsonb, place text
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
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

-- A word or an id as a tsquery has it, whatever stands in it.
CREATE FUNCTION in_query(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''''
$$;

CREATE FUNCTION learn_words(of_municipality text, words tsvector, first_at timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO known_word
    SELECT of_municipality, word, first_at FROM unnest(tsvector_to_array(words)) AS word WHERE word !~ '[0-9=]'
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION write_version_words() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE FUNCTION learn_theme() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM learn_words(municipality, words_in(all_texts(titles)), lower(recorded)) FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION learn_goal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM learn_words(municipality, words_in(all_texts(texts)), lower(recorded)) FROM new_rows;
    RETURN NULL;
END $$;

-- What is asked for by words, as full text queries. `asked` has the words, each with the keys of plans it may be the number
-- of, and the keys that all of it together may be. Each word stands for those known that begin with it or hold it, or else for
-- those it is most like; and for the themes and goals whose texts have one of them.
--   wanted   what a plan has to have: each word, or the whole as its number
--   exactly  the words as they were typed: plans that have them come first
--   numbers  the keys alone
--   themes   the themes that a plan may have a claim to and be wanted for
CREATE FUNCTION asked_words(
    asked jsonb, at timestamptz, OUT wanted tsquery, OUT exactly tsquery, OUT numbers tsquery, OUT themes text[]
) LANGUAGE sql STABLE SET search_path = public, pg_temp SET pg_trgm.word_similarity_threshold = 0.6 AS $$
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

CREATE INDEX theme_words ON theme USING gin (words_in(all_texts(titles)));
CREATE INDEX goal_words ON goal USING gin (words_in(all_texts(texts)));

INSERT INTO version_words
SELECT municipality, id, plan, words_of_plan(kind, number, number_key, titles, descriptions, place) FROM plan_version;
INSERT INTO known_word
SELECT municipality, word, min(since) FROM (
    SELECT w.municipality, unnest(tsvector_to_array(words)) AS word, lower(recorded) AS since
    FROM version_words w JOIN plan_version v ON (v.municipality, v.id) = (w.municipality, w.version)
    UNION ALL
    SELECT municipality, unnest(tsvector_to_array(words_in(all_texts(titles)))), lower(recorded) FROM theme
    UNION ALL
    SELECT municipality, unnest(tsvector_to_array(words_in(all_texts(texts)))), lower(recorded) FROM goal
) AS written WHERE word !~ '[0-9=]' GROUP BY municipality, word;

CREATE INDEX version_words_index ON version_words USING gin (words);
CREATE INDEX known_word_like ON known_word USING gin (word gin_trgm_ops);

CREATE TRIGGER plan_version_words AFTER INSERT ON plan_version REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION write_version_words();
CREATE TRIGGER theme_words AFTER INSERT ON theme REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION learn_theme();
CREATE TRIGGER goal_words AFTER INSERT ON goal REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION learn_goal();
CREATE TRIGGER version_words_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON version_words
    FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER known_word_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON known_word
    FOR EACH STATEMENT EXECUTE FUNCTION never();
REVOKE EXECUTE ON FUNCTION learn_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION learn_words TO app_rw;
"""
DOWN = """
DROP TRIGGER plan_version_words ON plan_version;
DROP TRIGGER theme_words ON theme;
DROP TRIGGER goal_words ON goal;
DROP INDEX theme_words, goal_words;
DROP TABLE version_words, known_word;
DROP FUNCTION asked_words, learn_goal, learn_theme, write_version_words, learn_words, in_query, words_of_plan, words_in,
    all_texts, folded;
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public")
    # Where pg_trgm was there before, nothing has loaded it yet, and its setting is nobody's that owner might set.
    op.execute("SELECT show_limit()")
    op.execute("SET LOCAL ROLE owner")
    op.execute(UP)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE owner")
    op.execute(DOWN)
    op.execute("RESET ROLE")
    op.execute("DROP EXTENSION IF EXISTS unaccent")

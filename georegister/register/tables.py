"""Every table, in one sitting. The migrations make them, with the checks and triggers; this is what queries read.

A test compares the two.
"""

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Identity,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE, TSVECTOR

from georegister.register.columns import fact, geometry, key, may, metadata, must

jurisdiction = Table("jurisdiction", metadata, key("code"), must("names", JSONB))
municipality = Table(
    "municipality",
    metadata,
    key("code"),
    must("jurisdiction"),
    must("slug"),
    must("names", JSONB),
    must("languages", ARRAY(Text)),
    must("time_zone"),
    must("crs", ARRAY(Integer)),
    must("version", BigInteger),
    may("contact"),
)
municipality_outline = fact("municipality_outline", must("geom", geometry("MULTIPOLYGON")), must("geometry_source"))
dataset = Table("dataset", metadata, key("municipality"), key("id"), must("title"))
delivery_file = Table("delivery_file", metadata, key("sha256", LargeBinary), must("bytes", LargeBinary))
load = Table(
    "load",
    metadata,
    key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    may("dataset"),
    must("sha256", LargeBinary),
    must("file"),
    may("mapping"),
    must("options", JSONB),
    must("state"),
    must("by"),
    must("at", DateTime(timezone=True)),
    may("undoes", BigInteger),
)
load_job = Table(
    "load_job",
    metadata,
    key("municipality"),
    key("load", BigInteger),
    must("task"),
    must("state"),
    must("dry_run", Boolean),
    must("apply_at_once", Boolean),
    may("mapping"),
    must("asked", JSONB),
    may("key"),
    may("request", LargeBinary),
    must("by"),
    must("asked_at", DateTime(timezone=True)),
    must("touched_at", DateTime(timezone=True)),
    may("step"),
    may("share", REAL),
    may("seen_version", BigInteger),
    may("changes", LargeBinary),
    may("report", JSONB),
    may("problem"),
)
load_shape = Table(
    "load_shape",
    metadata,
    key("municipality"),
    key("load", BigInteger),
    key("no", Integer),
    may("plan"),
    may("change"),
    must("role"),
    must("properties", JSONB),
    may("geom", geometry("GEOMETRY")),
)
load_item = Table(
    "load_item",
    metadata,
    key("municipality"),
    key("load", BigInteger),
    key("no", Integer),
    must("fact"),
    must("id"),
    must("change"),
    may("row_no", Integer),
    may("before", JSONB),
    may("after", JSONB),
)
finding = Table(
    "finding",
    metadata,
    key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    may("load", BigInteger),
    may("plan"),
    must("rule"),
    must("severity"),
    must("responsible"),
    may("layer"),
    may("row_no", Integer),
    may("field"),
    must("details", JSONB),
    may("geom", geometry("GEOMETRY")),
    may("acknowledged_by"),
    may("acknowledged_at", DateTime(timezone=True)),
)
act = Table(
    "act",
    metadata,
    key("municipality"),
    key("seq", BigInteger),
    must("at", DateTime(timezone=True)),
    must("actor"),
    must("kind"),
    may("reason"),
    may("load", BigInteger),
    must("payload", JSONB),
    may("prev", LargeBinary),
    must("hash", LargeBinary),
)

strategy_part = Table("strategy_part", metadata, key("municipality"), key("id"), must("kind"))
strategy = fact(
    "strategy",
    must("titles", JSONB),
    may("period_from", Integer),
    may("period_to", Integer),
    may("revision"),
    may("predecessor"),
    may("introductions", JSONB),
    may("continues", JSONB),
    may("statutory_contents", JSONB),
    may("source_ref"),
)
theme = fact(
    "theme",
    must("strategy"),
    must("kind"),
    must("no", Integer),
    must("titles", JSONB),
    may("texts", JSONB),
    may("source_ref"),
)
goal = fact("goal", must("theme"), may("parent"), must("no", Integer), must("texts", JSONB), may("source_ref"))
action = fact("action", must("theme"), must("no", Integer), must("texts", JSONB), may("source_ref"))
principle = fact(
    "principle",
    must("strategy"),
    must("no", Integer),
    must("titles", JSONB),
    may("texts", JSONB),
    may("source_ref"),
)
instrument = fact("instrument", must("titles", JSONB), must("state"), may("source_ref"))
action_instrument = fact("action_instrument", must("action"), must("instrument"))
sdg_link = fact(
    "sdg_link", must("part"), must("sdg", Integer), may("titles", JSONB), may("texts", JSONB), may("source_ref")
)
target = fact(
    "target",
    must("goal"),
    must("measures", JSONB),
    must("comparator"),
    may("value", Numeric),
    may("benchmark", JSONB),
    may("unit"),
    may("year", Integer),
    may("by_or_in"),
    may("scopes", JSONB),
    may("baseline", Numeric),
    may("source_ref"),
)
measurement = fact("measurement", must("target"), must("day", Date), must("value", Numeric), must("source"))

administration = fact("administration", must("titles", JSONB), may("source_ref"))
sector_plan = fact(
    "sector_plan",
    must("administration"),
    must("titles", JSONB),
    must("period_from", Integer),
    must("period_to", Integer),
    may("physical", JSONB),
    may("economic", JSONB),
    may("source_ref"),
)
sub_goal = fact(
    "sub_goal",
    must("sector_plan"),
    must("no", Integer),
    must("texts", JSONB),
    must("sdg", Integer),
    may("measures", JSONB),
    must("trend"),
    may("source_ref"),
)

plan = Table(
    "plan",
    metadata,
    key("municipality"),
    key("id"),
    must("kind"),
    may("parent"),
    must("created_act", BigInteger),
)
plan_alias = Table("plan_alias", metadata, key("municipality"), key("alias"), must("plan"), must("answer", Integer))
plan_version = Table(
    "plan_version",
    metadata,
    key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    must("plan"),
    must("kind"),
    must("dataset"),
    must("valid", DATERANGE),
    must("recorded", TSTZRANGE),
    must("act", BigInteger),
    may("external_id"),
    may("source_version", Integer),
    must("number"),
    must("number_key"),
    must("titles", JSONB),
    may("descriptions", JSONB),
    may("place"),
    may("document_url"),
    may("geom_delivered", LargeBinary),
    may("crs_delivered"),
    may("geom", geometry("MULTIPOLYGON")),
    may("geom_3857", geometry("MULTIPOLYGON", 3857)),
    may("extent_source"),
    may("geometry_source"),
    may("area_m2", Float),
    may("source"),
    may("geometry_json"),
    must("properties_json"),
)
plan_state = Table(
    "plan_state",
    metadata,
    must("municipality"),
    must("plan"),
    must("during", DATERANGE),
    must("recorded", TSTZRANGE),
    must("act", BigInteger),
    must("status"),
    must("certainty"),
    must("hearing_open", Boolean),
    may("hearing_kind"),
    may("hearing_opens", Date),
    may("hearing_closes", Date),
    may("respond_to"),
    may("ban_until", Date),
    must("reasons", JSONB),
    may("next_event", JSONB),
    may("adopted_earliest", Date),
    may("adopted_latest", Date),
    must("themes", ARRAY(Text)),
    must("goals", ARRAY(Text)),
    must("sdgs", ARRAY(Integer)),
    must("topics", ARRAY(Text)),
    must("properties_json"),
)
version_words = Table(
    "version_words", metadata, key("municipality"), key("version", BigInteger), must("plan"), must("words", TSVECTOR)
)
known_word = Table("known_word", metadata, key("municipality"), key("word"), must("since", DateTime(timezone=True)))
plan_event = fact(
    "plan_event",
    may("plan"),
    may("strategy"),
    must("type"),
    may("earliest", Date),
    may("latest", Date),
    may("by_plan"),
    may("paragraph"),
    may("source"),
)
hearing = fact(
    "hearing",
    may("plan"),
    may("strategy"),
    must("kind"),
    must("opens", Date),
    must("closes", Date),
    may("respond_to"),
    may("document_url"),
    may("paragraph"),
    may("source"),
)
relation = fact("relation", must("from_plan"), must("to_plan"), must("type"), may("source"))
claim = fact(
    "claim",
    must("plan"),
    may("goal"),
    may("sdg", Integer),
    must("stance"),
    may("evidence", JSONB),
    may("source"),
    must("asserted_by"),
)
topic_link = fact("topic_link", must("plan"), must("code"))
parameter = fact(
    "parameter",
    must("plan"),
    must("name"),
    may("value", Numeric),
    may("text_value"),
    may("unit"),
    may("paragraph"),
    may("source"),
)
document = fact(
    "document",
    may("plan"),
    must("title"),
    may("url"),
    may("file_name"),
    may("media_type"),
    may("size", Integer),
    may("sha256", LargeBinary),
    may("seen_on", Date),
    may("source"),
)
place = fact(
    "place",
    must("names", JSONB),
    must("kind"),
    must("geom", geometry("GEOMETRY")),
    may("accuracy_m", Integer),
    may("source"),
)

token_key = Table("token_key", metadata, key("id", SmallInteger), must("key"))

FACTS: dict[str, Table] = {
    table.name: table
    for table in (
        strategy,
        theme,
        goal,
        action,
        principle,
        instrument,
        action_instrument,
        sdg_link,
        target,
        measurement,
        administration,
        sector_plan,
        sub_goal,
        plan_event,
        hearing,
        relation,
        claim,
        topic_link,
        parameter,
        document,
        place,
        municipality_outline,
    )
}
"""The tables of facts by name, each after those it refers to."""
PARTS = ("strategy", "theme", "goal", "action", "principle", "target")
REFERENCES = {
    **dict.fromkeys(("plan", "from_plan", "to_plan", "by_plan"), ("plan",)),
    **{name: (name,) for name in (*PARTS, "instrument", "administration", "sector_plan")},
    "parent": ("goal",),
    "part": PARTS,
}
"""The columns that refer to something, and the kinds of thing each may refer to."""

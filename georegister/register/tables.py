"""Every table, in one sitting. The migrations make them, with the checks and triggers; this is what queries read.

A test compares the two.
"""

from typing import Any

from geoalchemy2 import Geometry
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
    MetaData,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSTZRANGE
from sqlalchemy.types import TypeEngine

metadata = MetaData()
Type = type[TypeEngine[Any]] | TypeEngine[Any]


def _key(name: str, type_: Type = Text) -> "Column[Any]":
    return Column(name, type_, primary_key=True, nullable=False)


def _must(name: str, type_: Type = Text) -> "Column[Any]":
    return Column(name, type_, nullable=False)


def _may(name: str, type_: Type = Text) -> "Column[Any]":
    return Column(name, type_)


def _geometry(kind: str, srid: int = 4326) -> Geometry:
    return Geometry(kind, srid=srid, spatial_index=False)


def _fact(name: str, *columns: "Column[Any]") -> Table:
    """A table of facts: an id within a dataset, recorded from one act until another."""
    return Table(
        name,
        metadata,
        _must("municipality"),
        _must("dataset"),
        _must("id"),
        _must("recorded", TSTZRANGE),
        _must("act", BigInteger),
        *columns,
    )


jurisdiction = Table("jurisdiction", metadata, _key("code"), _must("names", JSONB))
municipality = Table(
    "municipality",
    metadata,
    _key("code"),
    _must("jurisdiction"),
    _must("slug"),
    _must("names", JSONB),
    _must("languages", ARRAY(Text)),
    _must("time_zone"),
    _must("crs", ARRAY(Integer)),
    _must("version", BigInteger),
)
municipality_outline = _fact("municipality_outline", _must("geom", _geometry("MULTIPOLYGON")), _must("geometry_source"))
dataset = Table("dataset", metadata, _key("municipality"), _key("id"), _must("title"))
delivery_file = Table("delivery_file", metadata, _key("sha256", LargeBinary), _must("bytes", LargeBinary))
load = Table(
    "load",
    metadata,
    _key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _may("dataset"),
    _must("sha256", LargeBinary),
    _must("file"),
    _may("mapping"),
    _must("options", JSONB),
    _must("state"),
    _must("by"),
    _must("at", DateTime(timezone=True)),
    _may("undoes", BigInteger),
)
load_job = Table(
    "load_job",
    metadata,
    _key("municipality"),
    _key("load", BigInteger),
    _must("task"),
    _must("state"),
    _must("dry_run", Boolean),
    _must("apply_at_once", Boolean),
    _may("mapping"),
    _must("asked", JSONB),
    _may("key"),
    _may("request", LargeBinary),
    _must("by"),
    _must("asked_at", DateTime(timezone=True)),
    _must("touched_at", DateTime(timezone=True)),
    _may("step"),
    _may("share", REAL),
    _may("seen_version", BigInteger),
    _may("changes", LargeBinary),
    _may("report", JSONB),
    _may("problem"),
)
load_shape = Table(
    "load_shape",
    metadata,
    _key("municipality"),
    _key("load", BigInteger),
    _key("no", Integer),
    _may("plan"),
    _may("change"),
    _must("role"),
    _must("properties", JSONB),
    _may("geom", _geometry("GEOMETRY")),
)
load_item = Table(
    "load_item",
    metadata,
    _key("municipality"),
    _key("load", BigInteger),
    _key("no", Integer),
    _must("fact"),
    _must("id"),
    _must("change"),
    _may("row_no", Integer),
    _may("before", JSONB),
    _may("after", JSONB),
)
finding = Table(
    "finding",
    metadata,
    _key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _may("load", BigInteger),
    _may("plan"),
    _must("rule"),
    _must("severity"),
    _must("responsible"),
    _may("layer"),
    _may("row_no", Integer),
    _may("field"),
    _must("details", JSONB),
    _may("geom", _geometry("GEOMETRY")),
    _may("acknowledged_by"),
    _may("acknowledged_at", DateTime(timezone=True)),
)
act = Table(
    "act",
    metadata,
    _key("municipality"),
    _key("seq", BigInteger),
    _must("at", DateTime(timezone=True)),
    _must("actor"),
    _must("kind"),
    _may("reason"),
    _may("load", BigInteger),
    _must("payload", JSONB),
    _may("prev", LargeBinary),
    _must("hash", LargeBinary),
)

strategy_part = Table("strategy_part", metadata, _key("municipality"), _key("id"), _must("kind"))
strategy = _fact(
    "strategy",
    _must("titles", JSONB),
    _may("period_from", Integer),
    _may("period_to", Integer),
    _may("revision"),
    _may("predecessor"),
    _may("introductions", JSONB),
    _may("continues", JSONB),
    _may("statutory_contents", JSONB),
    _may("source_ref"),
)
theme = _fact(
    "theme",
    _must("strategy"),
    _must("kind"),
    _must("no", Integer),
    _must("titles", JSONB),
    _may("texts", JSONB),
    _may("source_ref"),
)
goal = _fact("goal", _must("theme"), _may("parent"), _must("no", Integer), _must("texts", JSONB), _may("source_ref"))
action = _fact("action", _must("theme"), _must("no", Integer), _must("texts", JSONB), _may("source_ref"))
principle = _fact(
    "principle",
    _must("strategy"),
    _must("no", Integer),
    _must("titles", JSONB),
    _may("texts", JSONB),
    _may("source_ref"),
)
instrument = _fact("instrument", _must("titles", JSONB), _must("state"), _may("source_ref"))
action_instrument = _fact("action_instrument", _must("action"), _must("instrument"))
sdg_link = _fact(
    "sdg_link", _must("part"), _must("sdg", Integer), _may("titles", JSONB), _may("texts", JSONB), _may("source_ref")
)
target = _fact(
    "target",
    _must("goal"),
    _must("measures", JSONB),
    _must("comparator"),
    _may("value", Numeric),
    _may("benchmark", JSONB),
    _may("unit"),
    _may("year", Integer),
    _may("by_or_in"),
    _may("scopes", JSONB),
    _may("baseline", Numeric),
    _may("source_ref"),
)
measurement = _fact("measurement", _must("target"), _must("day", Date), _must("value", Numeric), _must("source"))

administration = _fact("administration", _must("titles", JSONB), _may("source_ref"))
sector_plan = _fact(
    "sector_plan",
    _must("administration"),
    _must("titles", JSONB),
    _must("period_from", Integer),
    _must("period_to", Integer),
    _may("physical", JSONB),
    _may("economic", JSONB),
    _may("source_ref"),
)
sub_goal = _fact(
    "sub_goal",
    _must("sector_plan"),
    _must("no", Integer),
    _must("texts", JSONB),
    _must("sdg", Integer),
    _may("measures", JSONB),
    _must("trend"),
    _may("source_ref"),
)

plan = Table(
    "plan",
    metadata,
    _key("municipality"),
    _key("id"),
    _must("kind"),
    _may("parent"),
    _must("created_act", BigInteger),
)
plan_alias = Table("plan_alias", metadata, _key("municipality"), _key("alias"), _must("plan"), _must("answer", Integer))
plan_version = Table(
    "plan_version",
    metadata,
    _key("municipality"),
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _must("plan"),
    _must("kind"),
    _must("dataset"),
    _must("valid", DATERANGE),
    _must("recorded", TSTZRANGE),
    _must("act", BigInteger),
    _may("external_id"),
    _may("source_version", Integer),
    _must("number"),
    _must("number_key"),
    _must("titles", JSONB),
    _may("descriptions", JSONB),
    _may("place"),
    _may("document_url"),
    _may("geom_delivered", LargeBinary),
    _may("crs_delivered"),
    _may("geom", _geometry("MULTIPOLYGON")),
    _may("geom_3857", _geometry("MULTIPOLYGON", 3857)),
    _may("extent_source"),
    _may("geometry_source"),
    _may("area_m2", Float),
    _may("source"),
    _may("geometry_json"),
    _must("properties_json"),
)
plan_state = Table(
    "plan_state",
    metadata,
    _must("municipality"),
    _must("plan"),
    _must("during", DATERANGE),
    _must("recorded", TSTZRANGE),
    _must("act", BigInteger),
    _must("status"),
    _must("certainty"),
    _must("hearing_open", Boolean),
    _may("hearing_kind"),
    _may("hearing_opens", Date),
    _may("hearing_closes", Date),
    _may("respond_to"),
    _may("ban_until", Date),
    _must("reasons", JSONB),
    _may("next_event", JSONB),
    _may("adopted_earliest", Date),
    _may("adopted_latest", Date),
    _must("themes", ARRAY(Text)),
    _must("goals", ARRAY(Text)),
    _must("sdgs", ARRAY(Integer)),
    _must("topics", ARRAY(Text)),
    _must("properties_json"),
)
plan_event = _fact(
    "plan_event",
    _may("plan"),
    _may("strategy"),
    _must("type"),
    _may("earliest", Date),
    _may("latest", Date),
    _may("by_plan"),
    _may("paragraph"),
    _may("source"),
)
hearing = _fact(
    "hearing",
    _may("plan"),
    _may("strategy"),
    _must("kind"),
    _must("opens", Date),
    _must("closes", Date),
    _may("respond_to"),
    _may("document_url"),
    _may("paragraph"),
    _may("source"),
)
relation = _fact("relation", _must("from_plan"), _must("to_plan"), _must("type"), _may("source"))
claim = _fact(
    "claim",
    _must("plan"),
    _may("goal"),
    _may("sdg", Integer),
    _must("stance"),
    _may("evidence", JSONB),
    _may("source"),
    _must("asserted_by"),
)
topic_link = _fact("topic_link", _must("plan"), _must("code"))
parameter = _fact(
    "parameter",
    _must("plan"),
    _must("name"),
    _may("value", Numeric),
    _may("text_value"),
    _may("unit"),
    _may("paragraph"),
    _may("source"),
)
document = _fact(
    "document",
    _may("plan"),
    _must("title"),
    _may("url"),
    _may("file_name"),
    _may("media_type"),
    _may("size", Integer),
    _may("sha256", LargeBinary),
    _may("seen_on", Date),
    _may("source"),
)
place = _fact(
    "place",
    _must("names", JSONB),
    _must("kind"),
    _must("geom", _geometry("GEOMETRY")),
    _may("accuracy_m", Integer),
    _may("source"),
)

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

"""Plans: the rows of the collections of plans, and the plans at a place."""

from functools import cache
from typing import Any

from geoalchemy2 import Geography, Geometry
from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    ColumnElement,
    Date,
    Float,
    FromClause,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from georegister.domain.lifecycle import Status
from georegister.domain.plan import Kind
from georegister.register import words
from georegister.register.collections import COLLECTIONS, Collection
from georegister.register.database import Prepared, prepared
from georegister.register.features import Source, any_of, concatenated, conditions, day, holds_on, known, overlaps
from georegister.register.tables import (
    act,
    municipality,
    municipality_outline,
    plan,
    plan_alias,
    plan_state,
    plan_version,
    relation,
    version_words,
)

TEXTS = ARRAY(Text)
MOST_NEAR = 5


def source(collection: Collection, in_past: bool) -> Source:
    """Plans of the collection's kinds: the version and the state of the day, as known now or at a moment."""
    version, state, outline = plan_version.alias("v"), plan_state.alias("s"), municipality_outline.alias("o")
    own_words = version_words.alias("w")
    today = day()
    rows = version.join(municipality, municipality.c.code == version.c.municipality).join(
        state,
        and_(
            state.c.municipality == version.c.municipality,
            state.c.plan == version.c.plan,
            known(state.c.recorded, in_past),
            holds_on(state.c.during, today),
        ),
    )
    # Where nobody asks for words PostgreSQL leaves this out.
    rows = rows.outerjoin(
        own_words, and_(own_words.c.municipality == version.c.municipality, own_words.c.version == version.c.id)
    )
    has_words, rank = words.of_plans(version, state, own_words.c.words, in_past)
    geom: ColumnElement[Any] = version.c.geom
    geometry: ColumnElement[Any] = version.c.geometry_json
    properties: ColumnElement[Any] = version.c.properties_json
    mercator: ColumnElement[Any] | None = version.c.geom_3857
    if collection.kinds == (Kind.MUNICIPAL_PLAN,):
        rows = rows.outerjoin(
            outline,
            and_(outline.c.municipality == version.c.municipality, known(outline.c.recorded, in_past)),
        )
        geom, geometry, mercator = outline.c.geom, func.ST_AsGeoJSON(outline.c.geom, 7), None
        of_outline = func.jsonb_build_object(
            "extent_source", "municipality", "geometry_source", outline.c.geometry_source
        )
        properties = cast(cast(properties, JSONB).op("||")(of_outline), Text)
    days_left = state.c.hearing_closes - today
    told = concatenated(
        func.left(properties, -1),
        ",",
        func.left(func.substr(state.c.properties_json, 2), -1),
        ',"hearing_days_left":',
        func.coalesce(cast(days_left, Text), "null"),
        "}",
    )
    always = [known(version.c.recorded, in_past), holds_on(version.c.valid, today)]
    if len(collection.kinds) == 1:
        always.append(version.c.kind == str(collection.kinds[0]))
    return Source(
        rows=rows,
        id=version.c.plan,
        municipality=version.c.municipality,
        geom=geom,
        geometry_json=geometry,
        properties_json=told,
        always=tuple(always),
        version=version,
        rank=rank,
        titles=version.c.titles,
        mercator=mercator,
        by_parameter={
            "kind": lambda: any_of(version.c.kind, "kind", TEXTS),
            "number": lambda: any_of(version.c.number_key, "number", TEXTS),
            "status": lambda: any_of(state.c.status, "status", TEXTS),
            "theme": lambda: overlaps(state.c.themes, "theme", TEXTS),
            "goal": lambda: overlaps(state.c.goals, "goal", TEXTS),
            "sdg": lambda: overlaps(state.c.sdgs, "sdg", ARRAY(Integer)),
            "q": lambda: has_words,
        },
        columns={
            **_of_version(version, properties),
            **_of_state(state),
            "hearing_days_left": cast(days_left, Integer),
        },
    )


def _of_version(version: FromClause, properties: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    """The properties that do not hang on the day; what the served text alone has is read out of it."""
    served = cast(properties, JSONB)
    own = {name: version.c[name] for name in ("municipality", "kind", "number", "place", "document_url", "source")}
    told = {
        name: served.op("->>", return_type=Text())(name)
        for name in ("title", "parent", "description", "extent_source", "geometry_source")
    }
    return {**own, **told, "area_m2": cast(served.op("->>", return_type=Text())("area_m2"), Float)}


def _of_state(state: FromClause) -> dict[str, ColumnElement[Any]]:
    """The properties of the day."""
    served = cast(state.c.properties_json, JSONB)
    same = ("status", "certainty", "hearing_kind", "hearing_opens", "hearing_closes", "respond_to", "ban_until")
    lists = ("themes", "goals", "sdgs", "topics")
    adopted = {name: state.c[name] for name in ("adopted_earliest", "adopted_latest")}
    known_adoption = state.c.adopted_earliest == state.c.adopted_latest
    titles = func.jsonb_array_elements_text(served.op("->")("theme_titles")).table_valued("value")
    return {
        **{name: state.c[name] for name in (*same, *lists)},
        **adopted,
        "in_hearing": state.c.hearing_open,
        "adopted_on": case((known_adoption, state.c.adopted_latest)),
        "applies": served.op("->>", return_type=Text())("applies"),
        "theme_titles": func.array(select(titles.c.value).scalar_subquery(), type_=TEXTS),
        "theme_slot": cast(served.op("->>", return_type=Text())("theme_slot"), Integer),
    }


@cache
def at_point(name: str, in_past: bool, near: bool) -> Prepared:
    """The plans of a collection that touch a point; where `near`, also those within some metres of it.

    Beside each feature its distance in metres (0 where it covers the point) and the azimuth to its nearest edge, in
    degrees from north. Distances are asked on the globe; the box that the index is asked with is made there too.
    """
    rows = source(COLLECTIONS[name], in_past)
    lon, lat = bindparam("lon", type_=Float), bindparam("lat", type_=Float)
    point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    columns = [rows.id.label("id"), rows.feature.label("feature")]
    if not near:
        here = select(*columns, literal(0.0).label("distance_m"), null().label("azimuth")).select_from(rows.rows)
        return prepared(here.where(*rows.always, func.ST_Intersects(rows.geom, point)).order_by(rows.id))
    within = bindparam("within", type_=Float)
    around = func.ST_Envelope(cast(func.ST_Buffer(cast(point, Geography), within), Geometry))
    distance = func.ST_Distance(cast(rows.geom, Geography), cast(point, Geography))
    found = (
        select(*columns, distance.label("distance_m"), azimuth(point, lat, rows.geom).label("azimuth"))
        .select_from(rows.rows)
        .where(*rows.always, rows.geom.op("&&")(around))
        .subquery()
    )
    return prepared(select(found).where(found.c.distance_m <= within).order_by(found.c.distance_m, found.c.id))


def azimuth(point: ColumnElement[Any], lat: ColumnElement[Any], geom: ColumnElement[Any]) -> ColumnElement[Any]:
    """From a point at that latitude to the nearest edge of a geometry, in degrees from north."""
    flat = [func.ST_Affine(one, func.cos(func.radians(lat)), 0, 0, 1, 0, 0) for one in (point, geom)]
    return func.degrees(func.ST_Azimuth(flat[0], func.ST_ClosestPoint(flat[1], flat[0])))


@cache
def with_frames(in_past: bool = False) -> Prepared:
    """Which of some municipal plans have frames in the register, or had by an earlier knowledge."""
    parents = plan.c.parent == func.any(bindparam("ids", type_=TEXTS))
    held = and_(
        plan_version.c.municipality == plan.c.municipality,
        plan_version.c.plan == plan.c.id,
        known(plan_version.c.recorded, in_past),
    )
    frames = select(plan.c.parent).join(plan_version, held).where(plan.c.kind == str(Kind.FRAME), parents)
    return prepared(frames.distinct())


@cache
def counts() -> Prepared:
    """How many plans of one municipality (`municipality`) there are on the day: by `kind`, `status` and `applies`."""
    rows = source(COLLECTIONS["plans"], False)
    kind, status = rows.columns["kind"], rows.columns["status"]
    # By the status: what is served has the group too, but would have to be read out of each plan's text.
    group = case(*((status == str(one), literal(one.applies)) for one in Status))
    counted = select(kind.label("kind"), status.label("status"), group.label("applies"), func.count().label("number"))
    return prepared(counted.select_from(rows.rows).where(*conditions(rows, {"municipality"})).group_by(kind, status))


@cache
def nearest() -> Prepared:
    """The current plans of a municipality, by its code or slug (`of`), whose numbers are most like one (`key`)."""
    far = func.similarity(plan_version.c.number_key, bindparam("key", type_=Text))
    statement = (
        select(plan_version.c.plan, plan_version.c.kind, plan_version.c.number, plan_version.c.titles)
        .add_columns(municipality.c.languages)
        .join(municipality, municipality.c.code == plan_version.c.municipality)
        .where(
            or_(municipality.c.code == bindparam("of", type_=Text), municipality.c.slug == bindparam("of", type_=Text)),
            func.upper_inf(plan_version.c.recorded),
            func.upper_inf(plan_version.c.valid),
            far > 0,
        )
    )
    return prepared(statement.order_by(far.desc(), plan_version.c.plan).limit(MOST_NEAR))


@cache
def last_known(in_past: bool) -> Prepared:
    """What a plan was when the register last vouched for it, and until which day that was, where the municipality is;
    `until` is null while it does.

    `reason` is what was said of why when it was withdrawn; `replaced_by` are plans that are told to replace it.
    """
    until: ColumnElement[Any] = func.upper(plan_version.c.recorded)
    why = select(act.c.reason).where(act.c.municipality == plan_version.c.municipality, act.c.at == until)
    replacing = select(relation.c.from_plan).where(
        relation.c.municipality == plan_version.c.municipality,
        relation.c.to_plan == plan_version.c.plan,
        relation.c.type == "replaces",
        func.upper_inf(relation.c.recorded),
    )
    held = [plan_version.c.municipality == bindparam("of"), plan_version.c.plan == bindparam("plan")]
    if in_past:
        moment = bindparam("known_at", type_=TIMESTAMP(timezone=True))
        held.append(func.lower(plan_version.c.recorded) <= moment)
        until = case((until <= moment, until))
    statement = select(
        *(plan_version.c[name] for name in ("kind", "number", "titles")),
        cast(func.timezone(municipality.c.time_zone, until), Date).label("until"),
        why.limit(1).scalar_subquery().label("reason"),
        func.array(replacing.scalar_subquery(), type_=TEXTS).label("replaced_by"),
    ).join(municipality, municipality.c.code == plan_version.c.municipality)
    statement = statement.where(*held)
    return prepared(statement.order_by(until.desc().nulls_first(), plan_version.c.id.desc()).limit(1))


@cache
def alias() -> Prepared:
    """Where an id that is no plan's leads: another plan (301) or nowhere any more (410)."""
    return prepared(
        select(plan_alias.c.plan, plan_alias.c.answer).where(
            plan_alias.c.municipality == bindparam("of"), plan_alias.c.alias == bindparam("alias")
        )
    )

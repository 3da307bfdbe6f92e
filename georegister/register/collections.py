"""What each collection shows, described once: schema, OpenAPI, queryables and the SELECT come from here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from georegister.domain.hearing import HearingKind
from georegister.domain.lifecycle import Certainty, Status
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.errors import CollectionUnknown
from georegister.register.questions import HearingSearch, MunicipalitySearch, PlanSearch, Search
from georegister.sentence import N_

TEXT: dict[str, Any] = {"type": "string"}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
WHOLE: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
TRUTH: dict[str, Any] = {"type": "boolean"}
REASON: dict[str, Any] = {"type": "object"}


def one_of(words: Iterable[str]) -> dict[str, Any]:
    """A text that is one of a few."""
    return {"type": "string", "enum": [str(word) for word in words]}


@dataclass(frozen=True, eq=False)
class Property:
    """A property of a feature: its JSON schema, and what it means."""

    name: str
    schema: dict[str, Any]
    description: str

    @property
    def is_queryable(self) -> bool:
        """Whether it can be asked by: all but what has members of its own."""
        return bool(self.schema["type"] != "object" and self.schema.get("items", TEXT)["type"] != "object")

    @property
    def is_sortable(self) -> bool:
        """Whether features can be put in its order."""
        return self.is_queryable and self.schema["type"] != "array"


@dataclass(frozen=True, eq=False)
class Collection:
    """A collection of features; `kinds` are the kinds of plan in a collection of plans."""

    id: str
    title: str
    description: str
    properties: tuple[Property, ...]
    search: type[Search]
    kinds: tuple[Kind, ...] = ()

    @property
    def queryables(self) -> tuple[Property, ...]:
        """What can be asked by, beside `id` and the geometry."""
        return tuple(one for one in self.properties if one.is_queryable)

    @property
    def sortables(self) -> tuple[Property, ...]:
        """What features can be ordered by, beside `id`."""
        return tuple(one for one in self.properties if one.is_sortable)

    @property
    def is_of_plans(self) -> bool:
        return bool(self.kinds)


PLAN_PROPERTIES = (
    Property("municipality", TEXT, "Code of the municipality."),
    Property("kind", one_of(Kind), "Kind of plan."),
    Property("number", TEXT, "The plan's number as the municipality writes it."),
    Property("title", TEXT, "The plan's name, in the municipality's first language."),
    Property("parent", TEXT, "Id of the plan it belongs to: an addendum's municipal plan, a sub-area's local plan."),
    Property("place", TEXT, "Where it is, in words."),
    Property("description", TEXT, "What it is about."),
    Property("document_url", TEXT, "Address of the legal document."),
    Property("extent_source", one_of(ExtentSource), "What the extent is made of: own, frames or municipality."),
    Property(
        "geometry_source",
        one_of(GeometrySource),
        "`delivered`; `derived` where it is made of others (`extent_source`); `illustrative` where no source gives it.",
    ),
    Property("source", TEXT, "Where the record comes from."),
    Property("area_m2", NUMBER, "Geodesic area in square metres."),
    Property("status", one_of(Status), "Status on the day, derived from dated events."),
    Property("certainty", one_of(Certainty), "`certain`, or `possible` where a day that decides is not known."),
    Property(
        "applies",
        one_of({status.applies: None for status in Status}),
        "`proposed`, `in_force` or `ended`: the group the status belongs to.",
    ),
    Property("in_hearing", TRUTH, "Whether a hearing is open on the day."),
    Property("hearing_kind", one_of(HearingKind), "Kind of the open hearing."),
    Property("hearing_opens", DATE, "First day of the open hearing."),
    Property("hearing_closes", DATE, "Last day of the open hearing."),
    Property("respond_to", TEXT, "Where answers to the open hearing are sent."),
    Property("ban_until", DATE, "The last day a temporary ban can hold."),
    Property("adopted_on", DATE, "Day of adoption, where it is known."),
    Property("adopted_earliest", DATE, "The first day on which it can have been adopted."),
    Property("adopted_latest", DATE, "The last day on which it can have been adopted."),
    Property("themes", TEXTS, "Ids of the strategies' themes the plan has claims to."),
    Property("theme_titles", TEXTS, "Titles of the themes, in the same order."),
    Property("theme_slot", WHOLE, "The lowest number among the themes the plan supports; the map's colour."),
    Property("goals", TEXTS, "Ids of the goals the plan has claims to."),
    Property("sdgs", {"type": "array", "items": {"type": "integer"}}, "Numbers of UN goals the plan has claims to."),
    Property("topics", TEXTS, "Codes of use and of statutory topics; a plan's page tells what they mean."),
    Property("reasons", {"type": "array", "items": REASON}, "Why the status is what it is: events with their days."),
    Property("next_event", REASON, "What comes next by law, and when."),
    Property("hearing_days_left", WHOLE, "Days until the open hearing's last day."),
)
HEARING_PROPERTIES = (
    Property("municipality", TEXT, "Code of the municipality."),
    Property("plan", TEXT, "Id of the plan that is heard."),
    Property("strategy", TEXT, "Id of the strategy that is heard."),
    Property("title", TEXT, "Name of the plan or strategy."),
    Property("number", TEXT, "Number of the plan."),
    Property("plan_kind", one_of(Kind), "Kind of the plan."),
    Property("kind", one_of(HearingKind), "Kind of hearing."),
    Property("opens", DATE, "First day."),
    Property("closes", DATE, "Last day, which counts."),
    Property("is_open", TRUTH, "Whether it is open on the day."),
    Property("days_left", WHOLE, "Days until the last day, while it is open."),
    Property("respond_to", TEXT, "Where answers are sent."),
    Property("document_url", TEXT, "Address of the document that is heard."),
    Property("paragraph", TEXT, "The paragraph it is held by."),
    Property(
        "geometry_source", one_of(GeometrySource), "`delivered`, or `illustrative` where no source gives the geometry."
    ),
    Property("source", TEXT, "Where the record comes from."),
)
MUNICIPALITY_PROPERTIES = (
    Property("name", TEXT, "Name, in its first language."),
    Property("jurisdiction", TEXT, "DK or GL."),
    Property("languages", TEXTS, "Its languages, the first one first."),
    Property("time_zone", TEXT, "Whose midnight begins the legal day."),
    Property("contact", TEXT, "Where people write to it: web address, mail address or plain words."),
    Property("version", WHOLE, "Number of the last change; it rises with each."),
    Property(
        "geometry_source", one_of(GeometrySource), "`delivered`, or `illustrative` where no source gives the outline."
    ),
)

COLLECTIONS: dict[str, Collection] = {
    collection.id: collection
    for collection in (
        Collection("plans", "Plans", "Plans of every kind.", PLAN_PROPERTIES, PlanSearch, tuple(Kind)),
        Collection(
            "local-plans", "Local plans", "Local plans (lokalplaner).", PLAN_PROPERTIES, PlanSearch, (Kind.LOCAL_PLAN,)
        ),
        Collection(
            "addenda",
            "Addenda",
            "Addenda to municipal plans (kommuneplantillæg).",
            PLAN_PROPERTIES,
            PlanSearch,
            (Kind.ADDENDUM,),
        ),
        Collection(
            "municipal-plans",
            "Municipal plans",
            "Municipal plans (kommuneplaner), each with the outline of its municipality.",
            PLAN_PROPERTIES,
            PlanSearch,
            (Kind.MUNICIPAL_PLAN,),
        ),
        Collection(
            "frames",
            "Framework areas",
            "Framework areas of municipal plans and addenda (kommuneplanrammer).",
            PLAN_PROPERTIES,
            PlanSearch,
            (Kind.FRAME,),
        ),
        Collection(
            "sub-areas",
            "Sub-areas",
            "Sub-areas of local plans (delområder).",
            PLAN_PROPERTIES,
            PlanSearch,
            (Kind.SUB_AREA,),
        ),
        Collection("hearings", "Hearings", "Hearings of plans and strategies.", HEARING_PROPERTIES, HearingSearch),
        Collection(
            "municipalities",
            "Municipalities",
            "The municipalities that keep their plans here.",
            MUNICIPALITY_PROPERTIES,
            MunicipalitySearch,
        ),
    )
}


def collection(name: str) -> Collection:
    """Raises CollectionUnknown."""
    try:
        return COLLECTIONS[name]
    except KeyError:
        raise CollectionUnknown(
            N_("There is no collection {name!r}; there are {collections}."),
            name=name[:60],
            collections=", ".join(COLLECTIONS),
        ) from None

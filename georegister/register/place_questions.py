"""What can be asked of a place, and of collections with an area that somebody drew."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from georegister.domain import phrase
from georegister.domain.area import LONGEST, Area, Drawn, area
from georegister.domain.geometry import Point
from georegister.domain.phrase import LETTER_OR_FIGURE
from georegister.errors import QuestionInvalid, ValueRefused
from georegister.register.questions import (
    FARTHEST_METRES,
    HearingSearch,
    HeldSearch,
    Language,
    Moment,
    MunicipalitySearch,
    PlanSearch,
    Search,
    Text,
    Words,
    only_if_so,
    plain,
)
from georegister.sentence import N_

WAYS = ("point", "place", "address", "parcel", "polygon")
MOST_PLACES = 50
DRAWN_SCHEMA = WithJsonSchema({"type": "string", "maxLength": LONGEST})


def _drawn(value: Any) -> Any:
    if isinstance(value, list | tuple):
        raise ValueRefused(N_("give it once"))
    return value if isinstance(value, Drawn) else Drawn.parse(plain(value) if isinstance(value, str) else value)


AreaText = Annotated[Drawn, BeforeValidator(_drawn)]


def _each(parse: Callable[[Any], Any]) -> BeforeValidator:
    """Repeating the parameter means several; a comma is part of a name."""

    def all_of(value: Any) -> Any:
        values = list(value) if isinstance(value, list | tuple) else [value]
        return tuple(parse(plain(one) if isinstance(one, str) else one) for one in values)

    return BeforeValidator(all_of)


def _point(said: Any) -> Any:
    return Point.parse(said) if isinstance(said, str) else said


def _name(said: Any) -> Any:
    if isinstance(said, str) and not LETTER_OR_FIGURE.search(said):
        raise ValueRefused(N_("give a word or a number"))
    return said


Several = Field(max_length=MOST_PLACES)
Names = Annotated[tuple[Text, ...], _each(_name), Several]


class PlacesMoment(Moment):
    """What can be asked of places, whichever they are."""

    municipality: Words = Field((), description="Codes of the municipalities in which names are looked up.")
    within: float = Field(
        0, ge=0, le=FARTHEST_METRES, allow_inf_nan=False, description="Also plans within so many metres."
    )
    lang: Language | None = Field(None, description="The language of the sentences.")

    def values(self) -> dict[str, Any]:
        return {**super().values(), "within": self.within}


class PlaceSearch(PlacesMoment):
    """What can be asked of places, told in one of the WAYS, once or several times."""

    point: Annotated[tuple[Point, ...], _each(_point), Several] = Field(
        (), description="The place as lon,lat in degrees."
    )
    place: Names = Field((), description="The place by its name.")
    address: Names = Field((), description="The place by its address, or the beginning of it.")
    parcel: Names = Field((), description="A parcel by its number and cadastral district: `12a Nyby Markjorder`.")
    polygon: Annotated[tuple[Drawn, ...], _each(_drawn), Several] = Field(
        (), description="The place as a polygon in longitude and latitude: WKT or GeoJSON."
    )
    f: Literal["json", "html"] | None = Field(None, description="The form of the answer.")

    @property
    def places(self) -> list[tuple[str, Any]]:
        """Each place that is asked about, and the way in which it is told. Raises QuestionInvalid."""
        ways = [way for way in WAYS if getattr(self, way)]
        if len(ways) != 1:
            raise QuestionInvalid(
                ways[1] if ways else WAYS[0], N_("ask by one of {ways}, once or several times"), ways=", ".join(WAYS)
            )
        if self.municipality and ways[0] in ("point", "polygon"):
            raise QuestionInvalid("municipality", N_("it says where names are looked up; leave it out"))
        return [(ways[0], value) for value in getattr(self, ways[0])]


class SuggestionSearch(HeldSearch):
    """What can be asked of names: all named places, or what fits what is typed."""

    q: Annotated[Text, Field(max_length=phrase.LONGEST), AfterValidator(phrase.checked)] | None = Field(
        None, description="What is typed: suggestions among plans, places, addresses and parcels."
    )
    f: Literal["json"] | None = Field(None, description="The form of the answer.")


class FieldSearch(BaseModel):
    """What can be asked of the search field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[Text, Field(min_length=1, max_length=phrase.LONGEST)] = Field(
        description="A place, a plan's name or number."
    )
    municipality: Words = Field((), description="Codes of municipalities.")
    lang: Language | None = Field(None, description="The language of the sentences.")
    f: Literal["html", "json"] | None = Field(None, description="The form of the answer.")


class AreaSearch(Search):
    """What can also be asked with an area."""

    geometry: Annotated[AreaText, DRAWN_SCHEMA] = Field(
        description="The area, as WKT or as GeoJSON, in longitude and latitude: a polygon; with `buffer` any geometry."
    )
    relation: Literal["intersects", "within"] = Field(
        "intersects", description="Features that touch the area, or only those that lie wholly within it."
    )
    buffer: float = Field(
        0, ge=0, le=FARTHEST_METRES, allow_inf_nan=False, description="The area is as many metres wider."
    )
    minimum_share: Annotated[float | None, AfterValidator(only_if_so)] = Field(
        None, ge=0, le=100, allow_inf_nan=False, description="Only features of which so many per cent lie in the area."
    )

    @cached_property
    def area(self) -> Area:
        """Raises QuestionInvalid."""
        try:
            return area(self.geometry, self.buffer)
        except ValueRefused as error:
            raise QuestionInvalid("geometry", error.sentence) from error

    @property
    def shape(self) -> frozenset[str]:
        return super().shape - {"buffer", "relation"} | ({"within"} if self.relation == "within" else set())

    def values(self) -> dict[str, Any]:
        shares = {"minimum_share": self.minimum_share, "area_m2": self.area.m2}
        return {**super().values(), "area": self.area.wkb, **shares}


class PlanAreaSearch(AreaSearch, PlanSearch):
    """What can be asked of plans with an area."""


class HearingAreaSearch(AreaSearch, HearingSearch):
    """What can be asked of hearings with an area."""


class MunicipalityAreaSearch(AreaSearch, MunicipalitySearch):
    """What can be asked of municipalities with an area."""


@cache
def repeatable() -> frozenset[str]:
    """The parameters that may be given several times, meaning any of the values."""
    return lists_of(PlanSearch, HearingSearch, PlaceSearch)


@cache
def lists_of(*questions: type[BaseModel]) -> frozenset[str]:
    """Those of some questions."""
    fields = [field for question in questions for field in question.model_fields.items()]
    return frozenset(field.alias or name for name, field in fields if field.default == ())


@cache
def spelt_otherwise() -> frozenset[str]:
    """Names of ours for parameters that are spelt otherwise where people write them."""
    fields = [field for search in (PlanSearch, HearingSearch, PlaceSearch) for field in search.model_fields.items()]
    return frozenset(name for name, field in fields if field.alias)

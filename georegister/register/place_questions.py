"""What can be asked of a place, and of collections with an area that somebody drew."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from georegister.domain.area import LONGEST, Area, Drawn, area
from georegister.domain.geometry import Point
from georegister.errors import QuestionInvalid, ValueRefused
from georegister.register.questions import (
    FARTHEST_METRES,
    TEXT_SCHEMA,
    HearingSearch,
    Moment,
    MunicipalitySearch,
    PlanSearch,
    Search,
    only_if_so,
    parsed,
    plain,
)
from georegister.sentence import N_

DRAWN_SCHEMA = WithJsonSchema({"type": "string", "maxLength": LONGEST})


def _drawn(value: Any) -> Any:
    if isinstance(value, list | tuple):
        raise ValueRefused(N_("give it once"))
    return value if isinstance(value, Drawn) else Drawn.parse(plain(value) if isinstance(value, str) else value)


class PlaceSearch(Moment):
    """What can be asked of a place."""

    point: Annotated[Point, parsed(Point.parse), TEXT_SCHEMA] = Field(description="The place as lon,lat in degrees.")
    within: float = Field(
        0, ge=0, le=FARTHEST_METRES, allow_inf_nan=False, description="Also plans within so many metres."
    )
    lang: Literal["da", "en"] | None = Field(None, description="The language of the sentences.")
    f: Literal["json", "html"] | None = Field(None, description="The form of the answer.")

    def values(self) -> dict[str, Any]:
        return {**super().values(), "lon": self.point.lon, "lat": self.point.lat, "within": self.within}


class AreaSearch(Search):
    """What can also be asked with an area."""

    geometry: Annotated[Drawn, BeforeValidator(_drawn), DRAWN_SCHEMA] = Field(
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

"""What the map can be opened with: everything that its address tells, and the question of plans that it comes to."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from georegister.domain.area import LONGEST
from georegister.domain.geometry import METRES_PER_DEGREE, Box, Point
from georegister.domain.lifecycle import Status
from georegister.errors import ValueRefused
from georegister.maps.drawing import View
from georegister.maps.palette import ColourBy
from georegister.register.place_questions import DRAWN_SCHEMA, AreaText, PlanAreaSearch
from georegister.register.questions import (
    FARTHEST_METRES,
    TEXT_SCHEMA,
    Kinds,
    Language,
    PlanSearch,
    Sdgs,
    Statuses,
    Text,
    Typed,
    Words,
    parsed,
)
from georegister.sentence import N_

Day = Annotated[date, Field(ge=date(1, 1, 1), le=date(9998, 12, 31))]
STANDING = [status for status in Status if status.applies != "ended"]
ENDED = [status for status in Status if status.applies == "ended"]
VIEW = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)/(-?\d{1,2}(?:\.\d{1,9})?)/(-?\d{1,3}(?:\.\d{1,9})?)", re.ASCII)
METRES_A_PIXEL = 156_543.034
"""At zoom 0 on the equator."""
HALF_SCREEN = 260
"""Pixels from the middle of a map to its edge, about."""
FARTHEST_ZOOM = 22


@dataclass(frozen=True)
class MapView:
    """What a map shows: zoom, and its centre in degrees."""

    zoom: float
    lat: float
    lon: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `zoom/latitude/longitude`. Raises ValueRefused."""
        found = VIEW.fullmatch(text)
        zoom, lat, lon = map(float, found.groups()) if found else (math.nan,) * 3
        if not (zoom <= FARTHEST_ZOOM and abs(lat) <= 90 and abs(lon) <= 180):
            raise ValueRefused(N_("give zoom, latitude and longitude such as 11/55.45/11.57"))
        return cls(zoom, lat, lon)

    @classmethod
    def of(cls, box: Box) -> Self:
        """The view that shows a box about."""
        lat, lon = (box.south + box.north) / 2, sum(box.parts[0][::2]) / 2
        metres = max((box.north - box.south) / 2, 1e-5) * METRES_PER_DEGREE
        across = METRES_A_PIXEL * max(math.cos(math.radians(lat)), 0.01) * HALF_SCREEN
        zoom = min(max(math.log2(across / metres), 0), FARTHEST_ZOOM)
        return cls(round(zoom, 2), round(lat, 5), round(lon, 5))

    def __str__(self) -> str:
        return f"{self.zoom:g}/{self.lat:g}/{self.lon:g}"

    @property
    def drawn(self) -> View:
        """The same for a drawing."""
        metres = METRES_A_PIXEL * max(math.cos(math.radians(self.lat)), 0.01) / 2**self.zoom * HALF_SCREEN
        return View(self.lon, self.lat, metres)


def _day(value: object) -> object:
    if value in ("", None):
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value), re.ASCII):
        raise ValueRefused(N_("give a day such as 2021-06-01"))
    return value


def _or_nothing(value: object) -> object:
    """An empty field of a form says nothing."""
    return None if value == "" else value


class MapSearch(BaseModel):
    """What the map can be opened with."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    lang: Language | None = Field(None, description="The language of the page.")
    f: Literal["html"] | None = Field(None, description="The form of the answer.")

    municipality: Annotated[Text | None, BeforeValidator(_or_nothing)] = Field(
        None, description="Code of the municipality."
    )
    theme: Words = Field((), description="Ids of themes.")
    goal: Words = Field((), description="Ids of goals.")
    sdg: Sdgs = Field((), description="Numbers of UN Sustainable Development Goals.")
    status: Statuses = Field((), description="Statuses; all but those of ended plans unless told.")
    kind: Kinds = Field((), description="Kinds of plan.")
    ended: bool = Field(False, description="Also plans that have ended.")
    day: Annotated[Day | None, BeforeValidator(_day)] = Field(None, description="The legal day.")
    colour: ColourBy = Field("theme", description="What the plans are coloured by.")
    view: Annotated[MapView | None, parsed(MapView.parse)] = Field(
        None, description="What the map shows: zoom/latitude/longitude."
    )
    point: Annotated[Point | None, parsed(Point.parse)] = Field(
        None, description="The place whose plans are listed, as lon,lat in degrees."
    )
    plan: Text | None = Field(None, description="Id of the plan that is shown first.")
    geometry: Annotated[AreaText | None, DRAWN_SCHEMA, BeforeValidator(_or_nothing)] = Field(
        None, description=f"An area whose plans are listed, as WKT or GeoJSON of at most {LONGEST} letters."
    )
    buffer: float = Field(
        0, ge=0, le=FARTHEST_METRES, allow_inf_nan=False, description="The area is as many metres wider."
    )

    @property
    def statuses(self) -> list[Status]:
        """The statuses that are shown."""
        chosen = list(self.status) or STANDING
        return list(dict.fromkeys([*chosen, *(ENDED if self.ended else [])]))

    @property
    def hides_ended(self) -> bool:
        """Whether plans that have ended are left out because nobody has asked for them."""
        return not self.ended and not self.status

    @property
    def is_filtered(self) -> bool:
        """Whether some of what stands is left out."""
        return any((self.theme, self.goal, self.sdg, self.status, self.kind))

    def asked(self, municipality: str, **more: Any) -> PlanSearch:
        """The question of plans, in an area where one is told. Raises ValidationError and QuestionInvalid."""
        said = {**self._given(municipality), "status": self.statuses, **more}
        if self.geometry is None:
            return PlanSearch.model_validate(said)
        question = PlanAreaSearch.model_validate({**said, "geometry": self.geometry, "buffer": self.buffer})
        _ = question.area  # what is no area is refused before anything is asked
        return question

    def address(self, municipality: str) -> str:
        """Where the same plans are among the items."""
        said = {**self._given(municipality), "status": self.statuses}
        words = {name: part if isinstance(part, str) else ",".join(map(str, part)) for name, part in said.items()}
        if self.geometry is not None:
            words |= {"geometry": self.geometry.wkt, **({"buffer": f"{self.buffer:g}"} if self.buffer else {})}
        where = "items" if self.geometry is None else "search"
        return f"/collections/plans/{where}?{urlencode(words, safe=',')}"

    def _given(self, municipality: str) -> dict[str, Any]:
        """The parameters that are told, by the names the items have for them."""
        said = {name: getattr(self, name) for name in ("theme", "goal", "sdg", "kind")}
        days = {"datetime": self.day.isoformat()} if self.day else {}
        return {"municipality": municipality, **{name: part for name, part in said.items() if part}, **days}


class SheetSearch(MapSearch):
    """The same of a sheet of paper, which shows a box and may be asked by words."""

    bbox: Annotated[Box | None, parsed(Box.parse), TEXT_SCHEMA] = Field(
        None, description="What the sheet shows: west,south,east,north in degrees."
    )
    q: Typed | None = Field(None, description="Words or a number, as of the items.")

    def asked(self, municipality: str, **more: Any) -> PlanSearch:
        return super().asked(municipality, **({"q": self.q} if self.q else {}), **more)

    @property
    def box(self) -> Box | None:
        """What is shown: the box, else the map's view; None for the whole municipality."""
        return self.bbox or (Box(*self.view.drawn.bounds) if self.view else None)

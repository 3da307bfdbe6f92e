"""The places that are asked about: points and polygons as they are told, and what is loaded under a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from pydantic import ValidationError

from georegister.api.service import Service
from georegister.complaints import complaint
from georegister.domain.area import POLYGONAL, Drawn, area
from georegister.domain.geometry import Point, area_m2
from georegister.errors import PlaceAmbiguous, PlaceUnknown, QuestionInvalid, ValueRefused
from georegister.language import Translator
from georegister.register import places
from georegister.register.place_questions import MOST_PLACES, WAYS, PlaceSearch, PlacesMoment
from georegister.sentence import N_

NEAREST = 5
VERY_NAME, GOES_ON = 0, 1


@dataclass(frozen=True)
class Whereabouts:
    """A place that is asked about: a point in it, its area as WKB and square metres where it has one, what was said."""

    lon: float
    lat: float
    asked: dict[str, Any]
    area: bytes | None = None
    m2: float = 0.0

    @property
    def is_drawn(self) -> bool:
        """Whether an area was asked about that has no name."""
        return self.area is not None and "name" not in self.asked

    def as_json(self) -> dict[str, Any]:
        """What was asked, as an answer repeats it."""
        return {**self.asked, "point": _rounded(self.lon, self.lat)}


async def of(service: Service, question: PlacesMoment, way: str, value: Any, t: Translator) -> Whereabouts:
    """Raises QuestionInvalid for what is no area, PlaceUnknown and PlaceAmbiguous for a name."""
    if isinstance(value, Point):
        return Whereabouts(value.lon, value.lat, {"by": way})
    if isinstance(value, Drawn):
        return _drawn(way, value)
    named = places.called(way, bool(question.municipality), question.in_past)
    values = {"q": value, "municipality": list(question.municipality), "known_at": question.known_at}
    rows = await service.reading.rows(named, values)
    for fit in (VERY_NAME, GOES_ON):
        fitting = [row for row in rows if row["fit"] == fit]
        if len(fitting) > 1:
            raise PlaceAmbiguous(
                N_("{way}: there are several called {name!r}: {several}."),
                way,
                named_places(fitting, t),
                way=way,
                name=value[:80],
                several=_listed(fitting, t),
            )
        if fitting:
            return _found(way, value, fitting[0], t)
    if rows:
        raise PlaceUnknown(
            N_("Nothing that is loaded is called {name!r}; nearest are: {candidates}."),
            named_places(rows[:NEAREST], t),
            name=value[:80],
            candidates=_listed(rows[:NEAREST], t),
        )
    raise PlaceUnknown(N_("Nothing that is loaded is called {name!r}, nor nearly so."), [], name=value[:80])


def places_in(said: Any) -> list[tuple[str, Any]]:
    """The places of a body, each with the way in which it is told: GeoJSON, or objects such as `{"address": "..."}`.

    Raises QuestionInvalid naming the place.
    """
    if isinstance(said, dict) and "places" in said:
        said = said["places"] if len(said) == 1 else None
    elif isinstance(said, dict) and said.get("type") == "FeatureCollection":
        said = said.get("features")
    elif isinstance(said, dict):
        said = [said]
    if not isinstance(said, list) or not said:
        raise QuestionInvalid("body", N_("give GeoJSON, or a list of places"))
    if len(said) > MOST_PLACES:
        raise QuestionInvalid("body", N_("ask of at most {most} places at a time"), most=MOST_PLACES)
    return [_place_in(one, f"places.{number}") for number, one in enumerate(said)]


def _place_in(said: Any, where: str) -> tuple[str, Any]:
    if isinstance(said, dict) and said.get("type") == "Feature":
        said = said.get("geometry")
    if not isinstance(said, dict):
        raise QuestionInvalid(where, N_("give a place as GeoJSON, or by one of {ways}"), ways=", ".join(WAYS))
    if "type" in said:
        way, value = "point" if said["type"] == "Point" else "polygon", said
    elif len(said) == 1 and (way := next(iter(said))) in WAYS:
        value = said[way]
    else:
        raise QuestionInvalid(where, N_("give a place as GeoJSON, or by one of {ways}"), ways=", ".join(WAYS))
    try:
        [read] = getattr(PlaceSearch.model_validate({way: _as_parameter(way, value)}), way)
    except ValidationError as error:
        raise QuestionInvalid(f"{where}.{way}", complaint(error.errors()[0])) from error
    return way, read


def _as_parameter(way: str, value: Any) -> Any:
    """A point is a pair of numbers in GeoJSON."""
    pair = value.get("coordinates") if way == "point" and isinstance(value, dict) else value
    return ",".join(map(str, pair[:2])) if way == "point" and isinstance(pair, list) else pair


def named_places(rows: Sequence[dict[str, Any]], t: Translator) -> list[dict[str, Any]]:
    """Places by their names, each with the point it can be asked for by."""
    return [
        {
            "id": row["id"],
            "name": t.choose(row["names"]),
            "kind": row["kind"],
            "municipality": row["municipality"],
            "municipality_name": t.choose(row["municipality_names"]),
            "point": _rounded(row["lon"], row["lat"]),
        }
        for row in rows
    ]


def _listed(rows: Sequence[dict[str, Any]], t: Translator) -> str:
    return ", ".join(f"{one['name']} ({one['municipality_name']})" for one in named_places(rows, t))


def _rounded(lon: float, lat: float) -> list[float]:
    return [round(lon, 7), round(lat, 7)]


def _found(way: str, value: str, row: dict[str, Any], t: Translator) -> Whereabouts:
    asked = {"by": way, "said": value, "id": row["id"], "name": t.choose(row["names"]), "kind": row["kind"]}
    asked["municipality"] = row["municipality"]
    if row["area"] is None:
        return Whereabouts(row["lon"], row["lat"], asked)
    wkb = bytes(row["area"])
    return Whereabouts(row["lon"], row["lat"], asked, wkb, area_m2(shapely.from_wkb(wkb)))


def _drawn(way: str, drawn: Drawn) -> Whereabouts:
    if shapely.from_wkt(drawn.wkt).geom_type not in POLYGONAL:
        raise QuestionInvalid(way, N_("a point or a polygon is wanted"))
    try:
        meant = area(drawn, 0.0)
    except ValueRefused as error:
        raise QuestionInvalid(way, error.sentence) from error
    point = shapely.point_on_surface(shapely.from_wkb(meant.wkb))
    return Whereabouts(point.x, point.y, {"by": way}, meant.wkb, meant.m2)

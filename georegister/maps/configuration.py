"""One published map, from its TOML file."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from georegister.complaints import complaint
from georegister.errors import SettingsInvalid
from georegister.sentence import N_

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class PublishedMap(BaseModel):
    """Where a map begins and what it is called; everything else comes from the register when it is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: dict[str, str]
    municipality: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")]
    center: tuple[Latitude, Longitude]
    zoom: Annotated[int, Field(ge=0, le=20)]
    min_zoom: Annotated[int, Field(ge=0, le=20)] = 3
    max_zoom: Annotated[int, Field(ge=0, le=20)] = 18
    bounds: tuple[Longitude, Latitude, Longitude, Latitude]
    opens_on: Literal["bounds", "center"] = "bounds"
    """What the map shows first: all within its bounds, or its centre at its zoom."""
    order: int = 10
    """The map with the lowest is the one shown where none is asked for."""

    @property
    def surroundings(self) -> tuple[float, float, float, float]:
        """The bounds and as much again on each side: what a reader of the map comes to see."""
        west, south, east, north = self.bounds
        aside, up = east - west, north - south
        return max(west - aside, -180), max(south - up, -85), min(east + aside, 180), min(north + up, 85)

    @classmethod
    def around(cls, name: str, municipality: str, bounds: tuple[float, float, float, float]) -> Self:
        """A map of a place nobody has configured one for, by west, south, east and north in degrees."""
        west, south, east, north = (round(edge, 4) for edge in bounds)
        center = (round((south + north) / 2, 4), round((west + east) / 2, 4))
        return cls(
            name=name, title={}, municipality=municipality, center=center, zoom=9, bounds=(west, south, east, north)
        )


def read_maps(folders: list[Path]) -> dict[str, PublishedMap]:
    """Every map of the folders by name, in their order; an earlier folder's file of the same name wins.

    Raises SettingsInvalid naming the file and the field.
    """
    found: dict[str, PublishedMap] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.toml")):
            if file.stem == "palette" or file.stem in found:
                continue
            try:
                said = tomllib.loads(file.read_text(encoding="utf-8"))
                found[file.stem] = PublishedMap.model_validate({"name": file.stem, **said})
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsInvalid(
                    N_("The map {file} is not TOML: {error}."), file=file.name, error=error
                ) from error
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise SettingsInvalid(
                    N_("The map {file}: {place}: {reason}."), file=file.name, place=place, reason=complaint(dict(first))
                ) from error
    return dict(sorted(found.items(), key=lambda named: (named[1].order, named[0])))

"""Land is land and sea is sea, also where the data crosses the antimeridian or itself."""

import pytest
import shapely

from georegister.maps.land import land, land_within

LAND = {
    "Sorø": (11.55, 55.45),
    "the ice sheet": (-40, 70),
    "Nuuk's hinterland": (-48, 64.5),
    "Iceland": (-19, 64.8),
    "Siberia": (100, 60),
    "Chukotka": (-172, 66.5),
    "Fiji": (178, -17.8),
}
SEA = {"the Denmark Strait": (-30, 66), "the Davis Strait": (-57, 66), "Irminger": (-30, 62), "the Pacific": (-150, 0)}


@pytest.mark.parametrize("place", [*LAND, *SEA])
def test_what_is_land(place: str) -> None:
    lon, lat = {**LAND, **SEA}[place]
    point = shapely.Point(lon, lat)
    near = land_within(lon - 8, lat - 5, lon + 8, lat + 5)
    assert near.is_valid
    assert near.contains(point) == (place in LAND)


def test_no_coast_runs_round_the_world() -> None:
    """The shores about Greenland are no straight lines."""
    shores = shapely.from_geojson(land((-53.0, 60.5, -20.5, 72.2)))
    longest = max(
        abs(float(one[0] - other[0]))
        for ring in shapely.get_rings(shapely.get_parts(shores))
        for one, other in zip(ring.coords[:-1], ring.coords[1:], strict=True)
        if 60 < one[1] < 74
    )
    assert longest < 2

"""Generated plans in the shape of a real register, the same for the same seed, as a zipped shapefile.

Star-shaped rings of 20 to 400 vertices clustered round towns; 6 % in several parts, 5 % with holes, 1 % tangled.
A town has some thirty-five plans, as Danish towns have (172 in the five of Sorø): however many plans there are, one
lies over as many others.
"""

import json
import math
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

TOWNS = np.array(
    [[661_900, 6_146_600], [668_700, 6_146_200], [657_500, 6_157_000], [664_000, 6_158_500], [660_500, 6_150_500]]
)
PLANS_OF_A_TOWN, BETWEEN_TOWNS, FIRST_TOWN = 35, 3000, (480_000, 6_060_000)
USES = (11, 21, 31, 41, 51, 71, 81, 91)


def plans(number: int, seed: int = 1, towns: NDArray[np.int_] = TOWNS) -> gpd.GeoDataFrame:
    """Plans in Plandata's columns, in EPSG:25832, round the towns: without others those of Sorø."""
    rng = np.random.default_rng(seed)
    middles = towns[rng.integers(0, len(towns), number)] + rng.normal(0, 700, (number, 2))
    radii = np.clip(rng.lognormal(np.log(90), 0.8, number), 12, 900)
    counts = np.clip(rng.lognormal(np.log(70), 0.65, number), 20, 400).astype(int)
    lot = rng.random(number)
    shapes = [_shape(rng, *one) for one in zip(middles, radii, counts, lot, strict=True)]
    days = rng.integers(19_750_101, 20_240_101, number) // 100 * 100 + rng.integers(1, 29, number)
    days = np.where(
        days // 100 % 100 > 12, days // 10_000 * 10_000 + 615, np.where(days // 100 % 100 == 0, days + 100, days)
    )
    return gpd.GeoDataFrame(
        {
            "KOMNR": np.full(number, 340, dtype="int32"),
            "PLANID": np.arange(1_000_001, 1_000_001 + number, dtype="int64"),
            "PLANNR": [f"B {place}" for place in range(number)],
            "PLANNAVN": [f"Boliger og erhverv ved Søgårdsvej {place}" for place in range(number)],
            "ANVGEN": rng.choice(USES, number).astype("int32"),
            "DATOVEDT": days.astype("int32"),
            "DATOIKRAFT": np.where(lot > 0.2, days, 0).astype("int32"),
            "DOKLINK": [f"https://dokument.plan.example/20_{1_000_001 + place}.pdf" for place in range(number)],
        },
        geometry=shapes,
        crs=25832,
    )


def towns_for(number: int) -> NDArray[np.int_]:
    """Towns within `municipality` that so many plans lie round as densely as real ones."""
    wanted = max(1, number // PLANS_OF_A_TOWN)
    places = np.arange(wanted)
    across = math.isqrt(wanted)
    return np.column_stack((places % across, places // across)) * BETWEEN_TOWNS + FIRST_TOWN


def municipality(target: Path) -> Path:
    """A municipality file of one as large as a country and a sea, which a million plans lie in."""
    west, south, east, north = 7, 54, 17, 60
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    (target / "outline.geojson").write_text(json.dumps(outline))
    file = target / "municipality.toml"
    file.write_text(
        'code = "0340"\njurisdiction = "DK"\nslug = "bench"\nnames = { da = "Målekommune", en = "Bench" }\n'
        'languages = ["da"]\ntime_zone = "Europe/Copenhagen"\ncrs = [25832]\n'
        'outline = { file = "outline.geojson", geometry_source = "illustrative" }\n'
    )
    return file


def delivery(number: int, target: Path, seed: int = 1, towns: NDArray[np.int_] = TOWNS) -> Path:
    """The plans as a zipped shapefile named lokalplan."""
    with TemporaryDirectory() as folder:
        pyogrio.write_dataframe(plans(number, seed, towns), Path(folder) / "lokalplan.shp", encoding="UTF-8")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
            for part in sorted(Path(folder).iterdir()):
                zipped.write(part, part.name)
    return target


def _shape(
    rng: np.random.Generator, middle: NDArray[np.float64], radius: float, count: int, lot: float
) -> shapely.Geometry:
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    waves = np.arange(1, 6)[:, None]
    bumps = rng.normal(0, 0.22, (5, 1)) / waves * np.cos(waves * angles + rng.uniform(0, 6.28, (5, 1)))
    distance = radius * np.clip(1 + bumps.sum(0) + rng.normal(0, 0.015, count), 0.25, 2)
    ring = np.round(middle + np.column_stack((distance * np.cos(angles), distance * np.sin(angles))), 2)
    if 0.05 <= lot < 0.06:
        ring[[count // 3, 2 * count // 3]] = ring[[2 * count // 3, count // 3]]
    holes = [np.round(middle + (ring - middle) * 0.15, 2)[::-1]] if lot < 0.05 else []
    polygon = shapely.Polygon(ring, holes)
    if lot > 0.94:
        return shapely.MultiPolygon([polygon, shapely.Polygon(np.round(ring + [radius * 4.5, radius], 2))])
    return polygon

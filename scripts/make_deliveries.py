"""Makes the demo's deliveries and outlines: zipped shapefiles as a GIS department would hand them over.

    .venv/bin/python scripts/make_deliveries.py data

No source gives the geometry of these plans. The outlines are of a plausible size at the right place (domain research
4.1 and 4.2) and every row says that they are illustrative. The result is the same whenever it is made.
"""

import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely import affinity

HECTARE = 10_000
EPOCH = (2021, 10, 13, 0, 0, 0)

# Fields as a solar park follows them: two parts on either side of a lane, one with a farm in it.
SOLAR_PARK = shapely.MultiPolygon(
    [
        shapely.Polygon(
            [(-780, -560), (-420, -700), (-40, -690), (-30, -120), (-20, 480), (-330, 620), (-700, 560), (-860, 60)],
            [[(-420, 40), (-300, 30), (-290, 150), (-430, 160)]],
        ),
        shapely.Polygon(
            [(30, -680), (520, -610), (860, -330), (820, 180), (640, 610), (210, 690), (40, 490), (20, -110)]
        ),
    ]
)
COUNTY_HOUSE = shapely.Polygon([(-70, -55), (40, -75), (85, -20), (60, 60), (-20, 80), (-80, 40)])
CARE_HOME = shapely.Polygon([(-100, -60), (-10, -95), (105, -55), (95, 60), (10, 100), (-90, 70)])
HOMES = shapely.Polygon([(-35, -22), (28, -30), (38, 20), (-5, 34), (-32, 26)])
FRAME = shapely.Polygon([(-150, -90), (20, -140), (160, -60), (130, 90), (-40, 130), (-160, 60)])
HOMES_FRAME = shapely.Polygon([(-120, -80), (60, -110), (130, 10), (50, 110), (-90, 90)])

SOROE_OUTLINE = [
    *[(11.3186, 55.548), (11.330, 55.527), (11.352, 55.520), (11.372, 55.508), (11.392, 55.497), (11.415, 55.500)],
    *[(11.436, 55.492), (11.452, 55.478), (11.471, 55.465), (11.476, 55.449), (11.462, 55.436), (11.470, 55.421)],
    *[(11.492, 55.412), (11.508, 55.398), (11.530, 55.392), (11.548, 55.382), (11.566, 55.371), (11.588, 55.3638)],
    *[(11.612, 55.376), (11.634, 55.384), (11.650, 55.398), (11.672, 55.407), (11.693, 55.418), (11.688, 55.432)],
    *[(11.704, 55.445), (11.7108, 55.462), (11.690, 55.480), (11.668, 55.488), (11.655, 55.502), (11.637, 55.515)],
    *[(11.628, 55.535), (11.641, 55.553), (11.632, 55.571), (11.604, 55.585), (11.575, 55.586), (11.545, 55.5912)],
    *[(11.512, 55.580), (11.480, 55.574), (11.452, 55.566), (11.420, 55.572), (11.395, 55.566), (11.362, 55.570)],
    *[(11.335, 55.562), (11.3186, 55.548)],
]

# From the west coast round the south to the east coast, and back over the inland ice.
SERMERSOOQ_OUTLINE = [
    *[(-52.51, 64.75), (-52.3, 64.4), (-52.05, 64.0), (-51.6, 63.6), (-51.0, 63.1), (-50.4, 62.6), (-50.0, 62.1)],
    *[(-49.5, 61.75), (-48.7, 61.3), (-46.5, 61.15), (-44.5, 61.0), (-42.9, 60.9), (-42.5, 61.7), (-41.9, 62.5)],
    *[(-40.7, 63.3), (-40.2, 64.3), (-39.0, 65.0), (-36.9, 65.5), (-35.3, 66.1), (-33.3, 66.9), (-31.8, 67.7)],
    *[(-29.3, 68.0), (-26.3, 68.5), (-24.3, 69.2), (-22.2, 69.9), (-21.23, 70.5), (-21.8, 71.3), (-24.5, 71.9)],
    *[(-30.0, 71.94), (-38.0, 71.9), (-40.5, 70.5), (-42.0, 69.0), (-44.0, 67.5), (-46.0, 66.0), (-49.9, 65.1)],
    *[(-51.6, 65.05), (-52.51, 64.75)],
]


def at(shape: shapely.Geometry, x: float, y: float, area: float) -> shapely.Geometry:
    """The shape moved to a place in metres and sized to an area in square metres, on a grid of 1 cm."""
    size = (area / shape.area) ** 0.5
    moved = affinity.translate(affinity.scale(shape, size, size, origin=(0, 0)), x, y)
    return shapely.set_precision(moved, 0.01)


PARK = at(SOLAR_PARK, 669139, 6149012, 245 * HECTARE)
LOCAL_PLANS = [
    ("SK 66", "Solcellepark ved Fjenneslev", 81, "Tekniske anlæg", 20210512, 20211013, 20210512, 20210707, PARK),
    ("SK 69", "Boligområde ved Slagelsevej", 11, "Boligområde", 0, 0, 0, 0, at(COUNTY_HOUSE, 661400, 6146090, 17_000)),
    (
        *("SK 70", "Plejeboligområde ved Rørstensgården på Frederiksberg", None, None, 0, 0, 0, 0),
        at(CARE_HOME, 661856, 6143948, 31_000),
    ),
    ("SK 71", "Boliger ved Vedels Have i Søgade", 11, "Boligområde", 0, 0, 0, 0, at(HOMES, 661820, 6145785, 3_400)),
]
ADDENDA = [
    ("1-2021", "Solcellepark ved Fjenneslev", 20210512, 20211013, 20210512, 20210707, PARK.convex_hull.buffer(12, 1)),
    (
        *("2-2021", "Plejeboligområde ved Rørstensgården på Frederiksberg", 0, 0, 0, 0),
        at(CARE_HOME, 661860, 6143955, 38_000),
    ),
    ("3-2021", "Boliger ved Vedels Have i Søgade", 0, 0, 0, 0, at(HOMES_FRAME, 661815, 6145790, 12_000)),
    ("4-2021", "Boligområde ved Slagelsevej", 0, 0, 0, 0, at(COUNTY_HOUSE, 661404, 6146094, 21_000)),
    ("6-2022", "Kommuneplan 6 - planlægning for Traunertsvej 24", 0, 0, 0, 0, at(FRAME, 661091, 6145814, 62_000)),
]
# The second delivery. Its plans' days are in the files of facts, each with its source.
NO_TITLE = "Navnet er stedet; planens fulde titel er ikke oplyst i kilden."
NO_FATE = "Hvad der skete efter høringen, er ikke oplyst i kilden."
MORE_LOCAL_PLANS = [
    ("SK 3", "Vest for Haverup", f"{NO_TITLE} Beliggenheden er gættet.", at(HOMES_FRAME, 659300, 6149600, 60_000)),
    ("SK 61", "Rustkammergården, Pedersborg", NO_TITLE, at(CARE_HOME, 661405, 6147608, 22_000)),
    (
        *("SK 72", "Boliger øst for Sorø Station", f"{NO_TITLE} {NO_FATE}"),
        at(FRAME, 662480, 6145010, 45_000),
    ),
    (
        *("SK 75", "Ankerhus, Slagelsevej 70-72"),
        f"{NO_TITLE} Forslaget kom med en mindretalsudtalelse. {NO_FATE}",
        at(COUNTY_HOUSE, 660884, 6146252, 24_000),
    ),
]
MORE_ADDENDA = [("7-2022", "Rustkammergården, Pedersborg", NO_TITLE, at(HOMES_FRAME, 661405, 6147610, 30_000))]
NO_PARENT = "Kilden siger ikke, hvilken kommuneplan tillægget hører til; det står under den, der er indlæst."
GREENLANDIC_ADDENDA = [
    (
        *("1C4-3", "Kommuneplantillæg 1C4-3", f"Tillæggets titel er ikke oplyst i kilden. {NO_FATE} {NO_PARENT}"),
        at(COUNTY_HOUSE, 464100, 7116900, 18_000),
    ),
    ("3C8-1", "Qernertunnguit", f"{NO_FATE} {NO_PARENT}", at(FRAME, 466300, 7118100, 90_000)),
]
DATES = ["DATOFORSL", "DATOVEDT", "DATOSTART", "DATOSLUT"]


def local_plans() -> gpd.GeoDataFrame:
    columns = ["PLANNR", "PLANNAVN", "ANVGEN", "ANVENDELSE", *DATES, "geometry"]
    frame = gpd.GeoDataFrame(LOCAL_PLANS, columns=columns, geometry="geometry", crs=25832)
    frame.insert(0, "OBJEKTKODE", 20)
    return _common(frame)


def addenda() -> gpd.GeoDataFrame:
    columns = ["PLANNR", "PLANNAVN", *DATES, "geometry"]
    frame = gpd.GeoDataFrame(ADDENDA, columns=columns, geometry="geometry", crs=25832)
    frame["KOMPLAN"] = "Kommuneplan 2019-2030"
    return _common(frame)


def more_local_plans() -> gpd.GeoDataFrame:
    frame = _without_days(MORE_LOCAL_PLANS)
    frame.insert(0, "OBJEKTKODE", 20)
    return _common(frame)


def more_addenda() -> gpd.GeoDataFrame:
    frame = _without_days(MORE_ADDENDA)
    frame["KOMPLAN"] = "Kommuneplan 2019-2030"
    return _common(frame)


def greenlandic_addenda() -> gpd.GeoDataFrame:
    """In the columns of the `plain` mapping."""
    columns = ["NUMBER", "TITLE", "DESCRIPTIO", "geometry"]
    frame = gpd.GeoDataFrame(GREENLANDIC_ADDENDA, columns=columns, geometry="geometry", crs=3182)
    frame.insert(0, "MUNICIPALI", "0956")
    frame.insert(1, "KIND", "addendum")
    frame["GEOMETRY_S"] = "illustrative"
    return frame


def _without_days(rows: list[tuple[Any, ...]]) -> gpd.GeoDataFrame:
    columns = ["PLANNR", "PLANNAVN", "BEMAERKNIN", "geometry"]
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=25832)
    for column in DATES:
        frame[column] = 0
    return frame


def _common(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.insert(0, "KOMNR", 340)
    frame.insert(1, "KOMMUNENAV", "Sorø")
    frame["DATOIKRAFT"] = pd.Series([0] * len(frame), dtype="int32")
    frame["DATOAFLYST"] = pd.Series([0] * len(frame), dtype="int32")
    frame["DOKLINK"] = ""
    frame["GEOMKILDE"] = "illustrativ"
    for column in [*DATES, "KOMNR"]:
        frame[column] = frame[column].astype("int32")
    if "ANVGEN" in frame:
        frame["ANVGEN"] = frame["ANVGEN"].astype("Int32")
    frame.geometry = shapely.set_precision(frame.geometry.to_numpy(), 0.01)
    return frame


def write_zip(frame: gpd.GeoDataFrame, layer: str, target: Path) -> None:
    """A zip that is the same whenever it is made: fixed times, the .dbf's date among them."""
    with tempfile.TemporaryDirectory() as folder:
        pyogrio.write_dataframe(
            frame,
            Path(folder) / f"{layer}.shp",
            encoding="CP1252",
            layer_options={"DBF_DATE_LAST_UPDATE": "2021-10-13"},
        )
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
            for part in sorted(Path(folder).iterdir()):
                content = b"1252" if part.suffix == ".cpg" else part.read_bytes()
                zipped.writestr(zipfile.ZipInfo(part.name, EPOCH), content, zipfile.ZIP_DEFLATED)


def write_outline(corners: list[tuple[float, float]], target: Path) -> None:
    polygon = shapely.Polygon(corners)
    target.write_text(json.dumps(json.loads(shapely.to_geojson(polygon)), indent=1) + "\n", encoding="utf-8")


def main(folder: Path) -> None:
    soroe, sermersooq = folder / "soroe", folder / "sermersooq"
    for place in (soroe, sermersooq):
        place.mkdir(parents=True, exist_ok=True)
    write_zip(local_plans(), "lokalplan", soroe / "lokalplaner.zip")
    write_zip(addenda(), "kommuneplantillaeg", soroe / "kommuneplantillaeg.zip")
    write_zip(more_local_plans(), "lokalplan", soroe / "lokalplaner-2.zip")
    write_zip(more_addenda(), "kommuneplantillaeg", soroe / "kommuneplantillaeg-2.zip")
    write_outline(SOROE_OUTLINE, soroe / "outline.geojson")
    write_zip(greenlandic_addenda(), "kommuneplantillaeg", sermersooq / "kommuneplantillaeg.zip")
    write_outline(SERMERSOOQ_OUTLINE, sermersooq / "outline.geojson")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

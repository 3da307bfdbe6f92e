"""Sorø's register alone, with something in every collection: reference systems of Denmark cover all it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pyogrio

from georegister.loading.demo import demo_folders, steps
from georegister.loading.load import load
from georegister.loading.mapping import read_mapping
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.database import Database
from georegister.settings import folder
from tests.builders import a_plan, a_square
from tests.conftest import Server, served_to_read, temporary_root

MAPPINGS = folder("data") / "mappings"


def fill(database: Database) -> None:
    """The demo's Danish municipality, and parts of plans that the demo has none of."""
    [soroe] = [place for place in demo_folders(folder("data")) if place.name == "soroe"]
    for step in steps(soroe):
        if step.is_municipality:
            load_municipality(database, step.file, "test")
        else:
            mapping = read_mapping(MAPPINGS / f"{step.mapping}.toml") if step.mapping else None
            load(database, step.file, step.municipality, mapping, Options(by="test"))
    fill_parts(database)


def fill_parts(database: Database) -> None:
    """Parts of plans, and a plan they are of."""
    plan = a_plan("SK 900", "Ny by", PLANID=9001, DATOVEDT=20200615, DATOIKRAFT=20200620)
    x, y = plan["geometry"].bounds[:2]
    layers = {
        "lokalplan": [plan],
        "lokalplandelomraade_vedtaget": [
            {"PLANID": 9101, "LOKPLAN_ID": 9001, "LP_PLANNR": "SK 900", "DELNR": "1", "geometry": a_square(x, y, 40)}
        ],
        "kommuneplanramme_vedtaget": [
            a_plan("So.B 1", "Boliger", PLANID=9201, KOMPLAN_ID=0, KOMTIL_ID="1-2021", ANVGEN=11)
        ],
    }
    with temporary_root() as root:
        file = Path(root) / "plandata.gpkg"
        for name, rows in layers.items():
            pyogrio.write_dataframe(gpd.GeoDataFrame(rows, geometry="geometry", crs=25832), file, layer=name)
        load(database, file, "0340", read_mapping(MAPPINGS / "plandata.toml"), Options(by="test"))


@contextmanager
def served_alone(postgis: Server) -> Iterator[str]:
    """A server process over it; gives its address."""
    with served_to_read(postgis, postgis.template("template_soroe", "template_empty", fill)) as address:
        yield address

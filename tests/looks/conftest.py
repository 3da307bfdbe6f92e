"""The registers whose pages are looked at."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan, a_square
from tests.conftest import Server, serving

PAGES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "pages.toml").read_text(encoding="utf-8"))["page"]
LANGUAGES = ("da", "en")
SEEN = Options(acknowledge=frozenset({"GEOM-08"}))
# Where the eighteen lie, covering no plan of the demo.
ODD_PLACE = (656_000, 6_150_000)
EMPTY_TOWN = """
code = "9998"
jurisdiction = "DK"
slug = "tomby"
names = { da = "Tomby Kommune", en = "Tomby" }
languages = ["da"]
time_zone = "Europe/Copenhagen"
crs = [25832]
outline = { file = "outline.geojson", geometry_source = "illustrative" }
"""
OUTLINE = [[[9.0, 56.0], [9.2, 56.0], [9.2, 56.1], [9.0, 56.1], [9.0, 56.0]]]


@dataclass
class Registers:
    """The registers that pages are looked at in, each served when the first page of it is."""

    server: Server
    demo: str
    folder: Path
    plandata: MappingFile
    stack: ExitStack
    served: dict[str, str] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Where one is served."""
        if name not in self.served:
            copied, database = self.server.copy("template_empty" if name == "empty" else self.demo)
            self.stack.callback(self.server.sql, f"DROP DATABASE {copied} WITH (FORCE)")
            if name == "odd":
                self._make_odd(database)
            today = "2021-06-01" if name == "2021" else "2026-11-22"
            self.served[name] = self.stack.enter_context(serving(database, GEOREGISTER_TODAY=today))
        return self.served[name]

    def _make_odd(self, database: Database) -> None:
        (self.folder / "municipality.toml").write_text(EMPTY_TOWN, encoding="utf-8")
        (self.folder / "outline.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": OUTLINE}))
        load_municipality(database, self.folder / "municipality.toml", "test")
        rows = [
            a_plan(f"ODD {n}", long_name(n), DATOVEDT=20200101, DATOIKRAFT=20200110, geometry=a_square(*ODD_PLACE, 400))
            for n in range(1, 19)
        ]
        report = load(database, a_delivery(self.folder, rows), "0340", self.plandata, SEEN)
        assert report.refused == 0


def long_name(n: int) -> str:
    """Eighty letters, of some plans without a blank among them."""
    words = "Speciallægepraksis" if n % 3 == 0 else "Område til boliger, butikker og en børnehave"
    return f"{words} {n} {'æ' * 80}"[:80]


@pytest.fixture(scope="module")
def registers(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registers]:
    with ExitStack() as stack:
        yield Registers(postgis, demo_template, tmp_path_factory.mktemp("odd"), plandata, stack)

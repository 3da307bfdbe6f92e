"""Files that mean harm, or are merely broken: refused in words that name the file, soon, in bounded memory, with
nothing stored, nobody called and the next good delivery loaded. Cases 11, 15, 16 and 17 of the attack list.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import pytest

from georegister.domain.change import count
from georegister.errors import DeliveryRefused
from georegister.language import translator
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.read import LEAST_MEMORY, _environment, read
from georegister.loading.report import message, place
from georegister.register.database import Database, reading
from tests.builders import SOROE, a_delivery, a_plan, a_square, zipped
from tests.loading.hostile import NOWHERE, REFUSED, a_geopackage, a_ring, hostile_rows, nested, shapefile
from tests.loading.test_formats import a_member, a_wfs_answer

SECONDS = 60
"""A refusal takes one to three; other tests run beside this one."""


class Listener:
    """A port of this machine that nobody may call."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def was_called(self) -> bool:
        try:
            self.socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    with closing(made.socket):
        yield made


def known(database: Database) -> list[dict[str, Any]]:
    with reading(database) as session:
        asked = "SELECT (SELECT count(*) FROM load) AS loads, (SELECT max(seq) FROM act) AS act"
        return [dict(row) for row in session.sql(asked)]


@pytest.mark.parametrize("case", REFUSED)
def test_a_delivery_that_means_harm_is_refused(
    shared_demo: Database, plandata: MappingFile, tmp_path: Path, listener: Listener, case: str
) -> None:
    make, says = REFUSED[case]
    file = make(tmp_path, listener.url)
    before, started = known(shared_demo), time.monotonic()
    with pytest.raises(DeliveryRefused, match=says) as refused:
        load(shared_demo, file, "0340", plandata, Options(by="mallory", crs="EPSG:25832"))
    assert time.monotonic() - started < SECONDS
    said = str(refused.value)
    assert said.startswith(file.name)
    assert "\n" not in said
    assert "root:" not in said
    assert len(said) < 700
    assert known(shared_demo) == before
    assert not listener.was_called()
    # Of all children that were ever waited for: none came near what its limit allows.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < LEAST_MEMORY + 600_000_000


def test_after_all_that_a_good_delivery_loads(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    for case in ("shx cut", "wkt nested 100,000 deep"):
        with pytest.raises(DeliveryRefused):
            load(demo, REFUSED[case][0](tmp_path, ""), "0340", plandata, Options(by="mallory"))
    report = load(demo, a_delivery(tmp_path, [a_plan()]), "0340", plandata, Options(by="clerk"))
    assert count(report.plans)["added"] == 1
    assert report.receipt


# -- harmless once nothing is fetched and nothing runs


@pytest.mark.proves("attack/16")
def test_triggers_never_fire_and_other_tables_are_not_read(tmp_path: Path) -> None:
    file = a_geopackage(
        tmp_path,
        "CREATE TABLE private (password TEXT)",
        "CREATE TRIGGER evil AFTER INSERT ON lokalplan BEGIN DELETE FROM lokalplan; END",
        "CREATE VIEW everything AS SELECT * FROM private",
    )
    before = file.read_bytes()
    [layer] = read(file).layers
    assert [row["PLANNR"] for row in layer.rows()] == ["SK 900"]
    assert file.read_bytes() == before


def test_a_geopackage_still_open_elsewhere_is_refused(tmp_path: Path) -> None:
    file = a_geopackage(tmp_path)
    (tmp_path / "evil.gpkg-wal").write_bytes(b"x")
    with pytest.raises(DeliveryRefused, match="still open in another program"):
        read(file)


@pytest.mark.proves("attack/16")
def test_schemas_and_links_of_gml_are_not_fetched(tmp_path: Path, listener: Listener) -> None:
    file = tmp_path / "lokalplan.gml"
    said = a_wfs_answer(a_member(1, "1")).replace("http://127.0.0.1:9", listener.url)
    said = said.replace("<pdk:planid>", f'<pdk:doklink xlink:href="{listener.url}/a.gml"/><pdk:planid>')
    said = said.replace("<wfs:FeatureCollection", '<wfs:FeatureCollection xmlns:xlink="http://www.w3.org/1999/xlink"')
    file.write_text(said)
    [layer] = read(file).layers
    assert [row["plannr"] for row in layer.rows()] == ["1"]
    assert not listener.was_called()


def a_caller(folder: Path, url: str) -> Path:
    """A GeoJSON file whose reference system is an address, which plain GDAL asks."""
    file = folder / "evil.geojson"
    crs = {"type": "link", "properties": {"href": f"{url}/crs"}}
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [NOWHERE]}))
    return file


@pytest.mark.proves("attack/16")
def test_a_reference_system_that_is_an_address_is_not_asked(tmp_path: Path, listener: Listener) -> None:
    file = a_caller(tmp_path, listener.url)
    assert len(read(file).layers) == 1
    assert not listener.was_called()


@pytest.mark.thorough
@pytest.mark.parametrize("locked", [True, False])
def test_gdal_is_kept_from_calling_even_where_the_kernel_does_not_help(
    tmp_path: Path, listener: Listener, locked: bool
) -> None:
    """In a process that has the network: with the child's settings nobody is called, and without them somebody is."""
    file = a_caller(tmp_path, listener.url)
    without = "import sys; sys.modules.update(dict.fromkeys(('geopandas', 'pandas')))"
    code = f"{without}; import pyogrio; pyogrio.read_info({str(file)!r})"
    environment = _environment("GeoJSON") if locked else {"PATH": os.environ["PATH"], "GDAL_HTTP_TIMEOUT": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=120)
    assert listener.was_called() is not locked


@pytest.mark.proves("attack/16")
def test_a_prj_is_a_description_and_no_address(tmp_path: Path, listener: Listener) -> None:
    parts = shapefile(tmp_path)
    said = ("URL/crs", "+proj=utm +zone=32 +nadgrids=/etc/passwd", "/vsicurl/URL/crs.prj", "EPSG:25832")
    for number, prj in enumerate(said):
        own = {**parts, "lokalplan.prj": prj.replace("URL", listener.url).encode()}
        parts |= {name.replace("lokalplan", f"a{number}"): part for name, part in own.items() if "lokalplan" in name}
    layers = read(zipped(tmp_path / "evil.zip", parts)).layers
    unread = "its .prj says nothing that can be understood"
    assert [(layer.crs, str(layer.crs_note)) for layer in layers[:4]] == [(None, unread)] * 4
    assert (layers[4].crs, str(layers[4].crs_note)) == ("EPSG:25832", "as .prj says")
    assert not listener.was_called()


@pytest.mark.proves("attack/16")
def test_what_begins_like_a_formula_is_text(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    file = tmp_path / "lokalplan.csv"
    evil = "=cmd|' /C calc'!A0"
    file.write_text(f'KOMNR;PLANNR;PLANNAVN;WKT\n340;SK 900;"{evil}";"{a_square().wkt}"\n')
    report = load(demo, file, "0340", plandata, Options(crs="EPSG:25832"))
    assert count(report.plans)["added"] == 1
    with reading(demo) as session:
        [row] = session.sql("SELECT titles FROM plan_version WHERE number = 'SK 900'")
    assert row["titles"] == {"da": evil}


# -- rows


@pytest.mark.proves("attack/17")
def test_a_day_of_noughts_and_a_lying_cpg(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    rows = [a_plan(title="Søgård på Ærø", DATOVEDT="00000000")]
    report = load(demo, a_delivery(tmp_path, rows, encoding="CP1252", cpg="UTF-8"), "0340", plandata, Options())
    assert count(report.plans)["added"] == 1
    assert [(finding.rule.id, finding.details) for finding in report.findings] == [
        ("ENC-02", {"said": "UTF-8", "encoding": "CP1252"})
    ]
    [note] = report.layers
    assert "as .prj says" in note.words(translator("en"))


@pytest.mark.proves("attack/11")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_each_hostile_geometry_refuses_its_row_and_no_other(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    rows = hostile_rows()
    file = tmp_path / "lokalplan.gpkg"
    table = pa.table(
        {
            "PLANNR": [f"H {number}" for number in range(len(rows))],
            "PLANNAVN": list(rows),
            "geometry": pa.array([content for content, _ in rows.values()], pa.binary()),
        }
    )
    how = {"geometry_type": "Unknown", "geometry_name": "geometry", "crs": "EPSG:25832", "layer": "lokalplan"}
    pyogrio.write_arrow(table, file, driver="GPKG", layer_options={"SPATIAL_INDEX": "NO"}, **how)
    started = time.monotonic()
    report = load(demo, file, "0340", plandata, Options())
    assert time.monotonic() - started < SECONDS
    refused = {place(finding, translator("en")): finding for finding in report.findings if finding.refuses}
    found = {
        name: next(
            (finding.rule.id for finding in refused.values() if finding.origin and finding.origin.row == number), None
        )
        for number, name in enumerate(rows, 1)
    }
    assert found == {name: broken for name, (_, broken) in rows.items()}
    assert count(report.plans)["added"] == sum(broken is None for _, broken in rows.values())
    said = [message(finding, translator("en")) for finding in refused.values()]
    assert any("has 300,001 points; at most 200,000 are read" in words for words in said)
    assert any("its edges cross one another tens of thousands of times" in words for words in said)
    assert all("lokalplan.gpkg, layer lokalplan, row" in where for where in refused)


@pytest.mark.proves("attack/11")
def test_a_geometry_of_five_million_points_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 5_000_001)
    ring = a_ring(np.column_stack([SOROE[0] + np.cos(turn), SOROE[1] + np.sin(turn)]))
    file = tmp_path / "evil.gpkg"
    table = pa.table({"PLANNR": ["1"], "geometry": pa.array([ring], pa.binary())})
    how = {"geometry_type": "Polygon", "geometry_name": "geometry", "crs": "EPSG:25832"}
    pyogrio.write_arrow(table, file, driver="GPKG", layer_options={"SPATIAL_INDEX": "NO"}, **how)
    [layer] = read(file).layers
    assert layer.unusable == {1: ("points", 5_000_001)}
    assert layer.geometry is not None
    assert layer.geometry.null_count == 1


def test_parsers_are_not_fooled_by_depth(tmp_path: Path) -> None:
    """A WKB nested 40 deep in a GeoParquet file, which no driver of GDAL's has looked at."""
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"plannr": ["1", "2"], "geometry": pa.array([nested(40), nested(100_000)], pa.binary())})
    pa.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "evil.parquet")
    with pytest.raises(DeliveryRefused, match=r"evil\.parquet cannot be read: .*(fall over|deep)"):
        read(tmp_path / "evil.parquet")

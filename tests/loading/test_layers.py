"""What a report tells of each layer: how it was read, and which reference system would have fitted."""

from pathlib import Path

import pyarrow as pa
import pyogrio
import pyproj
import pytest
import shapely

from georegister.domain.change import count
from georegister.errors import DeliveryRefused
from georegister.language import translator
from georegister.loading.compare import Report
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.loading.report import lines, message
from georegister.register.database import Database
from tests.builders import a_delivery, a_plan, a_square
from tests.loading.test_formats import a_disc


def a_csv(folder: Path, drawn: int, swapped: bool = False) -> Path:
    """A plan in the middle of the municipality, written in one reference system, as well-known text."""
    to = pyproj.Transformer.from_crs(25832, drawn, always_xy=True)
    corners = [to.transform(*point) for point in shapely.get_coordinates(a_square())]
    square = shapely.Polygon([(y, x) if swapped else (x, y) for x, y in corners])
    file = folder / "lokalplan.csv"
    file.write_text(f'komnr,plannr,plannavn,wkt\n340,SK 900,Prøve,"{square.wkt}"\n', encoding="utf-8")
    return file


def previewed(database: Database, file: Path, mapping: MappingFile, crs: str | None = None) -> Report:
    return load(database, file, "0340", mapping, Options(crs=crs, dry_run=True))


@pytest.mark.parametrize(
    ("drawn", "swapped", "told", "found"),
    [
        (25832, False, "EPSG:25832", ["OVER-01"]),
        (25832, False, "EPSG:25833", ["GEOM-05", "GEOM-14"]),
        (25832, False, "EPSG:4326", ["GEOM-19"]),
        (25832, False, "25832", ["OVER-01"]),
        (3857, False, "EPSG:25832", ["GEOM-05", "GEOM-14"]),
        (4326, False, "EPSG:25832", ["GEOM-19"]),
        (4326, True, "EPSG:4326", ["GEOM-05", "GEOM-15"]),
        (25832, False, None, ["GEOM-04"]),
    ],
)
def test_a_wrong_reference_system_is_found_and_the_one_that_fits_is_named(
    shared_demo: Database,
    plandata: MappingFile,
    tmp_path: Path,
    drawn: int,
    swapped: bool,
    told: str | None,
    found: list[str],
) -> None:
    report = previewed(shared_demo, a_csv(tmp_path, drawn, swapped), plandata, told)
    assert sorted(finding.rule.id for finding in report.findings) == found
    said = " ".join(message(finding, translator("en")) for finding in report.findings)
    if swapped:
        assert "latitude and longitude exchanged" in said
    elif "OVER-01" not in found:
        assert f"--crs EPSG:{drawn}" in said


def test_each_layer_says_how_it_was_read(shared_demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    report = previewed(shared_demo, a_delivery(tmp_path, [a_plan(title="Søgård")], cpg=None), plandata)
    [line] = [line for line in lines(report, translator("en")) if "layer" in line and "reference system" in line]
    assert line == (
        "  layer lokalplan: 1 row; text UTF-8, nothing says so; it is valid UTF-8; "
        "reference system EPSG:25832, as .prj says"
    )


def test_arcs_are_kept_as_lines_and_told(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    file = tmp_path / "lokalplan.gpkg"
    table = pa.table({"plannr": ["SK 900"], "plannavn": ["Rund"], "geometry": [a_disc()]})
    how = {"geometry_type": "Unknown", "geometry_name": "geometry", "crs": "EPSG:25832", "layer": "lokalplan"}
    pyogrio.write_arrow(table, file, driver="GPKG", **how)
    report = load(demo, file, "0340", plandata, Options(by="test"))
    assert [(finding.rule.id, str(finding.origin)) for finding in report.findings] == [
        ("GEOM-09", "lokalplan.gpkg, layer lokalplan, row 1"),
        ("OVER-01", "lokalplan.gpkg, layer lokalplan, row 1"),
    ]
    assert count(report.plans)["added"] == 1


def test_a_delivery_without_a_row_says_so(shared_demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    file = tmp_path / "lokalplan.csv"
    file.write_text("komnr,plannr,plannavn,wkt\n")
    with pytest.raises(
        DeliveryRefused, match=r"^lokalplan\.csv has no rows \(in lokalplan\); there is nothing to load"
    ):
        previewed(shared_demo, file, plandata, "EPSG:25832")

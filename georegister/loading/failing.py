"""The failing parts of a delivery as a GeoPackage, for whoever mends them in a GIS."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pyogrio
import shapely

from georegister.language import Translator
from georegister.loading.compare import Report
from georegister.loading.report_json import finding_as_json

COLUMNS = ("rule", "severity", "responsible", "message", "basis", "file", "layer", "field", "plan")


def failing(report: Report, t: Translator) -> bytes:
    """A GeoPackage with one layer, `failing`, in EPSG:4326: a row for each finding that shows where, points, lines and
    polygons, with the delivery's row in `delivered_row`."""
    found = [finding for finding in report.findings if finding.geometry is not None]
    told = [finding_as_json(finding, t) for finding in found]
    columns = {name: pa.array([one[name] for one in told], pa.string()) for name in COLUMNS}
    columns["delivered_row"] = pa.array([one["row"] for one in told], pa.int64())
    wkb = [shapely.to_wkb(finding.geometry) for finding in found]
    table = pa.table({**columns, "geom": pa.array(wkb, pa.binary())})
    with tempfile.TemporaryDirectory(prefix="georegister-failing-") as folder:
        file = Path(folder) / "failing.gpkg"
        of = {"driver": "GPKG", "layer": "failing", "geometry_type": "Unknown", "geometry_name": "geom"}
        pyogrio.write_arrow(table, file, crs="EPSG:4326", **of)
        return file.read_bytes()

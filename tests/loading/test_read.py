"""The reader opens real files in its child process; hostile ones come to nothing there."""

import os
from pathlib import Path

import pyogrio
import pytest

from georegister.errors import DeliveryRefused
from georegister.loading.formats import SHAPEFILE_MAGIC
from georegister.loading.read import read
from tests.builders import a_delivery, a_plan, zipped


def test_a_zipped_shapefile(tmp_path: Path) -> None:
    reading = read(a_delivery(tmp_path, [a_plan(title="Åhusene ved Sø & Skov"), a_plan("SK 901", "Ærø")]))
    [layer] = reading.layers
    assert (layer.name, layer.crs, str(layer.encoding_note)) == ("lokalplan", "EPSG:25832", "as .cpg says")
    assert [row["PLANNAVN"] for row in layer.rows()] == ["Åhusene ved Sø & Skov", "Ærø"]
    assert len(layer.geometry) == 2


def test_a_loose_shapefile_with_its_parts(tmp_path: Path) -> None:
    a_delivery(tmp_path, [a_plan()])
    [layer] = read(tmp_path / "lokalplan" / "lokalplan.shp").layers
    assert [row["PLANNR"] for row in layer.rows()] == ["SK 900"]


@pytest.mark.parametrize(
    ("written", "cpg", "found", "note"),
    [
        ("CP1252", "1252", "CP1252", "as .cpg says"),
        ("CP1252", "ANSI 1252", "CP1252", "as .cpg says"),
        ("UTF-8", "UTF-8", "UTF-8", "as .cpg says"),
        ("ISO-8859-1", "88591", "ISO8859-1", "as .cpg says"),
        ("UTF-8", None, "UTF-8", "nothing says so; it is valid UTF-8"),
        ("CP1252", None, "CP1252", "nothing says so; it is not UTF-8"),
        ("CP1252", "UTF-8", "CP1252", "what .cpg says, UTF-8, does not fit"),
    ],
)
def test_danish_letters_survive_every_encoding(
    tmp_path: Path, written: str, cpg: str | None, found: str, note: str
) -> None:
    [layer] = read(a_delivery(tmp_path, [a_plan(title="Søgård på Ærø")], encoding=written, cpg=cpg)).layers
    assert next(layer.rows())["PLANNAVN"] == "Søgård på Ærø"
    assert layer.encoding.replace("-", "") == found.replace("-", "")
    assert str(layer.encoding_note) == note


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("nonsense", "there is no such encoding"),
        ("hex", "not written in it"),
        ("ascii", "lokalplan.dbf is not written in it"),
        ("utf-8", "lokalplan.dbf is not written in it"),
    ],
)
def test_an_encoding_that_was_told_and_does_not_fit_is_refused(tmp_path: Path, told: str, reason: str) -> None:
    delivery = a_delivery(tmp_path, [a_plan(title="Søgård på Ærø")], encoding="CP1252", cpg=None)
    with pytest.raises(DeliveryRefused, match=f"lokalplan.zip.*--encoding {told}.*{reason}"):
        read(delivery, encoding=told)


def test_an_encoding_that_was_told_and_fits_is_taken(tmp_path: Path) -> None:
    delivery = a_delivery(tmp_path, [a_plan(title="Søgård på Ærø")], encoding="CP1252", cpg="UTF-8")
    [layer] = read(delivery, encoding="cp1252").layers
    assert (next(layer.rows())["PLANNAVN"], str(layer.encoding_note)) == ("Søgård på Ærø", "as told by --encoding")


def test_a_name_that_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    named = Path(os.fsdecode(os.fsencode(tmp_path) + b"/lokalplan_\xe6.zip"))
    a_delivery(tmp_path, [a_plan()]).rename(named)
    with pytest.raises(DeliveryRefused, match="not UTF-8") as refused:
        read(named)
    str(refused.value).encode()


def test_several_layers_are_all_read(tmp_path: Path) -> None:
    a_delivery(tmp_path, [a_plan()], name="lokalplan")
    a_delivery(tmp_path, [a_plan("1-2021")], name="tillaeg")
    parts = {file.name: file.read_bytes() for name in ("lokalplan", "tillaeg") for file in (tmp_path / name).iterdir()}
    assert [layer.name for layer in read(zipped(tmp_path / "both.zip", parts)).layers] == ["lokalplan", "tillaeg"]


def test_without_a_prj_no_reference_system_is_made_up(tmp_path: Path) -> None:
    assert read(a_delivery(tmp_path, [a_plan()], crs=None)).layers[0].crs is None


def test_a_virtual_source_in_a_shapefiles_clothes_is_refused(tmp_path: Path) -> None:
    """Plain GDAL opens it and hands out the file it points at."""
    secret = tmp_path / "secret.csv"
    secret.write_text("name,password\nroot,hunter2\n")
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    virtual = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    evil = tmp_path / "evil.shp"
    evil.write_text(virtual)
    assert "hunter2" in str(pyogrio.raw.read(evil))
    with pytest.raises(DeliveryRefused, match="not a shapefile"):
        read(evil)
    with pytest.raises(DeliveryRefused, match="not a shapefile"):
        read(zipped(tmp_path / "evil.zip", {"evil.shp": virtual.encode()}))


def test_a_virtual_source_behind_the_right_first_bytes_is_refused(tmp_path: Path) -> None:
    made = zipped(
        tmp_path / "evil.zip",
        {"evil.shp": SHAPEFILE_MAGIC + b"<OGRVRTDataSource/>" + bytes(200), "evil.shx": b"", "evil.dbf": b""},
    )
    with pytest.raises(DeliveryRefused, match="cannot be read"):
        read(made)


@pytest.mark.parametrize("name", ["plans.kml", "plans.tif", "plans", "plans.vrt"])
def test_a_form_that_is_not_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DeliveryRefused, match="georegister reads"):
        read(tmp_path / name)


def test_a_zip_without_a_shapefile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="holds no file that georegister reads"):
        read(zipped(tmp_path / "a.zip", {"readme.txt": b"hello"}))


def test_a_truncated_shapefile_is_refused_and_named(tmp_path: Path) -> None:
    a_delivery(tmp_path, [a_plan()])
    parts = {file.name: file.read_bytes() for file in (tmp_path / "lokalplan").iterdir()}
    parts["lokalplan.shp"] = parts["lokalplan.shp"][:60]
    with pytest.raises(DeliveryRefused, match=r"cut\.zip cannot be read"):
        read(zipped(tmp_path / "cut.zip", parts))

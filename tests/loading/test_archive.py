import struct
import zipfile
from pathlib import Path

import pytest

from georegister.errors import ArchiveRefused
from georegister.loading import archive
from georegister.loading.archive import unpack
from tests.builders import zipped

pytestmark = pytest.mark.proves("attack/15")


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def test_folders_are_flattened_and_strangers_passed_over(tmp_path: Path, into: Path) -> None:
    made = zipped(
        tmp_path / "a.zip",
        {"data/Plan.SHP": b"1", "data/plan.dbf": b"2", "Thumbs.db": b"3", "__MACOSX/._plan.shp": b"4"},
    )
    found = unpack(made, into)
    assert sorted(file.name for file in found.files) == ["Plan.shp", "plan.dbf"]
    assert found.ignored == ("Thumbs.db", "__MACOSX/._plan.shp")
    assert sorted(file.name for file in into.iterdir()) == ["Plan.shp", "plan.dbf"]


@pytest.mark.parametrize("name", ["../plan.shp", "/etc/plan.shp", "a/../../plan.shp", "..\\plan.shp", "C:\\plan.shp"])
def test_names_that_climb_are_refused(tmp_path: Path, into: Path, name: str) -> None:
    with pytest.raises(ArchiveRefused, match="leads out of the zip"):
        unpack(zipped(tmp_path / "a.zip", {name: b"1"}), into)
    assert list(into.iterdir()) == []


def test_names_that_differ_only_in_case_or_folder_are_refused(tmp_path: Path, into: Path) -> None:
    with pytest.raises(ArchiveRefused, match="two files are called"):
        unpack(zipped(tmp_path / "a.zip", {"a/plan.shp": b"1", "b/PLAN.shp": b"2"}), into)


def test_a_link_is_refused(tmp_path: Path, into: Path) -> None:
    made = tmp_path / "a.zip"
    with zipfile.ZipFile(made, "w") as opened:
        entry = zipfile.ZipInfo("plan.shp")
        entry.external_attr = 0o120777 << 16
        opened.writestr(entry, "/etc/passwd")
    with pytest.raises(ArchiveRefused, match="is a link"):
        unpack(made, into)


def test_an_encrypted_entry_is_refused(tmp_path: Path, into: Path) -> None:
    made = zipped(tmp_path / "a.zip", {"plan.shp": b"1"})
    content = bytearray(made.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    made.write_bytes(content)
    with pytest.raises(ArchiveRefused, match="encrypted"):
        unpack(made, into)


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, into: Path) -> None:
    made = zipped(tmp_path / "a.zip", {"plan.shp": bytes(60_000_000)})
    with pytest.raises(ArchiveRefused, match="times its size"):
        unpack(made, into)
    allowed = archive.RATIO * made.stat().st_size + archive.CHUNK
    assert sum(file.stat().st_size for file in into.iterdir()) <= allowed < 60_000_000


def test_sizes_are_counted_and_not_believed(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BYTES_TOTAL", 1000)
    with pytest.raises(ArchiveRefused, match="larger than this register reads"):
        unpack(zipped(tmp_path / "a.zip", {"a.shp": bytes(600), "a.dbf": bytes(600)}), into)


def test_too_many_entries_are_refused(tmp_path: Path, into: Path) -> None:
    made = zipped(tmp_path / "a.zip", {f"{n}.shp": b"" for n in range(archive.ENTRIES + 1)})
    with pytest.raises(ArchiveRefused, match="at most"):
        unpack(made, into)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 9, 9, 0)]
)
def test_what_is_no_zip_is_refused(tmp_path: Path, into: Path, content: bytes) -> None:
    made = tmp_path / "a.zip"
    made.write_bytes(content)
    with pytest.raises(ArchiveRefused, match="not a readable zip"):
        unpack(made, into)


def test_a_damaged_entry_is_refused(tmp_path: Path, into: Path) -> None:
    made = zipped(tmp_path / "a.zip", {"plan.shp": bytes(range(256)) * 40})
    content = bytearray(made.read_bytes())
    content[60:80] = bytes(20)
    made.write_bytes(content)
    with pytest.raises(ArchiveRefused):
        unpack(made, into)

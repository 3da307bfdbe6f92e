"""The drill: load, back up, lose everything, restore, compare, and load again."""

import io
import json
import tarfile
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from georegister.cli import app, backup, load  # noqa: F401  # each adds its commands
from georegister.errors import BackupRefused
from georegister.loading.load import load as load_file
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.backup import DUMP, MANIFEST
from georegister.register.database import Database, reading
from georegister.settings import folder
from tests.builders import a_delivery, a_plan, content_of

LOKALPLANER = folder("data") / "soroe" / "lokalplaner.zip"


def say(database: Database, *arguments: str) -> Result:
    environment = {"GEOREGISTER_DATABASE_URL": database.admin, "LC_ALL": "C.UTF-8"}
    return CliRunner().invoke(app, arguments, env=environment)


def everything(database: Database) -> list[dict[str, object]]:
    """Every row of what is kept for ever, with its hash, and how many of the rest."""
    with reading(database) as session:
        return session.sql(
            "SELECT 'act' AS what, md5(a::text) AS content FROM act a UNION ALL "
            "SELECT 'version', md5(v::text) FROM plan_version v UNION ALL "
            "SELECT 'event', md5(e::text) FROM plan_event e UNION ALL "
            "SELECT 'load', md5(l::text) FROM load l UNION ALL "
            "SELECT 'file', encode(sha256, 'hex') FROM delivery_file ORDER BY 1, 2"
        ).fetchall()


def rewritten(source: Path, target: Path, **changed: bytes) -> Path:
    """The archive with some members changed, whole as an archive."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for name in (MANIFEST, DUMP):
            inside = old.extractfile(name)
            assert inside
            content = changed.get(name.split(".")[0], inside.read())
            told = tarfile.TarInfo(name)
            told.size = len(content)
            new.addfile(told, io.BytesIO(content))
    return target


def test_the_drill(demo: Database, empty: Database, plandata: MappingFile, tmp_path: Path) -> None:
    kept, rows, file = content_of(demo), everything(demo), tmp_path / "register.tar"
    done = say(demo, "backup", str(file))
    assert done.exit_code == 0, done.exception
    assert "register.tar: 2 municipalities, " in done.stdout
    assert file.stat().st_mode & 0o077 == 0
    assert [left for left in tmp_path.iterdir() if left != file] == []

    done = say(empty, "restore", str(file))
    assert done.exit_code == 0, done.exception
    assert content_of(empty) == kept
    assert everything(empty) == rows
    again = load_file(empty, LOKALPLANER, "0340", plandata, Options())
    assert again.changes_nothing
    assert load_file(empty, a_delivery(tmp_path, [a_plan()]), "0340", plandata, Options()).receipt
    with psycopg.connect(empty.conninfo("owner")) as connection, pytest.raises(psycopg.Error, match="is refused"):
        connection.execute("DELETE FROM plan_version")

    refused = say(empty, "restore", str(file))
    assert refused.exit_code == 1
    assert "say --replace" in str(refused.exception)
    assert say(empty, "restore", str(file), "--replace").exit_code == 0
    assert (content_of(empty), everything(empty)) == (kept, rows)


def test_what_is_cut_off_or_altered_changes_nothing(demo: Database, tmp_path: Path) -> None:
    file = tmp_path / "register.tar"
    assert say(demo, "backup", str(file)).exit_code == 0
    rows, content = everything(demo), file.read_bytes()
    with tarfile.open(file) as archive:
        inside = archive.extractfile(MANIFEST)
        assert inside
        manifest = json.load(inside)
        inside = archive.extractfile(DUMP)
        assert inside
        dump = inside.read()
    flipped = bytearray(dump)
    flipped[len(dump) // 2] ^= 1

    def told(**change: object) -> bytes:
        return json.dumps({**manifest, **change}).encode()

    wrong = {"tables": {**manifest["tables"], "plan": 1}}
    wrong_head = {"acts": {"0340": {"seq": 1, "hash": "00" * 32}}}
    for name, bad, says in (
        ("cut", content[: len(content) // 2], "cut off or altered|no whole backup"),
        ("start", content[:100], "no whole backup"),
        ("flip", rewritten(file, tmp_path / "a", register=bytes(flipped)).read_bytes(), "checksum"),
        ("rows", rewritten(file, tmp_path / "b", manifest=told(**wrong)).read_bytes(), "table plan has .* rows"),
        ("head", rewritten(file, tmp_path / "c", manifest=told(**wrong_head)).read_bytes(), "last act of 0340"),
        ("odd", rewritten(file, tmp_path / "d", manifest=b"[]").read_bytes(), "manifest cannot be read"),
        ("zip", LOKALPLANER.read_bytes(), "no whole backup"),
    ):
        spoilt = tmp_path / name
        spoilt.write_bytes(bad)
        done = say(demo, "restore", str(spoilt), "--replace")
        assert done.exit_code == 1, name
        assert isinstance(done.exception, BackupRefused), (name, done.exception)
        with pytest.raises(BackupRefused, match=says):
            raise done.exception
        assert everything(demo) == rows, name
    assert "There is no file" in str(say(demo, "restore", str(tmp_path / "none")).exception)
    assert "cannot be written" in str(say(demo, "backup", str(tmp_path / "no" / "such")).exception)

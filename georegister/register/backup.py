"""The whole register in one file, and back.

    FILE (tar)   manifest.json   versions, the number of rows of each table, the last act of each municipality with
                                 its hash, the SHA-256 and length of the dump
                 register.dump   pg_dump's custom format, of the same snapshot as the manifest's numbers

A restore reads nothing into the database before the checksum is right, and is one transaction: in it the register's
old tables go, the dump's come, and every number of the manifest and the whole chain of acts are checked.
"""

import hashlib
import json
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from georegister import __version__
from georegister.errors import BackupRefused, RegisterUnavailable
from georegister.register import schema, tables
from georegister.register.database import Database
from georegister.sentence import N_

MANIFEST, DUMP = "manifest.json", "register.dump"
FORM = 1
LARGEST_MANIFEST = 10_000_000
PIECE = 1_048_576
NOT_OURS = re.compile(
    r"^\d+; \d+ \d+ (?:EXTENSION|SCHEMA|COMMENT - (?:EXTENSION|SCHEMA)|ACL - SCHEMA)\b|spatial_ref_sys"
)
"""Entries of a dump that are the database's own: extensions, the schema `public`, reference systems."""
BACKUP_STEPS = ("dump", "checksum", "write")
RESTORE_STEPS = ("checksum", "read", "restore", "migrate")
Progress = Callable[[str], None]
EMPTY_IT = """
    DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND c.relowner = 'owner'::regrole
        LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.name); END LOOP;
        FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 'owner'::regrole
        LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name); END LOOP;
    END $$;
"""
CHECK_IT = """
    SELECT set_config('georegister.manifest', :'manifest', true) IS NOT NULL AS told;
    DO $$ DECLARE
        manifest jsonb := current_setting('georegister.manifest')::jsonb;
        one record;
        found bigint;
    BEGIN
        FOR one IN SELECT key, value::bigint AS rows FROM jsonb_each_text(manifest -> 'tables') LOOP
            EXECUTE format('SELECT count(*) FROM public.%I', one.key) INTO found;
            IF found <> one.rows THEN
                RAISE EXCEPTION 'the table % has % rows, and the manifest says %', one.key, found, one.rows;
            END IF;
        END LOOP;
        FOR one IN SELECT key, value ->> 'hash' AS hash FROM jsonb_each(manifest -> 'acts') LOOP
            IF (SELECT encode(hash, 'hex') FROM public.act WHERE municipality = one.key ORDER BY seq DESC LIMIT 1)
                    IS DISTINCT FROM one.hash THEN
                RAISE EXCEPTION 'the last act of % is not the one of the manifest', one.key;
            END IF;
        END LOOP;
        IF EXISTS (
            SELECT FROM (SELECT a.*, lag(a.hash) OVER (PARTITION BY a.municipality ORDER BY a.seq) AS before
                         FROM public.act a) a
            WHERE a.prev IS DISTINCT FROM a.before OR a.hash <> public.act_hash(
                a.municipality, a.seq, a.at, a.actor, a.kind, a.reason, a.load, a.payload, a.prev)
        ) THEN
            RAISE EXCEPTION 'the chain of acts is broken';
        END IF;
        UPDATE public.alembic_version SET version_num = manifest -> 'versions' ->> 'schema';
    END $$;
"""


@dataclass(frozen=True)
class Programs:
    """Where pg_dump, pg_restore and psql are, and the environment they run in."""

    folder: Path
    environment: Mapping[str, str]


def backup(
    database: Database, target: Path, programs: Programs, progress: Progress = lambda step: None
) -> dict[str, Any]:
    """Writes the register to a file, which is there whole or not at all; gives the manifest.

    Raises BackupRefused where it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".georegister-backup-", dir=target.parent) as making:
            dump, made = Path(making) / DUMP, Path(making) / "made.tar"
            with _snapshot(database) as (connection, snapshot):
                progress("dump")
                _run(
                    programs,
                    database,
                    "pg_dump",
                    "-Fc",
                    "-T",
                    "alembic_version",
                    "--snapshot",
                    snapshot,
                    "-f",
                    str(dump),
                )
                manifest = _manifest(connection)
            progress("checksum")
            with dump.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            manifest["dump"] = {"name": DUMP, "bytes": dump.stat().st_size, "sha256": digest}
            told = Path(making) / MANIFEST
            told.write_text(json.dumps(manifest, indent=2, ensure_ascii=False), encoding="utf-8")
            progress("write")
            with tarfile.open(made, "w") as archive:
                archive.add(told, MANIFEST)
                archive.add(dump, DUMP)
            made.chmod(0o600)
            made.replace(target)
    except OSError as error:
        raise BackupRefused(N_("{target} cannot be written: {error}."), target=target, error=error) from error
    return manifest


def restore(
    database: Database,
    source: Path,
    programs: Programs,
    *,
    replace: bool = False,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Makes the database hold what the file holds, and nothing else; gives the manifest.

    The database holds this version's schema already. Raises BackupRefused where the file is not whole or not ours,
    or where the register is not empty and is not to be replaced; then nothing has changed.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="georegister-restore-") as making:
            dump = Path(making) / DUMP
            progress("checksum")
            manifest = _unpacked(source, dump)
            schema.refuse_newer(str(manifest["versions"]["schema"]))
            if not replace:
                _refuse_full(database)
            progress("read")
            entries = _run(programs, None, "pg_restore", "-l", str(dump)).splitlines()
            chosen = Path(making) / "entries"
            chosen.write_text("\n".join(entry for entry in entries if not NOT_OURS.search(entry)), encoding="utf-8")
            script, checks = Path(making) / "restore.sql", Path(making) / "checks.sql"
            _run(programs, None, "pg_restore", "-L", str(chosen), "-f", str(script), str(dump))
            before = Path(making) / "before.sql"
            before.write_text(EMPTY_IT, encoding="utf-8")
            checks.write_text(CHECK_IT, encoding="utf-8")
            progress("restore")
            files = [part for file in (before, script, checks) for part in ("-f", str(file))]
            told = f"manifest={json.dumps(manifest)}"
            _run(programs, database, "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-v", told, *files)
    except OSError as error:
        raise BackupRefused(N_("{source} cannot be restored: {error}."), source=source, error=error) from error
    progress("migrate")
    schema.migrate(database)
    return manifest


# -- the manifest


@contextmanager
def _snapshot(database: Database) -> "Iterator[tuple[psycopg.Connection[Any], str]]":
    """A transaction that looks, and the name by which pg_dump sees the very same."""
    try:
        with psycopg.connect(database.admin) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
            yield connection, snapshot
    except psycopg.OperationalError as error:
        raise RegisterUnavailable(N_("The database does not answer: {error}"), error=error) from error


def _manifest(connection: "psycopg.Connection[Any]") -> dict[str, Any]:
    counts = {}
    for name in sorted(tables.plan.metadata.tables):
        [counts[name]] = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        ).fetchone() or [0]
    heads = connection.execute(
        "SELECT DISTINCT ON (municipality) municipality, seq, encode(hash, 'hex') FROM act "
        "ORDER BY municipality, seq DESC"
    ).fetchall()
    [revision, server, postgis] = connection.execute(
        "SELECT (SELECT version_num FROM alembic_version), current_setting('server_version'), postgis_lib_version()"
    ).fetchone() or ["", "", ""]
    return {
        "form": FORM,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"georegister": __version__, "schema": revision, "postgresql": server, "postgis": postgis},
        "tables": counts,
        "acts": {municipality: {"seq": seq, "hash": digest} for municipality, seq, digest in heads},
    }


# -- the file


def _unpacked(source: Path, dump: Path) -> dict[str, Any]:
    """Writes the dump out, and gives the manifest that it fits. Raises BackupRefused."""
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _read_manifest(source, archive.extractfile(MANIFEST))
            inside = archive.extractfile(DUMP)
            digest, length = hashlib.sha256(), 0
            with dump.open("wb") as out:
                while inside and (piece := inside.read(PIECE)):
                    digest.update(piece)
                    length += len(piece)
                    out.write(piece)
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise BackupRefused(
            N_("{source} is no whole backup of georegister: {error}."), source=source.name, error=error
        ) from error
    told = manifest["dump"]
    if (length, digest.hexdigest()) != (told["bytes"], told["sha256"]):
        raise BackupRefused(
            N_("{source} has been cut off or altered: its checksum is not that of the manifest."), source=source.name
        )
    return manifest


def _read_manifest(source: Path, file: IO[bytes] | None) -> dict[str, Any]:
    try:
        manifest = json.loads(file.read(LARGEST_MANIFEST)) if file else None
        assert isinstance(manifest, dict)
        sound = manifest["form"] == FORM and isinstance(manifest["tables"], dict) and isinstance(manifest["acts"], dict)
        assert sound
        assert {"bytes", "sha256"} <= manifest["dump"].keys()
        assert manifest["versions"]["schema"]
    except (ValueError, AssertionError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(
            N_("{source} is no whole backup of georegister: its manifest cannot be read."), source=source.name
        ) from error
    return manifest


def _refuse_full(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        [loads] = connection.execute("SELECT count(*) FROM act").fetchone() or [0]
    if loads:
        raise BackupRefused(
            N_(
                "The register is not empty ({loads} changes are recorded in it); "
                "say --replace to put the backup in its place. "
                "What is there now would be gone: make a backup of it first. Nothing was changed."
            ),
            loads=loads,
        )


def _run(programs: Programs, database: Database | None, name: str, *arguments: str) -> str:
    """Runs one of PostgreSQL's programs; a password never stands among its arguments. Raises BackupRefused."""
    environment = {**programs.environment, "PGOPTIONS": "-c lock_timeout=10s -c client_min_messages=warning"}
    target: list[str] = []
    if database:
        said = {name: str(value) for name, value in conninfo_to_dict(database.admin).items() if value is not None}
        if password := said.pop("password", None):
            environment["PGPASSWORD"] = password
        elif "PGPASSWORD" in os.environ:
            environment["PGPASSWORD"] = os.environ["PGPASSWORD"]
        target = ["-d", make_conninfo("", **said)]
    command = [str(programs.folder / name), *target, *arguments]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        words = " ".join(done.stderr.decode(errors="replace").split())
        raise BackupRefused(N_("{name} failed, and nothing was changed: {words}"), name=name, words=words[-600:] or "–")
    return done.stdout.decode(errors="replace")

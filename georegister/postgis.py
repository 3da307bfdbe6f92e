"""PostgreSQL with PostGIS: found on this machine, or installed."""

import os
import re
import subprocess
from pathlib import Path

from georegister import debian
from georegister.errors import ClusterError
from georegister.sentence import N_


def binaries() -> Path:
    """The folder of initdb, postgres and pg_ctl of a PostgreSQL that has PostGIS; installs them where missing.

    `GEOREGISTER_PGBIN` names the folder outright. Raises ClusterError where none can be had.
    """
    named = os.environ.get("GEOREGISTER_PGBIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise ClusterError(N_("GEOREGISTER_PGBIN names {named}, which has no initdb."), named=named)
        return Path(named)
    if found := _installed():
        return found
    try:
        debian.refresh()
        debian.install(_packages())
    except debian.PackagesNotInstalled as error:
        raise ClusterError(error.sentence.message, **error.sentence.details) from error
    if found := _installed():
        return found
    raise ClusterError(N_("PostgreSQL was installed, and still no PostGIS is to be found beside it."))


def major(folder: Path) -> int:
    """The major version of the PostgreSQL in the folder. Raises ClusterError where it does not run."""
    words = subprocess.run(
        [str(folder / "postgres"), "--version"], env=environment(), capture_output=True, text=True, check=False
    )
    found = re.search(r"\) (\d+)", words.stdout)
    if not found:
        raise ClusterError(
            N_("{folder}/postgres does not run: {words}"), folder=folder, words=(words.stderr or words.stdout).strip()
        )
    return int(found[1])


def environment() -> dict[str, str]:
    """All the environment that a server's program gets."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **debian.library_environment()}


def _installed() -> Path | None:
    """The newest PostgreSQL whose extension folder holds PostGIS, on the machine or unpacked privately."""
    found = []
    for base in (Path("/"), debian.prefix()):
        for initdb in (base / "usr/lib/postgresql").glob("*/bin/initdb"):
            version = initdb.parent.parent.name
            if (base / f"usr/share/postgresql/{version}/extension/postgis.control").exists():
                found.append((int(version), initdb.parent))
    return max(found)[1] if found else None


def _packages() -> list[str]:
    """PostgreSQL 15 with PostGIS 3, or the newest the machine's Debian has."""
    pattern = re.compile(r"postgresql-(\d+)-postgis-3")
    versions = {int(m[1]) for name in debian.available("postgresql-") if (m := pattern.fullmatch(name))}
    version = 15 if 15 in versions or not versions else max(versions)
    return [f"postgresql-{version}", f"postgresql-{version}-postgis-3"]

"""The ground the register stands on, by name and version."""

import os
import platform
import subprocess
from importlib.metadata import version

import pyogrio
import pyproj
import shapely

from georegister import __version__, debian
from georegister.register.database import Session
from georegister.sentence import N_


def versions(session: Session) -> dict[str, str]:
    """PostgreSQL, PostGIS, GEOS, PROJ and GDAL as the database and Python have them, Folium and Chromium."""
    row = session.sql(
        "SELECT current_setting('server_version') AS postgresql, postgis_lib_version() AS postgis, "
        "postgis_geos_version() AS geos, postgis_proj_version() AS proj"
    ).fetchone()
    assert row is not None  # functions of the server
    return {
        "georegister": __version__,
        "Python": platform.python_version(),
        "PostgreSQL": row["postgresql"],
        "PostGIS": row["postgis"],
        "GEOS": f"{row['geos']} (database), {shapely.geos_version_string} (shapely)",
        "PROJ": f"{row['proj']} (database), {pyproj.proj_version_str} (pyproj)",
        "GDAL": ".".join(map(str, pyogrio.__gdal_version__)),
        "Folium": version("folium"),
        "Chromium": chromium_version(),
    }


def chromium_version() -> str:
    program = debian.chromium()
    if program is None:
        return N_("not installed")
    environment = {**os.environ, **debian.library_environment()}
    said = subprocess.run([program, "--version"], env=environment, capture_output=True, text=True, check=False)
    return said.stdout.strip() or N_("does not run")

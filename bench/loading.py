"""A load beside those who only copy: `georegister load`, `geopandas.to_postgis` and `ogr2ogr -makevalid`.

    .venv/bin/python -m bench.loading --plans 50000 [500000]     (make bench-quick: 500 and 2,000)

Each is a process of its own on the same zipped shapefile and the same server, one after the other in one run. Told
are seconds, the CPU seconds of the process and of the server's backends, the peak of the memory (the sandboxed reader
counts as ours), and ratios. With several numbers of plans, also how the memory grows.
"""

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import psycopg.sql

from bench.generated import delivery, municipality, towns_for
from georegister.cluster import Cluster
from georegister.loading.municipality_file import load_municipality
from georegister.register.database import Database
from georegister.register.schema import migrate
from tests.conftest import Server, temporary_root

TO_POSTGIS = """
import sys, geopandas, psycopg, sqlalchemy
engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(sys.argv[2]))
geopandas.read_file(sys.argv[1], engine="pyogrio").to_postgis("by_geopandas", engine)
"""
OURS = "georegister load"


@dataclass(frozen=True)
class Measured:
    """One run: seconds by the clock, CPU seconds of the process with its children and of PostgreSQL, peak bytes."""

    seconds: float
    cpu: float
    server_cpu: float
    memory: int


def main(numbers: list[int]) -> None:
    peaks = {}
    for number in numbers:
        with temporary_root() as root, Cluster(root) as cluster, TemporaryDirectory() as made:
            server = Server(cluster, "bench")
            server.sql("CREATE DATABASE bench")
            database = server.database("bench")
            migrate(database)
            load_municipality(database, municipality(Path(made)), "bench")
            file = delivery(number, Path(made) / "lokalplan.zip", towns=towns_for(number))
            print(f"\n{number} plans, {file.stat().st_size / 1e6:.1f} MB zipped")
            peaks[number] = _contest(cluster, database, file, number)
    if len(peaks) > 1:
        small, large = min(peaks), max(peaks)
        print(f"\n{large} plans take {peaks[large] / peaks[small]:.2f} times the peak memory of {small}")


def _contest(cluster: Cluster, database: Database, file: Path, number: int) -> int:
    """Runs all, prints the table; the peak memory of ours."""
    url = database.admin
    runs = {}
    if ogr := shutil.which("ogr2ogr"):
        runs["ogr2ogr -makevalid, COPY"] = [
            *(ogr, "-f", "PostgreSQL", f"PG:{url}", f"/vsizip/{file}/lokalplan.shp", "-makevalid"),
            *("-nln", "by_ogr", "-nlt", "PROMOTE_TO_MULTI", "--config", "PG_USE_COPY", "YES"),
        ]
    else:
        print("ogr2ogr is not on this machine: left out (apt-get install gdal-bin)")
    runs["geopandas.to_postgis"] = [sys.executable, "-c", TO_POSTGIS, str(file), url]
    runs[OURS] = [
        *(sys.executable, "-m", "georegister", "load", str(file), "--mapping", "plandata", "--municipality", "0340"),
        *("--acknowledge", "GEOM-08", "--acknowledge", "GEOM-27"),
    ]
    found = {name: _measured(cluster, url, command) for name, command in runs.items()}
    _check(url, number, [table for table in ("by_ogr", "by_geopandas") if table != "by_ogr" or ogr])
    plain = found["geopandas.to_postgis"]
    print(f"{'':<26}{'s':>8}{'CPU s':>8}{'server':>8}{'MB':>8}{'beside to_postgis':>20}")
    for name, one in found.items():
        print(
            f"{name:<26}{one.seconds:>8.1f}{one.cpu:>8.1f}{one.server_cpu:>8.1f}{one.memory / 1e6:>8.0f}"
            f"{one.seconds / plain.seconds:>12.2f} x time{_all(one) / _all(plain):>7.2f} x CPU"
        )
    return found[OURS].memory


def _all(one: Measured) -> float:
    return one.cpu + one.server_cpu


def _measured(cluster: Cluster, url: str, command: list[str]) -> Measured:
    environment = {**os.environ, "GEOREGISTER_DATABASE_URL": url}
    before, start = _server_cpu(cluster), time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peaks: list[int] = [0]
    watching = threading.Thread(target=_watch, args=[process.pid, peaks])
    watching.start()
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    watching.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed:\n{said}")
    time.sleep(0.5)  # until the server has reaped the backend
    return Measured(seconds, used.ru_utime + used.ru_stime, _server_cpu(cluster) - before, max(peaks))


def _watch(pid: int, peaks: list[int]) -> None:
    """Notes the memory of a process and its children, every 50 ms until it is gone."""
    while memory := _memory(pid):
        peaks.append(memory)
        time.sleep(0.05)


def _memory(pid: int) -> int:
    """Resident bytes of a process and of all below it; 0 when it is gone."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return own + sum(_memory(int(child)) for child in below)


def _server_cpu(cluster: Cluster) -> float:
    """CPU seconds of the server and of every backend that has ended."""
    fields = Path(f"/proc/{cluster.postmaster}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _check(url: str, number: int, tables: list[str]) -> None:
    """Nobody is quick by leaving rows out."""
    with psycopg.connect(url) as connection:
        for table in (*tables, "plan_version"):
            query = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
            row = connection.execute(query).fetchone()
            assert row is not None
            assert row[0] == number, f"{table} has {row[0]} rows of {number}"
        for table in tables:
            connection.execute(psycopg.sql.SQL("DROP TABLE {}").format(psycopg.sql.Identifier(table)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, nargs="+", default=[50_000])
    main(parser.parse_args().plans)

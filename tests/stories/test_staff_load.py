"""GIS staff at a terminal: what a delivery changes, what was repaired, and why a row was refused."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import shapely

from georegister.register.database import Database
from georegister.settings import folder
from tests import warm
from tests.builders import SOROE, a_delivery, a_plan
from tests.conftest import free_port

DATA = folder("data") / "soroe"


def georegister(
    database: Database, *arguments: str, language: str = "da_DK.UTF-8", **environment: str
) -> "subprocess.CompletedProcess[str]":
    told = {"GEOREGISTER_DATABASE_URL": database.admin, "LC_ALL": language, **environment}
    return warm.run(*arguments, environment=told)


def loaded(database: Database, file: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    return georegister(database, "load", str(file), "--mapping", "plandata", "--municipality", "0340", *more)


def test_from_an_empty_database_to_soroes_plans(empty: Database) -> None:
    assert "Færdig" in georegister(empty, "municipality", "load", str(DATA / "municipality.toml")).stdout
    for name in ("places", "vision-2026", "municipal-plans"):
        done = georegister(empty, "load", str(DATA / f"{name}.toml"), "--municipality", "0340")
        assert (done.returncode, done.stderr) == (0, "")
    done = loaded(empty, DATA / "lokalplaner.zip")
    assert "planer: nye 4, ændrede 0, trukket tilbage 0, uændrede 0" in done.stdout
    assert "+ 0340-local-plan-sk-66" in done.stdout
    done = loaded(empty, DATA / "kommuneplantillaeg.zip")
    assert "planer: nye 5" in done.stdout
    for finding in ("advarsel ATTR-06", "advarsel ATTR-07", "advarsel NUM-01"):
        assert finding in done.stdout
    assert "“Traunertsvej” staves næsten som det kendte sted “Trautnersvej”" in done.stdout
    assert "Nummer 5 mangler blandt tillæggene til Kommuneplan 2019-2030" in done.stdout
    again = loaded(empty, DATA / "kommuneplantillaeg.zip")
    assert again.returncode == 0
    assert again.stdout.strip().splitlines()[-1].startswith("Intet at ændre: allerede indlæst som indlæsning ")


def test_a_delivery_with_everything_in_it(demo: Database, tmp_path: Path) -> None:
    tangled = shapely.Polygon(
        [(SOROE[0], SOROE[1]), (SOROE[0] + 90, SOROE[1] + 90), (SOROE[0] + 90, SOROE[1]), (SOROE[0], SOROE[1] + 90)]
    )
    rows = [
        a_plan("SK 900", "Ny plan"),
        a_plan("SK 901", "Kludret omrids", geometry=tangled),
        a_plan("SK 902", "En anden kommune", KOMNR=999),
        a_plan("SK 69", "Boligområde ved Slagelsevej", DATOVEDT=99999999),
    ]
    done = loaded(demo, a_delivery(tmp_path, rows))
    assert done.returncode == 3
    for words in (
        "planer: nye 2, ændrede 1",
        "1 række afvist",
        "fejl ATTR-05 lokalplan.zip, lag lokalplan, række 3, kommune: Rækken hører til kommune 999",
        "advarsel GEOM-03 lokalplan.zip, lag lokalplan, række 2, geometri: Geometrien var ugyldig (",
        "arealet var 0 m² og er 4.050 m²",
        "advarsel ATTR-03 lokalplan.zip, lag lokalplan, række 4, DATOVEDT: “99999999” er ingen dato",
        "~ 0340-local-plan-sk-69: omridsets kilde, geometri",
    ):
        assert words in done.stdout


def test_a_dry_run_promises_and_changes_nothing(demo: Database, tmp_path: Path) -> None:
    file = a_delivery(tmp_path, [a_plan("SK 900")])
    promised = loaded(demo, file, "--dry-run")
    assert "nye 1" in promised.stdout
    assert promised.stdout.strip().endswith("Intet blev ændret: det var en prøvekørsel.")
    kept = loaded(demo, file)
    assert "+ 0340-local-plan-sk-900" in kept.stdout


def test_english_for_whoever_reads_english(demo: Database) -> None:
    done = georegister(
        demo,
        "load",
        str(DATA / "lokalplaner.zip"),
        "--mapping",
        "plandata",
        "--municipality",
        "0340",
        language="C.UTF-8",
    )
    assert done.stdout.strip().splitlines()[-1].startswith("Nothing to change: already loaded as load ")


def test_a_command_that_cannot_be_done_says_so_in_one_sentence(demo: Database) -> None:
    done = loaded(demo, Path("nofile.zip"))
    assert done.returncode == 1
    assert done.stderr == "georegister: Der er ingen fil nofile.zip.\n"


def test_a_setting_that_cannot_be_used_is_named(demo: Database) -> None:
    done = georegister(demo, "serve", PORT="70000")
    assert done.returncode == 1
    assert "PORT='70000' kan ikke bruges" in done.stderr
    assert "Traceback" not in done.stderr


def test_psql_and_doctor_look_at_the_same_register(demo: Database) -> None:
    shown = georegister(demo, "psql", "--", "-At", "-c", "SELECT id FROM plan WHERE id LIKE '%-sk-66'")
    assert shown.stdout.strip() == "0340-local-plan-sk-66"
    assert georegister(demo, "psql", "--", "-c", "INSERT INTO dataset VALUES ('0340', 'x', 'x')").returncode != 0
    ground = georegister(demo, "doctor").stdout
    for name in ("PostgreSQL", "PostGIS", "GEOS", "PROJ", "GDAL", "Folium", "Sorø Kommune"):
        assert name in ground


def test_the_deliveries_are_what_their_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "scripts/make_deliveries.py", str(tmp_path)], check=True, cwd=folder("data").parent)
    made = [file.relative_to(tmp_path) for file in sorted(tmp_path.rglob("*.*"))]
    assert len(made) == 7
    for name in made:
        assert (tmp_path / name).read_bytes() == (folder("data") / name).read_bytes(), name


def test_the_demo_loads_once_and_stops_what_it_started(postgis: object, empty: Database) -> None:
    port = free_port()
    for _ in range(2):
        listened, said_to = os.pipe()
        told = {"GEOREGISTER_DATABASE_URL": empty.admin, "PORT": str(port)}
        process = warm.start(["demo"], told, folder("data").parent, said_to, said_to)
        os.close(said_to)
        said = ""
        with os.fdopen(listened) as lines:
            while "Ctrl-C" not in said:
                line = lines.readline()
                assert line, said
                said += line
            assert f"http://127.0.0.1:{port}/map" in said
            process.terminate()
            assert process.wait(30) == 0
    with psycopg.connect(empty.admin) as connection:
        found = connection.execute("SELECT municipality, count(*), max(seq) FROM act GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("0340", 9, 9), ("0956", 8, 8)]


def test_a_taken_port_is_told_before_anything_starts(demo: Database) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = georegister(demo, "serve", PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "er optaget af et andet program" in done.stderr

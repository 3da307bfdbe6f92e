"""A wheel of the checkout runs the demo where there is no checkout; without the built files there is no wheel."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import Server, free_port, wait_until_ready
from tests.warm import AS_INSTALLED

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("georegister", "data", "maps", "migrations", "scripts", "pyproject.toml", "hatch_build.py", "README.md")


def build(source: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = [
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(target),
        str(source),
    ]
    return subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout as it is built from."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    done = build(source, target)
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = target.glob("georegister-*.whl")
    return made


@pytest.fixture(scope="module")
def demo(wheel: Path, postgis: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`georegister demo` from the wheel in a venv of its own and an empty folder; of the checkout it sees nothing."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(own)
    # What georegister stands on comes from the checkout's environment, without the checkout itself: a folder on the
    # path is only searched, and its .pth files (the editable installation) are not read.
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    empty = folder / "empty"
    empty.mkdir()
    name, database = postgis.copy("template_empty")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GEOREGISTER"))}
    said = (folder / "said").open("w+b")
    process = subprocess.Popen(
        [str(python), "-m", "georegister", "demo"],
        cwd=empty,
        env={**environment, **AS_INSTALLED, "PORT": str(port), "GEOREGISTER_DATABASE_URL": database.admin},
        stdout=said,
        stderr=said,
    )
    try:
        wait_until_ready(process, port, said)
        where = subprocess.run(
            [str(python), "-c", "import georegister; print(georegister.__file__)"],
            cwd=empty,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert where.stdout.startswith(str(own))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        said.close()
        postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")
    assert list(empty.iterdir()) == []


def test_the_demo_runs_without_the_checkout(demo: str) -> None:
    with httpx.Client(base_url=demo, headers={"Accept": "text/html", "Accept-Language": "da"}, timeout=30) as client:
        answers = {
            path: client.get(path)
            for path in ("/", "/map", "/static/vendor/leaflet/leaflet.js", "/map/soroe/land.json", "/palette.css")
        }
        assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)
        assert 'lang="da"' in answers["/"].text
        assert "Dette er ikke" in answers["/map"].text or "ikke det juridiske" in answers["/map"].text
        assert "Lokalplan SK 66" in answers["/map"].text
        assert client.get("/collections/plans/items?f=json").json()["numberMatched"] > 5


def test_the_licences_travel_with_the_assets(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    vendor = "georegister/maps/static/vendor/"
    packages = {
        name.removeprefix(vendor).split("/")[0] for name in names if name.startswith(vendor) and name[-1] != "/"
    }
    packages.discard(".installed")
    assert {"leaflet", "leaflet.fullscreen", "leaflet.locatecontrol", "world-atlas"} <= packages
    assert [package for package in packages if f"{vendor}{package}/LICENSE" not in names] == []
    assert not [name for name in names if "node_modules" in name or name.startswith("tests")]


@pytest.mark.parametrize(
    "missing",
    [
        "georegister/maps/static/vendor/leaflet/leaflet.js",
        "georegister/maps/static/vendor/leaflet.locatecontrol/LICENSE",
        "georegister/translations/da/LC_MESSAGES/georegister.mo",
    ],
)
def test_a_build_without_a_built_file_fails_and_names_it(source: Path, tmp_path: Path, missing: str) -> None:
    kept = (source / missing).read_bytes()
    (source / missing).unlink()
    try:
        done = build(source, tmp_path)
    finally:
        (source / missing).write_bytes(kept)
    assert done.returncode != 0
    assert f"The wheel cannot be built: {missing} is missing; run `make setup` first." in done.stdout + done.stderr
    assert not any(tmp_path.iterdir())

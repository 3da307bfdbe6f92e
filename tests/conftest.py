"""Real parts: a PostGIS of our own, one migrated template and a copy of it for each test, real server processes."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from georegister import debian
from georegister.cluster import ADMIN, ROLES, Cluster
from georegister.loading.demo import demo_folders, steps
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.database import Database, reading
from georegister.register.schema import migrate
from georegister.settings import folder
from georegister.versions import versions

CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@contextmanager
def temporary_root() -> Iterator[Path]:
    """A folder that the database's user can reach too; pytest's own are closed to others."""
    root = Path(tempfile.mkdtemp(prefix="georegister-test-"))
    root.chmod(0o755)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@dataclass
class Server:
    """The server all tests share; hands out databases."""

    cluster: Cluster
    made: int = 0

    def sql(self, statement: str) -> None:
        with psycopg.connect(self.cluster.url(ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def database(self, name: str) -> Database:
        return Database(self.cluster.url(ADMIN, name), {role: self.cluster.url(role, name) for role in ROLES})

    def copy(self, template: str) -> tuple[str, Database]:
        self.made += 1
        name = f"test_{self.made}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name, self.database(name)


@pytest.fixture(scope="session")
def postgis() -> Iterator[Server]:
    with temporary_root() as root, Cluster(root) as cluster:
        server = Server(cluster)
        server.sql("CREATE DATABASE template_empty")
        migrate(server.database("template_empty"))
        yield server


@pytest.fixture(scope="session")
def plandata() -> MappingFile:
    return read_mapping(folder("data") / "mappings" / "plandata.toml")


@pytest.fixture(scope="session")
def demo_template(postgis: Server) -> str:
    """A database with the demo in it, to be copied."""
    postgis.sql("CREATE DATABASE template_demo TEMPLATE template_empty")
    database = postgis.database("template_demo")
    for step in (step for place in demo_folders(folder("data")) for step in steps(place)):
        if step.is_municipality:
            load_municipality(database, step.file, "demo")
        else:
            mapping = read_mapping(folder("data") / "mappings" / f"{step.mapping}.toml") if step.mapping else None
            load(database, step.file, step.municipality, mapping, Options(by="demo"))
    return "template_demo"


@pytest.fixture
def empty(postgis: Server) -> Iterator[Database]:
    """A migrated database with nothing in it."""
    name, database = postgis.copy("template_empty")
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def demo(postgis: Server, demo_template: str) -> Iterator[Database]:
    """A database of one's own with the demo in it."""
    name, database = postgis.copy(demo_template)
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def shared_demo(postgis: Server, demo_template: str) -> Iterator[Database]:
    """The demo for a whole module of tests that only look."""
    name, database = postgis.copy(demo_template)
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def serving(database: Database, **environment: str) -> Iterator[str]:
    """A server process over a database; gives its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "georegister", "serve"],
        env={
            **os.environ,
            "PORT": str(port),
            "GEOREGISTER_DATABASE_URL": database.admin,
            "GEOREGISTER_TODAY": "2026-11-22",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout:
            process.stdout.close()


def _wait_until_ready(process: "subprocess.Popen[str]", address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            said = process.stdout.read() if process.stdout else ""
            raise AssertionError(f"the server did not start: {said}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(shared_demo: Database) -> Iterator[str]:
    """The demo, served as on 22 November 2026."""
    with serving(shared_demo) as where:
        yield where


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = debian.chromium()
    if program is None and os.environ.get("ALLOW_NO_BROWSER"):
        pytest.skip("there is no chromium here, and ALLOW_NO_BROWSER is set")
    assert program, "browser stories need Debian's chromium; `make test` installs it, ALLOW_NO_BROWSER=1 does without"
    libraries = debian.library_environment()
    # Where Chromium was unpacked without root, Playwright's own node needs the unpacked libraries too; we do not.
    with patch.dict(os.environ, libraries):
        playwright = sync_playwright().start()
    launched = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS, env={**os.environ, **libraries})
    yield launched
    launched.close()
    playwright.stop()


LONGEST_FIRST = ("stories", "test_cluster", "test_wheel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes share the files: the long ones go first, so that none is left alone with one at the end."""
    items.sort(key=lambda item: not any(part in item.path.as_posix() for part in LONGEST_FIRST))


def pytest_report_header() -> list[str]:
    """The ground the tests stand on."""
    with temporary_root() as root, Cluster(root) as cluster:
        database = Database(cluster.url(ADMIN, "postgres"), {role: cluster.url(ADMIN, "postgres") for role in ROLES})
        with psycopg.connect(database.admin, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
        with reading(database) as session:
            return [f"{name}: {version}" for name, version in versions(session).items()]

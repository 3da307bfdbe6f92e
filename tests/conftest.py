"""Real parts: a PostGIS of our own, one migrated template and a copy of it for each test, real server processes."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
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
from tests import warm

pytest_plugins = ("tests.proofs",)
pytest.register_assert_rewrite("tests.browsing")
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
    """The server all tests share, whatever process they run in; hands out databases."""

    cluster: Cluster
    process: str
    made: int = 0

    def sql(self, statement: str) -> None:
        with psycopg.connect(self.cluster.url(ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def database(self, name: str) -> Database:
        return Database(self.cluster.url(ADMIN, name), {role: self.cluster.url(role, name) for role in ROLES})

    def copy(self, template: str) -> tuple[str, Database]:
        self.made += 1
        name = f"test_{self.process}_{self.made}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name, self.database(name)

    def template(self, name: str, base: str, fill: Callable[[Database], object]) -> str:
        """A database to be copied, made by the first process that asks for it; the others wait."""
        with (self.cluster.root / "templates.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._holds(name):
                self.sql("DROP DATABASE IF EXISTS unfinished")
                self.sql(f"CREATE DATABASE unfinished TEMPLATE {base}")
                fill(self.database("unfinished"))
                self.sql(f"ALTER DATABASE unfinished RENAME TO {name}")
        return name

    def _holds(self, name: str) -> bool:
        with psycopg.connect(self.cluster.url(ADMIN, "postgres")) as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


ROOT = pytest.StashKey[Path]()
OPENED = pytest.StashKey[ExitStack]()
# What only guards against a machine's end, and room for several processes' servers. tests/test_cluster.py has clusters
# of its own, set as the product sets them.
FOR_THE_RUN = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200")


def pytest_configure(config: pytest.Config) -> None:
    """One PostGIS for the whole run: the first process says where, the others are told."""
    config.stash[OPENED] = ExitStack()
    told = getattr(config, "workerinput", {}).get("root")
    config.stash[ROOT] = Path(told) if told else config.stash[OPENED].enter_context(temporary_root())
    warm.FOR_THE_RUN[:] = [config.stash[ROOT]]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["root"] = str(node.config.stash[ROOT])


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[OPENED].close()


@contextmanager
def the_cluster(root: Path) -> Iterator[Cluster]:
    """The run's cluster, made and set by whoever comes first and stopped by whoever leaves last."""
    with ExitStack() as stack:
        with (root / "cluster.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            cluster = Cluster(root)
            if not cluster.data.exists():
                with cluster, psycopg.connect(cluster.url(ADMIN, "postgres"), autocommit=True) as connection:
                    for setting in FOR_THE_RUN:
                        connection.execute(f"ALTER SYSTEM SET {setting}")  # type: ignore[arg-type]
            stack.enter_context(cluster)
        yield cluster


@pytest.fixture(scope="session")
def postgis(request: pytest.FixtureRequest) -> Iterator[Server]:
    with the_cluster(request.config.stash[ROOT]) as cluster:
        server = Server(cluster, os.environ.get("PYTEST_XDIST_WORKER", "main"))
        server.template("template_empty", "template1", migrate)
        yield server


@pytest.fixture(scope="session")
def plandata() -> MappingFile:
    return read_mapping(folder("data") / "mappings" / "plandata.toml")


@pytest.fixture(scope="session")
def demo_template(postgis: Server) -> str:
    """A database with the demo in it, to be copied."""
    return postgis.template("template_demo", "template_empty", _load_demo)


def _load_demo(database: Database) -> None:
    for step in (step for place in demo_folders(folder("data")) for step in steps(place)):
        if step.is_municipality:
            load_municipality(database, step.file, "demo")
        else:
            mapping = read_mapping(folder("data") / "mappings" / f"{step.mapping}.toml") if step.mapping else None
            load(database, step.file, step.municipality, mapping, Options(by="demo"))


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
    """A server process over a database; gives its address.

    One with a PYTHONPATH of its own starts Python anew, as do all that no run of tests asks for.
    """
    port = free_port()
    settings = {"GEOREGISTER_DATABASE_URL": database.admin, "GEOREGISTER_TODAY": "2026-11-22"}
    settings |= {"PORT": str(port), **environment}
    with tempfile.TemporaryFile() as said:
        process = _started(settings, said.fileno())
        try:
            wait_until_ready(process, port, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _started(settings: dict[str, str], said: int) -> "warm.Running | subprocess.Popen[bytes]":
    if "PYTHONPATH" not in settings and warm.FOR_THE_RUN:
        return warm.start(["serve"], settings, Path.cwd(), said, said)
    environment = {**os.environ, **warm.AS_INSTALLED, **settings}
    command = [sys.executable, "-m", "georegister", "serve"]
    return subprocess.Popen(command, env=environment, stdout=said, stderr=said)


def wait_until_ready(process: "warm.Running | subprocess.Popen[bytes]", port: int, said: IO[bytes]) -> None:
    """Until it listens, and then until it has looked at its database."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
                asked.request("GET", "/readyz")
                if asked.getresponse().status == 200:
                    return
        except (OSError, HTTPException):
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            said.seek(0)
            raise AssertionError(f"the server did not start: {said.read().decode()}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served_to_read(postgis: Server, template: str, **environment: str) -> Iterator[str]:
    """A server process over a copy that nobody can write to; gives its address."""
    name, database = postgis.copy(template)
    postgis.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with serving(database, **environment) as where:
        yield where
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def address(postgis: Server, demo_template: str) -> Iterator[str]:
    """The demo, served as on 22 November 2026 to all tests that only ask."""
    with served_to_read(postgis, demo_template) as where:
        yield where


@pytest.fixture(scope="session")
def in_2021(postgis: Server, demo_template: str) -> Iterator[str]:
    """The same as on 1 June 2021, when the solar park was in hearing."""
    with served_to_read(postgis, demo_template, GEOREGISTER_TODAY="2021-06-01") as where:
        yield where


@pytest.fixture(scope="session")
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


LONGEST_FIRST = (
    "test_staff_load",
    "test_cluster",
    "stories",
    "looks",
    "test_load",
    "test_wheel",
    "test_places",
    "test_errors",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes share the files: the long ones go first, so that none is left alone with one at the end."""
    items.sort(key=lambda item: [part not in item.path.as_posix() for part in LONGEST_FIRST])


def pytest_report_header(config: pytest.Config) -> list[str]:
    """The ground the tests stand on."""
    cluster = config.stash[OPENED].enter_context(the_cluster(config.stash[ROOT]))
    server = Server(cluster, "main")
    database = server.database(server.template("template_empty", "template1", migrate))
    with reading(database) as session:
        return [f"{name}: {version}" for name, version in versions(session).items()]

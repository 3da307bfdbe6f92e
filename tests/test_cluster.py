"""The private cluster with real processes, real kills and real left-overs."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from georegister import cluster as module
from georegister.cluster import ADMIN, DATABASE, ROLES, Cluster, checkout_root
from georegister.errors import ClusterError
from georegister.postgis import binaries
from georegister.register.database import Database
from georegister.register.schema import create_database, migrate
from tests.conftest import free_port, temporary_root
from tests.warm import AS_INSTALLED

USE_IT = """
import sys, time
from pathlib import Path
from georegister.cluster import ADMIN, Cluster
import psycopg
with Cluster(Path(sys.argv[1])) as cluster:
    with psycopg.connect(cluster.url(ADMIN, "postgres")) as connection:
        started = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0]
    print(cluster.postmaster, started, flush=True)
    sys.stdin.readline()
print("left", flush=True)
"""


@pytest.fixture
def root() -> Iterator[Path]:
    with temporary_root() as made:
        yield made
        for pid in servers_of(made):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A root whose cluster has been made, holds the register's schema and is stopped."""
    with temporary_root() as root:
        with Cluster(root) as cluster:
            create_database(cluster.url(ADMIN, "postgres"), DATABASE)
            migrate(Database(cluster.url(ADMIN)))
        yield root


@pytest.fixture
def used_root(root: Path, made: Path) -> Path:
    """A copy of that, for tests of what happens after a cluster has been made."""
    return copied(made, root)


def copied(made: Path, root: Path) -> Path:
    subprocess.run(["cp", "-a", f"{made}/.", root], check=True)
    return root


def servers_of(root: Path) -> list[int]:
    """The postmasters that run on a data folder under the root."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                program = (entry / "cmdline").read_bytes().split(b"\0")[0]  # children call themselves otherwise
                if program.endswith(b"/postgres") and (entry / "cwd").readlink().is_relative_to(root):
                    found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    # A child that has just been forked still has its parent's name.
    return [pid for pid, parent in found.items() if parent not in found]


def a_user(root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USE_IT, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(user: "subprocess.Popen[str]") -> str:
    assert user.stdout
    return user.stdout.readline().strip()


def let_go(user: "subprocess.Popen[str]") -> None:
    user.communicate("\n", timeout=60)
    assert user.returncode == 0


def sql(cluster: Cluster, statement: str) -> object:
    with psycopg.connect(cluster.url(ADMIN, "postgres"), autocommit=True) as connection:
        row = (
            connection.execute(statement).fetchone()
            if statement.startswith("SELECT")
            else connection.execute(statement)
        )  # type: ignore[arg-type]
    return row[0] if isinstance(row, tuple) else None


@pytest.mark.thorough
def test_eight_start_at_once_and_one_cluster_runs_and_is_stopped_once(root: Path) -> None:
    users = [a_user(root) for _ in range(8)]
    said = {first_line(user) for user in users}
    assert len(said) == 1, said
    assert len(servers_of(root)) == 1
    random.shuffle(users)
    for user in users[:-1]:
        let_go(user)
        assert len(servers_of(root)) == 1
    let_go(users[-1])
    assert servers_of(root) == []
    logs = "".join(log.read_text() for log in (root / "pg15" / "log").iterdir())
    assert logs.count("database system is ready to accept connections") == 1
    assert logs.count("database system is shut down") == 1


def test_a_killed_user_counts_no_more(used_root: Path) -> None:
    killed, other = a_user(used_root), a_user(used_root)
    first_line(killed)
    first_line(other)
    killed.kill()
    killed.communicate()
    let_go(other)
    assert servers_of(used_root) == []


def test_whoever_comes_after_a_killed_last_user_attaches_and_stops_it(used_root: Path) -> None:
    killed = a_user(used_root)
    before = first_line(killed)
    killed.kill()
    killed.communicate()
    assert len(servers_of(used_root)) == 1
    after = a_user(used_root)
    assert first_line(after) == before
    let_go(after)
    assert servers_of(used_root) == []


def test_a_server_that_is_killed_as_soon_as_it_has_started_is_started_again(
    used_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster, start, killed = Cluster(used_root), Cluster._pg_ctl, []

    def started_and_killed_once(self: Cluster, *arguments: str) -> None:
        start(self, *arguments)
        if not killed:
            assert self.postmaster
            killed.append(self.postmaster)
            os.kill(self.postmaster, signal.SIGKILL)

    monkeypatch.setattr(Cluster, "_pg_ctl", started_and_killed_once)
    with cluster:
        assert sql(cluster, "SELECT 1") == 1
        assert killed
        assert cluster.postmaster not in [None, *killed]
    assert servers_of(used_root) == []


@contextmanager
def a_served_cluster(port: int, made: Path | None) -> "Iterator[tuple[Path, subprocess.Popen[str]]]":
    """A real server over a private cluster of its own: a copy of the one `made`, or made by the server from nothing."""
    with temporary_root() as home:
        if made:
            root = home / checkout_root().name
            root.mkdir()
            copied(made, root)
        environment = {**os.environ, "XDG_DATA_HOME": str(home), "PORT": str(port), "GEOREGISTER_DATABASE_URL": ""}
        environment |= AS_INSTALLED
        program = (
            "import sys; from pathlib import Path; from georegister import debian;"
            f"debian.user_folder = lambda *a: Path({str(home)!r}); from georegister.cli import main;"
            "sys.argv = ['georegister', 'serve']; main()"
        )
        process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        while "Ctrl-C" not in process.stdout.readline():
            assert process.poll() is None
        try:
            yield home, process
        finally:
            process.kill()
            process.communicate()
            for pid in servers_of(home):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("number", "from_nothing"),
    [
        (signal.SIGTERM, True),
        pytest.param(signal.SIGHUP, False, marks=pytest.mark.fault),
        pytest.param(signal.SIGINT, False, marks=pytest.mark.fault),
    ],
)
@pytest.mark.thorough
def test_a_command_that_is_told_to_end_stops_what_it_started(number: int, from_nothing: bool, made: Path) -> None:
    with a_served_cluster(free_port(), None if from_nothing else made) as (home, process):
        assert len(servers_of(home)) == 1
        process.send_signal(number)
        process.communicate(timeout=60)
        assert servers_of(home) == []


@pytest.mark.fault
def test_a_server_revives_its_killed_database_and_still_stops_it(made: Path, capfd: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with a_served_cluster(port, made) as (home, process):
        said = ""
        for times in (1, 2):
            [killed] = servers_of(home)
            os.kill(killed, signal.SIGKILL)
            deadline = time.monotonic() + 60
            while servers_of(home) in ([], [killed]) or not ready(port) or said.count("was started again") < times:
                said += capfd.readouterr().err
                assert time.monotonic() < deadline, said
                time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert servers_of(home) == []


@pytest.mark.fault
def test_a_server_that_ends_while_its_database_is_dead_leaves_nothing(made: Path) -> None:
    with a_served_cluster(free_port(), made) as (home, process):
        [killed] = servers_of(home)
        os.kill(killed, signal.SIGKILL)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert servers_of(home) == []


def ready(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200


@pytest.mark.fault
def test_no_acknowledged_row_is_lost_when_the_postmaster_is_killed(used_root: Path) -> None:
    with Cluster(used_root) as cluster:
        sql(cluster, "CREATE TABLE kept (n int PRIMARY KEY)")
    acknowledged = 0
    for _ in range(3):
        with Cluster(used_root) as cluster:
            postmaster = cluster.postmaster
            assert postmaster
            threading.Timer(random.uniform(0.2, 0.6), os.kill, (postmaster, signal.SIGKILL)).start()
            try:
                with psycopg.connect(cluster.url(ADMIN, "postgres"), autocommit=True) as connection:
                    while True:
                        connection.execute("INSERT INTO kept VALUES (%s)", [acknowledged + 1])
                        acknowledged += 1
            except psycopg.OperationalError:
                pass
            with Cluster(used_root) as again:
                found = sql(again, "SELECT count(*) FROM kept WHERE n <= %d" % acknowledged)  # noqa: UP031
                assert found == acknowledged
                acknowledged = int(str(sql(again, "SELECT max(n) FROM kept")))
    assert acknowledged > 50


def test_a_stale_pid_file_whose_pid_has_been_reused_is_no_obstacle(used_root: Path) -> None:
    with Cluster(used_root) as cluster:
        sql(cluster, "CREATE TABLE kept AS SELECT 1")
        data, run = cluster.data, cluster.run_folder
    stranger = subprocess.Popen(["sleep", "60"], **module._as_service_user())
    try:
        lines = [str(stranger.pid), str(data), str(int(time.time())), "5432", str(run), "", "  12345678     1"]
        (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
        module._give_to_service_user(data / "postmaster.pid")
        (run / ".s.PGSQL.5432").touch()
        start = time.monotonic()
        with Cluster(used_root) as cluster:
            assert sql(cluster, "SELECT count(*) FROM kept") == 1
        assert time.monotonic() - start < 30
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def kill_all_that_name(words: str) -> None:
    for said in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if words.encode() in said.read_bytes():
                os.kill(int(said.parent.name), signal.SIGKILL)


@pytest.mark.fault
def test_initdb_killed_at_random_moments_is_never_taken_for_a_cluster(root: Path) -> None:
    for _ in range(4):
        starting = subprocess.Popen(
            [sys.executable, "-c", USE_IT, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0.15, 1.2))
        starting.kill()
        starting.communicate()
        for making in root.glob("pg*.tmp-*"):
            if random.random() < 0.5:
                kill_all_that_name(making.name)
        with Cluster(root) as cluster:
            assert sql(cluster, "SELECT 1") == 1
        shutil.rmtree(next(root.glob("pg15")))
    deadline = time.monotonic() + 20
    while any(module._is_in_use(making) for making in root.glob("pg*.tmp-*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    with Cluster(root):
        assert list(root.glob("pg*.tmp-*")) == []


@pytest.fixture(scope="module")
def running(made: Path) -> Iterator[Cluster]:
    """A cluster that tests only look at."""
    with temporary_root() as root, Cluster(copied(made, root)) as cluster:
        yield cluster


def test_no_network_no_password_and_nobody_else(running: Cluster) -> None:
    assert sql(running, "SELECT current_setting('listen_addresses')") == ""
    assert sql(running, "SELECT count(*) FROM pg_authid WHERE rolpassword IS NOT NULL") == 0
    for folder in (running.data, running._socket_folder()):
        assert folder.stat().st_mode & 0o077 == 0
    if os.geteuid() == 0:
        outsider = subprocess.run(
            [str(binaries().parent / "bin" / "psql"), running.url("app_ro", "postgres"), "-c", "SELECT 1"],
            user="nobody",
            capture_output=True,
            text=True,
            check=False,
        )
        assert outsider.returncode != 0


def test_as_root_the_server_is_somebody_else(running: Cluster) -> None:
    assert running.postmaster
    assert Path(f"/proc/{running.postmaster}").stat().st_uid != 0


def test_each_role_has_its_own_way_in(running: Cluster) -> None:
    for role in ROLES[1:]:
        with psycopg.connect(running.url(role, "postgres")) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)


def test_a_path_too_long_for_a_socket_gets_one_elsewhere() -> None:
    with temporary_root() as base:
        deep = base / ("d" * 60) / ("e" * 60)
        deep.mkdir(parents=True)
        with Cluster(deep) as cluster:
            folder = cluster._socket_folder()
            assert folder.parent == Path(tempfile.gettempdir())
            assert sql(cluster, "SELECT 1") == 1
        shutil.rmtree(folder, ignore_errors=True)


def test_a_path_with_odd_letters_is_fine() -> None:
    with temporary_root() as base:
        odd = base / 'it\'s a søgård, 100% "quoted"'
        odd.mkdir()
        with Cluster(odd) as cluster:
            assert sql(cluster, "SELECT 1") == 1
            shutil.rmtree(
                cluster._socket_folder(), ignore_errors=True
            ) if cluster._socket_folder() != cluster.run_folder else None


def test_a_network_file_system_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_filesystem", lambda folder: "nfs4")
    with pytest.raises(ClusterError, match="network file system"), Cluster(root):
        pass


def test_a_server_that_will_not_start_says_why_in_its_own_words(
    used_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1)
    with Cluster(used_root) as cluster:
        settings = cluster.data / "postgresql.conf"
    settings.write_text(settings.read_text() + "\nno_such_setting = 1\n")
    with pytest.raises(ClusterError, match="no_such_setting"), Cluster(used_root):
        pass


def test_data_of_another_version_is_not_passed_over(root: Path) -> None:
    (root / "pg9").mkdir()
    with pytest.raises(ClusterError, match="PostgreSQL 9"), Cluster(root):
        pass


def test_binaries_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = binaries()
    monkeypatch.setenv("GEOREGISTER_PGBIN", str(found))
    assert binaries() == found
    monkeypatch.setenv("GEOREGISTER_PGBIN", str(tmp_path))
    with pytest.raises(ClusterError, match="no initdb"):
        binaries()

"""The private PostGIS: start it, attach to it, stop it.

One cluster serves every process of one checkout. Each process that uses it holds a shared lock on `users.lock` for
its life; whoever finds on leaving that nobody else holds it stops the server. The kernel drops the locks of killed
processes, so no count can go stale. Everything that starts, stops or repairs happens under `start.lock`.

    <root>/start.lock  users.lock
    <root>/pg15/          the data, 0700; made as pg15.tmp-* and renamed when whole
    <root>/run/           socket and start-up log, 0700

No TCP port, no password: a unix socket in a private folder, and peer authentication that maps this machine's user
to the register's roles. As root, the server's programs run as the user `postgres`.
"""

import fcntl
import hashlib
import logging
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from georegister import debian
from georegister.errors import ClusterError
from georegister.postgis import binaries, environment, major
from georegister.sentence import N_

DATABASE = "georegister"
ADMIN = "postgres"
ROLES = (ADMIN, "owner", "app_rw", "app_ro")
SOCKET_PATH_LIMIT = 100
PATIENCE_SECONDS = 10
WATCH_SECONDS = 1
START_LOG = "start.log"
NETWORK_FILESYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "vboxsf"}

logger = logging.getLogger(__name__)


def checkout_root() -> Path:
    """Where the cluster of this checkout (or this installation) lives: a fresh clone has a fresh one."""
    home = Path(__file__).resolve().parent
    return debian.user_folder() / hashlib.sha256(str(home).encode()).hexdigest()[:12]


class Cluster:
    """The private cluster, for as long as the `with` block lasts.

    Entering makes and starts it, or attaches to it where another process has; leaving stops it unless another
    process still uses it. Raises ClusterError with the server's own words where it will not start.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or checkout_root()
        self.bin = binaries()
        self.data = self.root / f"pg{major(self.bin)}"
        self.run_folder = self.root / "run"
        self._users: IO[str] | None = None

    def __enter__(self) -> Self:
        self._prepare_root()
        self._users = (self.root / "users.lock").open("a")
        fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            with self._starting():
                self._initialise()
                self._start()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """For as long as the block lasts, a server that has died is started again within seconds."""
        ended = threading.Event()
        watching = threading.Thread(target=self._watch, args=[ended], name="cluster", daemon=True)
        watching.start()
        try:
            yield
        finally:
            # Nothing may be started any more once leaving has begun to stop it.
            ended.set()
            watching.join()

    def url(self, role: str, database: str = DATABASE) -> str:
        """A libpq URL to the database by the socket, as one of ROLES."""
        return f"postgresql://{role}@/{database}?host={self._socket_folder()}"

    @property
    def postmaster(self) -> int | None:
        """The process id of the running server of this cluster, or None."""
        pid = self._recorded_pid()
        return pid if pid is not None and _is_server_of(pid, self.data) else None

    # -- making it

    def _prepare_root(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if os.geteuid() == 0:
                self.root.chmod(0o755)
        except OSError as error:
            raise ClusterError(N_("The folder {root} cannot be used: {error}."), root=self.root, error=error) from error
        kind = _filesystem(self.root)
        if kind in NETWORK_FILESYSTEMS:
            raise ClusterError(
                N_(
                    "{root} lies on a network file system ({kind}), where a database is not safe; "
                    "set XDG_DATA_HOME to a folder on this machine's own disk."
                ),
                root=self.root,
                kind=kind,
            )

    def _initialise(self) -> None:
        """initdb into a temporary name, renamed when whole: a killed initdb is never taken for a cluster."""
        if self.data.exists():
            return
        others = [folder.name for folder in self.root.glob("pg[0-9]*") if ".tmp-" not in folder.name]
        if others:
            raise ClusterError(
                N_(
                    "{root} holds a cluster of PostgreSQL {others}, and the programs found are of version {found}; "
                    "set GEOREGISTER_PGBIN to the folder of the older programs."
                ),
                root=self.root,
                others=others[0][2:],
                found=major(self.bin),
            )
        making = self.root / f"{self.data.name}.tmp-{secrets.token_hex(4)}"
        self._make_private(making)
        self._server_program(
            "initdb",
            *("-D", str(making), "-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"),
            *("--auth-local=peer", "--auth-host=reject"),
        )
        with (making / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude = 'georegister.conf'\n")
        self._write_settings(making)
        making.rename(self.data)
        self._sweep()

    def _sweep(self) -> None:
        """Removes what killed initdbs left, once nothing writes there any more."""
        for left in self.root.glob("pg*.tmp-*"):
            if not _is_in_use(left):
                shutil.rmtree(left, ignore_errors=True)

    def _write_settings(self, folder: Path) -> None:
        """Our settings, and who may be whom; written anew before each start."""
        lines = [
            "listen_addresses = ''",
            "unix_socket_directories = '\"{}\"'".format(str(self._socket_folder()).replace("'", "''")),
            "unix_socket_permissions = 0700",
            "max_connections = 60",
            "shared_buffers = 256MB",
            "work_mem = 16MB",
            "maintenance_work_mem = 128MB",
            "random_page_cost = 1.1",
            "jit = off",
            "wal_level = replica",
            "max_wal_size = 2GB",
            "default_toast_compression = lz4",
            "timezone = 'UTC'",
            "idle_in_transaction_session_timeout = 60s",
            "logging_collector = on",
            "log_filename = 'postgresql-%a.log'",
            "log_truncate_on_rotation = on",
            "log_rotation_age = 1d",
            "log_min_duration_statement = 500",
            "log_line_prefix = '%m [%p] %a '",
        ]
        people = {_service_user().pw_name, "root" if os.geteuid() == 0 else _service_user().pw_name}
        idents = [f'gr "{person}" {role}' for person in sorted(people) for role in ROLES]
        self._write_as_owner(folder / "georegister.conf", lines)
        self._write_as_owner(folder / "pg_hba.conf", ["local all all peer map=gr"])
        self._write_as_owner(folder / "pg_ident.conf", idents)

    def _write_as_owner(self, file: Path, lines: list[str]) -> None:
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)
        _give_to_service_user(file)

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.stat()
        if owner.st_uid not in (os.geteuid(), _service_user().pw_uid):
            raise ClusterError(
                N_("{folder} belongs to another user; remove it, or set XDG_DATA_HOME to a shorter path."),
                folder=folder,
            )
        folder.chmod(0o700)
        _give_to_service_user(folder)

    def _socket_folder(self) -> Path:
        """Beside the data, or under /tmp where that path is too long for a socket (107 bytes)."""
        longest = self.run_folder / ".s.PGSQL.5432"
        if len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT and "," not in str(longest):
            return self.run_folder
        return Path(tempfile.gettempdir()) / f"gr-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]}"

    # -- starting and stopping; always under start.lock

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self.root / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        """Attaches where the server runs; otherwise starts it, with patience for what a crash left behind."""
        if self.postmaster is None:
            self._make_private(self.run_folder)
            self._make_private(self._socket_folder())
            self._write_settings(self.data)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                if self.postmaster is None:
                    self._clear_after_crash(deadline)
                    self._pg_ctl("start", "-w", "-t", "60", "-l", START_LOG)
                self._wait_until_ready()
                return
            except ClusterError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _clear_after_crash(self, deadline: float) -> None:
        """Waits for back-ends of a killed server to go, and removes a pid file whose pid now is someone else.

        PostgreSQL itself overwrites the file where no process has the pid; where another process has taken the
        number it refuses for ever.
        """
        while any(_is_server_of(pid, self.data) for pid in _processes()):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        pid = self._recorded_pid()
        if pid is not None and Path(f"/proc/{pid}").exists() and not _is_server_of(pid, self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(WATCH_SECONDS):
            if self.postmaster is not None:
                continue
            try:
                with self._starting():
                    if ended.is_set():
                        break
                    self._start()
            except (ClusterError, OSError) as error:
                logger.warning("The database has died and does not start: %s", error)
            else:
                logger.warning("The database had died and was started again.")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        command = [str(self.bin / "pg_isready"), "-q", "-h", str(self._socket_folder()), "-U", ADMIN]
        while subprocess.run(command, env=environment(), capture_output=True, check=False).returncode != 0:
            if self.postmaster is None or time.monotonic() > deadline:
                raise ClusterError(N_("The database in {data} does not answer; see its log folder."), data=self.data)
            time.sleep(0.05)

    def _leave(self) -> None:
        users, self._users = self._users, None
        if users is None:
            return
        with self._starting():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others still use it; the last of them stops it
            else:
                if self.postmaster is not None:
                    self._pg_ctl("stop", "-m", "fast", "-w", "-t", "60")
            finally:
                users.close()

    def _recorded_pid(self) -> int | None:
        try:
            first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            return int(first)
        except (OSError, ValueError):
            return None

    def _pg_ctl(self, *arguments: str) -> None:
        """pg_ctl builds a shell command of its own: the folders reach it by environment, not by argument."""
        self._server_program("pg_ctl", *arguments)

    def _server_program(self, name: str, *arguments: str) -> None:
        """Runs one of the server's programs as the service user, away from our terminal's Ctrl-C."""
        done = subprocess.run(
            [str(self.bin / name), *arguments],
            env={**environment(), "PGDATA": str(self.data)},
            cwd=self.run_folder if name == "pg_ctl" else "/",
            stdin=subprocess.DEVNULL,
            # A pipe would be inherited by the server and keep us waiting for its end.
            stdout=subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if name == "pg_ctl" else subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            check=False,
            **_as_service_user(),
        )
        if done.returncode != 0:
            words = done.stdout.decode(errors="replace") if done.stdout else _tail(self.run_folder / START_LOG)
            raise ClusterError(
                N_("{name} failed for {data}: {words}"), name=name, data=self.data, words=words.strip() or "–"
            )


def _service_user() -> pwd.struct_passwd:
    """Who runs the server: oneself, but never root."""
    if os.geteuid() != 0:
        try:
            return pwd.getpwuid(os.geteuid())
        except KeyError as error:
            raise ClusterError(
                N_("PostgreSQL needs a user with a name; {number} has none here."), number=os.geteuid()
            ) from error
    for name in (ADMIN, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError(N_("Running as root, and there is neither a user postgres nor nobody to run the database as."))


def _as_service_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = _service_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _give_to_service_user(path: Path) -> None:
    if os.geteuid() == 0:
        user = _service_user()
        os.chown(path, user.pw_uid, user.pw_gid)


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL server process that runs on this data folder."""
    try:
        program = str(Path(f"/proc/{pid}/exe").readlink()).removesuffix(" (deleted)")
        folder = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return False
    return program.endswith("/postgres") and folder == data.resolve()


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _is_in_use(folder: Path) -> bool:
    """Whether some process works in the folder or was started with its name."""
    for pid in _processes():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
            if str(folder) in words or Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder):
                return True
        except OSError:
            continue
    return False


def _filesystem(folder: Path) -> str:
    """The kind of file system a folder lies on, by the kernel's list of mounts."""
    here, best = folder.resolve(), ("", "")
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        mount = left.split()[4]
        if here.is_relative_to(mount) and len(mount) >= len(best[0]):
            best = (mount, right.split()[0])
    return best[1]


def _tail(file: Path) -> str:
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-12:])
    except OSError:
        return ""

"""Commands of ours that start at once: forked from one process that has imported all there is to import.

Most tests wait for a command's start and few are about it; those that are start Python anew.
"""

import atexit
import fcntl
import gc
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
# For the environment of the product's processes: they see what georegister is installed with, and no more.
AS_INSTALLED = {"PYTHONPATH": str(ROOT / "tests" / "as_installed")}
LOOK_SECONDS = 1.0
FOR_THE_RUN: list[Path] = []
"""The run's folder, once pytest has one."""


class Running:
    """A command that runs; as far as it goes, what subprocess.Popen is."""

    def __init__(self, line: socket.socket, arguments: list[str]) -> None:
        self._line = line
        self.arguments = arguments
        self.returncode: int | None = None
        (self.pid,) = struct.unpack("i", line.recv(4))

    def poll(self) -> int | None:
        return self.wait(0) if self.returncode is None else self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """How it ended, negative for a signal; None where that is asked with no time to wait."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                (self.returncode,) = struct.unpack("i", self._line.recv(4))
            except BlockingIOError:
                return None
            except TimeoutError as error:
                raise subprocess.TimeoutExpired(self.arguments, timeout or 0) from error
            self._line.close()
        return self.returncode

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def start(arguments: list[str], environment: dict[str, str], folder: Path, out: int, error: int) -> Running:
    """`georegister` with arguments, these variables beside our own, in a folder and with two files to write to."""
    line = _line()
    said = json.dumps([arguments, {**os.environ, **AS_INSTALLED, **environment}, str(folder)]).encode()
    socket.send_fds(line, [struct.pack("i", len(said))], [out, error])
    line.sendall(said)
    return Running(line, arguments)


def run(
    *arguments: str, environment: dict[str, str] | None = None, folder: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    """`georegister` with arguments, to its end; what subprocess.run gives of it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        code = start([*arguments], environment or {}, folder, out.fileno(), error.fileno()).wait()
        assert code is not None
        said = [file.seek(0) or file.read().decode() for file in (out, error)]
    return subprocess.CompletedProcess(arguments, code, *said)


def _line() -> socket.socket:
    """A line to the process that forks, which whoever needs it first starts."""
    assert FOR_THE_RUN, "pytest_configure says where"
    [home] = FOR_THE_RUN
    line, door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), home / "warm"
    with (home / "warm.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not door.exists():
            whole_run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
            ready, told = os.pipe()
            subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(door), str(whole_run), str(told)],
                cwd=ROOT,
                # A terminal's colours are settled when Rich is imported.
                env={**os.environ, **AS_INSTALLED, "TERM": "dumb"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[told],
                start_new_session=True,
            ).returncode = 0  # nobody waits for it
            os.close(told)
            os.read(ready, 1)
            os.close(ready)
    line.connect(str(door))
    return line


def _serve(door: Path, whole_run: int, told: int) -> None:
    from georegister import app, cli

    assert app
    cli.whole()
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1
    # What ends needs nobody who asks how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(door))
        listening.listen(64)
        listening.settimeout(LOOK_SECONDS)
        os.close(told)
        while door.exists() and _lives(whole_run):
            try:
                line, _ = listening.accept()
            except TimeoutError:
                continue
            line.setblocking(True)
            if os.fork() == 0:
                listening.close()
                _attend(line)
            line.close()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _attend(line: socket.socket) -> NoReturn:
    """Forks the command, and tells first its number and then how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, files, _, _ = socket.recv_fds(line, 4, 2)
    said = b""
    while len(said) < struct.unpack("i", size)[0]:
        said += line.recv(65536)
    number = os.fork()
    if number == 0:
        line.close()
        _become(files, *json.loads(said))
    line.sendall(struct.pack("i", number))
    _, ended = os.waitpid(number, 0)
    with suppress(OSError):  # who asked has gone
        line.sendall(struct.pack("i", os.waitstatus_to_exitcode(ended)))
    os._exit(0)


def _become(files: list[int], arguments: list[str], environment: dict[str, str], folder: str) -> NoReturn:
    for number, file in enumerate(files, 1):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["georegister", *arguments]
    code = 1
    try:
        from georegister.cli import main

        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    finally:
        # What the interpreter does at its end, which a forked process leaves without.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

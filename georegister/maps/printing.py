"""Sheets as PDF and PNG: pages are handed to a press, a process of its own that is kept for the next one."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from georegister import debian
from georegister.errors import PrintingUnavailable
from georegister.maps.assets import STATIC
from georegister.maps.press import DONE, FAILED, READY
from georegister.sentence import N_

PACKAGES = {
    "libpango-1.0-0": "lib/*/libpango-1.0.so.0",
    "libpangoft2-1.0-0": "lib/*/libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "lib/*/libharfbuzz-subset.so.0",
    "fonts-dejavu-core": "share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "fonts-open-sans": "share/fonts/truetype/open-sans/OpenSans-Regular.ttf",
}
"""Debian's, each with a file of it below `/usr`: what WeasyPrint draws letters with, and the letters."""
STYLE = "/static/app/sheet.css"
COMMAND = ("-I", "-m", "georegister.maps.press")
SECONDS, SECONDS_TO_START = 20, 60
Form = Literal["pdf", "png"]


@dataclass(frozen=True)
class Job:
    """A page to be printed; `identifier` is the PDF's own, the same whenever the page is."""

    html: str
    form: Form
    identifier: str


def missing() -> list[str]:
    """The packages that are neither on the machine nor unpacked privately."""
    roots = (Path("/usr"), debian.prefix() / "usr")
    return [name for name, file in PACKAGES.items() if not any(any(root.glob(file)) for root in roots)]


class Printing:
    """The presses that are at rest; whoever prints takes one, or starts one."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self.seconds = seconds
        self._resting: list[Press] = []
        self._lock = threading.Lock()

    def print(self, job: Job) -> bytes:
        """The page as a file. Blocks; call it in a thread.

        Raises PrintingUnavailable where the libraries are missing or the page took too much.
        """
        with self._lock:
            press = self._resting.pop() if self._resting else None
        if press is not None and not press.lives():
            press.close()
            press = None
        press = press or Press()
        try:
            made = press.print(job, self.seconds)
        except BaseException:
            if not press.stands:
                press.close()
            raise
        finally:
            if press.stands:
                with self._lock:
                    self._resting.append(press)
        return made

    def close(self) -> None:
        """Ends the presses that are at rest."""
        with self._lock:
            resting, self._resting = self._resting, []
        for press in resting:
            press.close()


class Press:
    """One process that prints, one job after the other. Raises PrintingUnavailable where it cannot be started."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self.stands = True
        how, said = self._answer(SECONDS_TO_START)
        if how != READY:
            self.close()
            raise PrintingUnavailable(
                N_(
                    "Sheets are made as PDF and PNG with Pango, which this machine lacks ({reason}). "
                    "Install Debian's {packages}."
                ),
                reason=said.decode(errors="replace")[:200] or "-",
                packages=" ".join(PACKAGES),
            )

    def print(self, job: Job, seconds: int) -> bytes:
        """The page as a file. Raises PrintingUnavailable."""
        told = {
            "html": job.html,
            "files": {STYLE: (STATIC / "app" / "sheet.css").read_text(encoding="utf-8")},
            "form": job.form,
            "identifier": job.identifier,
            "seconds": seconds,
        }
        sent = json.dumps(told).encode()
        try:
            self._stdin.write(len(sent).to_bytes(4, "big") + sent)
            self._stdin.flush()
        except OSError:
            self.stands = False
        # The press ends its child in time; this is for a press that does not.
        how, said = self._answer(2 * seconds + 5)
        if how == DONE:
            return said
        if how == FAILED:
            raise PrintingUnavailable(N_("The sheet cannot be printed: {reason}"), reason=said.decode(errors="replace"))
        raise PrintingUnavailable(
            N_("The sheet takes more time or memory to print than one may; ask for less at a time.")
        )

    def lives(self) -> bool:
        return self.stands and self._process.poll() is None

    def close(self) -> None:
        self.stands = False
        with contextlib.suppress(OSError):
            self._stdin.close()
        self._process.kill()
        self._process.wait()
        self._stdout.close()

    def _answer(self, seconds: float) -> tuple[bytes, bytes]:
        """What the press says; nothing where it is gone or takes too long."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            head = self._stdout.read(5)
            said = self._stdout.read(int.from_bytes(head[1:], "big")) if len(head) == 5 else b""
        finally:
            timer.cancel()
        if len(head) < 5 or len(said) < int.from_bytes(head[1:], "big"):
            self.stands = False
            return b"", b""
        return head[:1], said

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # it is a pipe
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


def _environment() -> dict[str, str]:
    """Little: where the libraries and fonts lie, and a folder for the cache of fonts."""
    kept = {name: os.environ[name] for name in ("HOME", "XDG_CACHE_HOME", "PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", **debian.library_environment()}

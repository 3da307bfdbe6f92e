"""Debian packages the register needs and the machine lacks.

With root, or with sudo that asks no password, they are installed by apt-get. Without, they are downloaded by
apt-get into a folder of the user's own and unpacked there by dpkg: nothing on the machine is touched, and what
runs from there is told by environment variables where its libraries lie.

Standard library only: `scripts/setup.py` uses this before there is a virtual environment.
"""

import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from georegister.errors import GeoregisterError
from georegister.sentence import N_

PATIENT = ("-o", "DPkg::Lock::Timeout=300")
CHROMIUMS = ("chromium-headless-shell", "chromium")
MAIN_CLUSTER_SETTING = Path("/etc/postgresql-common/createcluster.d/georegister.conf")


class PackagesNotInstalled(GeoregisterError):
    """What is missing, and what a person can do about it."""


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this user's georegister keeps what is not a checkout's own."""
    if os.geteuid() == 0:
        return Path("/var/lib/georegister")
    data = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME") or Path.home()) / ".local/share"
    return Path(data) / "georegister"


def prefix() -> Path:
    """The folder that unpacked packages lie in; `usr/bin` and so on are under it."""
    return user_folder() / "debian"


def library_environment() -> dict[str, str]:
    """The environment in which programs unpacked under `prefix` find their libraries and data.

    Empty where nothing has been unpacked.
    """
    lib = prefix() / "usr/lib" / f"{platform.machine()}-linux-gnu"
    if not lib.is_dir():
        return {}
    own = ("blas", "lapack", "nss", "pulseaudio")  # Debian keeps these a folder deeper, reached by links or rpath
    folders = [lib, *(lib / name for name in own), prefix() / "lib" / lib.name]
    return {
        "LD_LIBRARY_PATH": ":".join(str(folder) for folder in folders),
        "PROJ_DATA": str(prefix() / "usr/share/proj"),
        "GDAL_DATA": str(prefix() / "usr/share/gdal"),
        "FONTCONFIG_FILE": str(_fonts()),
    }


def chromium() -> Path | None:
    """Chromium's program: the machine's own, else the one unpacked under `prefix`, without Debian's launcher.

    The unpacked one needs `library_environment`. Chromium without windows, where it is there, does the same work in a
    third of the time.
    """
    for name in CHROMIUMS:
        found = shutil.which(name)
        unpacked = prefix() / "usr/lib/chromium" / name
        if found or unpacked.exists():
            return Path(found or unpacked)
    return None


def install(packages: Sequence[str]) -> None:
    """Installs packages by the best way this user has; one process at a time.

    Raises PackagesNotInstalled where apt-get is missing or fails.
    """
    if not shutil.which("apt-get"):
        raise PackagesNotInstalled(
            N_("This machine has no apt-get; install what corresponds to Debian's {packages} and start again."),
            packages=" ".join(packages),
        )
    user_folder().mkdir(parents=True, exist_ok=True)
    with (user_folder() / "packages.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        become_root = _root_command()
        if become_root is None:
            _unpack(packages)
        else:
            with _no_main_cluster(become_root):
                _apt([*become_root, "apt-get", "update"])
                _apt([*become_root, "apt-get", *PATIENT, "install", "-y", "--no-install-recommends", *packages])


def available(pattern_start: str) -> list[str]:
    """The names of packages in apt's lists that start so; asks apt-cache, changes nothing."""
    names = subprocess.run(
        ["apt-cache", *_own_state(), "pkgnames", pattern_start], capture_output=True, text=True, check=False
    )
    return sorted(names.stdout.split())


def refresh() -> None:
    """Fetches apt's lists, so that `available` knows today's packages."""
    become_root = _root_command()
    if become_root is None:
        _apt(["apt-get", *_own_state(), "update"])
    else:
        _apt([*become_root, "apt-get", "update"])


def _root_command() -> list[str] | None:
    """What to put before a command to run it as root: nothing, sudo, or None where that cannot be had."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def _own_state() -> list[str]:
    """Options that let apt-get work without root: lists, cache and locks in the user's own folder."""
    if _root_command() is not None:
        return []
    own = user_folder() / "apt"
    for folder in ("lists/partial", "archives/partial"):
        (own / folder).mkdir(parents=True, exist_ok=True)
    return [
        *("-o", f"Dir::State::lists={own}/lists"),
        *("-o", f"Dir::Cache={own}"),
        *("-o", "Debug::NoLocking=1"),
        *("-o", "APT::Sandbox::User="),
    ]


def _unpack(packages: Sequence[str]) -> None:
    """Downloads the packages and what they need beyond the machine's own, and unpacks them under `prefix`."""
    prefix().mkdir(parents=True, exist_ok=True)
    options = _own_state()
    archives = user_folder() / "apt" / "archives"
    _apt(["apt-get", *options, "update"])
    _apt(["apt-get", *options, "install", "-y", "--no-install-recommends", "--download-only", *packages])
    for archive in sorted(archives.glob("*.deb")):
        _apt(["dpkg", "-x", str(archive), str(prefix())])
        archive.unlink()
    _link_postgis_control_files()
    _name_fonts()


def _link_postgis_control_files() -> None:
    """Debian makes these links by update-alternatives when it installs; unpacking does not."""
    for versioned in (prefix() / "usr/share/postgresql").glob("*/extension/postgis*-3.control"):
        plain = versioned.with_name(versioned.name.replace("-3.control", ".control"))
        if not plain.exists():
            plain.symlink_to(versioned.name)


def _fonts() -> Path:
    return prefix() / "fonts.conf"


def _name_fonts() -> None:
    """Chromium ends where it finds no font, and fontconfig knows only the machine's own folders."""
    folders = "".join(f"<dir>{root / 'usr/share/fonts'}</dir>" for root in (prefix(), Path("/")))
    cache = prefix() / "var/cache/fontconfig"
    _fonts().write_text(f"<fontconfig>{folders}<cachedir>{cache}</cachedir></fontconfig>\n", encoding="utf-8")


@contextmanager
def _no_main_cluster(become_root: Sequence[str]) -> Iterator[None]:
    """Debian's PostgreSQL makes and starts a cluster of its own when first installed, unless told not to."""
    if shutil.which("pg_createcluster"):
        yield
        return
    folder = str(MAIN_CLUSTER_SETTING.parent)
    subprocess.run([*become_root, "mkdir", "-p", folder], check=True)
    subprocess.run(
        [*become_root, "tee", str(MAIN_CLUSTER_SETTING)],
        input=b"create_main_cluster = false\n",
        stdout=subprocess.DEVNULL,
        check=True,
    )
    try:
        yield
    finally:
        subprocess.run([*become_root, "rm", "-f", str(MAIN_CLUSTER_SETTING)], check=False)


def _apt(command: Sequence[str]) -> None:
    run = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        tail = "\n".join(run.stdout.strip().splitlines()[-8:])
        raise PackagesNotInstalled(N_("`{command}` failed: {tail}"), command=" ".join(command), tail=tail)

"""What `make run` and `make test` need before the product can run: this installs it, and only what is missing.

    python3 scripts/setup.py run|test

Runs on a bare Python 3.11 to 3.13. Each step looks first whether its work is done, so that a second run takes a
moment. Needs no root; with root it installs Debian's packages for everybody, without it unpacks them privately.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from georegister import debian  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST, NEWEST, OLDEST_NODE = (3, 11), (3, 13), 18


def main() -> None:
    goal = sys.argv[1] if sys.argv[1:] else "run"
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"georegister needs Python 3.11 to 3.13; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11"
        )
    step("Python packages", lambda: python_packages(goal))
    step("Front-end assets", front_end)
    step("Translations and base map", built_files)
    if not os.environ.get("GEOREGISTER_DATABASE_URL"):
        step("PostgreSQL with PostGIS", postgis)
    step("Pango and type for PDF", paper)
    if goal == "test" and not os.environ.get("ALLOW_NO_BROWSER"):
        step("Chromium for the browser tests", chromium)


def step(name: str, work: Callable[[], str]) -> None:
    """Runs one piece of set-up and says what it did and how long that took."""
    # On a terminal the line is written over once the work is done; a log keeps both lines.
    end, again = ("", "\r") if sys.stdout.isatty() else ("\n", "")
    print(f"  {name} ...", end=end, flush=True)
    start = time.monotonic()
    try:
        said = work()
    except (debian.PackagesNotInstalled, subprocess.CalledProcessError) as error:
        print(" failed")
        output = getattr(error, "output", None)
        sys.exit(f"{name}: {error}" + (f"\n{output}" if output else ""))
    print(f"{again}  {name}: {said} ({time.monotonic() - start:.1f} s)", flush=True)


def python_packages(goal: str) -> str:
    # What the tests need holds all that the product needs: either mark will do for running.
    marks = {VENV / f".installed-{name}": wanted_for(name) for name in (goal, "test")}
    if made_by_this_python() and any(mark.exists() and mark.read_text() == wanted for mark, wanted in marks.items()):
        return "in place"
    if not made_by_this_python():
        make_venv()
    for lock in locks(goal):
        # Python compiles what is imported when it is; to compile all of it first takes pip longer than all else.
        pip("--no-compile", "--require-hashes", "-r", str(lock))
    pip("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    (VENV / f".installed-{goal}").write_text(wanted_for(goal))
    return f"installed in {VENV.name}"


def locks(goal: str) -> list[Path]:
    return [ROOT / "requirements" / f"{name}.txt" for name in ("build", goal)]


def wanted_for(goal: str) -> str:
    return fingerprint(*locks(goal), ROOT / "pyproject.toml", extra=str(ROOT))


def make_venv() -> None:
    """Makes `.venv`. Plain Debian's Python has no ensurepip; then pip comes from Debian's own wheel."""
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", str(VENV))
        return
    folders = [Path("/usr/share/python-wheels"), debian.prefix() / "usr/share/python-wheels"]
    if not any(wheels := [wheel for folder in folders for wheel in folder.glob("pip-*.whl")]):
        debian.install(["python3-pip-whl"])
        wheels = [wheel for folder in folders for wheel in folder.glob("pip-*.whl")]
    run(sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV))
    run(str(PYTHON), f"{wheels[0]}/pip", "install", "--quiet", "--no-index", str(wheels[0]))


def made_by_this_python() -> bool:
    settings = VENV / "pyvenv.cfg"
    version = "version = {}.{}.".format(*sys.version_info[:2])
    return PYTHON.exists() and settings.exists() and version in settings.read_text()


def front_end() -> str:
    vendor = ROOT / "georegister/maps/static/vendor"
    wanted = fingerprint(ROOT / "package-lock.json", ROOT / "scripts/assets.py")
    mark = vendor / ".installed"
    if mark.exists() and mark.read_text() == wanted:
        return "in place"
    npm = find_npm()
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=ROOT, path_first=str(Path(npm).parent))
    run(str(PYTHON), str(ROOT / "scripts/assets.py"))
    mark.write_text(wanted)
    return "installed by npm"


def find_npm() -> str:
    """The machine's npm where its node is new enough, else one from PyPI inside the virtual environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE:
            return npm
    own = VENV / "bin" / "npm"
    if not own.exists():
        pip("--require-hashes", "-r", str(ROOT / "requirements/node.txt"))
    return str(own)


def built_files() -> str:
    run(str(PYTHON), str(ROOT / "scripts/build.py"))
    return "built"


def postgis() -> str:
    return subprocess.run(
        [str(PYTHON), "-c", "from georegister.postgis import binaries; print(binaries())"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        cwd="/",
    ).stdout.strip()


def paper() -> str:
    packages = subprocess.run(
        [str(PYTHON), "-c", "from georegister.maps.printing import missing; print(*missing())"],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        cwd="/",
    ).stdout.split()
    if not packages:
        return "in place"
    debian.install(packages)
    return " ".join(packages)


def chromium() -> str:
    # Playwright's own node wants libatomic, which a small Debian lacks.
    atomic = [found for root in (Path("/"), debian.prefix()) for found in (root / "usr/lib").glob("*/libatomic.so.1")]
    found = debian.chromium()
    if found and found.name == debian.CHROMIUMS[0] and atomic:
        return str(found)
    if found is None:
        debian.refresh()
    # Of the two, the quicker one is not in every Debian.
    known = debian.available("chromium")
    best = next((name for name in debian.CHROMIUMS if name in known), "chromium")
    if found is None or found.name != best or not atomic:
        debian.install([best, "libatomic1"])
    return str(debian.chromium())


def pip(*arguments: str) -> None:
    run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def run(*command: str, cwd: Path = ROOT, path_first: str = "") -> None:
    """Runs quietly; what the command printed is shown only where it fails."""
    environ = dict(os.environ)
    if path_first:
        environ["PATH"] = f"{path_first}:{environ.get('PATH', '')}"
    subprocess.run(
        command, check=True, cwd=cwd, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def fingerprint(*files: Path, extra: str = "") -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]}{extra}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()

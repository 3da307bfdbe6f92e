"""What must be there before a wheel is built: npm's files with their licences, and the compiled translations.

None of it is committed, so that a build from a bare checkout would make a wheel that serves pages without a map or
without Danish. It fails instead, with one sentence.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before each build; an editable installation builds nothing and is let through."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version != "editable" and (missing := missing_files(Path(self.root))):
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise SystemExit(f"The wheel cannot be built: {missing[0]}{more} is missing; run `make setup` first.")


def missing_files(root: Path) -> list[str]:
    """The built files that are not there, as paths in the checkout."""
    vendor = root / "georegister/maps/static/vendor"
    wanted = runpy.run_path(str(root / "scripts/assets.py"))["WANTED"]
    files = [vendor / package / Path(name).name for package, names in wanted.items() for name in names]
    files += [catalogue.with_suffix(".mo") for catalogue in sorted((root / "georegister/translations").rglob("*.po"))]
    return [str(file.relative_to(root)) for file in files if not _is_there(file)]


def _is_there(file: Path) -> bool:
    return any(file.iterdir()) if file.is_dir() else file.is_file() and file.stat().st_size > 0

"""The process that opens a delivery: what `read` does in it, beside as little as possible.

pyogrio loads geopandas, and with it pandas, wherever they are installed. Reading needs neither: they would double the
time every delivery waits for, and lie beside a hostile file.
"""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

UNWANTED = ("geopandas", "pandas")


class _Without(MetaPathFinder):
    """Finds the unwanted packages to be missing, and says nothing of any other."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname in UNWANTED:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def main() -> None:
    sys.meta_path.insert(0, _Without())
    from georegister.loading.read import extract

    extract(Path(sys.argv[1]), *sys.argv[2:])


if __name__ == "__main__":
    main()

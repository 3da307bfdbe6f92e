"""Copies what npm has fetched beside our own static files: the files that are served, and their licences.

Nothing of it is committed; the wheel carries it.
"""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "georegister/maps/static/vendor"
WANTED = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images", "LICENSE"),
    "leaflet.fullscreen": ("Control.FullScreen.js", "Control.FullScreen.css", "icon-fullscreen.svg", "LICENSE"),
    "leaflet.locatecontrol": ("dist/L.Control.Locate.min.js", "dist/L.Control.Locate.min.css", "LICENSE"),
    "pbf": ("dist/pbf.js", "LICENSE"),
    "world-atlas": ("land-10m.json", "LICENSE"),
}


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package, files in WANTED.items():
        target = VENDOR / package
        target.mkdir(parents=True)
        for name in files:
            source = MODULES / package / name
            if source.is_dir():
                shutil.copytree(source, target / source.name)
            else:
                shutil.copyfile(source, target / source.name)


if __name__ == "__main__":
    main()

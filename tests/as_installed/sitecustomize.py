"""Hides what only the tests need: Folium and pyogrio load pandas and geopandas wherever they find them."""

import sys
from importlib.abc import MetaPathFinder


class Without(MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname in ("geopandas", "pandas"):
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


sys.meta_path.insert(0, Without())

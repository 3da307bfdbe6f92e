"""Debian's QGIS loads every layer, without a screen."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from georegister.register.collections import COLLECTIONS

pytestmark = [pytest.mark.clients, pytest.mark.proves("client/qgis")]
PYTHON = "/usr/bin/python3"
HELD = sorted(set(COLLECTIONS) - {"frames", "sub-areas"})


@pytest.fixture(scope="module")
def seen(address: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    program = shutil.which(PYTHON)
    if (
        program is None
        or subprocess.run([program, "-c", "import qgis.core"], capture_output=True, check=False).returncode
    ):
        pytest.skip("there is no python3-qgis here")
    script = Path(__file__).with_name("in_qgis.py")
    home = str(tmp_path_factory.mktemp("qgis"))
    done = subprocess.run(
        [program, str(script), f"{address}/", *HELD],
        env={"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": home, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    [line] = [one for one in done.stdout.splitlines() if one.startswith("SEEN ")] or [done.stderr]
    return dict(json.loads(line.removeprefix("SEEN ")))


@pytest.mark.parametrize("name", HELD)
def test_a_layer_opens_with_everything_in_it(
    seen: dict[str, dict[str, Any]], client: httpx.Client, name: str, record_property: Callable[[str, object], None]
) -> None:
    layer = seen[name]
    record_property("program", ("QGIS", seen["QGIS"]["version"]))
    assert layer["valid"], layer["error"]
    features = client.get(f"/collections/{name}/items?limit=1000").json()["features"]
    assert layer["ids"] == sorted(one["id"] for one in features)
    assert layer["count"] == len(features)
    assert set(features[0]["properties"]) <= set(layer["fields"])
    boxed = client.get(f"/collections/{name}/items?bbox=11.66,55.45,11.70,55.47").json()["features"]
    assert layer["in_box"] == sorted(one["id"] for one in boxed)
    assert layer["areas"] > 0
    if "status" in layer["fields"]:
        wanted = [one["id"] for one in features if one["properties"]["status"] == "in_force"]
        assert layer["in_force"] == sorted(wanted)

"""What the register stands on, told in the terminal's language."""

import re

import pytest

from georegister.register.database import Database
from tests import warm


@pytest.mark.parametrize(
    ("language", "schema", "plans"),
    [
        ("da_DK.UTF-8", "Databasen har skema ", r"^0340 +Sorø Kommune, version \d+, \d+ planer$"),
        ("en_GB.UTF-8", "The database is at schema ", r"^0340 +Sorø Kommune, version \d+, \d+ plans$"),
    ],
)
def test_the_state_of_the_register_is_told(demo: Database, language: str, schema: str, plans: str) -> None:
    environment = {
        "GEOREGISTER_DATABASE_URL": demo.admin,
        "GEOREGISTER_BASEMAP": "https://tiles.example.dk/{z}/{x}/{y}.png",
        "GEOREGISTER_BASEMAP_ATTRIBUTION": "Kommunen",
        "LC_ALL": language,
    }
    assert warm.run("migrate", environment=environment).stdout.startswith(schema)
    done = warm.run("doctor", environment=environment)
    assert done.returncode == 0, done.stderr
    assert re.search(plans, done.stdout, re.MULTILINE)
    said = "Baggrundskort XYZ fra" if language.startswith("da") else "Base map     XYZ from"
    assert f"{said} tiles.example.dk\n" in done.stdout

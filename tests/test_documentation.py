"""Every command, option, setting and address is documented, and what the README shows exists."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import APIRoute

from georegister.app import ROOMS
from georegister.cli import whole
from georegister.register.collections import COLLECTIONS
from georegister.register.place_questions import PlaceSearch, PlanAreaSearch
from georegister.register.questions import HearingSearch, PlanSearch
from georegister.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if hasattr(group, "commands"):
        for name, command in group.commands.items():
            yield from commands(command, f"{path} {name}".strip())
    else:
        yield path, group


COMMANDS = dict(commands(typer.main.get_command(whole())))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert f"`georegister {name}" in text
    section = text.split(f"`georegister {name}", 1)[1].split("\n## ", 1)[0]
    for parameter in COMMANDS[name].params:
        for option in (option for option in parameter.opts if option.startswith("--")):
            assert f"`{option}`" in section, option
    assert COMMANDS[name].help


def test_every_make_target_is_documented() -> None:
    made = re.findall(r"^([a-z-]+): .*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"run", "test", "schema"} <= set(made)
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [name for name in made if f"`{name}`" not in text and f"make {name}" not in text] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    field = Settings.model_fields[name]
    variable = field.validation_alias or f"GEOREGISTER_{name.upper()}"
    [row] = [
        line for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines() if f"| `{variable}` |" in line
    ]
    if field.default is not None:
        assert f"| `{field.default}` |" in row
    assert (field.description or "no").split(",")[0].rstrip(".") in row


def test_every_address_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    paths = {route.path for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)}
    assert len(paths) > 15
    plain = {re.sub(r"/collections/(hearings|municipalities)/", "/collections/{name}/", path) for path in paths}
    assert [path for path in sorted(plain) if f"`{path.replace('id_', 'id')}`" not in text] == []


def test_every_collection_and_parameter_is_documented() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name in COLLECTIONS if f"`{name}`" not in text] == []
    for search in (PlanSearch, HearingSearch, PlaceSearch, PlanAreaSearch):
        names = [field.alias or name for name, field in search.model_fields.items()]
        assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    for file in [*ROOT.glob("*.md"), *DOCS.glob("*.md"), ROOT / "data" / "README.md"]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_the_readme_fits_a_screen_and_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "    make run" in text
    assert "    make test" in text
    assert len(text.splitlines()) <= 60


def test_every_module_is_drawn_in_the_house() -> None:
    drawn = (DOCS / "architecture.md").read_text(encoding="utf-8")
    modules = [file.stem for file in (ROOT / "georegister").rglob("*.py") if not file.stem.startswith("__")]
    assert [name for name in modules if not re.search(rf"\b{name}\b", drawn)] == []


def runs(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_docker_compose_can_be_read() -> None:
    clients = (["docker", "compose"], ["docker-compose"])
    usable = [client for client in clients if shutil.which(client[0]) and runs([*client, "version"]).returncode == 0]
    if not usable:
        pytest.skip("there is no docker compose here")
    said = runs([*usable[0], "config"])
    assert said.returncode == 0, said.stderr
    assert "GEOREGISTER_DATABASE_URL" in said.stdout


@pytest.mark.proves("client/geopandas")
def test_the_readme_opens_the_register_in_geopandas(
    address: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("program", ("geopandas", version("geopandas")))
    [block] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    found = subprocess.run(
        [sys.executable, "-c", block.replace("http://127.0.0.1:8000", address)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "SK 66" in found

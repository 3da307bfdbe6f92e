"""What every answer passes, those too that the framework makes of what goes wrong."""

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from georegister.app import create_app
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import awaited

ORIGIN = {"Origin": "https://map.example"}


async def fall_over() -> None:
    raise RuntimeError("nobody thought of this")


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_an_unforeseen_error_is_as_guarded_as_any_answer(demo: Database, kind: str) -> None:
    app = create_app(Settings(), demo)
    app.router.routes.insert(0, app.router.route_class("/falls", fall_over))

    async def answers() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return [await client.get(path, headers={**ORIGIN, "Accept": kind}) for path in ("/falls", "/nowhere")]

    fallen, missing = awaited(answers())
    assert (fallen.status_code, missing.status_code) == (500, 404)
    assert fallen.headers["content-type"].split(";")[0] == (
        "text/html" if kind == "text/html" else "application/problem+json"
    )
    assert "nobody thought of this" not in fallen.text
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "access-control-allow-origin"):
        assert fallen.headers[name] == missing.headers[name]


@pytest.mark.parametrize(("path", "status"), [("/collections/plans/search", 413), ("/", 413), ("/mappings", 403)])
def test_a_body_that_is_too_long_is_a_problem_told_in_words(client: httpx.Client, path: str, status: int) -> None:
    answer = client.post(path, content=b" " * 2_000_001, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    if status == 413:
        assert answer.json()["detail"] == "At most 2 MB are taken."


def test_scripts_are_asked_for_anew(client: httpx.Client) -> None:
    script = client.get("/static/app/georegister.js")
    assert script.headers["cache-control"] == "public, no-cache"
    again = client.get("/static/app/georegister.js", headers={"If-None-Match": script.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "public, no-cache")


def test_another_state_of_the_code_is_another_build(tmp_path: Path) -> None:
    package = Path(sys.modules["georegister"].__file__ or "").parent
    shutil.copytree(package, tmp_path / "georegister", ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    ask = [sys.executable, "-c", "from georegister.api.service import _code; print(_code())"]

    def build() -> str:
        return subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    before = build()
    assert build() == before
    style = tmp_path / "georegister" / "maps" / "static" / "app" / "map.css"
    style.write_text(style.read_text() + "\n")
    assert build() != before

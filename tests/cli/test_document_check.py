"""What stands behind the documents' links: asked of a real server on this machine."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from georegister.cli import app, document_check  # noqa: F401  # adds its command
from georegister.loading import links_seen
from georegister.loading.by_hand import add_entries, list_entries
from georegister.register.database import Database

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
HASH = hashlib.sha256(PDF).hexdigest()
PLAN = "0340-local-plan-sk-66"
Run = Callable[..., Result]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        status, headers, body = server.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def a_server(pages: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.pages = pages  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def web() -> Iterator[str]:
    pages: dict[str, tuple[int, dict[str, str], bytes]] = {
        "/same.pdf": (200, {}, PDF),
        "/changed.pdf": (200, {}, PDF + b"rettet"),
        "/moved.pdf": (302, {"Location": "/same.pdf"}, b""),
        "/round.pdf": (302, {"Location": "/round.pdf"}, b""),
        "/inside.pdf": (302, {"Location": "file:///etc/passwd"}, b""),
        "/broken.pdf": (500, {}, b""),
        "/short.pdf": (200, {"Content-Length": "999999"}, PDF),
    }
    with a_server(pages) as host:
        yield host


@pytest.fixture
def run(demo: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GEOREGISTER_DATABASE_URL", demo.admin)
    monkeypatch.setenv("GEOREGISTER_TODAY", "2026-11-22")
    return lambda *words: CliRunner().invoke(app, ["document", "check", "--municipality", "0340", *words])


def test_what_stands_behind_links(run: Run, demo: Database, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def recorded() -> dict[str, tuple[str, Any]]:
        found = list_entries(demo, "0340", "document", PLAN)
        return {fact.content["title"]: (fact.content["sha256"].hex(), fact.content["seen_on"]) for _, fact in found}

    for name in ("same", "moved", "changed", "gone", "broken", "round", "inside", "short"):
        said = {"plan": "SK 66", "title": name, "url": f"http://{web}/{name}.pdf", "sha256": HASH}
        add_entries(demo, "0340", "document", [said], "clerk")
    monkeypatch.setenv("GEOREGISTER_DOCUMENT_HOSTS", web)
    before = recorded()
    done = run("--plan", "SK 66", "--json", "--lang", "en")
    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    found = {one["details"]["link"].rpartition("/")[2]: one["rule"] for one in told["findings"]}
    assert found == {
        "changed.pdf": "DOC-04",
        "gone.pdf": "DOC-05",
        **dict.fromkeys(("broken.pdf", "round.pdf", "inside.pdf", "short.pdf"), "DOC-06"),
    }
    assert (told["checked"], told["loads"], recorded()) == (8, [], before)
    text = run("--lang", "en").stdout
    assert f"Nothing stands behind http://{web}/gone.pdf, “gone”, any more." in text
    assert "could not be had: the server answers 500." in text
    saved = json.loads(run("--plan", "SK 66", "--json", "--save").stdout)
    assert len(saved["loads"]) == 1
    after = recorded()
    new = hashlib.sha256(PDF + b"rettet").hexdigest()
    assert (after["changed"][0], str(after["changed"][1]), str(after["same"][1])) == (new, "2026-11-22", "2026-11-22")
    assert {title: after[title] for title in ("gone", "broken")} == {
        title: before[title] for title in ("gone", "broken")
    }
    again = json.loads(run("--plan", "SK 66", "--json").stdout)
    assert "DOC-04" not in {one["rule"] for one in again["findings"]}


def test_what_only_we_can_reach_is_not_asked(web: str) -> None:
    for address in (f"http://{web}/same.pdf", f"http://localhost:{web.rpartition(':')[2]}/same.pdf"):
        seen = links_seen.look(address)
        assert (seen.sha256, "inside this network" in seen.reason) == (None, True), seen
    assert links_seen.look(f"http://{web}/same.pdf", {web}).sha256 == bytes.fromhex(HASH)
    for address in ("file:///etc/passwd", "ftp://example.dk/x", f"http://user:word@{web}/same.pdf", "http://[::1"):
        assert links_seen.look(address, {web}).reason


def test_what_is_too_large_or_too_slow_is_left(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links_seen, "LARGEST_BYTES", 5000)
    assert "larger than" in links_seen.look(f"http://{web}/same.pdf", {web}).reason
    monkeypatch.undo()
    monkeypatch.setattr(links_seen, "SECONDS_IN_ALL", -1)
    assert "longer than" in links_seen.look(f"http://{web}/same.pdf", {web}).reason

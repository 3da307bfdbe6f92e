"""A server of tiles as others run them: it remembers what it was asked, and fails in the ways they do."""

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "hemmelig-0123456789"


def picture(red: int = 200, green: int = 220, blue: int = 180) -> bytes:
    """A PNG of one colour, 256 by 256."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes((red, green, blue)) * 256) * 256
    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass
class TileServer:
    """What it does is said by `mode`; `asked` are the paths and headers of what came."""

    port: int = 0
    mode: str = "good"
    other: str = "http://127.0.0.2:9/"
    delay: float = 0.0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def queries(self) -> list[dict[str, str]]:
        return [{name: said[0] for name, said in parse_qs(urlsplit(path).query).items()} for path, _ in self.asked]


def _handler(server: TileServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            with server.lock:
                server.asked.append((self.path, dict(self.headers.items())))
                server.at_once += 1
                server.most_at_once = max(server.at_once, server.most_at_once)
            time.sleep(server.delay)
            with server.lock:  # before the answer: who has it may ask the next before this thread runs again
                server.at_once -= 1
            with suppress(OSError):  # who asked has gone
                self._answer()

        def _answer(self) -> None:
            mode = server.mode
            if mode in ("good", "moved") and self.path.startswith("/moved"):
                self._send(200, "image/png", picture())
            elif mode in ("moved", "moved away"):
                self.send_response(302)
                self.send_header("Location", f"/moved{self.path}" if mode == "moved" else server.other)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif mode == "good":
                self._send(200, "image/png", picture())
            elif mode == "jpeg called png":
                self._send(200, "image/png", b"\xff\xd8\xff\xe0" + b"\0" * 100)
            elif mode == "html called png":
                self._send(200, "image/png", b"<script>alert(1)</script>")
            elif mode == "svg":
                self._send(200, "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
            elif mode == "words":
                self._send(200, "text/html", f"<p>wrong token: {self.path}</p>".encode())
            elif mode == "huge":
                self._send(200, "image/png", picture() + b"\0" * 2_000_000)
            elif mode == "cut short":
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", "100000")
                self.end_headers()
                self.wfile.write(picture()[:200])
            else:
                self._send(int(mode), "text/plain", f"no: {self.path}".encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "followed=1")
            self.end_headers()
            self.wfile.write(body)

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def tile_server() -> Iterator[TileServer]:
    """A server on a free port."""
    made = TileServer()
    with _Server(("127.0.0.1", 0), _handler(made)) as http:
        made.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        http.shutdown()
        thread.join()

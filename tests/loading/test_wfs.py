"""Plans from a WFS: a real server on this machine that answers as GeoServer does, well and badly."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import pytest

from georegister.errors import DeliveryRefused
from georegister.loading import wfs
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.loading.test_formats import a_member, a_wfs_answer

LAYERS = ("pdk:lokalplan", "pdk:tillaeg", "other:tillaeg")
EXCEPTION = (
    '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0">'
    "<ows:Exception><ows:ExceptionText>java.lang.OutOfMemoryError &lt;b&gt;</ows:ExceptionText>"
    "</ows:Exception></ows:ExceptionReport>"
)
Answer = tuple[int, dict[str, str], bytes]
Twist = Callable[[dict[str, str], bytes], Answer | bytes | None]


class GeoServer(ThreadingHTTPServer):
    """`rows` plans in each layer; `twist` may put another answer in the place of the one that was to be."""

    def __init__(self, rows: int = 5, twist: Twist = lambda asked, answer: None) -> None:
        self.rows, self.twist = rows, twist
        self.asked: list[dict[str, str]] = []
        self.most = 10_000
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/geoserver/wfs"

    def answer(self, asked: dict[str, str]) -> bytes:
        if asked["request"] == "GetCapabilities":
            types = "".join(f"<FeatureType><Name>{name}</Name><Title>x</Title></FeatureType>" for name in LAYERS)
            return f"<WFS_Capabilities><FeatureTypeList>{types}</FeatureTypeList></WFS_Capabilities>".encode()
        start, count = int(asked["startIndex"]), min(int(asked["count"]), self.most)
        numbers = range(self.rows)[start : start + count]
        return (
            a_wfs_answer(*(a_member(1000 + number, f"A {number}") for number in numbers))
            .replace('numberMatched="2"', f'numberMatched="{self.rows}"')
            .replace('numberReturned="2"', f'numberReturned="{len(numbers)}"')
            .encode()
        )


class Handler(BaseHTTPRequestHandler):
    server: GeoServer

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(asked)
        plain = self.server.answer(asked)
        given = self.server.twist(asked, plain)
        twisted = plain if given is None else given
        code, headers, body = twisted if isinstance(twisted, tuple) else (200, {}, twisted)
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": wfs.GML, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(rows: int = 5, twist: Twist = lambda asked, answer: None) -> Iterator[GeoServer]:
    with GeoServer(rows, twist) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def fetched(server: GeoServer, folder: Path, layer: str | None = "lokalplan", query: str = "") -> Path:
    return wfs.fetch(server.address + query, layer, {server.host}, folder)


@pytest.fixture
def pages_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "ROWS_A_PAGE", 2)


@pytest.mark.usefixtures("pages_of_two")
def test_every_page_is_fetched_and_loaded_and_a_second_time_changes_nothing(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    with running() as server:
        file = fetched(server, tmp_path, query="?servicename=wfs&VERSION=1.0.0&CQL_FILTER=komnr%3D340")
        again = fetched(server, tmp_path).read_bytes()
    assert file.name == "lokalplan.zip"
    assert zipfile.ZipFile(file).namelist() == ["page-0001.gml", "page-0002.gml", "page-0003.gml"]
    assert file.read_bytes() == again
    features = [asked for asked in server.asked if asked["request"] == "GetFeature"][:3]
    assert [asked["startIndex"] for asked in features] == ["0", "2", "4"]
    assert {(asked["version"], asked["typeNames"], asked["count"], asked["CQL_FILTER"]) for asked in features} == {
        ("2.0.0", "pdk:lokalplan", "2", "komnr=340")
    }
    report = load(demo, file, "0340", plandata, Options(by="test", acknowledge=frozenset({"GEOM-08"})))
    assert (report.rows, report.refused, len(report.plans)) == (5, 0, 5)
    assert [(note.name, note.rows, note.crs) for note in report.layers] == [("lokalplan", 5, "EPSG:25832")]
    assert load(demo, file, "0340", plandata, Options(by="test", acknowledge=frozenset({"GEOM-08"}))).changes_nothing


@pytest.mark.usefixtures("pages_of_two")
def test_a_server_with_smaller_pages_or_that_cannot_count_is_read_to_the_end(tmp_path: Path) -> None:
    def uncounted(asked: dict[str, str], answer: bytes) -> bytes:
        return answer.replace(b'numberMatched="5"', b'numberMatched="unknown"')

    with running() as server:
        server.most = 1
        assert len(zipfile.ZipFile(fetched(server, tmp_path)).namelist()) == 5
    with running(twist=uncounted) as server:
        assert len(zipfile.ZipFile(fetched(server, tmp_path)).namelist()) == 3
    with running(twist=uncounted) as server:
        server.most = 1
        assert len(zipfile.ZipFile(fetched(server, tmp_path)).namelist()) == 5


def test_the_layer_may_stand_in_the_address(tmp_path: Path) -> None:
    with running() as server:
        assert (
            fetched(server, tmp_path, None, "?service=WFS&request=GetFeature&typeName=pdk:tillaeg").name
            == "tillaeg.zip"
        )


@pytest.mark.parametrize(
    ("layer", "rows", "says"),
    [
        ("ramme", 5, "no layer is called 'ramme'; there are: pdk:lokalplan, pdk:tillaeg, other:tillaeg"),
        ("tillaeg", 5, "2 layers are called 'tillaeg'"),
        (None, 5, "say with --layer which layer is meant; there are: pdk:lokalplan"),
        ("lokalplan", 0, "the layer pdk:lokalplan is there and has no rows"),
    ],
)
def test_no_such_layer_is_told_from_no_plan(tmp_path: Path, layer: str | None, rows: int, says: str) -> None:
    with running(rows) as server, pytest.raises(DeliveryRefused, match=says):
        fetched(server, tmp_path, layer)


def on_page(start: str, twisted: Callable[[bytes], Answer | bytes]) -> Twist:
    return lambda asked, answer: twisted(answer) if asked.get("startIndex") == start else None


MEMBER = a_member(1000, "A 0").encode()


@pytest.mark.usefixtures("pages_of_two")
@pytest.mark.parametrize(
    ("twisted", "says"),
    [
        (lambda answer: EXCEPTION.encode(), "it says: java.lang.OutOfMemoryError <b>"),
        (lambda answer: (500, {}, EXCEPTION.encode()), "it answers 500 .*: java.lang.OutOfMemoryError"),
        (lambda answer: (200, {"Content-Length": str(len(answer))}, answer[:700]), "cut short|did not answer whole"),
        (lambda answer: answer.replace(MEMBER[-20:], MEMBER[-20:], 1)[: -len("</wfs:FeatureCollection>")], "cut short"),
        (lambda answer: b"<html><body>Please log in</body></html>", "answers html where rows"),
        (lambda answer: b"", "cut short or no XML"),
        (lambda answer: answer.replace(b'Returned="2"', b'Returned="3"'), "says 3 rows and has 2"),
        (lambda answer: answer.replace(b"lokalplan.1002", b"lokalplan.1000"), "the same rows twice"),
        (lambda answer: answer.replace(b'Matched="5"', b'Matched="4"'), "was changed while it was fetched"),
        (
            lambda answer: a_wfs_answer().replace('="2"', '="5"', 1).replace('="2"', '="0"').encode(),
            "has 5 rows, and 2 came",
        ),
        (lambda answer: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + answer[38:], "DOCTYPE"),
        (lambda answer: (302, {"Location": "http://127.0.0.1:9/wfs"}, b""), "sends us on to another host"),
        (lambda answer: (302, {"Location": "file:///etc/passwd"}, b""), "sends us on to another host|302"),
    ],
)
def test_a_page_that_does_not_come_whole_refuses_all_of_it(
    tmp_path: Path, twisted: Callable[[bytes], Answer | bytes], says: str
) -> None:
    with running(twist=on_page("2", twisted)) as server, pytest.raises(DeliveryRefused, match=says) as refused:
        fetched(server, tmp_path)
    assert str(refused.value).startswith(server.host)
    assert "\n" not in str(refused.value)


def test_an_endless_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "BYTES_A_PAGE", 100_000)
    endless = on_page("0", lambda answer: answer + b" " * 200_000)
    with running(twist=endless) as server, pytest.raises(DeliveryRefused, match="larger than 100000 bytes"):
        fetched(server, tmp_path)


def test_a_server_that_falls_silent_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "SECONDS_OF_SILENCE", 0.3)

    def silent(answer: bytes) -> bytes:
        sleep(1)
        return answer

    started = monotonic()
    with running(twist=on_page("0", silent)) as server, pytest.raises(DeliveryRefused, match=r"whole \(timed out\)"):
        fetched(server, tmp_path)
    assert monotonic() - started < 30


@pytest.mark.parametrize(
    ("address", "hosts", "says"),
    [
        (
            "https://wfs.example.dk/wfs",
            set(),
            r"'wfs.example.dk' is no host .* GEOREGISTER_WFS_HOSTS names them \(–\)",
        ),
        ("https://wfs.example.dk/wfs", {"example.dk"}, "is no host"),
        ("https://wfs.example.dk:8443/wfs", {"wfs.example.dk"}, "is no host"),
        ("https://example.dk@evil.example/wfs", {"example.dk"}, "no name or password"),
        ("http://wfs.example.dk/wfs", {"wfs.example.dk"}, "by https only"),
        ("https://[::1/wfs", {"::1"}, "is no address"),
    ],
)
def test_only_hosts_that_the_settings_name_are_asked(tmp_path: Path, address: str, hosts: set[str], says: str) -> None:
    with pytest.raises(DeliveryRefused, match=says):
        wfs.fetch(address, "lokalplan", hosts, tmp_path)


def test_a_host_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with GeoServer() as server:
        host = server.host
    with pytest.raises(DeliveryRefused, match=rf"{host}: it did not answer whole \(.*refused"):
        wfs.fetch(f"http://{host}/wfs", "lokalplan", {host}, tmp_path)

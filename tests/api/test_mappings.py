"""`/mappings`: a file's columns beside fields, what a clerk decides about them, and the name it is saved by."""

import gzip
import json
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from georegister.app import create_app
from georegister.domain.change import Added
from georegister.loading.load import load
from georegister.loading.mapping import read_mapping
from georegister.loading.prepare import Options
from georegister.register.database import Database
from georegister.settings import Settings, folder
from tests.builders import a_delivery, a_plan, a_square, awaited
from tests.conftest import serving

TOKEN = "wind-over-tystrup-lake-26"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
COLUMNS = {"Sagsnr": "LP 17", "Overskrift": "Havnen", "Vedtaget": "15.06.2020", "Bebyg": 40}
LAYER: dict[str, Any] = {
    "name": "udtraek",
    "kind": "local-plan",
    "days": "dmy",
    "columns": {
        "Sagsnr": "number",
        "Overskrift": "title",
        "Vedtaget": "events.adoption",
        "Bebyg": "parameters.plot_ratio",
    },
}


class Desk:
    """The service in this process, as staff ask it."""

    def __init__(self, database: Database, config: Path | None, **headers: str) -> None:
        self.app = create_app(Settings(config=config, staff_token=SecretStr(TOKEN), upload_mb=1), database)
        self.headers = headers

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=self.headers) as client:
                return await client.request(method, path, **more)

        return awaited(asked())

    def save(self, name: str, said: Any) -> httpx.Response:
        return self.ask("PUT", f"/mappings/{name}", json=said)

    def look(self, file: Path, **said: str) -> Any:
        files = {"file": (file.name, file.read_bytes())}
        return self.ask("POST", "/mappings/suggest?lang=da", files=files, data=said).raise_for_status().json()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture(scope="module")
def staff(shared_demo: Database) -> Iterator[httpx.Client]:
    """A server process, as staff ask it."""
    with (
        serving(shared_demo, GEOREGISTER_STAFF_TOKEN=TOKEN) as address,
        httpx.Client(base_url=address, headers=STAFF, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def desk(shared_demo: Database, config: Path) -> Desk:
    return Desk(shared_demo, config, **STAFF)


def an_extract(target: Path) -> Path:
    return a_delivery(target, [{**COLUMNS, "geometry": a_square()}], name="udtraek")


def test_columns_nobody_knows_are_decided_saved_and_loaded_by(
    desk: Desk, shared_demo: Database, config: Path, tmp_path: Path
) -> None:
    file = an_extract(tmp_path)
    told = desk.look(file, encoding="")
    [layer] = told["layers"]
    columns = {column["name"]: column for column in layer["columns"]}
    assert (columns["Sagsnr"]["field"], columns["Sagsnr"]["sample"]) == (None, "LP 17")
    assert (columns["Vedtaget"]["field"], columns["Vedtaget"]["is_sure"], layer["days"]) == (
        "events.adoption",
        True,
        "dmy",
    )
    assert (layer["holds_plans"], layer["kind"], told["fits"], told["cannot_save"]) == (True, None, None, None)
    assert len(told["doubts"]) == 1
    assert {"number", "events.adoption", "hearing.opens"} <= {field["name"] for field in told["fields"]}
    saved = desk.save("vores-gis", {"layers": [LAYER]})
    assert (saved.status_code, saved.headers["location"]) == (201, "http://here/mappings/vores-gis")
    assert sorted(file.name for file in (config / "mappings").iterdir()) == ["vores-gis.toml"]
    listed = {one["name"]: one["own"] for one in desk.ask("GET", "/mappings").json()["mappings"]}
    assert (listed["vores-gis"], listed["plandata"]) == (True, False)
    mapping = read_mapping(config / "mappings" / "vores-gis.toml")
    report = load(shared_demo, file, "0340", mapping, Options(dry_run=True))
    assert [change.id for change in report.plans] == ["0340-local-plan-lp-17"]
    assert sorted(fact.new.table for fact in report.facts if isinstance(fact, Added)) == ["parameter", "plan_event"]
    assert desk.look(file)["fits"] == "vores-gis"


def test_a_name_is_never_taken_from_another_unless_that_is_asked(desk: Desk, config: Path) -> None:
    assert desk.save("kommunen", {"layers": [LAYER]}).status_code == 201
    before = (config / "mappings" / "kommunen.toml").read_bytes()
    other = {**LAYER, "kind": "addendum"}
    again = desk.save("kommunen", {"layers": [other]})
    assert (again.status_code, again.json()["own"]) == (409, True)
    assert again.headers["content-type"] == "application/problem+json"
    assert (config / "mappings" / "kommunen.toml").read_bytes() == before
    assert desk.save("kommunen", {"layers": [other], "replace": True}).status_code == 201
    assert "addendum" in (config / "mappings" / "kommunen.toml").read_text()
    ours = desk.save("plandata", {"layers": [LAYER], "replace": True})
    assert (ours.status_code, ours.json()["own"]) == (409, False)
    assert not (config / "mappings" / "plandata.toml").exists()


def test_what_no_column_says_stays_as_in_the_mapping_it_is_based_on(
    desk: Desk, shared_demo: Database, config: Path, tmp_path: Path
) -> None:
    file = a_delivery(tmp_path, [{**a_plan(), "KOMTIL_ID": None, "BEBYGPCT": 40, "DATOVEDT": 20200615}])
    told = desk.look(file)
    assert told["fits"] == "plandata"
    layers = [
        {
            **{name: layer[name] for name in ("name", "file", "holds_plans", "kind", "days")},
            "columns": {column["name"]: column["field"] for column in layer["columns"] if column["field"]},
        }
        for layer in told["layers"]
    ]
    assert layers[0]["columns"]["BEBYGPCT"] == "parameters.plot_ratio"
    sent = desk.save("som-plandata", {"layers": layers, "based_on": "plandata"})
    assert sent.status_code == 201
    mine = read_mapping(config / "mappings" / "som-plandata.toml")
    theirs = read_mapping(folder("data") / "mappings" / "plandata.toml")
    assert (mine.dataset, mine.languages) == (theirs.dataset, theirs.languages)
    load(shared_demo, file, "0340", theirs, Options(by="x"))
    assert load(shared_demo, file, "0340", mine, Options(by="x")).changes_nothing


@pytest.mark.parametrize(
    ("name", "said", "parameter"),
    [
        ("Vores%20GIS", {"layers": [LAYER]}, "name"),
        ("..%5Cx", {"layers": [LAYER]}, "name"),
        (f"{'a' * 62}", {"layers": [LAYER]}, "name"),
        ("x", {"layers": []}, "layers"),
        ("x", {}, "layers"),
        ("x", {"layers": [{**LAYER, "columns": {"Sagsnr": "shoe"}}]}, "layers.0.columns.Sagsnr"),
        ("x", {"layers": [{**LAYER, "columns": {"Sagsnr": "number"}}]}, "layers.0"),
        ("x", {"layers": [{**LAYER, "kind": None}]}, "layers.0"),
        ("x", {"layers": [{**LAYER, "kind": "castle"}]}, "layers.0.kind"),
        ("x", {"layers": [{**LAYER, "columns": {**LAYER["columns"], "Type": "kind"}}]}, "layers.0.kinds"),
        ("x", {"layers": [{**LAYER, "holds_plans": False}]}, "layers"),
        ("x", {"layers": [LAYER], "based_on": "../x"}, "based_on"),
        ("x", {"layers": [LAYER], "based_on": "nosuch"}, "based_on"),
        ("x", {"layers": [LAYER], "shoe": 42}, "shoe"),
    ],
)
def test_what_cannot_be_meant_is_named_and_nothing_is_saved(
    desk: Desk, config: Path, name: str, said: dict[str, Any], parameter: str
) -> None:
    answer = desk.save(name, said)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] == parameter
    assert not list(config.glob("mappings/*"))


@pytest.mark.parametrize("body", [b'{"layers": [', b'{"layers": "\\ud800"}', b"[" * 50_000, b"\xff"])
def test_a_body_that_is_no_json(desk: Desk, body: bytes) -> None:
    answer = desk.ask("PUT", "/mappings/x", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] in ("body", "layers")


def status_of_a_body_without_end(staff: httpx.Client, method: str, path: str) -> int:
    """What the server answers to somebody who never stops sending."""
    piece = b"10000\r\n" + b"[" * 65_536 + b"\r\n"
    with socket.create_connection((staff.base_url.host, staff.base_url.port or 80), timeout=30) as line:
        line.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        for _ in range(2000):
            if select.select([line], [], [], 0)[0]:
                break
            line.sendall(piece)
        return int(line.recv(100).split()[1])


WRITTEN = [
    ("PUT", "/mappings/x"),
    ("POST", "/facts/event"),
    ("POST", "/facts/event/withdraw"),
    ("POST", "/loads/1/apply"),
    ("POST", "/loads/1/undo"),
]


@pytest.mark.proves("attack/13")
@pytest.mark.parametrize(("method", "path"), WRITTEN)
def test_no_body_hurts(staff: httpx.Client, method: str, path: str) -> None:
    twice = b'{"municipality": "0340", "municipality": "0956"}'
    deep = b'{"by": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for body in (b"[" * 100_000, deep, twice, gzip.compress(b"0" * 100_000_000, 1), b'{"by": 1e400}', b'{"by": NaN}'):
        headers = {"Content-Type": "application/json"} | (
            {"Content-Encoding": "gzip"} if body.startswith(b"\x1f") else {}
        )
        answer = staff.request(method, path, content=body, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), body[:20]
    assert status_of_a_body_without_end(staff, method, path) == 413
    assert staff.get("/livez").json() == {"status": "ok"}


def test_a_column_of_no_text_at_all(desk: Desk, config: Path) -> None:
    layer = {**LAYER, "columns": {**LAYER["columns"], "a\ud800": "place"}}
    body = json.dumps({"layers": [layer]}).encode()
    answer = desk.ask("PUT", "/mappings/x", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert not list(config.glob("mappings/*.toml"))


def test_hostile_names_are_only_text(desk: Desk, config: Path) -> None:
    columns = {'"]\n[fields]\nnumber = "x': "number", "<img src=x onerror=alert(1)>": "title"}
    said = {"layers": [{**LAYER, "name": "../*", "columns": columns}]}
    assert desk.save("grim", said).status_code == 201
    kept = read_mapping(config / "mappings" / "grim.toml")
    assert kept.fields == {"number": '"]\n[fields]\nnumber = "x', "title": "<img src=x onerror=alert(1)>"}


def test_a_file_that_cannot_be_read_or_is_too_large(desk: Desk) -> None:
    broken = desk.ask("POST", "/mappings/suggest", files={"file": ("a.zip", b"PK\3\4")})
    assert (broken.status_code, broken.headers["content-type"]) == (422, "application/problem+json")
    assert desk.ask("POST", "/mappings/suggest", files={"file": ("a.zip", b"0" * 1_200_000)}).status_code == 413
    assert (
        desk.ask("POST", "/mappings/suggest", files={"file": ("a.gpkg", b"x")}, data={"kind": "castle"}).status_code
        == 400
    )


def test_where_no_folder_is_set_or_it_cannot_be_written_that_is_said(
    shared_demo: Database, tmp_path: Path, config: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    for place, said in ((None, "GEOREGISTER_CONFIG"), (tmp_path / "file", "GEOREGISTER_CONFIG")):
        desk = Desk(shared_demo, place, **STAFF)
        assert said in desk.look(an_extract(tmp_path))["cannot_save"]
        answer = desk.save("x", {"layers": [LAYER]})
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


def test_the_token_is_wanted(shared_demo: Database) -> None:
    desk = Desk(shared_demo, None)
    for method, path in (("GET", "/mappings"), ("POST", "/mappings/suggest"), ("PUT", "/mappings/x")):
        assert desk.ask(method, path).status_code == 401

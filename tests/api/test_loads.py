"""`/loads` as a program uses it: the file is handed in, previewed by a process of its own, looked at, applied."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response
from pydantic import SecretStr

from georegister.api.guard import Guard
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database
from tests.builders import SOROE, a_delivery, a_plan, a_square, awaited
from tests.conftest import Server, serving

TOKEN = "wind-over-tystrup-lake-26"
STAFF = {"Authorization": f"Bearer {TOKEN}"}
FIELDS = {"municipality": "0340", "mapping": "plandata"}
BLANK = dict.fromkeys(("kind", "parent", "crs", "encoding", "dataset", "effective", "by"), "")


@pytest.fixture(scope="module")
def register(postgis: Server, demo_template: str) -> Iterator[Database]:
    name, database = postgis.copy(demo_template)
    yield database
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def desk(register: Database) -> Iterator[httpx.Client]:
    with (
        serving(register, GEOREGISTER_STAFF_TOKEN=TOKEN, GEOREGISTER_UPLOAD_MB="1") as address,
        httpx.Client(base_url=address, headers=STAFF, timeout=60) as client,
    ):
        yield client


def a_file(folder: Path, *rows: dict[str, Any], name: str = "lokalplan.zip") -> dict[str, Any]:
    return {"file": (name, a_delivery(folder, rows or [a_plan()]).read_bytes(), "application/zip")}


def settled(desk: httpx.Client, where: str) -> dict[str, Any]:
    """The load, once nobody works on it any more."""
    for _ in range(400):
        told: dict[str, Any] = desk.get(where).raise_for_status().json()
        if told["state"] not in ("queued", "running", "applying", "undoing"):
            return told
        time.sleep(0.1)
    raise AssertionError(told)


def test_a_file_is_handed_in_looked_at_and_applied(desk: httpx.Client, tmp_path: Path) -> None:
    sent = desk.post(
        "/loads", data={**FIELDS, **BLANK}, files=a_file(tmp_path, a_plan("SK 910"), a_plan("SK 911", KOMNR=999))
    )
    assert sent.status_code == 202
    where = sent.headers["location"]
    told = sent.json()
    assert (told["state"], where.endswith(f"/loads/{told['id']}")) == ("queued", True)
    ready = settled(desk, where)
    assert ready["state"] == "ready"
    assert ready["report"]["summary"]["plans"] == {
        "added": 1, "amended": 0, "withdrawn": 0, "unchanged": 0, "refused": 1
    }  # fmt: skip
    [refused] = [one for one in ready["report"]["findings"] if one["severity"] == "error"]
    assert (refused["rule"], refused["row"]) == ("ATTR-05", 2)
    assert {link["rel"] for link in ready["links"]} == {"self", "alternate", "diff", "preview", "apply"}
    assert desk.get("/collections/plans/items/0340-local-plan-sk-910").status_code == 404
    diff = desk.get(f"{where}/diff")
    assert diff.headers["content-type"] == "application/geo+json"
    changes = {(one["properties"]["change"], one["properties"]["role"]) for one in diff.json()["features"]}
    assert changes == {("added", "after"), ("refused", "before")}
    assert desk.post(f"{where}/apply", json={"by": "Karen Sørensen"}).status_code == 202
    applied = settled(desk, where)
    assert (applied["state"], applied["by"], applied["id"]) == ("applied", "Karen Sørensen", told["id"])
    assert desk.get("/collections/plans/items/0340-local-plan-sk-910").status_code == 200
    again = desk.post(f"{where}/apply")
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
    assert desk.get("/loads?limit=1").json()["loads"][0]["id"] == told["id"]


def test_the_same_key_is_the_same_load_and_a_name_only_a_name(desk: httpx.Client, tmp_path: Path) -> None:
    key = {"Idempotency-Key": "d5f1a7e0"}
    file = a_file(tmp_path, a_plan("SK 920"), name="../../\u202etmp/<img src=x onerror=alert(1)>.zip")
    first = desk.post("/loads?dry_run=true", data=FIELDS, files=file, headers=key)
    again = desk.post("/loads?dry_run=true", data=FIELDS, files=file, headers=key)
    other = desk.post("/loads?dry_run=true", data={**FIELDS, "strict": "true"}, files=file, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.headers["location"] == again.headers["location"]
    done = settled(desk, first.headers["location"])
    assert (done["state"], done["dry_run"]) == ("ready", True)
    assert done["file"] == "_img src=x onerror=alert(1)_.zip"
    assert desk.post(f"{first.headers['location']}/apply").status_code == 409


def test_what_the_register_would_now_take_otherwise_is_not_applied(
    desk: httpx.Client, register: Database, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = desk.post("/loads", data=FIELDS, files=a_file(tmp_path / "a", a_plan("SK 930"))).headers["location"]
    settled(desk, one)
    other_file = a_file(tmp_path / "b", a_plan("SK 930", "Anden titel"))
    other = desk.post("/loads", data={**FIELDS, "apply": "true"}, files=other_file).headers["location"]
    assert settled(desk, other)["state"] == "applied"
    answer = desk.post(f"{one}/apply")
    assert (answer.status_code, "look at it, and apply again" in answer.json()["detail"]) == (409, True)
    assert settled(desk, one)["report"]["summary"]["plans"]["amended"] == 1
    undone = desk.post(f"{other}/undo", json={"by": "Karen Sørensen", "reason": "en prøve"})
    assert (undone.status_code, settled(desk, other)["state"]) == (202, "undone")
    assert desk.get("/collections/plans/items/0340-local-plan-sk-930").status_code == 410


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"municipality": "0999", "mapping": "plandata"}, 400, "0999 is not in the register"),
        ({"municipality": "0340", "mapping": "../../etc/passwd"}, 400, "mapping"),
        ({"municipality": "0340", "mapping": "nosuch"}, 400, "there is none called nosuch"),
        ({**FIELDS, "kind": "castle"}, 400, "kind"),
        ({**FIELDS, "crs": "/etc/passwd"}, 400, "crs"),
        ({**FIELDS, "shoe": "42"}, 400, "there is no such field"),
        ({**FIELDS, "new_version": "true"}, 400, "effective: new_version and effective belong together"),
        ({**FIELDS, "effective": "2026-01-01"}, 400, "effective: new_version and effective belong together"),
        ({**FIELDS, "new_version": "true", "effective": "20260101"}, 400, "write the day as YYYY-MM-DD"),
        ({}, 400, "municipality"),
    ],
)
def test_a_form_that_does_not_say_what_it_must(
    desk: httpx.Client, tmp_path: Path, fields: dict[str, str], status: int, said: str
) -> None:
    answer = desk.post("/loads", data=fields, files={"file": ("a.zip", b"PK\3\4")})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]


@pytest.mark.proves("attack/13")
def test_a_body_that_is_no_form_or_too_large(desk: httpx.Client) -> None:
    assert desk.post("/loads", json={"municipality": "0340"}).status_code == 415
    assert desk.post("/loads", data=FIELDS, files={"file": ("a.zip", b"")}).status_code == 400
    assert desk.post("/loads", headers={"Content-Type": "multipart/form-data"}, content=b"x").status_code == 400
    declared = desk.post("/loads", data=FIELDS, files={"file": ("a.zip", b"0" * 1_200_000)})
    assert (declared.status_code, "At most 1 MB" in declared.json()["detail"]) == (413, True)

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
        for _ in range(200):
            yield b"0" * 100_000

    chunked = desk.post("/loads", headers={"Content-Type": "multipart/form-data; boundary=x"}, content=endless())
    assert chunked.status_code == 413


def test_more_than_the_server_takes_must_wait(desk: httpx.Client, register: Database, tmp_path: Path) -> None:
    answers = [
        desk.post("/loads?dry_run=1", data=FIELDS, files=a_file(tmp_path, a_plan(f"SK 94{place}")))
        for place in range(4)
    ]
    assert [answer.status_code for answer in answers].count(429) >= 1
    assert all("retry-after" in answer.headers for answer in answers)
    for answer in answers:
        if answer.status_code == 202:
            settled(desk, answer.headers["location"])


def test_a_client_that_goes_away_leaves_a_load_that_ends(desk: httpx.Client, tmp_path: Path) -> None:
    file = a_file(tmp_path, a_plan("SK 960"))
    key = {"Idempotency-Key": "gone-away"}
    impatient = httpx.Timeout(10, read=0.001)
    with (
        httpx.Client(base_url=desk.base_url, headers=STAFF, timeout=impatient) as hasty,
        pytest.raises(httpx.ReadTimeout),
    ):
        hasty.post("/loads", data={**FIELDS, "apply": "true"}, files=file, headers=key)
    time.sleep(0.5)
    found = desk.post("/loads", data={**FIELDS, "apply": "true"}, files=file, headers=key)
    assert settled(desk, found.headers["location"])["state"] == "applied"


def test_the_token_is_wanted_and_nothing_is_kept_or_open_to_others(desk: httpx.Client) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = httpx.post(f"{desk.base_url}/loads", headers=headers, content=b"0" * 100)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="georegister"')
        assert answer.headers["content-type"] == "application/problem+json"
    assert httpx.get(f"{desk.base_url}/loads?token={TOKEN}").status_code == 401
    for path in ("loads", "loads/1", "loads/1/diff", "staff/loads"):
        answer = desk.get(f"/{path}", headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
    preflight = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in desk.options("/loads", headers=preflight).headers
    assert desk.get("/collections", headers={"Origin": "https://a.example"}).headers["access-control-allow-origin"]


def test_a_load_that_is_none(desk: httpx.Client) -> None:
    for path in ("/loads/999999", "/loads/999999/diff"):
        assert desk.get(path).status_code == 404
    assert desk.post("/loads/999999/apply").status_code == 404
    assert desk.get("/loads/0").status_code == 400
    assert desk.get("/loads/1?shoe=1").status_code == 400
    wrong = desk.post("/loads/1/apply", json={"shoe": 1}).json()
    assert (wrong["status"], wrong["parameter"], wrong["pointer"]) == (400, "shoe", "/shoe")
    broken = {"content": b'{"by": "x"', "headers": {"Content-Type": "application/json"}}
    for path in ("/loads/1/apply", "/facts/event", "/facts/event/withdraw"):
        told = desk.post(path, **broken).json()
        assert (told["status"], told["parameter"]) == (400, "body"), told
    said = {"municipality": "0340", "ids": ["x", 7]}
    told = desk.post("/facts/event/withdraw", json=said).json()
    assert (told["parameter"], told["pointer"]) == ("ids.1", "/ids/1")


def test_a_load_of_the_command_line_tells_what_it_changed(
    desk: httpx.Client, register: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    def made(*rows: dict[str, Any]) -> int:
        done = load(register, a_delivery(tmp_path, rows), "0340", plandata, Options(by="clerk")).receipt
        assert done
        return done.load

    first = made(a_plan("SK 970"), a_plan("SK 971", "Før"), a_plan("SK 972", KOMNR=999))
    wider = a_square(SOROE[0], SOROE[1] + 3000, 200)
    second = made(a_plan("SK 970", geometry=wider), a_plan("SK 971", "Efter", DATOVEDT=20200615))
    told = desk.get(f"/loads/{first}").json()
    assert (told["state"], told["dataset"]) == ("applied", "plandata")
    assert told["report"]["summary"]["plans"] == {
        "added": 2, "amended": 0, "withdrawn": 0, "unchanged": 0, "refused": 1
    }  # fmt: skip
    assert [(one["number"], one["title"], one["change"], one["row"]) for one in told["report"]["plans"]] == [
        ("SK 970", "Prøveplan", "added", 1),
        ("SK 971", "Før", "added", 2),
    ]
    [refused] = [one for one in told["report"]["findings"] if one["severity"] == "error"]
    assert (refused["rule"], refused["row"], "999" in refused["message"]) == ("ATTR-05", 3, True)
    report = desk.get(f"/loads/{second}?lang=da").json()["report"]
    extent, title = report["plans"]
    assert title["fields"]["titles"] == {"old": {"da": "Før"}, "new": {"da": "Efter"}}
    areas = [round(extent["geometry"][f"area_{when}_m2"], -3) for when in ("before", "after")]
    assert (areas, title["geometry"]) == ([10_000, 40_000], None)
    assert [fact["table"] for fact in report["facts"]] == ["plan_event"]
    drawn = [
        (one["properties"]["plan"][-6:], one["properties"]["change"], one["properties"]["role"])
        for one in desk.get(f"/loads/{second}/diff").json()["features"]
        if one["properties"]["role"] != "part"
    ]
    assert drawn == [
        ("sk-970", "amended", "after"),
        ("sk-970", "amended", "before"),
        ("sk-971", "amended", "after"),
    ]
    desk.post(f"/loads/{second}/undo")
    back = settled(desk, f"/loads/{second}")["undone_by"]
    title = desk.get(f"/loads/{back}").json()["report"]["plans"][1]
    assert title["fields"]["titles"]["new"] == {"da": "Før"}
    assert desk.get(f"/loads/{second}").json()["report"] == desk.get(f"/loads/{second}?lang=da").json()["report"] | {
        "findings": desk.get(f"/loads/{second}").json()["report"]["findings"]
    }


def test_rows_belong_to_the_parent_that_is_said(desk: httpx.Client, register: Database, tmp_path: Path) -> None:
    send = {**FIELDS, "kind": "frame", "parent": "2019-2030"}
    frames = a_file(tmp_path, a_plan("B 77"), name="kommuneplanramme.zip")
    said = settled(desk, desk.post("/loads?dry_run=true", data=send, files=frames).headers["location"])
    assert (said["options"]["parent"], said["report"]["findings"]) == ("2019-2030", [])
    send["parent"] = "2050"
    said = settled(desk, desk.post("/loads?dry_run=true", data=send, files=frames).headers["location"])
    [finding] = said["report"]["findings"]
    assert (finding["field"], finding["details"]["named"]) == ("parent", "2050")


def test_a_new_version_from_a_day_on(desk: httpx.Client, register: Database, tmp_path: Path) -> None:
    send = {**FIELDS, "apply": "true"}
    settled(desk, desk.post("/loads", data=send, files=a_file(tmp_path, a_plan("SK 980"))).headers["location"])
    later = {**send, "new_version": "true", "effective": "2026-01-01"}
    answer = desk.post("/loads", data=later, files=a_file(tmp_path, a_plan("SK 980", "Siden nytår")))
    done = settled(desk, answer.headers["location"])
    assert (done["state"], done["options"]["effective"]) == ("applied", "2026-01-01"), done["problem"]
    titles = [
        desk.get(f"/collections/plans/items/0340-local-plan-sk-980?datetime={day}").json()["properties"]["title"]
        for day in ("2025-12-31", "2026-01-01")
    ]
    assert titles == ["Prøveplan", "Siden nytår"]


def test_without_a_token_there_is_no_loading_by_http(address: str) -> None:
    answer = httpx.post(f"{address}/loads", data=FIELDS, files={"file": ("a.zip", b"PK")}, headers=STAFF)
    assert (answer.status_code, "GEOREGISTER_STAFF_TOKEN" in answer.json()["detail"]) == (403, True)


def test_guessing_is_made_to_wait_and_who_has_the_token_is_not() -> None:
    service = FastAPI()
    service.add_middleware(Guard, token=SecretStr(TOKEN))
    for path in ("/loads", "/collections"):
        service.router.add_route(path, lambda request: Response())

    async def answers(*tokens: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(service)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            said = [await client.get("/loads", headers={"Authorization": f"Bearer {token}"}) for token in tokens]
            return [*said, await client.get("/collections")]

    assert [one.status_code for one in awaited(answers(TOKEN, "", *["guess"] * 9, TOKEN))][:2] == [200, 401]
    *guessed, known, public = awaited(answers("guess", "guess", TOKEN))
    assert [one.status_code for one in guessed] == [401, 429]
    assert 0 < int(guessed[-1].headers["retry-after"]) <= 60
    assert known.status_code == 200
    assert public.status_code == 200

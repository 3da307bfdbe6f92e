"""A plan that the register no longer vouches for: 410 wherever it is asked for by name, and what it was."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psycopg
from httpx import ASGITransport, AsyncClient

from georegister.app import create_app
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database, writing
from georegister.register.undo import undo
from georegister.settings import Settings
from tests.builders import a_delivery, a_plan, asking, awaited

PLAN = "0340-local-plan-sk-900"
ADDRESSES = (f"/plans/{PLAN}", f"/collections/plans/items/{PLAN}", f"/collections/local-plans/items/{PLAN}")


def test_a_withdrawn_plan_says_what_it_was(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    row = a_plan(title="Havnens <b>ende", DATOFORSL=20200101, DATOSTART=20200101, DATOSLUT=20990226)
    receipt = load(demo, a_delivery(tmp_path, [row]), "0340", plandata, Options()).receipt
    assert receipt is not None
    awaited(_asked(demo, receipt.load))


def test_the_day_is_that_of_the_municipality(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    """One withdrawal, in zones a day apart: at least one of them has another day than UTC."""
    receipt = load(demo, a_delivery(tmp_path, [a_plan()]), "0340", plandata, Options()).receipt
    assert receipt is not None
    with writing(demo) as session:
        moment = undo(session, "0340", receipt.load, "test").at

    async def told(zone: str) -> None:
        with writing(demo) as session:
            session.sql("UPDATE municipality SET time_zone = %(zone)s WHERE code = '0340'", zone=zone)
        app = create_app(Settings(), demo)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=ASGITransport(app), base_url="http://t") as web,
        ):
            was = (await web.get(ADDRESSES[0], headers={"Accept": "application/json"})).json()["was"]
            assert was["until"] == moment.astimezone(ZoneInfo(zone)).date().isoformat()
            known = "/collections/plans/items?f=html&lang=en&limit=1&known_at=2026-01-01T12:00:00Z{of}"
            here = (await web.get(known.format(of="&municipality=0340"))).text
            assert ("as the register knew on 2 January 2026" in here) is (zone == "Pacific/Kiritimati"), here

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart
        awaited(told(zone))


async def _asked(demo: Database, number: int) -> None:
    app = create_app(Settings(), demo)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        assert [(await web.get(address)).status_code for address in ADDRESSES] == [200, 200, 200]
        between = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        with writing(demo) as session:
            undo(session, "0340", number, "test")
        for address in ADDRESSES:
            answer = await web.get(address, headers={"Accept": "application/json"})
            assert answer.status_code == 410
            assert answer.headers["content-type"] == "application/problem+json"
            was = answer.json()["was"]
            assert (was["id"], was["kind"], was["number"], was["titles"]) == (
                *(PLAN, "local-plan", "SK 900"),
                {"da": "Havnens <b>ende"},
            )
            assert (await web.get(address, params={"known_at": between})).status_code == 200
            assert (await web.get(address, params={"known_at": "2020-01-01T00:00:00Z"})).status_code == 404
        page = await web.get(ADDRESSES[0], headers={"Accept": "text/html"}, params={"lang": "da"})
        assert page.status_code == 410
        assert "Lokalplan SK 900: Havnens &lt;b&gt;ende" in page.text
        assert "<b>" not in page.text
        for path in ("/collections/plans/items?number=SK900", f"/collections/hearings/items?plan={PLAN}"):
            assert (await web.get(path)).json()["numberMatched"] == 0
        assert PLAN not in (await web.get("/at", params={"point": "11.5567,55.4336", "within": 5000})).text
        assert (await web.get("/soroe/sk-900")).status_code == 404
        assert PLAN not in (await web.get("/search", params={"q": "SK 900"})).text


def test_an_id_that_has_moved_leads_on_with_the_same_question(demo: Database) -> None:
    with psycopg.connect(demo.admin) as connection:
        connection.execute(
            "INSERT INTO plan_alias VALUES ('0340', '0340-local-plan-66', '0340-local-plan-sk-66', 301),"
            " ('0340', '0340-local-plan-99', '0340-local-plan-sk-66', 410)"
        )

    async def ask() -> None:
        app = create_app(Settings(), demo)
        async with asking(app) as client:
            for path in ("collections/plans/items/{}", "plans/{}", "plans/{}/sheet", "plans/{}/thumbnail.svg"):
                answer = await client.get(f"/{path}?datetime=2021-06-01".format("0340-local-plan-66"))
                there = f"http://here/{path}?datetime=2021-06-01".format("0340-local-plan-sk-66")
                assert (answer.status_code, answer.headers["location"]) == (301, there)
                assert (await client.get(there)).status_code == 200
            assert (await client.get("/plans/0340-local-plan-99")).status_code == 410

    awaited(ask())

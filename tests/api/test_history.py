"""What the register knew, and when: a correction hides nothing from who asks for an earlier moment."""

from pathlib import Path

import httpx

from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database, reading
from tests.builders import a_delivery, a_plan
from tests.conftest import serving

PLAN = "/collections/plans/items/0340-local-plan-sk-900"


def test_an_earlier_knowledge_can_be_asked_for(demo: Database, plandata: MappingFile, tmp_path: Path) -> None:
    first = load(demo, a_delivery(tmp_path, [a_plan(title="Forkert", DATOVEDT=20200615)]), "0340", plandata, Options())
    second = load(demo, a_delivery(tmp_path, [a_plan(title="Rigtig", DATOVEDT=20200616)]), "0340", plandata, Options())
    assert first.receipt
    assert second.receipt
    with serving(demo) as address, httpx.Client(base_url=address) as client:
        now = client.get(PLAN).json()["properties"]
        then = client.get(PLAN, params={"known_at": first.receipt.at.isoformat()}).json()["properties"]
        assert (now["title"], now["adopted_on"]) == ("Rigtig", "2020-06-16")
        assert (then["title"], then["adopted_on"]) == ("Forkert", "2020-06-15")
        assert client.get(PLAN, params={"known_at": "2020-01-01T00:00:00Z"}).status_code == 404
        counted = client.get(
            "/collections/plans/items", params={"known_at": first.receipt.at.isoformat(), "number": "sk900"}
        )
        assert counted.json()["numberMatched"] == 1


def test_every_bound_of_recorded_time_is_the_time_of_an_act(
    demo: Database, plandata: MappingFile, tmp_path: Path
) -> None:
    for title in ("En", "To"):
        load(demo, a_delivery(tmp_path, [a_plan(title=title)]), "0340", plandata, Options())
    with reading(demo) as session:
        strangers = session.sql(
            "SELECT v.plan FROM plan_version v WHERE lower(v.recorded) NOT IN (SELECT at FROM act) "
            "OR upper(v.recorded) NOT IN (SELECT at FROM act)"
        ).fetchall()
    assert strangers == []

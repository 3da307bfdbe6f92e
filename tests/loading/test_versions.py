"""A changed row: a correction of what was always so, or a new legal version that stands beside the old one."""

from datetime import date
from pathlib import Path

import httpx

from georegister.app import create_app
from georegister.domain.change import Amended, count
from georegister.language import translator
from georegister.loading.report_json import as_json
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import a_delivery, a_plan, a_square, awaited, content_of
from tests.loading.test_load import Loading, ids, loading  # noqa: F401  # a fixture
from tests.loading.test_undo import take_back

PLAN = "0340-local-plan-sk-900"
Loads = Loading


def texts(loads: Loads) -> list[tuple[object, ...]]:
    """The current texts of the plan: first day, the day after the last, title."""
    rows = loads.rows(
        "SELECT lower(valid) AS since, upper(valid) AS until, titles ->> 'da' AS title FROM plan_version "
        f"WHERE plan = '{PLAN}' AND upper_inf(recorded) ORDER BY 1"
    )
    return [(row["since"], row["until"], row["title"]) for row in rows]


def shown(database: Database, *days: str) -> list[str | None]:
    """The title on the plan's page on each day; None where there is no page."""

    async def asked() -> list[str | None]:
        app = create_app(Settings(), database)
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as web:
            answers = [await web.get(f"/plans/{PLAN}", params={"datetime": day, "f": "json"}) for day in days]
        return [one.json()["properties"]["title"] if one.status_code == 200 else None for one in answers]

    return awaited(asked())


def test_a_version_number_that_rises(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(title="Et", VERSIONSNR=1, DATOVEDT=20190101, DATOIKRAFT=20190110)]))
    before = content_of(loading.database)
    second = a_plan(title="To", VERSIONSNR=2, DATOVEDT=20220220, DATOIKRAFT=20220301, geometry=a_square(side=150))
    report = loading(a_delivery(tmp_path, [second]))
    [change] = report.plans
    assert isinstance(change, Amended)
    assert change.effective == date(2022, 3, 1)
    assert as_json(report, translator("en"))["plans"][0]["effective"] == "2022-03-01"
    assert texts(loading) == [(date(2019, 1, 1), date(2022, 3, 1), "Et"), (date(2022, 3, 1), None, "To")]
    assert shown(loading.database, "2018-12-31", "2020-01-01", "2022-02-28", "2022-03-01", "2026-11-22") == [
        *(None, "Et", "Et", "To", "To")
    ]
    adopted = loading.rows(f"SELECT earliest FROM plan_event WHERE plan = '{PLAN}' AND upper_inf(recorded) ORDER BY 1")
    assert [row["earliest"] for row in adopted] == [date(2019, 1, 1), date(2019, 1, 10)]
    assert loading(a_delivery(tmp_path, [second])).changes_nothing
    corrected = loading(a_delivery(tmp_path, [{**second, "PLANNAVN": "To, rettet"}]))
    assert texts(loading) == [(date(2019, 1, 1), date(2022, 3, 1), "Et"), (date(2022, 3, 1), None, "To, rettet")]
    assert corrected.receipt
    assert report.receipt
    take_back(loading, corrected.receipt.load)
    take_back(loading, report.receipt.load)
    assert content_of(loading.database) == before


def test_a_version_without_a_day_is_refused(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    loading(a_delivery(tmp_path, [a_plan(title="Et", VERSIONSNR=1, DATOVEDT=20190101)]))
    report = loading(a_delivery(tmp_path, [a_plan(title="To", VERSIONSNR=2, DATOVEDT=20190101), a_plan("SK 901")]))
    assert (ids(report, "error"), report.refused) == (["VER-01"], 1)
    assert count(report.plans) == {"added": 1, "amended": 0, "withdrawn": 0, "unchanged": 0}
    assert texts(loading) == [(date(2019, 1, 1), None, "Et")]
    early = loading(a_delivery(tmp_path, [a_plan(title="To")]), effective=date(2018, 1, 1))
    assert ids(early, "error") == ["VER-02"]
    loading(a_delivery(tmp_path, [a_plan(title="To", VERSIONSNR=2)]), effective=date(2024, 5, 6))
    assert texts(loading) == [(date(2019, 1, 1), date(2024, 5, 6), "Et"), (date(2024, 5, 6), None, "To")]


def test_a_publication_that_comes_with_the_row(loading: Loads, tmp_path: Path) -> None:  # noqa: F811
    plain = loading.mapping.model_copy(update={"events": {**loading.mapping.events, "publication": "datooff"}})
    loading.mapping = plain
    loading(a_delivery(tmp_path, [a_plan(title="Forslag", DATOFORSL=20200101)]))
    loading(a_delivery(tmp_path, [a_plan(title="Vedtaget", DATOFORSL=20200101, DATOOFF=20200601)]))
    assert texts(loading) == [(date(2020, 1, 1), date(2020, 6, 1), "Forslag"), (date(2020, 6, 1), None, "Vedtaget")]
    loading(a_delivery(tmp_path, [a_plan(title="Rettet", DATOFORSL=20200101, DATOOFF=20200601)]))
    assert texts(loading) == [(date(2020, 1, 1), date(2020, 6, 1), "Forslag"), (date(2020, 6, 1), None, "Rettet")]
    assert shown(loading.database, "2020-03-01", "2020-06-01") == ["Forslag", "Rettet"]

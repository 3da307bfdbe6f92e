"""The seed as the sources give it: every count, every name, and no day that no source gives."""

import tomllib
from datetime import date
from typing import Any

import httpx
import pytest

from georegister.domain.plan import Kind
from georegister.domain.sdg import TITLES
from georegister.register.database import Database, reading
from georegister.register.strategies import parts
from georegister.settings import folder

DATA = folder("data")
ADDENDA = [
    ("1-2021", "Solcellepark ved Fjenneslev", "SK 66"),
    ("2-2021", "Plejeboligområde ved Rørstensgården på Frederiksberg", "SK 70"),
    ("3-2021", "Boliger ved Vedels Have i Søgade", "SK 71"),
    ("4-2021", "Boligområde ved Slagelsevej", "SK 69"),
    ("6-2022", "Kommuneplan 6 - planlægning for Traunertsvej 24", None),
]


def said(place: str, name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / place / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vision() -> dict[str, Any]:
    return said("soroe", "vision-2026")


def rows(database: Database, sql: str, **values: object) -> list[dict[str, Any]]:
    with reading(database) as session:
        return session.sql(sql, **values).fetchall()  # type: ignore[arg-type]


def plan(client: httpx.Client, id_: str, **question: str) -> dict[str, Any]:
    answer = client.get(f"/collections/plans/items/{id_}", params=question)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["properties"])


def of_themes(vision: dict[str, Any], section: str) -> list[int]:
    themes = [theme["id"] for theme in vision["theme"]]
    return [sum(part["theme"] == theme for part in vision[section]) for theme in themes]


def test_vision_2026_has_its_parts(vision: dict[str, Any]) -> None:
    [strategy] = vision["strategy"]
    assert [theme["titles"]["da"] for theme in vision["theme"]] == [
        "Sammen om det gode hverdagsliv",
        "Sammen om levende og bæredygtige lokalsamfund",
        "Sammen om det gode erhvervsklima",
        "Sammen om styrket klimaindsats og biodiversitet",
    ]
    assert of_themes(vision, "goal") == [6, 4, 6, 3]
    assert of_themes(vision, "action") == [7, 3, 5, 4]
    assert [one["titles"]["da"] for one in vision["principle"]] == [
        "Vi skaber værdi",
        "Vi spotter og forløser ressourcer",
        "Vi skaber løsninger sammen",
    ]
    assert (len(strategy["continues"]), len(strategy["statutory_contents"])) == (7, 3)
    assert (strategy["revision"], strategy["predecessor"]) == ("full", "Vision 2022")
    assert [(one["opens"], one["closes"]) for one in vision["hearing"]] == [(date(2022, 9, 27), date(2022, 12, 2))]
    assert [(one["type"], one["on"]) for one in vision["event"]] == [("adoption", date(2023, 3, 1))]


def test_ten_sdgs_in_the_municipalitys_words_beside_the_uns(vision: dict[str, Any]) -> None:
    links = {one["sdg"]: one["titles"] for one in vision["sdg_link"]}
    assert sorted(links) == [3, 4, 7, 8, 9, 11, 12, 13, 15, 17]
    assert links[9]["da"] == "Industri/erhverv, innovation og teknologi"
    assert all(TITLES[sdg]["en"] == titles["en"] for sdg, titles in links.items())
    assert sorted(TITLES) == list(range(1, 18))


def test_seven_targets_on_five_goals_without_a_base_year(vision: dict[str, Any]) -> None:
    found = [
        (one["goal"][-3:], one["comparator"], one.get("value"), one.get("year"), one.get("by_or_in"))
        for one in vision["target"]
    ]
    assert found == [
        ("1.3", "=", 100, None, None),
        ("1.4", "=", 90, 2030, "in"),
        ("3.2", "=", 70, 2030, "in"),
        ("3.2", "=", 0, 2050, "in"),
        ("3.6", ">=", None, None, None),
        ("4.1", "=", 70, 2030, "in"),
        ("4.1", "=", 0, 2050, "by"),
    ]
    assert not any("baseline" in one for one in vision["target"])
    assert [one["benchmark"]["da"] for one in vision["target"] if "benchmark" in one] == ["landsgennemsnittet"]


def test_the_instruments_are_tied_to_the_actions_that_name_them(vision: dict[str, Any]) -> None:
    states = {one["titles"]["da"]: one["state"] for one in vision["instrument"]}
    assert states == {
        "Helhedsplaner": "unknown",
        "Kommuneplan 2023-2034": "adopted",
        "Kultur- og fritidspolitik": "announced",
        "Vækststrategi 2026": "announced",
        "DK2020-samarbejdet": "unknown",
        "Klimahandleplan 2022": "unknown",
    }
    assert {one["instrument"] for one in vision["action_instrument"]} == {one["id"] for one in vision["instrument"]}


@pytest.mark.parametrize("place", ["soroe", "sermersooq"])
def test_every_part_names_its_source_and_has_two_languages(place: str) -> None:
    for file in sorted((DATA / place).glob("*.toml")):
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for entry in entries if isinstance(entries, list) else []:
                if section in ("goal", "action", "theme", "strategy", "principle", "instrument", "target"):
                    assert entry["source_ref"], entry
                    assert set(entry.get("titles") or entry.get("texts") or entry["measures"]) == {"da", "en"}
                if section in ("event", "hearing", "relation", "place"):
                    assert entry["source"], entry


def test_the_plans_are_called_what_the_strategy_calls_them(shared_demo: Database) -> None:
    found = rows(
        shared_demo,
        "SELECT v.number, v.titles ->> 'da' AS title, p.parent, "
        "l.number AS local_plan, l.titles ->> 'da' AS local_title "
        "FROM plan_version v JOIN plan p ON p.id = v.plan AND upper_inf(v.recorded) "
        "LEFT JOIN relation r ON r.from_plan = v.plan AND r.type = 'accompanies' "
        "LEFT JOIN plan_version l ON l.plan = r.to_plan AND upper_inf(l.recorded) "
        "WHERE v.kind = 'addendum' AND v.municipality = '0340' AND v.number <> '7-2022' ORDER BY v.number",
    )
    assert [(row["number"], row["title"], row["local_plan"]) for row in found] == ADDENDA
    assert {row["parent"] for row in found} == {"0340-municipal-plan-2019-2030"}
    assert all(row["local_title"] in (None, row["title"]) for row in found)


def test_sk_69_was_adopted_between_two_days_and_on_none(shared_demo: Database, client: httpx.Client) -> None:
    [event] = rows(shared_demo, "SELECT type, earliest, latest FROM plan_event WHERE plan = '0340-local-plan-sk-69'")
    assert event == {"type": "adoption", "earliest": date(2019, 11, 20), "latest": date(2023, 3, 1)}
    assert plan(client, "0340-local-plan-sk-69")["adopted_on"] is None


@pytest.mark.parametrize("day", ["2026-07-06", "2026-11-22"])
def test_sk_75_is_not_lapsed_by_a_deadline(client: httpx.Client, day: str) -> None:
    now = plan(client, "0340-local-plan-sk-75", datetime=day)
    assert (now["status"], now["certainty"], now["applies"]) == ("proposal", "possible", "proposed")
    assert [one["code"] for one in now["reasons"]] == ["proposal", "lapse_deadline_passed"]
    before = plan(client, "0340-local-plan-sk-75", datetime="2026-07-05")
    assert (before["status"], before["certainty"]) == ("proposal", "certain")
    assert before["next_event"]["code"] == "lapses"


def test_sk_72_is_a_proposal_that_claims_what_it_does_for_the_goals(client: httpx.Client) -> None:
    said = plan(client, "0340-local-plan-sk-72")
    assert (said["status"], said["goals"], said["sdgs"]) == ("proposal", ["0340-vision-2026-2.2"], [11, 15])
    assert plan(client, "0340-local-plan-sk-72", datetime="2022-11-23")["hearing_days_left"] == 0


def test_sk_61_is_in_force_and_its_addendum_went_with_the_municipal_plan(client: httpx.Client) -> None:
    assert plan(client, "0340-local-plan-sk-61")["status"] == "in_force"
    assert plan(client, "0340-addendum-7-2022")["status"] == "replaced"
    then = plan(client, "0340-local-plan-sk-61", datetime="2023-07-25")
    assert (then["next_event"]["code"], then["next_event"]["latest"]) == ("appeal_closes", "2023-07-25")
    assert plan(client, "0340-local-plan-sk-61", datetime="2023-07-26")["next_event"] is None


def test_sk_3_is_partly_revoked_on_a_day_that_nobody_tells(client: httpx.Client) -> None:
    said = plan(client, "0340-local-plan-sk-3")
    assert (said["status"], said["certainty"], said["adopted_on"]) == ("adopted", "possible", None)
    [revoked] = [one for one in said["reasons"] if one["code"] == "partial_revocation"]
    assert ("earliest" in revoked, revoked["latest"]) == (False, "2023-06-28")
    assert revoked["paragraph"] == "planloven § 33, stk. 1, nr. 1"


def test_no_plan_of_the_second_delivery_has_a_made_up_title(client: httpx.Client) -> None:
    for number in ("3", "61", "72", "75"):
        assert "fulde titel er ikke oplyst" in plan(client, f"0340-local-plan-sk-{number}")["description"]


def test_no_plan_overlaps_another_but_for_an_addendum_and_its_own_plan(shared_demo: Database) -> None:
    found = rows(
        shared_demo,
        "SELECT a.plan AS one, b.plan AS other FROM plan_version a JOIN plan_version b "
        "ON a.plan < b.plan AND ST_Intersects(a.geom, b.geom) "
        "WHERE upper_inf(a.recorded) AND upper_inf(b.recorded) ORDER BY 1, 2",
    )
    assert [(row["one"][5:], row["other"][5:]) for row in found] == [
        ("addendum-1-2021", "local-plan-sk-66"),
        ("addendum-2-2021", "local-plan-sk-70"),
        ("addendum-3-2021", "local-plan-sk-71"),
        ("addendum-4-2021", "local-plan-sk-69"),
        ("addendum-7-2022", "local-plan-sk-61"),
    ]


def test_six_core_values_of_two_strategies(client: httpx.Client) -> None:
    found = client.get("/strategies", params={"municipality": "0956", "lang": "da"}).json()["strategies"]
    assert [
        (one["title"], one["revision"], one["adopted_on"], [theme["title"] for theme in one["themes"]]) for one in found
    ] == [
        (
            "Planstrategi 2023",
            "partial",
            None,
            ["Vi skaber tryghed", "Vi skaber vækst", "Sammen om den grønne omstilling"],
        ),
        ("Planstrategi P18", "partial", None, ["Bæredygtighed", "Livskvalitet", "Demokrati og service"]),
    ]
    assert {theme["kind"] for one in found for theme in one["themes"]} == {"core_value"}
    assert found[0]["hearing"] == {"opens": "2023-05-24", "closes": "2023-08-02"}


def test_the_proposals_wording_is_what_was_known_before(shared_demo: Database) -> None:
    acts = rows(
        shared_demo, "SELECT a.at, l.file FROM act a JOIN load l ON (l.municipality, l.id) = (a.municipality, a.load)"
    )
    proposed = next(act["at"] for act in acts if act["file"] == "planstrategi-2023-forslag.toml")
    with reading(shared_demo) as session:
        then = session.rows(parts("theme", True), municipality=["0956"], known_at=proposed)
        now = session.rows(parts("theme", False), municipality=["0956"])
    proposal = [row for row in then if row["strategy"] == "0956-planstrategi-2023"]
    values = [row["titles"]["da"] for row in proposal if row["kind"] == "core_value"]
    assert values == ["Økonomisk bæredygtighed", "Social bæredygtighed", "Miljømæssig bæredygtighed"]
    assert sum(row["kind"] == "focus_area" for row in proposal) == 6
    assert len(now) == 6


def test_sermersooqs_plans_lie_in_nuuk_as_delivered_in_their_own_system(shared_demo: Database) -> None:
    found = rows(
        shared_demo,
        "SELECT number, number_key, titles, kind, crs_delivered, geometry_source, ST_X(ST_Centroid(geom)) AS lon "
        "FROM plan_version WHERE municipality = '0956' AND upper_inf(recorded) ORDER BY plan",
    )
    assert [(row["number"], row["number_key"], row["kind"]) for row in found] == [
        ("1C4-3", "1c4-3", Kind.ADDENDUM),
        ("3C8-1", "3c8-1", Kind.ADDENDUM),
        ("2032", "2032", Kind.MUNICIPAL_PLAN),
    ]
    assert found[1]["titles"] == {"da": "Qernertunnguit"}
    for row in found[:2]:
        assert (row["crs_delivered"], row["geometry_source"]) == ("EPSG:3182", "illustrative")
        assert -51.8 < row["lon"] < -51.6


def test_greenland_has_neither_ban_nor_lapse(client: httpx.Client) -> None:
    said = plan(client, "0956-addendum-3c8-1")
    assert (said["status"], said["ban_until"], said["next_event"]) == ("proposal", None, None)
    assert [one["code"] for one in said["reasons"]] == ["proposal"]


@pytest.mark.parametrize("place", ["soroe", "sermersooq"])
def test_every_file_of_a_municipality_is_loaded(shared_demo: Database, place: str) -> None:
    listed = {one["file"] for one in said(place, "deliveries")["delivery"]}
    files = {file.name for file in (DATA / place).iterdir()} - {
        "deliveries.toml",
        "municipality.toml",
        "outline.geojson",
    }
    assert listed == files
    assert listed <= {row["file"] for row in rows(shared_demo, "SELECT file FROM load")}
    assert rows(shared_demo, "SELECT rule FROM finding WHERE severity = 'error'") == []

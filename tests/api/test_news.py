"""Staying informed without an account: hearings and changes as pages, feeds and a calendar, read by real readers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import feedparser
import httpx
import icalendar
import pytest

from georegister.loading.by_hand import add_entries, withdraw_entries
from georegister.loading.load import load
from georegister.loading.mapping import MappingFile
from georegister.loading.prepare import Options
from georegister.register.database import Database, writing
from georegister.register.undo import undo
from tests.builders import a_delivery, a_plan
from tests.conftest import Server, serving

SK66, SOLAR = "0340-local-plan-sk-66", "0340-addendum-1-2021"
FEEDS = ["/hearings.atom", "/changes.atom"]
HOSTILE = "{{7*7}} ]]> <script>alert(1)</script> &amp; \u202eb<b>END:VEVENT; A,B\\n"
OPEN, SOON = "0340-local-plan-sk-900", "0340-local-plan-sk-901"


def read_atom(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def read_calendar(client: httpx.Client, path: str) -> icalendar.Calendar:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    return icalendar.Calendar.from_ical(answer.content)


def by_summary(calendar: icalendar.Calendar) -> dict[str, Any]:
    return {str(event["summary"]): event for event in calendar.events}


@pytest.fixture(scope="module")
def told(
    postgis: Server, demo_template: str, plandata: MappingFile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, dict[str, datetime]]]:
    """The demo on 1 June 2021 with three plans more: one in hearing, one soon, and one that was told of by mistake."""
    name, register = postgis.copy(demo_template)
    rows = [a_plan("SK 900", HOSTILE[:80]), a_plan("SK 901", "Snart"), a_plan("SK 903", "Uden høring")]
    load(register, a_delivery(tmp_path_factory.mktemp("more"), rows), "0340", plandata, Options(by="test"))
    at = {"before": datetime.now(UTC)}

    def hearing(plan: str, opens: str, closes: str, **more: str) -> None:
        said = {"plan": plan, "kind": "public", "opens": opens, "closes": closes, **more}
        add_entries(register, "0340", "hearing", [said], "clerk")

    hearing(OPEN, "2021-05-20", "2021-07-14")
    at["corrected"] = datetime.now(UTC)
    hearing(OPEN, "2021-05-20", "2021-07-15", respond_to=HOSTILE)
    hearing(SOON, "2021-06-10", "2021-08-05", respond_to="plan@example.dk")
    hearing("0340-local-plan-sk-903", "2021-05-01", "2021-06-26")
    withdraw_entries(register, "0340", "hearing", ["0340-local-plan-sk-903-hearing-2021-05-01"], "clerk")
    one = a_delivery(tmp_path_factory.mktemp("once"), [a_plan("SK 902", "En fejl", DATOFORSL=20210501)])
    receipt = load(register, one, "0340", plandata, Options(by="test")).receipt
    assert receipt is not None
    with writing(register) as session:
        undo(session, "0340", receipt.load, "test")
    renamed = a_delivery(tmp_path_factory.mktemp("named"), [a_plan("SK 901", "Snart her")])
    load(register, renamed, "0340", plandata, Options(by="test"))
    with (
        serving(register, GEOREGISTER_TODAY="2021-06-01", GEOREGISTER_PUBLIC_URL="https://plan.example.dk") as address,
        httpx.Client(base_url=address, timeout=30) as made,
    ):
        yield made, at
    postgis.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_feed_of_hearings_is_read_by_a_real_reader(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, at = told
    found = read_atom(client, "/hearings.atom?municipality=0340&lang=da")
    assert found.feed.language == "da"
    ways = {link.rel: link.href for link in found.feed.links}
    assert ways["self"] == "https://plan.example.dk/hearings.atom?municipality=0340&lang=da"
    assert ways["alternate"] == "https://plan.example.dk/hearings?municipality=0340&lang=da"
    newest = [entry.updated for entry in found.entries]
    assert newest == sorted(newest, reverse=True)
    assert found.feed.updated == newest[0]
    [one] = [entry for entry in found.entries if entry.title.startswith("Lokalplan SK 900")]
    assert one.link == f"https://plan.example.dk/plans/{OPEN}?lang=da"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.id)
    # A hearing that was corrected is the same entry: published when it was told first, updated when it was corrected.
    moments = [datetime.fromisoformat(moment) for moment in (one.published, one.updated)]
    assert at["before"] < moments[0] < at["corrected"] < moments[1]
    assert "15. juli 2021" in one.content[0].value
    assert "14. juli" not in one.content[0].value


def test_ids_are_one_for_each_and_stay_in_every_language(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, _ = told
    for path in FEEDS:
        danish, english = (read_atom(client, f"{path}?lang={lang}") for lang in ("da", "en"))
        ids = [entry.id for entry in danish.entries]
        assert len(set(ids)) == len(ids) > 15
        assert ids == [entry.id for entry in english.entries]
        assert danish.feed.id == english.feed.id
        assert [one.title for one in danish.entries] != [one.title for one in english.entries]


def test_a_hostile_name_is_only_text(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, _ = told
    [entry] = [one for one in read_atom(client, "/hearings.atom?lang=en").entries if "SK 900" in one.title]
    assert entry.title == f"Local plan SK 900: {HOSTILE[:80]}".replace("\u202e", " ").rstrip()
    assert "<script>alert(1)</script>" in entry.content[0].value
    assert entry.content[0].type == "text/plain"
    event = by_summary(read_calendar(client, "/hearings.ics?lang=en"))[
        " ".join(f"Hearing: Local plan SK 900: {HOSTILE[:80]}".replace("\u202e", " ").split())
    ]
    assert "{{7*7}} ]]> <script>alert(1)</script>" in str(event["description"])
    page = client.get("/hearings?lang=en", headers={"Accept": "text/html"}).text
    assert "<script>alert(1)" not in page
    assert HOSTILE[:80].strip() in unescape(page)
    assert "49" not in re.findall(r"SK 900: (.{10})", page)[0]


def test_the_calendar_has_whole_days_and_a_reminder(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, _ = told
    calendar = read_calendar(client, "/hearings.ics?lang=en&municipality=0340")
    event = by_summary(calendar)["Hearing: Local plan SK 901: Snart her"]
    assert (event.start, event.end) == (date(2021, 6, 10), date(2021, 8, 6))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["status"] == "CONFIRMED"
    assert event["dtstamp"].dt.utcoffset() == timedelta(0)
    assert event["url"] == f"https://plan.example.dk/plans/{SOON}?lang=en"
    assert "Send your answer to: plan@example.dk" in str(event["description"])
    [alarm] = event.alarms.times
    assert alarm.trigger.replace(tzinfo=None) == datetime(2021, 8, 2, 9)
    uids = [str(one["uid"]) for one in calendar.events]
    assert len(set(uids)) == len(uids)
    danish = read_calendar(client, "/hearings.ics?lang=da&municipality=0340")
    assert {str(one["uid"]) for one in danish.events} == set(uids)


def test_a_hearing_that_was_taken_back_is_cancelled(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, _ = told
    event = by_summary(read_calendar(client, "/hearings.ics?lang=en"))["Hearing: Local plan SK 903: Uden høring"]
    assert event["status"] == "CANCELLED"
    assert not event.alarms.times
    [entry] = [one for one in read_atom(client, "/hearings.atom?lang=en").entries if "SK 903" in one.title]
    assert entry.title == "Taken back: Local plan SK 903: Uden høring"
    assert "SK 903" not in client.get("/hearings", headers={"Accept": "text/html"}).text
    asked = read_calendar(client, "/hearings.ics?lang=en&is_open=true")
    assert set(by_summary(asked)) == {
        *(name for name in by_summary(asked) if "SK 900" in name or "1-2021" in name or "3-2021" in name),
        "Hearing: Local plan SK 66: Solcellepark ved Fjenneslev",
    }


def test_the_page_has_open_hearings_first_with_days_and_the_way(
    told: tuple[httpx.Client, dict[str, datetime]],
) -> None:
    client, _ = told
    page = client.get("/hearings?lang=en", headers={"Accept": "text/html"}).text
    open_, coming, closed = (page.index(words) for words in ("Open now", "Coming", "closed hearings"))
    assert open_ < page.index("Local plan SK 66: Solcellepark") < coming
    assert "You can object until and including 7 July 2021 (36 days left)." in page
    assert "You can object until and including 15 July 2021 (44 days left)." in page
    assert page.index("(36 days left)") < page.index("(44 days left)")
    assert coming < page.index("Opens on 10 June 2021 (in 9 days); you can answer until and including 5 August 2021.")
    assert '<a href="mailto:plan@example.dk"' in page
    assert closed < page.index("Closed on 15 July 2020.")
    told_of = client.get("/hearings?f=json").json()
    assert SOON in {one["plan"] for one in told_of["coming"]}
    assert all(one["opens"] > "2021-06-01" and not one["is_open"] for one in told_of["coming"])
    assert SK66 in {one["plan"] for one in told_of["open"]}


def test_changes_say_what_was_told_and_when(told: tuple[httpx.Client, dict[str, datetime]]) -> None:
    client, at = told
    entries = read_atom(client, "/changes.atom?lang=en&municipality=0340").entries
    titles = [entry.title for entry in entries]
    assert titles[0] == "Local plan SK 901: Snart her – It is now called “Snart her”; it was called “Snart”"
    assert "Withdrawn: Local plan SK 902: En fejl" in titles
    assert "New in the register: Local plan SK 902: En fejl" in titles
    gone = [one for one in entries if "SK 903" in one.title]
    assert gone[0].content[0].value == "No longer recorded: In public hearing from 1 May 2021 to 26 June 2021."
    corrected = next(one for one in entries if one.title.startswith("Local plan SK 900"))
    assert "Corrected: In public hearing from 20 May 2021 to 15 July 2021." in corrected.content[0].value
    assert "Before: In public hearing from 20 May 2021 to 14 July 2021." in corrected.content[0].value
    moments = [datetime.fromisoformat(entry.updated) for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] > at["corrected"]
    page = client.get("/changes?lang=en", headers={"Accept": "text/html"}).text
    assert "It is now called “Snart her”" in unescape(page)
    assert {one["plan"] for one in client.get("/changes?f=json&number=sk900").json()["changes"]} == {OPEN}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("theme=0340-vision-2026-4", {SK66, SOLAR}),
        ("goal=0340-vision-2026-4.1", {SK66, SOLAR}),
        ("q=fjenneslev", {SK66, SOLAR}),
        ("kind=addendum&number=1-2021", {SOLAR}),
        ("bbox=11.64,55.44,11.69,55.47&kind=local-plan", {SK66}),
        ("status=idea&municipality=0956", set()),
        ("municipality=9999", set()),
    ],
)
def test_changes_follow_the_filters_of_the_api(client: httpx.Client, asked: str, found: set[str]) -> None:
    entries = read_atom(client, f"/changes.atom?{asked}").entries
    told = {entry.link.split("/plans/")[1].split("?")[0] for entry in entries}
    known = {one["id"] for one in client.get(f"/collections/plans/items?{asked}&limit=1000").json()["features"]}
    assert told == found
    assert found <= known


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("theme=0340-vision-2026-4", 5),
        ("goal=0340-vision-2026-4.1", 5),
        ("sdg=13", 5),
        (f"plan={SK66}", 2),
        ("datetime=2021-06-01", 3),
        ("bbox=11.64,55.44,11.69,55.47", None),
        ("q=station", 1),
        ("is_open=true", 0),
    ],
)
def test_hearings_follow_the_filters_of_the_api(client: httpx.Client, asked: str, number: int | None) -> None:
    features = client.get(f"/collections/hearings/items?{asked}").json()["features"]
    heard = sorted(one["properties"]["plan"] or one["properties"]["strategy"] for one in features)
    entries = read_atom(client, f"/hearings.atom?{asked}").entries
    assert sorted(entry.link.rsplit("/", 1)[1].split("?")[0] for entry in entries) == heard
    assert len(list(read_calendar(client, f"/hearings.ics?{asked}").events)) == len(heard)
    assert number is None or len(heard) == number


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/hearings.atom?foo=1", "foo"),
        ("/hearings.atom?f=html", "f"),
        ("/hearings.atom?known_at=2021-01-01", "known_at"),
        ("/hearings.ics?sdg=18", "sdg"),
        ("/hearings.ics?bbox=1,2", "bbox"),
        ("/hearings?limit=3", "limit"),
        ("/hearings?lang=xx", "lang"),
        ("/hearings?f=csv", "f"),
        ("/changes?datetime=2021-06-01", "datetime"),
        ("/changes.atom?status=new", "status"),
        ("/changes.atom?filter=nothing%20at%20all", "filter"),
        ("/changes.atom?q=%00", "q"),
        ("/changes.atom?municipality=0340&q=a&q=b", "q"),
    ],
)
def test_what_cannot_be_asked_names_the_parameter(client: httpx.Client, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), answer.text
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize("path", [*FEEDS, "/hearings.ics"])
def test_who_has_it_is_told_so(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert not first.headers["etag"].startswith("W/")
    assert first.content == client.get(path).content
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert datetime.strptime(first.headers["last-modified"], "%a, %d %b %Y %H:%M:%S GMT").year > 2020


def test_every_page_and_the_landing_page_name_the_feeds(client: httpx.Client) -> None:
    page = client.get(f"/plans/{SK66}?lang=da").text
    found = dict(re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', page))
    assert set(found) == {"application/atom+xml", "text/calendar"}
    assert all(client.get(unescape(address)).status_code == 200 for address in found.values())
    assert all("municipality=0340" in address for address in found.values())
    landing = {link["href"].removeprefix(str(client.base_url)) for link in client.get("/").json()["links"]}
    assert {"/hearings", "/hearings.atom", "/hearings.ics", "/changes", "/changes.atom"} <= {
        f"/{one.rsplit('/', 1)[-1]}" for one in landing
    }


def test_an_empty_register_has_empty_feeds(empty: Database) -> None:
    with serving(empty) as address, httpx.Client(base_url=address, timeout=30) as client:
        for path in FEEDS:
            found = read_atom(client, path)
            assert (found.entries, found.feed.updated) == ([], "1970-01-01T00:00:00+00:00")
        assert not list(read_calendar(client, "/hearings.ics").events)
        for path in ("/hearings", "/changes"):
            assert client.get(path, headers={"Accept": "text/html"}).status_code == 200

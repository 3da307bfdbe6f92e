"""A clerk writes down a plan's adoption, a hearing and what it does for a goal, and the public sees it."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from georegister.register.database import Database
from tests.conftest import serving

TOKEN = "a-token-of-the-tests-only"
PLAN = "0340-local-plan-sk-75"
GOAL = "0340-vision-2026-4.1"


@pytest.fixture
def address(demo: Database) -> Iterator[str]:
    with serving(demo, GEOREGISTER_STAFF_TOKEN=TOKEN) as where:
        yield where


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="da-DK", viewport={"width": 1280, "height": 900})
    made = context.new_page()
    problems: list[str] = []
    made.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    assert not [said for said in problems if "422" not in said]
    context.close()


def _write(page: Page, section: str, fields: dict[str, str]) -> None:
    part = page.locator(f"#details-{section}")
    if not part.evaluate("one => one.open"):
        part.locator("summary").click()
    for name, value in fields.items():
        field = part.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    part.get_by_role("button", name="Se hvad der ændres").click()
    dialog = page.locator("#sure")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Ny")
    dialog.get_by_role("button", name="Gem").click()
    expect(part.locator(".said")).to_contain_text("Gemt")


def test_a_clerk_writes_down_an_adoption_a_hearing_and_a_goal(page: Page, address: str) -> None:
    page.goto(f"/staff/plans/{PLAN}?lang=da")
    page.get_by_label("Adgangsnøgle for medarbejdere").fill(TOKEN)
    page.get_by_role("button", name="Fortsæt").click()
    page.locator("#by").fill("Karen Kontor")

    _write(page, "event", {"type": "adoption", "on": "2026-11-20", "source": "Byrådets møde"})
    _write(
        page,
        "hearing",
        {"kind": "renewed", "opens": "2026-11-01", "closes": "2026-12-24", "respond_to": "plan@example.dk"},
    )
    _write(
        page, "claim", {"stance": "supports", "goal": GOAL, "asserted_by": "Forvaltningen", "evidence": "Tættere by"}
    )
    expect(page.locator("#recorded-event")).to_contain_text("20. november 2026")

    with httpx.Client(base_url=address) as client:
        said = client.get(f"/collections/plans/items/{PLAN}").json()["properties"]
        assert said["adopted_on"] == "2026-11-20"
        assert GOAL in said["goals"]
        hearings = client.get("/collections/hearings/items", params={"f": "json", "limit": 1000}).json()["features"]
        assert ("2026-11-01", "2026-12-24") in {
            (one["properties"]["opens"], one["properties"]["closes"])
            for one in hearings
            if one["properties"].get("plan") == PLAN
        }
        assert PLAN in client.get(f"/goals/{GOAL}", headers={"Accept": "text/html"}).text
        acts = client.get("/loads", headers={"Authorization": f"Bearer {TOKEN}"}).json()["loads"]
        assert [one["by"] for one in acts[:3]] == ["Karen Kontor"] * 3

    page.goto(f"/plans/{PLAN}?lang=da")
    expect(page.locator("main")).to_contain_text("20. november 2026")
    expect(page.locator("main")).to_contain_text("plan@example.dk")
    page.goto("/map?lang=da&municipality=0340")
    expect(page.locator(f'#list [data-plan="{PLAN}"]')).to_contain_text("Vedtaget")


def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_kept(page: Page, address: str) -> None:
    page.goto(f"/staff/plans/{PLAN}?lang=da")
    page.get_by_label("Adgangsnøgle for medarbejdere").fill(TOKEN)
    page.get_by_role("button", name="Fortsæt").click()
    part = page.locator("#details-claim")
    part.locator("summary").click()
    part.locator("[name=stance]").select_option("supports")
    part.locator("[name=asserted_by]").fill("<img src=x onerror=alert(1)>")
    part.get_by_role("button", name="Se hvad der ændres").click()
    expect(part.locator(".said-wrong")).not_to_be_empty()
    before = httpx.get(f"{address}/facts/claim?municipality=0340", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert "<img" not in str(before)


def test_facts_are_refused_without_the_token_and_with_what_they_are_not(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert client.get("/facts/event?municipality=0340").status_code == 401
        assert client.post("/facts/event", json={}).status_code == 401
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        for body, status in (
            ({"municipality": "0340", "entries": []}, 400),
            ({"municipality": "0340", "entries": [{"plan": PLAN, "type": "party", "on": "2026-01-01"}]}, 422),
            ({"municipality": "0340", "entries": [{"plan": "nowhere", "type": "adoption", "on": "2026-01-01"}]}, 422),
            ({"municipality": "9999", "entries": [{"plan": PLAN, "type": "adoption", "on": "2026-01-01"}]}, 404),
            ([], 400),
        ):
            answer = client.post("/facts/event", json=body)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
        assert client.post("/facts/event", content=b"[" * 100_000).status_code == 415
        deep = {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}
        assert client.post("/facts/event", **deep).status_code == 400
        assert client.post("/facts/party", json={}).status_code in (400, 404)

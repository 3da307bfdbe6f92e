"""Pictures of plans for lists: small, of numbers and colours alone, as the plan's status is on the day."""

import re
from xml.etree import ElementTree

import httpx
import pytest
import shapely

from georegister.maps.palette import read_palette
from georegister.maps.thumbnail import backdrop, thumbnail
from georegister.settings import folder

SVG = "{http://www.w3.org/2000/svg}"
SK66 = "/plans/0340-local-plan-sk-66/thumbnail.svg"


def test_it_is_a_picture_that_needs_nothing_else(client: httpx.Client) -> None:
    answer = client.get(SK66, params={"datetime": "2021-06-01"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert len(answer.content) < 4000
    drawing = ElementTree.fromstring(answer.text)
    assert drawing.tag == f"{SVG}svg"
    assert "".join(drawing.itertext()).strip() == ""
    assert not re.search(r"style|class|href|script|on\w+=", answer.text)
    assert re.findall(r"url\(([^)]+)\)", answer.text) == ["#h-4"]
    assert "#1B8A72" in answer.text, "the colour of its theme"


def test_a_proposal_is_hatched_and_what_ended_is_dotted(client: httpx.Client) -> None:
    proposal = client.get(SK66, params={"datetime": "2021-06-01"}).text
    later = client.get(SK66).text
    ended = client.get("/plans/0340-addendum-1-2021/thumbnail.svg").text
    assert ("<pattern" in proposal, 'dasharray="9 5"' in proposal) == (True, True)
    assert ("<pattern" in later, 'dasharray="9 5"' in later) == (False, False)
    assert 'dasharray="1 6"' in ended


@pytest.mark.parametrize(("plan", "ringed"), [("local-plan-sk-3", True), ("municipal-plan-2023-2034", False)])
def test_small_plans_are_rings_and_wide_ones_the_municipality(client: httpx.Client, plan: str, ringed: bool) -> None:
    drawn = client.get(f"/plans/0340-{plan}/thumbnail.svg").text
    assert ("<circle" in drawn) == ringed
    outline, *itself = re.findall(r'<path d="([^"]+)"', drawn)
    assert itself == ([] if ringed else [outline])


def test_a_plan_that_can_be_seen_is_drawn_as_it_is() -> None:
    said = {"status": "adopted", "applies": "in_force", "extent_source": "own", "theme_slot": 1}
    plan = {"geometry": shapely.geometry.mapping(shapely.box(11.4, 55.4, 11.5, 55.45)), "properties": said}
    palette = read_palette(folder("maps") / "palette.toml")
    under = backdrop(shapely.box(11.3, 55.35, 11.7, 55.6))
    drawn = thumbnail(plan, under, palette)
    assert drawn.ring is None
    corners = [tuple(map(float, corner.split())) for corner in re.split("[ML]", drawn.path.rstrip("Z"))[1:]]
    assert len(corners) == 4
    assert all(0 < x < 96 and 0 < y < 72 for x, y in corners)
    assert thumbnail(plan, None, palette).outline == ""


def test_it_is_asked_for_once(client: httpx.Client) -> None:
    first = client.get(SK66)
    again = client.get(SK66, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert not first.headers["etag"].startswith("W/")


def test_what_is_none_has_none(client: httpx.Client) -> None:
    assert client.get("/plans/0340-local-plan-sk-0/thumbnail.svg").status_code == 404
    assert client.get(f"{SK66}?datetime=never").status_code == 400
    assert client.get(f"{SK66}?size=9").status_code == 400


@pytest.mark.parametrize(
    "path", ["/search?q=bolig", "/at?place=Mørup&within=1000", "/goals/0340-vision-2026-4.1", "/map"]
)
def test_lists_show_them_of_the_day_they_show(client: httpx.Client, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    pictures = re.findall(r'<img class="thumbnail" src="([^"]+)" width="96" height="72" alt="" loading="lazy">', page)
    assert pictures
    assert {client.get(address).status_code for address in set(pictures)} == {200}

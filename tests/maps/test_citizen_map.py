"""The map's script comes from configuration alone; no template code can get into it."""

import re
from pathlib import Path

import folium
import pytest

from georegister.errors import SettingsInvalid
from georegister.language import LANGUAGES, translator
from georegister.maps.citizen_map import citizen_map
from georegister.maps.configuration import PublishedMap, read_maps
from georegister.maps.elements import Plans, checked_url
from georegister.settings import folder

HOSTILE = [
    "{{7*7}}",
    "{{cycler.__init__.__globals__.os.environ}}",
    "{% set x=1 %}",
    "{# note",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`+alert(1)+`",
    "C:\\planer\\2019",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
]


@pytest.fixture
def soroe() -> PublishedMap:
    return read_maps([folder("maps")])["soroe"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_configuration_gives_the_same_bytes(soroe: PublishedMap, language: str) -> None:
    assert citizen_map(soroe, translator(language)) == citizen_map(soroe, translator(language))


def test_nothing_comes_from_another_host(soroe: PublishedMap) -> None:
    page = citizen_map(soroe, translator("da"))
    assert page.scripts
    assert all(url.startswith("/static/") for url in (*page.scripts, *page.styles))
    assert not re.search(r"https?://", page.script)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_element_takes_no_text_but_an_address(text: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Plans(f"/collections/plans/items?title={text}")


@pytest.mark.parametrize(
    "url", ["/collections/plans/items?municipality=0340", "https://plans.example/at", "http://127.0.0.1:8000/a"]
)
def test_addresses_are_taken(url: str) -> None:
    assert checked_url(url) == url


def test_a_planner_can_add_the_plans_to_a_map_of_their_own() -> None:
    drawn = folium.Map(location=[55.4, 11.5], tiles=None)
    Plans("http://127.0.0.1:8000/collections/plans/items").add_to(drawn)
    assert "georegister.plans(" in drawn.get_root().render()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title = ", "not TOML"),
        ('title = {da = "x"}\nmunicipality = "0340"\nzoom = 11\nbounds = [1, 2, 3, 4]', "center"),
        (
            'title = {da = "x"}\nmunicipality = "{{7*7}}"\ncenter = [1, 2]\nzoom = 11\nbounds = [1, 2, 3, 4]',
            "municipality",
        ),
        ('title = {da = "x"}\nmunicipality = "0340"\ncenter = [91, 2]\nzoom = 11\nbounds = [1, 2, 3, 4]', "center"),
    ],
)
def test_a_map_that_is_wrongly_configured_says_where(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "mine.toml").write_text(content)
    with pytest.raises(SettingsInvalid, match=rf"mine\.toml.*{said}"):
        read_maps([tmp_path])


def test_ones_own_map_wins_over_ours(tmp_path: Path) -> None:
    text = (folder("maps") / "soroe.toml").read_text(encoding="utf-8").replace("zoom = 11", "zoom = 9")
    (tmp_path / "soroe.toml").write_text(text, encoding="utf-8")
    assert read_maps([tmp_path, folder("maps")])["soroe"].zoom == 9


def test_only_maps_import_folium_and_nobody_draws_register_text_with_it() -> None:
    for file in Path(folder("data").parent, "georegister").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "import folium" not in text or file.parent.name == "maps", file
        for forbidden in (".explore(", "folium.GeoJson", "folium.Popup", "folium.Tooltip", "| safe", "Markup("):
            # A map as one file holds our own scripts and styles: the one place where a text is not escaped.
            ours = 1 if (file.name, forbidden) == ("single_file.py", "Markup(") else 0
            assert text.count(forbidden) == ours, (file, forbidden)
    for file in Path(folder("data").parent, "georegister/maps").rglob("*.[hj][ts]*"):
        if "vendor" not in file.parts:
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|\|\s*safe", text), file


def test_the_map_shown_first_is_the_one_that_says_so(tmp_path: Path) -> None:
    text = (folder("maps") / "soroe.toml").read_text(encoding="utf-8")
    for name, order in (("a", 3), ("b", 1), ("c", 1)):
        (tmp_path / f"{name}.toml").write_text(text.replace("order = 1 ", f"order = {order} "), encoding="utf-8")
    assert list(read_maps([tmp_path])) == ["b", "c", "a"]

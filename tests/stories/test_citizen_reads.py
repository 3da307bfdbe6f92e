"""A citizen who knows nothing comes in at the front door, on a phone, and reads what there is to know."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browsing import PHONE, opened


def test_the_solar_park_is_three_taps_from_the_front_door(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/", PHONE, has_touch=True, is_mobile=True) as page:
        page.get_by_label("Sted, plannavn eller nummer").tap()
        page.keyboard.type("fjenneslev")
        page.get_by_role("button", name="Søg").tap()
        page.get_by_role("link", name="Lokalplan SK 66: Solcellepark ved Fjenneslev").tap()
        assert "Solcellepark ved Fjenneslev" in page.inner_text("h1")
        assert "Du kan gøre indsigelse til og med 7. juli 2021 (36 dage tilbage)." in page.inner_text("main")


def test_the_hearing_is_one_tap_from_the_front_door(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/", PHONE, has_touch=True, is_mobile=True) as page:
        hearings = page.locator(".plan-item").all_inner_texts()
        assert "22 dage tilbage" in hearings[0]
        page.get_by_role("link", name="Lokalplan SK 66: Solcellepark ved Fjenneslev").tap()
        assert "36 dage tilbage" in page.inner_text("main")


def test_outside_the_park_it_is_named_with_its_distance(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/at?point=11.6671,55.4482&within=1000&f=html", PHONE) as page:
        text = page.inner_text("main")
        near = text[text.index("I nærheden") :]
        assert "Solcellepark ved Fjenneslev" in near
        found = re.search(r"(\d+) m nord herfra", near)
        assert found
        assert 200 < int(found[1]) < 400
        assert page.locator("svg circle.here").count() == 1


def test_where_i_am_opens_what_applies_there(browser: Browser, in_2021: str) -> None:
    where = {"latitude": 55.4576, "longitude": 11.6671}
    with opened(browser, in_2021, "/", PHONE, geolocation=where, permissions=["geolocation"]) as page:
        page.get_by_role("button", name="Hvad gælder, hvor jeg er").click()
        page.wait_for_url("**/at?**")
        assert "Foreslået (2)" in page.inner_text("main")


def test_a_place_that_is_refused_says_so(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/", PHONE, permissions=[]) as page:
        page.get_by_role("button", name="Hvad gælder, hvor jeg er").click()
        page.wait_for_function("() => document.getElementById('here-status').textContent !== ''")
        assert page.inner_text("#here-status") == "Din placering kunne ikke findes."


def test_a_strategy_is_read_whole(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/strategies/0340-vision-2026") as page:
        text = page.inner_text("main")
        assert page.locator("section.theme-section").count() == 4
        assert page.locator("ol.goals > li").count() == 19
        assert text.count("udgangsår ikke oplyst") == 7
        for words in (
            "Vedtaget af kommunalbestyrelsen 1. marts 2023.",
            "I offentlig høring fra 27. september 2022 til 2. december 2022.",
            "Fald i CO2-udledningen (hele kommunen): 70 % i 2030",
            "Andel af borgerne i arbejde (borgere i kommunen): mindst landsgennemsnittet",
            "Redskab: Klimahandleplan 2022",
            "Vi spotter og forløser ressourcer",
            "13. Klimaindsats",
        ):
            assert words in text
        page.locator("ol.goals a", has_text="70 % mindre CO2").click()
        assert page.locator("figure.drawing path.plan").count() == 2


SDGS = (3, 4, 7, 8, 9, 11, 12, 13, 15, 17)
PLANS = (
    "SK 66: Solcellepark ved Fjenneslev",
    "SK 69: Boligområde ved Slagelsevej",
    "SK 70: Plejeboligområde ved Rørstensgården på Frederiksberg",
    "SK 71: Boliger ved Vedels Have i Søgade",
    "1-2021: Solcellepark ved Fjenneslev",
    "2-2021: Plejeboligområde ved Rørstensgården på Frederiksberg",
    "3-2021: Boliger ved Vedels Have i Søgade",
    "4-2021: Boligområde ved Slagelsevej",
    "6-2022: Kommuneplan 6 - planlægning for Traunertsvej 24",
)
CORE_VALUES = {
    "0956-planstrategi-2023": {
        "da": ("Vi skaber tryghed", "Vi skaber vækst", "Sammen om den grønne omstilling"),
        "en": ("We create security", "We create growth", "Together for the green transition"),
    },
    "0956-planstrategi-p18": {
        "da": ("Bæredygtighed", "Livskvalitet", "Demokrati og service"),
        "en": ("Sustainability", "Quality of life", "Democracy and service"),
    },
}


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_whole_seed_is_on_screen(browser: Browser, in_2021: str, language: str) -> None:
    with opened(browser, in_2021, "/strategies/0340-vision-2026", language=language) as page:
        assert [
            page.locator(f"section.theme-section:nth-of-type({n}) ol.goals > li").count() for n in (1, 2, 3, 4)
        ] == [
            *(6, 4, 6, 3),
        ]
        assert page.locator("ul.targets li").count() == 7
        assert page.locator("main a[href^='/sdgs/']").all_inner_texts() == [
            text for text in page.locator("main a[href^='/sdgs/']").all_inner_texts() if int(text.split(".")[0]) in SDGS
        ]
        assert page.locator("main a[href^='/sdgs/']").count() == 10
        assert page.locator("section.theme-section > ul > li").count() == 19
    for strategy, values in CORE_VALUES.items():
        with opened(browser, in_2021, f"/strategies/{strategy}", language=language) as page:
            assert tuple(page.locator("section.theme-section h2 a").all_inner_texts()) == values[language]
    with opened(browser, in_2021, "/map?ended=1&day=2026-11-22", language=language, java_script_enabled=False) as page:
        listed = page.locator("#list .plan-name").all_inner_texts()
        assert [plan for plan in PLANS if not any(plan in name for name in listed)] == []


def test_sk_69_has_no_single_day_of_adoption(browser: Browser, in_2021: str) -> None:
    with opened(browser, in_2021, "/plans/0340-local-plan-sk-69") as page:
        text = page.inner_text("main")
        assert "Vedtaget mellem 20. november 2019 og 1. marts 2023." in text
        assert "Den præcise dag for vedtagelsen står ikke i nogen kilde" in text
        assert "Vedtaget 20. november 2019" not in text
        assert "Vedtaget 1. marts 2023" not in text

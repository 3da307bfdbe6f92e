"""What a neighbour reads; the days and the doubts must be in it."""

from typing import Any

import pytest

from georegister.language import translator
from georegister.maps import sentences

PLAIN: dict[str, Any] = {
    "kind": "local-plan",
    "number": "SK 69",
    "status": "adopted",
    "certainty": "possible",
    "in_hearing": False,
    "hearing_kind": None,
    "hearing_closes": None,
    "hearing_days_left": None,
    "ban_until": None,
    "reasons": [],
}


def said(language: str = "da", **properties: Any) -> str:
    return sentences.sentence({**PLAIN, **properties}, translator(language))


def a_reason(
    code: str, earliest: str | None = None, latest: str | None = None, certain: bool = True, **more: str
) -> dict[str, Any]:
    return {"code": code, "earliest": earliest, "latest": latest or earliest, "certain": certain, **more}


def test_sk_69_tells_both_bounds_and_no_single_day() -> None:
    words = said(
        reasons=[a_reason("adoption", "2019-11-20", "2023-03-01"), a_reason("publication_not_recorded", certain=False)]
    )
    assert words == (
        "Vedtaget mellem 20. november 2019 og 1. marts 2023. "
        "Dagen for offentliggørelsen er ikke registreret her; fra den dag gælder planen."
    )


@pytest.mark.parametrize(
    ("reason", "danish", "english"),
    [
        (a_reason("adoption", "2021-10-13"), "Vedtaget 13. oktober 2021.", "Adopted on 13 October 2021."),
        (
            a_reason("publication", "2024-05-22", "2024-06-05"),
            "Offentliggjort mellem 22. maj 2024 og 5. juni 2024.",
            "Published between 22 May 2024 and 5 June 2024.",
        ),
        (
            a_reason("replacement", "2024-05-22", "2024-06-05", by_title="Kommuneplan 2023-2034"),
            "Erstattet af Kommuneplan 2023-2034 mellem 22. maj 2024 og 5. juni 2024.",
            "Replaced by Kommuneplan 2023-2034 between 22 May 2024 and 5 June 2024.",
        ),
        (
            a_reason("replacement", "2024-05-22", "2024-06-05", certain=False, by_title="Kommuneplan 2023-2034"),
            "Kan være erstattet af Kommuneplan 2023-2034: det skete mellem 22. maj 2024 og 5. juni 2024.",
            "May have been replaced by Kommuneplan 2023-2034: that happened between 22 May 2024 and 5 June 2024.",
        ),
        (
            a_reason("partial_revocation", None, "2023-06-28"),
            "Delvist aflyst senest 28. juni 2023; dagen er ikke registreret her.",
            "Partly revoked on 28 June 2023 or before; the day is not recorded here.",
        ),
        (
            a_reason("nothing_recorded", certain=False),
            "Ingen datoer er registreret for planen.",
            "No dates are recorded for this plan.",
        ),
    ],
)
def test_reasons_in_both_languages(reason: dict[str, Any], danish: str, english: str) -> None:
    assert said("da", reasons=[reason]) == danish
    assert said("en", reasons=[reason]) == english


def test_every_event_and_reason_has_words() -> None:
    from georegister.domain.event import EventType
    from georegister.domain.lifecycle import Code

    told_elsewhere = {Code.HEARING_CLOSES, Code.BAN_ENDS, Code.LAPSES, Code.APPEAL_CLOSES}
    for code in [*EventType, *(set(Code) - told_elsewhere)]:
        for certain in (True, False):
            for days in (("2021-01-01", "2021-01-01"), ("2021-01-01", "2021-02-01"), (None, None)):
                words = said(reasons=[{"code": str(code), "earliest": days[0], "latest": days[1], "certain": certain}])
                assert words, code
                assert "{" not in words


@pytest.mark.parametrize(("left", "words"), [(36, "36 dage tilbage"), (1, "1 dag tilbage"), (0, "i dag er sidste dag")])
def test_days_left(left: int, words: str) -> None:
    assert words in said(in_hearing=True, hearing_kind="public", hearing_closes="2021-07-07", hearing_days_left=left)


def test_a_plan_title_with_braces_is_only_text() -> None:
    reason = a_reason("replacement", "2024-01-01", by_title="{day} {0.__class__}")
    assert said(reasons=[reason]) == "Erstattet af {day} {0.__class__} 1. januar 2024."


@pytest.mark.parametrize(
    ("metres", "square", "danish"),
    [(420.4, 2_450_242, "420 m · 245 ha"), (1432, 34_000, "1,4 km · 3,4 ha"), (7, 3_400, "7 m · 3.400 m²")],
)
def test_numbers_as_danes_write_them(metres: float, square: float, danish: str) -> None:
    t = translator("da")
    assert f"{t.distance(metres)} · {t.area(square)}" == danish

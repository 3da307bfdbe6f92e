from datetime import date

import pytest

from georegister.domain.days import Days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-06-01", date(2021, 6, 1), date(2021, 6, 1)),
        ("2021-06-01T23:59:59Z", date(2021, 6, 1), date(2021, 6, 1)),
        ("2021-06-01T23:59:60.5+02:00", date(2021, 6, 1), date(2021, 6, 1)),
        ("2021-06-01/2021-07-01", date(2021, 6, 1), date(2021, 7, 1)),
        ("2021-06-01/..", date(2021, 6, 1), None),
        ("2021-06-01/", date(2021, 6, 1), None),
        ("../2021-06-01", None, date(2021, 6, 1)),
        ("0000-01-01T00:00:00Z/2021-06-01", None, date(2021, 6, 1)),
        ("2021-06-01/9999-12-31T00:00:00Z", date(2021, 6, 1), None),
    ],
)
def test_days(text: str, first: date | None, last: date | None) -> None:
    assert (Days.parse(text).first, Days.parse(text).last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "../..",
        "/",
        "2021",
        "2021-13-01",
        "2021-02-30",
        "1-1-2021",
        "2021-06-02/2021-06-01",
        "a/b/c",
        "yesterday",
        "٢٠٢١-٠١-٠١",
        "9999-12-31",
    ],
)
def test_what_are_no_days(text: str) -> None:
    with pytest.raises(ValueError):
        Days.parse(text)

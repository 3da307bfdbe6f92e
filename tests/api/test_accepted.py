"""Weighted headers are read in one way, with blanks where RFC 9110 allows them."""

import httpx
import pytest

from georegister.api.accepted import best_first, weighed
from georegister.language import preferred
from tests.api.test_tiles import path_of


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("en; q=0.9, da; q=0.5", {"en": 0.9, "da": 0.5}),
        ("DA ;q=0.5 , en", {"en": 1, "da": 0.5}),
        ("text/html;level=1;q=0.3", {"text/html": 0.3}),
        ("a;q=2, b;q=-1, c;q=nan, d;q=nonsense, e;q=", {}),
        ("a;q=0", {"a": 0}),
        ("a;q=0.5, a", {"a": 0.5}),
        (",;,q=;" * 200, {"q=": 1}),
        ("", {}),
        (None, {}),
    ],
)
def test_a_header_names_things_with_their_weights(header: str | None, read: dict[str, float]) -> None:
    assert weighed(header) == read
    assert list(weighed(header)) == list(read)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("da", "da"),
        ("en-GB,en;q=0.9", "en"),
        ("en; q=0.9, da; q=0.5", "en"),
        ("da; q=0.5, EN ;q=0.9", "en"),
        ("kl,da;q=0.5", "da"),
        ("de", "da"),
        ("", "da"),
        (None, "da"),
        ("en;q=0,da;q=0.1", "da"),
        ("en; q=0", "da"),
        ("x;q=y,en", "en"),
    ],
)
def test_the_readers_language(header: str | None, language: str) -> None:
    assert preferred(best_first(header)) == language


def test_a_page_is_in_the_language_that_weighs_most(client: httpx.Client) -> None:
    answer = client.get("/about", headers={"Accept": "text/html", "Accept-Language": "en; q=0.9, da; q=0.5"})
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("text/html", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json;q=0.5, text/html", True),
        ("text/html; q=0, */*", False),
        ("text/html; q=0.1, application/json", False),
        ("application/json, text/html", False),
        ("application/x-text/html", False),
        ("*/*", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("path", ["/", "/strategies", "/collections/plans", "/no-such-page"])
def test_whoever_accepts_html_gets_a_page(client: httpx.Client, path: str, accept: str, is_page: bool) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html") is is_page


@pytest.mark.parametrize(
    ("accept", "is_page"), [("*/*", True), ("application/json;q=0", True), ("application/json", False)]
)
def test_what_is_a_page_first_is_json_only_for_who_asks_for_it(
    client: httpx.Client, accept: str, is_page: bool
) -> None:
    answer = client.get("/hearings", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html") is is_page


@pytest.mark.parametrize(
    ("encodings", "is_zipped"),
    [("gzip", True), ("br, *; q=0.5", True), ("gzip; q=0, *", False), ("*, gzip; q=0.0000", False), ("br", False)],
)
def test_tiles_are_zipped_for_who_takes_it(client: httpx.Client, encodings: str, is_zipped: bool) -> None:
    answer = client.get(path_of(10), headers={"Accept-Encoding": encodings})
    assert answer.status_code == 200
    assert ("content-encoding" in answer.headers) is is_zipped

"""The name a file is kept under: a name and nothing else, wherever it is put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from georegister.api.upload import NAME_BYTES, kept_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Lokalplaner æøå 2026.zip", "Lokalplaner æøå 2026.zip"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Karen\\planer.gpkg", "planer.gpkg"),
        ("..", "delivery"),
        ("", "delivery"),
        (".zip", "zip"),
        ("-rf.zip", "rf.zip"),
        ("a\0b\r\nc.zip", "a_b__c.zip"),
        ("\u202egpj.zip", "_gpj.zip"),
        ('<script>"`|.zip', "_script____.zip"),
        (f"{'å' * 300}.geojson", f"{'å' * 60}.geojson"),
    ],
)
def test_a_name_is_only_a_name(given_name: str, kept: str) -> None:
    assert kept_name(given_name) == kept


@given(st.text(max_size=400))
def test_no_name_leads_anywhere(given_name: str) -> None:
    kept = kept_name(given_name)
    assert kept
    assert not set(kept) & set('/\\\0\r\n<>"`')
    assert not kept.startswith((".", "-"))
    assert len(kept.encode()) <= NAME_BYTES + 50

"""OWSLib reads a server of ours."""

from collections.abc import Callable
from importlib.metadata import version

import httpx
import pytest
from owslib.ogcapi.features import Features

from georegister.register.collections import COLLECTIONS

pytestmark = [pytest.mark.clients, pytest.mark.proves("client/owslib")]


@pytest.fixture
def service(address: str) -> Features:
    return Features(f"{address}/")


def test_every_collection_is_one_of_features(service: Features, record_property: Callable[[str, object], None]) -> None:
    record_property("program", ("OWSLib", version("owslib")))
    assert service.feature_collections() == list(COLLECTIONS)
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    assert service.api()["openapi"].startswith("3.0")


def test_its_questions_are_understood(service: Features, client: httpx.Client) -> None:
    assert service.collection("plans")["itemType"] == "feature"
    assert service.collection_schema("plans")["properties"]["status"]["type"] == "string"
    found = service.collection_items("plans", bbox=[11.66, 55.45, 11.70, 55.47], datetime_="2021-06-01", limit=10)
    assert [one["id"] for one in found["features"]] == ["0340-addendum-1-2021", "0340-local-plan-sk-66"]
    item = service.collection_item("plans", "0340-local-plan-sk-66")
    assert item["geometry"] == client.get("/collections/plans/items/0340-local-plan-sk-66").json()["geometry"]

"""What fits what is typed: plans, places, addresses and parcels."""

import json
from typing import Any

from georegister.api.service import Service
from georegister.domain import phrase
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register import places, search

ONLY_LIKE_IT = 3
MOST = 20
MOST_PLANS = 10
"""Of suggestions, so that places are among them too."""


async def plans(service: Service, typed: str, municipalities: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows with `feature`, `lon` and `lat`, best first."""
    values = {**service.now(), "q": phrase.told(typed), "municipality": list(municipalities)}
    return await service.reading.rows(search.plans_named(bool(municipalities)), values)


async def named(service: Service, typed: str, municipalities: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of places, best first; those that are only like it where nothing is called so."""
    values = {"q": typed, "municipality": list(municipalities)}
    rows = await service.reading.rows(places.called(None, bool(municipalities), False), values)
    return [row for row in rows if row["fit"] < ONLY_LIKE_IT] or rows


async def features(
    service: Service, typed: str, municipalities: tuple[str, ...], t: Translator, base: str
) -> list[dict[str, Any]]:
    """One list of all, as points: plans first, since a number is typed for them."""
    found = []
    for row in (await plans(service, typed, municipalities))[:MOST_PLANS]:
        feature = json.loads(row["feature"])
        said = feature["properties"]
        link = f"{base}/plans/{feature['id']}"
        told = {"what": "plan", "name": sentences.heading(said, t), "number": said["number"], "href": link}
        found.append(_feature(feature["id"], row, {**told, "kind": said["kind"], "municipality": said["municipality"]}))
    for row in await named(service, typed, municipalities):
        what = row["kind"] if row["kind"] in places.NOT_NAMES else "place"
        link = f"{base}/at?point={row['lon']:.6f},{row['lat']:.6f}"
        told = {"what": what, "name": t.choose(row["names"]), "number": None, "href": link}
        found.append(_feature(row["id"], row, {**told, "kind": row["kind"], "municipality": row["municipality"]}))
    return found[:MOST]


def _feature(id_: str, row: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    point = None
    if row["lon"] is not None:
        point = {"type": "Point", "coordinates": [round(row["lon"], 7), round(row["lat"], 7)]}
    return {"type": "Feature", "id": id_, "geometry": point, "properties": properties}

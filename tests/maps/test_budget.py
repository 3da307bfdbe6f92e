"""What the map's page brings over the line: a phone on a thin one waits for it."""

import gzip
import re

import httpx

MOST_BYTES = 100_000
LATER = ("basemap.js", "basemap.css", "embed-code.js")
"""Of our own: what comes where the settings ask for it."""


def test_scripts_and_styles_of_the_map_stay_below_100_kb(client: httpx.Client) -> None:
    html = client.get("/map", headers={"Accept": "text/html"}).text
    addresses = set(re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+\.(?:js|css))"', html))
    own = "/static/app/georegister.js"
    assert {own, "/palette.css", "/static/vendor/leaflet/leaflet.js"} <= addresses
    # And what is fetched only where there are many plans.
    many = re.findall(r'\[("[^"\]]+\.js"(?:, "[^"\]]+\.js")*)\]\.map\(lazily\)', client.get(own).text)
    lazy = [str(httpx.URL(own).join(one)) for names in many for one in re.findall(r'"([^"]+)"', names)]
    assert {one.rpartition("/")[2] for one in lazy} == {"pbf.js", "map-tiles.js"}
    addresses |= {*lazy, *(f"/static/app/{name}" for name in LATER)}
    sizes = {one: len(gzip.compress(client.get(one).raise_for_status().content, 9)) for one in addresses}
    assert sum(sizes.values()) < MOST_BYTES, sizes

"""Pages have the municipalities from their route, and are framed as one where one is asked for."""

import httpx
import pytest

from georegister.app import create_app
from georegister.register import municipalities
from georegister.register.database import Database
from georegister.settings import Settings
from tests.builders import awaited

PAGES = [
    "/",
    "/hearings",
    "/changes",
    "/map",
    "/map/soroe.da.js",
    "/map/soroe/land.json",
    "/map/sheet",
    "/embed/map",
    "/strategies",
    "/strategies/0340-vision-2026",
    "/sectors?municipality=0340",
    "/coverage?by=kind",
    "/about",
    "/municipalities/0340",
    "/history?municipality=0340",
    "/at?point=11.6671,55.4576",
    "/collections/plans/items",
]


@pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")
def test_no_page_asks_for_the_municipalities_itself(shared_demo: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(), shared_demo)
    everything, asked = municipalities.everything, []
    monkeypatch.setattr(municipalities, "everything", lambda: asked.append(1) or everything())

    async def count() -> dict[str, int]:
        found = {}
        transport = httpx.ASGITransport(app)
        headers = {"Accept": "text/html", "Accept-Language": "da"}
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers) as client,
        ):
            for path in PAGES:
                for _ in range(2):
                    asked.clear()
                    assert (await client.get(path)).status_code == 200, path
                found[path] = len(asked)
        return found

    assert awaited(count()) == dict.fromkeys(PAGES, 0)


def header(client: httpx.Client, path: str, **question: str) -> str:
    answer = client.get(path, params={**question, "lang": "da", "f": "html"})
    assert answer.status_code == 200
    return answer.text.split("<main", 1)[0].split("<body", 1)[1]


@pytest.mark.parametrize("path", ["/sectors", "/hearings", "/changes", "/coverage"])
def test_a_page_is_framed_as_a_municipality_where_one_is_asked_for(client: httpx.Client, path: str) -> None:
    anybody, soroe = header(client, path), header(client, path, municipality="0340")
    assert ("Sorø" in soroe, "Sorø" in anybody) == (True, False)
    assert "Sorø" in header(client, path, municipality="0340,0340")
    assert "Sorø" not in header(client, path, municipality="0340,0956")
    # One that nobody has loaded has nothing, as JSON says too.
    assert "Sorø" not in header(client, path, municipality="9999")
    assert client.get(path, params={"municipality": "9999", "f": "json"}).status_code == 200

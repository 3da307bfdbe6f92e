"""The map in a frame of the municipality's own site, in Chromium: who may frame it, and what it is there."""

import re
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from georegister.api.embed_code import embed_code
from georegister.errors import SettingsInvalid
from georegister.register.database import Database
from georegister.settings import Settings
from tests.conftest import free_port, serving
from tests.stories.test_citizen_looks import DESK, opened

OTHERS = [
    "/map",
    "/",
    "/plans/0340-local-plan-sk-66",
    "/collections",
    "/staff/loads",
    "/search?q=sol",
    "/at?point=11,55",
]
CODE = re.compile(r'<iframe src="[^"<>\']*" title="[^"<>\']*" width="100%" height="600" loading="lazy"></iframe>')


class Host:
    """A site of its own, whose one page holds what it is told to."""

    def __init__(self) -> None:
        self.code = ""
        self.port = free_port()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    made = Host()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            body = f"<!doctype html><html lang=da><title>Kommunen</title><h1>Planer</h1>{made.code}</html>".encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", made.port), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def allowing(shared_demo: Database, host: Host) -> Iterator[str]:
    framed_by = f"https://www.example.dk, {host.origin}"
    with serving(shared_demo, GEOREGISTER_FRAME_ANCESTORS=framed_by, GEOREGISTER_TODAY="2021-06-01") as address:
        yield address


def framed(page: Page, host: Host, code: str) -> Frame:
    host.code = code
    page.goto(host.origin)
    frame = page.wait_for_selector("iframe").content_frame()
    assert frame
    return frame


def is_refused(frame: Frame) -> bool:
    """Whether the browser shows its own page in place of ours."""
    frame.wait_for_load_state()
    frame.page.wait_for_timeout(300)
    return frame.url.startswith("chrome-error:") or frame.evaluate("!document.querySelector('h1')")


def test_the_copied_code_shows_the_map_on_the_site_that_may(browser: Browser, allowing: str, host: Host) -> None:
    made = browser.new_context(locale="da-DK", viewport=DESK)
    page = made.new_page()
    page.goto(f"{allowing}/map?lang=da&theme=0340-vision-2026-4")
    page.locator("summary", has_text="Indsæt kortet på en hjemmeside").click()
    code = page.locator("#embed-text").input_value()
    assert re.fullmatch(
        r'<iframe src="[^"<>]*" title="[^"<>]*" width="100%" height="600" loading="lazy"></iframe>', code
    )
    page.locator("#embed-copy").click()
    expect(page.locator("#embed-copied")).not_to_be_empty()
    page.goto("about:blank")
    frame = framed(page, host, code)
    frame.wait_for_selector(".folium-map[data-drawn='2']")
    assert frame.locator("path.plan.leaflet-interactive").count() == 2
    assert "det juridiske register" in frame.inner_text("footer")
    frame.locator("#listed summary").click()
    link = frame.locator("#list a", has_text="SK 66")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    with made.expect_page() as other:
        link.click()
    assert other.value.url == f"{allowing}/plans/0340-local-plan-sk-66?lang=da"
    with made.expect_page() as other:
        frame.locator("a", has_text="Åbn i plankortet").click()
    assert "theme=0340-vision-2026-4" in other.value.url
    assert other.value.url.startswith(f"{allowing}/map?")
    made.close()


def test_no_other_page_can_be_framed_and_no_other_site_frames_it(
    browser: Browser, allowing: str, address: str, host: Host
) -> None:
    page = browser.new_page()
    for path in OTHERS:
        assert is_refused(framed(page, host, embed_code(f"{allowing}{path}", "x"))), path
    assert is_refused(framed(page, host, embed_code(f"{address}/embed/map", "x")))
    assert not is_refused(framed(page, host, embed_code(f"{allowing}/embed/map", "x")))
    # The same site under another name is another origin.
    host.code = embed_code(f"{allowing}/embed/map", "x")
    page.goto(host.origin.replace("127.0.0.1", "localhost"))
    frame = page.wait_for_selector("iframe").content_frame()
    assert frame
    assert is_refused(frame)
    page.close()


def test_the_headers_say_the_same(allowing: str, address: str, host: Host) -> None:
    for path in (*OTHERS, "/embed", "/embedded", "/static/app/embed.js", "/embed/../map", "//embed/map", "/nowhere"):
        said = httpx.get(f"{allowing}{path}", headers={"Accept": "text/html"}).headers
        assert "frame-ancestors 'none'" in said["content-security-policy"], path
        assert said["x-frame-options"] == "DENY"
    said = httpx.get(f"{allowing}/embed/map").headers
    assert said["content-security-policy"].endswith(f"frame-ancestors https://www.example.dk {host.origin}")
    assert "x-frame-options" not in said
    assert "script-src 'self';" in said["content-security-policy"]
    unset = httpx.get(f"{address}/embed/map")
    assert unset.status_code == 200
    assert unset.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert unset.headers["x-frame-options"] == "DENY"
    assert "embed-code" not in httpx.get(f"{address}/map", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    "size", [{"width": 300, "height": 300}, {"width": 320, "height": 700}, {"width": 1280, "height": 700}]
)
def test_the_framed_map_fits_and_has_no_accessibility_fault(
    browser: Browser, allowing: str, size: dict[str, int]
) -> None:
    with opened(browser, allowing, "/embed/map?municipality=0340", size) as page:
        page.wait_for_selector(".folium-map[data-drawn]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = page.locator(".folium-map").bounding_box()
        assert box
        assert box["height"] >= 120
        assert box["y"] + box["height"] <= size["height"]
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        assert Axe().run(page, options={"runOnly": rules}).response["violations"] == []


def test_a_click_in_the_frame_lists_what_applies_there(browser: Browser, allowing: str) -> None:
    with opened(browser, allowing, "/embed/map?municipality=0340&lang=en", {"width": 500, "height": 600}) as page:
        page.wait_for_selector(".folium-map[data-drawn]")
        page.wait_for_timeout(400)
        path = page.locator("path.plan[data-plan='0340-local-plan-sk-66']").bounding_box()
        assert path
        page.mouse.click(path["x"] + path["width"] / 2, path["y"] + path["height"] / 2)
        expect(page.locator("#list-head")).to_have_text(re.compile(r"\d+ plans? here"))
        assert "SK 66" in page.inner_text("#list")
        assert "Municipal plan" in page.inner_text("#list")


def test_without_javascript_the_frame_has_a_drawing_and_the_list(browser: Browser, allowing: str) -> None:
    with opened(browser, allowing, "/embed/map?municipality=0340", java_script_enabled=False) as page:
        assert page.locator("figure.drawing svg").is_visible()
        assert page.locator("figure.drawing path.plan").count() > 5
        assert not page.locator(".folium-map").is_visible()
        page.locator("#listed summary").click()
        assert page.locator("#list li").count() > 5


@pytest.mark.parametrize(
    "hostile", ['"><script>alert(1)</script>', "' onload='x", "</textarea><img src=x onerror=alert(1)>"]
)
def test_nothing_asked_for_gets_out_of_the_code(browser: Browser, allowing: str, hostile: str) -> None:
    asked = httpx.QueryParams({"theme": hostile})
    with opened(browser, allowing, f"/map?{asked}") as page:
        assert page.locator("iframe").count() == 0
        served = re.search(
            r"<textarea[^>]*>(.*?)</textarea>", httpx.get(page.url, headers={"Accept": "text/html"}).text, re.DOTALL
        )
        assert served
        page.locator("#embed-code summary").click()
        codes = (unescape(served[1]), page.locator("#embed-text").input_value())
    apart = browser.new_page()
    for code in codes:
        assert CODE.fullmatch(code)
        apart.set_content(code)
        assert apart.locator("iframe").count() == 1
        assert apart.locator("script, img, textarea").count() == 0
    apart.close()


def test_a_title_means_nothing_but_itself() -> None:
    assert embed_code('https://a.example/?a=1&b="<', "<b>\"'&") == (
        '<iframe src="https://a.example/?a=1&amp;b=&quot;&lt;" title="&lt;b&gt;&quot;&#x27;&amp;" '
        'width="100%" height="600" loading="lazy"></iframe>'
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("https://www.soroe.dk", ("https://www.soroe.dk",)),
        (
            " https://a.dk,https://*.b.dk:8443\nhttp://localhost:80 ",
            ("https://a.dk", "https://*.b.dk:8443", "http://localhost:80"),
        ),
        ("*", ("*",)),
        ("'none'", ()),
        ("", ()),
    ],
)
def test_who_may_frame_is_read(said: str, expected: tuple[str, ...]) -> None:
    assert Settings(frame_ancestors=said or None).framed_by == expected


@pytest.mark.parametrize(
    "said",
    [
        "www.soroe.dk",
        "https://a.dk/path",
        "https://a.dk; script-src *",
        "https:",
        "* https://a.dk",
        "'self'",
        "https://*",
        "data:",
        "https://a.dk\r\nX: y",
    ],
)
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("GEOREGISTER_FRAME_ANCESTORS", said)
    with pytest.raises(SettingsInvalid, match="GEOREGISTER_FRAME_ANCESTORS"):
        Settings.read()

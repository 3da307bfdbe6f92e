"""The press: it fetches nothing, is the same each time, ends what takes too much, and stands for the next one."""

import contextlib
import http.server
import io
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import shapely
from PIL import Image

from georegister.errors import PrintingUnavailable
from georegister.maps import printing
from georegister.maps.ink import ink
from georegister.maps.palette import ColourBy, read_palette
from georegister.maps.press import HERE, _fetcher
from georegister.maps.printing import Job, Printing
from georegister.maps.shapes import HEAPS, heaps
from georegister.settings import folder

STYLE = f'<link rel="stylesheet" href="{printing.STYLE}">'
PAGE = f'<!doctype html><html lang="en"><head><title>A page</title>{STYLE}</head><body>%s</body></html>'


@pytest.fixture(scope="module")
def press() -> Iterator[Printing]:
    made = Printing(seconds=10)
    yield made
    made.close()


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server that keeps what it is asked for."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_nothing_is_fetched_from_anywhere(press: Printing, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">the secret</text></svg>')
    with listening() as (host, asked):
        body = f"""<p>Here</p><img alt="a" src="{host}/a.png"><img alt="b" src="file://{secret}">
        <img alt="c" src="/etc/passwd"><link rel="stylesheet" href="{host}/b.css"><object data="file:///etc/passwd">
        </object><embed src="{host}/c"><iframe src="{host}/d"></iframe>
        <style>@import "{host}/e.css"; @font-face {{ font-family: x; src: url({host}/f.ttf) }}
        body {{ background: url({host}/g.png), url(file://{secret}); font-family: x }}</style>
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="{host}/h.png" width="9" height="9"/>
        <use href="file://{secret}#a"/></svg><link rel="attachment" href="file:///etc/passwd">
        <a rel="attachment" href="file://{secret}">z</a>"""
        made = press.print(Job(PAGE % body, "pdf", "a"))
    assert asked == []
    assert "Here" in text(made)
    assert "the secret" not in text(made)
    assert b"root:" not in made
    assert b"/EmbeddedFile" not in made


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a",
        "https://plans.example/a.css",
        "file:///etc/passwd",
        "ftp://plans.example/a",
        "data:,a",
        "/a",
    ]
    + [f"{HERE}/static/app/georegister.css", f"{HERE}/../etc/passwd", f"{HERE}{printing.STYLE}?a"],
)
def test_what_it_was_not_handed_is_refused_without_asking(url: str) -> None:
    handed = _fetcher({printing.STYLE: "p { color: red }"})
    with pytest.raises(LookupError, match="nothing that the sheet is made of"):
        handed.fetch(url)
    assert handed.fetch(f"{HERE}{printing.STYLE}").read() == b"p { color: red }"


def test_the_same_page_is_the_same_bytes_whichever_press_prints_it(press: Printing) -> None:
    again = Printing()
    for form in ("pdf", "png"):
        job = Job(
            PAGE % "<h1>Å</h1><svg viewBox='0 0 9 9'><title>t</title><path d='M1 1L8 8Z'/></svg>", form, "the same"
        )
        assert press.print(job) == again.print(job) == press.print(job)
    again.close()


def test_a_picture_is_of_the_first_page(press: Printing) -> None:
    made = press.print(Job(PAGE % '<h1>A</h1><p style="break-before: page">B</p>', "png", "a"))
    assert Image.open(io.BytesIO(made)).size == (1489, 2105)


def test_a_page_that_takes_too_long_costs_only_itself() -> None:
    press = Printing(seconds=2)
    small = Job(PAGE % "<p>small</p>", "pdf", "a")
    press.print(small)
    [process] = [one._process.pid for one in press._resting]
    begun = time.monotonic()
    with pytest.raises(PrintingUnavailable, match="more time or memory"):
        press.print(Job(PAGE % ("<table>" + "<tr><td>a<td>b" * 60_000), "pdf", "b"))
    assert time.monotonic() - begun < 20
    assert text(press.print(small)) == text(press.print(small))
    assert [one._process.pid for one in press._resting] == [process]
    press.close()


def test_a_press_that_was_killed_is_replaced(press: Printing) -> None:
    small = Job(PAGE % "<p>small</p>", "pdf", "a")
    press.print(small)
    for one in press._resting:
        one._process.kill()
        one._process.wait()
    assert "small" in text(press.print(small))


def test_without_the_libraries_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    start = (
        "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
        "runpy.run_module('georegister.maps.press', run_name='__main__')"
    )
    monkeypatch.setattr(printing, "COMMAND", ("-c", start, str(tmp_path)))
    with pytest.raises(PrintingUnavailable) as told:
        Printing().print(Job(PAGE % "", "pdf", "a"))
    assert "libpango-1.0-0" in str(told.value)
    assert "fonts-open-sans" in str(told.value)


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ({"status": "in_force"}, [".plan"]),
        ({"status": "proposal"}, [".plan", ".plan.status-proposal, .plan.status-idea"]),
        ({"status": "idea"}, [".plan", ".plan.status-proposal, .plan.status-idea", ".plan.status-idea"]),
        ({"status": "adopted"}, [".plan", ".plan.status-adopted", ".plan.status-adopted:not(.ended)"]),
        ({"status": "unknown"}, [".plan", ".plan.status-unknown"]),
        ({"status": "revoked", "applies": "ended"}, [".plan", ".plan.ended"]),
        ({"status": "in_force", "geometry_source": "illustrative"}, [".plan", ".plan.illustrative"]),
        ({"status": "in_force", "extent_source": "municipality"}, [".plan", ".plan.whole"]),
    ],
)
def test_ink_is_what_the_stylesheet_says(said: dict[str, str], rules: list[str]) -> None:
    palette = read_palette(folder("maps") / "palette.toml")
    drawn = ink({"applies": "in_force", "extent_source": "own", "theme_slot": 2, **said}, palette)
    css = (printing.STATIC / "app" / "georegister.css").read_text()
    style: dict[str, str] = {}
    for rule in rules:
        [declared] = re.findall(rf"^{re.escape(rule)} {{ (.*?) }}", css, re.MULTILINE)
        style |= dict(part.strip().split(": ", 1) for part in declared.split(";") if part.strip())
    assert drawn.colour == palette.slots[1]
    assert drawn.width == float(style["stroke-width"])
    assert drawn.line.dash == style.get("stroke-dasharray")
    assert drawn.line.cap == style.get("stroke-linecap", "butt")
    assert drawn.hatched == (style["fill"] == "var(--hatch)")
    assert drawn.opacity == (0 if style["fill"] == "none" else float(style["fill-opacity"]))


@pytest.mark.parametrize("heap", [1, 2])
def test_ink_in_a_heap_of_plans_is_what_the_stylesheet_says(heap: int) -> None:
    palette = read_palette(folder("maps") / "palette.toml")
    said = {"applies": "in_force", "status": "in_force", "extent_source": "own", "theme_slot": 2}
    css = (printing.STATIC / "app" / "georegister.css").read_text()
    [declared] = re.findall(rf"^\.plan\.heap-{heap}:not\(\.ended\) {{ fill-opacity: (.*?); }}", css, re.MULTILINE)
    assert replace(ink(said, palette), heap=heap).opacity == float(declared)
    script = (printing.STATIC / "app" / "georegister.js").read_text()
    assert f"const HEAPS = {list(HEAPS)};" in script


def test_many_plans_on_one_another_are_a_heap_and_neighbours_are_none() -> None:
    def in_heaps(placed: list[shapely.Geometry]) -> list[int]:
        return heaps(placed, [True] * len(placed))

    pile = [shapely.box(0, 0, 9, 9)] * 5
    side_by_side = [shapely.box(20 + 10 * n, 0, 29 + 10 * n, 9) for n in range(12)]
    assert in_heaps([*pile, *side_by_side, shapely.Polygon()]) == [1] * 5 + [0] * 13
    assert in_heaps([*pile[1:], *side_by_side]) == [0] * 16
    assert in_heaps([shapely.box(0, 0, 9 + n / 10, 9) for n in range(12)]) == [2] * 12
    round_all = shapely.box(-1, -1, 200, 200)
    assert in_heaps([*side_by_side, round_all]) == [0] * 13, "a large plan over many small ones is no heap"
    assert heaps([*pile, *pile], [True] * 5 + [False] * 5) == [1] * 5 + [0] * 5, "what is hollow hides nothing"
    assert in_heaps([]) == []


@pytest.mark.parametrize(
    ("said", "by", "rule"),
    [
        ({"topics": ["1110", "81"]}, "use", ".by-use .plan.use-5"),
        ({"topics": ["96"]}, "use", ".by-use .plan,.by-status .plan"),
        ({"topics": None}, "use", ".by-use .plan,.by-status .plan"),
        ({"status": "idea"}, "status", ".by-status .plan.status-idea"),
        ({"status": "revoked", "applies": "ended"}, "status", ".by-status .plan.status-revoked"),
        ({"status": "unknown"}, "status", ".by-use .plan,.by-status .plan"),
        ({"theme_slot": 99}, "theme", ".slot-0"),
    ],
)
def test_ink_has_the_colour_of_what_it_shows_and_the_line_of_its_status(
    said: dict[str, object], by: ColourBy, rule: str
) -> None:
    palette = read_palette(folder("maps") / "palette.toml")
    told = {"status": "in_force", "applies": "in_force", "theme_slot": 2, "topics": [], **said}
    drawn = ink(told, palette, by)
    [(colour, hatch)] = re.findall(
        rf"^{re.escape(rule)}{{--plan:(#\w+);--hatch:url\(#hatch-([\w-]+)\);", palette.stylesheet(), re.MULTILINE
    )
    assert (drawn.colour, drawn.name) == (colour, hatch)
    assert drawn.line == ink(told, palette).line

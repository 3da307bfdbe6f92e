"""Pictures of the pages at 1280 and 360 px, in both languages, into build/screenshots; the README's among them.

    make screenshots

Starts the demo on the day the solar park was in hearing, and on the day it is.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from georegister import debian

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "screenshots"
README_PICTURE = ROOT / "docs" / "pictures" / "map.png"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PORT = 18_642
PATHS = {
    "front": "/",
    "search": "/search?q=fjenneslev",
    "search-nothing": "/search?q=ingenting",
    "at": "/at?point=11.6671,55.4576&within=1000&f=html",
    "at-near": "/at?point=11.6671,55.4482&within=1000&f=html",
    "at-nuuk": "/at?point=-51.735,64.175&within=3000&f=html",
    "at-nowhere": "/at?point=0,0&f=html",
    "map": "/map",
    "map-greenland": "/map?municipality=0956",
    "plan": "/plans/0340-local-plan-sk-66",
    "plan-replaced": "/plans/0340-addendum-1-2021",
    "plan-undated": "/plans/0340-local-plan-sk-69",
    "plan-left-open": "/plans/0340-local-plan-sk-75",
    "plan-partly-revoked": "/plans/0340-local-plan-sk-3",
    "municipal-plan": "/plans/0340-municipal-plan-2023-2034",
    "strategies": "/strategies",
    "strategy": "/strategies/0340-vision-2026",
    "strategy-greenland": "/strategies/0956-planstrategi-2023",
    "theme": "/themes/0340-vision-2026-4",
    "goal": "/goals/0340-vision-2026-4.1",
    "sdg": "/sdgs/13",
    "sectors": "/sectors",
    "not-found": "/plans/0340-local-plan-sk-0",
}
DAYS = ("2021-06-01", "2026-11-22")
SIZES = {"desk": (1280, 900), "phone": (360, 740)}


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=debian.chromium(), args=FLAGS)
        for day in DAYS:
            with demo(day) as address:
                for size, (width, height) in SIZES.items():
                    for language in ("da", "en"):
                        context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
                        page = context.new_page()
                        for name, path in PATHS.items():
                            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
                            take(page, f"{name}-{size}-{language}-{day}")
                        click_the_park(page, address, language)
                        take(page, f"place-{size}-{language}-{day}")
                        if (size, language, day) == ("desk", "da", "2021-06-01"):
                            README_PICTURE.parent.mkdir(exist_ok=True)
                            page.screenshot(path=README_PICTURE)
                        context.close()
        browser.close()
    print(f"{len(list(TARGET.iterdir()))} pictures in {TARGET.relative_to(ROOT)}")


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=TARGET / f"{name}.png", full_page=True)


def click_the_park(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}/map?lang={language}")
    page.wait_for_selector(".folium-map[data-drawn]")
    page.evaluate("() => georegister.map.setView([55.452, 11.64], 13, {animate: false})")
    page.wait_for_timeout(900)
    spot = page.evaluate(
        "() => { const {x, y} = georegister.map.latLngToContainerPoint([55.458, 11.667]); return {x, y}; }"
    )
    page.locator(".folium-map").click(position=spot)
    page.wait_for_selector("#place:not([hidden])")


@contextmanager
def demo(day: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "georegister", "demo"],
        env={**os.environ, "PORT": str(PORT), "GEOREGISTER_TODAY": day},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/readyz").close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()

"""What a reader has set for all pages is kept on the map: colours of one's own, and no movement."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import wait_for_plans
from tests.looks.conftest import Registers
from tests.looks.read_by_all import looked_at
from tests.maps.test_palette import LEAST_CONTRAST, contrast

MAP = {"register": "2021", "path": "/map?municipality=0340&view=13/55.458/11.667"}
# The ground that a path's stroke lies on, and the stroke, as #rrggbb.
SEEN = """() => {
  const two = (number) => Number(number).toString(16).padStart(2, "0");
  const hex = (colour) => "#" + colour.match(/[0-9]+/g).slice(0, 3).map(two).join("");
  const plan = getComputedStyle(document.querySelector("path.plan.status-proposal"));
  const ground = getComputedStyle(document.querySelector("path.municipality"));
  return [hex(plan.stroke), hex(ground.fill), plan.strokeDasharray];
}"""


@contextmanager
def opened(browser: Browser, registers: Registers, **context: str) -> Iterator[Page]:
    page = looked_at(browser, registers, MAP, "da", **context)
    wait_for_plans(page)
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_with_forced_colours_plans_stand_out_from_the_ground(
    browser: Browser, registers: Registers, scheme: str
) -> None:
    with opened(browser, registers, forced_colors="active", color_scheme=scheme) as page:
        stroke, ground, dashes = page.evaluate(SEEN)
        assert contrast(stroke, ground) >= LEAST_CONTRAST
        assert dashes != "none"
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none"


def test_nothing_moves_where_that_is_asked_for(browser: Browser, registers: Registers) -> None:
    # A zoom that is animated is on its way when the call comes back; one that is not is there.
    zoom = "() => { georegister.map.setZoom(15); return georegister.map.getZoom(); }"
    with opened(browser, registers, reduced_motion="reduce") as page:
        assert page.evaluate(zoom) == 15
        moving = page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length")
        assert moving == 0
    with opened(browser, registers, reduced_motion="no-preference") as page:
        assert page.evaluate(zoom) == 13

"""What a load found, as one HTML file: a table, and a drawing of the failing parts in their municipality.

It asks nobody for anything and runs nothing: no scripts, and a policy that lets out nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from georegister.language import translator
from georegister.maps.drawing import Drawing, drawing
from georegister.maps.environment import environment

FAR = 0.5
"""How much farther than the municipality is wide something may lie and still be drawn."""


def load_report(
    language: str,
    report: Mapping[str, Any],
    words: Mapping[str, Any],
    parts: Sequence[tuple[BaseGeometry, str]],
    around: BaseGeometry | None,
) -> str:
    """The page. `report` is the report as JSON has it; `words` its sentences; `parts` the failing ones in EPSG:4326,
    each with its severity; `around` the municipality's outline."""
    near, far = _near(parts, around)
    html = environment(translator(language)).get_template("load_report.html")
    return html.render(report=report, words=words, drawing=_drawing(near, around), far=far)


def _near(
    parts: Sequence[tuple[BaseGeometry, str]], around: BaseGeometry | None
) -> tuple[list[tuple[BaseGeometry, str]], int]:
    """What can be drawn with the municipality; one plan in the wrong place would make all the rest a dot."""
    if around is None:
        return list(parts), 0
    west, south, east, north = around.bounds
    wide = FAR * max(east - west, north - south)
    frame = shapely.box(west - wide, south - wide, east + wide, north + wide)
    near = [part for part in parts if frame.covers(part[0])]
    return near, len(parts) - len(near)


def _drawing(parts: Sequence[tuple[BaseGeometry, str]], around: BaseGeometry | None) -> Drawing | None:
    if not parts:
        return None
    return drawing([(part, f"failing {severity}") for part, severity in parts], around)

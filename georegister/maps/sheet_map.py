"""The map of a sheet: what is drawn on it, what its signs mean, and where its words stand."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from georegister.domain.geometry import Box, polygons_of
from georegister.language import Translator
from georegister.maps import labels
from georegister.maps.ink import LINES, NEUTRAL, THIN, Ink, ink
from georegister.maps.labels import Label, Wanted
from georegister.maps.land import land_within
from georegister.maps.palette import ColourBy, Palette
from georegister.maps.paper import Bar, Bounds, Line, Paper, paper
from georegister.maps.shapes import SMALLEST_SEEN, Ring, heaps, path, ring_round
from georegister.sentence import N_

SMOOTHING = 0.3
BEYOND = 12.0
LABEL, SMALL_LABEL, DEGREE, PLACE_SIZES = 12.5, 10.0, 8.0, {"town": 13.5, "village": 11.5}
INSET_MM, INSET_MOST, INSET_LEAST, INSET_GAP = 32.0, 0.2, 2.2, 8.0
MOST_PLACES = 60
NAMED_TO = {"town": 20_000_000, "village": 400_000, "small": 50_000}
"""Down to which scale each kind of place is named."""
STACK = 10
BAR_ROOM = (16.0, 44.0)
"""How far the scale bar stands from the left and from the lower edge, in units."""
WITHOUT = {"theme": N_("No theme"), "use": N_("Other use, or none recorded")}
"""What the legend calls the neutral colour; of statuses each line has its own words."""


@dataclass(frozen=True)
class Path:
    """A plan as a line: `path` holds numbers and the letters M, L and Z only."""

    path: str
    ink: Ink | None
    """None for the plans round the one that is meant, which are drawn as fine lines."""


@dataclass(frozen=True)
class Sign:
    """A line of the legend: what is drawn, and what it means: a message of the catalogue, or a title of its own."""

    kind: str
    words: str
    ink: Ink | None = None
    title: str | None = None


@dataclass(frozen=True)
class Inset:
    """Where the sheet lies in its municipality: a small map in a corner."""

    x: float
    y: float
    size: float
    outline: str
    here: Ring | None
    """A ring round what the sheet shows, where its own box would be too small."""
    box: str


@dataclass(frozen=True)
class Place:
    """A named place on the map."""

    name: str
    kind: str
    lon: float
    lat: float


@dataclass
class SheetMap:
    """All that the template draws, in units; the sheet is `paper.width_mm` wide."""

    paper: Paper
    bar: Bar
    land: str = ""
    outlines: list[str] = field(default_factory=list)
    plans: list[Path] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    lines: list[tuple[str, Label | None]] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    words: list[Label] = field(default_factory=list)
    legend: list[Sign] = field(default_factory=list)
    inset: Inset | None = None

    @property
    def inks(self) -> dict[str, str]:
        """The colours that hatches are made of, by name."""
        used = [one.ink for one in self.plans if one.ink and one.ink.hatched]
        return {one.name: one.colour for one in used}


def around_plan(extent: BaseGeometry) -> Bounds:
    """A plan with what lies round it."""
    west, south, east, north = extent.bounds
    size = max(north - south, (east - west) * 0.5, 0.004)
    return west - size * 0.4, south - size * 0.13, east + size * 0.4, north + size * 0.13


def sheet_map(
    on: Paper,
    plans: Sequence[Mapping[str, Any]],
    palette: Palette,
    t: Translator,
    *,
    outlines: Sequence[BaseGeometry] = (),
    places: Sequence[Place] = (),
    others: Sequence[Mapping[str, Any]] = (),
    titles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    by: ColourBy = "theme",
) -> SheetMap:
    """Features on paper, the first ones labelled first; `others` are what lies round them.

    `by` is what the colours show, `titles` what each of them stands for, by its name; `names` stand on plans in place
    of their numbers, by id.
    """
    made = SheetMap(on, on.bar(BAR_ROOM[0], on.height - BAR_ROOM[1] + 20))
    made.land = path(_clipped(on.placed(_land(on)), on))
    placed_outlines = [on.placed(one) for one in outlines]
    made.outlines = [drawn for one in placed_outlines if (drawn := path(_clipped(one, on)))]
    shown = [(one, _clipped(on.placed(shape_of(one["geometry"])), on)) for one in plans if one["geometry"]]
    round_them = [(one, _clipped(on.placed(shape_of(one["geometry"])), on)) for one in others if one["geometry"]]
    made.plans = [Path(drawn, None) for _, its in _by_size(round_them) if (drawn := path(its))]
    made.plans += _inked(_by_size(shown), palette, by)
    made.rings = sorted({ring for _, its in shown if (ring := _ring(its)) is not None})
    taken = [(0.0, on.height - BAR_ROOM[1] - 4, made.bar.x + made.bar.length + 90, on.height)]
    if inset := _inset(on, placed_outlines, outlines, [its for _, its in shown]):
        made.inset = inset
        taken.append((inset.x, inset.y, inset.x + inset.size, inset.y + inset.size))
    made.lines = [_line(one, on, t) for one in on.graticule()]
    taken += [label.box for _, label in made.lines if label]
    taken += [(x - radius, y - radius, x + radius, y + radius) for x, y, radius in made.rings]
    named = [one for one in places if on.denominator <= NAMED_TO.get(one.kind, NAMED_TO["small"])]
    inside = [(one, on.place(_point(one))[0].tolist()) for one in named]
    inside = [(one, at) for one, at in inside if 0 < at[0] < on.width and 0 < at[1] < on.height][:MOST_PLACES]
    wanted = [_of_place(one, *at) for one, at in inside if one.kind == "town"]
    wanted += [_of_plan(one, its, LABEL, "plan", names or {}) for one, its in shown if not its.is_empty]
    wanted += [_of_place(one, *at) for one, at in inside if one.kind != "town"]
    wanted += [_of_plan(one, its, SMALL_LABEL, "other", {}) for one, its in round_them if not its.is_empty]
    made.words = labels.place(wanted, on.width, on.height, taken)
    written = {label.text for label in made.words if label.look == "place"}
    made.dots = [(round(x, 1), round(y, 1)) for one, (x, y) in inside if one.name in written]
    made.legend = _legend(made, [one["properties"] for one, _ in shown], palette, by, titles or {})
    return made


def view_paper(box: Box | None, otherwise: Bounds, width_mm: float, heights_mm: tuple[float, float]) -> Paper:
    """The sheet of a box that is asked for, else of the bounds."""
    bounds = (box.west, box.south, box.east, box.north) if box else otherwise
    return paper(bounds, width_mm, heights_mm, margin=0.0 if box else 0.04)


def _land(on: Paper) -> BaseGeometry:
    west, south, east, north = on.bounds
    across, up = (east - west) * 0.1, (north - south) * 0.1
    return land_within(west - across, south - up, east + across, north + up)


def _inked(shown: Sequence[tuple[Mapping[str, Any], BaseGeometry]], palette: Palette, by: ColourBy) -> list[Path]:
    """Plans with their ink; more faintly filled where many lie on one another."""
    inks = [ink(one["properties"], palette, by) for one, _ in shown]
    in_heaps = heaps([its for _, its in shown], [not one.is_hollow and one.status != "ended" for one in inks])
    made = [Path(path(its), replace(own, heap=heap)) for (_, its), own, heap in zip(shown, inks, in_heaps, strict=True)]
    return [one for one in made if one.path]


def _clipped(placed: BaseGeometry, on: Paper) -> BaseGeometry:
    """What the sheet shows of a geometry, as fine as print is; a little over the edge, so that the edge is no line."""
    seen = shapely.clip_by_rect(placed, -BEYOND, -BEYOND, on.width + BEYOND, on.height + BEYOND)
    # Without regard to what touches what: that would take long of a plan with many corners.
    fine = shapely.simplify(seen, SMOOTHING, preserve_topology=False)
    polygons = polygons_of(shapely.make_valid(fine)) or polygons_of(seen)
    return shapely.MultiPolygon(polygons)


def _by_size(drawn: Iterable[tuple[Mapping[str, Any], BaseGeometry]]) -> list[tuple[Mapping[str, Any], BaseGeometry]]:
    """The largest first, so that none lies hidden below a larger one."""
    return sorted(drawn, key=lambda one: (-one[1].area, one[0]["id"]))


def _ring(placed: BaseGeometry) -> Ring | None:
    return ring_round(placed, SMALLEST_SEEN, SMALLEST_SEEN)


def _of_plan(
    feature: Mapping[str, Any], shape: BaseGeometry, size: float, look: str, names: Mapping[str, str]
) -> Wanted:
    """Its number on it where there is room, else beside it; ≈ says that the outline is illustrative."""
    said = feature["properties"]
    name = names.get(feature["id"], said["number"])
    text = f"≈ {name}" if said["geometry_source"] == "illustrative" else str(name)
    parts = shapely.get_parts(shape)
    largest = max(parts, key=lambda part: part.area)
    left, top, right, bottom = largest.bounds
    middle = shapely.point_on_surface(largest)
    radius = SMALLEST_SEEN if _ring(shape) else 0
    wide = (max(right - left, 2 * radius) / 2 + 1) / size
    high = (max(bottom - top, 2 * radius) / 2 + 1) / size / labels.LINE
    half = labels.length(text, size) / 2 / size
    beside = [(wide + half, 0), (-wide - half, 0), (0, high + 0.6), (0, -high - 0.6)]
    stacked = [(0, shift) for number in range(1, STACK) for shift in (number, -number)]
    has_room = right - left > labels.length(text, size) and bottom - top > size * labels.LINE
    further = [(wide + half, shift) for _, shift in stacked] + [(-wide - half, shift) for _, shift in stacked]
    tries = [(0, 0), *stacked, *beside] if has_room else [*beside, *further]
    return Wanted(
        middle.x, middle.y, text, size, look, tuple(tries), leads=wide + half + 0.6 if not has_room else math.inf
    )


def _of_place(place: Place, x: float, y: float) -> Wanted:
    size = PLACE_SIZES.get(place.kind, SMALL_LABEL)
    if place.kind == "town":
        return Wanted(
            x, y, place.name, size, "town", ((0, 0), *((0, shift) for row in range(1, 4) for shift in (-row, row)))
        )
    half = labels.length(place.name, size) / 2 / size
    return Wanted(x, y, place.name, size, "place", ((half + 0.3, 0), (-half - 0.3, 0), (0, 0.9), (0, -0.9)))


def _point(place: Place) -> Any:
    return shapely.get_coordinates(shapely.Point(place.lon, place.lat))


def _line(line: Line, on: Paper, t: Translator) -> tuple[str, Label | None]:
    """A line of degrees, and its degrees where it meets the upper or the left edge."""
    drawn = shapely.clip_by_rect(shapely.LineString(line.points), 0, 0, on.width, on.height)
    if drawn.is_empty:
        return "", None
    degrees = f"{t.number(line.degrees, 3)}°"
    x, y = shapely.get_coordinates(drawn)[-1 if line.is_meridian else 0]
    half = labels.length(degrees, DEGREE) / 2
    label = (
        Label(min(max(x, half), on.width - half), DEGREE, degrees, DEGREE, "degrees")
        if line.is_meridian
        else Label(half + 1, min(max(y, DEGREE), on.height - DEGREE), degrees, DEGREE, "degrees")
    )
    # In the corner they would stand on one another.
    meets_edge = y < 1 and x > 2 * half if line.is_meridian else x < 1 and y > 3 * DEGREE
    return path(drawn), label if meets_edge else None


def _inset(
    on: Paper, placed: Sequence[BaseGeometry], outlines: Sequence[BaseGeometry], shown: Sequence[BaseGeometry]
) -> Inset | None:
    """A map of the one municipality in the corner that hides least; none where the sheet shows most of it."""
    if len(outlines) != 1:
        return None
    left, top, right, bottom = placed[0].bounds
    if max((right - left) / on.width, (bottom - top) / on.height) < INSET_LEAST:
        return None
    west, south, east, north = outlines[0].bounds
    side = min(INSET_MM, on.width_mm * INSET_MOST)
    small = paper((west, south, east, north), side, (side, side), margin=0.08)
    size = small.width
    corners = [
        (on.width - size - INSET_GAP, on.height - size - INSET_GAP),
        (on.width - size - INSET_GAP, INSET_GAP + 2 * DEGREE),
        (INSET_GAP + 40, INSET_GAP + 2 * DEGREE),
    ]
    hidden = shapely.union_all([shapely.envelope(one) for one in shown])
    x, y = min(corners, key=lambda at: _square(at, size).intersection(hidden).area)
    outline = shapely.simplify(small.placed(outlines[0]), 0.6)
    edge = shapely.get_coordinates(shapely.segmentize(on.edge, on.width / 8))
    box = shapely.Polygon(small.place(on.on_earth([(float(a), float(b)) for a, b in edge])))
    (middle_x, middle_y), radius = box.centroid.coords[0], SMALLEST_SEEN / 2
    is_small = max(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1]) < SMALLEST_SEEN
    here = (round(middle_x, 1), round(middle_y, 1), radius) if is_small else None
    return Inset(round(x, 1), round(y, 1), size, path(outline), here, path(box))


def _square(at: tuple[float, float], size: float) -> BaseGeometry:
    return shapely.box(at[0], at[1], at[0] + size, at[1] + size)


def _legend(
    made: SheetMap, shown: Sequence[Mapping[str, Any]], palette: Palette, by: ColourBy, titles: Mapping[str, str]
) -> list[Sign]:
    """Only what the map shows; where the colours show statuses, each line in its own."""
    inks = [one.ink for one in made.plans if one.ink]
    shown_colours = {one.name for one in inks} if by in WITHOUT else set()
    signs = [
        Sign(
            "plan",
            WITHOUT[by] if name == NEUTRAL else N_("A theme of the strategy"),
            Ink(name, colour, "in_force"),
            titles.get(name),
        )
        for name, colour in sorted(palette.hatches, key=lambda one: one[0] == NEUTRAL)
        if name in shown_colours
    ]
    lines = {one.status: (one.name, one.colour) if by == "status" else (NEUTRAL, palette.neutral) for one in inks}
    signs += [
        Sign("plan", line.words, Ink(*lines[status], status)) for status, line in LINES.items() if status in lines
    ]
    if any(said["geometry_source"] == "illustrative" for said in shown):
        thin = Ink(NEUTRAL, palette.neutral, "in_force", THIN)
        signs.append(Sign("plan", N_("Thin line, and ≈ before the number: illustrative outline"), thin))
    if made.rings:
        signs.append(Sign("ring", N_("In the ring: a plan too small to be seen")))
    if any(one.ink is None for one in made.plans):
        signs.append(Sign("other", N_("Other plans")))
    return signs

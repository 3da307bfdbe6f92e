"""Colours are told apart by everybody: contrast by WCAG 1.4.11, distance in the common kinds of colour blindness."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from georegister.domain.lifecycle import GROUPS, Status
from georegister.loading.codes import read_codes
from georegister.maps.palette import Palette, read_palette
from georegister.settings import folder

Colour = NDArray[np.float64]
# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
LEAST_CONTRAST, LEAST_DISTANCE = 3.0, 20.0


@pytest.fixture
def palette() -> Palette:
    return read_palette(folder("maps") / "palette.toml")


def linear(colour: str) -> Colour:
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    weights = np.array([0.2126, 0.7152, 0.0722])
    high, low = sorted((float(linear(one) @ weights), float(linear(other) @ weights)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Colour) -> Colour:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (to_xyz @ np.clip(rgb, 0, 1)) / np.array([0.9505, 1, 1.089])
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def test_every_colour_stands_out_from_the_base_map(palette: Palette) -> None:
    for _, colour in palette.hatches:
        for base in (palette.base.municipality, palette.base.land):
            assert contrast(colour, base) >= LEAST_CONTRAST, (colour, base)


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_themes_can_be_told_apart(palette: Palette, eyes: str) -> None:
    for one, other in itertools.combinations(palette.slots, 2):
        distance = np.linalg.norm(lab(SEEN_BY[eyes] @ linear(one)) - lab(SEEN_BY[eyes] @ linear(other)))
        assert distance >= LEAST_DISTANCE, (one, other)


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_groups_of_uses_and_statuses_can_be_told_apart_and_from_what_has_none(palette: Palette, eyes: str) -> None:
    for colours in ([use.colour for use in palette.uses], sorted(set(palette.statuses.values()))):
        assert len(colours) > 3
        for one, other in itertools.combinations([*colours, palette.neutral], 2):
            distance = np.linalg.norm(lab(SEEN_BY[eyes] @ linear(one)) - lab(SEEN_BY[eyes] @ linear(other)))
            assert distance >= LEAST_DISTANCE, (one, other)


def test_every_general_use_and_status_has_its_colour_or_the_neutral_one(palette: Palette) -> None:
    uses = read_codes(None).lists["general-use"].codes
    assert set(uses) - set(palette.use_numbers) == {"96"}
    assert [len(use.codes) for use in palette.uses] == [3, 2, 1, 1, 1, 1]
    assert {str(status) for status in Status} - set(palette.statuses) == {"unknown"}
    for group in GROUPS:
        colours = {palette.statuses.get(status, palette.neutral) for status in Status if status.applies == group}
        others = {palette.statuses.get(status, palette.neutral) for status in Status if status.applies != group}
        assert not colours & others
    assert palette.use_of(["9120", "81"]) == palette.use_of(["81"]) == 5
    assert palette.use_of([]) == palette.use_of(["96"]) == 0


def test_a_path_gets_the_colour_of_what_the_map_is_coloured_by(palette: Palette) -> None:
    assert ".by-use .plan.use-5{--plan:#CF7317;--hatch:url(#hatch-use-5);}" in palette.stylesheet()
    assert ".by-status .plan.status-idea{--plan:#B31AFF;--hatch:url(#hatch-status-idea);}" in palette.stylesheet()
    assert f".by-use .plan,.by-status .plan{{--plan:{palette.neutral};" in palette.stylesheet()


def test_the_stylesheet_has_a_class_for_each_slot(palette: Palette) -> None:
    for number, colour in palette.numbered:
        assert f".slot-{number}{{--plan:{colour};" in palette.stylesheet()

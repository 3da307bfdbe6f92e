"""Parameters: what a plan allows, in figures."""

from enum import StrEnum


class Parameter(StrEnum):
    """The parameters the register has words for; a plan may have others, which are shown as they are called."""

    PLOT_RATIO = "plot_ratio"
    VOLUME_RATIO = "volume_ratio"
    STOREYS = "storeys"
    BUILDING_HEIGHT = "building_height"
    FLOOR_AREA = "floor_area"
    DWELLINGS = "dwellings"
    PLOT_SIZE = "plot_size"


UNITS: dict[str, str | None] = {
    Parameter.PLOT_RATIO: "%",
    Parameter.VOLUME_RATIO: "m³/m²",
    Parameter.STOREYS: None,
    Parameter.BUILDING_HEIGHT: "m",
    Parameter.FLOOR_AREA: "m²",
    Parameter.DWELLINGS: None,
    Parameter.PLOT_SIZE: "m²",
}
"""The unit each of them is told in; None is a number of things."""

"""Municipalities: who the plans belong to, and what their days and languages are."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Municipality:
    """A municipality as the register knows it; `outline` is in EPSG:4326, None where none has been loaded."""

    code: str
    jurisdiction: str
    slug: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    time_zone: str
    crs: tuple[int, ...]
    outline: BaseGeometry | None = None
    contact: str | None = None
    """Where people write to it: a web address, a mail address, or plain words."""

    @property
    def name(self) -> str:
        return self.names[self.languages[0]] if self.languages[0] in self.names else next(iter(self.names.values()))

    @property
    def zone(self) -> ZoneInfo:
        """Whose midnight begins the municipality's legal day."""
        return ZoneInfo(self.time_zone)


def same_code(delivered: str, code: str) -> bool:
    """Whether a delivered code (`340`, `0340`, `340.0`) means the municipality."""
    return delivered.strip().removesuffix(".0").lstrip("0").casefold() == code.lstrip("0").casefold()

"""What a delivery states: plans as it gives them, and facts about plans and strategies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from shapely.geometry.base import BaseGeometry

from georegister.domain.event import Event
from georegister.domain.hearing import Hearing
from georegister.domain.parameter import Parameter
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.sentence import N_, Sentence, verbatim

Texts = Mapping[str, str]
"""The same text by language, the municipality's first language first."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a delivery something stands; `row` counts from 1."""

    file: str
    layer: str | None = None
    row: int | None = None

    @property
    def told(self) -> Sentence:
        """In words."""
        said = {"file": self.file, "layer": self.layer, "row": self.row}
        if self.layer and self.row:
            return Sentence(N_("{file}, layer {layer}, row {row}"), said)
        if self.layer:
            return Sentence(N_("{file}, layer {layer}"), said)
        return Sentence(N_("{file}, row {row}"), said) if self.row else verbatim(self.file)

    def __str__(self) -> str:
        return str(self.told)


@dataclass(frozen=True)
class Fact:
    """One fact of one kind: `table` is its kind, `id` what it is told again by, `content` what it says.

    `said` names what it speaks of, where the rest is to stay as it is; None is everything.
    """

    table: str
    id: str
    content: Mapping[str, Any]
    origin: Origin | None = field(default=None, compare=False)
    said: frozenset[str] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class PlanRecord:
    """A plan as a delivery gives it.

    `geometry` is in `crs` as delivered until repair has made it a MULTIPOLYGON in EPSG:4326; `delivered` is the WKB
    that came. `parents` is what the delivery calls the plan it belongs to, by key or number, each as good as the
    other. `said` names the fields, types of event, parameters, `hearing` and `topic_link` that the row speaks of, even
    where it leaves them empty; None is all of them.
    """

    kind: Kind
    number: str
    titles: Texts
    origin: Origin
    external_id: str | None = None
    source_version: int | None = None
    municipality: str | None = None
    parents: tuple[str, ...] = ()
    descriptions: Texts | None = None
    place: str | None = None
    document_url: str | None = None
    source: str | None = None
    topics: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    parameters: Mapping[Parameter, Decimal] = field(default_factory=dict)
    said: frozenset[str] | None = None
    delivered: bytes | None = None
    crs: str | None = None
    geometry: BaseGeometry | None = None
    extent_source: ExtentSource | None = None
    geometry_source: GeometrySource | None = None


@dataclass(frozen=True)
class PlaceRecord:
    """A place, an address, a parcel or an outline as a delivery gives it.

    `delivered` is the WKB that came; `geometry` is None until it has been made a point or MULTIPOLYGON in EPSG:4326.
    """

    name: str
    kind: str
    origin: Origin
    delivered: bytes | None = None
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class RegisteredPlan:
    """A plan as the register has it now; `digest` is the MD5 of the geometry as delivered.

    `since` is the first day of its text, where it is known; `is_first` says that no other text was valid before.
    """

    id: str
    kind: Kind
    parent: str | None
    dataset: str
    number_key: str
    version: int
    digest: str | None
    crs: str | None
    adopted: date | None
    content: Mapping[str, Any]
    since: date | None = None
    is_first: bool = True


@dataclass(frozen=True)
class PlacedPlan:
    """A delivered plan with its identity; `version` is the id of the version it amends.

    `since` is the first day of its text, where it is not the plan's first. `returns` says that the plan was in the
    register before and has been withdrawn: its id is there.
    """

    id: str
    parent: str | None
    number_key: str
    digest: str | None
    record: PlanRecord
    version: int | None = None
    returns: bool = False
    since: date | None = None


@dataclass(frozen=True)
class WithdrawnPlan:
    """A plan that the register no longer vouches for, as it last was; its id is never another plan's."""

    id: str
    kind: Kind
    parent: str | None
    number_key: str
    external_id: str | None

"""A mapping file: which column is which field, which layer which kind of plan. Pure, but for reading the file.

What differs from supplier to supplier is in TOML under `data/mappings/` or in the municipality's own folder. What is
said at the top holds for every layer; a `[[layer]]` says what differs in the layers its name fits.
"""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from georegister.domain.event import EventType
from georegister.domain.parameter import Parameter
from georegister.domain.plan import Kind
from georegister.errors import MappingInvalid
from georegister.loading.files import read_as
from georegister.sentence import N_
from georegister.settings import Settings

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""What a mapping may be called."""
FIELDS = (
    *("external_id", "municipality", "number", "title", "description", "place", "document_url", "parent", "topic"),
    *("specific_use", "geometry_source", "version"),
)
"""The fields of a plan that a column can hold; titles and descriptions also by language, as `title.kl`."""
Names = str | tuple[str, ...]
"""A column's name, or several: the first that is there and holds something counts."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LayerPattern(_Part):
    name: str
    kind: Kind


class KindRules(_Part):
    codes: dict[str, dict[str, Kind]] = {}
    layers: tuple[LayerPattern, ...] = ()
    columns: dict[str, Kind] = {}


class HearingColumns(_Part):
    opens: Names
    closes: Names


class _Columns(_Part):
    """What can be said of every layer, and of some layers again."""

    fields: dict[str, Names] = {}
    values: dict[str, dict[str, str]] = {}
    codes: dict[str, str] = {}
    events: dict[EventType, Names] = {}
    parameters: dict[Parameter, Names] = {}
    hearing: HearingColumns | None = None
    days: Literal["ymd", "dmy"] = "ymd"


class LayerPart(_Columns):
    """What is said of the layers whose name fits `name`, a pattern, alone."""

    name: str
    kind: Kind | None = None


class MappingFile(_Columns):
    """The content of a mapping file; `data/README.md` tells what each part means."""

    title: str
    dataset: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=150)
    languages: tuple[str, ...] = Field(("da",), min_length=1)
    complete: bool = False
    scope: tuple[Kind, ...] = ()
    kind: KindRules = KindRules()
    ignore: tuple[str, ...] = ()
    layer: tuple[LayerPart, ...] = ()

    def of_layer(self, layer: str, file: str) -> "MappingFile":
        """What holds for one layer of a file: what is said of it, then what is said of all."""
        for part in self.layer:
            if _fits(layer, part.name) or _fits(file, part.name):
                kind = KindRules(layers=(LayerPattern(name="*", kind=part.kind),)) if part.kind else self.kind
                return self.model_copy(
                    update={
                        "fields": {**self.fields, **part.fields},
                        "values": {**self.values, **part.values},
                        "codes": {**self.codes, **part.codes},
                        "events": {**self.events, **part.events},
                        "parameters": {**self.parameters, **part.parameters},
                        "hearing": part.hearing or self.hearing,
                        "days": part.days if "days" in part.model_fields_set else self.days,
                        "kind": kind,
                        "layer": (),
                    }
                )
        return self

    def ignores(self, layer: str) -> bool:
        """Whether the layer holds no plans."""
        return any(_fits(layer, pattern) for pattern in self.ignore)

    def kind_of_layer(self, layer: str, file: str) -> Kind | None:
        """The kind of plan that the names of layer or file tell, if they do."""
        for name in (layer, file):
            for pattern in self.kind.layers:
                if _fits(name, pattern.name):
                    return pattern.kind
        return None


def read_mapping(file: Path) -> MappingFile:
    """Raises MappingInvalid naming the file and the place in it."""
    mapping = read_as(MappingFile, file)
    for place, unknown in _unknown_fields(mapping):
        raise MappingInvalid(
            N_("{file}: {place}: there is no field {unknown!r}; there are {fields}."),
            file=file.name,
            place=place,
            unknown=unknown,
            fields=", ".join(FIELDS),
        )
    return mapping


def known_mappings(settings: Settings) -> dict[str, MappingFile]:
    """The mappings there are, by name. Raises MappingInvalid where one of them cannot be used."""
    files = {name: settings.find("mappings", f"{name}.toml") for name in settings.names("mappings")}
    return {name: read_mapping(file) for name, file in files.items() if file}


def names(wanted: Names) -> tuple[str, ...]:
    """The columns a field may stand in."""
    return (wanted,) if isinstance(wanted, str) else wanted


def _unknown_fields(mapping: MappingFile) -> Iterable[tuple[str, str]]:
    parts: list[tuple[str, _Columns]] = [("", mapping)]
    parts += [(f"layer.{number}.", part) for number, part in enumerate(mapping.layer)]
    for place, part in parts:
        for section in ("fields", "values", "codes"):
            for field in getattr(part, section):
                plain, dot, language = field.partition(".")
                if plain not in FIELDS or (dot and (plain not in ("title", "description") or not language)):
                    yield f"{place}{section}", field


def _fits(name: str, pattern: str) -> bool:
    """Whether a pattern is a layer's name, in any case, its letters composed or not."""
    folded, wanted = (unicodedata.normalize("NFC", text).casefold() for text in (name, pattern))
    return fnmatch.fnmatchcase(folded, wanted)

"""A mapping out of what has been chosen for each column, by `suggest` or by somebody who knows better. Pure."""

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from georegister.domain.event import EventType
from georegister.domain.parameter import Parameter
from georegister.domain.plan import Kind
from georegister.loading.mapping import (
    FIELDS,
    HearingColumns,
    KindRules,
    LayerPart,
    LayerPattern,
    MappingFile,
    Names,
)
from georegister.loading.rows import TOPIC_FIELDS, WITHIN_A_PLAN

TITLE, DATASET = "Kommunens egen leverance", "plans"
ILLUSTRATIVE = {"illustrativ": "illustrative", "illustrative": "illustrative"}
LISTS = {"topic": "general-use", "specific_use": "specific-use"}
BY_LANGUAGE = tuple(f"{name}.{language}" for name in ("title", "description") for language in ("kl", "en"))
CHOICES = (
    *(*FIELDS, *BY_LANGUAGE),
    *(f"events.{type_}" for type_ in EventType if type_ not in (EventType.REPLACEMENT, EventType.LAPSE)),
    *("hearing.opens", "hearing.closes"),
    *(f"parameters.{name}" for name in Parameter),
    "kind",
)
"""What a column can be taken for."""


@dataclass(frozen=True)
class ChosenLayer:
    """What the columns of a layer are taken for, each one of `CHOICES`.

    `kinds` says of each column taken for the `kind` what its values mean; `kind` is that of rows where none says so.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    kinds: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    days: Literal["ymd", "dmy"] = "ymd"
    holds_plans: bool = True
    file: str = ""

    def of(self, wanted: str) -> tuple[str, ...]:
        """The columns of a field."""
        return tuple(column for column, field_ in self.columns.items() if field_ == wanted)

    def lacks(self) -> str | None:
        """The first of `number`, `title` and `kind` that a load cannot do without and nothing says."""
        if not self.holds_plans:
            return None
        needed = ("number",) if self.kind in WITHIN_A_PLAN else ("number", "title")
        missing = next((name for name in needed if not self.of(name)), None)
        return missing or (None if self.kind or self.of("kind") else "kind")


def mapping_of(layers: Sequence[ChosenLayer], base: MappingFile | None = None) -> MappingFile:
    """What has been chosen as a mapping; of a delivery with one layer, whatever that will be called the next time.

    What no column says (the dataset, the lists of codes) stays as in `base`, the mapping it was chosen from.
    """
    plans = [layer for layer in layers if layer.holds_plans]
    parts = [_part(layer, base) for layer in plans]
    codes: dict[str, dict[str, Kind]] = {}
    for layer in plans:
        for column in layer.of("kind"):
            codes.setdefault(column, {}).update(layer.kinds.get(column, {}))
    mapping = MappingFile(
        title=base.title if base else TITLE,
        dataset=base.dataset if base else DATASET,
        languages=base.languages if base else ("da", *_languages(parts)),
        ignore=tuple(glob.escape(layer.name) for layer in layers if not layer.holds_plans),
        kind=KindRules(
            codes=codes,
            layers=tuple(LayerPattern(name=glob.escape(one.name), kind=one.kind) for one in plans if one.kind),
        ),
    )
    if base and base.complete:
        mapping = mapping.model_copy(update={"complete": True, "scope": base.scope})
    if len(parts) != 1:
        return mapping.model_copy(update={"layer": tuple(parts)})
    [part] = parts
    told = {"fields", "values", "codes", "events", "parameters", "hearing", "days"}
    own = part.model_dump(include=told, exclude_unset=True)
    patterns = tuple(pattern.model_copy(update={"name": "*"}) for pattern in mapping.kind.layers)
    kind = mapping.kind.model_copy(update={"layers": patterns})
    return MappingFile.model_validate({**mapping.model_dump(exclude_unset=True), **own, "kind": kind.model_dump()})


def _languages(parts: Sequence[LayerPart]) -> list[str]:
    return [
        language
        for language in ("kl", "en")
        if any(name.endswith(f".{language}") for part in parts for name in part.fields)
    ]


def _part(layer: ChosenLayer, base: MappingFile | None) -> LayerPart:
    said: dict[str, Names] = {}
    for name in dict.fromkeys(layer.columns.values()):
        columns = layer.of(name)
        said[name] = columns[0] if len(columns) == 1 else columns
    before = base.of_layer(layer.name, layer.file) if base else None
    values = before.values if before else {"geometry_source": ILLUSTRATIVE}
    codes = before.codes if before else {name: LISTS[name] for name in TOPIC_FIELDS}
    opens, closes = said.get("hearing.opens"), said.get("hearing.closes")
    more: dict[str, Any] = {"days": "dmy"} if layer.days == "dmy" else {}
    if opens and closes:
        more["hearing"] = HearingColumns(opens=opens, closes=closes)
    return LayerPart.model_validate(
        {
            "name": glob.escape(layer.name),
            "fields": {
                name: columns
                for name, columns in said.items()
                if name != "kind" and not name.startswith(("events.", "hearing.", "parameters."))
            },
            "codes": {name: list_ for name, list_ in codes.items() if name in said},
            "events": _under("events.", said),
            "parameters": _under("parameters.", said),
            "values": {name: words for name, words in values.items() if name in said},
            **more,
        }
    )


def _under(section: str, said: Mapping[str, Names]) -> dict[str, Names]:
    return {name.removeprefix(section): columns for name, columns in said.items() if name.startswith(section)}

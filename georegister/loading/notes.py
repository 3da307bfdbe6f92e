"""What is told of each layer of a delivery: how it was read, and which of its rows could not be read as they came."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyproj

from georegister.domain import rule
from georegister.domain.finding import Finding
from georegister.domain.record import Origin
from georegister.language import Translator
from georegister.loading.encodings import DOES_NOT_FIT, NOT_UTF8, VALID_UTF8
from georegister.loading.formats import SHAPEFILE
from georegister.loading.read import Layer
from georegister.loading.reference_systems import name_of
from georegister.loading.wkb import MOST_POINTS
from georegister.sentence import N_, Sentence

TOLD = Sentence(N_("as told by --crs"))
BY_COLUMNS = Sentence(N_("as its columns lon and lat say"))


@dataclass(frozen=True)
class LayerNote:
    """How one layer was read: rows, encoding and reference system, and how each of the two is known."""

    name: str
    format: str
    rows: int
    encoding: str
    encoding_note: Sentence
    crs: str | None
    crs_note: Sentence

    def words(self, t: Translator) -> str:
        """One line for people."""
        return t.say(
            "layer {name}: {rows}; text {encoding}, {encoding_note}; reference system {crs}, {crs_note}",
            name=self.name,
            rows=t.count("{n} row", "{n} rows", self.rows),
            encoding=self.encoding,
            encoding_note=t.tell(self.encoding_note),
            crs=self.crs or "?",
            crs_note=t.tell(self.crs_note),
        )


def note_of(layer: Layer, crs: pyproj.CRS | None, told: str | None) -> LayerNote:
    """How a layer was read; `told` is the reference system its sender says, against what the file says."""
    return LayerNote(
        layer.name,
        layer.format.words,
        layer.table.num_rows,
        layer.encoding,
        layer.encoding_note,
        name_of(crs) if crs else None,
        TOLD if told else BY_COLUMNS if crs and not layer.crs else layer.crs_note,
    )


def findings_of(layer: Layer) -> Iterator[Finding]:
    """An encoding that was guessed, arcs that were made lines, and rows whose geometry cannot be taken."""
    origin = Origin(layer.file, layer.name)
    said = layer.encoding_note.message
    if said == NOT_UTF8 or (said == VALID_UTF8 and layer.format is SHAPEFILE):
        yield Finding(rule.ENCODING_GUESSED, origin, details={"encoding": layer.encoding})
    elif said == DOES_NOT_FIT:
        details = {"encoding": layer.encoding, **layer.encoding_note.details}
        yield Finding(rule.ENCODING_WRONG, origin, details=details)
    for row in layer.curved:
        yield Finding(rule.CURVES_DRAWN, Origin(layer.file, layer.name, row))
    for row, (why, value) in layer.unusable.items():
        at = Origin(layer.file, layer.name, row)
        if why == "kind":
            yield Finding(rule.NOT_POLYGONAL, at, details={"value": value})
        elif why == "points":
            yield Finding(rule.TOO_MANY_POINTS, at, details={"points": value, "most": MOST_POINTS})
        else:
            yield Finding(rule.GEOMETRY_UNREADABLE, at, details={"reason": value})

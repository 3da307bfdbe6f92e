"""The register as a delivery: plans in the columns of a mapping, so that loading them again changes nothing.

What the mapping has no words for is left out, and told: days that are not known, calls for ideas, other languages.
"""

import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from georegister.domain.codes import Codes
from georegister.domain.hearing import HearingKind
from georegister.domain.plan import ExtentSource, GeometrySource, Kind
from georegister.domain.record import Fact
from georegister.errors import ExportRefused
from georegister.loading.mapping import MappingFile, Names, names
from georegister.loading.rows import CUT, TOPIC_FIELDS
from georegister.register import current, municipalities, outgoing
from georegister.register.database import Row, Session
from georegister.sentence import N_

ENDINGS = {".gpkg": "GPKG", ".zip": "ESRI Shapefile", ".geojson": "GeoJSON"}
LAYERS = {
    Kind.LOCAL_PLAN: "lokalplan",
    Kind.SUB_AREA: "lokalplandelomraade",
    Kind.BUILDING_FIELD: "byggefelt",
    Kind.FRAME: "kommuneplanramme",
    Kind.ADDENDUM: "kommuneplantillaeg",
}
"""What a layer is called where the mapping does not mind."""
KEYS_OF = {"komtil": Kind.ADDENDUM, "komplan": Kind.MUNICIPAL_PLAN, "lokplan": Kind.LOCAL_PLAN}
"""The kind of plan that a column of parents holds, by how the column's name begins."""
LONGEST_DBF_TEXT = 254
MOST_FIGURES = 18
"""Of a whole number: a shapefile's has no more, and from 19 on 64 bits may be too few."""
NO_LAYER = N_("the mapping has no layer for this kind of plan")
NO_COLUMN = N_("the mapping has no column for it")
NOT_KNOWN = N_("its day is not known")
OTHER_DATASET = N_("it is of another dataset ({dataset}); --all-datasets takes it along")
ONE_ONLY = N_("the mapping has room for one")


@dataclass(frozen=True)
class LeftOut:
    """Something of a plan that the file does not say."""

    plan: str
    what: str
    why: str
    dataset: str = ""


@dataclass
class Export:
    """What was written, by layer, and what was not."""

    layers: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass
class _Plan:
    row: Row
    facts: dict[str, list[Fact]]
    out: Export

    def leave(self, what: str, why: str, dataset: str = "") -> None:
        self.out.left_out.append(LeftOut(self.row["plan"], what, why, dataset))


def export(
    session: Session,
    file: Path,
    municipality: str,
    mapping: MappingFile,
    codes: Codes,
    *,
    dataset: str | None = None,
    everything: bool = False,
) -> Export:
    """Writes the plans of a dataset, else of the mapping's, and what it tells of them; `everything` is of all datasets.

    Raises ExportRefused where the file cannot be written so, NotFound for an unknown municipality.
    """
    if file.suffix.lower() not in ENDINGS:
        raise ExportRefused(N_("{file}: georegister writes {endings}."), file=file.name, endings=", ".join(ENDINGS))
    municipalities.get(session, municipality)
    of = dataset or mapping.dataset
    out = Export()
    known = [row["id"] for row in session.rows(outgoing.datasets(), of=municipality)]
    facts = _facts(session, municipality, known, of, everything, out)
    tables: dict[tuple[str, str], list[tuple[Kind, _Plan]]] = defaultdict(list)
    for row in session.rows(outgoing.plans(), of=municipality):
        plan = _Plan(row, facts.get(row["plan"], {}), out)
        kind = Kind(row["kind"])
        if kind is Kind.MUNICIPAL_PLAN or (layer := _layer_of(mapping, kind, file)) is None:
            plan.leave("plan", NO_LAYER)
        elif row["dataset"] != of and not everything:
            plan.leave("plan", OTHER_DATASET, row["dataset"])
        else:
            tables[layer, row["crs_delivered"] or ""].append((kind, plan))
    if not tables:
        raise ExportRefused(
            N_(
                "Municipality {municipality} has no plan of the dataset {of!r} that this mapping can say; "
                "its datasets are {known}."
            ),
            municipality=municipality,
            of=of,
            known=", ".join(known) or "–",
        )
    layers = dict(_tables(_with_a_crs(tables), mapping, file, municipality, codes))
    try:
        _write(file, layers, out)
    except OSError as error:
        raise ExportRefused(N_("{file} cannot be written: {error}."), file=file, error=error) from error
    return out


def _facts(
    session: Session, municipality: str, known: Sequence[str], of: str, everything: bool, out: Export
) -> dict[str, dict[str, list[Fact]]]:
    """What is told of each plan, by table; of the dataset, or of all, its own before the others'."""
    found: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for dataset in sorted(known, key=lambda one: one != of):
        for fact in current.registered_facts(session, municipality, dataset):
            plan = fact.content.get("plan")
            if plan is None or fact.table not in ("plan_event", "hearing", "topic_link", "parameter"):
                continue
            if dataset == of or everything:
                found[plan][fact.table].append(fact)
            else:
                what = str(fact.content.get("type") or fact.content.get("name") or fact.table)
                out.left_out.append(LeftOut(plan, what, OTHER_DATASET, dataset))
    return found


def _layer_of(mapping: MappingFile, kind: Kind, file: Path) -> str | None:
    """A layer's name by which the mapping knows the kind, or any where a column tells it."""
    named = [part.name for part in mapping.kind.layers if part.kind is kind and not set(part.name) & set("*?[")]
    for name in (*named, LAYERS[kind], str(kind)):
        if mapping.of_layer(name, "").kind_of_layer(name, "") is kind:
            return name
    return str(kind) if _code_of(mapping, kind) else None


def _code_of(mapping: MappingFile, kind: Kind) -> dict[str, str]:
    """The columns that tell the kind by a code that is its alone."""
    found = {}
    for column, kinds in mapping.kind.codes.items():
        its = [code for code, meant in kinds.items() if meant is kind]
        if len(its) == 1:
            found[column] = its[0]
    return found


def _with_a_crs(
    tables: Mapping[tuple[str, str], list[tuple[Kind, _Plan]]],
) -> dict[tuple[str, str], list[tuple[Kind, _Plan]]]:
    """Plans without a geometry of their own stand with those of their layer that have one."""
    whole = {key: list(plans) for key, plans in tables.items() if key[1]}
    for (layer, crs), plans in tables.items():
        if not crs:
            beside = min((key for key in whole if key[0] == layer), default=(layer, "EPSG:4326"))
            whole.setdefault(beside, []).extend(plans)
    return whole


def _tables(
    tables: Mapping[tuple[str, str], list[tuple[Kind, _Plan]]],
    mapping: MappingFile,
    file: Path,
    municipality: str,
    codes: Codes,
) -> Iterator[tuple[str, tuple[str, pa.Table]]]:
    """Each layer by its name, with its reference system; a second reference system makes a second layer."""
    seen: list[str] = []
    for (layer, crs), plans in sorted(tables.items()):
        name = f"{layer}_{seen.count(layer) + 1}" if layer in seen else layer
        seen.append(layer)
        of = mapping.of_layer(name, file.name)
        rows = [_row(plan, kind, of, municipality, codes) for kind, plan in plans]
        wkb = [plan.row["geom_delivered"] for _, plan in plans]
        columns = {
            column: _column([row.get(column) for row in rows]) for column in dict.fromkeys(c for r in rows for c in r)
        }
        yield name, (crs, pa.table({**columns, "geometry": pa.array([one and bytes(one) for one in wkb], pa.binary())}))


def _column(values: Sequence[object]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pa.array(values, pa.int64())
    if kinds and kinds <= {int, float}:
        return pa.array(values, pa.float64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _row(plan: _Plan, kind: Kind, mapping: MappingFile, municipality: str, codes: Codes) -> dict[str, Any]:
    """A plan in the mapping's columns."""
    said = plan.row
    of_its_own = said["extent_source"] == ExtentSource.OWN
    first, *others = mapping.languages
    values: dict[str, Any] = {
        "external_id": _whole(said["external_id"]),
        "version": said["source_version"],
        "municipality": _whole(municipality.lstrip("0")) if municipality.isdecimal() else municipality,
        "number": said["number"],
        "place": said["place"],
        "document_url": said["document_url"],
        "geometry_source": _word(mapping, "geometry_source", said["geometry_source"] if of_its_own else None),
        **_topics(plan, mapping, codes),
    }
    for name, texts in (("title", said["titles"]), ("description", said["descriptions"] or {})):
        values[name] = texts.get(first)
        values |= {f"{name}.{language}": texts.get(language) for language in others}
        for language in texts.keys() - {first, *others}:
            plan.leave(f"{name}.{language}", NO_COLUMN)
    row: dict[str, Any] = {column: _whole(code) for column, code in _code_of(mapping, kind).items()}
    for field_, called in mapping.fields.items():
        if field_ == "parent":
            row |= _parent(called, said)
        else:
            row[names(called)[0]] = values.get(field_)
    for field_, value in values.items():
        if value is not None and field_ not in mapping.fields and field_ not in ("municipality", "geometry_source"):
            plan.leave(field_, NO_COLUMN)
    return {**row, **_days(plan, mapping), **_parameters(plan, mapping)}


def _parent(called: Names, said: Row) -> dict[str, Any]:
    """The plan it belongs to, by key where it has one, and by number."""
    row: dict[str, Any] = {}
    for column in names(called):
        of = next((kind for begins, kind in KEYS_OF.items() if column.startswith(begins)), None)
        fits = said["parent_kind"] is not None and of in (None, said["parent_kind"])
        key = _whole(said["parent_external_id"])
        row[column] = (key if column.endswith("id") and key is not None else said["parent_number"]) if fits else None
    return row


def _topics(plan: _Plan, mapping: MappingFile, codes: Codes) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for fact in plan.facts.get("topic_link", []):
        code = fact.content["code"]
        lists = {name: codes.lists.get(mapping.codes.get(name, "")) for name in TOPIC_FIELDS}
        its = next((name for name, of in lists.items() if of and code in of.codes), None)
        free = next((name for name in TOPIC_FIELDS if name in mapping.fields and name not in values), None)
        field_ = its or free
        if field_ is None or field_ in values:
            plan.leave(f"topic {code}", ONE_ONLY)
        else:
            values[field_] = _whole(code)
    return values


def _days(plan: _Plan, mapping: MappingFile) -> dict[str, Any]:
    """Days as YYYYMMDD, 0 where none is known; those the mapping has no column for are told."""
    row: dict[str, Any] = {names(called)[0]: 0 for called in mapping.events.values()}
    by_type = {str(type_): names(called)[0] for type_, called in mapping.events.items()}
    for fact in plan.facts.get("plan_event", []):
        type_, earliest, latest = (fact.content[name] for name in ("type", "earliest", "latest"))
        if earliest != latest:
            plan.leave(type_, NOT_KNOWN)
        elif type_ not in by_type:
            plan.leave(type_, NO_COLUMN)
        elif row[by_type[type_]] not in (0, _number(earliest)):
            plan.leave(type_, ONE_ONLY)
        else:
            row[by_type[type_]] = _number(earliest)
    heard = [fact.content for fact in plan.facts.get("hearing", [])]
    public = [content for content in heard if content["kind"] == HearingKind.PUBLIC and mapping.hearing]
    for content in heard:
        if content not in public:
            plan.leave(f"hearing {content['kind']}", NO_COLUMN)
    if mapping.hearing:
        last = max(public, key=lambda content: content["opens"], default=None)
        row[names(mapping.hearing.opens)[0]] = _number(last["opens"]) if last else 0
        row[names(mapping.hearing.closes)[0]] = _number(last["closes"]) if last else 0
        for content in public:
            if last and content["opens"] != last["opens"]:
                plan.leave(f"hearing {content['opens']}", ONE_ONLY)
    return row


def _parameters(plan: _Plan, mapping: MappingFile) -> dict[str, Any]:
    row: dict[str, Any] = {names(called)[0]: None for called in mapping.parameters.values()}
    by_name = {str(name): names(called)[0] for name, called in mapping.parameters.items()}
    for fact in plan.facts.get("parameter", []):
        name, value = fact.content["name"], fact.content["value"]
        if name not in by_name or value is None:
            plan.leave(name, NO_COLUMN)
        else:
            row[by_name[name]] = int(value) if value == int(value) else float(value)
    return row


def _word(mapping: MappingFile, field_: str, value: str | None) -> str | None:
    """The delivery's word for one of the register's."""
    if value in (GeometrySource.DELIVERED, GeometrySource.DERIVED):
        return None
    return next((word for word, meant in mapping.values.get(field_, {}).items() if meant == value), value)


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def _whole(text: str | None) -> int | str | None:
    """A code as a number, where it is written as one that every format holds."""
    if not text or len(text) > MOST_FIGURES or not (text.isascii() and text.isdecimal()):
        return text
    return int(text) if str(int(text)) == text else text


def _write(file: Path, tables: Mapping[str, tuple[str, pa.Table]], out: Export) -> None:
    """All layers, or no file: it takes its place when it is whole."""
    ending = file.suffix.lower()
    if ending == ".geojson" and len(tables) > 1:
        raise ExportRefused(
            N_("{file}: GeoJSON holds one layer, and there are {tables}; write a .gpkg."),
            file=file.name,
            tables=", ".join(tables),
        )
    if not file.parent.is_dir():
        raise ExportRefused(N_("There is no folder {folder}."), folder=file.parent)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".georegister-export-") as made:
        folder = Path(made)
        for name, (crs, table) in tables.items():
            if ending == ".zip":
                table = _cut(table, file, name)
            target = folder / (f"{name}.shp" if ending == ".zip" else f"made{ending}")
            options: dict[str, Any] = {"RFC7946": "NO", "COORDINATE_PRECISION": "15"} if ending == ".geojson" else {}
            more: dict[str, Any] = {"encoding": "UTF-8"} if ending == ".zip" else {}
            if ending == ".gpkg":
                more["layer"] = name
            kind = "MultiPolygon" if ending == ".zip" else "Unknown"
            pyogrio.write_arrow(
                table,
                target,
                driver=ENDINGS[ending],
                geometry_name="geometry",
                geometry_type=kind,
                crs=crs,
                layer_options=options,
                **more,
            )
            out.layers[name] = table.num_rows
        if ending == ".zip":
            with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
                for part in sorted(folder.iterdir()):
                    if part.suffix != ".zip":
                        zipped.write(part, part.name)
        (folder / f"made{ending}").replace(file)


def _cut(table: pa.Table, file: Path, layer: str) -> pa.Table:
    """Names as a shapefile has room for. Raises ExportRefused where a text is longer than that."""
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_string(column.type):
            longest = max((len(text.encode()) for text in column.to_pylist() if text), default=0)
            if longest > LONGEST_DBF_TEXT:
                raise ExportRefused(
                    N_(
                        "{file}, layer {layer}, {field}: a shapefile's text ends at {most} bytes, and one "
                        "has {longest}; write a .gpkg."
                    ),
                    file=file.name,
                    layer=layer,
                    field=name,
                    most=LONGEST_DBF_TEXT,
                    longest=longest,
                )
    return table.rename_columns([name if name == "geometry" else name[:CUT] for name in table.column_names])

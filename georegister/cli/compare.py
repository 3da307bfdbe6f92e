"""`georegister compare`: a file beside the register, without loading it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import find_mapping, print_json
from georegister.cli.register import the_register
from georegister.domain.plan import Kind
from georegister.domain.vocabulary import word
from georegister.errors import ExportRefused
from georegister.language import Translator
from georegister.loading.prepare import Options
from georegister.loading.report import message, place
from georegister.loading.side_by_side import Beside, Comparison, beside
from georegister.maps.comparison import Pair, comparison_page
from georegister.maps.sentences import KINDS
from georegister.sentence import N_
from georegister.settings import Settings


@app.command("compare")
def compare_command(
    file: Annotated[Path, typer.Argument(help="Plans, such as an extract from Plandata.")],
    municipality: Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")],
    mapping: Annotated[
        str | None, typer.Option(help="Which column is which field, such as plandata.", show_default="as is suggested")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The kind of plan of every row, where the file does not tell.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The reference system, such as EPSG:25832, against what the file says.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The text's encoding, against what the file says.")] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON, and nothing else.")] = False,
    map_: Annotated[Path | None, typer.Option("--map", help="Write a page with a map of the differences.")] = None,
    lang: Language = None,
) -> None:
    """Show a file beside the register: missing, extra and different plans. Nothing is loaded."""
    settings = Settings.read()
    chosen = find_mapping(settings, mapping) if mapping else None
    with the_register(settings) as database:
        found = beside(database, file, municipality, chosen, Options(kind=kind, crs=crs, encoding=encoding))
    t = spoken(lang)
    if map_:
        _write(map_, _page(found, t))
    if as_json_:
        print_json(as_json(found, t))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(_heading(found, t), markup=False)
    console.print(_summary(found, t), markup=False)
    for line in _refused(found, t):
        console.print(f"  {line}", markup=False)
    if found.missing or found.extra or found.different:
        Console(highlight=False).print(_table(found, t))


def as_json(found: Comparison, t: Translator) -> dict[str, Any]:
    """The comparison as people's programs take it."""
    return {
        "file": found.file,
        "municipality": found.municipality.code,
        "mapping": found.mapping,
        "same": found.same,
        **{
            name: [_plan(one, t) for one in plans]
            for name, plans in (("missing", found.missing), ("extra", found.extra), ("different", found.different))
        },
        "refused": _refused(found, t),
    }


def _plan(one: Beside, t: Translator) -> dict[str, Any]:
    fields = {name: {"ours": _value(ours), "theirs": _value(theirs)} for name, (ours, theirs) in one.fields.items()}
    said = {"id": one.id, "kind": str(one.kind), "number": one.number, "title": one.title}
    if fields or one.difference_m2:
        area = round(one.difference_m2, 1) if one.difference_m2 else None
        return {**said, "fields": fields, "symmetric_difference_m2": area}
    return said


def _value(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value if value is None else str(value)


def _words(value: object) -> str:
    return " / ".join(map(str, value.values())) if isinstance(value, Mapping) else "" if value is None else str(value)


def _heading(found: Comparison, t: Translator) -> str:
    return t.say("{file} beside the register of {municipality}", file=found.file, municipality=found.municipality.name)


def _summary(found: Comparison, t: Translator) -> str:
    return t.say(
        "{same} the same, {different} different, {missing} only in the file, {extra} only in the register.",
        same=found.same,
        different=len(found.different),
        missing=len(found.missing),
        extra=len(found.extra),
    )


def _refused(found: Comparison, t: Translator) -> list[str]:
    """What could not be compared, and so may stand among those only in the register."""
    words = t.say("not compared")
    return [f"{words}: {place(finding, t)}: {message(finding, t)}" for finding in found.refused]


def _pairs(found: Comparison, t: Translator) -> Iterator[Pair]:
    for plans, words in (
        (found.different, t.say("different")),
        (found.missing, t.say("only in the file")),
        (found.extra, t.say("only in the register")),
    ):
        for one in plans:
            fields = one.fields.items()
            rows = [(t.tell(word(name)), _words(ours), _words(theirs)) for name, (ours, theirs) in fields]
            if one.difference_m2:
                rows.append((t.say("shape"), "", t.say("differs by {area}", area=t.area(one.difference_m2))))
            heading = f"{t.say(KINDS[one.kind])} {one.number}: {one.title}"
            yield Pair(heading, words, rows, one.ours, one.theirs)


def _table(found: Comparison, t: Translator) -> Table:
    table = Table(title_justify="left")
    for heading in (t.say("Plan"), "", t.say("Field"), t.say("The register"), t.say("The file")):
        table.add_column(heading, overflow="fold")
    for pair in _pairs(found, t):
        first, words = pair.heading, pair.words
        for row in pair.rows or [("", "", "")]:
            table.add_row(*(Text(_printable(text)) for text in (first, words, *row)))
            first, words = "", ""
    return table


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _page(found: Comparison, t: Translator) -> str:
    outline = found.municipality.outline
    more = {"summary": _summary(found, t), "refused": _refused(found, t)}
    return comparison_page(t, _heading(found, t), list(_pairs(found, t)), outline, **more)


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ExportRefused(N_("{file} cannot be written: {error}."), file=file, error=error) from error

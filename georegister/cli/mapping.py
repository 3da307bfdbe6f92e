"""`georegister mapping`: which column of a delivery is which field, suggested, saved and shown."""

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import find_mapping
from georegister.language import Translator
from georegister.loading.mapping import MappingFile
from georegister.loading.own_mappings import keep, may_keep
from georegister.loading.prepare import suggested
from georegister.loading.read import read
from georegister.loading.suggest import Column, Suggestion
from georegister.maps.sentences import KINDS
from georegister.sentence import joined
from georegister.settings import Settings

commands = typer.Typer(help="Say which column of a delivery is which field.", no_args_is_help=True)
app.add_typer(commands, name="mapping")


@commands.command("suggest")
def suggest_command(
    file: Annotated[Path, typer.Argument(help="A delivery of plans: GeoPackage, GeoJSON, or a shapefile.")],
    layer: Annotated[str | None, typer.Option(help="The one layer to look at.", show_default="every layer")] = None,
    encoding: Annotated[str | None, typer.Option(help="The text's encoding, against what the file says.")] = None,
    save: Annotated[
        str | None, typer.Option(help="Keep the mapping by this name in your own folder.", show_default="only show it")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let --save put away your own mapping of that name.")
    ] = False,
    lang: Language = None,
) -> None:
    """Look at a delivery's columns and propose which is which field."""
    settings = Settings.read()
    if save:
        may_keep(settings, save, replace=replace)
    delivery = read(file, encoding=encoding, layer=layer)
    suggestion = suggested(delivery, settings)
    t = spoken(lang)
    console = Console(highlight=False)
    for name, columns in groupby(suggestion.columns, key=lambda column: column.layer):
        console.print(_table(name, suggestion.mapping, file.name, list(columns), t))
    _say(console, suggestion, t)
    if save:
        keep(settings, save, suggestion.mapping, replace=replace)
        console.print(t.say("Saved: load with --mapping {name}.", name=save), markup=False)


@commands.command("list")
def list_command() -> None:
    """List the mappings there are."""
    settings = Settings.read()
    for name in settings.names("mappings"):
        print(f"{name}: {find_mapping(settings, name).title}")


@commands.command("show")
def show_command(name: Annotated[str, typer.Argument(help="A mapping, as `mapping list` calls it.")]) -> None:
    """Print a mapping file."""
    settings = Settings.read()
    find_mapping(settings, name)
    file = settings.find("mappings", f"{name}.toml")
    print(file.read_text(encoding="utf-8") if file else "", end="")


def _table(layer: str, mapping: MappingFile, file: str, columns: list[Column], t: Translator) -> Table:
    kind = mapping.of_layer(layer, file).kind_of_layer(layer, file)
    of = t.say("holds no plans") if mapping.ignores(layer) else t.say(KINDS[kind]) if kind else t.say("kind not known")
    table = Table(title=Text(_printable(f"{layer}: {of}")), title_justify="left")
    for heading in (t.say("Column"), t.say("Field"), t.say("Why"), t.say("For example")):
        table.add_column(heading, overflow="fold")
    for column in columns:
        doubtful = "" if column.field is None or column.why.is_sure else " ?"
        said = (column.name, (column.field or "-") + doubtful, t.say(column.why), column.sample or "")
        table.add_row(*(Text(_printable(text)) for text in said))
    return table


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _say(console: Console, suggestion: Suggestion, t: Translator) -> None:
    if suggestion.name:
        said = t.say("The mapping {name} fits; a load without --mapping takes it.", name=suggestion.name)
    elif suggestion.doubts:
        doubts = t.tell(joined(suggestion.doubts, "; "))
        said = t.say("A load needs to be told more: {doubts}. Save it with --save, and mend it.", doubts=doubts)
    else:
        said = t.say("Nothing needs to be decided: a load without --mapping takes these columns.")
    console.print(said, markup=False)

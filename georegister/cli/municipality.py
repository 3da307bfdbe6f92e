"""`georegister municipality`: municipalities come into the register by a file."""

from pathlib import Path
from typing import Annotated

import typer

from georegister.cli import app
from georegister.cli.language import Language
from georegister.cli.load import say
from georegister.cli.register import the_register
from georegister.loading.municipality_file import load_municipality
from georegister.settings import Settings, user_name

commands = typer.Typer(help="Bring a municipality in, or change what is said of it.", no_args_is_help=True)
app.add_typer(commands, name="municipality")


@commands.command("load")
def load_command(
    file: Annotated[Path, typer.Argument(help="The municipality as TOML, its outline as GeoJSON beside it.")],
    lang: Language = None,
) -> None:
    """Load a municipality with its outline."""
    with the_register(Settings.read()) as database:
        report = load_municipality(database, file, user_name())
    say(report, lang)

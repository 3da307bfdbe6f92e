"""`georegister map`: a published map as a file of its own."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import WrittenIn, spoken
from georegister.cli.output import write_whole
from georegister.cli.register import the_register
from georegister.register.database import reading
from georegister.settings import Settings

commands = typer.Typer(help="Write a published map as a file of its own.", no_args_is_help=True)
app.add_typer(commands, name="map")


@commands.callback()
def _group() -> None:
    pass


@commands.command("export")
def export_command(
    name: Annotated[str, typer.Option("--map", help="The map, as its file in maps/ is called.")],
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    lang: WrittenIn = "da",
    day: Annotated[
        datetime | None,
        typer.Option("--datetime", formats=["%Y-%m-%d"], help="The legal day.", show_default="today"),
    ] = None,
) -> None:
    """Write a map with its plans as one HTML file that works from disk, without a server and without network."""
    # As in cli/serve.py: only what draws waits for what it draws with.
    from georegister.api.export import exported
    from georegister.app import create_app

    settings = Settings.read()
    with the_register(settings) as database:
        service = create_app(settings, database).state.service
        with reading(database) as session:
            html = exported(service, session, name, lang, day.date() if day else None)
    written = write_whole(out, html.encode())
    Console(soft_wrap=True, highlight=False).print(f"{out}: {spoken().number(written / 1e6, 1)} MB", markup=False)

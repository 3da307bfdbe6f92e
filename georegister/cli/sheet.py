"""`georegister sheet`: a plan, a view of the map or a search on paper, as a file."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import WrittenIn, spoken
from georegister.cli.output import writable, write_whole
from georegister.cli.register import the_register
from georegister.errors import SettingsInvalid
from georegister.language import translator
from georegister.sentence import N_
from georegister.settings import Settings

ENDINGS = (".pdf", ".png", ".html")
Several = list[str] | None


@app.command("sheet")
def sheet_command(
    output: Annotated[Path, typer.Option(help="The file to write: .pdf, .png or .html.")],
    plan: Annotated[
        str | None, typer.Argument(help="A plan's id, or its number however written.", show_default="a view of the map")
    ] = None,
    municipality: Annotated[str | None, typer.Option(help="Code of the municipality, such as 0340.")] = None,
    theme: Annotated[Several, typer.Option(help="Only plans with a claim to this theme, by its id.")] = None,
    goal: Annotated[Several, typer.Option(help="Only plans with a claim to this goal, by its id.")] = None,
    sdg: Annotated[Several, typer.Option(help="Only plans with a claim to this UN goal, by its number.")] = None,
    status: Annotated[Several, typer.Option(help="Only plans with this status, such as proposal.")] = None,
    kind: Annotated[Several, typer.Option(help="Only plans of this kind, such as local-plan.")] = None,
    bbox: Annotated[str | None, typer.Option(help="Only this box: west,south,east,north in degrees.")] = None,
    q: Annotated[str | None, typer.Option("--q", help="Only plans that have to do with these words.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Also plans that have ended.")] = False,
    colour: Annotated[
        str | None, typer.Option(help="What the colours show: theme, use or status.", show_default="theme")
    ] = None,
    search: Annotated[str | None, typer.Option(help="What the search field finds: plans and places.")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The legal day.", show_default="today")
    ] = None,
    lang: WrittenIn = "da",
) -> None:
    """Write a plan, a view of the map or a search as a sheet for print."""
    ending = output.suffix.lower()
    if ending not in ENDINGS:
        raise SettingsInvalid(
            N_("{output}: a sheet is written as {endings}."), output=output, endings=", ".join(ENDINGS)
        )
    writable(output)
    filters = {"theme": theme, "goal": goal, "sdg": sdg, "status": status, "kind": kind, "bbox": bbox, "q": q}
    filters |= {"colour": colour}
    asked = {name: value for name, value in filters.items() if value}
    if sum((plan is not None, search is not None, bool(asked or ended))) > 1:
        raise SettingsInvalid(N_("A sheet is of one plan, of one view or of one search: leave the others out."))
    # As in cli/serve.py: only what draws waits for what it draws with.
    from georegister.api.sheet_file import Wanted, page
    from georegister.app import create_app
    from georegister.maps.printing import Job

    progress = Console(stderr=True, soft_wrap=True, highlight=False)
    settings = Settings.read()
    told = {**asked, **({"datetime": day.date().isoformat()} if day else {})}
    with the_register(settings) as database:
        service = create_app(settings, database).state.service
        progress.print(spoken().say(N_("Gathering what stands on the sheet ...")), markup=False)
        wanted = Wanted(plan, search, municipality, ended, told)
        html, key = asyncio.run(page(service, wanted, translator(lang), alone=ending == ".html"))
    made = html.encode()
    if ending != ".html":
        progress.print(spoken().say(N_("Printing ...")), markup=False)
        try:
            made = service.printing.print(Job(html, "png" if ending == ".png" else "pdf", key))
        finally:
            service.printing.close()
    written = write_whole(output, made)
    size = spoken().number(written / 1000)
    Console(soft_wrap=True, highlight=False).print(f"{output}: {size} kB", markup=False)

"""`georegister places`: addresses, places and parcels come into the register by a file."""

from pathlib import Path
from typing import Annotated

import typer

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import SOME_REFUSED, say
from georegister.cli.output import progress_bar, stepping
from georegister.cli.register import the_register
from georegister.errors import DeliveryRefused
from georegister.loading.load import STEPS
from georegister.loading.places import DATASET_ID, KIND, PlaceOptions, load_places
from georegister.sentence import N_
from georegister.settings import Settings, user_name

commands = typer.Typer(help="Bring addresses, places and parcels in.", no_args_is_help=True)
app.add_typer(commands, name="places")


@commands.callback()
def _group() -> None:
    pass


@commands.command("load")
def load_command(
    file: Annotated[Path, typer.Argument(help="CSV, GeoJSON, GeoPackage, or a zipped or loose shapefile.")],
    municipality: Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")],
    kind: Annotated[str, typer.Option(help="What the rows are: address, place, parcel, village ...")] = "place",
    name_column: Annotated[
        str | None, typer.Option(help="The column with the name.", show_default="name, navn, adresse ...")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="The dataset the file belongs to.", show_default="places-KIND")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The reference system, such as EPSG:25832, against what the file says.")
    ] = None,
    complete: Annotated[bool, typer.Option("--complete", help="Withdraw what the file no longer has.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    lang: Language = None,
) -> None:
    """Load addresses, places or parcels: points or polygons with a name."""
    for what, value, form in (("--kind", kind, KIND), ("--dataset", dataset, DATASET_ID)):
        if value is not None and not form.fullmatch(value):
            raise DeliveryRefused(
                N_("{what} {value!r} cannot be used: small letters, digits and - only."), what=what, value=value
            )
    options = PlaceOptions(kind, name_column, dataset, crs, complete, dry_run, user_name())
    with the_register(Settings.read()) as database, progress_bar() as bar:
        task = bar.add_task("", total=len(STEPS))
        report = load_places(database, file, municipality, options, stepping(bar, task, spoken(lang)))
        bar.update(task, completed=len(STEPS))
    say(report, lang)
    if report.refused:
        raise typer.Exit(SOME_REFUSED)

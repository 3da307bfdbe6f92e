"""`georegister export`: the plans of the register as a delivery, in the columns of a mapping."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import find_mapping
from georegister.cli.register import the_register
from georegister.domain.vocabulary import word
from georegister.language import Translator
from georegister.loading.codes import read_codes
from georegister.loading.export import Export, export
from georegister.register.database import reading
from georegister.settings import Settings

LISTED = 5


@app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write: .gpkg, .zip (shapefiles) or .geojson.")],
    municipality: Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")],
    mapping: Annotated[str, typer.Option(help="The columns to write, such as plandata.")],
    dataset: Annotated[str | None, typer.Option(help="The dataset to write.", show_default="the mapping's")] = None,
    all_datasets: Annotated[
        bool, typer.Option("--all-datasets", help="Write what every dataset tells, not only this one.")
    ] = False,
    lang: Language = None,
) -> None:
    """Write the plans as a delivery that, loaded again, changes nothing."""
    settings = Settings.read()
    chosen = find_mapping(settings, mapping)
    with the_register(settings) as database, reading(database) as session:
        done = export(
            session, file, municipality, chosen, read_codes(settings.config), dataset=dataset, everything=all_datasets
        )
    console = Console(soft_wrap=True, highlight=False)
    for line in _lines(file, done, spoken(lang)):
        console.print(line, markup=False)


def _lines(file: Path, done: Export, t: Translator) -> list[str]:
    lines = [f"{file.name}"]
    lines += [
        t.count("  {layer}: {n} plan", "  {layer}: {n} plans", number, layer=layer)
        for layer, number in done.layers.items()
    ]
    if done.left_out:
        lines.append(t.say("Not in the file, and so not changed where it is loaded again:"))
    found = Counter((one.what, one.why, one.dataset) for one in done.left_out)
    for (what, why, dataset), number in found.items():
        plans = [one.plan for one in done.left_out if (one.what, one.why, one.dataset) == (what, why, dataset)]
        named = ", ".join(plans[:LISTED]) + (" ..." if number > LISTED else "")
        lines.append(f"  {t.tell(word(what))}: {t.say(why, dataset=dataset)} ({number}: {named})")
    return lines

"""`georegister load`: a delivery, or a file of facts, into the register."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load_report import write_failing, write_report
from georegister.cli.output import progress_bar, stepping, writable
from georegister.cli.register import the_register
from georegister.domain.change import count
from georegister.domain.plan import Kind
from georegister.errors import MappingInvalid
from georegister.loading import wfs
from georegister.loading.compare import Report
from georegister.loading.load import STEPS, load
from georegister.loading.mapping import MappingFile, read_mapping
from georegister.loading.prepare import Options
from georegister.loading.report import lines
from georegister.loading.report_json import as_json
from georegister.sentence import N_
from georegister.settings import Settings, user_name

NOT_AS_SAID, SOME_REFUSED = 2, 3


@app.command("load")
def load_command(
    file: Annotated[
        str,
        typer.Argument(help="Plans (a file, zipped or not, or the address of a WFS), or facts: TOML, CSV, Excel."),
    ],
    municipality: Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")],
    mapping: Annotated[
        str | None, typer.Option(help="Which column is which field, such as plandata.", show_default="as is suggested")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The kind of plan of every row, where the file does not tell.")
    ] = None,
    parent: Annotated[
        str | None, typer.Option(help="The plan that rows belong to which name none: its id or number.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="The reference system, such as EPSG:25832, against what the file says.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The text's encoding, against what the file says.")] = None,
    layer: Annotated[str | None, typer.Option(help="The only layer to read.", show_default="all")] = None,
    section: Annotated[
        str | None, typer.Option(help="What a table of facts holds: event, hearing, claim ...", show_default="its name")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="The dataset the delivery belongs to.", show_default="the mapping's")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing if one row is refused.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="The delivery has all plans of its kinds; what it lacks is withdrawn.")
    ] = False,
    expect_withdrawals: Annotated[
        int | None, typer.Option(min=0, help="How many plans a complete delivery lacks; else none may be missing.")
    ] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help="What differs is valid from --effective on, and not a correction.")
    ] = False,
    effective: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day of the new version, as YYYY-MM-DD.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    acknowledge: Annotated[
        list[str] | None, typer.Option(help="A rule whose warnings are meant; may be said several times.")
    ] = None,
    report_file: Annotated[Path | None, typer.Option("--report", help="An HTML file to write the report to.")] = None,
    failing_file: Annotated[
        Path | None, typer.Option("--failing", help="A GeoPackage to write the failing parts to.")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print the report as JSON, and nothing else.")] = False,
    lang: Language = None,
) -> None:
    """Load a delivery: read, map, repair, check, compare, and apply in one transaction."""
    settings, t = Settings.read(), spoken(lang)
    if new_version != (effective is not None):
        raise typer.BadParameter(t.say("--new-version and --effective DAY belong together: say both or neither."))
    options = Options(
        *(kind, crs, encoding, dataset, strict, dry_run, user_name()),
        layer=layer,
        section=section,
        parent=parent,
        effective=effective.date() if effective else None,
        complete=complete,
        expect_withdrawals=expect_withdrawals,
        acknowledge=frozenset(acknowledge or ()),
    )
    chosen = find_mapping(settings, mapping) if mapping else None
    for out in (report_file, failing_file):
        if out:
            writable(out)
    with progress_bar() as bar, TemporaryDirectory(prefix="georegister-wfs-") as folder:
        task = bar.add_task("", total=len(STEPS))
        delivery = Path(file)
        if wfs.is_address(file):
            hosts = settings.allowed_wfs_hosts
            delivery = wfs.fetch(
                *(file, layer, hosts, Path(folder)),
                lambda n: bar.update(task, description=t.count("Fetching: {n} row", "Fetching: {n} rows", n)),
            )
            options = replace(options, layer=None, source=file)
        with the_register(settings) as database:
            report = load(
                *(database, delivery, municipality, chosen, options),
                stepping(bar, task, t),
            )
        bar.update(task, completed=len(STEPS))
    if report_file:
        write_report(report, report_file, t)
    if failing_file:
        write_failing(report, failing_file, t)
    if as_json_:
        print_json(as_json(report, t))
    else:
        say(report, lang)
    # A dry run ends as the load itself would.
    unexpected = dry_run and count(report.plans)["withdrawn"] != (expect_withdrawals or 0)
    if report.unacknowledged:
        raise typer.Exit(NOT_AS_SAID)
    if options.strict and report.refused:
        raise typer.Exit(1)
    if unexpected:
        raise typer.Exit(NOT_AS_SAID)
    if report.refused:
        raise typer.Exit(SOME_REFUSED)


def find_mapping(settings: Settings, name: str) -> MappingFile:
    """A mapping by name, in the municipality's own folder or ours. Raises MappingInvalid."""
    file = settings.find("mappings", f"{name}.toml") if "/" not in name else None
    if file is None:
        raise MappingInvalid(
            N_("There is no mapping {name!r}; there are {names}."),
            name=name,
            names=", ".join(settings.names("mappings")),
        )
    return read_mapping(file)


def say(report: Report, language: str | None) -> None:
    """Prints a report in the reader's language."""
    console = Console(soft_wrap=True, highlight=False)
    for line in lines(report, spoken(language)):
        console.print(line, markup=False)


def print_json(found: object) -> None:
    """Nothing else is written to standard output."""
    print(json.dumps(found, ensure_ascii=False, indent=2))

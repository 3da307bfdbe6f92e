"""`georegister check`: the register as a whole, by the rules."""

from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import SOME_REFUSED, print_json
from georegister.cli.register import the_register
from georegister.loading.report import counted, finding_lines
from georegister.loading.report_json import finding_as_json
from georegister.loading.standing import check_register, must_act
from georegister.settings import Settings


@app.command("check")
def check_command(
    municipality: Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")],
    as_json_: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, and nothing else.")] = False,
    lang: Language = None,
) -> None:
    """Check what the register holds: numbers, days, hearings, relations, documents. It changes nothing."""
    t = spoken(lang)
    with the_register(Settings.read()) as database:
        its, findings = check_register(database, municipality)
    if as_json_:
        print_json({"municipality": its.code, "findings": [finding_as_json(finding, t) for finding in findings]})
    else:
        console = Console(soft_wrap=True, highlight=False)
        console.print(f"{t.choose(its.names)}: {counted(findings, t)}", markup=False)
        for line in finding_lines(findings, t):
            console.print(line, markup=False)
    if must_act(findings):
        raise typer.Exit(SOME_REFUSED)

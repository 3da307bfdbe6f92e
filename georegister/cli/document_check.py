"""`georegister document check`: whether what stands behind the documents' links is still what was recorded."""

from typing import Annotated

import typer
from rich.console import Console

from georegister.cli.entries import GROUPS, Municipality
from georegister.cli.language import Language, spoken
from georegister.cli.load import SOME_REFUSED, print_json
from georegister.cli.output import progress_bar
from georegister.cli.register import the_register
from georegister.loading import links_seen
from georegister.loading.by_hand import add_entries, list_entries
from georegister.loading.report import counted, finding_lines
from georegister.loading.report_json import finding_as_json
from georegister.register import municipalities
from georegister.register.database import reading
from georegister.settings import Settings, user_name


@GROUPS["document"].command("check")
def check_command(
    municipality: Municipality,
    plan: Annotated[str | None, typer.Option(help="Only those of one plan: its id or its number.")] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Record the hash that was found, and the day, as documents are corrected.")
    ] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Print what was found as JSON, and nothing else.")] = False,
    lang: Language = None,
) -> None:
    """Follow the links of documents whose hash is recorded: what has changed, is gone, or cannot be reached."""
    settings, t = Settings.read(), spoken(lang)
    with the_register(settings) as database:
        documents = list_entries(database, municipality, "document", plan)
        wanted = links_seen.checkable(documents)
        with progress_bar() as bar:
            task = bar.add_task("", total=len(wanted))
            checked = list(links_seen.follow(wanted, settings.allowed_document_hosts, lambda: bar.advance(task)))
        loads = []
        if save:
            with reading(database) as session:
                today = settings.clock.today(municipalities.get(session, municipality).zone)
            for dataset, entries in links_seen.entries(checked, today).items():
                report = add_entries(database, municipality, "document", entries, user_name(), dataset=dataset)
                loads += [report.receipt.load] if report.receipt else []
    findings = [finding for finding in (one.finding for one in checked) if finding]
    without = sum(bool(fact.content["url"]) for _, fact in documents) - len(wanted)
    if as_json_:
        told = [finding_as_json(finding, t) for finding in findings]
        print_json({"checked": len(checked), "without_hash": without, "findings": told, "loads": loads})
    else:
        console = Console(soft_wrap=True, highlight=False)
        said = t.count("{n} document looked at", "{n} documents looked at", len(checked))
        console.print(f"{said}: {counted(findings, t)}", markup=False)
        for line in finding_lines(findings, t):
            console.print(line, markup=False)
        if without:
            said = t.count(
                "{n} link without a recorded hash was passed over",
                "{n} links without a recorded hash were passed over",
                without,
            )
            console.print(said, markup=False)
        for load in loads:
            console.print(t.say("Recorded as load {load}.", load=load), markup=False)
    if findings:
        raise typer.Exit(SOME_REFUSED)

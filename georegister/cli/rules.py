"""`georegister rules`: the rules that deliveries and the register are checked by."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import print_json
from georegister.loading.rule_book import rule_book


@app.command("rules")
def rules_command(
    as_json_: Annotated[bool, typer.Option("--json", help="Print the rules as JSON, and nothing else.")] = False,
    lang: Language = None,
) -> None:
    """List the rules: id, how grave, who must act, what is said, and what it stands on."""
    t = spoken(lang)
    rules = rule_book(t)
    if as_json_:
        print_json(rules)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(t.say("Rule"), no_wrap=True)
    for head in (t.say("Severity"), t.say("Who must act"), t.say("What is said"), t.say("Basis")):
        table.add_column(head, overflow="fold")
    for one in rules:
        severity = one["severity_word"] + (" *" if one["must_acknowledge"] else "")
        table.add_row(one["id"], severity, one["responsible_word"], one["sentence"], one["basis"])
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(t.say("* must be acknowledged before anything is loaded: --acknowledge RULE"))

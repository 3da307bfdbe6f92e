"""`georegister loads`: who brought what when, what each load changed, and taking one back."""

from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.output import progress_bar, stepping
from georegister.cli.register import the_register
from georegister.domain.finding import Finding
from georegister.domain.record import Origin
from georegister.domain.rule import RULES
from georegister.domain.vocabulary import word
from georegister.errors import NotFound
from georegister.language import Translator
from georegister.loading.report import difference, message, place
from georegister.register import loads, municipalities
from georegister.register.database import Row, Session, reading, writing
from georegister.register.undo import STEPS, undo
from georegister.sentence import N_, sentence_of
from georegister.settings import Settings, user_name

commands = typer.Typer(help="List loads, look into one, and take one back.", invoke_without_command=True)
app.add_typer(commands, name="loads")

Number = Annotated[int, typer.Argument(min=1, help="The number of the load, as `georegister loads` lists it.")]
LISTED = 200
SIGNS = {"added": "+", "amended": "~", "withdrawn": "-"}
STATES = {"applied": N_("applied"), "undone": N_("taken back by load {load}"), "undoes": N_("takes load {load} back")}


@commands.callback()
def list_command(
    context: typer.Context,
    municipality: Annotated[str | None, typer.Option(help="Only the loads of this municipality.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many to list, the newest first.")] = 50,
    lang: Language = None,
) -> None:
    """List the loads, the newest first."""
    if context.invoked_subcommand:
        return
    t = spoken(lang)
    with the_register(Settings.read()) as database, reading(database) as session:
        rows = session.rows(loads.listed(municipality is not None), of=municipality, limit=limit)
        zones = _zones(session)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (t.say("no."), t.say("when"), t.say("by"), t.say("dataset"), t.say("file"), t.say("changes")):
        table.add_column(Text(heading), overflow="fold")
    table.add_column(Text(t.say("state")))
    for row in rows:
        cells = (str(row["id"]), _when(row, zones, t), row["by"], row["dataset"], row["file"])
        table.add_row(*map(Text, (*cells, _changes(row["payload"]), _state(row, t))))
    console = Console(highlight=False)
    if rows:
        console.print(table)
        if more := rows[0]["of_all"] - len(rows):
            words = t.count("and {n} older load; --limit lists more", "and {n} older loads; --limit lists more", more)
            console.print(words, markup=False)
    else:
        console.print(t.say("Nothing has been loaded yet."), markup=False)


@commands.command("show")
def show_command(number: Number, lang: Language = None) -> None:
    """Show what a load changed, with the values before and after, and what was found in it."""
    t = spoken(lang)
    with the_register(Settings.read()) as database, reading(database) as session:
        row = _load(session, number)
        its = {"of": row["municipality"], "load": number}
        items, findings = session.rows(loads.items(), **its), session.rows(loads.findings(), **its)
        zones = _zones(session)
    console = Console(soft_wrap=True, highlight=False)
    for line in _told(row, items, findings, zones, t):
        console.print(line, markup=False)


@commands.command("undo")
def undo_command(
    number: Number,
    reason: Annotated[str | None, typer.Option(help="Why; kept with the act.")] = None,
    lang: Language = None,
) -> None:
    """Take a load back: a new state of the register, in which what the load did is undone. Nothing is erased."""
    t = spoken(lang)
    console = Console(soft_wrap=True, highlight=False)
    with the_register(Settings.read()) as database, progress_bar() as bar:
        with reading(database) as session:
            municipality = _load(session, number)["municipality"]
        task = bar.add_task("", total=len(STEPS))
        with writing(database, patiently=True) as session:
            done = undo(
                session,
                municipality,
                number,
                user_name(),
                reason,
                stepping(bar, task, t),
            )
    words = t.say(
        "Load {number} is taken back: load {load}, register version {version}.",
        number=number,
        load=done.load,
        version=done.version,
    )
    console.print(words, markup=False)


def _load(session: Session, number: int) -> Row:
    row = session.row(loads.one(), load=number)
    if row is None:
        raise NotFound(N_("There is no load {number}; `georegister loads` lists them."), number=number)
    return row


def _zones(session: Session) -> dict[str, ZoneInfo]:
    return {row["code"]: ZoneInfo(row["time_zone"]) for row in session.rows(municipalities.everything())}


def _when(row: Row, zones: dict[str, ZoneInfo], t: Translator) -> str:
    """Day and time of the municipality's own clock."""
    return t.moment(row["at"].astimezone(zones[row["municipality"]]))


def _changes(payload: dict[str, Any]) -> str:
    """+12 ~3 -1: what was added, amended and withdrawn, plans and facts together."""
    counted = [payload.get(name, {}) for name in ("plans", "facts")]
    said = {sign: sum(one.get(word, 0) for one in counted) for word, sign in SIGNS.items()}
    return " ".join(f"{sign}{number}" for sign, number in said.items() if number) or "0"


def _state(row: Row, t: Translator) -> str:
    if row["undoes"]:
        return t.say(STATES["undoes"], load=row["undoes"])
    if row["undone_by"]:
        return t.say(STATES["undone"], load=row["undone_by"])
    return t.say(STATES["applied"])


def _finding(file: str, row: Row, t: Translator) -> str:
    """Where, and what is said; of a rule there no longer is, what filled its message."""
    known = RULES.get(row["rule"])
    if known is None:
        return f"{row['plan'] or ''}: {row['details']}"
    origin = Origin(file, row["layer"], row["row_no"]) if row["layer"] or row["row_no"] else None
    details = {name: sentence_of(value) if isinstance(value, dict) else value for name, value in row["details"].items()}
    found = Finding(known, origin, row["field"], row["plan"], details)
    return f"{place(found, t)}: {message(found, t)}"


def _told(row: Row, items: list[Row], findings: list[Row], zones: dict[str, ZoneInfo], t: Translator) -> Iterator[str]:
    """A load, line by line."""
    yield t.say(
        "Load {load}: {file} ({dataset}) for {municipality}, {when}, by {by}",
        load=row["id"],
        file=row["file"],
        dataset=row["dataset"],
        municipality=row["municipality"],
        when=_when(row, zones, t),
        by=row["by"],
    )
    yield f"  {_state(row, t)}" + (f": {row['reason']}" if row["reason"] else "")
    for item in items[:LISTED]:
        where = t.say(", row {row}", row=item["row_no"]) if item["row_no"] else ""
        yield f"  {SIGNS[item['change']]} {t.tell(word(item['fact']))} {item['id']}{where}"
        for name, old in (item["before"] or {}).items():
            yield f"      {difference(name, old, (item['after'] or {}).get(name), t)}"
    if len(items) > LISTED:
        yield t.say("  and {n} more", n=t.number(len(items) - LISTED))
    for finding in findings[:LISTED]:
        yield f"  {finding['rule']} {_finding(row['file'], finding, t)}"
    if len(findings) > LISTED:
        yield t.say("  and {n} more", n=t.number(len(findings) - LISTED))

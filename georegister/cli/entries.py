"""`georegister event`, `hearing`, `claim`, `relation`, `document`, `parameter`, `measurement`: facts one by one.

The commands are made from the entries' models, so that they are alike and say what the files of facts say: an option
for each field, with the model's words and checks.
"""

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.load import print_json, say
from georegister.cli.register import the_register
from georegister.domain.change import Added, Amended, Change, Unchanged, Withdrawn, plain
from georegister.domain.record import Fact
from georegister.domain.vocabulary import in_words, word
from georegister.errors import DeliveryRefused, EntryInvalid
from georegister.language import Translator
from georegister.loading.by_hand import add_entries, list_entries, withdraw_entries
from georegister.loading.compare import Report
from georegister.loading.documents import Find, beside, nowhere
from georegister.loading.entry import Entry, Repeated
from georegister.loading.facts import BY_HAND, DATASET
from georegister.loading.report_json import as_json
from georegister.loading.spoken import words_for
from georegister.sentence import N_
from georegister.settings import Settings, user_name

HELP = {
    "event": "What has happened to plans and strategies: adoptions, publications, revocations.",
    "hearing": "Hearings: when the public is asked, and where it answers.",
    "relation": "How plans hang together.",
    "claim": "What a plan is said to do for or against a goal.",
    "document": "Documents of plans, kept with their hash.",
    "parameter": "What plans allow: plot ratio, storeys, building height.",
    "measurement": "How far it is to the targets of a strategy.",
}
OF_PLANS = frozenset(HELP) - {"measurement"}
Municipality = Annotated[str, typer.Option(help="Code of the municipality, such as 0340.")]
Dataset = Annotated[str, typer.Option(help="The dataset the fact belongs to.")]
OURS = ("municipality", "dataset", "dry_run", "json", "lang")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON, and nothing else.")]
Whole = Annotated[bool, typer.Option("--whole", help="Empty what is not given; else it stays as it is.")]
Again = Annotated[bool, typer.Option("--again", help="Add one more beside that of the same key, and correct nothing.")]


GROUPS: dict[str, typer.Typer] = {}
"""The commands of each kind of fact, for what only one of them has."""


def _group(section: str, model: type[Entry]) -> None:
    commands = GROUPS[section] = typer.Typer(help=HELP[section], no_args_is_help=True)
    app.add_typer(commands, name=section)
    commands.command("add", help=f"{_sentence(model)} One that is there with the same key is corrected.")(
        _adding(section, model)
    )
    commands.command("list")(_listing(section))
    commands.command("withdraw")(_withdrawing(section))


def _sentence(model: type[Entry]) -> str:
    return f"Add: {' '.join((model.__doc__ or '').split())}"


def _adding(section: str, model: type[Entry]) -> Callable[..., None]:
    def add(**given: Any) -> None:
        said = SimpleNamespace(**{name: given.pop(name) for name in OURS})
        switches = {name: given.pop(name, False) for name in ("whole", "again")}
        entry = {name: value for name, value in given.items() if value is not None}
        find: Find = nowhere
        by = user_name()
        if file := entry.get("file"):
            find, entry["file"] = beside(Path(file)), Path(file).name
        if "asserted_by" in model.model_fields:
            entry.setdefault("asserted_by", by)
        with the_register(Settings.read()) as database:
            try:
                report = add_entries(
                    database,
                    said.municipality,
                    section,
                    [entry],
                    by,
                    dataset=said.dataset,
                    documents=find,
                    dry_run=said.dry_run,
                    **switches,
                )
            except EntryInvalid as error:
                raise _of_option(error, model) from error
        _tell(report, said.json, said.lang)

    options = [_option(section, name, about) for name, about in model.model_fields.items() if name != "nth"]
    own = {"municipality": Municipality, "dataset": (Dataset, DATASET), "whole": (Whole, False)}
    if issubclass(model, Repeated):
        own["again"] = (Again, False)
    own |= {"dry_run": (DryRun, False), "json": (Json, False), "lang": (Language, None)}
    return _with_options(add, [*options, *(_parameter(name, *_pair(said)) for name, said in own.items())])


def _listing(section: str) -> Callable[..., None]:
    def listing(municipality: str, plan: str | None = None, as_json_: bool = False, lang: str | None = None) -> None:
        with the_register(Settings.read()) as database:
            found = list_entries(database, municipality, section, plan)
        if as_json_:
            rows = [{"id": fact.id, "dataset": dataset, **plain(fact.content)} for dataset, fact in found]
            print_json(rows)
            return
        t = spoken(lang)
        console = Console(soft_wrap=True, highlight=False)
        for dataset, fact in found:
            console.print(f"{fact.id}  ({dataset})", markup=False)
            console.print(f"    {_content(fact, t)}", markup=False)
        console.print(t.count("{n} entry", "{n} entries", len(found)), markup=False)

    listing.__doc__ = f"List the {section}s that are in the register, with their ids."
    plan = typer.Option(help="Only those of one plan: its id or its number.")
    of_plan = [_parameter("plan", Annotated[str | None, plan], None)] if section in OF_PLANS else []
    json = Annotated[bool, typer.Option("--json", help="Print them as JSON, and nothing else.")]
    form = [_parameter("as_json_", json, False), _parameter("lang", Language, None)]
    return _with_options(listing, [_parameter("municipality", Municipality), *of_plan, *form])


def _withdrawing(section: str) -> Callable[..., None]:
    def withdraw(
        id_: Annotated[str, typer.Argument(metavar="ID", help="The id, as `list` gives it.")],
        municipality: Municipality,
        dataset: Dataset = DATASET,
        dry_run: DryRun = False,
        json: Json = False,
        lang: Language = None,
    ) -> None:
        with the_register(Settings.read()) as database:
            try:
                report = withdraw_entries(
                    database, municipality, section, [id_], user_name(), dataset=dataset, dry_run=dry_run
                )
            except EntryInvalid as error:
                raise DeliveryRefused(N_("ID: {reason}."), reason=error.reason) from error
        _tell(report, json, lang)

    one = f"an {section}" if section[0] in "aeiou" else f"a {section}"
    withdraw.__doc__ = f"Take {one} back: the register no longer vouches for it. What was known stays known."
    return withdraw


def _option(section: str, name: str, about: Any) -> inspect.Parameter:
    words = words_for(section, name)
    help_ = f"{about.description or name}{f': {words}' if words else ''}."
    help_ = help_[0].upper() + help_[1:]
    if name == "asserted_by":
        help_ = help_.removesuffix(".") + "; else you."
    # Text, whatever the field holds: the model checks it, and its error names the option.
    needed = about.is_required() and name != "asserted_by"
    option = typer.Option(_flag(name), help=help_, show_default=False)
    return _parameter(name, Annotated[str if needed else str | None, option], *(() if needed else (None,)))


def _flag(field: str) -> str:
    return f"--{field.replace('_', '-')}"


def _pair(said: Any) -> tuple[Any, ...]:
    return said if isinstance(said, tuple) else (said,)


def _parameter(name: str, annotation: Any, *default: Any) -> inspect.Parameter:
    value = default[0] if default else inspect.Parameter.empty
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=annotation)


def _with_options(command: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """The command as Typer is to see it: Typer reads a function's signature and annotations."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _of_option(error: EntryInvalid, model: type[Entry]) -> DeliveryRefused:
    """The error with the option it is about."""
    field = error.field.split(".")[0].split(",")[0]
    reason = replace(error.reason, called={name: _flag(name) for name in model.model_fields})
    if field in model.model_fields or field == "again":
        return DeliveryRefused(N_("{option}: {reason}."), option=_flag(field), reason=reason)
    return DeliveryRefused(N_("{reason}."), reason=reason)


def _tell(report: Report, as_json_: bool, lang: str | None) -> None:
    """The report; an entry that was not taken is a failure."""
    t = spoken(lang)
    if as_json_:
        print_json(as_json(report, t))
    else:
        say(report, lang)
        console = Console(soft_wrap=True, highlight=False)
        for change in report.facts:
            for line in _lines(change, t):
                console.print(line, markup=False)
    if report.refused:
        raise typer.Exit(1)


def _lines(change: Change[Fact], t: Translator) -> list[str]:
    match change:
        case Added():
            return [t.say("New: {id}", id=change.id), f"    {_content(change.new, t)}"]
        case Amended():
            fields = [
                f"    {t.tell(word(name))}: {_value(name, old, t)} → {_value(name, new, t)}"
                for name, (old, new) in change.fields.items()
            ]
            return [t.say("Corrected: {id}", id=change.id), *fields]
        case Withdrawn():
            return [t.say("Withdrawn: {id}", id=change.id), f"    {_content(change.old, t)}"]
        case Unchanged():
            return [t.say("As it was: {id}", id=change.id)]


def _content(fact: Fact, t: Translator) -> str:
    return ", ".join(
        f"{t.tell(word(name))} {_value(name, held, t)}" for name, held in fact.content.items() if held is not None
    )


def _value(name: str, held: object, t: Translator) -> str:
    if isinstance(held, dict):
        return " · ".join(str(text) for text in held.values())
    if isinstance(held, str):
        return t.tell(in_words(name, held))
    return "–" if held is None else held.hex() if isinstance(held, bytes) else str(held)


for _section, _model in BY_HAND.items():
    _group(_section, _model)

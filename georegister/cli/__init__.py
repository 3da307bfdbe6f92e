"""The command line: one file for each errand; prints, decides nothing.

Exit codes: 0 done · 1 failed, nothing was changed · 2 the command was not understood, or a warning must be acknowledged
or missing plans expected first, and nothing was changed · 3 loaded, with rows refused; checked, with findings that
somebody must act on.
"""

import logging
import signal
import sys
from importlib import import_module
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

from georegister import __version__
from georegister.cli.language import ask, spoken
from georegister.cli.typer_words import Commands
from georegister.errors import GeoregisterError, SettingsInvalid, WithdrawalsUnexpected
from georegister.sentence import N_, Sentence
from georegister.settings import Settings

app = typer.Typer(
    cls=Commands,
    help="A register of municipal plans: load deliveries, ask for plans, show them on a map.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
NOT_AS_SAID = 2
FAULT = N_("This is a fault of georegister, please report it (GEOREGISTER_DEBUG=1 says where it is): {kind}: {words}")
errors = Console(stderr=True, highlight=False)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"georegister {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    ask(None)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


ERRANDS = {
    "backup": ("backup", "restore"),
    "check": ("check",),
    "compare": ("compare",),
    "database": ("migrate", "psql", "doctor"),
    "digest": ("digest",),
    "document_check": ("document",),
    "entries": ("event", "hearing", "relation", "claim", "document", "parameter", "measurement"),
    "export": ("export",),
    "load": ("load",),
    "loads": ("loads",),
    "map": ("map",),
    "mapping": ("mapping",),
    "municipality": ("municipality",),
    "places": ("places",),
    "rules": ("rules",),
    "serve": ("serve", "demo"),
    "sheet": ("sheet",),
    "worker": ("worker",),
}
"""The modules here, and the commands that each adds to the app when it is imported."""


def whole(asked: str | None = None) -> typer.Typer:
    """The app with every command, or with the one that is asked for: to import all takes a second or two."""
    wanted = [module for module, commands in ERRANDS.items() if asked in commands]
    for module in wanted or ERRANDS:
        import_module(f"georegister.cli.{module}")
    return app


def main() -> NoReturn:
    """Runs a command; an error of ours is one sentence and exit code 1."""
    commands = whole(sys.argv[1] if sys.argv[1:] else None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        commands()
    except GeoregisterError as error:
        _complain(spoken().tell(error.sentence))
        sys.exit(NOT_AS_SAID if isinstance(error, WithdrawalsUnexpected) else 1)
    except KeyboardInterrupt:
        errors.print(spoken().say(N_("Stopped.")))
        sys.exit(130)
    except Exception as error:  # whatever nobody thought of: one sentence too, and still a failure
        if _debugging():
            raise
        said = {"kind": type(error).__name__, "words": " ".join(str(error).split()) or "–"}
        _complain(spoken().tell(Sentence(FAULT, said)))
        sys.exit(1)
    sys.exit(0)


def _stop(number: int, frame: object) -> NoReturn:
    """Being told to end is a way of ending: what was started is stopped on the way out."""
    sys.exit(128 + number)


def _debugging() -> bool:
    try:
        return Settings.read().debug
    except SettingsInvalid:
        return False


def _complain(words: str) -> None:
    """One error on one line, whatever a file or a database put into its words."""
    seen = "".join(
        letter if letter.isprintable() else " " if letter.isspace() else ascii(letter)[1:-1] for letter in words
    )
    errors.print(Text.assemble(("georegister:", "bold red"), f" {seen}"), soft_wrap=True)

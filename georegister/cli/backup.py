"""`georegister backup` and `georegister restore`: the whole register as one file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import Language, spoken
from georegister.cli.output import progress_bar, stepping
from georegister.cli.register import the_register
from georegister.errors import BackupRefused
from georegister.language import Translator
from georegister.postgis import binaries, environment
from georegister.register.backup import BACKUP_STEPS, RESTORE_STEPS, Programs, backup, restore
from georegister.sentence import N_
from georegister.settings import Settings


@app.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")],
    lang: Language = None,
) -> None:
    """Write the whole register to one file, with checksums and the head of its audit trail."""
    t = spoken(lang)
    if file.is_dir() or not file.parent.is_dir():
        raise BackupRefused(N_("{file} cannot be written: name a file in a folder that is there."), file=file)
    with the_register(Settings.read()) as database, progress_bar() as bar:
        task = bar.add_task("", total=len(BACKUP_STEPS))
        told = backup(database, file, _programs(), stepping(bar, task, t))
    _say(t.say("The register is in {file}: {what}.", file=file.name, what=_what(told, t)))


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that `georegister backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of a register that is not empty, which is then gone.")
    ] = False,
    lang: Language = None,
) -> None:
    """Put a backup into an empty register; the file is checked before, and what came of it after."""
    t = spoken(lang)
    if not file.is_file():
        raise BackupRefused(N_("There is no file {file}."), file=file)
    with the_register(Settings.read()) as database, progress_bar() as bar:
        task = bar.add_task("", total=len(RESTORE_STEPS))
        told = restore(
            database,
            file,
            _programs(),
            replace=replace,
            progress=stepping(bar, task, t),
        )
    _say(t.say("The register is as {file} has it: {what}.", file=file.name, what=_what(told, t)))


def _programs() -> Programs:
    return Programs(binaries(), environment())


def _what(manifest: dict[str, dict[str, int]], t: Translator) -> str:
    """How much it is, for people to compare."""
    tables = manifest["tables"]
    return ", ".join(
        (
            t.count("{n} municipality", "{n} municipalities", tables["municipality"]),
            t.count("{n} plan", "{n} plans", tables["plan"]),
            t.count("{n} load", "{n} loads", tables["load"]),
            t.count("{n} act", "{n} acts", tables["act"]),
        )
    )


def _say(words: str) -> None:
    Console(soft_wrap=True, highlight=False).print(words, markup=False)

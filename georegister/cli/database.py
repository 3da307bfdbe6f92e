"""`georegister migrate`, `georegister psql` and `georegister doctor`."""

import os
import shutil
import subprocess
from typing import Annotated

import typer
from rich.console import Console

from georegister import debian
from georegister.cli import app
from georegister.cli.language import one_of, spoken
from georegister.cli.register import the_register
from georegister.cluster import ROLES
from georegister.errors import ClusterError
from georegister.postgis import binaries
from georegister.register.database import reading
from georegister.register.municipalities import with_plan_counts
from georegister.register.schema import head
from georegister.sentence import N_
from georegister.settings import Settings
from georegister.versions import versions


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    with the_register(Settings.read()):
        print(spoken().say("The database is at schema {schema}.", schema=head()))


def _role(role: str) -> str:
    """Raises BadParameter for a role that the register has not."""
    return one_of(ROLES, role)


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def psql(
    context: typer.Context,
    role: Annotated[
        str, typer.Option(help="The role to connect as: app_ro, app_rw or owner.", callback=_role)
    ] = "app_ro",
) -> None:
    """Open the register in psql; further arguments are psql's own, such as -c "SELECT ..."."""
    on_path = shutil.which("psql")
    program = on_path or shutil.which("psql", path=str(binaries()))
    if program is None:
        raise ClusterError(N_("There is no psql on this machine; install postgresql-client."))
    environment = {**os.environ, **({} if on_path else debian.library_environment())}
    with the_register(Settings.read()) as database:
        command = [program, "-X", "-d", database.conninfo(role), *context.args]
        done = subprocess.run(command, env=environment, check=False)
    raise typer.Exit(done.returncode)


@app.command()
def doctor() -> None:
    """Print the versions of everything the register stands on, and what it holds."""
    console = Console(soft_wrap=True, highlight=False)
    settings, t = Settings.read(), spoken()
    with the_register(settings) as database, reading(database) as session:
        for name, version in versions(session).items():
            console.print(f"{name:<12} {t.say(version)}", markup=False)
        if source := settings.tile_source:
            name, words = t.say("Base map"), t.say("{form} from {host}", form=source.form, host=source.host)
            console.print(f"{name:<12} {words}", markup=False)
        for row in session.rows(with_plan_counts()):
            words = t.count(
                "{name}, version {version}, {n} plan",
                "{name}, version {version}, {n} plans",
                row["plans"],
                name=next(iter(row["names"].values())),
                version=row["version"],
            )
            console.print(f"{row['code']:<12} {words}", markup=False)

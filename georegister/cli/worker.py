"""`georegister worker`: what is done for a load that came by HTTP, in a process of its own."""

from functools import partial
from typing import Annotated

import typer

from georegister.cli import app
from georegister.cli.load import find_mapping
from georegister.cli.register import the_register
from georegister.errors import LoadConflict
from georegister.loading.work import work
from georegister.register.database import writing
from georegister.register.deliveries import forget
from georegister.sentence import N_
from georegister.settings import Settings


@app.command()
def worker(load: Annotated[int, typer.Argument(help="The number of the load.", min=1)]) -> None:
    """Do what a load waits for: preview, apply or undo it. The service starts this by itself."""
    settings = Settings.read()
    with the_register(settings) as database:
        if not work(database, load, partial(find_mapping, settings)):
            raise LoadConflict(N_("For load {load} there is nothing to do, or another process does it."), load=load)
        with writing(database) as session:
            forget(session, settings.preview_days)

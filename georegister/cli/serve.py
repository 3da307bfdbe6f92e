"""`georegister serve` and `georegister demo`."""

import errno
import hashlib
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import uvicorn
from pydantic import SecretStr
from rich.console import Console

from georegister.cli import app
from georegister.cli.language import spoken
from georegister.cli.load import find_mapping
from georegister.cli.register import the_register
from georegister.errors import SettingsInvalid
from georegister.loading.demo import Step, demo_folders, steps
from georegister.loading.load import load
from georegister.loading.municipality_file import load_municipality
from georegister.loading.prepare import Options
from georegister.register.current import loaded_files
from georegister.register.database import Database, reading
from georegister.sentence import N_
from georegister.settings import Settings, folder

BY = "demo"
GRACE_SECONDS = 10
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened on
console = Console(soft_wrap=True, highlight=False)


@app.command()
def serve() -> None:
    """Serve the register: the API, the map and the pages."""
    settings = Settings.read()
    _refuse_taken_port(settings)
    with the_register(settings, lasting=True) as database:
        _serve(settings, database)


@app.command()
def demo() -> None:
    """Start everything, load the demo municipalities, and serve them: what `make run` does."""
    settings = Settings.read()
    made = None if settings.staff_token else secrets.token_urlsafe(18)
    if made:
        settings = settings.model_copy(update={"staff_token": SecretStr(made)})
    _refuse_taken_port(settings)
    with ExitStack() as stack:
        with _timed(N_("PostGIS and migrations")):
            database = stack.enter_context(the_register(settings, lasting=True))
        with _timed(N_("Demo data")):
            for step in (step for place in demo_folders(folder("data")) for step in steps(place)):
                _load(database, settings, step)
        _serve(settings, database, made)


def _load(database: Database, settings: Settings, step: Step) -> None:
    """One file of the demo, unless these very bytes, or those of the file that takes its place, have been loaded."""
    with reading(database) as session:
        loaded = loaded_files(session, step.municipality)
    if any(hashlib.sha256(file.read_bytes()).digest() in loaded for file in (step.file, step.then) if file):
        return
    if step.is_municipality:
        report = load_municipality(database, step.file, BY)
    else:
        mapping = find_mapping(settings, step.mapping) if step.mapping else None
        report = load(database, step.file, step.municipality, mapping, Options(by=BY))
    stated = len(report.plans) + len(report.facts)
    words = spoken().count("{n} loaded", "{n} loaded", stated)
    console.print(f"    {step.file.parent.name}/{step.file.name}: {words}", markup=False)


def _serve(settings: Settings, database: Database, made_token: str | None = None) -> None:
    """Serves until told to stop; Ctrl-C and SIGTERM are ordinary ends. A token made for this start is said once."""
    # FastAPI and Folium take a second to import, which no other command should wait for.
    from georegister.app import create_app

    config = uvicorn.Config(
        create_app(settings, database),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    server = _Server(config, settings, made_token)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        # uvicorn has stopped in good order and then raises the signal again.
        if not server.started:
            raise


class _Server(uvicorn.Server):
    """Says where to look once it really listens."""

    def __init__(self, config: uvicorn.Config, settings: Settings, made_token: str | None) -> None:
        super().__init__(config)
        self.settings = settings
        self.made_token = made_token

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host = "127.0.0.1" if self.settings.host in EVERYWHERE else self.settings.host
            here = self.settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.settings.port}"
            t = spoken()
            pages = {"/": t.say("the front page"), "/map": t.say("the map"), "/collections": t.say("the data")}
            if self.made_token:
                pages["/staff/loads"] = t.say("for staff, with the token {token}", token=self.made_token)
            console.print()
            console.print(t.say("georegister is ready. Open:"), markup=False)
            for path, what in pages.items():
                console.print(f"  {here}{path:<14} {what}", markup=False)
            console.print(t.say("Ctrl-C stops it."), markup=False)


def _refuse_taken_port(settings: Settings) -> None:
    """Before anything is started: a port that cannot be had is an error of the settings."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsInvalid(
                N_("Port {port} is taken by another program; choose one with PORT, such as PORT={other}."),
                port=settings.port,
                other=settings.port + 1,
            ) from error
        raise SettingsInvalid(
            N_("Nothing can listen on {host}:{port}: {error}."),
            host=settings.host,
            port=settings.port,
            error=error,
        ) from error


@contextmanager
def _timed(name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    t = spoken()
    words = t.say("{what}: ready ({seconds} s)", what=t.say(name), seconds=t.number(time.monotonic() - start, 1))
    console.print(f"  {words}", markup=False)

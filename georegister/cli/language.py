"""Which language a command speaks: the one that is asked for, else the terminal's."""

import os
from contextvars import ContextVar
from typing import Annotated

import typer

from georegister.language import LANGUAGES, Translator, translator

_asked: ContextVar[str | None] = ContextVar("asked", default=None)


def ask(language: str | None) -> str | None:
    """Keeps what is asked for, for what goes wrong later on."""
    _asked.set(language)
    return language


Language = Annotated[
    str | None, typer.Option(help="Language of the report: da or en.", show_default="of the terminal", callback=ask)
]


def spoken(language: str | None = None) -> Translator:
    """The translator of a language, else of the one this command was asked to speak, else of the terminal's."""
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    chosen = language or _asked.get() or ("da" if terminal.startswith("da") else "en")
    return translator(chosen if chosen in LANGUAGES else "en")

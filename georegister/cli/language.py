"""Which language a command speaks: the one that is asked for, else the terminal's."""

import os
import re
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Annotated

import typer

from georegister.language import LANGUAGES, Translator, translator
from georegister.sentence import N_

_asked: ContextVar[str | None] = ContextVar("asked", default=None)


def one_of(known: Sequence[str], given: str) -> str:
    """Raises BadParameter for what is none of those known."""
    if given not in known:
        raise typer.BadParameter(spoken().say(N_("it should be one of {expected}"), expected=", ".join(known)))
    return given


def one_there_is(language: str) -> str:
    """Raises BadParameter for a language there is no catalogue of."""
    return one_of(LANGUAGES, language)


def ask(language: str | None) -> str | None:
    """Keeps what is asked for, for what goes wrong later on. Raises BadParameter for a language there is none of."""
    _asked.set(one_there_is(language) if language else None)
    return language


WrittenIn = Annotated[str, typer.Option("--lang", help="The language of what is written.", callback=one_there_is)]
Language = Annotated[
    str | None, typer.Option(help="Language of the report: da or en.", show_default="of the terminal", callback=ask)
]


def spoken(language: str | None = None) -> Translator:
    """The translator of a language, else of the one this command was asked to speak, else of the terminal's."""
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    chosen = language or _asked.get() or re.split(r"[_.@]", terminal)[0]
    return translator(chosen if chosen in LANGUAGES else "en")

"""What Typer shows: the help of the commands, and that one was not understood; in the reader's language.

English stays as Typer has it: nothing is put in the place of anything before another language is spoken.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, cast

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from georegister.cli.language import ask, spoken
from georegister.complaints import SAID, complaint
from georegister.language import Translator
from georegister.sentence import N_

USAGE = N_("Usage: ")
TITLES = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("(deprecated) "),
    N_("[default: {}]"),
    N_("[env var: {}]"),
    N_("[required]"),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
)
"""What Typer's help is put together with, as it has it in its module for that."""
COMPLAINTS = (
    N_("Missing command."),
    N_("Missing argument {name}. {words}"),
    N_("Missing argument {name}."),
    N_("Missing option {name}. {words}"),
    N_("Missing option {name}."),
    N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {words}"),
    N_("Invalid value for {name}: {words}"),
    N_("{value} is not one of {choices}."),
    N_("{value} does not match the formats {formats}."),
    N_("No such command {name}. Did you mean {names}?"),
    N_("No such command {name}."),
    N_("No such option: {name} (Possible options: {names})"),
    N_("No such option: {name}"),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Got unexpected extra argument(s) ({arguments})"),
)
"""What Typer complains of. Its sentences come filled, and are known by what stands between: the longer ones first."""
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """A text of a command's help, in English, and where its translation is put."""

    english: str
    put: Callable[[str], None]


class Commands(TyperGroup):
    """All the commands. They tell their help and their complaints in the language that is spoken."""

    _texts: tuple[Text, ...] = ()
    _language = "en"

    def main(self, *args: Any, **extra: Any) -> Any:
        ask(None)
        for command in all_of(self):
            command.context_class = SpokenContext
        return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with self._complaining():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with self._complaining():
            return super().invoke(ctx)

    def speak(self, t: Translator) -> None:
        """Puts every text into a language, when one is about to be shown."""
        self._texts = self._texts or tuple(texts(self))
        if self._language != t.language:
            for text in self._texts:
                text.put(t.say(text.english))
            self._language = t.language
        _entitle(t)

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except (typer.TyperException, typer.Abort) as error:
            t = spoken()
            self.speak(t)
            if isinstance(error, typer.TyperException) and t.language != "en":
                error.format_message = partial(_said_of, error, error.format_message, t)  # type: ignore[method-assign]
            raise


class SpokenContext(typer.Context):
    """Comes before everything Typer shows: usage and help are written by the formatter made here."""

    def make_formatter(self) -> Any:
        t = spoken()
        cast("Commands", self.find_root().command).speak(t)
        formatter = super().make_formatter()
        formatter.write_usage = partial(formatter.write_usage, prefix=t.say(USAGE))  # type: ignore[method-assign]
        return formatter


def all_of(command: Any) -> Iterator[Any]:
    """A command, and those below it."""
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from all_of(one)


def texts(group: Any) -> Iterator[Text]:
    """Every text in the help of the commands, Typer's own among them; some more than once."""
    for command in all_of(group):
        yield from _attributes(command, "help", "short_help", "epilog", "options_metavar", "subcommand_metavar")
        context = typer.Context(command)
        for parameter in command.get_params(context):
            yield from _attributes(parameter, "help", "rich_help_panel")
            if isinstance(parameter.show_default, str):
                yield Text(f"({parameter.show_default})", partial(_put_default, parameter))
            if parameter.param_type_name == "argument":
                yield Text(parameter.display_name_raw, partial(setattr, parameter, "metavar"))
            # What is chosen from is what is typed.
            if not parameter.type_descriptor.is_choice:
                yield Text(parameter.display_type(context), partial(_put_type, parameter))


def _attributes(holder: Any, *names: str) -> Iterator[Text]:
    for name in names:
        if words := getattr(holder, name, None):
            yield Text(words, partial(setattr, holder, name))


def _put_default(parameter: Any, words: str) -> None:
    parameter.show_default = words.removeprefix("(").removesuffix(")")


def _put_type(parameter: Any, words: str) -> None:
    parameter.display_type = lambda context: words


def _entitle(t: Translator) -> None:
    from typer import rich_utils  # takes a tenth of a second, which a command that is understood should not wait

    for name, english in _titles().items():
        setattr(rich_utils, name, t.say(english))
    usage = f"(?P<usage>{re.escape(t.say(USAGE))})"
    rich_utils.OptionHighlighter.highlights = [*_highlights(), usage]


@cache
def _titles() -> dict[str, str]:
    """Typer's names of its own titles, and the titles, as they are before anything has been put in their place."""
    from typer import rich_utils

    return {name: words for name, words in vars(rich_utils).items() if isinstance(words, str) and words in TITLES}


@cache
def _highlights() -> tuple[str, ...]:
    from typer import rich_utils

    return tuple(rich_utils.OptionHighlighter.highlights)


def _said_of(error: typer.TyperException, typers: Callable[[], str], t: Translator) -> str:
    """What is wrong, in a language; of a value as the register says it elsewhere."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        first = cause.errors()[0]
        known = first["type"] in SAID
        error.message = t.tell(complaint(first)) if known else error.message.removeprefix("Value error, ")
    return said(typers(), t)


def said(words: str, t: Translator) -> str:
    """A complaint of Typer's in a language; what is none of those known here stays as it is."""
    for message in COMPLAINTS:
        if found := _form(message).fullmatch(words):
            filled = {name: said(value, t) if name == "words" else value for name, value in found.groupdict().items()}
            return t.say(message, **filled)
    return words


@cache
def _form(message: str) -> re.Pattern[str]:
    """What a message looks like when it is filled."""
    between = _NAMED.split(message)
    parts = [f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(between)]
    return re.compile("".join(parts), re.DOTALL)

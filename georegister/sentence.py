"""What is said to people before anybody knows in which language: a text of the catalogue, and what fills it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_NAMED = re.compile(r"\{(\w+)(!r)?\}")
_VERBATIM = "{words}"


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for a text that is translated elsewhere
    """Marks a text for the catalogue."""
    return message


@dataclass(frozen=True)
class Sentence:
    """A message of the catalogue, in English, and the values of its {names}; {name!r} stands between quotes.

    A value may be a sentence too; one that ends with a full stop brings none beside another.
    Values are filled in and never read: braces in the name of a file are braces. Between backticks stand names of the
    code; `called` says what this reader knows them as.
    """

    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.by(lambda message: message)

    def by(self, translate: Callable[[str], str], write: Callable[[object], str] = str) -> str:
        """In the language that `translate` puts a message into; `write` is how its readers write a day."""

        def filled(found: re.Match[str]) -> str:
            if found[1] not in self.details:
                return found[0]
            value = self.details[found[1]]
            said = value.by(translate, write) if isinstance(value, Sentence) else write(value)
            if found.string.startswith(".", found.end()):
                said = said.rstrip(".")
            return repr(said) if found[2] else said

        text = translate(self.message)
        for name, known in self.called.items():
            text = text.replace(f"`{name}`", known)
        return _NAMED.sub(filled, text)

    def under(self, name: str) -> dict[str, Any]:
        """As details of a finding: the message under a name, and beside it what fills it."""
        return {name: self.message, **{one: str(value) for one, value in self.details.items()}}

    def as_json(self) -> dict[str, Any]:
        """What `sentence_of` makes a sentence of again."""
        return {"message": self.message, "details": {name: _plain(value) for name, value in self.details.items()}}


def verbatim(words: str) -> Sentence:
    """What others say, in their words."""
    return Sentence(_VERBATIM, {"words": words})


def joined(parts: Sequence[Sentence], between: str = ", ") -> Sentence:
    """Several, one after the other."""
    return Sentence(
        between.join(f"{{{no}}}" for no in range(len(parts))), {str(no): one for no, one in enumerate(parts)}
    )


def sentence_of(told: object) -> Sentence:
    """A sentence that was written as JSON. Raises ValueError for anything else."""
    match told:
        case {"message": str(message), "details": dict(details)}:
            return Sentence(message, {str(name): _value(value) for name, value in details.items()})
    raise ValueError(told)


def _plain(value: object) -> object:
    if isinstance(value, Sentence):
        return value.as_json()
    return value if isinstance(value, int | float) else str(value)


def _value(value: object) -> object:
    return sentence_of(value) if isinstance(value, dict) else value

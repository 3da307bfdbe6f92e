"""What somebody types to find a plan: some words, and what numbers of plans they may be."""

import json
import re

from georegister.domain.plan import number_keys
from georegister.errors import ValueRefused
from georegister.sentence import N_

LONGEST = 200
MOST_WORDS = 12
_SAY_LITTLE = frozenset({"ved", "på", "nær", "hos", "nr", "nr."})
"""Beside the words that PostgreSQL's Danish leaves out: a title may say `i` where somebody types `ved`."""
LETTER_OR_FIGURE = re.compile(r"[^\W_]")


def checked(text: str) -> str:
    """Raises ValueRefused where there are too many words, or none."""
    words = _words(text)
    if not words:
        raise ValueRefused(N_("give a word or a number"))
    if len(words) > MOST_WORDS:
        raise ValueRefused(N_("give at most {most} words"), most=MOST_WORDS)
    return text


def told(text: str) -> str:
    """As JSON: each of its first words, and the keys of the plans that it or all of it may be the number of."""
    words = [{"word": word, "keys": _keys(word)} for word in _words(text)[:MOST_WORDS]]
    return json.dumps({"words": words, "keys": _keys(text)}, ensure_ascii=False)


def _words(text: str) -> list[str]:
    words = [word for word in dict.fromkeys(text.split()) if LETTER_OR_FIGURE.search(word)]
    return [word for word in words if word.casefold() not in _SAY_LITTLE] or words


def _keys(text: str) -> list[str]:
    """None without figures: it is nobody's number."""
    return sorted(number_keys(text)) if any(letter.isdigit() for letter in text) else []

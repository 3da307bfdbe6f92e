"""What people read, in their language: texts by gettext, days, numbers and areas as the reader writes them."""

import gettext
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from georegister.sentence import Sentence

CATALOGUES = Path(__file__).resolve().parent / "translations"
LANGUAGES = ("da", "en")
"""The languages of the pages and reports, the default first."""


class Translator:
    """One language. Texts in the code are English and are the catalogues' keys."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse("en_GB" if language == "en" else language)
        fallback = language == "en"
        self.catalogue = gettext.translation("georegister", CATALOGUES, [language], fallback=fallback)

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its {names} filled."""
        return self.catalogue.gettext(message).format(**values) if values else self.catalogue.gettext(message)

    def tell(self, sentence: Sentence) -> str:
        """A sentence in this language, with what fills it."""
        return sentence.by(self.catalogue.gettext, self._written)

    def _written(self, value: object) -> str:
        return self.day(value) if isinstance(value, date) else str(value)

    def count(self, one: str, many: str, number: int, **values: object) -> str:
        """The form for a number, which is also filled in as {n}."""
        return self.catalogue.ngettext(one, many, number).format(n=self.number(number), **values)

    def day(self, day: date | str) -> str:
        """13. oktober 2021 · 13 October 2021"""
        given = date.fromisoformat(day) if isinstance(day, str) else day
        return format_date(given, "d. MMMM y" if self.language == "da" else "d MMMM y", self.locale)

    def moment(self, moment: datetime) -> str:
        """13. oktober 2021 kl. 14.05 · 13 October 2021, 14:05; by the clock that the moment is given in."""
        danish = self.language == "da"
        pattern = "d. MMMM y 'kl.' HH.mm" if danish else "d MMMM y, HH:mm"
        return format_datetime(moment, pattern, locale=self.locale)

    def number(self, number: float, digits: int = 0) -> str:
        return str(format_decimal(round(number, digits), locale=self.locale))

    def area(self, square_metres: float) -> str:
        """Hectares from one hectare on, square metres below."""
        if square_metres >= 9_950:
            hectares = square_metres / 10_000
            return f"{self.number(hectares, 0 if hectares >= 10 else 1)} ha"
        return f"{self.number(square_metres)} m²"

    def distance(self, metres: float) -> str:
        """420 m, from a kilometre on 1,4 km"""
        if metres >= 1000:
            return f"{self.number(metres / 1000, 1)} km"
        return f"{self.number(round(metres, -1) if metres >= 20 else metres)} m"

    def choose(self, texts: Mapping[str, str], languages: Sequence[str] = ()) -> str:
        """The one of several languages' texts that this reader gets: own language, else the first of the
        municipality's `languages`, else the first there is.
        """
        wanted = (self.language, *languages)
        return next((texts[one] for one in wanted if texts.get(one)), None) or next(iter(texts.values()), "")


@cache
def translator(language: str) -> Translator:
    """Raises KeyError for a language there is no catalogue of."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Translator(language)


def preferred(accept_language: str | None, otherwise: str = LANGUAGES[0]) -> str:
    """The language an `Accept-Language` header asks for, of those there are (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept_language or "").split(",")):
        tag, _, weight = part.partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, tag.strip().casefold()[:2]))
        except ValueError:
            continue
    return next((tag for weight, _, tag in sorted(wanted) if tag in LANGUAGES and weight < 0), otherwise)

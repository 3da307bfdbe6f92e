"""What people read, in their language: texts by gettext, days, numbers and areas as the reader writes them."""

import gettext
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.localedata import exists
from babel.numbers import format_decimal

from georegister.sentence import Sentence

CATALOGUES = Path(__file__).resolve().parent / "translations"
DOMAIN = "georegister"
OURS = ("da", "en")
"""The default, and the language of the texts in the code, which needs no catalogue."""
DAYS = {"da": "d. MMMM y", "en": "d MMMM y"}
MOMENTS = {"da": "d. MMMM y 'kl.' HH.mm", "en": "d MMMM y, HH:mm"}
"""How a day and a moment are written; in other languages as Babel has it."""


def languages(catalogues: Path = CATALOGUES) -> tuple[str, ...]:
    """The languages that can be read: ours, and each there is a compiled catalogue of that Babel knows."""
    found = sorted(file.parent.parent.name for file in catalogues.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (*OURS, *(one for one in found if one not in OURS and exists(one)))


LANGUAGES = languages()
"""The languages of the pages and reports, the default first."""


class Told(str):
    """A text, and the language it is in: one that is not the page's is marked there."""

    __slots__ = ("language",)

    def __new__(cls, text: str, language: str) -> "Told":
        made = super().__new__(cls, text)
        made.language = language  # type: ignore[attr-defined]  # mypy knows no slots of str
        return made


def told_in(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """The text in the first of the languages that there is one in, else in any."""
    language = next((one for one in (*languages, *texts) if texts.get(one)), None)
    return Told(texts[language], language) if language else ""


def language_name(language: str) -> str:
    """What a language calls itself: Dansk, English, Kalaallisut."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


class Translator:
    """One language. Texts in the code are English and are the catalogues' keys."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse("en_GB" if language == "en" else language)
        # What a catalogue lacks is said in the default language, and what that lacks as the code has it.
        wanted = [language] if language in OURS else [language, OURS[0]]
        self.catalogue = gettext.translation(DOMAIN, CATALOGUES, wanted, fallback=language == "en")

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
        return format_date(given, DAYS.get(self.language, "long"), self.locale)

    def moment(self, moment: datetime) -> str:
        """13. oktober 2021 kl. 14.05 · 13 October 2021, 14:05; by the clock that the moment is given in."""
        if self.language in MOMENTS:
            return format_datetime(moment, MOMENTS[self.language], locale=self.locale)
        return f"{self.day(moment.date())} {format_time(moment, 'short', locale=self.locale)}"

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
        return told_in(texts, (self.language, *languages))


@cache
def translator(language: str) -> Translator:
    """Raises KeyError for a language there is no catalogue of."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Translator(language)


def preferred(wanted: Iterable[str], otherwise: str = LANGUAGES[0]) -> str:
    """The first of the languages wanted that there is, each by its tag in small letters (BCP 47)."""
    tags = (tag.partition("-")[0] for tag in wanted)
    return next((tag for tag in tags if tag in LANGUAGES), otherwise)

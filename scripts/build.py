"""Builds what is served but not written by hand: the compiled translations."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "georegister/translations"


def main() -> None:
    for catalogue in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with catalogue.open("rb") as source:
            messages = read_po(source, locale=catalogue.parent.parent.name)
        with catalogue.with_suffix(".mo").open("wb") as target:
            write_mo(target, messages)


if __name__ == "__main__":
    main()

"""Brings new texts of the code and the templates into the catalogues: `make translations`, then fill what is empty."""

from datetime import UTC, datetime
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from georegister.cli import whole
from georegister.cli.typer_words import texts

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "georegister/translations"
KEYWORDS = {"say": None, "count": (1, 2), "N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("maps/templates/**.html", "jinja2")]
OPTIONS = {"maps/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}}


def extracted() -> Catalog:
    """Every text that is to be translated: those marked in the code and the templates, and the help of the commands."""
    found = Catalog()
    package = ROOT / "georegister"
    for _, _, message, _, _ in extract_from_dir(package, METHODS, OPTIONS, KEYWORDS):
        found.add(message)
    for text in texts(typer.main.get_command(whole())):
        found.add(text.english)
    return found


def main() -> None:
    wanted = extracted()
    for file in sorted(CATALOGUES.glob("*/LC_MESSAGES/georegister.po")):
        with file.open("rb") as source:
            catalogue = read_po(source, locale=file.parent.parent.name)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.revision_date = catalogue.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
        with file.open("wb") as target:
            write_po(target, catalogue, width=110, sort_output=True, no_location=True)
        empty = [message.id for message in catalogue if message.id and not all(_texts(message.string))]
        print(f"{file.relative_to(ROOT)}: {len(catalogue)} texts, {len(empty)} empty")
        for text in empty:
            print(f"  {text}")


def _texts(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    main()

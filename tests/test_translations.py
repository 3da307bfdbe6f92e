"""Danish is complete: every text of the code and the templates has its translation, and says the same variables."""

import ast
import re

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from georegister.language import CATALOGUES
from scripts.translations import extracted

TEMPLATES = CATALOGUES.parent / "maps" / "templates"
PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)(?:!r)?\}")


def messages(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    found = {}
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            found[tuple(ids)] = message.string if isinstance(message.string, tuple) else (message.string or "",)
    return found


def test_every_text_is_translated_and_none_is_left_over() -> None:
    with (CATALOGUES / "da/LC_MESSAGES/georegister.po").open("rb") as file:
        danish = messages(read_po(file, locale="da"))
    wanted = messages(extracted())
    assert sorted(set(wanted) - set(danish)) == []
    assert sorted(set(danish) - set(wanted)) == []
    assert [ids for ids, texts in danish.items() if not all(texts)] == []


def test_translations_name_the_same_variables() -> None:
    with (CATALOGUES / "da/LC_MESSAGES/georegister.po").open("rb") as file:
        for ids, texts in messages(read_po(file, locale="da")).items():
            for text in texts:
                assert set(PLACES.findall(text)) == set(PLACES.findall(ids[-1])), ids


def test_templates_say_texts_where_they_are_found() -> None:
    """Texts of templates are found in `_()` alone; `t.say("...")` would stay English."""
    said = re.compile(r"""\.(?:say|count)\(\s*["']""")
    templates = sorted(TEMPLATES.glob("**/*.html"))
    assert len(templates) > 20
    assert [file.name for file in templates if said.search(file.read_text(encoding="utf-8"))] == []


def test_texts_in_the_code_stand_where_they_are_found() -> None:
    """A text that is said within an f-string is not found there, and would stay English."""
    package = CATALOGUES.parent
    known = {text for ids in messages(extracted()) for text in ids}
    said = set()
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("say", "N_"):
                said |= {text.value for text in node.args if isinstance(text, ast.Constant) and text.value}
    assert len(said) > 1000
    assert said - known == set()

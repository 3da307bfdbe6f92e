"""A filter as it was written to the standard's JSON form (OGC 21-065r2, clause 8), as Python values."""

import json
import re
from collections.abc import Callable
from typing import Any

import cql2

from georegister.errors import ValueRefused
from georegister.register.cql2.guard import guard_json, guard_text, guard_tree
from georegister.sentence import N_

_PLACE = re.compile(r"--> (\d+):(\d+)")
_MEMBERS = (
    {"op", "args"},
    {"property"},
    {"date"},
    {"timestamp"},
    {"interval"},
    {"bbox"},
    {"type", "coordinates"},
    {"type", "geometries"},
)


def read_text(text: str) -> Any:
    """cql2-text. Raises ValueRefused.

    QGIS doubles each backslash of a text, so two of them are one.
    """
    return _each_text(_read(text, guard_text, cql2.parse_text), lambda said: said.replace("\\\\", "\\"))


def read_json(text: str) -> Any:
    """cql2-json. Raises ValueRefused."""
    return _each_text(_read(text, guard_json, _parse_json), str)


def _read(text: str, guard: Callable[[str], None], parse: Callable[[str], cql2.Expr]) -> Any:
    guard(text)
    try:
        tree = parse(text).to_json()
    except ValueRefused:
        raise
    except (cql2.ParseError, ValueError) as error:
        found = _PLACE.search(str(error))
        if found and found[1] == "1":
            raise ValueRefused(N_("it cannot be read as CQL2 from character {place} on"), place=int(found[2])) from None
        raise ValueRefused(N_("it cannot be read as CQL2")) from None
    guard_tree(tree)
    return tree


def _parse_json(text: str) -> cql2.Expr:
    """The parser passes over members it does not know, and takes a geometry's own `bbox` for the geometry."""
    return cql2.parse_json(json.dumps(json.loads(text, object_pairs_hook=_object)))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueRefused(N_("an object in it has a member twice"))
    if "type" in members:
        members.pop("bbox", None)
    if set(members) not in _MEMBERS:
        raise ValueRefused(N_("an object in it has the members {names}"), names=", ".join(members)[:60] or "-")
    return members


def _each_text(tree: Any, change: Callable[[str], str]) -> Any:
    """The tree with every text changed that is no name."""
    if isinstance(tree, str):
        if "\0" in tree:
            raise ValueRefused(N_("it has a character no text may have"))
        return change(tree)
    if isinstance(tree, list):
        return [_each_text(one, change) for one in tree]
    if isinstance(tree, dict):
        return {
            name: value if name in ("op", "property", "type") else _each_text(value, change)
            for name, value in tree.items()
        }
    return tree

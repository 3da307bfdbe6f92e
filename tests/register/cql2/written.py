"""A filter in the standard's JSON, written as its text."""

import json
from typing import Any

INFIX = {"=", "<>", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "div", "^", "and", "or"}


def as_json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False)


def as_text(tree: Any) -> str:
    """Texts as QGIS writes them, with quotation marks and backslashes doubled."""
    match tree:
        case bool():
            return str(tree).upper()
        case str():
            return "'" + tree.replace("'", "''").replace("\\", "\\\\") + "'"
        case list():
            return "(" + ", ".join(map(as_text, tree)) + ")"
        case {"op": op, "args": args}:
            return _operation(op, args)
        case {"property": name}:
            return f'"{name}"'
        case {"date": day}:
            return f"DATE('{day}')"
        case {"timestamp": moment}:
            return f"TIMESTAMP('{moment}')"
        case {"interval": ends}:
            return f"INTERVAL({', '.join(map(as_text, ends))})"
        case {"bbox": numbers}:
            return f"BBOX({', '.join(map(repr, numbers))})"
        case {"type": "GeometryCollection", "geometries": parts}:
            return f"GEOMETRYCOLLECTION({', '.join(map(as_text, parts))})"
        case {"type": kind, "coordinates": coordinates}:
            points = _points(coordinates)
            return f"{kind.upper()}{points if kind != 'Point' else f'({points})'}"
    return repr(tree)


def _operation(op: str, args: list[Any]) -> str:
    said = [as_text(one) for one in args]
    if op in INFIX:
        return "(" + f" {op.upper()} ".join(said) + ")"
    if op == "not":
        return f"(NOT {said[0]})"
    if op == "isNull":
        return f"({said[0]} IS NULL)"
    if op == "between":
        return f"({said[0]} BETWEEN {said[1]} AND {said[2]})"
    if op in ("in", "like"):
        return f"({said[0]} {op.upper()} {said[1]})"
    return f"{op.upper()}({', '.join(said)})"


def _points(coordinates: Any) -> str:
    if isinstance(coordinates[0], int | float):
        return " ".join(map(repr, coordinates))
    return "(" + ", ".join(map(_points, coordinates)) + ")"

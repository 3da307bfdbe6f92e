"""What the database says when it refuses a write, in one sentence for whoever loads."""

import re

import psycopg

KEY = re.compile(r"Key \((?P<columns>.+?)\)=\((?P<values>.*?)\)(?: |$)")
ROW = re.compile(r"Failing row contains \([^,]*, [^,]*, (?P<id>[0-9A-Za-z][0-9A-Za-z._-]*),")
PLAN_ROW = re.compile(r"Failing row contains \([^,]*, (?P<id>[0-9A-Za-z][0-9A-Za-z._-]*),")
BY_PLAN = ("plan", "plan_state", "strategy_part")


def refusal(error: psycopg.Error) -> str:
    """Which table refused what, of which id where the database names one, and why."""
    said = error.diag
    table = said.table_name or ""
    words = f"The register's table of {_spoken(table)}s" if table else "The register"
    id_ = _id(table, said.message_detail or "")
    of = f" does not take “{id_}”" if id_ else " does not take what the file says"
    return f"{words}{of}: {_reason(error, table)}. Nothing was written."


def _reason(error: psycopg.Error, table: str) -> str:
    said = error.diag
    column = (said.constraint_name or "").removeprefix(f"{table}_")
    match error:
        case psycopg.errors.UniqueViolation() | psycopg.errors.ExclusionViolation():
            return "it is there already, from another dataset or twice in the file"
        case psycopg.errors.ForeignKeyViolation():
            # A key of several columns is named by them; all begin with the municipality, which alone means itself.
            named = column.removesuffix("fkey").removeprefix("municipality_").rstrip("_") or "municipality"
            return f"its {_spoken(named)} is not in the register"
        case psycopg.errors.NotNullViolation():
            return f"its {_spoken(said.column_name or '')} is missing"
        case psycopg.errors.CheckViolation():
            return f"its {_spoken(re.sub(r'_?check[0-9]*$', '', column)) or 'fields together'} cannot be so"
        case psycopg.errors.CharacterNotInRepertoire() | psycopg.errors.UntranslatableCharacter():
            return "a text holds a character that cannot be kept, such as NUL; take it out"
        case _:
            return " ".join((said.message_primary or str(error)).split()).rstrip(".")


def _id(table: str, detail: str) -> str:
    """The id in the database's words; the municipality is part of every key and names nothing."""
    if found := KEY.search(detail):
        columns, values = found["columns"].split(", "), found["values"].split(", ")
        return ", ".join(
            value for name, value in zip(columns, values, strict=False) if name not in ("municipality", "dataset")
        )
    found = (PLAN_ROW if table in BY_PLAN else ROW).search(detail)
    return found["id"] if found else ""


def _spoken(name: str) -> str:
    return name.replace("_", " ")

"""What the database says when it refuses a write, in one sentence for whoever loads."""

import re

import psycopg

from georegister.domain.vocabulary import word
from georegister.errors import WriteRefused
from georegister.sentence import N_, Sentence, verbatim

KEY = re.compile(r"Key \((?P<columns>.+?)\)=\((?P<values>.*?)\)(?: |$)")
ROW = re.compile(r"Failing row contains \([^,]*, [^,]*, (?P<id>[0-9A-Za-z][0-9A-Za-z._-]*),")
PLAN_ROW = re.compile(r"Failing row contains \([^,]*, (?P<id>[0-9A-Za-z][0-9A-Za-z._-]*),")
BY_PLAN = ("plan", "plan_state", "strategy_part")


def refusal(error: psycopg.Error) -> WriteRefused:
    """Which table refused what, of which id where the database names one, and why."""
    said = error.diag
    table = said.table_name or ""
    id_ = _id(table, said.message_detail or "")
    message = {
        (True, True): N_("The register's table of {table}s does not take “{id}”: {reason}. Nothing was written."),
        (True, False): N_(
            "The register's table of {table}s does not take what the file says: {reason}. Nothing was written."
        ),
        (False, True): N_("The register does not take “{id}”: {reason}. Nothing was written."),
        (False, False): N_("The register does not take what the file says: {reason}. Nothing was written."),
    }[bool(table), bool(id_)]
    return WriteRefused(message, table=word(table), id=id_, reason=_reason(error, table))


def _reason(error: psycopg.Error, table: str) -> Sentence:
    said = error.diag
    column = (said.constraint_name or "").removeprefix(f"{table}_")
    match error:
        case psycopg.errors.UniqueViolation() | psycopg.errors.ExclusionViolation():
            return Sentence(N_("it is there already, from another dataset or twice in the file"))
        case psycopg.errors.ForeignKeyViolation():
            # A key of several columns is named by them; all begin with the municipality, which alone means itself.
            named = column.removesuffix("fkey").removeprefix("municipality_").rstrip("_") or "municipality"
            return Sentence(N_("its {field} is not in the register"), {"field": word(named)})
        case psycopg.errors.NotNullViolation():
            return Sentence(N_("its {field} is missing"), {"field": word(said.column_name or "")})
        case psycopg.errors.CheckViolation():
            named = re.sub(r"_?check[0-9]*$", "", column)
            if not named:
                return Sentence(N_("its fields together cannot be so"))
            return Sentence(N_("its {field} cannot be so"), {"field": word(named)})
        case psycopg.errors.CharacterNotInRepertoire() | psycopg.errors.UntranslatableCharacter():
            return Sentence(N_("a text holds a character that cannot be kept, such as NUL; take it out"))
        case _:
            return verbatim(" ".join((said.message_primary or str(error)).split()))


def _id(table: str, detail: str) -> str:
    """The id in the database's words; the municipality is part of every key and names nothing."""
    if found := KEY.search(detail):
        columns, values = found["columns"].split(", "), found["values"].split(", ")
        return ", ".join(
            value for name, value in zip(columns, values, strict=False) if name not in ("municipality", "dataset")
        )
    found = (PLAN_ROW if table in BY_PLAN else ROW).search(detail)
    return found["id"] if found else ""

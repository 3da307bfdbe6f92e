"""What pydantic says of a value, as sentences of ours: its own words are English."""

from collections.abc import Mapping
from typing import Any

from georegister.errors import GeoregisterError
from georegister.sentence import N_, Sentence, verbatim

WHOLE_NUMBER = N_("it should be a whole number")
NUMBER = N_("it should be a number")
DAY = N_("it should be a day, such as 2021-06-01")
MOMENT = N_("it should be a moment, such as 2021-06-01T12:00:00Z")
TRUE_OR_FALSE = N_("it should be true or false")
TEXT = N_("it should be a text")
LIST = N_("it should be a list")
TABLE = N_("it should be a table of its own")
CHOICE = N_("it should be one of {expected}")

SAID = {
    "missing": N_("it is missing"),
    "extra_forbidden": N_("there is no such field"),
    "json_invalid": N_("it is no JSON that can be read"),
    "string_type": TEXT,
    "string_too_short": N_("it should have at least {min_length} characters"),
    "string_too_long": N_("it should have at most {max_length} characters"),
    "string_pattern_mismatch": N_("it is not written as it should be, by the pattern {pattern}"),
    "enum": CHOICE,
    "literal_error": CHOICE,
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": N_("the number is too large"),
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_max_digits": N_("it should have at most {max_digits} digits"),
    "decimal_max_places": N_("it should have at most {decimal_places} decimals"),
    "decimal_whole_digits": N_("it should have at most {whole_digits} digits before the decimal comma"),
    "greater_than": N_("it should be more than {gt}"),
    "greater_than_equal": N_("it should be at least {ge}"),
    "less_than": N_("it should be less than {lt}"),
    "less_than_equal": N_("it should be at most {le}"),
    "bool_type": TRUE_OR_FALSE,
    "bool_parsing": TRUE_OR_FALSE,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "timezone_aware": N_("it should say its time zone, such as 2021-06-01T12:00:00Z"),
    "too_short": N_("there should be at least {min_length}"),
    "too_long": N_("there should be at most {max_length}"),
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "dict_type": TABLE,
    "model_type": TABLE,
    "model_attributes_type": TABLE,
}


def complaint(error: Mapping[str, Any]) -> Sentence:
    """What is wrong, from one of a ValidationError's `errors()`; what is not foreseen here, in pydantic's words."""
    context = error.get("ctx", {})
    ours = context.get("error")
    if isinstance(ours, GeoregisterError):
        return ours.sentence
    if error["type"] not in SAID:
        return verbatim(str(error["msg"]).removeprefix("Value error, "))
    expected = {"expected": str(context["expected"]).replace(" or ", ", ")} if "expected" in context else {}
    return Sentence(SAID[error["type"]], {**context, **expected})

"""A question that comes as a body of JSON, read with limits."""

import json
from typing import Any, TypeVar

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from georegister.errors import QuestionInvalid
from georegister.register.place_questions import spelt_otherwise
from georegister.sentence import N_, Sentence

LARGEST_BYTES = 1_000_000
Question = TypeVar("Question", bound=BaseModel)


async def read(request: Request) -> Any:
    """What the JSON says. Raises HTTPException 413 and 415, and QuestionInvalid for what is no JSON."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().casefold()
    if kind not in ("application/json", "application/geo+json"):
        raise HTTPException(415, Sentence(N_("Send JSON (application/json).")))
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BYTES:
            raise HTTPException(413, Sentence(N_("At most {megabytes} MB are taken."), {"megabytes": 1}))
    try:
        said = json.loads(body.decode())
        # A lone surrogate, which JSON can escape, is no letter of any text.
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise QuestionInvalid("body", N_("it is no JSON that can be read")) from error
    return said


def question(model: type[Question], said: Any) -> Question:
    """The parameters of a question as members of an object. Raises RequestValidationError and QuestionInvalid.

    A box may be a list of numbers, and a filter an object of CQL2.
    """
    if not isinstance(said, dict):
        raise QuestionInvalid("body", N_("give an object with the parameters of the question"))
    for name in said:
        if name in spelt_otherwise():
            raise QuestionInvalid(name, N_("there is no such parameter here"))
    members = {name: _as_in_an_address(name, value) for name, value in said.items() if value is not None}
    if isinstance(said.get("filter"), dict):
        members.setdefault("filter-lang", "cql2-json")
    try:
        return model.model_validate(members)
    except ValidationError as error:
        wrong = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(wrong) from error


def _as_in_an_address(name: str, value: Any) -> Any:
    """Raises QuestionInvalid for an object where none can be."""
    if name == "geometry" or isinstance(value, bool):
        return value
    if name == "filter" and isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    if name == "bbox" and isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        raise QuestionInvalid(name[:60], N_("it should be a text"))
    return str(value) if isinstance(value, int | float) else value

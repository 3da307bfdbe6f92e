"""`/facts`: what is known of plans, written down one by one by staff; the forms at `/staff/plans/{id}` use it.

Each request is a delivery of its own: checked, compared, recorded with who said it, and undone like a load.
"""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError

from georegister.api import body
from georegister.api.html import translator_of
from georegister.api.responses import json_response
from georegister.api.service import TheService
from georegister.api.upload import COUNTED_HERE, received
from georegister.complaints import complaint
from georegister.domain.change import plain
from georegister.errors import QuestionInvalid
from georegister.loading import by_hand
from georegister.loading.compare import Report
from georegister.loading.documents import Find, nowhere
from georegister.loading.facts import DATASET
from georegister.loading.report_json import as_json
from georegister.register.questions import Language

router = APIRouter()

Kind = Literal["event", "hearing", "relation", "claim", "document", "parameter", "measurement"]
SECTIONS: tuple[Kind, ...] = get_args(Kind)
Section = Annotated[Kind, Path(title="Kind of fact")]
MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")]
PlanName = Annotated[str, Field(min_length=1, max_length=200)]
By = Annotated[str, BeforeValidator(lambda value: value or "staff"), Field(max_length=100)]


class FactSearch(BaseModel):
    """Which facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: MunicipalityCode
    plan: PlanName | None = None
    lang: Language | None = None


class FactQuestion(BaseModel):
    """What is said in the address when facts are written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dry_run: bool = Field(False, description="Say what would change, and change nothing.")
    lang: Language | None = None


class Entries(BaseModel):
    """Facts of one section: each the fields of a file of facts, as text or as JSON has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: MunicipalityCode
    entries: list[dict[Annotated[str, Field(max_length=60)], JsonValue]] = Field(min_length=1, max_length=1000)
    by: By = "staff"
    again: bool = Field(False, description="One more beside that of the same key, and no correction.")
    whole: bool = Field(False, description="What an entry does not say is emptied; else it stays.")


class Withdrawal(BaseModel):
    """Which facts are taken back, by their ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: MunicipalityCode
    ids: list[Annotated[str, Field(min_length=1, max_length=400)]] = Field(min_length=1, max_length=1000)
    dataset: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=150)] = DATASET
    by: By = "staff"


@router.get("/facts/{section}")
async def listed(section: Section, service: TheService, question: Annotated[FactSearch, Query()]) -> Response:
    """The facts of one kind that the register holds now, each with its id and its dataset."""
    found = await service.desk.do(
        partial(by_hand.list_entries, municipality=question.municipality, section=section, plan=question.plan)
    )
    facts = [{"id": fact.id, "dataset": dataset, "says": plain(fact.content)} for dataset, fact in found]
    return json_response({"section": section, "facts": facts})


@router.post("/facts/{section}", max_body_size=COUNTED_HERE)
async def added(
    section: Section, request: Request, service: TheService, question: Annotated[FactQuestion, Query()]
) -> Response:
    """Adds facts, or corrects those of the same key: the report of what changed.

    A document's file comes as a form (multipart/form-data) with the entry's fields beside `file`.
    """
    if request.headers.get("content-type", "").casefold().startswith("multipart/"):
        with service.desk:
            async with received(request, service.settings.upload_mb) as form:
                said, find = _from_form(form.fields, form.name, form.file.read_bytes())
    else:
        said, find = _valid(Entries, await body.read(request)), nowhere
    report = await service.desk.do(
        partial(
            by_hand.add_entries,
            municipality=said.municipality,
            section=section,
            entries=said.entries,
            by=said.by,
            again=said.again,
            whole=said.whole,
            documents=find,
            dry_run=question.dry_run,
        )
    )
    return _report_response(report, request, question.lang)


@router.post("/facts/{section}/withdraw")
async def withdrawn(
    section: Section,
    request: Request,
    service: TheService,
    question: Annotated[FactQuestion, Query()],
    said: Annotated[Withdrawal, Body()],
) -> Response:
    """Takes facts back, by their ids: the report of what changed. They stay in the history."""
    report = await service.desk.do(
        partial(
            by_hand.withdraw_entries,
            municipality=said.municipality,
            section=section,
            ids=said.ids,
            by=said.by,
            dataset=said.dataset,
            dry_run=question.dry_run,
        )
    )
    return _report_response(report, request, question.lang)


def _report_response(report: Report, request: Request, language: str | None) -> Response:
    t = translator_of(request, language)
    return json_response(as_json(report, t), headers={"Content-Language": t.language})


def _valid(model: type[Entries], said: object) -> Entries:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        raise QuestionInvalid(".".join(map(str, first["loc"])) or "body", complaint(dict(first))) from error


def _from_form(fields: Mapping[str, str], name: str, content: bytes) -> tuple[Entries, Find]:
    of_request = {name: fields[name] for name in ("municipality", "by", "again", "whole") if fields.get(name)}
    entry = {key: value for key, value in fields.items() if key not in ("municipality", "by", "again", "whole")}
    said = _valid(Entries, {**of_request, "entries": [{**entry, "file": name}]})
    return said, lambda wanted: content if wanted == name else None

"""`/loads`: what GIS staff hand in, what it would change, and applying and undoing it.

A file is kept and previewed by a process of its own; it changes nothing until it is applied.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from georegister.api.html import translator_of
from georegister.api.responses import GEOJSON, Link, again, json_response, link, now
from georegister.api.service import Base, Service, TheService
from georegister.api.upload import COUNTED_HERE, received
from georegister.complaints import complaint
from georegister.domain.plan import Kind
from georegister.errors import LoadConflict, NotFound, QuestionInvalid, ValueRefused
from georegister.language import Translator
from georegister.loading.report_json import applied_as_json
from georegister.register import deliveries, load_items, loads, municipalities
from georegister.register.database import Row
from georegister.register.deliveries import Arrival
from georegister.register.questions import Language, Text
from georegister.sentence import N_

router = APIRouter()

BIGGEST = 2**62
SETTLED_SECONDS = 30
UNSETTLED = ("queued", "running", "applying", "undoing")
Number = Annotated[int, Path(ge=1, le=BIGGEST)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
Crs = Annotated[str, Field(pattern=r"^(EPSG:)?\d{4,6}$")]
Dataset = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Parent = Annotated[Text, Field(max_length=200)]
Reason = Annotated[str, Field(max_length=1000)]


M = TypeVar("M", bound=BaseModel)


def blank(value: object) -> object:
    """Nothing, where a field of a form was left blank."""
    return None if value == "" else value


def _day(value: object) -> object:
    """Only YYYY-MM-DD: a number would be taken for seconds since 1970."""
    if isinstance(value, str) and value and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueRefused(N_("write the day as YYYY-MM-DD"))
    return blank(value)


class Taking(BaseModel):
    """How a file is to be taken: the fields of the form beside `file`. A field left blank is not said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")]
    mapping: Annotated[Name | None, BeforeValidator(blank)] = None
    kind: Annotated[Kind | None, BeforeValidator(blank)] = None
    parent: Annotated[Parent | None, BeforeValidator(blank)] = None
    crs: Annotated[Crs | None, BeforeValidator(blank)] = None
    encoding: Annotated[Name | None, BeforeValidator(blank)] = None
    dataset: Annotated[Dataset | None, BeforeValidator(blank)] = None
    complete: bool = False
    strict: bool = False
    new_version: bool = Field(False, description="What differs is valid from `effective` on, and no correction.")
    effective: Annotated[date | None, BeforeValidator(_day)] = None
    apply: bool = False
    by: Annotated[str, BeforeValidator(lambda value: value or "staff"), Field(max_length=100)] = "staff"

    @model_validator(mode="after")
    def _together(self) -> "Taking":
        if self.new_version != (self.effective is not None):
            raise ValueRefused(N_("new_version and effective belong together: say both or neither"))
        return self

    def options(self) -> dict[str, Any]:
        """What the load is told, as it is kept."""
        told = {"kind", "parent", "crs", "encoding", "dataset", "strict", "complete", "effective"}
        said = self.model_dump(mode="json", include=told)
        return {name: value for name, value in said.items() if value}


class Handing(BaseModel):
    """What is said in the address when a file is handed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dry_run: bool = Field(False, description="Only preview: the load can never be applied.")
    lang: Language | None = None


class Asked(BaseModel):
    """What is said when a load is previewed anew, applied or undone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    acknowledge: list[Annotated[str, Field(pattern=r"^[A-Z]+-\d{2}$")]] = Field(default=[], max_length=100)
    expect_withdrawals: int | None = Field(None, ge=0, le=10_000_000)
    reason: Annotated[Reason | None, BeforeValidator(blank)] = None
    by: Annotated[str, BeforeValidator(lambda value: value or "staff"), Field(max_length=100)] = "staff"


SaidOfIt = Annotated[Asked, Body()]
NOTHING_SAID = Asked()


class LoadSearch(BaseModel):
    """What can be asked of the list of loads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    municipality: Text | None = None
    limit: int = Field(50, ge=1, le=1000)
    token: int | None = Field(None, ge=1, le=BIGGEST, description="Loads before this one, from the `next` link.")
    lang: Language | None = None


class DiffSearch(BaseModel):
    """What can be asked of a diff."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(1000, ge=1, le=5000)
    token: int = Field(0, ge=0, le=BIGGEST, description="Shapes after this one, from the `next` link.")
    lang: Language | None = None


class LoadQuestion(BaseModel):
    """What can be asked of one load."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Language | None = Field(None, description="The language of the report's messages.")


@router.post("/loads", max_body_size=COUNTED_HERE)
async def hand_in(request: Request, service: TheService, base: Base, question: Annotated[Handing, Query()]) -> Response:
    """Takes a file: 202, and the address at which it is previewed and waits to be applied."""
    key = _key(request)
    with service.desk:
        async with received(request, service.settings.upload_mb) as form:
            taking = form_of(Taking, form.fields)
            await _check(service, taking, form.name)
            told = {**taking.model_dump(mode="json"), "file": form.name, "dry_run": question.dry_run}
            number = await service.desk.keep(
                Arrival(
                    municipality=taking.municipality,
                    file=form.file,
                    sha256=form.sha256,
                    mapping=taking.mapping,
                    options=taking.options(),
                    by=taking.by,
                    key=key,
                    request=hashlib.sha256(form.sha256 + json.dumps(told, sort_keys=True).encode()).digest(),
                    dry_run=question.dry_run,
                    apply_at_once=taking.apply,
                )
            )
    return await _accepted(request, service, base, number)


@router.get("/loads")
async def listed(
    request: Request, service: TheService, base: Base, question: Annotated[LoadSearch, Query()]
) -> Response:
    """The loads, the newest first: those of the command line too."""
    values = {"municipality": question.municipality, "before": question.token, "limit": question.limit + 1}
    rows = await service.reading.rows(deliveries.LISTED, values)
    shown = rows[: question.limit]
    links = [link("self", again(request, base))]
    if len(rows) > len(shown):
        links.append(link("next", again(request, base, token=str(shown[-1]["id"]))))
    t = translator_of(request, None)
    answer = {"loads": [_load_json(row, base, t) for row in shown], "links": links, "timeStamp": now()}
    return json_response(answer, headers={"Content-Language": t.language})


@router.get("/loads/{number}")
async def one(
    number: Number, request: Request, service: TheService, base: Base, question: Annotated[LoadQuestion, Query()]
) -> Response:
    """One load: where it stands, how far it has come, and the report of what it would change or has changed."""
    t = translator_of(request, question.lang)
    row = await _row(service, number, t.language)
    report = json.loads(row["report"]) if row["report"] else await _left_behind(service, row, t)
    return json_response({**_load_json(row, base, t), "report": report}, headers={"Content-Language": t.language})


async def _left_behind(service: Service, row: Row, t: Translator) -> dict[str, Any] | None:
    """The report of a load that was made without a preview, at the command line or by taking another back."""
    if row["applied_at"] is None:
        return None
    asked = {"of": row["municipality"], "load": row["id"], "limit": load_items.MOST_TOLD}
    [load] = await service.reading.rows(loads.one(), {"load": row["id"]})
    items = await service.reading.rows(load_items.TOLD, asked)
    return applied_as_json(load, items, await service.reading.rows(load_items.FOUND, asked), t)


@router.get("/loads/{number}/diff")
async def diff(
    number: Number, request: Request, service: TheService, base: Base, question: Annotated[DiffSearch, Query()]
) -> Response:
    """What a load would change or has changed, as GeoJSON.

    A feature for each plan as it would be (`role` after) and where it differs as it is (`before`), each with its
    `change`; and the parts that fail (`part`), with the rule.
    """
    row = await _row(service, number, "en")
    asked = {"of": row["municipality"], "load": number, "after": question.token, "limit": question.limit + 1}
    drawn = load_items.DRAWN if row["applied_at"] and not row["previewed"] else deliveries.SHAPES
    found = await service.reading.tuples(drawn, asked)
    shown = found[: question.limit]
    links = [link("self", again(request, base), GEOJSON), link("up", f"{base}/loads/{number}")]
    if len(found) > len(shown):
        links.append(link("next", again(request, base, token=str(shown[-1][0])), GEOJSON))
    head = {"type": "FeatureCollection", "numberReturned": len(shown), "timeStamp": now(), "links": links}
    body = f'{json.dumps(head, ensure_ascii=False)[:-1]},"features":[{",".join(text for _, text in shown)}]}}'
    return Response(body.encode(), media_type=GEOJSON)


@router.post("/loads/{number}/preview")
async def preview(
    number: Number, request: Request, service: TheService, base: Base, asked: SaidOfIt = NOTHING_SAID
) -> Response:
    """Previews a load anew: after an interruption, or since the register has changed."""
    return await _ask(request, service, base, number, "preview", asked)


@router.post("/loads/{number}/apply")
async def apply(
    number: Number, request: Request, service: TheService, base: Base, asked: SaidOfIt = NOTHING_SAID
) -> Response:
    """Applies a load as it was previewed; 409 where it would by now change something else."""
    return await _ask(request, service, base, number, "apply", asked)


@router.post("/loads/{number}/undo")
async def undo(
    number: Number, request: Request, service: TheService, base: Base, asked: SaidOfIt = NOTHING_SAID
) -> Response:
    """Takes a load back: a new recorded state, nothing erased; 409 where later loads stand in the way."""
    return await _ask(request, service, base, number, "undo", asked)


async def _ask(request: Request, service: Service, base: str, number: int, task: str, asked: Asked) -> Response:
    before = await _row(service, number, "en")
    said = asked.model_dump(mode="json", exclude={"by"}, exclude_defaults=True)
    await service.desk.ask(number, task, asked.by, said)
    if task == "undo" or (task == "apply" and before["version"] != before["seen_version"]):
        await _settled(service, number, task)
    return await _accepted(request, service, base, number)


async def _settled(service: Service, number: int, task: str) -> None:
    """Waits a while where the answer may be no. Raises LoadConflict if it is, with the reason."""
    for _ in range(SETTLED_SECONDS * 4):
        row = await _row(service, number, "en")
        if row["state"] not in UNSETTLED:
            if row["problem"] and row["state"] != "failed":
                problem = deliveries.problem(row)
                raise LoadConflict(problem.message, **problem.details)
            return
        await asyncio.sleep(0.25)


async def _accepted(request: Request, service: Service, base: str, number: int) -> Response:
    row = await _row(service, number, "en")
    here = f"{base}/loads/{number}"
    response = json_response(
        _load_json(row, base, translator_of(request, None)), headers={"Location": here, "Retry-After": "1"}
    )
    response.status_code = 202
    return response


async def _row(service: Service, number: int, language: str) -> Row:
    rows = await service.reading.rows(deliveries.ONE, {"id": number, "lang": language})
    if not rows:
        raise NotFound(N_("There is no load {number}."), number=number)
    return rows[0]


def _load_json(row: Row, base: str, t: Translator) -> dict[str, Any]:
    """A load as the list and its own address both tell it."""
    plain = ("id", "municipality", "state", "task", "file", "sha256", "dataset", "mapping", "options", "by")
    share = row["share"]
    return {
        **{name: row[name] for name in plain},
        "dry_run": bool(row["dry_run"]),
        "asked_at": row["asked_at"].isoformat(),
        "applied_at": row["applied_at"].isoformat() if row["applied_at"] else None,
        "undoes": row["undoes"],
        "undone_by": row["undone_by"],
        "progress": {"step": row["step"], "share": round(share, 3)} if share is not None else None,
        "problem": t.tell(deliveries.problem(row)) if row["problem"] else None,
        "links": _links(row, base),
    }


def _links(row: Row, base: str) -> list[Link]:
    here = f"{base}/loads/{row['id']}"
    links = [link("self", here), link("alternate", f"{base}/staff/loads/{row['id']}", "text/html")]
    if row["task"] or row["applied_at"]:
        links.append(link("diff", f"{here}/diff", GEOJSON))
    for task, states in deliveries.ALLOWED.items():
        fits = (task == "undo") == (row["applied_at"] is not None)
        can = {
            "preview": True,
            "apply": row["previewed"] and not row["dry_run"],
            "undo": row["undoes"] is None,
        }[task]
        if row["state"] in states and fits and can:
            links.append(link(task, f"{here}/{task}", method="POST"))
    return links


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):
        raise QuestionInvalid("Idempotency-Key", N_("write 1 to 200 characters of ASCII"))
    return key


def form_of(model: type[M], fields: Mapping[str, str]) -> M:
    """What the fields of a form say. Raises QuestionInvalid."""
    if any("\0" in value for value in fields.values()):
        raise QuestionInvalid("form", N_("take the NUL character out"))
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str((*first["loc"], "effective")[0])[:60]
        if first["type"] == "extra_forbidden":
            raise QuestionInvalid(name, N_("there is no such field here")) from None
        raise QuestionInvalid(name, complaint(dict(first))) from None


async def _check(service: Service, taking: Taking, file: str) -> None:
    """What can be said at once, so that nobody waits for it. Raises QuestionInvalid."""
    if not await service.reading.rows(municipalities.one(), {"code": taking.municipality}):
        raise QuestionInvalid(
            "municipality", N_("{municipality} is not in the register"), municipality=taking.municipality
        )
    if taking.mapping is not None and file.casefold().endswith(".toml"):
        raise QuestionInvalid("mapping", N_("a file of facts (.toml) takes none"))
    if taking.mapping is not None and taking.mapping not in service.settings.names("mappings"):
        raise QuestionInvalid("mapping", N_("there is none called {mapping}"), mapping=taking.mapping)

"""`/mappings`: which column of a file is likely which field, and what somebody decided about it, saved by name.

A mapping is saved in the municipality's own folder; one that comes with georegister is never replaced.
"""

import asyncio
from pathlib import Path as File
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from georegister.api.forms import EVENTS
from georegister.api.html import translator_of
from georegister.api.loads import Name, blank, form_of
from georegister.api.responses import json_response, link
from georegister.api.service import AskedNothing, Base, TheService
from georegister.api.upload import COUNTED_HERE, received
from georegister.domain.plan import Kind
from georegister.errors import QuestionInvalid, ValueRefused
from georegister.language import Translator
from georegister.loading import own_mappings
from georegister.loading.chosen import CHOICES, ChosenLayer, mapping_of
from georegister.loading.mapping import NAME, known_mappings
from georegister.loading.prepare import suggested
from georegister.loading.read import read
from georegister.loading.suggest import Suggestion
from georegister.maps import sentences
from georegister.register.questions import Language
from georegister.sentence import N_
from georegister.settings import Settings

router = APIRouter()

MappingName = Annotated[str, Path(pattern=f"^{NAME.pattern}$")]
Text = Annotated[str, Field(max_length=300)]
KINDS = tuple(kind for kind in Kind if kind is not Kind.MUNICIPAL_PLAN)
LABELS = {
    "external_id": N_("Key"),
    "municipality": N_("Municipality's code"),
    "number": N_("Number"),
    "title": N_("Title"),
    "description": N_("Description"),
    "place": N_("Place"),
    "document_url": N_("Document"),
    "parent": N_("Belongs to"),
    "topic": N_("General use"),
    "specific_use": N_("Specific use"),
    "geometry_source": N_("Whose outline"),
    "version": N_("The source's version number"),
    "title.kl": N_("Title in Greenlandic"),
    "title.en": N_("Title in English"),
    "description.kl": N_("Description in Greenlandic"),
    "description.en": N_("Description in English"),
    "hearing.opens": N_("Hearing: first day"),
    "hearing.closes": N_("Hearing: last day"),
    "kind": N_("Kind of plan"),
    **{f"events.{type_}": words for type_, words in EVENTS.items()},
    **{f"parameters.{name}": words for name, words in sentences.PARAMETERS.items()},
}
"""What the fields are called that a column can be taken for."""
LACKING = {
    "number": N_("{layer}: no column is taken for the plan's number; choose one"),
    "title": N_("{layer}: no column is taken for the plan's title; choose one"),
    "kind": N_("{layer}: nothing tells which kind of plan the layer holds; say it"),
}


def _choice(field: str) -> str:
    if field not in CHOICES:
        raise ValueRefused(N_("there is no such field; there are {choices}"), choices=", ".join(CHOICES))
    return field


class Looking(BaseModel):
    """How a file is to be looked at: the fields of the form beside `file`. A field left blank is not said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Annotated[Kind | None, BeforeValidator(blank)] = None
    encoding: Annotated[Name | None, BeforeValidator(blank)] = None


class MappingQuestion(BaseModel):
    """In which language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Language | None = None


class LayerChoice(BaseModel):
    """One layer: what its columns are taken for, and which kind of plan it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    file: Text = ""
    holds_plans: bool = True
    kind: Kind | None = None
    kinds: dict[Text, dict[Text, Kind]] = Field({}, max_length=50)
    days: Literal["ymd", "dmy"] = "ymd"
    columns: dict[Text, Annotated[str, AfterValidator(_choice)]] = Field({}, max_length=2000)

    def chosen(self) -> ChosenLayer:
        return ChosenLayer(self.name, self.columns, self.kind, self.kinds, self.days, self.holds_plans, self.file)


class Choice(BaseModel):
    """A mapping as somebody decided it; what no column says stays as in the mapping it is `based_on`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: list[LayerChoice] = Field(min_length=1, max_length=200)
    based_on: Annotated[str, Field(pattern=f"^{NAME.pattern}$")] | None = None
    replace: bool = Field(False, description="Put away your own mapping of that name.")


@router.get("/mappings", dependencies=[AskedNothing])
async def listed(service: TheService, base: Base) -> Response:
    """The mappings there are; those that are `own` can be replaced."""
    known = await asyncio.to_thread(known_mappings, service.settings)
    told = [
        {
            "name": name,
            "title": mapping.title,
            "dataset": mapping.dataset,
            "own": own_mappings.is_own(service.settings, name),
        }
        for name, mapping in known.items()
    ]
    return json_response({"mappings": told, "links": [link("self", f"{base}/mappings")]})


@router.post("/mappings/suggest", max_body_size=COUNTED_HERE)
async def suggest(request: Request, service: TheService, question: Annotated[MappingQuestion, Query()]) -> Response:
    """Looks at a file's columns: which field each is likely taken for, why, and a value from it. Nothing is kept."""
    with service.desk:
        async with received(request, service.settings.upload_mb) as form:
            looking = form_of(Looking, form.fields)
            found = await asyncio.to_thread(_suggested, form.file, looking, service.settings)
    t = translator_of(request, question.lang)
    return json_response(_suggestion_json(found, service.settings, t), headers={"Content-Language": t.language})


@router.put("/mappings/{name}")
async def save(name: MappingName, service: TheService, base: Base, said: Annotated[Choice, Body()]) -> Response:
    """Saves a mapping by name: 201; 409 where one of that name is there that may not be replaced."""
    for place, layer in enumerate(said.layers):
        chosen = layer.chosen()
        if lacking := chosen.lacks():
            raise QuestionInvalid(f"layers.{place}", LACKING[lacking], layer=layer.name)
        unsaid = [column for column in chosen.of("kind") if not layer.kinds.get(column)]
        if unsaid:
            raise QuestionInvalid(f"layers.{place}.kinds", N_("say what the values of {column} mean"), column=unsaid[0])
    if not any(layer.holds_plans for layer in said.layers):
        raise QuestionInvalid("layers", N_("none of them holds plans"))
    await asyncio.to_thread(_kept, name, said, service.settings)
    here = f"{base}/mappings/{name}"
    response = json_response({"name": name, "own": True}, headers={"Location": here})
    response.status_code = 201
    return response


def _suggested(file: File, looking: Looking, settings: Settings) -> Suggestion:
    return suggested(read(file, encoding=looking.encoding), settings, looking.kind)


def _kept(name: str, said: Choice, settings: Settings) -> None:
    base = None
    if said.based_on:
        base = known_mappings(settings).get(said.based_on)
        if base is None:
            raise QuestionInvalid("based_on", N_("there is no mapping called {name}"), name=said.based_on)
    mapping = mapping_of([layer.chosen() for layer in said.layers], base)
    own_mappings.keep(settings, name, mapping, replace=said.replace)


def _suggestion_json(found: Suggestion, settings: Settings, t: Translator) -> dict[str, Any]:
    why_not = own_mappings.why_none_is_kept(settings)
    say = t.say
    return {
        "fits": found.name,
        "doubts": [t.tell(doubt) for doubt in found.doubts],
        "cannot_save": say(why_not) if why_not else None,
        "layers": [
            {
                "name": layer.name,
                "file": layer.file,
                "holds_plans": layer.holds_plans,
                "kind": layer.kind,
                "kinds": layer.kinds,
                "days": layer.days,
                "columns": [
                    {
                        "name": column.name,
                        "field": column.field,
                        "why": say(column.why),
                        "is_sure": column.why.is_sure,
                        "sample": column.sample,
                    }
                    for column in (*found.columns, *found.unused)
                    if column.layer == layer.name
                ],
            }
            for layer in found.layers
        ],
        "fields": [{"name": field, "label": say(LABELS[field])} for field in CHOICES],
        "kinds": [{"name": kind, "label": say(sentences.KINDS[kind])} for kind in KINDS],
    }

"""`/staff/plans/{id}`: the forms in which staff write down what has happened to a plan, and what it means.

The page holds what the public sees and empty fields; what is written goes to `/facts` with the token.
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.html import municipality_row, page, translator_of
from georegister.api.items import feature
from georegister.api.pages import PageSearch
from georegister.api.service import Service, TheService
from georegister.api.staff import words
from georegister.api.strategies import documents
from georegister.domain.sdg import TITLES
from georegister.errors import NotFound
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register.collections import COLLECTIONS
from georegister.register.questions import StrategySearch
from georegister.sentence import N_

router = APIRouter()


@dataclass(frozen=True)
class Field:
    """One field of a form: the fact's own name for it, what people call it, and how it is filled in.

    `short` is what it is called beside its value in a list; nothing where the value speaks for itself.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str | None = None
    short: str = ""


@dataclass(frozen=True)
class Form:
    """The form for one kind of fact."""

    section: str
    title: str
    fields: tuple[Field, ...]


SOURCE = Field(
    "source", N_("Where this is from"), short=N_("Source"), help=N_("such as the municipality's notice of 12 May")
)
PARAGRAPH = Field("paragraph", N_("Paragraph"), help=N_("such as planloven § 30"))
FORMS = (
    Form(
        "event",
        N_("What has happened"),
        (
            Field("type", N_("What happened"), "event", required=True),
            Field("on", N_("On"), "date"),
            Field(
                "earliest", N_("or, where the day is not known, at the earliest"), "date", short=N_("at the earliest")
            ),
            Field("latest", N_("and at the latest"), "date", short=N_("at the latest")),
            Field("by_plan", N_("The plan that takes its place"), "plan", short=N_("The plan that takes its place")),
            PARAGRAPH,
            SOURCE,
        ),
    ),
    Form(
        "hearing",
        N_("Hearing"),
        (
            Field("kind", N_("What kind of hearing"), "hearing", required=True),
            Field("opens", N_("First day"), "date", required=True, short=N_("First day")),
            Field("closes", N_("Last day, which counts"), "date", required=True, short=N_("last day")),
            Field(
                "respond_to",
                N_("Where to answer"),
                short=N_("Where to answer"),
                help=N_("a web address, a mail address or plain words"),
            ),
            Field("document_url", N_("Web address of what is heard"), "url"),
            PARAGRAPH,
            SOURCE,
        ),
    ),
    Form(
        "claim",
        N_("What it does for a goal"),
        (
            Field("stance", N_("What the plan does to it"), "stance", required=True),
            Field("goal", N_("The municipality's goal"), "goal", short=N_("goal")),
            Field("sdg", N_("or the UN's goal"), "sdg", short=N_("UN Goal")),
            Field("evidence", N_("Why, in words"), "long"),
            Field("asserted_by", N_("Who says so"), required=True, short=N_("Who says so")),
            SOURCE,
        ),
    ),
    Form(
        "relation",
        N_("Together with another plan"),
        (
            Field("type", N_("What this plan does to the other"), "relation", required=True),
            Field("to_plan", N_("The other plan"), "plan", required=True),
            SOURCE,
        ),
    ),
    Form(
        "document",
        N_("Document"),
        (
            Field("title", N_("What the document is called"), required=True),
            Field("url", N_("Its web address"), "url"),
            Field("file", N_("or a PDF, which is kept in the register"), "file"),
            SOURCE,
        ),
    ),
    Form(
        "parameter",
        N_("What the plan allows"),
        (
            Field("name", N_("What it is"), "parameter", required=True),
            Field("value", N_("Figure"), "number"),
            Field("text_value", N_("or in words")),
            Field("paragraph", N_("Paragraph of the plan")),
            SOURCE,
        ),
    ),
)
EVENTS = {
    "call_for_ideas": N_("Ideas are called for"),
    "proposal": N_("Published as a proposal"),
    "adoption": N_("Finally adopted"),
    "publication": N_("Adoption made public"),
    "entry_into_force": N_("In force"),
    "partial_revocation": N_("Partly revoked"),
    "replacement": N_("Replaced by another plan"),
    "revocation": N_("Revoked"),
    "lapse": N_("Lapsed"),
}
HEARINGS = {
    "call_for_ideas": N_("Call for ideas"),
    "public": N_("Public hearing"),
    "renewed": N_("Renewed hearing"),
}
STANCES = {"supports": N_("Supports"), "hinders": N_("Hinders"), "mixed": N_("Both supports and hinders")}
DOES = {
    "amends": N_("Amends"),
    "accompanies": N_("Was made together with"),
    "replaces": N_("Replaces"),
    "absorbs": N_("Takes in"),
    "partly_revokes": N_("Partly revokes"),
}


@router.get("/staff/plans/{id_}")
async def plan_forms(
    id_: str, request: Request, service: TheService, question: Annotated[PageSearch, Query()]
) -> Response:
    """One plan's forms, and what the register holds of it now, once the token is given. 404 where there is no plan."""
    text = await feature(service, COLLECTIONS["plans"], id_, question)
    if text is None:
        raise NotFound(N_("There is no plan {id!r} in the register now."), id=id_[:200])
    t = translator_of(request, question.lang)
    said = json.loads(text)["properties"]
    of = await municipality_row(service, said["municipality"])
    choices = await _choices(service, said["municipality"], t)
    return page(
        request,
        service,
        "staff_plan.html",
        t,
        of=of,
        is_open=service.settings.staff_token is not None,
        heading=sentences.heading(said, t),
        plan=id_,
        forms=FORMS,
        choices=choices,
        page={
            **words(t),
            "plan": id_,
            "municipality": said["municipality"],
            "sections": {form.section: t.say(form.title) for form in FORMS},
            "order": {form.section: [field.name for field in form.fields] for form in FORMS},
            "fields": {form.section: {field.name: t.say(field.label) for field in form.fields} for form in FORMS},
            "choices": {kind: dict(options) for kind, options in choices.items()},
            "short": {
                form.section: {field.name: t.say(field.short) if field.short else "" for field in form.fields}
                for form in FORMS
            },
            "forms": _words(t),
        },
    )


def _fixed(t: Translator) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen whatever the municipality: the value, and what people call it."""
    named = {
        "event": EVENTS,
        "hearing": HEARINGS,
        "stance": STANCES,
        "relation": DOES,
        "parameter": sentences.PARAMETERS,
    }
    chosen = {kind: [(value, t.say(said)) for value, said in options.items()] for kind, options in named.items()}
    return {**chosen, "sdg": [(str(number), f"{number} {t.choose(titles)}") for number, titles in TITLES.items()]}


async def _choices(service: Service, municipality: str, t: Translator) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in this municipality: its goals too."""
    question = StrategySearch.model_validate({"municipality": municipality, "lang": t.language})
    told = await documents(service, question)
    goals = [
        (goal["id"], f"{theme['no']}.{goal['no']} {goal['text']} ({strategy['title']})")
        for strategy in told
        for theme in strategy["themes"]
        for goal in theme["goals"]
    ]
    return {**_fixed(t), "goal": goals}


def _words(t: Translator) -> dict[str, Any]:
    say = t.say
    return {
        "nothing": say("Nothing is written down yet."),
        "would_change": say("This would change:"),
        "unchanged": say("Nothing to change: the register says the same already."),
        "added": say("New: {what}"),
        "amended": say("Changed: {what}"),
        "withdrawn": say("Taken back: {what}"),
        "from_to": say("{field}: {old} → {new}"),
        "save": say("Save"),
        "saved": say("Saved. It can be taken back as load {number}."),
        "withdraw": say("Take back"),
        "withdraw_sure": say("Take this back? It stays in the history."),
        "of_dataset": say("from the dataset {dataset}"),
        "wrong_field": say("{field}: {reason}"),
        "yes": say("Yes"),
        "no": say("No"),
    }

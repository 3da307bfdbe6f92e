"""The pages for GIS staff: empty until the browser has fetched, with the token, what they show.

The pages themselves hold the names of municipalities and mappings and nothing else of the register.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.html import municipalities_of, page, translator_of
from georegister.api.loads import LoadQuestion, Number
from georegister.api.map_page import JAVASCRIPT, map_named
from georegister.api.service import Service, TheService
from georegister.domain.plan import Kind
from georegister.domain.vocabulary import FIELDS, STEPS, TABLES, word
from georegister.errors import NotFound
from georegister.language import LANGUAGES, Translator
from georegister.maps import sentences
from georegister.maps.configuration import PublishedMap
from georegister.register.database import Row
from georegister.sentence import N_

router = APIRouter()
Question = Annotated[LoadQuestion, Query()]

ANYWHERE = PublishedMap.around("anywhere", "0", (8.0, 54.5, 13.0, 57.8))
"""Only the frame of a page is made of it: what must be linked, and the element the map goes into."""
GEOMETRY_KINDS = tuple(kind for kind in Kind if kind is not Kind.MUNICIPAL_PLAN)
STATES = {
    "queued": N_("Waiting to begin"),
    "running": N_("Being previewed"),
    "ready": N_("Previewed, waiting to be applied"),
    "applying": N_("Being applied"),
    "applied": N_("Applied"),
    "undoing": N_("Being taken back"),
    "undone": N_("Taken back"),
    "refused": N_("Refused"),
    "failed": N_("Failed"),
    "interrupted": N_("Interrupted"),
}
CHANGES = {
    "added": N_("New"),
    "amended": N_("Changed"),
    "withdrawn": N_("Withdrawn"),
    "refused": N_("Refused"),
}
LETTERS = {
    "added": N_("N|new"),
    "amended": N_("C|changed"),
    "withdrawn": N_("W|withdrawn"),
    "refused": N_("R|refused"),
}
"""One letter for each change, on the map; what follows the stroke tells translators what it stands for."""
SEVERITIES = {"error": N_("Error"), "warning": N_("Warning"), "information": N_("Information")}


@router.get("/staff/loads")
async def loads_page(request: Request, service: TheService, question: Question) -> Response:
    """Where a file is handed in, and the loads there have been."""
    t = translator_of(request, question.lang)
    rows = (await municipalities_of(request, service)).values()
    said = words(t)
    return page(
        request,
        service,
        "staff_loads.html",
        t,
        is_open=service.settings.staff_token is not None,
        municipalities=[{"code": row["code"], "name": t.choose(row["names"], row["languages"])} for row in rows],
        mappings=service.settings.names("mappings"),
        kinds={str(kind): t.say(sentences.KINDS[kind]) for kind in GEOMETRY_KINDS},
        megabytes=service.settings.upload_mb,
        page={**said, "texts": {**said["texts"], **mapping_words(t)}},
    )


@router.get("/staff/loads/{number}")
async def load_page(number: Number, request: Request, service: TheService, question: Question) -> Response:
    """One load: how far it is, what was found, what would change, on a map and in tables; and what can be done."""
    t = translator_of(request, question.lang)
    return page(
        request,
        service,
        "staff_load.html",
        t,
        is_open=service.settings.staff_token is not None,
        number=number,
        drawn=service.site.diff_page(ANYWHERE, t.language),
        changes={change: (t.say(words), _letter(change, t)) for change, words in CHANGES.items()},
        page={**words(t), "load": number},
    )


@router.get("/staff/map/{name}.{language}.js")
async def diff_script(name: str, language: str, request: Request, service: TheService) -> Response:
    """The script of a municipality's map of changes: from configuration alone, whichever load is shown."""
    if language not in LANGUAGES:
        raise NotFound(N_("There is no map in {language!r}."), language=language[:10])
    shown = await _map_of_municipality(service, await municipalities_of(request, service), name)
    return Response(service.site.diff_page(shown, language).script, media_type=JAVASCRIPT)


async def _map_of_municipality(service: Service, known: Mapping[str, Row], code: str) -> PublishedMap:
    for shown in service.site.maps.values():
        if shown.municipality == code:
            return shown
    if code in known:
        return await map_named(service, known, known[code]["slug"])
    raise NotFound(N_("There is no municipality {code!r} in the register."), code=code[:12])


def _letter(change: str, t: Translator) -> str:
    return t.say(LETTERS[change]).split("|")[0]


def mapping_words(t: Translator) -> dict[str, str]:
    """The words beside the columns of a file."""
    say = t.say
    return {
        "looking": say("Looking at the columns …"),
        "fits": say("The mapping {name} fits, and the load takes it unless you change something here."),
        "fits_none": say("No saved mapping fits. This is what the columns are taken for; change what is wrong."),
        "not_saved": say("You have changed something: save it by a name, so that the load uses it."),
        "save_first": say("You have changed what columns are taken for: save it by a name first."),
        "decide_first": say("The columns do not say enough: choose what is missing, and save it by a name first."),
        "will_use": say("The load uses the mapping {name}."),
        "saved_as": say("Saved as {name}."),
        "name_wrong": say("A name has small letters, digits, - and _ only, and begins with a letter or a digit."),
        "name_taken": say("There is a mapping {name} already. Take another name, or tick that it is replaced."),
        "name_ours": say("The mapping {name} comes with georegister and is never replaced. Take another name."),
        "lacks_number": say("Layer {layer}: choose the column that is the plan's number."),
        "lacks_title": say("Layer {layer}: choose the column that is the plan's title."),
        "lacks_kind": say("Layer {layer}: choose the kind of plan."),
        "lacks_plans": say("Choose the kind of plan of at least one layer."),
        "column": say("Column"),
        "field": say("Field"),
        "sample": say("For example"),
        "why": say("Why"),
        "not_used": say("not used"),
        "in_doubt": say("in doubt: {why}"),
        "you_say": say("as you say"),
        "no_plans": say("holds no plans"),
        "choose_kind": say("Choose the kind of plan"),
        "field_of": say("Field of the column {column}"),
        "kind_of": say("What the layer {layer} holds"),
        "days_of": say("How days are written in the layer {layer}"),
        "days_ymd": say("Days are written 2021-10-13 or 20211013"),
        "days_dmy": say("Days are written 13-10-2021"),
        "columns_of": say("Columns of the layer {layer}"),
    }


def words(t: Translator) -> dict[str, Any]:
    """The words the pages' scripts write, in the reader's language."""
    say = t.say
    return {
        "language": t.language,
        "slots": 0,
        "states": {state: say(words) for state, words in STATES.items()},
        "steps": {step: say(words) for step, words in STEPS.items()},
        "changes": {change: say(words) for change, words in CHANGES.items()},
        "letters": {change: _letter(change, t) for change in LETTERS},
        "words": {name: t.tell(word(name)) for name in (*TABLES, *FIELDS)},
        "severities": {severity: say(words) for severity, words in SEVERITIES.items()},
        "texts": {
            "wrong_token": say("That token is not the one. Try again."),
            "too_many": say("Too many wrong tokens. Wait a minute, then try again."),
            "no_answer": say("The server does not answer. Try again in a moment."),
            "no_loads": say("No file has been handed in yet."),
            "sending": say("Sending the file …"),
            "chosen": say("Chosen: {file} ({size})"),
            "too_large": say("{file} is larger than the {most} MB this server takes."),
            "choose_file": say("Choose a file first."),
            "load": say("Load {number}"),
            "plans": say("Plans: {added} new, {amended} changed, {withdrawn} withdrawn, {unchanged} unchanged."),
            "facts": say("Facts: {added} new, {amended} changed, {withdrawn} withdrawn, {unchanged} unchanged."),
            "refused.one": say("{n} row is refused."),
            "refused.many": say("{n} rows are refused."),
            "ignored": say("Passed over in the file: {files}."),
            "unchanged": say("Nothing to change: the register says the same already."),
            "only_previewed": say("Previewed only"),
            "nothing_to_apply": say("Previewed: there is nothing to change"),
            "dry_run": say("This was only a preview: the load cannot be applied."),
            "applied_by": say("Applied by {by} on {day}."),
            "handed_in_by": say("Handed in by {by} on {day}."),
            "undone_by": say("Taken back by load {number}."),
            "undoes": say("Took back load {number}."),
            "interrupted": say("The work was interrupted and nothing was changed. It can be begun again."),
            "interrupted_undo": say("The taking back was interrupted and nothing was changed. It can be begun again."),
            "more": say("and {n} more"),
            "no_findings": say("Nothing was found that anybody must look at."),
            "row": say("row {n}"),
            "drawn.one": say("{n} change is drawn."),
            "drawn.many": say("{n} changes are drawn."),
            "drawn_some": say("The first {n} changes are drawn; the tables have all."),
            "no_shapes": say("No change has a shape to draw."),
            "show": say("Show on the map"),
            "geometry": say("outline"),
            "area": say("{before} m² → {after} m²"),
            "nothing": say("nothing"),
            "acknowledge": say("I have seen {rule}: {message}"),
            "acknowledge_all": say("Tick every box above first."),
            "confirm_apply": say("Apply load {number}? The register changes at once, and the public sees it."),
            "confirm_undo": say("Take load {number} back? What it changed is put back; nothing is erased."),
            "yes": say("Yes"),
            "no": say("No"),
            "done": say("Done."),
            "before": say("before"),
            "part": say("fails here"),
            "expected": say("Say how many plans you expect to be withdrawn: the preview says {n}."),
            "attribution": say("Land: Natural Earth. Outline of the municipality: illustrative."),
        },
    }

"""`/history`: what changed in a municipality on a day, and the days of the change before and of the next one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from georegister.api.conditional import Conditional
from georegister.api.html import municipality_of_code, translator_of
from georegister.api.responses import json_response
from georegister.api.service import TheService
from georegister.domain.lifecycle import Certainty
from georegister.errors import QuestionInvalid
from georegister.language import Translator
from georegister.maps import sentences
from georegister.register import history
from georegister.register.database import Row
from georegister.register.questions import HistorySearch
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)

NAMED = 3
"""So many changes are told in one sentence; of more it says how many there are."""
HAPPENED = {
    "idea": N_("{name}: ideas are called for"),
    "proposal": N_("{name} proposed"),
    "adopted": N_("{name} adopted"),
    "in_force": N_("{name} in force"),
    "replaced": N_("{name} replaced"),
    "revoked": N_("{name} revoked"),
    "lapsed": N_("{name} lapsed"),
    "unknown": N_("{name}: its status is not known from this day on"),
}
DECIDED_BY = {
    "idea": ("call_for_ideas",),
    "proposal": ("proposal",),
    "adopted": ("adoption",),
    "in_force": ("publication", "entry_into_force"),
    "replaced": ("replacement",),
    "revoked": ("revocation",),
    "lapsed": ("lapse",),
}
"""The events that make a status."""


@router.get("/history")
async def of_day(request: Request, service: TheService, question: Annotated[HistorySearch, Query()]) -> Response:
    """What changed on the legal day, in words, and the days nearest to it on which something did."""
    asked = question.datetime_
    if asked is not None and asked.first != asked.last:
        raise QuestionInvalid("datetime", N_("give one day"))
    t = translator_of(request, question.lang)
    await municipality_of_code(request, service, question.municipality)
    values = {**question.values(), **service.now()}
    values["day"] = question.last_day or values["day"]
    [near] = await service.reading.rows(history.around(question.in_past), values)
    rows = await service.reading.rows(history.on_day(question.in_past), {**values, "on": near["day"]})
    changes = [_change_json(row, t) for row in rows]
    return json_response(
        {
            "municipality": question.municipality,
            "day": near["day"],
            "day_text": t.day(near["day"]),
            **{side: near[side] for side in ("before", "after")},
            **{f"{side}_text": t.day(near[side]) if near[side] else None for side in ("before", "after")},
            "numberMatched": rows[0]["all"] if rows else 0,
            "sentence": _sentence(near["day"], changes, rows[0]["all"] if rows else 0, t),
            "changes": changes,
        }
    )


def _sentence(day: Any, changes: list[dict[str, Any]], number: int, t: Translator) -> str:
    """13 October 2021: Local plan SK 66 adopted."""
    if not changes:
        return t.say("{day}: no change is recorded on this day.", day=t.day(day))
    if number <= NAMED:
        return f"{t.day(day)}: {'; '.join(one['words'] for one in changes)}."
    return t.count("{day}: {n} change.", "{day}: {n} changes.", number, day=t.day(day))


def _change_json(row: Row, t: Translator) -> dict[str, Any]:
    said = {"kind": row["kind"], "number": row["number"], "title": t.choose(row["titles"])}
    doubt = _doubt(row, t)
    words = _happened(row, sentences.name(said, t), t)
    happened = any(row[name] != row[f"{name}_before"] for name in ("status", "hearing_open"))
    return {
        "plan": row["plan"],
        "name": sentences.heading(said, t),
        "status": row["status"],
        "was": row["status_before"],
        "in_hearing": row["hearing_open"],
        "certain": not doubt and (happened or row["certainty"] == Certainty.CERTAIN),
        "words": t.say("{said} (the day is uncertain: {reason})", said=words, reason=doubt) if doubt else words,
    }


def _happened(row: Row, name: str, t: Translator) -> str:
    if row["hearing_open"] and not row["hearing_open_before"]:
        closes = t.day(row["hearing_closes"])
        if row["hearing_kind"] == "call_for_ideas":
            return t.say("{name}: ideas are called for until and including {day}", name=name, day=closes)
        return t.say("{name} in hearing until and including {day}", name=name, day=closes)
    if row["status"] != row["status_before"]:
        happened = HAPPENED[row["status"]]
        return t.say(happened, name=name)
    if row["hearing_open_before"] and not row["hearing_open"]:
        return t.say("the hearing of {name} is over", name=name)
    if row["certainty"] == Certainty.CERTAIN:
        return t.say("{name}: from this day on it is certain", name=name)
    maybe = next((sentences.reason(one, t) for one in row["reasons"] if not one["certain"]), "")
    return f"{name}: {maybe.rstrip('.')}" if maybe else t.say("{name}: from this day on it is not certain", name=name)


def _doubt(row: Row, t: Translator) -> str:
    """Between which days the event lies that made the status, where its day is not known; empty where it is."""
    if row["status"] == row["status_before"]:
        return ""
    codes = DECIDED_BY.get(row["status"], ())
    for reason in row["reasons"]:
        if reason["code"] in codes and (reason.get("earliest") != reason.get("latest") or not reason["certain"]):
            return sentences.reason(reason, t).rstrip(".")
    return ""

"""A plan's story for its page: its claims, relations, events and drawing, in the reader's words."""

from collections.abc import Sequence
from typing import Any

import shapely

from georegister.api.items import municipality_of
from georegister.api.service import Service
from georegister.language import Translator
from georegister.maps import sentences
from georegister.maps.drawing import Drawing, View, classes, drawing, of_feature
from georegister.register import claims, documents, events, municipalities, parameters, relations, strategies
from georegister.register.questions import Moment
from georegister.sentence import N_

RELATIONS = {
    ("parent", True): N_("Belongs to"),
    ("parent", False): N_("Has the part"),
    ("accompanies", True): N_("Was made together with"),
    ("accompanies", False): N_("Was made together with"),
    ("amends", True): N_("Amends"),
    ("amends", False): N_("Is amended by"),
    ("replaces", True): N_("Replaces"),
    ("replaces", False): N_("Is replaced by"),
    ("absorbs", True): N_("Takes in"),
    ("absorbs", False): N_("Is taken into"),
    ("partly_revokes", True): N_("Partly revokes"),
    ("partly_revokes", False): N_("Is partly revoked by"),
}
HEARINGS = {
    "call_for_ideas": N_("Call for ideas from {opens} to {closes}."),
    "public": N_("In public hearing from {opens} to {closes}."),
    "renewed": N_("In renewed hearing from {opens} to {closes}."),
    "strategy": N_("In public hearing from {opens} to {closes}."),
}


def tell(said: dict[str, Any], t: Translator) -> None:
    """Puts beside a plan's properties what the map writes of them: heading, status and sentence."""
    said["heading_text"] = sentences.heading(said, t)
    said["status_text"] = sentences.status(said, t)
    said["sentence"] = sentences.sentence(said, t)


async def with_theme_titles(
    service: Service, features: Sequence[dict[str, Any]], t: Translator, question: Moment | None = None
) -> None:
    """Puts the titles of the plans' themes into the reader's language."""
    codes = sorted({one["properties"]["municipality"] for one in features if one["properties"].get("themes")})
    if not codes:
        return
    values = {"municipality": codes, "known_at": question.known_at if question else None}
    rows = await service.reading.rows(strategies.parts("theme", bool(question and question.in_past)), values)
    titles = {row["id"]: t.choose(row["titles"]) for row in rows}
    for one in features:
        said = one["properties"]
        named = zip(said.get("themes") or [], said.get("theme_titles") or [], strict=False)
        said["theme_titles"] = [titles.get(theme, title) for theme, title in named]


def topic_titles(service: Service, said: dict[str, Any], t: Translator) -> list[str]:
    """What the plan's topics mean, in the order of their codes; a code in no list stands for itself."""
    found = [(code, service.codes.topic(code)) for code in said["topics"]]
    return [t.choose(texts) if texts else code for code, texts in found]


async def claims_of(
    service: Service, id_: str, said: dict[str, Any], question: Moment, t: Translator
) -> list[dict[str, Any]]:
    """What the plan is said to do for or against goals and SDGs."""
    rows = await service.reading.rows(claims.of_plan(question.in_past), _of(id_, question))
    # A plan whose adoption nobody recorded is as old as what is known of it.
    made = min((one["latest"] for one in said["reasons"] if one.get("latest")), default=None)
    return [
        {
            "stance": row["stance"],
            "goal": row["goal"],
            "goal_number": row["goal"].rsplit("-", 1)[-1] if row["goal"] else None,
            "goal_text": t.choose(row["goal_texts"]) if row["goal_texts"] else row["goal"],
            "theme": row["theme"],
            "strategy": row["strategy"],
            "theme_title": t.choose(row["theme_titles"] or {}),
            "strategy_title": t.choose(row["strategy_titles"] or {}),
            "sdg": row["sdg"],
            "sdg_title": t.choose(row["sdg_titles"] or {}),
            "evidence": t.choose(row["evidence"] or {}),
            "asserted_by": row["asserted_by"],
            "retrospective": sentences.is_late(row["strategy_adopted"], said["adopted_latest"] or made),
        }
        for row in rows
    ]


async def relations_of(service: Service, id_: str, question: Moment, t: Translator) -> list[dict[str, Any]]:
    """The plans it hangs together with, both ways."""
    rows = await service.reading.rows(relations.of_plan(question.in_past), _of(id_, question))
    words = [RELATIONS[row["type"], row["forward"]] for row in rows]
    return [
        {
            "words": t.say(said),
            "id": row["other"],
            "name": sentences.heading({**row, "title": t.choose(row["titles"])}, t),
        }
        for row, said in zip(rows, words, strict=True)
    ]


async def documents_of(service: Service, id_: str, question: Moment) -> list[dict[str, Any]]:
    """The plan's documents; `file` is the address of what is kept here."""
    return [
        {
            "title": row["title"],
            "url": row["url"],
            "file": f"/documents/{row['sha256'].hex()}" if row["file_name"] else None,
            "file_name": row["file_name"],
            "media_type": row["media_type"],
            "size": row["size"],
            "sha256": row["sha256"].hex() if row["sha256"] else None,
            "seen_on": row["seen_on"],
            "source": row["source"],
        }
        for row in await service.reading.rows(documents.of_plan(question.in_past), _of(id_, question))
    ]


async def parameters_of(service: Service, id_: str, question: Moment) -> list[dict[str, Any]]:
    """What the plan allows; those that the register knows first, in their order."""
    order = list(sentences.PARAMETERS)
    rows = await service.reading.rows(parameters.of_plan(question.in_past), _of(id_, question))
    rows.sort(key=lambda row: order.index(row["name"]) if row["name"] in order else len(order))
    return [
        {
            "name": row["name"],
            "value": None if row["value"] is None else float(row["value"]),
            "text": row["text_value"],
            "unit": row["unit"],
            "paragraph": row["paragraph"],
            "source": row["source"],
        }
        for row in rows
    ]


async def timeline_of(service: Service, id_: str, question: Moment, t: Translator) -> list[dict[str, Any]]:
    """What has happened by the legal day, earliest first; days that are not known are told as what is known."""
    of = _of(id_, question)
    last = question.last_day or service.clock.fixed
    told = []
    hearings = await service.reading.rows(events.hearings_of_plan(question.in_past), of)
    calls = {row["opens"] for row in hearings if row["kind"] == "call_for_ideas"}
    for row in await service.reading.rows(events.of_plan(question.in_past), of):
        if row["type"] == "call_for_ideas" and row["earliest"] in calls:
            continue  # its hearing tells the same and more
        days = {name: row[name].isoformat() if row[name] else None for name in ("earliest", "latest")}
        words = sentences.reason({"code": row["type"], "certain": True, **days, "by": row["by_plan"]}, t)
        told.append((row["earliest"] or row["latest"], words, row))
    for row in hearings:
        said = HEARINGS[row["kind"]]
        words = t.say(said, opens=t.day(row["opens"]), closes=t.day(row["closes"]))
        told.append((row["opens"], words, row))
    return [
        {"words": words, "source": row["source"], "paragraph": row["paragraph"]}
        for day, words, row in sorted(told, key=lambda one: (one[0], one[1]))
        if last is None or day <= last
    ]


async def drawing_of(
    service: Service, code: str, shown: Sequence[dict[str, Any]], view: View | None = None
) -> Drawing | None:
    """The plans in their municipality, as shapes for SVG; None where none has an extent of its own and no view is."""
    placed = [(of_feature(one["geometry"]), classes(one["properties"])) for one in shown if one["geometry"]]
    placed.sort(key=lambda one: -one[0].area)
    if not placed and view is None:
        return None
    rows = await service.reading.rows(municipalities.one(), {"code": code})
    outline = shapely.from_wkb(rows[0]["outline"]) if rows and rows[0]["outline"] else None
    return drawing(placed, outline, view)


def _of(id_: str, question: Moment) -> dict[str, Any]:
    return {**question.values(), "of": municipality_of(id_), "plan": id_}

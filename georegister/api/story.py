"""A plan's story for its page: its claims, relations, events and drawing, in the reader's words."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from georegister.api.items import municipality_of
from georegister.api.service import Service
from georegister.domain.lifecycle import GROUPS
from georegister.domain.plan import Kind
from georegister.language import Translator
from georegister.maps import news, sentences
from georegister.maps.drawing import Drawing, View, classes, drawing, of_feature
from georegister.register import claims, documents, events, municipalities, parameters, relations, strategies
from georegister.register import news as news_rows
from georegister.register.database import Row
from georegister.register.questions import Moment
from georegister.sentence import N_

FIGURES = re.compile("([0-9]+)")
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


def tell(said: dict[str, Any], t: Translator) -> None:
    """Puts beside a plan's properties what the map writes of them: heading, status, and sentence."""
    said["heading_text"] = sentences.heading(said, t)
    said["status_text"] = sentences.status(said, t)
    said["sentence"] = sentences.sentence(said, t)
    said["hearing_text"] = sentences.hearing_sentence(said, t) or ""
    # A hearing's last day is in the sentence already.
    coming = said["next_event"]
    said["next_text"] = sentences.upcoming(coming, t) if coming and coming["code"] != "hearing_closes" else ""


def with_answers(features: Sequence[dict[str, Any]], known: Mapping[str, Row], t: Translator) -> None:
    """Puts beside the properties of plans in hearing how, to whom and by which link to answer; else nothing.

    `known` are the municipalities by their codes.
    """
    for one in features:
        tell_answer(one["properties"], known.get(one["properties"]["municipality"]), t)


def tell_answer(said: dict[str, Any], of: Row | None, t: Translator) -> None:
    """Puts beside a plan's properties how to answer, where it is in hearing; then `of` is its municipality."""
    answer: dict[str, str | None] = {"words": None, "to": None, "link": None}
    if said["in_hearing"] and of:
        name = t.choose(of["names"], of["languages"])
        answer = sentences.answer_to(said["respond_to"], name, of["contact"], t)
    said.update(answer_text=answer["words"], answer_to=answer["to"], answer_url=answer["link"])


async def with_ties(service: Service, features: Sequence[dict[str, Any]], t: Translator, question: Moment) -> None:
    """Puts beside each plan's properties what it does for or against goals, and where its legal document is."""
    by_id = {one["id"]: one["properties"] for one in features}
    for said in by_id.values():
        said["claims"] = []
        said["document_link"] = said["document_url"] and sentences.answer_link(said["document_url"])
    values = {**question.values(), "plans": list(by_id), "municipality": sorted({*map(municipality_of, by_id)})}
    for row in await service.reading.rows(claims.of_plans(question.in_past), values) if by_id else ():
        by_id[row["plan"]]["claims"].append(_claim(row, t))
    for row in await service.reading.rows(documents.of_plans(question.in_past), values) if by_id else ():
        said = by_id[row["plan"]]
        said["document_link"] = said["document_link"] or _where_it_is(row)
    for said in by_id.values():
        link = said["document_link"]
        said["document_text"] = t.say("The legal document") if link else t.say("Legal document: not recorded here.")


def _claim(row: Row, t: Translator) -> dict[str, Any]:
    stance = sentences.STANCES[row["stance"]]
    words = {"stance": row["stance"], "stance_text": t.say(stance)}
    if row["goal"]:
        number, text = row["goal"].rsplit("-", 1)[-1], t.choose(row["goal_texts"] or {})
        goal = t.say("goal {number}: {text}", number=number, text=text) if text else row["goal"]
        return {**words, "goal_text": goal, "goal_url": f"/goals/{row['goal']}?lang={t.language}"}
    goal = t.say("UN Goal {number}: {title}", number=row["sdg"], title=sentences.sdg(row["sdg"], t))
    return {**words, "goal_text": goal, "goal_url": f"/sdgs/{row['sdg']}?lang={t.language}"}


def _where_it_is(row: Row) -> str | None:
    return _kept_at(row) or (sentences.answer_link(row["url"]) if row["url"] else None)


def _kept_at(row: Row) -> str | None:
    """The address of the document's file, where it is kept here."""
    return f"/documents/{row['sha256'].hex()}" if row["file_name"] and row["sha256"] else None


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


def list_order(plan: dict[str, Any]) -> tuple[Any, ...]:
    """Proposals in hearing first; the plan that binds closest before wider ones."""
    said = plan["properties"]
    return (
        GROUPS.index(said["applies"]),
        not said["in_hearing"],
        said["hearing_closes"] or "",
        Kind(said["kind"]).rank,
        _counted_up(said["number"]),
        plan["id"],
    )


def _counted_up(number: str) -> tuple[object, ...]:
    """A key that has SK 9 before SK 10."""
    parts = FIGURES.split(number.casefold())
    return tuple((len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part for place, part in enumerate(parts))


async def story_of(service: Service, plan: dict[str, Any], question: Moment, t: Translator) -> dict[str, Any]:
    """All that a plan's page and its sheet tell beside its properties, whose themes get their titles."""
    id_, said = plan["id"], plan["properties"]
    await with_theme_titles(service, [plan], t, question)
    kept = await documents_of(service, id_, question)
    return {
        "claims": await claims_of(service, id_, said, question, t),
        "relations": await relations_of(service, id_, question, t),
        "timeline": await timeline_of(service, id_, question, t),
        "parameters": await parameters_of(service, id_, question),
        "documents": kept,
        "unknown": sentences.unknown({**said, "document_url": said["document_url"] or bool(kept)}, t),
        "topic_titles": topic_titles(service, said, t),
    }


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
            "file": _kept_at(row),
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
        told.append((row["opens"], news.hearing_days(row, t), row))
    return [
        {"words": words, "source": row["source"], "paragraph": row["paragraph"]}
        for day, words, row in sorted(told, key=lambda one: (one[0], one[1]))
        if last is None or day <= last
    ]


async def held_of(service: Service, id_: str, question: Moment) -> list[Row]:
    """The versions of the plan that the register has held, as it knew at the moment asked for."""
    rows = await service.reading.rows(news_rows.versions(), {"plans": [id_]})
    if question.known_at:
        rows = [
            {**row, "until": row["until"] if row["until"] and row["until"] <= question.known_at else None}
            for row in rows
            if row["since"] <= question.known_at
        ]
    return rows


def in_own_words(said: dict[str, Any], rows: Sequence[Row], day: date, t: Translator) -> None:
    """Puts the plan's name and description of the day into the reader's language, where they are told in it."""
    for row in rows:
        is_of_day = (row["first_day"] is None or row["first_day"] <= day) and not (
            row["day_after"] and row["day_after"] <= day
        )
        if row["until"] is None and is_of_day:
            said["title"] = t.choose(row["titles"], row["languages"])
            said["description"] = t.choose(row["descriptions"], row["languages"]) if row["descriptions"] else None


def versions_of(rows: Sequence[Row], t: Translator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the register has held of the plan, the newest first; and its texts by the days on which they apply."""
    zone = ZoneInfo(rows[0]["time_zone"]) if rows else UTC
    held = [
        {
            "since": t.moment(one.since.astimezone(zone)),
            "until": t.moment(one.until.astimezone(zone)) if one.until else None,
            "known_at": one.since.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "sentences": list(one.sentences),
        }
        for one in news.held(rows, t)
    ]
    texts = [row for row in rows if row["until"] is None]
    days = [
        {
            "first_day": row["first_day"],
            "last_day": row["day_after"] - timedelta(days=1) if row["day_after"] else None,
            "sentences": news.differences(texts[place - 1], row, t) if place else [],
        }
        for place, row in enumerate(texts)
    ]
    return held, days if len(days) > 1 else []


async def drawing_of(
    service: Service,
    code: str,
    shown: Sequence[dict[str, Any]],
    view: View | None = None,
    question: Moment | None = None,
) -> Drawing | None:
    """The plans in their municipality, as shapes for SVG; None where none has an extent of its own and no view is."""
    use_of = service.site.palette.use_of
    placed = [
        (of_feature(one["geometry"]), f"{classes(one['properties'])} use-{use_of(one['properties']['topics'])}")
        for one in shown
        if one["geometry"]
    ]
    placed.sort(key=lambda one: -one[0].area)
    if not placed and view is None:
        return None
    values = {"code": code, "known_at": question.known_at if question else None}
    rows = await service.reading.rows(municipalities.one(bool(question and question.in_past)), values)
    return drawing(placed, municipalities.outline_of(rows[0]) if rows else None, view)


def _of(id_: str, question: Moment) -> dict[str, Any]:
    return {**question.values(), "of": municipality_of(id_), "plan": id_}

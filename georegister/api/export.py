"""A published map with what the register holds for it, as one file: what `georegister map export` writes."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from georegister.api.map_page import title_of
from georegister.api.map_words import script_words
from georegister.api.service import Service
from georegister.api.story import list_order, tell, tell_answer
from georegister.domain.lifecycle import Status
from georegister.errors import NotFound
from georegister.language import Translator, translator
from georegister.maps import sentences
from georegister.maps.configuration import PublishedMap
from georegister.maps.single_file import single_file
from georegister.register import features, municipalities, paging, places, plans, strategies
from georegister.register.collections import COLLECTIONS
from georegister.register.database import Session
from georegister.register.paging import Start
from georegister.register.questions import MAX_LIMIT, Moment, PlanSearch
from georegister.sentence import N_


def exported(service: Service, session: Session, name: str, language: str, day: date | None) -> str:
    """The map of that name as HTML, for a legal day, else today: one view of the register.

    Raises NotFound for a map or a municipality there is none of.
    """
    shown = service.site.maps.get(name) or _around(session, name)
    if shown is None:
        known = ", ".join(service.site.maps) or "none"
        raise NotFound(N_("There is no map {name!r}; there are {known}."), name=name[:60], known=known)
    t = translator(language)
    row = session.row(municipalities.one(), code=shown.municipality)
    if row is None:
        raise NotFound(
            N_("There is no municipality {municipality} in the register yet."), municipality=shown.municipality
        )
    day = day or service.clock.today(ZoneInfo(row["time_zone"]))
    found = sorted(_plans(service, session, shown.municipality, day), key=list_order)
    for plan in found:
        tell(plan["properties"], t)
        tell_answer(plan["properties"], row, t)
    data = {
        "plans": found,
        "outline": _outline(service, session, shown.municipality),
        "places": _places(session, shown.municipality, t),
        "land": json.loads(service.site.land(shown)),
    }
    base = service.settings.public_url.rstrip("/") if service.settings.public_url else None
    words = {
        **script_words(service, t),
        "base": base,
        "directions": {direction: t.say(said) for direction, said in sentences.DIRECTIONS.items()},
    }
    return single_file(
        service.site,
        shown,
        language,
        data,
        words,
        base=base,
        title=title_of(shown, row, t),
        municipality_name=t.choose(row["names"], row["languages"]),
        jurisdiction=row["jurisdiction"],
        day=day,
        version=row["version"],
        themes=_themes(session, shown.municipality, t),
        plans=[plan for plan in found if Status(plan["properties"]["status"]).applies != "ended"],
    )


def _around(session: Session, slug: str) -> PublishedMap | None:
    """The map of a municipality nobody has configured one for."""
    for row in session.rows(municipalities.everything()):
        if row["slug"] == slug and (found := session.row(municipalities.bounds(), code=row["code"])):
            return PublishedMap.around(slug, row["code"], tuple(found[edge] for edge in municipalities.EDGES))
    return None


def _plans(service: Service, session: Session, municipality: str, day: date) -> list[dict[str, Any]]:
    """Every plan of the municipality, ended ones too, page by page."""
    asked = {"municipality": municipality, "limit": MAX_LIMIT, "datetime": day.isoformat()}
    question = PlanSearch.model_validate(asked)
    values, start = features.bound(question, service.now()), Start.FIRST
    found: list[dict[str, Any]] = []
    while True:
        statement = paging.page(COLLECTIONS["plans"], plans.source, question.shape, start=start)
        rows = session.rows(statement, **values)
        found += [json.loads(row["feature"]) for row in rows]
        if not rows or not rows[-1]["follows"]:
            return found
        values["after"], start = rows[-1]["id"], Start.AFTER


def _outline(service: Service, session: Session, municipality: str) -> dict[str, Any] | None:
    statement = features.item(COLLECTIONS["municipalities"], municipalities.source, frozenset())
    values = {**features.bound(Moment(), service.now()), "of": municipality, "id": municipality}
    row = session.row(statement, **values)
    outline: dict[str, Any] | None = json.loads(row["feature"]) if row else None
    return outline if outline and outline["geometry"] else None


def _places(session: Session, municipality: str, t: Translator) -> dict[str, Any]:
    rows = session.rows(places.of_municipalities(False), municipality=[municipality])
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(row["geometry"]),
                "properties": {"name": t.choose(row["names"]), "kind": row["kind"]},
            }
            for row in rows
        ],
    }


def _themes(session: Session, municipality: str, t: Translator) -> list[dict[str, Any]]:
    """The themes of the municipality's latest strategy: what the colours mean."""
    of = [municipality]
    latest = next((row["id"] for row in session.rows(strategies.every(False), municipality=of)), None)
    return [
        {"id": row["id"], "no": row["no"], "title": t.choose(row["titles"])}
        for row in session.rows(strategies.parts("theme", False), municipality=of)
        if row["strategy"] == latest
    ]

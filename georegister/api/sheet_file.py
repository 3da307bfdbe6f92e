"""A sheet for a file of one's own: what `georegister sheet` writes."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from georegister.api import sheet_content
from georegister.api.conditional import etag
from georegister.api.html import every_municipality
from georegister.api.items import first_page, moved_to
from georegister.api.map_search import SheetSearch
from georegister.api.service import Service
from georegister.api.sheet_content import Sheet
from georegister.complaints import complaint
from georegister.errors import NotFound, QuestionInvalid
from georegister.language import Translator
from georegister.maps.assets import STATIC
from georegister.maps.printing import STYLE
from georegister.register.collections import COLLECTIONS
from georegister.register.place_questions import FieldSearch
from georegister.register.questions import Moment, PlanSearch
from georegister.sentence import N_

NAMED = 5
Asked = TypeVar("Asked", bound=BaseModel)


@dataclass(frozen=True)
class Wanted:
    """What a sheet is to be of: a plan by id or number, a search, or else a view by the items' own parameters."""

    plan: str | None
    search: str | None
    municipality: str | None
    ended: bool
    asked: Mapping[str, Any]


async def page(service: Service, wanted: Wanted, t: Translator, *, alone: bool) -> tuple[str, str]:
    """The sheet as HTML, and what tells it from every other; `alone` with its stylesheet inside.

    Raises QuestionInvalid, and NotFound or Gone for what there is none of.
    """
    await service.reading.pool.open()
    try:
        sheet = await _sheet(service, wanted, t)
    finally:
        await service.reading.pool.close()
    style = STYLE
    if alone:
        text = (STATIC / "app" / "sheet.css").read_bytes()
        style = f"data:text/css;base64,{base64.b64encode(text).decode()}"
    html = service.site.page(
        sheet.template, t.language, **sheet.context, back=None, forms={}, language_links=[], style=style
    )
    return html, etag(html).strip('"')


async def _sheet(service: Service, wanted: Wanted, t: Translator) -> Sheet:
    base = (service.settings.public_url or "").rstrip("/")
    if wanted.plan is not None:
        moment = _checked(Moment, {name: wanted.asked[name] for name in ("datetime",) if name in wanted.asked})
        return await _of_plan(service, base, t, wanted, moment)
    if wanted.search is not None:
        of = {"municipality": wanted.municipality} if wanted.municipality else {}
        question = _checked(FieldSearch, {"q": wanted.search, **of})
        return await sheet_content.of_search(service, base, t, question)
    said = {name: value for name, value in wanted.asked.items() if name != "datetime"}
    said |= {"day": wanted.asked["datetime"]} if "datetime" in wanted.asked else {}
    said |= {"municipality": wanted.municipality} if wanted.municipality else {}
    said |= {"ended": "1"} if wanted.ended else {}
    parameters = {name: value if isinstance(value, str) else ",".join(value) for name, value in said.items()}
    known = await every_municipality(service)
    return await sheet_content.of_view(service, base, t, known, _checked(SheetSearch, said), parameters)


async def _of_plan(service: Service, base: str, t: Translator, wanted: Wanted, moment: Moment) -> Sheet:
    said = wanted.plan or ""
    if sheet := await sheet_content.of_plan(service, base, t, said, moment):
        return sheet
    of = {"municipality": wanted.municipality} if wanted.municipality else {}
    day = {"datetime": moment.last_day.isoformat()} if moment.last_day else {}
    asked = _checked(PlanSearch, {"number": (said,), **of, **day})
    found = [one["id"] for one in await first_page(service, COLLECTIONS["plans"], asked)]
    if len(found) > 1:
        named = ", ".join(found[:NAMED]) + (" ..." if len(found) > NAMED else "")
        raise QuestionInvalid("plan", N_("several plans are numbered so: {ids}; give the id"), ids=named)
    id_ = found[0] if found else said
    if not found:
        # Raises where there is none; else it is called otherwise now.
        id_ = await moved_to(service, said, moment)
    sheet = await sheet_content.of_plan(service, base, t, id_, moment)
    if sheet is None:
        raise NotFound(N_("There is no {id!r} here."), id=id_[:80])
    return sheet


def _checked(search: type[Asked], asked: Mapping[str, Any]) -> Asked:
    """Raises QuestionInvalid naming the parameter."""
    try:
        return search.model_validate(dict(asked))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "-"
        raise QuestionInvalid("day" if name == "datetime" else name, complaint(dict(first))) from error

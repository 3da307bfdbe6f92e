"""`/rules`: what deliveries and the register are checked by."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from georegister.api.conditional import Conditional
from georegister.api.html import VARY, page, translator_of, wants_html
from georegister.api.responses import json_response
from georegister.api.service import TheService
from georegister.loading.rule_book import rule_book
from georegister.register.questions import Language
from georegister.sentence import N_

router = APIRouter(route_class=Conditional)


class RuleSearch(BaseModel):
    """What can be asked of the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Language | None = Field(None, description="The language of the texts.")
    f: Literal["json", "html"] | None = Field(None, description="The form of the answer.")


@router.get("/rules")
async def all_rules(request: Request, service: TheService, question: Annotated[RuleSearch, Query()]) -> Response:
    """Every rule: how grave it is, who must act, what is said and what it stands on."""
    t = translator_of(request, question.lang)
    rules = rule_book(t)
    if not wants_html(request, question.f):
        return json_response({"rules": rules}, headers=VARY)
    return page(
        request,
        service,
        "rules.html",
        t,
        rules=rules,
        asked=t.say(N_("The rules that deliveries and the register are checked by")),
    )

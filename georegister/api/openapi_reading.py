"""What can be read beside the collections, described as OpenAPI 3.0.3: strategies, places, plans, documents, health."""

from typing import Any

from georegister.api.feeds import ATOM, CALENDAR
from georegister.api.news import CHOOSES_CHANGES, CHOOSES_HEARINGS
from georegister.api.openapi_schemas import MOMENT, OBJECT, PROBLEM, TEXT, array, members, or_null, reference
from georegister.api.responses import GEOJSON, HTML, JSON

STATUS = members({"status": {"type": "string", "enum": ["ok"]}})
OF_STRATEGIES = ["municipality", "lang", "known_at", "f"]
WORDS = {
    "name": "q",
    "in": "query",
    "required": True,
    "description": "A place, a plan's name or number.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}

OF = {
    "name": "municipality",
    "in": "query",
    "required": True,
    "description": "Code of the municipality.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 12},
}
DAY = {"type": "string", "format": "date"}


def paths() -> dict[str, Any]:
    """All but collections, tiles and loads."""
    strategies = ("strategies", "themes", "goals")
    tests = members({"at": MOMENT, "commit": TEXT, "programs": OBJECT, "suites": array(OBJECT), "tests": array(OBJECT)})
    shown = get("conformance.results", "The tests that have shown what is declared", "Landing", (), schema=tests)
    described: dict[str, Any] = {"/conformance/results": shown}
    for name, title in zip(strategies, ("The strategies", "Their themes", "Their goals"), strict=True):
        listed = members({name: array(members({"id": TEXT}))}, {"links": array(reference("link"))})
        described[f"/{name}"] = get(name, title, "Strategies", OF_STRATEGIES, page=True, schema=listed)
        one = get(
            f"{name}.one", f"One of: {title}", "Strategies", OF_STRATEGIES, page=True, schema=members({"id": TEXT})
        )
        described[f"/{name}/{{id}}"] = with_path(one, "id", TEXT)
    counts = members({name: {"type": "integer"} for name in ("in_force", "in_hearing")})
    plans = {"counts": counts, "plans": array(OBJECT)}
    sdg = members({"number": {"type": "integer"}, "title": TEXT, "strategies": array(OBJECT), **plans})
    described["/sdgs/{number}"] = with_path(
        get("sdg", "A UN goal, and the plans with claims to it", "Strategies", OF_STRATEGIES, page=True, schema=sdg),
        "number",
        {"type": "integer", "minimum": 1, "maximum": 17},
    )
    matrix = members({"administrations": array(OBJECT), "sector_plans": array(OBJECT)})
    described["/sectors"] = get("sectors", "The sector plans", "Strategies", OF_STRATEGIES, page=True, schema=matrix)
    asked = ["q", "municipality", "lang", "known_at"]
    title = "The named places, or what fits what is typed"
    described["/places"] = get("places", title, "Places", asked, GEOJSON, schema="features")
    found = members({"q": TEXT, "plans": array(OBJECT), "places": array(OBJECT)})
    described["/search"] = get(
        "search",
        "Plans by name or number, and places",
        "Places",
        ["municipality", "lang", "f"],
        page=True,
        schema=found,
    )
    described["/search"]["get"]["parameters"].insert(0, WORDS)
    plan = get(
        "plan",
        "A plan with its story",
        "Plans",
        ["datetime", "known_at", "lang", "f"],
        GEOJSON,
        page=True,
        schema="feature",
    )
    plan["get"]["responses"]["410"] = PROBLEM
    described["/plans/{id}"] = with_path(plan, "id", TEXT)
    days = members(
        {"day": DAY, "before": or_null(DAY), "after": or_null(DAY), "sentence": TEXT, "changes": array(OBJECT)}
    )
    described["/history"] = get(
        "history",
        "What changed on a day, and the days of the changes before and after it",
        "Plans",
        ["datetime", "known_at", "lang"],
        schema=days,
    )
    described["/history"]["get"]["parameters"].insert(0, OF)
    described["/rules"] = get(
        "rules",
        "The rules that deliveries and the register are checked by",
        "Rules",
        ["lang", "f"],
        page=True,
        schema=members({"rules": array(members({"id": TEXT, "sentence": TEXT}))}),
    )
    document = get("document", "A plan's document that is kept, to be saved", "Plans", (), "application/pdf")
    document["get"]["responses"]["410"] = PROBLEM
    described["/documents/{sha256}"] = with_path(document, "sha256", {"type": "string", "pattern": "^[0-9a-f]{64}$"})
    described |= _news()
    municipality = members({"id": TEXT, "name": TEXT, "plans": array(OBJECT), "hearings": array(OBJECT)})
    one = get(
        "municipality",
        "A municipality and what it has",
        "Municipalities",
        ["lang", "f"],
        page=True,
        schema=municipality,
    )
    described["/municipalities/{id}"] = with_path(one, "id", TEXT)
    for name, title in (("livez", "The process lives"), ("readyz", "The register answers")):
        described[f"/{name}"] = get(name, title, "Health", (), schema=STATUS)
    return described


def _news() -> dict[str, Any]:
    """Hearings and changes: pages, feeds and the calendar."""
    text = {"type": "string"}
    hearings = [*sorted(CHOOSES_HEARINGS), "lang"]
    changes = [*sorted(CHOOSES_CHANGES), "lang"]
    groups = members({name: array(OBJECT) for name in ("open", "coming", "closed")})
    told = members({"changes": array(members({"plan": TEXT, "at": MOMENT, "title": TEXT, "sentences": array(TEXT)}))})
    return {
        "/hearings": get(
            "news.hearings",
            "Hearings: those open now first, with the days left",
            "News",
            [*hearings, "f"],
            page=True,
            schema=groups,
        ),
        "/hearings.atom": get("news.hearings.atom", "New hearings as a feed", "News", hearings, ATOM, schema=text),
        "/hearings.ics": get("news.hearings.ics", "Hearings as a calendar", "News", hearings, CALENDAR, schema=text),
        "/changes": get(
            "news.changes",
            "What the register was told of plans, the newest first",
            "News",
            [*changes, "f"],
            page=True,
            schema=told,
        ),
        "/changes.atom": get(
            "news.changes.atom",
            "What the register was told of plans, as a feed",
            "News",
            changes,
            ATOM,
            schema=text,
        ),
    }


def with_path(described: dict[str, Any], name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A question at an address with a part that varies."""
    part = {"name": name, "in": "path", "required": True, "schema": schema}
    described["get"]["parameters"].insert(0, part)
    return described


def get(
    operation: str,
    summary: str,
    tag: str,
    parameters: "list[str] | tuple[()]" = (),
    media_type: str = JSON,
    page: bool = False,
    schema: "str | dict[str, Any] | None" = None,
) -> dict[str, Any]:
    """A question that changes nothing; `page` where the answer can also be a page for people.

    `schema` is what the answer holds, or the name of that among the named schemas.
    """
    holds = reference(schema) if isinstance(schema, str) else schema or {"type": "string", "format": "binary"}
    content: dict[str, Any] = {media_type: {"schema": holds}}
    if page:
        content[HTML] = {"schema": TEXT}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {
                "200": {"description": "The answer", "content": content},
                "304": {"description": "What the client has is still true"},
                **dict.fromkeys(("400", "404", "503"), PROBLEM),
            },
        }
    }

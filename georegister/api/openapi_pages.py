"""What is a page, a sheet of paper or a picture first of all, described as OpenAPI 3.0.3."""

from collections.abc import Mapping
from typing import Any, get_args

from georegister.api.openapi_reading import WORDS, get, with_path
from georegister.api.openapi_schemas import PROBLEM, TEXT
from georegister.api.responses import HTML
from georegister.api.sheets import MEDIA_TYPES, Form
from georegister.api.thumbnails import SVG
from georegister.maps.palette import ColourBy

Parameter = dict[str, Any]
PAGES = {
    "open-data": "The open data in plain words",
    "about": "What this is, and how what it says is reckoned",
    "accessibility": "How accessible the pages are, and what was tested",
}
OF_MAP: dict[str, dict[str, Any]] = {
    "municipality": {"type": "string", "maxLength": 2000},
    "ended": {"type": "string", "enum": ["0", "1", "false", "true"]},
    "day": {"type": "string", "format": "date"},
    "colour": {"type": "string", "enum": list(get_args(ColourBy)), "default": "theme"},
    "view": {"type": "string", "pattern": r"^[0-9.]+/-?[0-9.]+/-?[0-9.]+$"},
    "point": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?,-?[0-9]+(\.[0-9]+)?$"},
    "plan": {"type": "string", "maxLength": 2000},
}
"""What is said of a map otherwise than of a collection: one municipality, one plan, a day."""
ONLY_A_PAGE: Parameter = {
    "name": "f",
    "in": "query",
    "required": False,
    "description": "The form of the answer; that of a file is how its address ends.",
    "schema": {"type": "string", "enum": ["html"]},
}
FORMS: dict[Form, str] = {"html": "", "pdf": ".pdf", "png": ".png"}
"""How the address of a sheet ends."""


def paths(of_map: Mapping[str, Parameter]) -> dict[str, Any]:
    """Pages, sheets and thumbnails; `of_map` are the parameters of a view of the map on paper, by name."""
    described: dict[str, Any] = {}
    for name, title in PAGES.items():
        described[f"/{name}"] = get(f"pages.{name}", title, "Pages", ["lang"], HTML, schema=TEXT)
        described[f"/{name}"]["get"]["parameters"].append(ONLY_A_PAGE)
    moment = ["datetime", "known_at"]
    for form, ending in FORMS.items():
        plan = with_path(_sheet("plan", "A plan on paper", form, [*moment, "lang"]), "id", TEXT)
        plan["get"]["responses"]["410"] = PROBLEM
        described[f"/plans/{{id}}/sheet{ending}"] = plan
        view = _sheet("map", "A view of the map on paper, with its plans in order", form, [])
        view["get"]["parameters"] = [_of_map(one) for one in of_map.values()]
        described[f"/map/sheet{ending}"] = view
        search = _sheet("search", "What a search finds, on paper", form, ["municipality", "lang"])
        search["get"]["parameters"] += [WORDS, ONLY_A_PAGE]
        described[f"/search/sheet{ending}"] = search
    title = "Where a plan lies in its municipality: a picture for lists"
    thumbnail = with_path(get("thumbnail", title, "Paper", moment, SVG, schema=TEXT), "id", TEXT)
    thumbnail["get"]["responses"]["410"] = PROBLEM
    return {**described, "/plans/{id}/thumbnail.svg": thumbnail}


def _sheet(of: str, title: str, form: Form, parameters: list[str]) -> dict[str, Any]:
    schema = TEXT if form == "html" else None
    return get(f"sheets.{of}.{form}", title, "Paper", parameters, MEDIA_TYPES[form], schema=schema)


def _of_map(parameter: Parameter) -> Parameter:
    name = parameter["name"]
    return ONLY_A_PAGE if name == "f" else {**parameter, "schema": OF_MAP.get(name, parameter["schema"])}

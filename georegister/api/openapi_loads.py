"""`/loads`, `/mappings` and `/facts` described as OpenAPI 3.0.3, from the very models that read what is asked."""

from typing import Any

from pydantic import BaseModel

from georegister.api.facts import SECTIONS, Entries, FactQuestion, FactSearch, Withdrawal
from georegister.api.loads import Asked, DiffSearch, Handing, LoadQuestion, LoadSearch, Taking
from georegister.api.mappings import Choice, Looking, MappingQuestion
from georegister.api.openapi_schemas import PROBLEM
from georegister.api.responses import GEOJSON, JSON

SCHEME = {"staff": {"type": "http", "scheme": "bearer", "description": "The staff token of the server."}}
NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
STATES = (
    *("queued", "running", "ready", "applying", "applied", "undoing", "undone"),
    *("refused", "failed", "interrupted"),
)
LOAD: dict[str, Any] = {
    "type": "object",
    "required": ["id", "state", "links"],
    "properties": {
        "id": {"type": "integer"},
        "municipality": {"type": "string"},
        "state": {"type": "string", "enum": list(STATES)},
        "file": {"type": "string"},
        "sha256": {"type": "string"},
        "progress": {"type": "object", "nullable": True},
        "problem": {"type": "string", "nullable": True},
        "report": {"type": "object", "nullable": True},
        "links": {"type": "array", "items": {"type": "object"}},
    },
}


def paths() -> dict[str, Any]:
    """What staff can ask for and have done."""
    form = _with_file(Taking)
    hand_in = _operation("loads.handIn", "Hand in a file", Handing, accepted=True, headers=[KEY])
    hand_in["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    tasks = {
        "preview": "Preview a load anew",
        "apply": "Apply a load as it was previewed",
        "undo": "Take a load back",
    }
    return {
        "/loads": {"get": _operation("loads", "The loads, the newest first", LoadSearch), "post": hand_in},
        "/loads/{number}": {"get": _operation("load", "One load with its report", LoadQuestion, one=True)},
        "/loads/{number}/diff": {
            "get": _operation("load.diff", "What a load would change", DiffSearch, one=True, media_type=GEOJSON)
        },
        **_mappings(),
        **_facts(),
        **{
            f"/loads/{{number}}/{task}": {
                "post": {
                    **_operation(f"load.{task}", summary, one=True, accepted=True),
                    "requestBody": {"content": {JSON: {"schema": _schema(Asked)}}},
                }
            }
            for task, summary in tasks.items()
        },
    }


def _mappings() -> dict[str, Any]:
    form = _with_file(Looking)
    look = _operation("mappings.suggest", "Which column of a file is likely which field", MappingQuestion)
    look["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    save = _operation("mappings.save", "Save a mapping by name")
    save["parameters"] = [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]
    layers = {"type": "array", "items": {"type": "object"}, "minItems": 1}
    said = _schema(Choice)
    said["properties"]["layers"] = layers
    save["requestBody"] = {"required": True, "content": {JSON: {"schema": said}}}
    save["responses"]["201"] = save["responses"].pop("200")
    return {
        "/mappings": {"get": _operation("mappings", "The mappings there are")},
        "/mappings/suggest": {"post": look},
        "/mappings/{name}": {"put": save},
    }


def _facts() -> dict[str, Any]:
    section = {"name": "section", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SECTIONS)}}
    listed = _operation("facts", "The facts of one kind", FactSearch)
    add = _operation("facts.add", "Add facts, or correct those of the same key", FactQuestion)
    entries = _schema(Entries)
    entries["properties"]["entries"] |= {"items": {"type": "object"}}
    form = {
        "type": "object",
        "required": ["file", "municipality"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **{name: entries["properties"][name] for name in ("municipality", "by", "again", "whole")},
        },
        "additionalProperties": {"type": "string"},
    }
    add["requestBody"] = {
        "required": True,
        "content": {JSON: {"schema": entries}, "multipart/form-data": {"schema": form}},
    }
    withdraw = _operation("facts.withdraw", "Take facts back", FactQuestion)
    withdraw["requestBody"] = {"required": True, "content": {JSON: {"schema": _schema(Withdrawal)}}}
    for one in (listed, add, withdraw):
        one["parameters"].insert(0, section)
    return {
        "/facts/{section}": {"get": listed, "post": add},
        "/facts/{section}/withdraw": {"post": withdraw},
    }


def _with_file(model: type[BaseModel]) -> dict[str, Any]:
    """A form with a file beside what a model reads."""
    form = _schema(model)
    form["properties"] = {"file": {"type": "string", "format": "binary"}, **form["properties"]}
    form["required"] = ["file", *form.get("required", [])]
    return form


def _operation(
    operation: str,
    summary: str,
    search: type[BaseModel] | None = None,
    *,
    one: bool = False,
    accepted: bool = False,
    headers: list[dict[str, Any]] | None = None,
    media_type: str = JSON,
) -> dict[str, Any]:
    said = _schema(search) if search else {}
    asked, needed = said.get("properties", {}), said.get("required", ())
    schema = LOAD if accepted or operation == "load" else {"type": "object"}
    done: dict[str, Any] = {"description": "The answer", "content": {media_type: {"schema": schema}}}
    if accepted:
        done["headers"] = {"Location": {"schema": {"type": "string"}}}
    wrong = ("400", "401", "403", "404", "409", "413", "415", "422", "429", "503")
    return {
        "operationId": operation,
        "summary": summary,
        "tags": ["Loads"],
        "security": [{"staff": []}],
        "parameters": [
            *([NUMBER] if one else []),
            *(
                {"name": name, "in": "query", "required": name in needed, "schema": _given(said)}
                for name, said in asked.items()
            ),
            *(headers or []),
        ],
        "responses": {"202" if accepted else "200": done, **dict.fromkeys(wrong, PROBLEM)},
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema in the words of OpenAPI 3.0, which knows no null among its types and no references inside."""
    said = model.model_json_schema()
    defined = said.pop("$defs", {})
    return {**said, "properties": {name: _flat(one, defined) for name, one in said["properties"].items()}}


def _flat(schema: dict[str, Any], defined: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = {**defined[schema["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in schema.items() if k != "$ref"}}
    if "anyOf" in schema:
        [meant] = [one for one in schema["anyOf"] if one.get("type") != "null"]
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return {**_flat(meant, defined), **rest, "nullable": True}
    return {key: value for key, value in schema.items() if key != "additionalProperties"}


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """What stands in an address: there is no null there, only what is not said."""
    return {key: value for key, value in schema.items() if key != "nullable"}

"""The description of the API as OpenAPI 3.1, made from that of 3.0: the two differ in a few words of JSON Schema."""

from typing import Any


def as_31(document: dict[str, Any]) -> dict[str, Any]:
    """The same description; a schema's `nullable` is a type of 3.1, its `example` one of `examples`."""
    written: dict[str, Any] = _rewritten(document)
    return {**written, "openapi": "3.1.0", "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base"}


def _rewritten(part: Any) -> Any:
    if isinstance(part, list):
        return [_rewritten(one) for one in part]
    if not isinstance(part, dict):
        return part
    said = {name: _rewritten(value) for name, value in part.items()}
    if said.get("nullable") is True:
        said = {name: value for name, value in said.items() if name != "nullable"}
        if "type" in said:
            said["type"] = [said["type"], "null"]
        if "enum" in said and None not in said["enum"]:
            said["enum"] = [*said["enum"], None]
    if said.get("format") == "binary":
        said = {name: value for name, value in said.items() if name not in ("type", "format")}
        said["contentMediaType"] = "application/octet-stream"
    return said

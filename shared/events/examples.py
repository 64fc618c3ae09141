"""Example values made from JSON Schemas, the same every time; a contract names its own by `Field(examples=[…])`."""

from typing import Any

_BY_FORMAT = {
    "uuid": "0190b6f0-5a4c-7c3e-9f10-2f4f4a6b7c8d",
    "date-time": "2026-11-22T09:30:00Z",
    "date": "2026-11-22",
    "duration": "PT2H",
    "time": "09:30:00",
}
_BY_TYPE = {"string": "code", "integer": 1, "number": 1, "boolean": True, "null": None}


def example_of(schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """One value that the schema admits; `root` holds its `$defs`."""
    root = schema if root is None else root
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    if "$ref" in schema:
        return example_of(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], root)
    return _by_type(schema, root)


def _by_type(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: example_of(item, root) for name, item in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], root)] if "items" in schema else []
    if kind in {"integer", "number"}:
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(str(kind), {}))

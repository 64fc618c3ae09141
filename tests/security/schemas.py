"""The smallest value that an OpenAPI schema allows, so that a request passes the form and meets the rules."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Schema = Mapping[str, Any]

_TEXTS = ("x1", "10012345678", "2026-11", "2026-Q4", "2026", "x" * 40)


def resolved(schema: Schema, document: Schema) -> Schema:
    """The schema itself: references followed, of alternatives the first that is not null."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "allOf" in schema:
            schema = schema["allOf"][0]
        elif "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        else:
            return schema


def smallest(schema: Schema, document: Schema) -> Any:
    """A valid value with nothing in it that need not be."""
    schema = resolved(schema, document)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: smallest(schema["properties"][name], document) for name in schema.get("required", ())}
        case "array":
            return [smallest(schema["items"], document)] * schema.get("minItems", 0)
        case "integer" | "number":
            return max(schema.get("minimum", 1), 1)
        case "boolean":
            return False
        case _:
            return _text(schema)


def _text(schema: Schema) -> str:
    match schema.get("format"):
        case "uuid":
            return str(uuid.uuid4())
        case "date-time":
            return (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        case "date":
            return datetime.now(UTC).date().isoformat()
        case _:
            pass
    long_enough = (one for one in _TEXTS if len(one) >= schema.get("minLength", 0))
    return next(one for one in long_enough if re.search(schema.get("pattern", ""), one))

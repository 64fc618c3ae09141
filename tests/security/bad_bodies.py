"""The corpus of bad bodies, generated from the form of a door: every field gets every value that it cannot hold."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.security.schemas import Schema, resolved, smallest

CANARY = "canary-7f3a"
SQL = "x'; drop table complaints; --"
SCRIPT = "<script>alert(1)</script>"
DEPTH = 100_000

Path = tuple[str, ...]

RAW = {
    "nan": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "5000 digits": "9" * 5000,
    "1e9999": "1e9999",
    "lone surrogate": '"\\ud800"',
    "lone surrogate in a key": '{"\\udfff": 1}',
    "nul": '"a\\u0000b"',
    "nul in a key": '{"a\\u0000b": 1}',
    "100,000 deep": "[" * DEPTH + "]" * DEPTH,
}
"""What `json.dumps` would not say, or not say like this."""

WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (0, 1.5, True, [], {}, [CANARY], {"a": CANARY}),
    "integer": (CANARY, "", 1.5, -1, 10**30, [], {}, SQL),
    "number": (CANARY, "", -1, 10**30, [], {}, SQL),
    "boolean": (CANARY, 7, [], {}, SQL),
    "array": (CANARY, 1, True, {}, [None], [[]], [1.5], [CANARY * 9] * 500),
    "object": (CANARY, 1, True, [], {CANARY: 1}, SQL),
}
TEXT = (CANARY + " " + SQL, SCRIPT, "x" * 4001)
"""For texts that are no free text: codes, ids, dates, choices."""


def fields(schema: Schema, document: Schema, above: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Every field of a form with its schema, also those of the objects in it."""
    for name, told in resolved(schema, document).get("properties", {}).items():
        one = resolved(told, document)
        yield (*above, name), one
        if "properties" in one:
            yield from fields(one, document, (*above, name))


def with_value(good: Mapping[str, Any], path: Path, value: Any, schema: Schema, document: Schema) -> dict[str, Any]:
    """The good body, but for the value at `path`."""
    name, rest = path[0], path[1:]
    if not rest:
        return {**good, name: value}
    inner = resolved(schema, document)["properties"][name]
    below = good.get(name) or smallest(inner, document)
    return {**good, name: with_value(below, rest, value, inner, document)}


def is_free(schema: Schema) -> bool:
    """Whether any text may stand there."""
    return schema.get("type") == "string" and not schema.keys() & {"pattern", "format", "enum", "const"}


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Values that the field cannot hold."""
    kind = str(schema.get("type", "object"))
    for value in WRONG[kind]:
        if kind == "object" and isinstance(value, dict) and "properties" not in schema:
            continue  # a map of codes: any code may be its key
        # pydantic reads numbers as seconds since 1970 where a time is wanted: legal, if odd
        if not (schema.get("format") in {"date", "date-time"} and isinstance(value, int | float)):
            yield value
    if kind == "string" and not is_free(schema):
        yield from TEXT


def bad_fields(good: Mapping[str, Any], schema: Schema, document: Schema) -> Iterator[tuple[str, Path, bytes]]:
    """What, which field, and the body: each differs from the good one in this field only."""
    for path, one in fields(schema, document):
        for value in wrong_values(one):
            body = with_value(good, path, value, schema, document)
            yield f"{'/'.join(path)} = {str(value)[:40]}", path, json.dumps(body).encode()


def bad_bodies(good: Mapping[str, Any], schema: Schema, document: Schema) -> Iterator[tuple[str, bytes]]:
    """Bodies that are wrong as a whole."""
    text = json.dumps(good)
    yield "empty", b""
    yield "truncated", text[:-1].encode() + CANARY.encode()
    yield "bad utf-8", text[:-1].encode() + b', "\xff\xfe": 1}'
    yield "utf-16", text.encode("utf-16")
    for whole in ("[]", "1", "null", '"x"', "{}", f'["{CANARY}"]'):
        yield whole, whole.encode()
    yield "unknown field", json.dumps({**good, "is_admin": True}).encode()
    yield "fields of the platform", json.dumps({**good, "version": 9, "company": CANARY, "id": CANARY}).encode()
    yield "two mebibytes of blanks", text.encode() + b" " * (2 << 20)
    yield "deep object", b'{"a":' * DEPTH + b"1" + b"}" * DEPTH
    first = next(iter(fields(schema, document)))[0]
    for what, raw in RAW.items():
        body = json.dumps(with_value(good, first, "@@", schema, document)).replace('"@@"', raw)
        yield what, body.encode()

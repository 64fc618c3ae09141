"""A contract as lines: each place in it (operation, parameter, field) with what stands there (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

Document = dict[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch")
_LIMITS = (
    "maxLength",
    "minLength",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "minItems",
)
_SENT, _TOLD = "sent", "told"


@dataclass(frozen=True, slots=True)
class What:
    """What stands at a place."""

    kinds: frozenset[str]
    """Alternatives: `string`, `string(uuid)`, `null`, `array`, `$Complaint`, `=open` for a value of an enum."""
    is_sure: bool = True
    """Of what is sent: it must be given.  Of what is told: it is always there."""
    ways: frozenset[str] = frozenset()
    """`sent` by clients, `told` to them, or both."""
    limits: tuple[tuple[str, str], ...] = ()
    """Bounds of a text, number or list."""

    @override
    def __str__(self) -> str:
        sure = "sure" if self.is_sure else "maybe"
        limits = ",".join(f"{name}:{value}" for name, value in self.limits)
        return "\t".join(("|".join(sorted(self.kinds)), sure, "+".join(sorted(self.ways)), limits))


Shape = dict[str, What]


def of_openapi(document: Document) -> Shape:
    """The shape of everything that clients may call."""
    shape: Shape = {}
    roots: list[tuple[str, str]] = []
    for name, method, path, operation in _operations(document):
        shape[name] = What(frozenset((f"{method.upper()} {path}",)))
        for place, schema, is_sure, way in _parts(operation):
            shape |= _lines(f"{name} {place}", schema, is_sure=is_sure, ways=frozenset((way,)))
            roots += [(target, way) for target in _targets(schema)]
    return shape | _components(document["components"]["schemas"], roots)


def of_asyncapi(document: Document) -> Shape:
    """The shape of everything that subscribers may hear."""
    shape: Shape = {}
    roots: list[tuple[str, str]] = []
    for name, message in document["components"]["messages"].items():
        schema = message["payload"]["allOf"][1]["properties"]["data"]
        shape[name] = What(frozenset((document["channels"][name]["address"],)))
        shape |= _lines(f"{name} data", schema, is_sure=True, ways=frozenset((_TOLD,)))
        roots += [(target, _TOLD) for target in _targets(message["payload"])]
    return shape | _components(document["components"]["schemas"], roots)


def text_of(shape: Shape) -> str:
    """One line a place, sorted, so that a change shows as such."""
    return "".join(f"{place}\t{what}\n" for place, what in sorted(shape.items()))


def shape_of(text: str) -> Shape:
    """What `text_of` wrote."""
    shape: Shape = {}
    for line in text.splitlines():
        place, kinds, sure, ways, limits = line.split("\t")
        pairs = tuple((name, value) for name, _, value in (one.partition(":") for one in limits.split(",") if one))
        shape[place] = What(
            frozenset(kinds.split("|")), sure == "sure", frozenset(filter(None, ways.split("+"))), pairs
        )
    return shape


def _operations(document: Document) -> Iterator[tuple[str, str, str, Document]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield methods[method]["operationId"], method, path, methods[method]


def _parts(operation: Document) -> Iterator[tuple[str, Document, bool, str]]:
    for one in operation.get("parameters", ()):
        yield f"{one['in']}.{one['name']}", one["schema"], one.get("required", False), _SENT
    body = operation.get("requestBody", {})
    for media, content in body.get("content", {}).items():
        yield f"body {media}", content.get("schema", {}), body.get("required", False), _SENT
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            for media, content in answer.get("content", {"": {}}).items():
                yield f"{status} {media}".rstrip(), content.get("schema", {}), True, _TOLD


def _components(schemas: Document, roots: list[tuple[str, str]]) -> Shape:
    ways: dict[str, set[str]] = {}
    waiting = list(roots)
    while waiting:
        name, way = waiting.pop()
        if way not in ways.setdefault(name, set()):
            ways[name].add(way)
            waiting += [(target, way) for target in _targets(schemas[name])]
    shape: Shape = {}
    for name, found in ways.items():
        shape |= _lines(f"${name}", schemas[name], is_sure=True, ways=frozenset(found))
    return shape


def _lines(place: str, schema: Document, *, is_sure: bool, ways: frozenset[str]) -> Shape:
    shape: Shape = {place: What(_kinds(schema), is_sure, ways, _limits(schema))}
    for branch in _branches(schema):
        required = branch.get("required", ())
        for name, inner in branch.get("properties", {}).items():
            shape |= _lines(f"{place}.{name}", inner, is_sure=name in required, ways=ways)
        if isinstance(branch.get("items"), dict):
            shape |= _lines(f"{place}[]", branch["items"], is_sure=True, ways=ways)
        if isinstance(branch.get("additionalProperties"), dict):
            shape |= _lines(f"{place}{{}}", branch["additionalProperties"], is_sure=True, ways=ways)
    return shape


def _branches(schema: Document) -> list[Document]:
    alternatives = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    return [schema, *(inner for one in alternatives for inner in _branches(one))]


def _kinds(schema: Document) -> frozenset[str]:
    if "$ref" in schema:
        return frozenset((f"${schema['$ref'].rpartition('/')[2]}",))
    alternatives = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())]
    if alternatives:
        return frozenset().union(*(_kinds(one) for one in alternatives))
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values is not None:
        return frozenset(f"={value}" for value in values)
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind or "any"]
    return frozenset(f"{one}({schema['format']})" if "format" in schema else str(one) for one in kinds)


def _limits(schema: Document) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(branch[name])) for branch in _branches(schema) for name in _LIMITS if name in branch)


def _targets(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _targets(value)
    elif isinstance(part, list):
        for one in part:
            yield from _targets(one)

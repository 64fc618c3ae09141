"""One OpenAPI document out of six: paths as the gateway routes them, component names prefixed only on collision."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.proxy import rules

Document = dict[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch")
_KINDS = ("schemas", "responses", "parameters", "headers", "requestBodies", "examples")
_FOR = {
    "name": "for",
    "in": "query",
    "required": True,
    "description": "附件所属的服务",
    "schema": {"type": "string", "enum": list(rules.PREFIXES)},
}


def merge(documents: Mapping[str, Document], own: Document) -> Document:
    """The document of everything that the gateway answers; `documents` by service name, `own` the gateway's.

    What a service serves but the gateway does not route stays out (`unrouted` names it).  Raises: ValueError if
    after prefixing an operation id is still taken.
    """
    merged: Document = copy.deepcopy({key: value for key, value in own.items() if key not in {"paths", "components"}})
    merged["openapi"] = own.get("openapi", "3.1.0")
    sources = {"gateway": own} | {name: documents[name] for name in rules.PREFIXES if name in documents}
    kept = {name: _routed(name, document) for name, document in sources.items()}
    names = {kind: _names(kind, kept) for kind in _KINDS}
    operations = _operation_ids(kept)
    paths: Document = {}
    components: dict[str, Document] = {kind: {} for kind in _KINDS}
    for service, document in kept.items():
        rename = _renaming(names, service)
        for path, item in document["paths"].items():
            if path not in paths:
                paths[path] = _renamed_operations(rename(item), operations, service, path)
        for kind in _KINDS:
            for name, body in document["components"].get(kind, {}).items():
                components[kind].setdefault(names[kind].get((service, name), name), rename(body))
    merged["paths"] = dict(sorted(paths.items()))
    merged["components"] = {kind: dict(sorted(found.items())) for kind, found in components.items() if found}
    merged["components"]["securitySchemes"] = _security(kept)
    _check(merged)
    return merged


def unrouted(documents: Mapping[str, Document]) -> list[str]:
    """Service and path of what services serve but the gateway does not pass on; should be empty."""
    return [
        f"{service} {path}"
        for service, document in documents.items()
        for path in document.get("paths", {})
        if not _is_routed(service, path) and path not in rules.MERGED
    ]


def _is_routed(service: str, path: str) -> bool:
    return rules.owner_of(path) == service or rules.is_files(path)


def _routed(service: str, document: Document) -> Document:
    paths = document.get("paths", {})
    if service != "gateway":
        paths = {path: item for path, item in paths.items() if _is_routed(service, path)}
    paths = {path: _naming_service(path, item) for path, item in paths.items()}
    components = document.get("components", {})
    wanted = _reachable(paths, components)
    return {
        "paths": paths,
        "components": {
            kind: {name: body for name, body in components.get(kind, {}).items() if (kind, name) in wanted}
            for kind in _KINDS
        }
        | {"securitySchemes": components.get("securitySchemes", {})},
    }


def _naming_service(path: str, item: Document) -> Document:
    if not rules.is_files(path):
        return item
    item = copy.deepcopy(item)
    for method in _METHODS:
        if method in item:
            item[method]["parameters"] = [*item[method].get("parameters", ()), _FOR]
    return item


def _reachable(paths: Document, components: Document) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    waiting: list[Any] = [paths]
    while waiting:
        for kind, name in _references(waiting.pop()):
            if (kind, name) not in found:
                found.add((kind, name))
                waiting.append(components.get(kind, {}).get(name, {}))
    return found


def _references(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str) and value.startswith("#/components/"):
                _, _, kind, name = value.split("/", 3)
                yield kind, name
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)


def _names(kind: str, documents: Mapping[str, Document]) -> dict[tuple[str, str], str]:
    """New names for those that mean different things in different documents; equal ones are shared."""
    bodies: dict[str, dict[str, Any]] = {}
    for service, document in documents.items():
        for name, body in document["components"].get(kind, {}).items():
            bodies.setdefault(name, {})[service] = body
    taken = set(bodies)
    renamed: dict[tuple[str, str], str] = {}
    for name, by_service in bodies.items():
        first = next(iter(by_service.values()))
        if all(body == first for body in by_service.values()):
            continue
        for service in by_service:
            fresh = f"{service.capitalize()}{name}"
            while fresh in taken:
                fresh += "_"
            taken.add(fresh)
            renamed[service, name] = fresh
    return _with_users(kind, documents, renamed, taken)


def _with_users(
    kind: str, documents: Mapping[str, Document], renamed: dict[tuple[str, str], str], taken: set[str]
) -> dict[tuple[str, str], str]:
    # A component that is equal by text but refers to a renamed one means something else in each document.
    is_growing = True
    while is_growing:
        is_growing = False
        for service, document in documents.items():
            for name, body in document["components"].get(kind, {}).items():
                refers = any((service, target) in renamed for found, target in _references(body) if found == kind)
                if refers and (service, name) not in renamed and _is_shared(kind, documents, name):
                    fresh = f"{service.capitalize()}{name}"
                    taken.add(fresh)
                    renamed[service, name] = fresh
                    is_growing = True
    return renamed


def _is_shared(kind: str, documents: Mapping[str, Document], name: str) -> bool:
    return sum(name in document["components"].get(kind, {}) for document in documents.values()) > 1


def _renaming(names: Mapping[str, Mapping[tuple[str, str], str]], service: str) -> Callable[[Any], Any]:
    def rename(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: _target(value) if key == "$ref" else rename(value) for key, value in part.items()}
        if isinstance(part, list):
            return [rename(one) for one in part]
        return part

    def _target(value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith("#/components/"):
            return rename(value)
        _, _, kind, name = value.split("/", 3)
        return f"#/components/{kind}/{names.get(kind, {}).get((service, name), name)}"

    return rename


def _operation_ids(documents: Mapping[str, Document]) -> dict[tuple[str, str], str]:
    owners: dict[str, set[str]] = {}
    for service, document in documents.items():
        for item in document["paths"].values():
            for method in _METHODS:
                if method in item:
                    owners.setdefault(item[method].get("operationId", ""), set()).add(service)
    return {
        (service, name): f"{service}_{name}"
        for name, services in owners.items()
        if len(services) > 1
        for service in services
        if service != "gateway"
    }


def _renamed_operations(item: Document, operations: Mapping[tuple[str, str], str], service: str, path: str) -> Document:
    if rules.is_files(path):
        return item
    for method in _METHODS:
        if method in item:
            name = item[method].get("operationId", "")
            item[method]["operationId"] = operations.get((service, name), name)
    return item


def _security(documents: Mapping[str, Document]) -> Document:
    found: Document = {}
    for document in documents.values():
        for name, scheme in document["components"]["securitySchemes"].items():
            found.setdefault(name, scheme)
    return found


def _check(document: Document) -> None:
    seen: dict[str, str] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                name, where = item[method].get("operationId", ""), f"{method} {path}"
                if seen.setdefault(name, where) != where:
                    raise ValueError(f"operation id {name} of {where} is taken by {seen[name]}")

"""Every operation of every process: one permission, one id, the house's headers; problem codes are unique."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

import services
import shared
from shared.access.permissions import PERMISSIONS
from shared.errors import DomainError
from shared.events.topology import SERVICES
from shared.http.auth import BearerGuard
from shared.http.problems import PLATFORM, entry_of

SIGNED_IN = {("GET", "/v1/staff/me")}
"""What everybody on the staff may ask about themselves: no permission, but a token."""
MERGED = {"/v1/work", "/v1/indicators", "/v1/policy", "/v1/policy/codes", "/v1/files", "/v1/files/{file_id}"}
"""Served by every service alike and merged by the gateway under one address."""
PUBLIC = "/v1/public/"
"""Doors of customers: without login, so without permission and key; what they answer is taken once by their link."""
WITHOUT_KEY = {"/v1/auth/token", "/v1/public/surveys/{token}", "/v1/public/surveys/{token}/form"}


@cache
def application(name: str) -> FastAPI:
    """The application as it is made before its lifespan."""
    module = importlib.import_module("gateway.main" if name == "gateway" else f"services.{name}.main")
    app: FastAPI = module.create_app()
    return app


def operations(name: str) -> Iterator[tuple[str, str, RouteContext]]:
    """Method, path and route of every operation in the document of a process."""
    for route in iter_route_contexts(application(name).routes):
        if getattr(route, "include_in_schema", False) and getattr(route, "dependant", None) is not None:
            for method in sorted(route.methods or ()):
                yield method, str(route.path), route


def guards(dependant: Dependant) -> Iterator[BearerGuard]:
    """Every bearer guard on the way to the handler."""
    if isinstance(dependant.call, BearerGuard):
        yield dependant.call
    for one in dependant.dependencies:
        yield from guards(one)


PROCESSES = (*SERVICES, "gateway")


@pytest.mark.parametrize("name", PROCESSES)
def test_every_operation_declares_exactly_one_permission(name: str) -> None:
    seen = 0
    for method, path, route in operations(name):
        declared: set[str | None] = {guard.permission for guard in guards(_dependant(route))}
        if path.startswith(PUBLIC):
            assert declared == set(), f"{method} {path}: {declared}"
            continue
        expected_none = (method, path) in SIGNED_IN
        assert len(declared) == 1, f"{method} {path}: {declared}"
        assert expected_none == (declared == {None}), f"{method} {path}: {declared}"
        assert expected_none or declared <= PERMISSIONS.keys(), f"{method} {path}: {declared}"
        seen += 1
    assert seen >= 4


def _dependant(route: RouteContext) -> Dependant:
    dependant: Dependant = getattr(route, "dependant")  # noqa: B009  # not declared on the context's type
    return dependant


def test_operation_ids_are_unique_over_all_processes() -> None:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name in PROCESSES:
        for path, item in application(name).openapi()["paths"].items():
            for method, operation in item.items():
                where = f"{method} {path}" if path in MERGED and name != "gateway" else f"{name}: {method} {path}"
                holders[operation["operationId"]].add(where)
    assert {one: where for one, where in holders.items() if len(where) > 1} == {}


def test_addresses_belong_to_one_service() -> None:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for name in SERVICES:
        for path in application(name).openapi()["paths"]:
            holders[path].add(name)
    assert {path for path, names in holders.items() if len(names) > 1} <= MERGED


@pytest.mark.parametrize("name", PROCESSES)
def test_every_post_asks_for_an_idempotency_key(name: str) -> None:
    found = [
        path
        for path, item in application(name).openapi()["paths"].items()
        if "post" in item and path not in WITHOUT_KEY and "Idempotency-Key" not in _headers(item["post"])
    ]
    assert found == []


@pytest.mark.parametrize("name", PROCESSES)
def test_every_patch_asks_for_the_version(name: str) -> None:
    found = [
        path
        for path, item in application(name).openapi()["paths"].items()
        for method in ("patch", "put")
        if method in item and "If-Match" not in _headers(item[method])
    ]
    assert found == []


def _headers(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header" and one["required"]}


def test_a_problem_code_means_one_thing() -> None:
    meanings: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    for kind in _errors():
        if "code" in vars(kind):
            meanings[kind.code].add(entry_of(kind()))
            if kind.code in PLATFORM:
                meanings[kind.code].add(PLATFORM[kind.code])
    assert {code: entries for code, entries in meanings.items() if len(entries) > 1} == {}


def test_one_code_is_declared_once_in_a_feature() -> None:
    holders: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind in _errors():
        if "code" in vars(kind):
            holders[kind.__module__, kind.code].append(kind.__name__)
    assert {key: names for key, names in holders.items() if len(names) > 1} == {}


def _errors() -> set[type[DomainError]]:
    """Every subclass in services and shared."""
    for package in (services, shared):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)
    found_kinds: set[type[DomainError]] = set()
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        found_kinds.add(kind)
        waiting += kind.__subclasses__()
    return {kind for kind in found_kinds if kind.__module__.partition(".")[0] in {"services", "shared"}}

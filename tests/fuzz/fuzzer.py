"""One operation after the other, with requests that its document allows; every answer is held against it."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.people import People

EXCLUDED = {"follow_live": "a stream of server-sent events has no end"}
"""Operations that cannot be asked this way, by id, and why; every other endless stream is found by its content type."""
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_METHODS = ("get", "put", "post", "delete", "patch")


class Fuzzer:
    """Asks the operations of one merged document."""

    def __init__(self, base_url: str, document: dict[str, Any], people: People) -> None:
        self._base_url, self._document, self._people = base_url, document, people
        self._known: dict[str, list[str]] = {}

    def run(self, names: Iterable[str], *, examples: int, number: int) -> list[str]:
        """Failures in words, one for each operation, status and kind; empty if there are none."""
        schema = schemathesis.openapi.from_dict(self._document).include(operation_id=list(names))
        failures: dict[str, None] = {}
        for found in schema.get_all_operations():
            if isinstance(found, Err):
                raise found.err()
            failures.update(dict.fromkeys(self._run_one(found.ok(), examples, number)))
        return list(failures)

    def _run_one(self, operation: Any, examples: int, number: int) -> list[str]:
        told = self._document["paths"][operation.path][operation.method]
        ids = self._ids(operation.path)
        failures: dict[str, None] = {}

        @seed(number)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), row=st.sampled_from(ids or [""]), known=st.booleans())
        def ask(case: Any, row: str, known: bool) -> None:
            if ids and known:
                case.path_parameters[_first_parameter(operation.path)] = row
            headers = self._people.headers(told)
            if operation.method != "get":
                headers["Idempotency-Key"] = str(uuid4())
            answer = case.call(base_url=self._base_url, headers=headers, timeout=30)
            try:
                case.validate_response(answer, checks=_CHECKS)
            except FailureGroup as group:
                name = told["operationId"]
                failures.update(
                    (f"{name} {answer.status_code} {one.title}: {str(one)[:400]}", None) for one in group.exceptions
                )

        ask()
        return list(failures)

    def _ids(self, path: str) -> list[str]:
        """Rows of the list in which the first id of `path` stands; none without such a list."""
        where = path.partition("/{")[0]
        listing = self._document["paths"].get(where, {}).get("get")
        if where == path or listing is None:
            return []
        if where not in self._known:
            answer = self._people.get(where, listing)
            body = answer.json() if answer.status_code == 200 else {}
            rows = body.get("items", ()) if isinstance(body, dict) else ()
            self._known[where] = [row["id"] for row in rows if "id" in row][:20]
        return self._known[where]


def askable(document: dict[str, Any]) -> list[str]:
    """Ids of all operations that have an end, in the document's order."""
    found = (one for item in document["paths"].values() for method, one in item.items() if method in _METHODS)
    return [one["operationId"] for one in found if one["operationId"] not in EXCLUDED and not _is_stream(one)]


def _is_stream(operation: dict[str, Any]) -> bool:
    return any("text/event-stream" in one.get("content", {}) for one in operation["responses"].values())


def _first_parameter(path: str) -> str:
    return path.partition("{")[2].partition("}")[0]

"""Every operation of every process, read from the OpenAPI documents, and the request that reaches its rules."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from tests.security.house import House
from tests.security.schemas import Schema, smallest

PUBLIC = {
    *("issue_token", "read_key_set", "read_discovery"),
    *("open_survey_page", "answer_survey", "submit_survey_form"),
}
"""Asked by people who are not signed in yet."""
SIGNED_IN = {"get_me"}
"""Needs a token and no permission."""
_TOLD: Mapping[str, Mapping[str, object]] = {"add_complainant": {"name": "周知微"}}
"""What a body must say besides, by rules that no schema can tell."""
_STALE = '"999"'
"""A version that no row has: whoever may touch the row hears 412 and changes nothing."""


@dataclass(frozen=True)
class Operation:
    """One operation as its document tells it."""

    service: str
    method: str
    path: str
    told: Schema
    document: Schema

    @property
    def name(self) -> str:
        """Service and operation id."""
        return f"{self.service} {self.told['operationId']}"

    @cached_property
    def permission(self) -> str | None:
        """The one permission that it declares; None for `PUBLIC` and `SIGNED_IN`.

        Raises: LookupError if it declares none or several, which fails the build.
        """
        declared: list[str] = [code for one in self.told.get("security", ()) for code in one["bearer"]]
        if self.told["operationId"] in (SIGNED_IN if "security" in self.told else PUBLIC):
            return None
        if len(declared) != 1:
            raise LookupError(f"{self.name} declares {declared}")
        return declared[0]

    @property
    def is_public(self) -> bool:
        """Whether no token is asked for."""
        return "security" not in self.told

    @property
    def id_names(self) -> tuple[str, ...]:
        """Path parameters that name rows."""
        found = (one for one in self.told.get("parameters", ()) if one["in"] == "path")
        return tuple(one["name"] for one in found if one["schema"].get("format") == "uuid")

    def request(self, house: House, token: str | None, ids: Mapping[str, object] | None = None) -> httpx.Request:
        """The request, valid in form; rows that `ids` does not name do not exist."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        path, query = self.path, {}
        for one in self.told.get("parameters", ()):
            value = (ids or {}).get(one["name"]) or _example(one, self.document)
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", str(value))
            elif one["in"] == "query" and one.get("required"):
                query[one["name"]] = str(value)
        if self.method != "GET":
            headers |= {"Idempotency-Key": str(uuid.uuid4()), "If-Match": _STALE}
        client = house.clients[self.service]
        return client.build_request(self.method, path, params=query, headers=headers, **self._body())

    def _body(self) -> dict[str, Any]:
        content = self.told.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            body = smallest(content["application/json"]["schema"], self.document)
            return {"json": {**body, **_TOLD.get(self.told["operationId"], {})}}
        if "application/x-www-form-urlencoded" in content:
            return {"data": {"grant_type": "password", "username": "nobody", "password": "x"}}
        return {"files": {"file": ("a.csv", b"a,b\n1,2\n")}} if content else {}


def _example(parameter: Schema, document: Schema) -> Any:
    schema = parameter["schema"]
    given = schema.get("examples") or [parameter["example"]] if "example" in parameter else schema.get("examples")
    return given[0] if given else smallest(schema, document)


def operations(house: House) -> Iterator[Operation]:
    """All of them."""
    for service, app in house.apps.items():
        document = app.openapi()
        for path, item in document["paths"].items():
            for method, told in item.items():
                yield Operation(service, method.upper(), path, told, document)


async def ask(house: House, operation: Operation, token: str | None, ids: Mapping[str, object] | None = None) -> Any:
    """Send it; of an endless stream only the beginning is read."""
    client = house.clients[operation.service]
    answer = await client.send(operation.request(house, token, ids), stream=True)
    if answer.headers.get("content-type", "").startswith("application"):
        await answer.aread()
    await answer.aclose()
    return answer


def code_of(answer: httpx.Response) -> str:
    """The code of a problem; empty for any other answer."""
    if answer.headers.get("content-type") != "application/problem+json":
        return ""
    code: str = answer.json()["code"]
    return code

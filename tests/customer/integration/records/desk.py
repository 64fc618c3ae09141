"""A clerk's desk over the registry's doors: one call per verb, by role."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.customer.integration.conftest import Rig

Json = dict[str, Any]


@dataclass
class Desk:
    """The doors, the rows behind them, and the company of the test."""

    client: httpx.AsyncClient
    rig: Rig
    company: str
    posts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def headers(self, role: str, version: int | None = None, key: str | None = None) -> dict[str, str]:
        said = {"Authorization": f"Bearer {role}", "Idempotency-Key": key or str(uuid4())}
        return said if version is None else {**said, "If-Match": f'"{version}"'}

    async def get(self, path: str, role: str = "agent", status: int = 200) -> Json:
        answer = await self.client.get(f"/v1{path}", headers=self.headers(role))
        assert answer.status_code == status, answer.text
        body: Json = answer.json()
        return body

    async def post(
        self,
        path: str,
        body: Json | None = None,
        *,
        role: str = "clerk",
        version: int | None = None,
        status: int = 201,
        key: str | None = None,
    ) -> Json:
        answer = await self.client.post(f"/v1{path}", json=body, headers=self.headers(role, version, key))
        assert answer.status_code == status, answer.text
        said: Json = answer.json()
        return said

    async def patch(
        self, path: str, body: Json, version: int, *, role: str = "clerk", status: int = 200
    ) -> httpx.Response:
        answer = await self.client.patch(f"/v1{path}", json=body, headers=self.headers(role, version))
        assert answer.status_code == status, answer.text
        return answer

    async def customer(self, **more: Any) -> Json:
        body = {
            "name": "欧阳小明",
            "kind": "residential",
            "phones": ["10012345678"],
            "identity": "护照E12345678",
            "premises": {
                "city": "云湖市",
                "district": "东城区",
                "community": "锦绣家园",
                "building": "12",
                "room": "301",
            },
            "meter": {"number": f"M{uuid4().hex[:12]}", "kind": "iot"},
        }
        return await self.post("/customers", {**body, **more})

    async def state(self, customer_id: str) -> Json:
        """The customer's own row and the count of all that belongs to it."""
        (row,) = await self.rig.rows(
            "select to_jsonb(c) as whole from customers c where id = :id", id=UUID(customer_id)
        )
        whole: Json = row["whole"]
        return whole

    async def facts(self, customer_id: str, since: int = 0) -> list[str]:
        rows = await self.rig.rows(
            "select type from outbox where aggregate_id = :id and aggregate_version > :since order by seq",
            id=UUID(customer_id),
            since=since,
        )
        return [row["type"] for row in rows]

    async def history(self, customer_id: str) -> list[tuple[Any, ...]]:
        shown = await self.get(f"/customers/{customer_id}/history?limit=200")
        return [
            (one["subject"], one["action"], one["field"], one["old_value"], one["new_value"]) for one in shown["items"]
        ]

    @property
    def today(self) -> date:
        return self.rig.clock.now().date()

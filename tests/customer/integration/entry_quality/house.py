"""A company with customers as clerks entered them, its jobs, and its doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy import text

from services.customer.entry_quality.jobs import Part, step
from services.customer.entry_quality.rules.periods import Span
from services.customer.entry_quality.service import lookups, tasks
from services.customer.entry_quality.service.quality import Qualities
from services.customer.entry_quality.service.running import Run
from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from shared.sla.time import FixedClock
from tests.support.world import Company

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class House:
    """One company of the primary pack, seen from its doors and from behind."""

    app: FastAPI
    client: httpx.AsyncClient
    gas: Company

    @property
    def now(self) -> datetime:
        now: datetime = self.app.state.runtime.clock.now()
        return now

    @property
    def today(self) -> Span:
        return Span.day(self.now.astimezone(ZONE).date(), ZONE)

    @property
    def pool(self) -> asyncpg.Pool:
        pool: asyncpg.Pool = self.app.state.runtime.hot
        return pool

    @property
    def qualities(self) -> Qualities:
        return Qualities(self.app.state.runtime.policy, self.app.state.runtime.calendars)

    def id_of(self, login: str) -> UUID:
        return self.gas.person(login)

    async def run(self, parts: tuple[Part, ...], span: Span, *, chunk: int = 2000, rounds: int = 500) -> int:
        """Run a job's chunks, each in its own transaction; answers how many it took."""
        cursor: dict[str, Any] = {}
        for place in range(1, rounds + 1):
            async with self.app.state.runtime.sessions.begin() as session:
                staff = await self.app.state.runtime.staff.current()
                quality = self.qualities.in_force(self.gas.code, self.now)
                turn = Run(session, self.gas.code, quality, staff, span, self.now, chunk)
                done = await step(parts, turn, cursor)
            if done.is_finished:
                return place
            cursor = done.cursor
        return rounds

    async def sweep_tasks(self) -> int:
        async with self.app.state.runtime.sessions.begin() as session:
            return await tasks.sweep(session, self.gas.code, self.qualities, now=self.now)

    async def sweep_lookups(self, at: datetime) -> int:
        async with self.app.state.runtime.sessions.begin() as session:
            return await lookups.sweep(session, self.gas.code, self.qualities, now=at)

    async def judge_clocks(self, at: datetime) -> None:
        await Sweeper(self.pool, FixedClock(at)).sweep()

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch(sql, *values)]

    async def insert(self, table: str, **values: Any) -> UUID:
        """A row as others stored it."""
        row_id = new_id()
        row = {"id": row_id, "company": self.gas.code, **values}
        names = ", ".join(f'"{name}"' for name in row)
        async with self.app.state.runtime.sessions.begin() as session:
            places = ", ".join(f":{name}" for name in row)
            await session.execute(text(f"insert into {table} ({names}) values ({places})"), row)
        return row_id

    async def customer(self, login: str = "clerk", **more: Any) -> UUID:
        """A customer that a person entered just now."""
        values: dict[str, Any] = {
            "number": f"E{new_id().hex[-10:]}",
            "name": "测试",
            "kind": "residential",
            "customer_class": "a",
            "party": "individual",
            "standing": "active",
            "tier": "general",
            "registered_at": self.now,
            "registered_by": str(self.id_of(login)),
            "updated_at": self.now,
        }
        return await self.insert("customers", **(values | more))

    async def contact(self, customer_id: UUID | None, login: str = "agent", **more: Any) -> UUID:
        """A call that a person recorded."""
        values = {
            "channel": "hotline",
            "direction": "inbound",
            "customer_id": customer_id,
            "staff_id": self.id_of(login),
            "started_at": self.now,
            "outcome": "answered",
            "topic": "query",
            "summary": "咨询",
            "created_at": self.now,
        }
        return await self.insert("contacts", **(values | more))

    async def finding(self, login: str = "clerk", **more: Any) -> dict[str, Any]:
        """An error of that person, found during business by an agent."""
        customer_id = await self.customer(login)
        body = {
            "check": "in_business",
            "subject_type": "customer",
            "subject_id": str(customer_id),
            "concern": "base_data",
            "outcome": "wrong",
            "kind": "wrong",
            **more,
        }
        made = await self.post("/v1/entry-checks", body, "agent")
        assert made.status_code == 201, made.text
        found = await self.get(f"/v1/entry-findings?operator_id={self.id_of(login)}", "office")
        return dict(found.json()["items"][0])

    async def confirmed(self, login: str = "clerk", **more: Any) -> dict[str, Any]:
        """The same, confirmed by the office."""
        one = await self.finding(login, **more)
        answer = await self.step("entry-findings", one, "confirm", "office")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def trained(self, login: str = "clerk", **more: Any) -> dict[str, Any]:
        """The person was trained by the head."""
        body = {
            "operator_id": str(self.id_of(login)),
            "topic": "录入标准",
            "trained_at": self.now.isoformat(),
            **more,
        }
        made = await self.post("/v1/entry-trainings", body, "head")
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def deed(self, login: str) -> str:
        """A row of the audit trail about that person's doing."""
        return str(
            await self.insert(
                "audit", at=self.now, actor=str(self.id_of(login)), action="customer.registered", detail="{}"
            )
        )

    async def get(self, path: str, login: str) -> httpx.Response:
        return await self.client.get(path, headers=self.gas.headers(login))

    async def post(self, path: str, body: Mapping[str, Any], login: str, **more: Any) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.gas.headers(login, **more))

    async def step(self, plural: str, one: Mapping[str, Any], act: str, login: str, **body: Any) -> httpx.Response:
        path = f"/v1/{plural}/{one['id']}/{act}"
        return await self.post(path, body, login, version=one["version"])

    async def facts(self, *types: str) -> list[dict[str, Any]]:
        rows = await self.rows(
            "select type, payload from outbox where company = $1 and type = any($2::text[]) order by seq",
            self.gas.code,
            list(types),
        )
        return [{"type": row["type"], **row["payload"]} for row in rows]

    async def clocks(self, plural: str, one_id: Any, login: str) -> list[dict[str, Any]]:
        answer = await self.get(f"/v1/{plural}/{one_id}/clocks", login)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json()["code"]

"""How tests settle: a desk of interactions with a price list, orders and the day's job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.customer.settlement import jobs
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from tests.customer.integration.interactions.desk import TODAY, Desk

PRICES = {"pipe": ("PE 管", "m", 1200), "valve": ("球阀", "个", 3500), "gas_residential": ("居民用气", "m³", 263)}
Json = dict[str, Any]


@dataclass
class Counter(Desk):
    """A counter with prices."""

    runtime: Any = None

    async def priced(self) -> "Counter":
        for code, (name, unit, fen) in PRICES.items():
            body = {"code": code, "name": name, "unit": unit, "price_fen": fen, "valid_from": "2026-01-01"}
            await self.done("/v1/material-prices", {**body, "valid_from": f"{TODAY - timedelta(days=90)}"}, "office")
        return self

    async def order(self, work: str = "repair", *, is_completed: bool = True) -> Json:
        home = await self.home()
        body = {
            "customer_id": str(home.customer),
            "premises_id": str(home.premises),
            "meter_id": str(home.meter),
            "work": work,
            "summary": "户内维修",
            "channel": "hotline",
            "details": {},
        }
        made = await self.done("/v1/orders", body, "clerk")
        if is_completed:
            await self.completed(made["id"])
        return {**made, "meter": str(home.meter)}

    async def completed(self, order_id: str) -> None:
        sql = "update service_orders set state = 'completed', completed_at = $2, version = version + 1 where id = $1"
        await self.pool.execute(sql, UUID(order_id), self.runtime.clock.now())

    async def line(self, order: Json, kind: str, body: Json, login: str = "orderclerk") -> Json:
        return await self.done(f"/v1/orders/{order['id']}/{kind}", body, login)

    async def pay(self, order: Json, fen: int, receipt: str = "SJ1", login: str = "clerk") -> Json:
        return await self.line(
            order, "payments", {"amount_fen": fen, "method": "cash", "receipt_number": receipt}, login
        )

    async def paper(self, order: Json, fen: int, quantities: Json | None = None, sort: str = "order_sheet") -> Json:
        body = {"sort": sort, "number": "DJ1", "dated_on": str(TODAY), "amount_fen": fen}
        return await self.line(order, "documents", {**body, "quantities": quantities or {}})

    async def sheet(self, order: Json) -> Json:
        return await self.get(f"/v1/orders/{order['id']}/settlement", "clerk")

    async def exceptions(self, **asked: str) -> Sequence[Json]:
        query = "&".join(f"{key}={value}" for key, value in asked.items())
        found = await self.get(f"/v1/three-way-exceptions?{query}", "office")
        items: Sequence[Json] = found["items"]
        return items

    async def step(self, one: Json, act: str, login: str, **body: Any) -> Any:
        path = f"/v1/three-way-exceptions/{one['id']}/{act}"
        return await self.post(path, body, login, version=one["version"])

    async def run_day(self, *, at_once: int = 200) -> int:
        """The job of tomorrow, which compares today; answers how many chunks it took."""
        body = jobs.bodies(self.runtime)[jobs.DAY_JOB]
        at = datetime.now(UTC) + timedelta(days=1)
        cursor: Json = {}
        before, jobs.AT_ONCE = jobs.AT_ONCE, at_once
        try:
            for chunk in range(1, 100):
                async with self.runtime.sessions.begin() as session:
                    step = await body(session, self._job(cursor, at))
                if step.is_finished:
                    return chunk
                cursor = step.cursor
        finally:
            jobs.AT_ONCE = before
        raise AssertionError("the job does not end")

    def _job(self, cursor: Json, at: datetime) -> JobView:
        return JobView(
            id=new_id(),
            company=self.gas.code,
            kind=jobs.DAY_JOB,
            args={},
            state=JobState.RUNNING,
            progress_done=0,
            progress_total=None,
            cursor=cursor,
            result={},
            error=None,
            attempts=1,
            run_after=at,
            created_by=None,
            created_at=at,
            started_at=at,
            finished_at=None,
            version=1,
        )

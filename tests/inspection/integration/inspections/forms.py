"""What inspectors and inspected departments do: prepare, fill forms, reply, sign, be refused."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.base import Routing
from shared.contracts.customer import CustomerOrderCompleted
from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

INSPECTIONS = "/v1/inspections"
VISIT: Json = {"kind": "routine", "department": "customer_service", "method": "video", "checks": "仪容仪表与首问负责"}
"""An announced inspection that draws nothing."""
HIDDEN: Json = {**VISIT, "kind": "unannounced", "method": "unannounced_visit"}
POINTS = ("dress", "order", "presence", "attitude", "commitment", "complaint", "follow_up")
"""Of the general checklist."""


class Inspecting:
    """The people of one company around an inspection."""

    def __init__(self, stage: Stage, company: Company) -> None:
        self.stage, self.company = stage, company

    async def prepared(self, login: str = "inspector", **more: Any) -> Json:
        answer = await self.stage.post(self.company, INSPECTIONS, {**VISIT, **more}, login=login)
        assert answer.status_code == 201, answer.text
        row: Json = answer.json()
        return row

    async def refused_to_prepare(self, login: str = "inspector", **more: Any) -> tuple[int, str, str]:
        """Status, code and pointer of what must fail; nothing is written."""
        before = await self.count("inspections")
        answer = await self.stage.post(self.company, INSPECTIONS, {**VISIT, **more}, login=login)
        assert await self.count("inspections") == before, "nothing changed"
        return self._refusal(answer.status_code, answer.json())

    def form(self, **more: Any) -> Json:
        """A form on which everything is in order, held in the last hour."""
        now = self.stage.clock.now()
        said: Json = {
            "form_id": str(new_id()),
            "held_at": (now - timedelta(minutes=50)).isoformat(),
            "ended_at": (now - timedelta(minutes=10)).isoformat(),
            "points": [{"point": code, "answer": "ok"} for code in POINTS],
        }
        return {**said, **more}

    def failing(self, code: str, **more: Any) -> list[Json]:
        """The answers with one point that is not in order."""
        said = {"point": code, "answer": "not_ok", "remarks": "未按规定", **more}
        return [said if one == code else {"point": one, "answer": "ok"} for one in POINTS]

    async def step(self, row: Json, act: str, login: str, /, **body: Any) -> Json:
        answer = await self.stage.post(
            self.company, f"{INSPECTIONS}/{row['id']}/{act}", body, login=login, version=row["version"]
        )
        assert answer.status_code == 200, answer.text
        after: Json = answer.json()
        return after

    async def refused(self, row: Json, act: str, login: str, /, **body: Any) -> tuple[int, str, str]:
        """Status, code and pointer of a step that must fail and change nothing."""
        raised = await self.count("findings")
        answer = await self.stage.post(
            self.company, f"{INSPECTIONS}/{row['id']}/{act}", body, login=login, version=row["version"]
        )
        stored = await self.stage.pool.fetchval("select version from inspections where id = $1", row["id"])
        assert (stored, await self.count("findings")) == (row["version"], raised), "nothing changed"
        return self._refusal(answer.status_code, answer.json())

    async def held(self, row: Json, login: str = "inspector", **more: Any) -> Json:
        """An hour later its form was recorded."""
        self.stage.clock.set(self.stage.clock.now() + timedelta(hours=1))
        return await self.step(row, "record", login, **self.form(**more))

    async def recorded(self, **more: Any) -> Json:
        return await self.held(await self.prepared(), **more)

    async def stored_file(self, login: str = "inspector", content: bytes | None = None, name: str = "a.png") -> str:
        from tests.inspection.integration.findings.book import stored

        return await stored(self.stage, self.company, login, name, content)

    async def clocks(self, row: Json, login: str = "office") -> dict[str, Json]:
        return await self.stage.clocks(self.company, f"{INSPECTIONS}/{row['id']}", login=login)

    async def again(self, row: Json, login: str = "office") -> Json:
        got: Json = await self.stage.get(self.company, f"{INSPECTIONS}/{row['id']}", login=login)
        return got

    async def status(self, path: str, login: str) -> int:
        return (await self.stage.client.get(path, headers=self.company.headers(login))).status_code

    async def listed(self, login: str, **query: Any) -> list[str]:
        found = await self.stage.get(self.company, INSPECTIONS, login=login, **query)
        return [one["id"] for one in found["items"]]

    async def count(self, table: str) -> int:
        found = await self.stage.pool.fetchval(
            f"select count(*) from {table} where company = $1",
            self.company.code,
        )
        return int(found)

    async def orders(self, count: int, at: datetime, department: str = "customer_service") -> list[UUID]:
        """Completed repairs, as the customer service tells them."""
        ids = [new_id() for _ in range(count)]
        for place, order_id in enumerate(ids):
            said = CustomerOrderCompleted(
                order_id=order_id,
                number=f"GD261101-{place:06d}",
                customer_id=new_id(),
                work="repair",
                completed_at=at,
                tier="vip",
                staff_ids=[self.company.person("crew")],
                routing=Routing(department=department),
            )
            await self.stage.hear(self.stage.event(self.company, said, subject=order_id, matter_id=order_id))
        return ids

    @staticmethod
    def _refusal(status: int, problem: Json) -> tuple[int, str, str]:
        errors = problem.get("errors") or [{"pointer": ""}]
        return status, problem["code"], errors[0]["pointer"]

"""What is done to plans and planned inspections, as the people of a company do it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from services.inspection.programme.models import PlannedInspectionRow
from services.inspection.programme.service import keeping
from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

EXECUTION: Json = {"method": "on_site", "held_on": "2026-12-10", "checks": "仪容仪表与首问负责", "sample_size": 10}


class Office:
    """The service office and whoever else plans."""

    def __init__(self, stage: Stage, company: Company) -> None:
        self.stage, self.company = stage, company

    async def make(self, period: str = "2026-12") -> list[Json]:
        answer = await self.stage.post(self.company, "/v1/inspection-plans", {"period": period}, login="office")
        assert answer.status_code == 201, answer.text
        items: list[Json] = answer.json()["items"]
        return items

    async def plan(self, level: str = "company", place: str | None = None, period: str = "2026-12") -> Json:
        plans = await self.make(period)
        return next(one for one in plans if one["level"] == level and place in (None, one["team"], one["department"]))

    async def step(self, row: Json, act: str, login: str, /, **body: Any) -> httpx.Response:
        kind = "planned-inspections" if "plan_id" in row else "inspection-plans"
        path = f"/v1/{kind}/{row['id']}/{act}"
        return await self.stage.post(self.company, path, body, login=login, version=row["version"])

    async def done(self, row: Json, act: str, login: str, /, **body: Any) -> Json:
        answer = await self.step(row, act, login, **body)
        assert answer.status_code == 200, answer.text
        after: Json = answer.json()
        return after

    async def approved(self, level: str = "company", place: str | None = None, planner: str = "office") -> Json:
        plan = await self.done(await self.plan(level, place), "submit", planner)
        return await self.done(plan, "approve", "deputy")

    async def holds(self, plan: Json, login: str = "office", **query: Any) -> list[Json]:
        got = await self.stage.get(self.company, "/v1/planned-inspections", login=login, plan_id=plan["id"], **query)
        return sorted(got["items"], key=lambda one: (one["window_from"], one["kind"], one["department"]))

    async def one(self, plan: Json, kind: str = "routine") -> Json:
        return next(one for one in await self.holds(plan) if one["kind"] == kind)

    async def again(self, row: Json, login: str = "office") -> Json:
        kind = "planned-inspections" if "plan_id" in row else "inspection-plans"
        got: Json = await self.stage.get(self.company, f"/v1/{kind}/{row['id']}", login=login)
        return got

    def login_of(self, staff_id: str) -> str:
        staff = self.company.pack.common.demo_staff
        return next(login for login in staff if str(self.company.person(login)) == staff_id)

    async def written(self, row: Json, **more: Any) -> Json:
        return await self.done(row, "execution-plan", self.login_of(row["inspector_id"]), **{**EXECUTION, **more})

    async def take(self, row: Json) -> PlannedInspectionRow:
        runtime = self.stage.runtime
        async with runtime.sessions.begin() as session:
            return await keeping.take(
                session,
                self.stage.app.state.desk,
                self.company.code,
                UUID(row["id"]),
                new_id(),
                now=self.stage.clock.now(),
            )

    async def carry_out(self, row: Json, held_at: datetime | None = None) -> PlannedInspectionRow:
        async with self.stage.runtime.sessions.begin() as session:
            return await keeping.carried_out(
                session,
                self.stage.app.state.desk,
                self.company.code,
                UUID(row["id"]),
                now=self.stage.clock.now(),
                held_at=held_at,
            )

    async def at(self, moment: datetime) -> None:
        self.stage.clock.set(moment)
        await self.stage.sweep()
        await self.stage.run_job(self.company, "inspection_keeping")
        await self.stage.sweep()

    async def clocks(self, row: Json) -> dict[str, Json]:
        kind = "planned-inspections" if "plan_id" in row else "inspection-plans"
        return await self.stage.clocks(self.company, f"/v1/{kind}/{row['id']}")

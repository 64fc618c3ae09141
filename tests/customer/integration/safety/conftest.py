"""A started customer service, companies of the packs, and hands that visit homes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.safety import jobs
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from tests.customer.integration.orders.conftest import Bench, Json
from tests.support.world import World


@dataclass
class Inspectors(Bench):
    """The bench of the orders, with visits, hazards and plans."""

    @property
    def chapter(self) -> CustomerChapter:
        found: CustomerChapter = self.runtime.policy.policy(self.gas.code, self.now).chapter_as(
            CHAPTER, CustomerChapter
        )
        return found

    def checks(self, **results: str) -> dict[str, str]:
        return {code: results.get(code, "pass") for code in self.chapter.safety.checks}

    async def visited(self, customer: str, outcome: str = "entered", *, by: str = "crew", **more: Any) -> Json:
        answer = await self.try_visit(customer, outcome, by=by, **more)
        assert answer.status_code == 201, answer.text
        result: Json = answer.json()
        return result

    async def try_visit(
        self, customer: str, outcome: str = "entered", *, by: str = "crew", **more: Any
    ) -> httpx.Response:
        said = {"checks": self.checks()} if outcome == "entered" else {"is_notice_left": True}
        body = {"customer_id": customer, "outcome": outcome, "visited_at": self.now.isoformat(), **said, **more}
        return await self.post("/safety-inspections", body, by=by)

    async def file(self, by: str) -> str:
        """A file that the person uploaded."""
        file_id = new_id()
        await self.runtime.hot.execute(
            "insert into stored_files (id, company, sha256, name, media_type, size, created_by, created_at)"
            " values ($1, $2, repeat('a', 64), 'proof.jpg', 'image/jpeg', 1, $3, $4)",
            file_id,
            self.gas.code,
            self.person(by),
            self.now,
        )
        return str(file_id)

    async def hazard(self, found: Json, verb: str, body: Any = None, *, by: str) -> Json:
        return await self.done(f"/hazards/{found['id']}/{verb}", body, by=by, version=found["version"])

    async def try_hazard(self, found: Json, verb: str, body: Any = None, *, by: str) -> httpx.Response:
        return await self.post(f"/hazards/{found['id']}/{verb}", body, by=by, version=found["version"])

    async def plan(self, at: datetime | None = None) -> int:
        """Run the nightly job to its end; answers how many plans and orders it made."""
        body, done = jobs.bodies(self.runtime)[jobs.PLAN_JOB], 0
        cursor: dict[str, Any] = {}
        while True:
            job = job_view(self.gas.code, cursor, at or self.now)
            async with self.runtime.sessions.begin() as session:
                step = await body(session, job)
            done, cursor = done + step.done, step.cursor
            if step.is_finished:
                return done

    async def plans(self, **wanted: Any) -> list[Json]:
        found: list[Json] = (await self.get("/safety-plans", **wanted))["items"]
        return found

    async def hazard_clock(self, found: Json, metric: str) -> Json:
        clocks = (await self.get(f"/hazards/{found['id']}/clocks"))["items"]
        (clock,) = [one for one in clocks if one["metric"] == metric]
        result: Json = clock
        return result

    async def district(self, customer: str, name: str) -> None:
        await self.runtime.hot.execute("update customers set district = $2 where id = $1", UUID(customer), name)

    def ago(self, **span: int) -> str:
        return (self.now - timedelta(**span)).isoformat()


def job_view(company: str, cursor: dict[str, Any], at: datetime) -> JobView:
    return JobView(
        id=new_id(),
        company=company,
        kind=jobs.PLAN_JOB,
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


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and the first field."""
    body = answer.json()
    errors = body.get("errors") or [{"pointer": ""}]
    return answer.status_code, body["code"], errors[0]["pointer"]


@pytest.fixture(scope="session")
async def customers(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the customer service."""
    async with world.client("customer") as client:
        yield client


async def _inspectors(world: World, client: httpx.AsyncClient, company: str, pack: str) -> Inspectors:
    app = world.app_of(client)
    return Inspectors(client, await world.company(company, pack), app.state.runtime)


@pytest.fixture
async def xxx(world: World, customers: httpx.AsyncClient, company: str) -> Inspectors:
    """A company of the primary pack."""
    return await _inspectors(world, customers, company, "xxx-gas")


@pytest.fixture(params=["chaohu", "generic", "liaoning"])
async def other(request: pytest.FixtureRequest, world: World, customers: httpx.AsyncClient, company: str) -> Inspectors:
    """A company of each of the other packs."""
    return await _inspectors(world, customers, f"{company}-{request.param[:1]}", request.param)

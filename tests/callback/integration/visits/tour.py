"""How tests work on visits: let customers be known, plan, record, let time pass, look at what follows."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from services.callback.visits.service.desk import VisitDesk
from services.callback.visits.service.ending import keep
from services.callback.worker import job_bodies, visit_desk
from shared.contracts.relations import CustomerMemberChanged, CustomerServedByChanged
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from shared.sla.sweeper import Sweeper
from tests.callback.integration.line import Json, Line, event_of
from tests.support.world import Company


def photo() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 120, 200)).save(made, "PNG")
    return made.getvalue()


@dataclass
class Tour:
    """The started service, with what is done to visits."""

    line: Line

    @property
    def desk(self) -> VisitDesk:
        """As the worker has it."""
        return visit_desk(self.line.runtime)

    async def group(self, company: Company, tier: str, **more: Any) -> UUID:
        """A group or unit of a tier."""
        said: Json = {"kind": "commercial", "customer_class": "b", "party": "group", **more}
        return await self.line.know(company, tier, **said)

    async def member(self, company: Company, group_id: UUID, *, circle: str | None = "core", **more: Any) -> UUID:
        """A member of a group."""
        member_id = new_id()
        said: Json = {
            "member_id": member_id,
            "group_id": group_id,
            "act": "joined",
            "state": "active",
            "kind": "important_leader",
            "circle": circle,
            "is_served": circle is not None,
        }
        await self.line.hear(event_of(company, CustomerMemberChanged(**{**said, **more})))
        return member_id

    async def serve(
        self, company: Company, customer_id: UUID, post: str, login: str, *, version: int = 1, **more: Any
    ) -> UUID:
        """Somebody is named for a customer."""
        assignment_id: UUID = more.pop("assignment_id", None) or new_id()
        said: Json = {
            "assignment_id": assignment_id,
            "customer_id": customer_id,
            "slot": post,
            "post": post,
            "staff_id": company.person(login),
            "state": "active",
            "occurred_at": self.line.clock.now(),
        }
        await self.line.hear(event_of(company, CustomerServedByChanged(**{**said, **more}), version=version))
        return assignment_id

    async def job(self, company: Company, kind: str, args: Json | None = None) -> Json:
        """Let a job of the worker run to its end; its result so far."""
        cursor: Json = {}
        body, job_id = job_bodies(self.line.runtime, "http://127.0.0.1:1")[kind], new_id()
        while True:
            now = self.line.clock.now()
            job = JobView(
                job_id, company.code, kind, args or {}, JobState.RUNNING, 0, None, cursor, {}, None, 1, now, None, now,
                now, None, 1,
            )  # fmt: skip
            async with self.line.runtime.sessions.begin() as session:
                step = await body(session, job)
            if step.is_finished:
                return dict(step.cursor)
            cursor = step.cursor

    async def plan(self, company: Company, period: str) -> Json:
        """Ask for a plan and let the worker make it."""
        asked = await self.line.post(company, "/v1/visit-plans", {"period": period}, login="office")
        assert asked.status_code == 201, asked.text
        made = asked.json()
        await self.job(company, "visit_planning", {"plan_id": made["id"], "period": period})
        shown = await self.line.client.get(f"/v1/visit-plans/{made['id']}", headers=company.headers("office"))
        return dict(shown.json())

    async def visits(self, company: Company, *, login: str = "office", **wanted: Any) -> list[Json]:
        """What somebody sees."""
        params = {name: str(value) for name, value in wanted.items()} | {"limit": "200"}
        answer = await self.line.client.get("/v1/visits", params=params, headers=company.headers(login))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def visit(self, company: Company, customer_id: UUID, service: str, **wanted: Any) -> Json:
        """The one visit of a customer by service."""
        (found,) = await self.visits(company, customer_id=customer_id, service=service, **wanted)
        return found

    async def act(self, company: Company, one: Json, act: str, *, login: str, **body: Any) -> httpx.Response:
        """One step from the version at hand, whatever comes of it."""
        path = f"/v1/visits/{one['id']}/{act}"
        return await self.line.post(company, path, body, login=login, version=one["version"])

    async def store_photo(self, company: Company, login: str) -> str:
        """A photo that somebody stored; its id."""
        answer = await self.line.client.post(
            "/v1/files", files={"file": ("a.png", photo(), "image/png")}, headers=company.headers(login)
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def report(self, company: Company, login: str, post: str, at: datetime, **more: Any) -> Json:
        """What is recorded of a visit that was made as it should be."""
        return {
            "visited_at": at.isoformat(),
            "participants": [{"staff_id": str(company.person(login)), "post": post}],
            "proofs": [{"kind": "photo", "file_id": await self.store_photo(company, login)}],
            **more,
        }

    async def clock_of(self, company: Company, one: Json) -> Json:
        """The one clock of a visit."""
        (clock,) = await self.line.clocks(company, "visits", one)
        return clock

    async def pass_time(self, company: Company, to: datetime) -> int:
        """What the worker does when time has passed: clocks are judged, visits begun, missed, ended."""
        self.line.clock.set(to)
        await Sweeper(self.line.pool, self.line.clock).sweep()
        async with self.line.runtime.sessions.begin() as session:
            return await keep(session, self.desk, company.code, now=to)

"""How tests work on care: members and their days become known, the plan is made."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.callback.care.jobs import KEEP_JOB, PLAN_JOB, TIPS_JOB, bodies
from shared.contracts.relations import CustomerMemberChanged, CustomerOccasionEnded, CustomerOccasionSet
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from shared.lunar import lunar_day
from tests.callback.integration.line import Json, Line, event_of
from tests.support.world import Company

__all__ = ["KEEP_JOB", "PLAN_JOB", "TIPS_JOB", "end_day", "greetings", "joined", "run_job", "set_day"]


async def joined(line: Line, company: Company, group: UUID, *, circle: str = "core", **more: Any) -> UUID:
    """Somebody becomes a member who is served in the own right."""
    said: Json = {"act": "joined", "state": "active", "kind": "important_leader", "is_served": True, "rank": None}
    member_id = more.pop("member_id", None) or new_id()
    version = more.pop("version", 1)
    state = CustomerMemberChanged(member_id=member_id, group_id=group, circle=circle, **{**said, **more})
    await line.hear(event_of(company, state, version=version))
    return member_id


async def set_day(
    line: Line,
    company: Company,
    customer: UUID,
    *,
    in_days: int,
    member: UUID | None = None,
    occasion_id: UUID | None = None,
    circle: str | None = None,
    version: int = 1,
    is_lunar: bool = False,
) -> UUID:
    """A birthday or a great day becomes known."""
    on = (line.clock.now() + timedelta(days=in_days)).date()
    day = lunar_day(on) if is_lunar else on
    said = CustomerOccasionSet(
        occasion_id=occasion_id or new_id(),
        customer_id=customer,
        member_id=member,
        occasion="birthday" if member else "great_day",
        circle=circle,
        month=day.month,
        day=day.day,
        is_lunar=is_lunar,
    )
    await line.hear(event_of(company, said, version=version))
    return said.occasion_id


async def end_day(line: Line, company: Company, customer: UUID, occasion_id: UUID, *, version: int) -> None:
    """The day is kept no more."""
    said = CustomerOccasionEnded(occasion_id=occasion_id, customer_id=customer, occasion="great_day")
    await line.hear(event_of(company, said, version=version))


async def run_job(line: Line, company: Company, kind: str, **args: Any) -> int:
    """The job, chunk by chunk as the worker runs it; answers what it did."""
    body, cursor, done = bodies(line.runtime)[kind], dict[str, Any](), 0
    while True:
        now = line.clock.now()
        job = JobView(
            id=new_id(),
            company=company.code,
            kind=kind,
            args=args,
            state=JobState.RUNNING,
            progress_done=0,
            progress_total=None,
            cursor=cursor,
            result={},
            error=None,
            attempts=1,
            run_after=now,
            created_by=None,
            created_at=now,
            started_at=now,
            finished_at=None,
            version=1,
        )
        async with line.runtime.sessions.begin() as session:
            step = await body(session, job)
        done, cursor = done + step.done, step.cursor
        if step.is_finished:
            return done


async def greetings(line: Line, company: Company, *, login: str = "office", **wanted: Any) -> list[Json]:
    """The plan, as the API shows it."""
    answer = await line.client.get("/v1/greetings", params=wanted, headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])

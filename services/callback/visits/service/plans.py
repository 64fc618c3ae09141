"""Runs of the planning: asked for by a person or due by the schedule, in chunks, the withdrawal last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governing
from services.callback.visits.errors import PlanPeriodError
from services.callback.visits.models import VisitPlanRow
from services.callback.visits.repository import planning, visits
from services.callback.visits.service.desk import VisitDesk
from services.callback.visits.service.ending import withdraw
from services.callback.visits.service.planning import plan_chunk
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.ids import derived_id
from shared.jobs import queue
from shared.policy.book import PolicyNotFoundError
from shared.sla.periods import Period, PeriodInvalidError, parse_period

JOB = "visit_planning"


@dataclass(frozen=True, slots=True)
class Progress:
    """What one chunk did, and where the next begins."""

    done: int
    after: UUID | None
    is_withdrawing: bool
    is_finished: bool


async def request(
    session: AsyncSession, desk: VisitDesk, principal: Principal, plan_id: UUID, *, period: str, now: datetime
) -> VisitPlanRow:
    """Have a year or month planned by the worker.  Raises: PlanPeriodError, PolicyNotFoundError."""
    governing = desk.governances.in_force(principal.company, now)
    period_of(governing, period, now)
    row = _plan(governing, plan_id, period, principal.staff_id, now)
    await visits.add(session, row)
    await queue.enqueue(
        session,
        kind=JOB,
        company=row.company,
        now=now,
        args={"plan_id": str(row.id), "period": period},
        created_by=principal.actor,
        job_id=derived_id("visit_plan", row.id),
    )
    await record(
        session,
        company=row.company,
        action="request_visit_plan",
        at=now,
        resource_type="visit_plan",
        resource_id=row.id,
        detail={"period": period},
    )
    return row


def period_of(governing: Governing, name: str, now: datetime) -> Period:
    """The year or month.  Raises: PlanPeriodError."""
    try:
        period = parse_period(name, governing.zone)
    except PeriodInvalidError as error:
        raise PlanPeriodError.at_pointer("/period") from error
    year = now.astimezone(governing.zone).year
    last = datetime.combine(date(year + 2, 1, 1), datetime.min.time(), tzinfo=governing.zone)
    if "Q" in name or "W" in name or not now < period.until_at <= last:
        raise PlanPeriodError.at_pointer("/period")
    return period


async def run(
    session: AsyncSession,
    desk: VisitDesk,
    company: str,
    plan_id: UUID,
    *,
    period: str | None,
    after: UUID | None,
    is_withdrawing: bool,
    now: datetime,
) -> Progress:
    """One chunk of a run; a scheduled one begins its row itself, for the month it is in."""
    governing = desk.governances.in_force(company, now)
    try:
        name = period or f"{now.astimezone(governing.zone):%Y-%m}"
        bounds = parse_period(name, governing.zone)
        plan = await planning.find_plan(session, plan_id)
        if plan is None:
            plan = _plan(governing, plan_id, name, None, now)
            await visits.add(session, plan)
    except PolicyNotFoundError:
        return Progress(0, None, is_withdrawing=True, is_finished=True)
    if not is_withdrawing:
        before = plan.customers
        following = await plan_chunk(session, desk, governing, plan, bounds, after=after, now=now)
        return Progress(plan.customers - before, following, is_withdrawing=following is None, is_finished=False)
    withdrawn = await withdraw(session, desk, company, now=now)
    plan.withdrawn += withdrawn
    plan.version += 1
    if withdrawn == 0:
        plan.state, plan.finished_at = "done", now
    await session.flush()
    return Progress(withdrawn, None, is_withdrawing=True, is_finished=withdrawn == 0)


async def read(session: AsyncSession, plan_id: UUID, companies: Sequence[str]) -> VisitPlanRow:
    """One run.  Raises: VisitPlanNotFoundError."""
    return await planning.get_plan(session, plan_id, companies)


async def page(
    session: AsyncSession, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[VisitPlanRow]:
    """Runs, newest first."""
    return await planning.plans(session, companies, before=before, limit=limit)


def _plan(governing: Governing, plan_id: UUID, period: str, requested_by: UUID | None, now: datetime) -> VisitPlanRow:
    return VisitPlanRow(
        id=plan_id,
        company=governing.policy.company,
        period=period,
        state="running",
        requested_by=requested_by,
        requested_at=now,
        customers=0,
        planned=0,
        gaps=0,
        withdrawn=0,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )

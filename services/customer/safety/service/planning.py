"""Plans: made for the running periods, turned into orders at once for some tiers and by batch for the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.orders.rules.states import OrderOrigin
from services.customer.orders.rules.taken import OrderTaken
from services.customer.orders.service.desk import OrderDesk
from services.customer.orders.service.opening import open_order
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_safety import Safety
from services.customer.safety.errors import PlanBatchError
from services.customer.safety.models import SafetyPlanRow
from services.customer.safety.repository import figures
from services.customer.safety.repository import plans as repository
from services.customer.safety.rules import PlanState, due_commitments
from services.customer.safety.service.desk import SafetyDesk
from shared.audit.trail import record
from shared.jobs.queue import enqueue
from shared.policy.book import Policy

PLAN_JOB = "safety_plans"
SYSTEM = "system:safety_plans"
CHUNK = 5_000
"""Customers of one statement."""
ORDERS = 25
"""Orders of one transaction."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a request opened, and what still waits."""

    id: UUID
    opened: int
    order_ids: list[UUID]
    waiting: int


async def generate_chunk(
    session: AsyncSession, policy: Policy, *, after: UUID | None, now: datetime, size: int = CHUNK
) -> repository.Chunk:
    """Plans of the next customers for every periodical promise of the pack; a repetition makes nothing."""
    chapter = policy.chapter_as(CHAPTER, CustomerChapter)
    civil = now.astimezone(ZoneInfo(policy.common.zone))
    due = due_commitments(chapter.commitments, chapter.safety.work, civil)
    return await repository.generate(
        session,
        policy.company,
        [one.json for one in due],
        after=after,
        size=size,
        pack=policy.pack,
        version=policy.revision(CHAPTER).version,
        now=now,
    )


async def open_at_once(
    session: AsyncSession, orders: OrderDesk, policy: Policy, *, now: datetime, size: int = ORDERS
) -> int:
    """Orders for waiting plans of the tiers that the pack names; answers how many."""
    terms = policy.chapter_as(CHAPTER, CustomerChapter).safety
    if not terms.plans.ordered_tiers:
        return 0
    rows = await repository.take(
        session, policy.company, tiers=terms.plans.ordered_tiers, district=None, size=size, now=now
    )
    await _open(session, orders, terms, rows, actor=SYSTEM, batch_id=None, now=now)
    return len(rows)


async def open_batch(
    desk: SafetyDesk, batch_id: UUID, *, district: str | None, tiers: Sequence[str] | None, limit: int
) -> Batch:
    """Orders for at most `limit` waiting plans, the earliest end first.  Raises: PlanBatchError."""
    session, most = desk.base.session, desk.terms.plans.batch_at_most
    if limit > most:
        raise PlanBatchError.at("/limit", f"一次最多开 {most} 张工单")
    rows = await repository.take(session, desk.company, tiers=tiers, district=district, size=limit, now=desk.now)
    actor = desk.base.principal.actor
    await _open(session, desk.orders, desk.terms, rows, actor=actor, batch_id=batch_id, now=desk.now)
    await record(
        session,
        company=desk.company,
        action="open_safety_orders",
        at=desk.now,
        resource_type="safety_plan_batch",
        resource_id=batch_id,
        detail={"opened": len(rows)},
    )
    return await batch(desk, batch_id, district=district)


async def batch(desk: SafetyDesk, batch_id: UUID, *, district: str | None) -> Batch:
    """What a request opened, as it is answered to a repetition too."""
    opened, order_ids = await figures.of_batch(desk.base.session, desk.company, batch_id)
    left = await figures.waiting(desk.base.session, desk.company, district=district, now=desk.now)
    return Batch(batch_id, opened, order_ids, left)


async def queue_generation(desk: SafetyDesk, job_id: UUID) -> None:
    """Make the plans now instead of at night."""
    await enqueue(
        desk.base.session,
        kind=PLAN_JOB,
        company=desk.company,
        now=desk.now,
        created_by=desk.base.principal.actor,
        job_id=job_id,
    )


async def _open(
    session: AsyncSession,
    orders: OrderDesk,
    terms: Safety,
    rows: Sequence[SafetyPlanRow],
    *,
    actor: str,
    batch_id: UUID | None,
    now: datetime,
) -> None:
    for row in rows:
        taken = OrderTaken(
            company=row.company,
            work=terms.work,
            summary="计划安检（领导带队）" if row.is_led else "计划安检",
            channel=terms.channel,
            customer_id=row.customer_id,
            details={"is_led": row.is_led},
            origin=OrderOrigin.PLAN,
            origin_id=row.id,
            period_from=row.period_from,
            period_until=row.period_until,
        )
        order = await open_order(session, orders, taken, actor=actor, now=now)
        row.state, row.order_id, row.batch_id = PlanState.ORDERED.value, order.id, batch_id
        row.version += 1
    await session.flush()

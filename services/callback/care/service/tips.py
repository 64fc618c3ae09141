"""The monthly tip (每月用气提示): one message a customer and month, by season and kind, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.messages import service as messages
from services.callback.policy_in_force import Governances

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction queued, and where the next begins."""

    queued: int
    after: UUID | None
    is_finished: bool


async def send_tips(
    session: AsyncSession,
    governances: Governances,
    company: str,
    *,
    due_at: datetime,
    after: UUID | None,
    now: datetime,
) -> Chunk:
    """Queue the next customers' tips of the month of `due_at`; a second run sends nobody a second one.

    Raises: PolicyNotFoundError.
    """
    governing = governances.in_force(company, now)
    tips, month = governing.chapter.care.tips, due_at.astimezone(governing.zone)
    if not tips.tiers:
        return Chunk(0, None, is_finished=True)
    found = await customers.active(session, company, tips.tiers, after=after, limit=AT_ONCE)
    queued = 0
    for customer in found:
        template = tips.text(month.month, customer.kind)
        if template is None:
            continue
        outgoing = messages.Outgoing(
            company=company,
            customer_id=customer.id,
            template=template,
            cause=f"tip:{month:%Y-%m}:{customer.id}",
            source="tip",
        )
        await messages.queue(session, governances, outgoing, now=now)
        queued += 1
    return Chunk(queued, found[-1].id if found else None, is_finished=len(found) < AT_ONCE)

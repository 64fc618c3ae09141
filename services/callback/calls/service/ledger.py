"""The monthly draw from the ledger (台帐) of the tiers: in the order of the customers' ids, a chunk per transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.desk import CallDesk
from services.callback.calls.service.drawing import Candidate, draw
from services.callback.customers import service as customers
from services.callback.policy_calls import Occasion
from shared.policy.book import PolicyNotFoundError

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction did, and where the next begins."""

    numbered: int
    business: int
    after: UUID | None
    is_finished: bool


async def draw_ledger(
    session: AsyncSession,
    desk: CallDesk,
    company: str,
    *,
    due_at: datetime,
    business: int,
    after: UUID | None,
    now: datetime,
) -> Chunk:
    """Number the next customers of the ledger; a second run of the same month draws nobody again."""
    try:
        governing = desk.governances.in_force(company, due_at)
    except PolicyNotFoundError:
        return Chunk(0, 0, None, is_finished=True)
    rules = governing.chapter.calls.businesses
    ledgers = [code for code in sorted(rules) if rules[code].occasion is Occasion.LEDGER]
    if business >= len(ledgers):
        return Chunk(0, business, None, is_finished=True)
    code = ledgers[business]
    found = await customers.active(session, company, list(rules[code].tiers), after=after, limit=AT_ONCE)
    month = f"{due_at.astimezone(governing.zone):%Y-%m}"
    for customer in found:
        candidate = Candidate(
            occasion=Occasion.LEDGER,
            code=None,
            business=code,
            subject_type="customer",
            subject_id=customer.id,
            key=month,
            customer_id=customer.id,
            occurred_at=due_at,
            tier=customer.tier,
        )
        await draw(session, desk, company, candidate, now=now)
    if len(found) == AT_ONCE:
        return Chunk(len(found), business, found[-1].id, is_finished=False)
    return Chunk(len(found), business + 1, None, is_finished=business + 1 >= len(ledgers))


def month_of(due_at: str | None, now: datetime) -> datetime:
    """The instant for which a ledger is drawn: the schedule's, else now."""
    return min(datetime.fromisoformat(due_at), now) if due_at else now

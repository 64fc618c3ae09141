"""Facts that count: own cases that took effect or lost it, findings on complaints, rectification notices."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.repository import tallies
from services.incentive.counters.rules.causes import CASE_FACTS, FINDING_FACTS, NOTICE_FACTS, read
from services.incentive.counters.service.counting import count
from services.incentive.counters.service.leaving import leave
from services.incentive.desk import IncentiveDesk
from shared.contracts.incentive_cases import IncentiveCaseFact
from shared.events.envelope import Event

HEARD = (*CASE_FACTS, *FINDING_FACTS, *NOTICE_FACTS)
"""Types of facts that count."""


async def hear(session: AsyncSession, desk: IncentiveDesk, event: Event, *, now: datetime) -> None:
    """Count, and let stand what follows; a repetition or an older fact than the last changes nothing."""
    counters = desk.governances.in_force(event.company, now).chapter.catalogue.counters
    cause, entries = read(event.type, event.payload, event.matter_id, counters)
    if not await tallies.is_news(session, event.company, cause.type, cause.id, event.aggregate_version, now):
        return
    await count(session, desk, event.company, cause, entries, fact=event.type, now=now)
    if isinstance(event.payload, IncentiveCaseFact):
        await leave(session, desk, event.company, event.type, event.payload, now=now)

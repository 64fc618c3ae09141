"""What time does to callbacks: due, given back, missed; and what an erasure blanks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls import events
from services.callback.calls.models import CallbackRow
from services.callback.calls.repository import callbacks, queue
from services.callback.calls.rules.states import CallbackState
from services.callback.calls.service.desk import SUBJECT, WINDOW, carried, subject_of
from services.callback.policy_in_force import Governances
from shared.audit.trail import record
from shared.contracts.calls import CallbackMissed
from shared.events import outbox
from shared.sla.book import ClockBook

AT_ONCE = 200


async def keep(session: AsyncSession, governances: Governances, company: str, *, now: datetime) -> int:
    """Let in what is due, take back what was not called in time, close what was missed; answers how many missed.

    A call that began within the window may still be recorded while the lease lasts.
    """
    await queue.lapse(session, company, now, limit=AT_ONCE)
    missed = await queue.passed(session, company, now, limit=AT_ONCE)
    for row in missed:
        await _miss(session, governances, row, now)
    await queue.promote(session, company, now, limit=AT_ONCE)
    return len(missed)


async def _miss(session: AsyncSession, governances: Governances, row: CallbackRow, now: datetime) -> None:
    row.state = CallbackState.MISSED.value
    row.version += 1
    await session.flush()
    book = ClockBook(session, calendars=governances.calendars, now=now)
    await book.cancel(subject_of(row), [WINDOW], reason="window_passed")
    await record(
        session,
        company=row.company,
        action="miss_callback",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "attempts": row.attempts},
    )
    with carried(row):
        await outbox.add(session, events.said(row, CallbackMissed, now, latest_at=row.latest_at, attempts=row.attempts))


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what an erased customer said; the rows stay."""
    for row in await callbacks.of_customer(session, company, customer_id):
        row.words = None
        for answer in await callbacks.answers(session, row.id):
            answer.text = None
        for consequence in await callbacks.consequences(session, row.id):
            consequence.words = None
    await session.flush()

"""A greeting comes to an end: its clock, its audit row and its fact with it."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care import events
from services.callback.care.models import GreetingRow
from services.callback.care.rules import GREETING, GreetingState
from services.callback.policy_in_force import Governances
from shared.audit.trail import record
from shared.contracts.callback_care import GreetingFact
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "greeting"


def subject_of(row: GreetingRow) -> Subject:
    """The greeting as its clock knows it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.rule,
    )


async def move(
    session: AsyncSession,
    governances: Governances,
    row: GreetingRow,
    state: GreetingState,
    kind: type[GreetingFact],
    *,
    now: datetime,
    **said: Any,
) -> None:
    """Done stops the clock; skipped and cancelled end it, with the reason."""
    row.state = state.value
    row.version += 1
    await session.flush()
    book = ClockBook(session, calendars=governances.calendars, now=now)
    if state is GreetingState.DONE:
        await book.stop(subject_of(row), GREETING)
    else:
        await book.cancel(subject_of(row), [GREETING], reason=row.reason or state.value)
    await record(
        session,
        company=row.company,
        action=f"greeting_{state.value}",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "reason": row.reason},
    )
    await outbox.add(session, events.greeting(row, kind, now, **said))

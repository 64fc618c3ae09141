"""A falsified callback is void, and the customer is called anew by somebody else, within a window of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls import events
from services.callback.calls.models import CallbackRow
from services.callback.calls.repository import callbacks, draws
from services.callback.calls.rules.states import CallbackState, state_at
from services.callback.calls.service.desk import SUBJECT, WINDOW, CallDesk, carried, subject_of
from services.callback.calls.service.drawing import PREFIX, SEQUENCE
from services.callback.calls.service.hours import hours_of
from services.callback.policy_in_force import Governing
from shared.audit.trail import record
from shared.contracts.calls import CallbackDrawn
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook

_KEPT = (
    *("company", "business", "tier", "subject_type", "subject_id", "subject_number", "work", "cycle", "customer_id"),
    *("queue", "is_in_person", "script", "script_version", "occurred_at", "department", "matter_id"),
    *("correlation_id", "hops", "policy_pack", "policy_version"),
)
"""What the new callback has of the void one."""


async def void(
    session: AsyncSession, desk: CallDesk, callback_id: UUID, called_again: Promised, *, by: str, now: datetime
) -> tuple[CallbackRow, CallbackRow] | None:
    """Make a finished callback void and draw another in its place; None if it is not (or no more) a finished one.

    Whoever made the void call does not make the new one.  `called_again` runs from now to the end of its window.
    """
    found = await callbacks.finished(session, callback_id)
    if found is None:
        return None
    found.state, found.voided_at = CallbackState.VOID.value, now
    found.version += 1
    governing = desk.governances.of_revision(found.company, found.policy_version, found.occurred_at)
    row = await _again(desk, found, governing, called_again, now)
    await callbacks.add(session, row)
    promise = governing.promise(WINDOW, called_again, is_consequence=True)
    await ClockBook(session, calendars=governing.calendars, now=now).start(
        subject_of(row), governing.stamp(row.tier), [promise], started_at=now
    )
    await _audit(session, found, "void", now, by=by, again_id=str(row.id))
    await _audit(session, row, "draw", now, replaces_id=str(found.id))
    position = await draws.position_of(session, found.replaces_id or found.id)
    said = events.said(
        row,
        CallbackDrawn,
        now,
        queue=row.queue,
        position=position,
        earliest_at=row.earliest_at,
        latest_at=row.latest_at,
    )
    with carried(row):
        await outbox.add(session, said)
    return found, row


async def _again(
    desk: CallDesk, found: CallbackRow, governing: Governing, called_again: Promised, now: datetime
) -> CallbackRow:
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await desk.numbers.take(SEQUENCE))
    callers = [found.completed_by] if found.completed_by else []
    ready_at = hours_of(governing, found.business, found.tier).first_from(now)
    return CallbackRow(
        **{name: getattr(found, name) for name in _KEPT},
        id=new_id(),
        number=number,
        staff_ids=list(dict.fromkeys([*found.staff_ids, *callers])),
        posts=list(found.posts),
        state=state_at(ready_at, now).value,
        earliest_at=now,
        latest_at=governing.moment_after(called_again.limit, now),
        ready_at=ready_at,
        drawn_at=now,
        replaces_id=found.id,
        version=1,
    )


async def _audit(session: AsyncSession, row: CallbackRow, act: str, now: datetime, **detail: object) -> None:
    await session.flush()
    await record(
        session,
        company=row.company,
        action=f"{act}_callback",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, **detail},
    )

"""What time and a change of the customer do to visits: begun, missed, ended, withdrawn; what an erasure blanks."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.policy_in_force import Governances
from services.callback.visits import events
from services.callback.visits.models import VisitRow
from services.callback.visits.repository import planning, visits
from services.callback.visits.rules.states import MoveState, VisitState
from services.callback.visits.service import owners
from services.callback.visits.service.desk import VisitDesk, audit, promise_for, subject_of
from shared.contracts.callback_visits import VisitCancelled, VisitMissed
from shared.events import outbox
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook

AT_ONCE = 200
CUSTOMER_LEFT, TIER_CHANGED = "customer_left", "tier_changed"
"""Reasons that the platform gives; they are excused."""


async def keep(session: AsyncSession, desk: VisitDesk, company: str, *, now: datetime) -> int:
    """Begin what is due to begin, close what was missed; answers how many rows were touched."""
    begun = await visits.unopened(session, company, now, AT_ONCE)
    for row in begun:
        await _open(session, desk, row, now)
    missed = await visits.overdue(session, company, now, AT_ONCE)
    for row in missed:
        await _miss(session, row, now)
    ended = await _end(session, desk, company, now)
    return len(begun) + len(missed) + ended


async def withdraw(session: AsyncSession, desk: VisitDesk, company: str, *, now: datetime) -> int:
    """Cancel what is owed no more: no customer any more, or another tier before the window began."""
    rows = await planning.owed_no_more(session, company, now, AT_ONCE)
    for row in rows:
        known = await customers.known(session, row.customer_id, company)
        is_here = known is not None and known.standing == "active" and known.erased_at is None
        reason = TIER_CHANGED if is_here else CUSTOMER_LEFT
        await close(session, desk.governances, row, reason, is_excused=True, note=None, now=now, actor=None)
    return len(rows)


async def close(
    session: AsyncSession,
    governances: Governances,
    row: VisitRow,
    reason: str,
    *,
    is_excused: bool,
    note: str | None,
    now: datetime,
    actor: str | None,
) -> None:
    """Cancel one: its clock ends, the fact is told."""
    row.state, row.cancel_reason, row.is_excused = VisitState.CANCELLED.value, reason, is_excused
    row.note, row.ended_at = note, now
    await lapse_move(session, row)
    row.version += 1
    await session.flush()
    book = ClockBook(session, calendars=governances.calendars, now=now)
    await book.cancel(subject_of(row), reason=reason, actor=actor)
    await audit(session, row, "cancel", now, reason=reason)
    await outbox.add(session, events.said(row, VisitCancelled, now, reason=reason, is_excused=is_excused))


async def lapse_move(session: AsyncSession, row: VisitRow) -> None:
    """A move that waits for its decision comes to nothing."""
    if row.pending_move_id is None:
        return
    for move in await visits.moves(session, row.id):
        if move.id == row.pending_move_id:
            move.state = MoveState.LAPSED.value
    row.pending_move_id = None


async def _open(session: AsyncSession, desk: VisitDesk, row: VisitRow, now: datetime) -> None:
    known = await customers.known(session, row.customer_id, row.company)
    if not row.is_assigned:
        await owners.replace(session, desk, row, known, now)
    governing = desk.governances.of_revision(row.company, row.policy_version, row.planned_at)
    row.opened_at = now
    row.version += 1
    await session.flush()
    book = ClockBook(session, calendars=governing.calendars, now=now)
    await book.start(
        subject_of(row), governing.stamp(row.tier), [promise_for(governing, row)], started_at=row.window_from
    )


async def _miss(session: AsyncSession, row: VisitRow, now: datetime) -> None:
    """The clock stays breached and open: a missed one may be made up for, late."""
    row.state, row.missed_at = VisitState.MISSED.value, now
    await lapse_move(session, row)
    row.version += 1
    await session.flush()
    await audit(session, row, "miss", now)
    await outbox.add(session, events.said(row, VisitMissed, now))


async def _end(session: AsyncSession, desk: VisitDesk, company: str, now: datetime) -> int:
    try:
        days = desk.governances.in_force(company, now).chapter.entitlements.recording.late_days
    except PolicyNotFoundError:
        return 0
    rows = await visits.too_late(session, company, now - timedelta(days=days), AT_ONCE)
    book = ClockBook(session, calendars=desk.governances.calendars, now=now)
    for row in rows:
        row.ended_at = now
        row.version += 1
        await session.flush()
        await book.cancel(subject_of(row), reason="made_up_no_more")
        await audit(session, row, "end", now)
    return len(rows)


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what was written of an erased customer; the rows stay."""
    await visits.blank(session, company, customer_id)

"""Months: drafted when they have ended, closed with their digest, locked by another person; never opened again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.desk import IncentiveDesk
from services.incentive.ledger import events
from services.incentive.ledger.errors import (
    LedgerCasesOpenError,
    LedgerFourEyesError,
    LedgerMonthOpenError,
    LedgerMonthOrderError,
    LedgerPostError,
    LedgerUnbalancedError,
    PayrollNotTakenError,
)
from services.incentive.ledger.models import LedgerHeadRow, LedgerMonthRow
from services.incentive.ledger.repository import balances, books, months
from services.incentive.ledger.rules.months import (
    CLOSED,
    LedgerState,
    check_lockable,
    check_open,
    is_over,
    month_of,
    next_month,
    start_of,
)
from services.incentive.ledger.rules.posting import HalfWayCase
from services.incentive.ledger.service.digesting import Digested, digest
from services.incentive.policy import IncentiveGoverning
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.incentive_ledger import IncentiveMonthClosed, IncentiveMonthLocked
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "ledger_month"
HalfWay = Callable[[AsyncSession, str, str], Awaitable[Sequence[HalfWayCase]]]
"""A feature's cases of a company's month that are half-way."""


@dataclass(frozen=True, slots=True)
class MonthCall:
    """Who works on which month, from which version on, with which rights."""

    session: AsyncSession
    desk: IncentiveDesk
    principal: Principal
    scope: RowScope
    month_id: UUID
    expected_version: int
    now: datetime
    half_way: Sequence[HalfWay] = ()

    @property
    def governing(self) -> IncentiveGoverning:
        """The revision in force for whoever acts now."""
        return self.desk.governances.in_force(self.principal.company, self.now)


def subject_of(row: LedgerMonthRow) -> Subject:
    """The month as its clock knows it."""
    return Subject(type=SUBJECT, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=SUBJECT)


async def draft(session: AsyncSession, desk: IncentiveDesk, company: str, *, now: datetime) -> list[str]:
    """Freeze what the month of `now` begins with, and lay months that have ended before whoever closes them.

    Months between the company's first and this one that nobody posted into are closed too.  Again: nothing new.
    """
    try:
        governing = desk.governances.in_force(company, now)
    except PolicyNotFoundError:
        return []
    head = await books.take_head(session, company)
    this = month_of(now, governing.zone)
    if head.closed_through is None or this > head.closed_through:
        await books.ensure_month(session, company, this, now=now)
    await _fill(session, head, this, now)
    drafted = []
    for row in await months.known(session, company):
        if row.month_points is None:
            _freeze(row, desk, governing)
        if row.month < this and row.drafted_at is None:
            await _lay(session, governing, row, now)
            drafted.append(row.month)
    await session.flush()
    return drafted


async def close(call: MonthCall) -> LedgerMonthRow:
    """Close a month that has ended: totals and digest are frozen, whatever comes later goes into the next.

    Raises: LedgerMonthNotFoundError, StaleError, LedgerMonthClosedError, LedgerMonthOpenError, LedgerMonthOrderError,
    LedgerPostError, LedgerCasesOpenError, LedgerUnbalancedError.
    """
    session, governing = call.session, call.governing
    head = await books.take_head(session, call.principal.company)
    row = await take(call)
    check_open(row.state, row.month)
    if not is_over(row.month, call.now, governing.zone):
        raise LedgerMonthOpenError("当月结束后方可结帐。", params={"month": row.month})
    earlier = await months.first_open_before(session, row.company, row.month)
    if earlier is not None:
        raise LedgerMonthOrderError(f"{earlier} 尚未结帐。", params={"month": earlier})
    check_post(call.principal, governing.chapter.ledger.closed_by)
    half_way = [one for ask in call.half_way for one in await ask(session, row.company, row.month)]
    if half_way:
        raise LedgerCasesOpenError.of(row.month, sorted(one.number for one in half_way))
    row.previous_digest = (
        await months.digest_of(session, row.company, head.closed_through) if head.closed_through else None
    )
    found = await digest(session, row.company, row.month, row.previous_digest)
    await _check_balanced(session, row, found)
    if row.month_points is None:
        _freeze(row, call.desk, governing)
    row.state, row.digest, row.lines = LedgerState.CLOSED.value, found.text, found.lines
    row.totals = {**found.sums, **await _money(session, row)}
    row.closed_at, row.closed_by = call.now, call.principal.staff_id
    row.posts = list(governing.chapter.ledger.locking_posts)
    row.policy_pack, row.policy_version = governing.policy.pack, governing.version
    head.closed_through = row.month
    book = ClockBook(session, calendars=governing.calendars, now=call.now)
    await book.stop(subject_of(row), CLOSED, actor=call.principal.actor)
    await _tell(call, row, "close_ledger_month", IncentiveMonthClosed)
    return row


async def lock(call: MonthCall) -> LedgerMonthRow:
    """Lock a closed month after its list went to payroll; another person than who closed it.

    Raises: LedgerMonthNotFoundError, StaleError, LedgerMonthOpenError, LedgerMonthClosedError, LedgerPostError,
    PayrollNotTakenError, LedgerFourEyesError.
    """
    row = await take(call)
    check_lockable(row.state, row.month)
    check_post(call.principal, call.governing.chapter.ledger.locking_posts)
    if row.payroll_sha256 is None:
        raise PayrollNotTakenError("生成工资发放清单后方可锁定。", params={"month": row.month})
    if call.principal.is_self(row.closed_by):
        raise LedgerFourEyesError("结帐人不得锁定同一月份。")
    row.state, row.locked_at, row.locked_by = LedgerState.LOCKED.value, call.now, call.principal.staff_id
    row.posts = []
    await _tell(call, row, "lock_ledger_month", IncentiveMonthLocked)
    return row


async def take(call: MonthCall) -> LedgerMonthRow:
    """The month, locked and of the version that the caller saw.  Raises: LedgerMonthNotFoundError, StaleError."""
    row = await months.get(call.session, call.month_id, call.scope, lock=True)
    if row.version != call.expected_version:
        raise StaleError("该月台帐已被他人变更，请重新读取后再操作。")
    row.version += 1
    return row


def check_post(principal: Principal, posts: Sequence[str]) -> None:
    """Raises: LedgerPostError."""
    if not any(principal.holds(post) for post in posts):
        raise LedgerPostError("现行规章规定由其他岗位办理。")


async def _fill(session: AsyncSession, head: LedgerHeadRow, this: str, now: datetime) -> None:
    """Every month has a row, from the first that is open or the one after the last that is closed."""
    rows = await months.known(session, head.company)
    month = next_month(head.closed_through) if head.closed_through else rows[0].month
    present = {row.month for row in rows}
    while month < this:
        if month not in present:
            await books.ensure_month(session, head.company, month, now=now)
        month = next_month(month)


def _freeze(row: LedgerMonthRow, desk: IncentiveDesk, governing: IncentiveGoverning) -> None:
    """By the revision in force when the month began; by today's where there was none."""
    try:
        began = desk.governances.in_force(row.company, start_of(row.month, governing.zone))
    except PolicyNotFoundError:
        began = governing
    terms = began.chapter.ledger
    row.month_points, row.year_points, row.version = terms.month_points, terms.year_points, row.version + 1


async def _lay(session: AsyncSession, governing: IncentiveGoverning, row: LedgerMonthRow, now: datetime) -> None:
    terms = governing.chapter.ledger
    row.posts, row.drafted_at, row.version = list(terms.closed_by), now, row.version + 1
    row.policy_pack, row.policy_version = governing.policy.pack, governing.version
    await session.flush()
    # what was first posted into after its end counts from then: nobody could have closed it before
    begun = max(start_of(next_month(row.month), governing.zone), row.opened_at)
    await ClockBook(session, calendars=governing.calendars, now=now).start(
        subject_of(row), governing.stamp(), [governing.promise(CLOSED, terms.closed)], started_at=begun
    )


async def _check_balanced(session: AsyncSession, row: LedgerMonthRow, found: Digested) -> None:
    lines, sums = await months.balanced(session, row.company, row.month)
    if (lines, sums) != (found.lines, found.sums):
        raise LedgerUnbalancedError("明细与余额不符，须先查明原因。", params={"lines": found.lines, "balanced": lines})
    if any(sums[f"{unit}_debit"] != sums[f"{unit}_credit"] for unit in ("fen", "points", "year_points")):
        raise LedgerUnbalancedError("借贷不平，须先查明原因。")


async def _money(session: AsyncSession, row: LedgerMonthRow) -> dict[str, Any]:
    lines = await balances.payroll(session, row.company, row.month)
    return {
        "employees": len(lines),
        "rewards_fen": sum(one.awarded for one in lines),
        "penalties_fen": sum(one.deducted for one in lines),
        "corrections_fen": sum(one.corrected for one in lines),
        "net_fen": sum(one.net for one in lines),
    }


async def _tell(
    call: MonthCall, row: LedgerMonthRow, action: str, kind: type[IncentiveMonthClosed] | type[IncentiveMonthLocked]
) -> None:
    await call.session.flush()
    await record(
        call.session,
        company=row.company,
        action=action,
        at=call.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"month": row.month, "lines": row.lines, "digest": row.digest, "version": row.version},
    )
    await outbox.add(call.session, events.month_told(row, kind, call.now))

"""Postings: once for each case and cause, balanced, and taken back by the exact opposite."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.errors import LedgerMonthAheadError, LedgerMonthClosedError, PostingDiffersError
from services.incentive.ledger.models import LedgerEntryRow, LedgerHeadRow, LedgerPostingRow
from services.incentive.ledger.repository import books
from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Side, Unit
from services.incentive.ledger.rules.months import month_of, open_month
from services.incentive.ledger.rules.moving import moves
from services.incentive.ledger.rules.posting import Line, Posting, lines_of
from shared.audit.trail import record
from shared.ids import new_id
from shared.jobs.schedules import CIVIL_TIME

BY_HAND_POINTER = "/month"


async def post(
    session: AsyncSession, *, company: str, posting: Posting, now: datetime, by_hand: bool = False
) -> LedgerPostingRow:
    """Write what a case did; a repeated (case, cause) answers the posting that stands.

    A closed month is posted into the first open one, and the lines say of which month they are; `by_hand`, where a
    person chose the month, it is refused.
    Raises: PostingUnsoundError, PostingDiffersError, LedgerMonthAheadError, LedgerMonthClosedError.
    """
    wanted = lines_of(posting)
    head = await books.take_head(session, company)
    before = await books.posted(session, company, posting.case_id, posting.cause)
    if before is not None:
        await _check_same(session, before, wanted)
        return before
    if posting.month > month_of(now, CIVIL_TIME):
        raise LedgerMonthAheadError.of(posting.month)
    month = open_month(posting.month, head.closed_through)
    if by_hand and month != posting.month:
        raise LedgerMonthClosedError.of(posting.month, BY_HAND_POINTER)
    row = LedgerPostingRow(
        id=new_id(),
        company=company,
        case_id=posting.case_id,
        cause=posting.cause,
        matter_id=posting.matter_id,
        provision=posting.provision,
        month=month,
        of_month=posting.month,
        posted_at=now,
        posted_by=posting.posted_by,
    )
    await _write(session, head, row, wanted)
    return row


async def reverse(
    session: AsyncSession, *, company: str, case_id: UUID, reason: str, now: datetime, posted_by: UUID | None = None
) -> Sequence[LedgerPostingRow]:
    """Take back whatever the case did and is not taken back yet: every line once more, on the other side.

    In the month of the original while it is open, else in the first that is.  Nothing left to take back: nothing.
    """
    head = await books.take_head(session, company)
    made = []
    for original in await books.standing(session, company, case_id):
        row = LedgerPostingRow(
            id=new_id(),
            company=company,
            case_id=case_id,
            cause=f"reverse:{original.cause}",
            matter_id=original.matter_id,
            provision=original.provision,
            month=open_month(original.month, head.closed_through),
            of_month=original.of_month,
            reverses_id=original.id,
            reason=reason,
            posted_at=now,
            posted_by=posted_by,
        )
        lines = [_line(one).opposite(one.id) for one in await books.lines(session, original.id)]
        await _write(session, head, row, lines)
        made.append(row)
    return made


async def ensure_open(session: AsyncSession, *, company: str, month: str, pointer: str = BY_HAND_POINTER) -> None:
    """Whoever names a month by hand names an open one.  Raises: LedgerMonthClosedError."""
    head = await books.take_head(session, company)
    if open_month(month, head.closed_through) != month:
        raise LedgerMonthClosedError.of(month, pointer)


async def _check_same(session: AsyncSession, before: LedgerPostingRow, wanted: Sequence[Line]) -> None:
    """A repeat moves the same, wherever people belong by now.  Raises: PostingDiffersError."""
    stands = Counter(
        (one.kind, one.subject, one.unit, one.side, one.amount) for one in await books.lines(session, before.id)
    )
    if stands != Counter((one.subject.kind, one.subject.key, one.unit, one.side, one.amount) for one in wanted):
        raise PostingDiffersError("同一案件同一事由只入帐一次，更正请先冲销。")


async def _write(session: AsyncSession, head: LedgerHeadRow, row: LedgerPostingRow, lines: Sequence[Line]) -> None:
    company, now = row.company, row.posted_at
    await books.ensure_month(session, company, row.month, now=now)
    await books.add_accounts(session, company, [(line.subject, line.unit) for line in lines], now=now)
    entries = [_entry(row, line, head.sequence + place) for place, line in enumerate(lines, start=1)]
    head.sequence += len(entries)
    await books.add(session, row, entries)
    await books.move(session, _moves(row, lines))
    await record(
        session,
        company=company,
        action="reverse_ledger" if row.reverses_id else "post_ledger",
        at=now,
        resource_type="ledger_posting",
        resource_id=row.id,
        detail={
            "case_id": str(row.case_id),
            "cause": row.cause,
            "month": row.month,
            "of_month": row.of_month,
            "lines": len(entries),
        },
    )


def _line(entry: LedgerEntryRow) -> Line:
    subject = LedgerSubject(AccountKind(entry.kind), entry.subject)
    return Line(subject, Unit(entry.unit), Side(entry.side), entry.amount, entry.department, entry.team)


def _entry(row: LedgerPostingRow, line: Line, sequence: int) -> LedgerEntryRow:
    is_employee = line.subject.kind is AccountKind.EMPLOYEE
    return LedgerEntryRow(
        id=new_id(),
        company=row.company,
        sequence=sequence,
        posting_id=row.id,
        account_id=books.account_id(row.company, line.subject, line.unit),
        kind=line.subject.kind.value,
        subject=line.subject.key,
        unit=line.unit.value,
        side=line.side.value,
        amount=line.amount,
        employee_id=UUID(line.subject.key) if is_employee else None,
        department=line.department,
        team=line.team,
        case_id=row.case_id,
        matter_id=row.matter_id,
        provision=row.provision,
        month=row.month,
        of_month=row.of_month,
        year=row.month[:4],
        reverses_id=line.reverses,
        posted_at=row.posted_at,
        posted_by=row.posted_by,
    )


def _moves(row: LedgerPostingRow, lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            **asdict(added),
            "id": new_id(),
            "company": row.company,
            "account_id": books.account_id(row.company, key.subject, key.unit),
            "kind": key.subject.kind.value,
            "subject": key.subject.key,
            "unit": key.unit.value,
            "period": key.period,
            "department": key.department,
            "team": key.team,
        }
        for key, added in moves(lines, month=row.month, of_month=row.of_month).items()
    ]

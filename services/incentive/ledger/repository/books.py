"""SQL of writing: the head that is locked, accounts, postings, lines, balances."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.incentive.ledger.models import (
    LedgerAccountRow,
    LedgerBalanceRow,
    LedgerEntryRow,
    LedgerHeadRow,
    LedgerMonthRow,
    LedgerPostingRow,
)
from services.incentive.ledger.rules.accounts import LedgerSubject, Unit
from services.incentive.ledger.rules.months import LedgerState
from shared.ids import derived_id

ADDED = ("debit", "credit", "reversed_debit", "reversed_credit", "concerning", "lines")


def account_id(company: str, subject: LedgerSubject, unit: Unit) -> UUID:
    """The account's id follows from whose it is."""
    return derived_id("ledger_account", company, subject.kind.value, subject.key, unit.value)


def month_id(company: str, month: str) -> UUID:
    """The month's id follows from the company and the month."""
    return derived_id("ledger_month", company, month)


async def take_head(session: AsyncSession, company: str) -> LedgerHeadRow:
    """The company's ledger, locked until the transaction ends: whoever posts or closes takes turns."""
    statement = (
        select(LedgerHeadRow)
        .where(LedgerHeadRow.company == company)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head: LedgerHeadRow | None = await session.scalar(statement)
    if head is None:
        made = insert(LedgerHeadRow).values(id=derived_id("ledger_head", company), company=company)
        await session.execute(made.on_conflict_do_nothing())
        head = (await session.scalars(statement)).one()
    return head


async def ensure_month(session: AsyncSession, company: str, month: str, *, now: datetime) -> None:
    """A row for the month, open."""
    made = insert(LedgerMonthRow).values(
        id=month_id(company, month), company=company, month=month, state=LedgerState.OPEN.value, opened_at=now
    )
    await session.execute(made.on_conflict_do_nothing())


async def posted(session: AsyncSession, company: str, case_id: UUID, cause: str) -> LedgerPostingRow | None:
    """What this cause did before."""
    found: LedgerPostingRow | None = await session.scalar(
        select(LedgerPostingRow).where(
            LedgerPostingRow.company == company, LedgerPostingRow.case_id == case_id, LedgerPostingRow.cause == cause
        )
    )
    return found


async def standing(session: AsyncSession, company: str, case_id: UUID) -> Sequence[LedgerPostingRow]:
    """Postings of the case that were not taken back, and take nothing back."""
    back = aliased(LedgerPostingRow)
    statement = select(LedgerPostingRow).where(
        LedgerPostingRow.company == company,
        LedgerPostingRow.case_id == case_id,
        LedgerPostingRow.reverses_id.is_(None),
        ~exists().where(back.reverses_id == LedgerPostingRow.id),
    )
    return (await session.scalars(statement.order_by(LedgerPostingRow.id))).all()


async def lines(session: AsyncSession, posting_id: UUID) -> Sequence[LedgerEntryRow]:
    """Of one posting, in their order."""
    statement = select(LedgerEntryRow).where(LedgerEntryRow.posting_id == posting_id)
    return (await session.scalars(statement.order_by(LedgerEntryRow.sequence))).all()


async def add_accounts(
    session: AsyncSession, company: str, wanted: Iterable[tuple[LedgerSubject, Unit]], *, now: datetime
) -> None:
    """Open those that do not exist."""
    rows = [
        {
            "id": account_id(company, subject, unit),
            "company": company,
            "kind": subject.kind.value,
            "subject": subject.key,
            "unit": unit.value,
            "opened_at": now,
        }
        for subject, unit in sorted(set(wanted), key=lambda one: (one[0].kind, one[0].key, one[1]))
    ]
    await session.execute(insert(LedgerAccountRow).values(rows).on_conflict_do_nothing())


async def add(session: AsyncSession, posting: LedgerPostingRow, entries: Sequence[LedgerEntryRow]) -> None:
    """Write a posting and its lines."""
    session.add(posting)
    await session.flush()
    session.add_all(entries)
    await session.flush()


async def move(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Add to balances, in a fixed order; those that do not exist begin here."""
    statement = insert(LedgerBalanceRow).values(
        sorted(rows, key=lambda row: (row["account_id"], row["period"], row["department"], row["team"]))
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "period", "department", "team"],
            set_={name: getattr(LedgerBalanceRow, name) + statement.excluded[name] for name in ADDED},
        )
    )

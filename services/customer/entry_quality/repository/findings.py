"""Statements on errors, their history and their count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import EntryFindingNotFoundError
from services.customer.entry_quality.models import EntryFindingActRow, EntryFindingRow
from services.customer.entry_quality.rules.states import FindingState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=EntryFindingRow.company,
    owners=(EntryFindingRow.operator_id,),
    team=EntryFindingRow.team,
    department=EntryFindingRow.department,
)


async def add(session: AsyncSession, values: dict[str, Any]) -> UUID | None:
    """Store an error; None if the same entry was found faulty before."""
    statement = insert(EntryFindingRow).values(**values).on_conflict_do_nothing().returning(EntryFindingRow.id)
    return (await session.execute(statement)).scalar_one_or_none()


async def existing(
    session: AsyncSession, company: str, rule: str, subject_type: str, subject_id: UUID
) -> EntryFindingRow | None:
    """The newest error of the rule in the same entry."""
    row = EntryFindingRow
    statement = (
        select(row)
        .where(row.company == company, row.rule == rule, row.subject_type == subject_type, row.subject_id == subject_id)
        .order_by(row.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def get(session: AsyncSession, finding_id: UUID, scope: RowScope, *, lock: bool = False) -> EntryFindingRow:
    """One of the scope.  Raises: EntryFindingNotFoundError."""
    statement = select(EntryFindingRow).where(EntryFindingRow.id == finding_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise EntryFindingNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: str | None,
    kind: str | None,
    operator_id: UUID | None,
    month: str | None,
    before: UUID | None,
    limit: int,
) -> Sequence[EntryFindingRow]:
    """Newest first."""
    row = EntryFindingRow
    statement = select(row).where(scope.clause(SCOPE))
    for column, wanted in (
        (row.state, state),
        (row.kind, kind),
        (row.operator_id, operator_id),
        (row.found_month, month),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()


async def acts(session: AsyncSession, finding_id: UUID) -> Sequence[EntryFindingActRow]:
    """What was done to an error, oldest first."""
    row = EntryFindingActRow
    return (await session.scalars(select(row).where(row.finding_id == finding_id).order_by(row.at, row.id))).all()


async def named(session: AsyncSession, company: str, ids: Iterable[UUID]) -> Sequence[EntryFindingRow]:
    """These errors of the company, oldest first."""
    row = EntryFindingRow
    statement = select(row).where(row.company == company, row.id.in_(list(ids))).order_by(row.id)
    return (await session.scalars(statement)).all()


async def confirmed_since(
    session: AsyncSession, company: str, operator_id: UUID, since: datetime, *, entered_after: datetime | None = None
) -> Sequence[EntryFindingRow]:
    """Confirmed errors of a person decided since then, and made after a training where that counts."""
    row = EntryFindingRow
    statement = select(row).where(
        row.company == company,
        row.operator_id == operator_id,
        row.state == FindingState.CONFIRMED.value,
        row.decided_at >= since,
    )
    if entered_after is not None:
        statement = statement.where(row.entered_at > entered_after)
    return (await session.scalars(statement.order_by(row.id))).all()


async def of_complaint(session: AsyncSession, company: str, complaint_id: UUID) -> Sequence[EntryFindingRow]:
    """Errors that are linked to a complaint."""
    row = EntryFindingRow
    statement = select(row).where(row.company == company, row.complaint_id == complaint_id).order_by(row.id)
    return (await session.scalars(statement)).all()


_MONTH = text("""
select operator_id, max(department) as department, kind, count(*) as found,
       count(*) filter (where state = 'confirmed') as confirmed,
       count(*) filter (where state = 'dismissed') as dismissed
from entry_findings where company = :company and found_month = :month group by operator_id, kind
""")


async def month(session: AsyncSession, company: str, name: str) -> Sequence[Any]:
    """The month's errors per person and kind."""
    return (await session.execute(_MONTH, {"company": company, "month": name})).all()

"""Rows of cases: one, a page, those whose window has ended, those half-way in a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.errors import CaseNotFoundError
from services.incentive.cases.models import CaseAppealRow, CaseStatementRow, IncentiveCaseRow
from services.incentive.cases.rules.states import HALF_WAY, CaseState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=IncentiveCaseRow.company,
    team=IncentiveCaseRow.team,
    department=IncentiveCaseRow.department,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: the rows of a permission, those that name the person, and those that lie with the person."""

    scope: RowScope
    staff_ids: tuple[UUID, ...]
    """The person and those deputised for."""

    @property
    def clause(self) -> ColumnElement[bool]:
        """The condition for a statement."""
        people = cast(list(self.staff_ids), ARRAY(Uuid))
        mine = or_(IncentiveCaseRow.named_ids.bool_op("&&")(people), IncentiveCaseRow.signer_ids.bool_op("&&")(people))
        company = IncentiveCaseRow.company.in_(self.scope.companies)
        return or_(self.scope.clause(SCOPE), company & mine)


async def add(session: AsyncSession, row: IncentiveCaseRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, case_id: UUID, sight: Sight, *, lock: bool = False) -> IncentiveCaseRow:
    """One that is seen.  Raises: CaseNotFoundError."""
    statement = select(IncentiveCaseRow).where(IncentiveCaseRow.id == case_id, sight.clause)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise CaseNotFoundError("奖惩案件不存在，或不在可见范围内。")
    return row


async def locked(session: AsyncSession, company: str, case_id: UUID) -> IncentiveCaseRow:
    """One of the company, locked: for the house itself.  Raises: CaseNotFoundError."""
    return await get(session, case_id, Sight(RowScope.everything(company), ()), lock=True)


async def page(
    session: AsyncSession,
    sight: Sight,
    equal: Mapping[str, object],
    *,
    waits_for: Sequence[UUID] = (),
    before: UUID | None,
    limit: int,
) -> Sequence[IncentiveCaseRow]:
    """Newest first; `equal` holds columns and the values that they must have; `waits_for`: it lies with one of them."""
    statement = select(IncentiveCaseRow).where(sight.clause)
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(IncentiveCaseRow, column) == value)
    if waits_for:
        people = cast(list(waits_for), ARRAY(Uuid))
        statement = statement.where(IncentiveCaseRow.signer_ids.bool_op("&&")(people))
    if before is not None:
        statement = statement.where(IncentiveCaseRow.id < before)
    return (await session.scalars(statement.order_by(IncentiveCaseRow.id.desc()).limit(limit))).all()


async def lock_all(session: AsyncSession, company: str, case_ids: Sequence[UUID]) -> None:
    """Hold several before the ledger is, in one order, so that nobody who holds one waits for another."""
    statement = select(IncentiveCaseRow.id).where(
        IncentiveCaseRow.company == company, IncentiveCaseRow.id.in_(list(case_ids))
    )
    await session.execute(statement.order_by(IncentiveCaseRow.id).with_for_update())


async def unheard(session: AsyncSession, company: str, until: datetime, *, limit: int) -> Sequence[IncentiveCaseRow]:
    """Cases whose window for a statement ended unused, locked; one that somebody works on comes next time."""
    statement = (
        select(IncentiveCaseRow)
        .where(
            IncentiveCaseRow.company == company,
            IncentiveCaseRow.state == CaseState.HEARING.value,
            IncentiveCaseRow.held_at.is_(None),
            IncentiveCaseRow.hearing_until <= until,
        )
        .order_by(IncentiveCaseRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def half_way(session: AsyncSession, company: str, month: str) -> Sequence[IncentiveCaseRow]:
    """Decided in the month, and not yet in effect."""
    statement = select(IncentiveCaseRow).where(
        IncentiveCaseRow.company == company,
        IncentiveCaseRow.month == month,
        IncentiveCaseRow.state.in_([one.value for one in HALF_WAY]),
    )
    return (await session.scalars(statement.order_by(IncentiveCaseRow.id))).all()


async def of_ids(session: AsyncSession, company: str, case_ids: Sequence[UUID]) -> Sequence[IncentiveCaseRow]:
    """Those of the company."""
    statement = select(IncentiveCaseRow).where(
        IncentiveCaseRow.company == company, IncentiveCaseRow.id.in_(list(case_ids))
    )
    return (await session.scalars(statement)).all()


async def names_file(session: AsyncSession, sight: Sight, file_id: UUID) -> bool:
    """Whether a statement or an appeal of a case that is seen names the file."""
    wanted = cast([file_id], ARRAY(Uuid))
    for kind in (CaseStatementRow, CaseAppealRow):
        statement = (
            select(kind.id)
            .join(IncentiveCaseRow, IncentiveCaseRow.id == kind.case_id)
            .where(sight.clause, kind.file_ids.bool_op("@>")(wanted))
            .limit(1)
        )
        if (await session.execute(statement)).first() is not None:
            return True
    return False

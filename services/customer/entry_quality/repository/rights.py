"""Statements on training and the withdrawal of rights."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, cast, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.errors import RightsWithdrawalNotFoundError
from services.customer.entry_quality.models import EntryTrainingRow, RightsWithdrawalRow
from services.customer.entry_quality.rules.states import WithdrawalState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=RightsWithdrawalRow.company,
    owners=(RightsWithdrawalRow.staff_id,),
    team=RightsWithdrawalRow.team,
    department=RightsWithdrawalRow.department,
)
TRAINING_SCOPE = ScopeColumns(
    company=EntryTrainingRow.company,
    owners=(EntryTrainingRow.operator_id, EntryTrainingRow.recorded_by),
    team=EntryTrainingRow.team,
    department=EntryTrainingRow.department,
)


async def trainings(
    session: AsyncSession, scope: RowScope, *, operator_id: UUID | None, before: UUID | None, limit: int
) -> Sequence[EntryTrainingRow]:
    """Newest first."""
    row = EntryTrainingRow
    statement = select(row).where(scope.clause(TRAINING_SCOPE))
    if operator_id is not None:
        statement = statement.where(row.operator_id == operator_id)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()


async def training(session: AsyncSession, training_id: UUID) -> EntryTrainingRow | None:
    """One training."""
    return await session.get(EntryTrainingRow, training_id)


async def last_training(
    session: AsyncSession, company: str, operator_id: UUID, *, concern: str | None = None, until: datetime | None = None
) -> EntryTrainingRow | None:
    """The person's newest training, of a kind of data where named (a training without kinds covers all)."""
    row = EntryTrainingRow
    statement = select(row).where(row.company == company, row.operator_id == operator_id)
    if concern is not None:
        statement = statement.where(
            or_(func.cardinality(row.concerns) == 0, row.concerns.op("&&")(cast([concern], ARRAY(Text))))
        )
    if until is not None:
        statement = statement.where(row.trained_at < until)
    return (await session.scalars(statement.order_by(row.trained_at.desc()).limit(1))).first()


async def get(
    session: AsyncSession, withdrawal_id: UUID, scope: RowScope, *, lock: bool = False
) -> RightsWithdrawalRow:
    """One of the scope.  Raises: RightsWithdrawalNotFoundError."""
    statement = select(RightsWithdrawalRow).where(RightsWithdrawalRow.id == withdrawal_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise RightsWithdrawalNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, *, state: str | None, before: UUID | None, limit: int
) -> Sequence[RightsWithdrawalRow]:
    """Newest first."""
    row = RightsWithdrawalRow
    statement = select(row).where(scope.clause(SCOPE))
    if state is not None:
        statement = statement.where(row.state == state)
    if before is not None:
        statement = statement.where(row.id < before)
    return (await session.scalars(statement.order_by(row.id.desc()).limit(limit))).all()


async def standing(session: AsyncSession, company: str, staff_id: UUID) -> Sequence[RightsWithdrawalRow]:
    """Withdrawals of the person that wait, or stand."""
    row = RightsWithdrawalRow
    states = [WithdrawalState.DUE.value, WithdrawalState.PROPOSED.value, WithdrawalState.WITHDRAWN.value]
    statement = select(row).where(row.company == company, row.staff_id == staff_id, row.state.in_(states))
    return (await session.scalars(statement.order_by(row.id))).all()


async def used_findings(session: AsyncSession, company: str, staff_id: UUID) -> frozenset[UUID]:
    """Errors that were the ground of a withdrawal before, whatever became of it."""
    row = RightsWithdrawalRow
    statement = select(row.finding_ids).where(row.company == company, row.staff_id == staff_id)
    return frozenset(one for many in await session.scalars(statement) for one in many)


async def of_complaint(
    session: AsyncSession, company: str, staff_id: UUID, complaint_id: UUID
) -> RightsWithdrawalRow | None:
    """A withdrawal because of this complaint."""
    row = RightsWithdrawalRow
    statement = select(row).where(row.company == company, row.staff_id == staff_id, row.complaint_id == complaint_id)
    return (await session.scalars(statement.limit(1))).first()


_AUDIT = text("select id from audit where company = :company and id = any(:ids) and actor = :actor").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)


async def audit_rows(session: AsyncSession, company: str, ids: Iterable[UUID], actor: UUID) -> frozenset[UUID]:
    """Which of the named rows of the audit trail are deeds of this person."""
    values = {"company": company, "ids": list(ids), "actor": str(actor)}
    return frozenset((await session.execute(_AUDIT, values)).scalars())


async def lock_person(session: AsyncSession, company: str, staff_id: UUID) -> None:
    """One at a time weighs a person's errors."""
    await one_at_a_time(session, f"entry_rights:{company}:{staff_id}")

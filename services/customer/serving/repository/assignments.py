"""Assignments: one, a customer's, a person's, and how many customers somebody serves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.serving.errors import AlreadyAssignedError, AssignmentNotFoundError
from services.customer.serving.models import AssignmentRow
from services.customer.serving.rules import STANDING, AssignmentState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(company=AssignmentRow.company, owners=(AssignmentRow.staff_id,))


async def add(session: AsyncSession, row: AssignmentRow) -> None:
    """Store a new one.  Raises: AlreadyAssignedError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise AlreadyAssignedError("该人员已在此岗位服务该客户，或正待审核") from error


async def get(
    session: AsyncSession, assignment_id: UUID, companies: Sequence[str], *, lock: bool = False
) -> AssignmentRow:
    """One assignment.  Raises: AssignmentNotFoundError."""
    statement = select(AssignmentRow).where(AssignmentRow.id == assignment_id, AssignmentRow.company.in_(companies))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise AssignmentNotFoundError("没有这条服务指派")
    return row


async def standing(session: AsyncSession, customer_id: UUID) -> Sequence[AssignmentRow]:
    """Who serves a customer or is proposed to, oldest first."""
    states = [state.value for state in STANDING]
    statement = select(AssignmentRow).where(AssignmentRow.customer_id == customer_id, AssignmentRow.state.in_(states))
    return (await session.scalars(statement.order_by(AssignmentRow.id))).all()


async def of_customer(
    session: AsyncSession, customer_id: UUID, companies: Sequence[str], *, before: UUID | None, limit: int
) -> Sequence[AssignmentRow]:
    """All assignments of a customer, newest first."""
    statement = select(AssignmentRow).where(
        AssignmentRow.customer_id == customer_id, AssignmentRow.company.in_(companies)
    )
    if before is not None:
        statement = statement.where(AssignmentRow.id < before)
    return (await session.scalars(statement.order_by(AssignmentRow.id.desc()).limit(limit))).all()


async def page(
    session: AsyncSession,
    scope: RowScope,
    *,
    staff_id: UUID | None,
    state: AssignmentState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[AssignmentRow]:
    """Assignments within the scope, newest first."""
    statement = select(AssignmentRow).where(scope.clause(SCOPE))
    if staff_id is not None:
        statement = statement.where(AssignmentRow.staff_id == staff_id)
    if state is not None:
        statement = statement.where(AssignmentRow.state == state.value)
    if before is not None:
        statement = statement.where(AssignmentRow.id < before)
    return (await session.scalars(statement.order_by(AssignmentRow.id.desc()).limit(limit))).all()


async def load(session: AsyncSession, company: str, slot: str, staff_id: UUID) -> int:
    """How many customers the person serves in this place; serialises assignments to the person.

    Proposals count: they hold the place that they will take.
    """
    await one_at_a_time(session, f"service_load|{staff_id}")
    states = [state.value for state in STANDING]
    statement = select(func.count(AssignmentRow.customer_id.distinct())).where(
        AssignmentRow.company == company,
        AssignmentRow.slot == slot,
        AssignmentRow.staff_id == staff_id,
        AssignmentRow.state.in_(states),
    )
    return int((await session.execute(statement)).scalar_one())


_LOADS = text("""
select a.staff_id, a.slot, a.post, count(*) as load, count(*) filter (where a.state = 'proposed') as proposed
from service_assignments a
where a.company = :company and a.state in ('active', 'proposed')
  and (cast(:slot as text) is null or a.slot = :slot)
  and (cast(:staff_ids as uuid[]) is null or a.staff_id = any(:staff_ids))
  and (cast(:after_staff as uuid) is null or (a.staff_id, a.slot) > (:after_staff, :after_slot))
group by a.staff_id, a.slot, a.post order by a.staff_id, a.slot limit :limit
""")


async def loads(
    session: AsyncSession,
    company: str,
    *,
    slot: str | None,
    staff_ids: Sequence[UUID] | None,
    after: tuple[UUID, str] | None,
    limit: int,
) -> Sequence[Any]:
    """How many customers each person serves, by place."""
    bound = {
        "company": company,
        "slot": slot,
        "staff_ids": None if staff_ids is None else list(staff_ids),
        "after_staff": after[0] if after else None,
        "after_slot": after[1] if after else None,
        "limit": limit,
    }
    return (await session.execute(_LOADS, bound)).all()

"""Activities and their invitations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.errors import ActivityNotFoundError
from services.callback.care.models import ActivityRow, InvitationRow
from services.callback.care.rules import InvitationState
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=ActivityRow.company,
    owners=(ActivityRow.owner_id,),
    team=ActivityRow.team,
    department=ActivityRow.department,
    posts=ActivityRow.posts,
)


async def store(session: AsyncSession, row: ActivityRow | InvitationRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, activity_id: UUID, scope: RowScope, *, lock: bool = False) -> ActivityRow:
    """One of the scope.  Raises: ActivityNotFoundError, also for one that lies outside the scope."""
    statement = select(ActivityRow).where(ActivityRow.id == activity_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ActivityNotFoundError
    return row


async def page(
    session: AsyncSession, scope: RowScope, state: str | None, *, before: UUID | None, limit: int
) -> Sequence[ActivityRow]:
    """Newest first."""
    statement = select(ActivityRow).where(scope.clause(SCOPE))
    if state is not None:
        statement = statement.where(ActivityRow.state == state)
    if before is not None:
        statement = statement.where(ActivityRow.id < before)
    return (await session.scalars(statement.order_by(ActivityRow.id.desc()).limit(limit))).all()


async def invitation(
    session: AsyncSession, activity_id: UUID, invitation_id: UUID, companies: Collection[str], *, lock: bool = False
) -> InvitationRow:
    """One invitation of an activity of the companies.  Raises: ActivityNotFoundError."""
    statement = select(InvitationRow).where(
        InvitationRow.id == invitation_id,
        InvitationRow.activity_id == activity_id,
        InvitationRow.company.in_(companies),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ActivityNotFoundError
    return row


async def is_invited(session: AsyncSession, activity_id: UUID, customer_id: UUID) -> bool:
    """Whether the customer has an invitation."""
    statement = select(InvitationRow.id).where(
        InvitationRow.activity_id == activity_id, InvitationRow.customer_id == customer_id
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def invitations(
    session: AsyncSession, activity_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[InvitationRow]:
    """By id."""
    statement = select(InvitationRow).where(InvitationRow.activity_id == activity_id)
    if after is not None:
        statement = statement.where(InvitationRow.id > after)
    return (await session.scalars(statement.order_by(InvitationRow.id).limit(limit))).all()


async def counts(session: AsyncSession, activity_id: UUID) -> dict[str, int]:
    """Invitations by state."""
    statement = (
        select(InvitationRow.state, func.count())
        .where(InvitationRow.activity_id == activity_id)
        .group_by(InvitationRow.state)
    )
    found = {state: int(count) for state, count in await session.execute(statement)}
    return {state.value: found.get(state.value, 0) for state in InvitationState}

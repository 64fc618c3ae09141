"""Rows of invitations, and of those who do not want to be asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.errors import InvitationNotFoundError
from services.callback.surveys.models import InvitationRow, RefusalRow, SurveyRow
from services.callback.surveys.rules.states import IS_OPEN, InvitationState, SurveyState
from shared.access.scope import RowScope, ScopeColumns
from shared.ids import new_id

SCOPE = ScopeColumns(
    company=InvitationRow.company,
    owners=(InvitationRow.owner_id,),
    team=InvitationRow.team,
    department=InvitationRow.department,
    posts=InvitationRow.posts,
)
_END_OPEN = text("""
update survey_invitations set state = 'withdrawn', ended_at = :now, owner_id = null, lease_until = null,
  version = version + 1
where survey_id = :survey_id and state in ('to_send', 'invited')
""")


async def add_all(session: AsyncSession, rows: Sequence[InvitationRow]) -> None:
    """Store new ones."""
    session.add_all(rows)
    await session.flush()


async def get(
    session: AsyncSession, survey_id: UUID, invitation_id: UUID, scope: RowScope, *, lock: bool = False
) -> InvitationRow:
    """One of the scope.  Raises: InvitationNotFoundError, also for one that lies outside the scope."""
    statement = select(InvitationRow).where(
        InvitationRow.id == invitation_id, InvitationRow.survey_id == survey_id, scope.clause(SCOPE)
    )
    return await _one(session, statement, lock=lock)


async def linked(session: AsyncSession, invitation_id: UUID, *, lock: bool = False) -> InvitationRow:
    """The one that a genuine link names.  Raises: InvitationNotFoundError."""
    return await _one(session, select(InvitationRow).where(InvitationRow.id == invitation_id), lock=lock)


async def _one(session: AsyncSession, statement: Any, *, lock: bool) -> InvitationRow:
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: InvitationRow | None = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise InvitationNotFoundError
    return row


async def page(
    session: AsyncSession,
    survey_id: UUID,
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[InvitationRow]:
    """Of a survey, by id."""
    statement = select(InvitationRow).where(InvitationRow.survey_id == survey_id, scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(InvitationRow, name) == value)
    if after is not None:
        statement = statement.where(InvitationRow.id > after)
    return (await session.scalars(statement.order_by(InvitationRow.id).limit(limit))).all()


async def due(
    session: AsyncSession, company: str, *, to_remind_at: datetime | None, limit: int
) -> Sequence[InvitationRow]:
    """Invitations by SMS that are to be sent, or with an instant those to be reminded of by then; locked, in order."""
    statement = (
        select(InvitationRow)
        .join(SurveyRow, SurveyRow.id == InvitationRow.survey_id)
        .where(
            InvitationRow.company == company,
            InvitationRow.channel == "sms",
            SurveyRow.state == SurveyState.FIELDING.value,
        )
    )
    if to_remind_at is None:
        statement = statement.where(InvitationRow.state == InvitationState.TO_SEND.value)
    else:
        statement = statement.where(
            InvitationRow.state == InvitationState.INVITED.value,
            InvitationRow.reminded_at.is_(None),
            InvitationRow.remind_at <= to_remind_at,
            InvitationRow.expires_at > to_remind_at,
        )
    statement = statement.order_by(InvitationRow.id).limit(limit)
    return (await session.scalars(statement.with_for_update(of=InvitationRow, skip_locked=True))).all()


async def count_open(session: AsyncSession, survey_id: UUID) -> int:
    """How many customers may still answer."""
    statement = select(func.count()).where(InvitationRow.survey_id == survey_id, InvitationRow.state.in_(IS_OPEN))
    return int(await session.scalar(statement) or 0)


async def end_open(session: AsyncSession, survey_id: UUID, now: datetime) -> None:
    """Nobody is asked any more."""
    await session.execute(_END_OPEN, {"survey_id": survey_id, "now": now})


async def withdraw(session: AsyncSession, company: str, customer_id: UUID, now: datetime) -> None:
    """An erased customer is not asked any more."""
    statement = update(InvitationRow).where(
        InvitationRow.company == company,
        InvitationRow.customer_id == customer_id,
        or_(*(InvitationRow.state == state for state in IS_OPEN)),
    )
    ended = {"state": InvitationState.WITHDRAWN.value, "ended_at": now, "owner_id": None, "lease_until": None}
    await session.execute(statement.values(**ended, version=InvitationRow.version + 1))


async def refuse(session: AsyncSession, company: str, customer_id: UUID, survey_id: UUID, now: datetime) -> None:
    """Leave the customer out of every later frame."""
    values = {"id": new_id(), "company": company, "customer_id": customer_id, "survey_id": survey_id, "refused_at": now}
    statement = insert(RefusalRow).values(**values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["company", "customer_id"]))

"""Reading opinions from outside; their words one at a time, audited, also by whoever works on the complaint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.supervision import repository
from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import SUBJECT
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.complaint import ComplaintFact


@dataclass(frozen=True, slots=True)
class OnTime:
    """Opinions handled on time: those whose deadline fell into the period."""

    numerator: int
    denominator: int
    untargeted: int
    unanswered: int


async def read(session: AsyncSession, opinion_id: UUID, scope: RowScope) -> SupervisionOpinionRow:
    """One of the scope.  Raises: SupervisionNotFoundError."""
    return await repository.get(session, opinion_id, scope)


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[SupervisionOpinionRow]:
    """Newest first."""
    return await repository.page(session, scope, wanted, before=before, limit=limit)


async def words(session: AsyncSession, opinion_id: UUID, scope: RowScope, *, now: datetime) -> SupervisionOpinionRow:
    """What the customer said, audited.  Raises: SupervisionNotFoundError."""
    row = await repository.get(session, opinion_id, scope, is_followed=True)
    await record(
        session,
        company=row.company,
        action="read_supervision_words",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
    )
    return row


async def link(session: AsyncSession, company: str, causation_id: UUID | None, said: ComplaintFact) -> None:
    """The complaint that an opinion became, and who works on it now: they may read the words."""
    found = await repository.by_complaint(session, company, event_id=causation_id, complaint_id=said.complaint_id)
    for row in found:
        row.complaint_id, row.complaint_number = said.complaint_id, said.number
        row.complaint_owner_id, row.complaint_team = said.routing.owner_id, said.routing.team
        row.complaint_department, row.complaint_posts = said.routing.department, list(said.routing.posts)
        row.version += 1
    await session.flush()


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what an erased customer said; the rows stay."""
    await repository.blank_words(session, company, customer_id)


async def on_time(
    session: AsyncSession, company: str, from_at: datetime, until_at: datetime, *, now: datetime
) -> OnTime:
    """Answered within the centre's deadline, of those whose deadline fell into the period and is judged."""
    return OnTime(*await repository.handled(session, company, from_at, until_at, now=now))

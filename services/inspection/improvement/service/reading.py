"""Reading within the caller's scope."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.errors.gathering import GoodExampleNotFoundError
from services.inspection.improvement.models.examples import GoodExampleRow
from services.inspection.improvement.models.gatherings import GatheringDutyRow, MeetingDecisionRow
from services.inspection.improvement.models.improvements import ImprovementNoteRow, ImprovementRow
from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.models.proposals import StaffProposalRow
from services.inspection.improvement.repository import gatherings, improvements, rows
from services.inspection.improvement.repository.rows import AnyRow
from services.inspection.improvement.rules.states import ExampleState
from services.inspection.improvement.service.work import READ, READ_GATHERING
from shared.access.principal import Principal
from shared.access.scope import RowScope

READ_EXAMPLE, PUBLISH = "good_example.read", "good_example.publish"


async def read(session: AsyncSession, kind: type[AnyRow], row_id: UUID, scope: RowScope) -> AnyRow:
    """One of the scope.  Raises: the kind's not-found error."""
    return await rows.get(session, kind, row_id, scope)


async def page(
    session: AsyncSession,
    kind: type[AnyRow],
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    before: UUID | None,
    limit: int,
    span: tuple[str, datetime | None, datetime | None] | None = None,
) -> Sequence[AnyRow]:
    """Newest first."""
    return await rows.page(session, kind, scope, wanted, before=before, limit=limit, span=span)


async def notes(session: AsyncSession, improvement_id: UUID, scope: RowScope) -> Sequence[ImprovementNoteRow]:
    """Of an improvement of the scope.  Raises: ImprovementNotFoundError."""
    await rows.get(session, ImprovementRow, improvement_id, scope)
    return await improvements.notes(session, improvement_id)


async def decisions(session: AsyncSession, meeting_id: UUID) -> Sequence[MeetingDecisionRow]:
    """Of a meeting that was read."""
    return await gatherings.decisions(session, meeting_id)


async def example(session: AsyncSession, principal: Principal, example_id: UUID) -> GoodExampleRow:
    """A published one; whoever publishes sees the others too.  Raises: GoodExampleNotFoundError."""
    row = await rows.get(session, GoodExampleRow, example_id, principal.scope(READ_EXAMPLE))
    if row.state != ExampleState.PUBLISHED and not principal.allows(PUBLISH):
        raise GoodExampleNotFoundError
    return row


def shown_state(principal: Principal, state: ExampleState | None) -> ExampleState | None:
    """Which ones the list shows: published ones, unless the caller publishes."""
    return state if principal.allows(PUBLISH) else ExampleState.PUBLISHED


async def names_file(session: AsyncSession, principal: Principal, file_id: UUID) -> bool:
    """Whether an improvement, training or meeting that this person may read names the file."""
    if principal.allows(READ) and await improvements.names_file(session, principal.scope(READ), file_id):
        return True
    if not principal.allows(READ_GATHERING):
        return False
    return await improvements.gathering_names_file(session, principal.scope(READ_GATHERING), file_id)


def _guard(kind: type[AnyRow], permission: str) -> Callable[[AsyncSession, Principal, UUID], Awaitable[None]]:
    async def ensure_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
        await rows.get(session, kind, row_id, principal.scope(permission))

    return ensure_readable


CLOCKED: dict[str, tuple[str, str, Callable[[AsyncSession, Principal, UUID], Awaitable[None]]]] = {
    "improvement-plans": ("improvement_plan", READ, _guard(ImprovementPlanRow, READ)),
    "improvements": ("improvement", READ, _guard(ImprovementRow, READ)),
    "staff-proposals": ("staff_proposal", READ, _guard(StaffProposalRow, READ)),
    "gathering-duties": ("gathering_duty", READ_GATHERING, _guard(GatheringDutyRow, READ_GATHERING)),
    "meeting-decisions": ("meeting_decision", READ_GATHERING, _guard(MeetingDecisionRow, READ_GATHERING)),
}
"""Resources whose clocks are read at their own address."""

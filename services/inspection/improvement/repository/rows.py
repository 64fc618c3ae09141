"""One row or a page of rows of any table, within the caller's scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.improvement.errors.gathering import (
    GatheringDutyNotFoundError,
    GoodExampleNotFoundError,
    MeetingDecisionNotFoundError,
    ServiceMeetingNotFoundError,
    TrainingNotFoundError,
)
from services.inspection.improvement.errors.improving import (
    ImprovementNotFoundError,
    ImprovementPlanNotFoundError,
    ProposalNotFoundError,
)
from services.inspection.improvement.models.examples import GoodExampleRow
from services.inspection.improvement.models.gatherings import (
    GatheringDutyRow,
    MeetingDecisionRow,
    ServiceMeetingRow,
    TrainingRow,
)
from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.models.plans import ImprovementPlanRow
from services.inspection.improvement.models.proposals import StaffProposalRow
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time
from shared.errors import NotFoundError

AnyRow = TypeVar(
    "AnyRow",
    ImprovementPlanRow,
    ImprovementRow,
    StaffProposalRow,
    GatheringDutyRow,
    TrainingRow,
    ServiceMeetingRow,
    MeetingDecisionRow,
    GoodExampleRow,
)
SCOPES: Mapping[type, ScopeColumns] = {
    ImprovementPlanRow: ScopeColumns(
        company=ImprovementPlanRow.company, department=ImprovementPlanRow.department, posts=ImprovementPlanRow.posts
    ),
    ImprovementRow: ScopeColumns(
        company=ImprovementRow.company,
        owners=(ImprovementRow.owner_id, ImprovementRow.proposer_id),
        team=ImprovementRow.team,
        department=ImprovementRow.department,
        posts=ImprovementRow.posts,
    ),
    StaffProposalRow: ScopeColumns(
        company=StaffProposalRow.company,
        owners=(StaffProposalRow.proposer_id,),
        team=StaffProposalRow.team,
        department=StaffProposalRow.department,
        posts=StaffProposalRow.posts,
    ),
    GatheringDutyRow: ScopeColumns(
        company=GatheringDutyRow.company, department=GatheringDutyRow.department, posts=GatheringDutyRow.posts
    ),
    TrainingRow: ScopeColumns(
        company=TrainingRow.company,
        owners=(TrainingRow.recorded_by, TrainingRow.led_by),
        team=TrainingRow.team,
        department=TrainingRow.department,
    ),
    ServiceMeetingRow: ScopeColumns(
        company=ServiceMeetingRow.company,
        owners=(ServiceMeetingRow.recorded_by, ServiceMeetingRow.led_by),
        team=ServiceMeetingRow.team,
        department=ServiceMeetingRow.department,
    ),
    MeetingDecisionRow: ScopeColumns(
        company=MeetingDecisionRow.company,
        owners=(MeetingDecisionRow.owner_id,),
        department=MeetingDecisionRow.department,
    ),
    GoodExampleRow: ScopeColumns(company=GoodExampleRow.company, posts=GoodExampleRow.posts),
}
_MISSING: Mapping[type, type[NotFoundError]] = {
    ImprovementPlanRow: ImprovementPlanNotFoundError,
    ImprovementRow: ImprovementNotFoundError,
    StaffProposalRow: ProposalNotFoundError,
    GatheringDutyRow: GatheringDutyNotFoundError,
    TrainingRow: TrainingNotFoundError,
    ServiceMeetingRow: ServiceMeetingNotFoundError,
    MeetingDecisionRow: MeetingDecisionNotFoundError,
    GoodExampleRow: GoodExampleNotFoundError,
}


async def get(
    session: AsyncSession, kind: type[AnyRow], row_id: UUID, scope: RowScope, *, lock: bool = False
) -> AnyRow:
    """One of the scope.  Raises: the kind's not-found error, also for one that lies outside the scope."""
    statement = select(kind).where(kind.id == row_id, scope.clause(SCOPES[kind]))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise _MISSING[kind]
    return row


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
    """Newest first; `wanted` are columns and values, None = any; `span`: column, from, to before."""
    statement = select(kind).where(scope.clause(SCOPES[kind]))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(kind, name) == value)
    if span is not None:
        column, since, until = getattr(kind, span[0]), span[1], span[2]
        if since is not None:
            statement = statement.where(column >= since)
        if until is not None:
            statement = statement.where(column < until)
    if before is not None:
        statement = statement.where(kind.id < before)
    return (await session.scalars(statement.order_by(kind.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, *rows: object) -> None:
    """Store new rows, in their order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def serialise(session: AsyncSession, *parts: str) -> None:
    """Hold what must not happen at once until the transaction ends."""
    await one_at_a_time(session, "|".join(("improvement", *parts)))

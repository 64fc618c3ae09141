"""Reading checks, errors, training, rights, tasks and misuse within the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.models import (
    DataMisuseRow,
    EntryCheckLineRow,
    EntryCheckRow,
    EntryFindingActRow,
    EntryFindingRow,
    EntryReportRow,
    EntryTaskRow,
    EntryTrainingRow,
    RightsWithdrawalRow,
)
from services.customer.entry_quality.repository import checks, findings, lookups, reports, rights, tasks
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """An error with what was done about it."""

    row: EntryFindingRow
    acts: Sequence[EntryFindingActRow]


async def check(session: AsyncSession, check_id: UUID, scope: RowScope) -> EntryCheckRow:
    """One check.  Raises: EntryCheckNotFoundError."""
    return await checks.get(session, check_id, scope)


async def check_page(
    session: AsyncSession, scope: RowScope, *, check: str | None, state: str | None, before: UUID | None, limit: int
) -> Sequence[EntryCheckRow]:
    """Checks, newest first."""
    return await checks.page(session, scope, check=check, state=state, before=before, limit=limit)


async def check_lines(
    session: AsyncSession, check_id: UUID, scope: RowScope, *, after: UUID | None, limit: int
) -> Sequence[EntryCheckLineRow]:
    """The entries of a check.  Raises: EntryCheckNotFoundError."""
    await checks.get(session, check_id, scope)
    return await checks.lines(session, check_id, after=after, limit=limit)


async def finding(session: AsyncSession, finding_id: UUID, scope: RowScope) -> ShownFinding:
    """One error.  Raises: EntryFindingNotFoundError."""
    row = await findings.get(session, finding_id, scope)
    return ShownFinding(row, await findings.acts(session, row.id))


async def finding_page(
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
    """Errors, newest first."""
    return await findings.page(
        session, scope, state=state, kind=kind, operator_id=operator_id, month=month, before=before, limit=limit
    )


async def training_page(
    session: AsyncSession, scope: RowScope, *, operator_id: UUID | None, before: UUID | None, limit: int
) -> Sequence[EntryTrainingRow]:
    """Training, newest first."""
    return await rights.trainings(session, scope, operator_id=operator_id, before=before, limit=limit)


async def training(session: AsyncSession, training_id: UUID) -> EntryTrainingRow:
    """The training that the caller has just recorded."""
    row = await rights.training(session, training_id)
    assert row is not None  # noqa: S101  # its id comes from the stored key
    return row


async def withdrawal(session: AsyncSession, withdrawal_id: UUID, scope: RowScope) -> RightsWithdrawalRow:
    """One withdrawal.  Raises: RightsWithdrawalNotFoundError."""
    return await rights.get(session, withdrawal_id, scope)


async def withdrawal_page(
    session: AsyncSession, scope: RowScope, *, state: str | None, before: UUID | None, limit: int
) -> Sequence[RightsWithdrawalRow]:
    """Withdrawals, newest first."""
    return await rights.page(session, scope, state=state, before=before, limit=limit)


async def task(session: AsyncSession, task_id: UUID, scope: RowScope) -> EntryTaskRow:
    """One task.  Raises: EntryTaskNotFoundError."""
    return await tasks.get(session, task_id, scope)


async def task_page(
    session: AsyncSession,
    scope: RowScope,
    *,
    state: str | None,
    customer_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[EntryTaskRow]:
    """Tasks, newest first."""
    return await tasks.page(session, scope, state=state, customer_id=customer_id, before=before, limit=limit)


async def misuse(session: AsyncSession, misuse_id: UUID, scope: RowScope) -> DataMisuseRow:
    """One doubtful use.  Raises: DataMisuseNotFoundError."""
    return await lookups.get(session, misuse_id, scope)


async def misuse_page(
    session: AsyncSession,
    scope: RowScope,
    *,
    kind: str | None,
    state: str | None,
    actor_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[DataMisuseRow]:
    """Doubtful uses, newest first."""
    return await lookups.page(session, scope, kind=kind, state=state, actor_id=actor_id, before=before, limit=limit)


async def report(session: AsyncSession, report_id: UUID, scope: RowScope) -> EntryReportRow:
    """One report, for its clocks.  Raises: EntryReportNotFoundError."""
    return await reports.get(session, scope.companies, report_id)

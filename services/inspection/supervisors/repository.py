"""Every SQL statement of the supervision network."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.supervisors.errors import (
    ObservationNotFoundError,
    SupervisorActivityNotFoundError,
    SupervisorNotFoundError,
)
from services.inspection.supervisors.models import (
    ObservationRow,
    SupervisorActivityRow,
    SupervisorRow,
    SupervisorTermRow,
)
from services.inspection.supervisors.rules.network import SupervisorState
from services.inspection.supervisors.rules.observing import ActivityState, ObservationState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time
from shared.errors import NotFoundError

AnyRow = TypeVar("AnyRow", SupervisorRow, SupervisorActivityRow, ObservationRow)
_SCOPES: Mapping[type, ScopeColumns] = {
    SupervisorRow: ScopeColumns(company=SupervisorRow.company, owners=(SupervisorRow.staff_id,)),
    SupervisorActivityRow: ScopeColumns(
        company=SupervisorActivityRow.company, owners=(SupervisorActivityRow.staff_id,)
    ),
    ObservationRow: ScopeColumns(
        company=ObservationRow.company,
        owners=(ObservationRow.staff_id,),
        team=ObservationRow.team,
        department=ObservationRow.department,
        posts=ObservationRow.posts,
    ),
}
_MISSING: Mapping[type, type[NotFoundError]] = {
    SupervisorRow: SupervisorNotFoundError,
    SupervisorActivityRow: SupervisorActivityNotFoundError,
    ObservationRow: ObservationNotFoundError,
}


async def get(
    session: AsyncSession, kind: type[AnyRow], row_id: UUID, scope: RowScope, *, lock: bool = False
) -> AnyRow:
    """One of the scope.  Raises: the kind's not-found error, also for one that lies outside the scope."""
    statement = select(kind).where(kind.id == row_id, scope.clause(_SCOPES[kind]))
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
) -> Sequence[AnyRow]:
    """Newest first; `wanted` are columns and values, None = any."""
    statement = select(kind).where(scope.clause(_SCOPES[kind]))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(kind, name) == value)
    if before is not None:
        statement = statement.where(kind.id < before)
    return (await session.scalars(statement.order_by(kind.id.desc()).limit(limit))).all()


async def add(session: AsyncSession, *rows: object) -> None:
    """Store new rows, in their order."""
    for row in rows:
        session.add(row)
        await session.flush()


async def serialise(session: AsyncSession, company: str) -> None:
    """Seats are given one at a time."""
    await one_at_a_time(session, f"supervisors:{company}")


async def members(session: AsyncSession, company: str, today: date, *, but: UUID | None = None) -> dict[str, int]:
    """Seats held today, by group: of those whose term is not over."""
    statement = (
        select(SupervisorRow.group_code, func.count())
        .where(
            SupervisorRow.company == company,
            SupervisorRow.state == SupervisorState.ACTIVE,
            SupervisorRow.term_until >= today,
        )
        .group_by(SupervisorRow.group_code)
    )
    if but is not None:
        statement = statement.where(SupervisorRow.id != but)
    return {row[0]: row[1] for row in (await session.execute(statement)).all()}


async def is_member(session: AsyncSession, company: str, *, phone_index: str, staff_id: UUID | None) -> str | None:
    """`phone` or `staff_id`, by which somebody active is known already."""
    statement = select(SupervisorRow.phone_index).where(
        SupervisorRow.company == company,
        SupervisorRow.state == SupervisorState.ACTIVE,
        or_(
            SupervisorRow.phone_index == phone_index,
            and_(SupervisorRow.staff_id.is_not(None), SupervisorRow.staff_id == staff_id),
        ),
    )
    found = (await session.scalars(statement)).all()
    if not found:
        return None
    return "phone" if phone_index in found else "staff_id"


async def by_account(session: AsyncSession, company: str, staff_id: UUID) -> SupervisorRow:
    """The active member whose account it is.  Raises: SupervisorNotFoundError."""
    statement = select(SupervisorRow).where(
        SupervisorRow.company == company,
        SupervisorRow.staff_id == staff_id,
        SupervisorRow.state == SupervisorState.ACTIVE,
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise SupervisorNotFoundError
    return row


async def terms(session: AsyncSession, supervisor_id: UUID) -> Sequence[SupervisorTermRow]:
    """Every term, oldest first."""
    statement = select(SupervisorTermRow).where(SupervisorTermRow.supervisor_id == supervisor_id)
    return (await session.scalars(statement.order_by(SupervisorTermRow.sequence))).all()


async def ending(
    session: AsyncSession, company: str, until: date, limit: int
) -> Sequence[tuple[SupervisorRow, SupervisorTermRow]]:
    """Active members whose term ends by then without its clock, locked."""
    statement = (
        select(SupervisorRow, SupervisorTermRow)
        .join(
            SupervisorTermRow,
            and_(
                SupervisorTermRow.supervisor_id == SupervisorRow.id,
                SupervisorTermRow.sequence == SupervisorRow.term,
            ),
        )
        .where(
            SupervisorRow.company == company,
            SupervisorRow.state == SupervisorState.ACTIVE,
            SupervisorRow.term_until <= until,
            SupervisorTermRow.noticed_at.is_(None),
        )
        .order_by(SupervisorRow.term_until, SupervisorRow.id)
        .limit(limit)
        .with_for_update()
    )
    return [(one, term) for one, term in (await session.execute(statement)).all()]


async def open_activities(session: AsyncSession, supervisor_id: UUID) -> Sequence[SupervisorActivityRow]:
    """A member's invitations that are neither held nor ended, locked."""
    statement = select(SupervisorActivityRow).where(
        SupervisorActivityRow.supervisor_id == supervisor_id,
        SupervisorActivityRow.state.in_([ActivityState.INVITED.value, ActivityState.ACCEPTED.value]),
    )
    return (await session.scalars(statement.order_by(SupervisorActivityRow.id).with_for_update())).all()


async def names_file(session: AsyncSession, kind: type[AnyRow], scope: RowScope, file_id: UUID) -> bool:
    """Whether a row of the scope names the file."""
    column: Any = SupervisorActivityRow.photo_ids if kind is SupervisorActivityRow else ObservationRow.evidence_ids
    names = column.op("@>")(cast([file_id], ARRAY(Uuid)))
    statement = select(kind.id).where(scope.clause(_SCOPES[kind]), names).limit(1)
    return (await session.execute(statement)).first() is not None


async def published(session: AsyncSession, company: str, since: datetime, until: datetime) -> Sequence[ObservationRow]:
    """What was published of the period's observations, oldest first."""
    statement = select(ObservationRow).where(
        ObservationRow.company == company,
        ObservationRow.published_at.is_not(None),
        ObservationRow.filed_at >= since,
        ObservationRow.filed_at < until,
    )
    return (await session.scalars(statement.order_by(ObservationRow.filed_at, ObservationRow.id).limit(500))).all()


async def counted(
    session: AsyncSession, company: str, since: datetime, until: datetime
) -> Sequence[tuple[str, str, int, int, int]]:
    """Observations filed in the period by kind and department: all, answered, answered on time."""
    row = ObservationRow
    statement = (
        select(
            row.kind,
            row.department,
            func.count(),
            func.count().filter(row.reviewed_at.is_not(None)),
            func.count().filter(row.is_on_time.is_(True)),
        )
        .where(row.company == company, row.filed_at >= since, row.filed_at < until)
        .group_by(row.kind, row.department)
        .order_by(row.kind, row.department)
    )
    return [(one[0], one[1], one[2], one[3], one[4]) for one in (await session.execute(statement)).all()]


async def on_time(
    session: AsyncSession, company: str, since: datetime, until: datetime, *, now: datetime
) -> tuple[int, int, int, int]:
    """Of those whose answer was due in the period: in time, judged; without a limit; still open."""
    row = ObservationRow
    waits = and_(row.state == ObservationState.DRAFTED, row.drafted_at <= row.answer_due_at)
    is_open = and_(row.reviewed_at.is_(None), or_(row.answer_due_at >= now, waits))
    statement = select(
        func.count().filter(row.is_on_time.is_(True)),
        func.count().filter(~is_open),
        func.count().filter(is_open),
    ).where(row.company == company, row.answer_due_at >= since, row.answer_due_at < until)
    kept, judged, waiting = (await session.execute(statement)).one()
    without = select(func.count()).where(
        row.company == company, row.answer_due_at.is_(None), row.filed_at >= since, row.filed_at < until
    )
    return kept, judged, int(await session.scalar(without) or 0), waiting

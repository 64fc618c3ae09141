"""Reading cases: one statement, JSON from the database, rows limited to the caller's scope."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import repository
from services.complaint.cases.errors import ComplaintNotFoundError, ConsultationNotFoundError
from services.complaint.cases.models import ComplaintStepRow, ConsultationRow
from services.complaint.cases.rules import Viewer
from shared.access.scope import RowScope
from shared.errors import ConflictError
from shared.http.hot_tx import HotTx
from shared.http.idempotency_store import OnceKey, Replay, explain


async def read_json(hot: HotTx, complaint_id: UUID, scope: RowScope, viewer: Viewer) -> tuple[int, str]:
    """Version and JSON of one case.  Raises: ComplaintNotFoundError."""
    found = await repository.read_json(hot, complaint_id, scope, viewer)
    if found is None:
        raise ComplaintNotFoundError
    return found


async def json_in(session: AsyncSession, complaint_id: UUID, scope: RowScope, viewer: Viewer) -> tuple[int, str]:
    """The same inside a transaction, after its changes.  Raises: ComplaintNotFoundError."""
    connection = await (await session.connection()).get_raw_connection()
    found = await repository.read_json(connection.driver_connection, complaint_id, scope, viewer)
    if found is None:
        raise ComplaintNotFoundError
    return found


async def page_json(
    hot: HotTx, scope: RowScope, wanted: Mapping[str, object], viewer: Viewer, *, limit: int
) -> list[tuple[UUID, str]]:
    """A page of cases, newest first."""
    return await repository.page_json(hot, scope, wanted, viewer, limit=limit)


async def steps(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> Sequence[ComplaintStepRow]:
    """The history of a case, oldest first.  Raises: ComplaintNotFoundError."""
    case = await repository.get_involved(session, complaint_id, scope)
    return await repository.steps(session, case.id)


async def replay_of(hot: HotTx, key: OnceKey) -> Replay:
    """What the first request with this key did.  Raises: KeyReusedError, ConflictError when nothing explains it."""
    replay = await explain(hot, key)
    if replay is None:
        raise ConflictError("客户资料正在变更，请稍后重试。")
    return replay


async def ensure_readable(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> None:
    """Raises: ComplaintNotFoundError when the case does not exist or lies outside the scope."""
    await repository.get_involved(session, complaint_id, scope)


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope, viewer: Viewer) -> bool:
    """Whether a case that the caller may read names the file."""
    return await repository.names_file(session, file_id, scope, viewer)


async def consultations(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> Sequence[ConsultationRow]:
    """What was asked in a case, oldest first.  Raises: ComplaintNotFoundError."""
    case = await repository.get_involved(session, complaint_id, scope)
    return await repository.consultations(session, case.id)


async def consultation(session: AsyncSession, consultation_id: UUID, scope: RowScope) -> ConsultationRow:
    """One of a case that the caller may read.  Raises: ConsultationNotFoundError, also for one of another case."""
    row = await repository.consultation(session, consultation_id)
    if row is None:
        raise ConsultationNotFoundError
    try:
        await repository.get_involved(session, row.complaint_id, scope)
    except ComplaintNotFoundError:
        raise ConsultationNotFoundError from None  # what is denied looks as if it never was
    return row

"""Reports of retaliation: for the office only, and never for whoever is accused."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.dossier.errors import RetaliationNotFoundError
from services.complaint.dossier.models import RetaliationRow
from services.complaint.dossier.repository.cases import naming
from shared.access.scope import RowScope


def _readable(scope: RowScope, reader_ids: Sequence[UUID]) -> ColumnElement[bool]:
    accused = RetaliationRow.person_ids.bool_op("&&")(bindparam(None, list(reader_ids), type_=ARRAY(Uuid), unique=True))
    return and_(RetaliationRow.company.in_(scope.companies), ~accused)


async def of_case(
    session: AsyncSession, complaint_id: UUID, scope: RowScope, reader_ids: Sequence[UUID]
) -> Sequence[RetaliationRow]:
    """The reports on a case, oldest first."""
    statement = (
        select(RetaliationRow)
        .where(RetaliationRow.complaint_id == complaint_id, _readable(scope, reader_ids))
        .order_by(RetaliationRow.id)
    )
    return (await session.execute(statement)).scalars().all()


async def get(
    session: AsyncSession,
    complaint_id: UUID,
    report_id: UUID,
    scope: RowScope,
    reader_ids: Sequence[UUID],
    *,
    lock: bool = False,
) -> RetaliationRow:
    """One report.  Raises: RetaliationNotFoundError."""
    statement = select(RetaliationRow).where(
        RetaliationRow.id == report_id, RetaliationRow.complaint_id == complaint_id, _readable(scope, reader_ids)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise RetaliationNotFoundError
    return row


async def receipt(session: AsyncSession, report_id: UUID) -> RetaliationRow:
    """The report that was just taken in, for its receipt."""
    return (await session.execute(select(RetaliationRow).where(RetaliationRow.id == report_id))).scalar_one()


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope, reader_ids: Sequence[UUID]) -> bool:
    """Whether a report that the reader may see names the file."""
    statement = (
        select(RetaliationRow.id).where(naming(RetaliationRow.file_ids, file_id), _readable(scope, reader_ids)).limit(1)
    )
    return (await session.execute(statement)).first() is not None

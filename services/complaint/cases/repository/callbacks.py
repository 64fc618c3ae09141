"""Which callbacks led to a case, and a case written in the transaction of a message."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.models.callbacks import CaseCallbackRow
from shared.database.codecs import dumps


class SessionConnection:
    """The hot statements on the connection of a session whose transaction has begun."""

    def __init__(self, connection: Any) -> None:
        """`connection` is asyncpg's."""
        self._connection = connection

    @classmethod
    async def of(cls, session: AsyncSession) -> "SessionConnection":
        """Of a session that has sent a statement already: only then does its transaction hold this connection."""
        return cls((await (await session.connection()).get_raw_connection()).driver_connection)

    async def fetchrow(self, statement: str, *arguments: object) -> Any:
        """The first row, or None; JSON goes as text, as the engine's connections want it."""
        given = [dumps(one) if isinstance(one, list | dict) else one for one in arguments]
        return await self._connection.fetchrow(statement, *given)


async def case_of(session: AsyncSession, company: str, complaint_id: UUID) -> ComplaintRow | None:
    """A case of the company, locked."""
    statement = select(ComplaintRow).where(ComplaintRow.id == complaint_id, ComplaintRow.company == company)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def is_heard(session: AsyncSession, callback_id: UUID) -> bool:
    """Whether the callback led to something already."""
    return await session.get(CaseCallbackRow, callback_id) is not None


async def reopened_by_callback(session: AsyncSession, complaint_id: UUID) -> int:
    """How often callbacks opened the case again."""
    statement = select(func.count()).where(
        CaseCallbackRow.complaint_id == complaint_id, CaseCallbackRow.effect.in_(["reopened", "passed_on"])
    )
    return int(await session.scalar(statement) or 0)


async def keep_callback(session: AsyncSession, row: CaseCallbackRow) -> None:
    """Store the link."""
    session.add(row)
    await session.flush()


async def callbacks_of(session: AsyncSession, complaint_id: UUID) -> Sequence[CaseCallbackRow]:
    """The callbacks that led to a case or its cycles, first to last."""
    statement = select(CaseCallbackRow).where(CaseCallbackRow.complaint_id == complaint_id)
    return (await session.scalars(statement.order_by(CaseCallbackRow.heard_at, CaseCallbackRow.callback_id))).all()

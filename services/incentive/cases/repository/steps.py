"""Rows of what people said and signed on a case."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.models import CaseAppealRow, CaseSignatureRow, CaseStatementRow, CaseTalkRow

StepRow = CaseSignatureRow | CaseStatementRow | CaseAppealRow | CaseTalkRow


async def add(session: AsyncSession, row: StepRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def signatures(session: AsyncSession, case_id: UUID, *, round_: int | None = None) -> Sequence[CaseSignatureRow]:
    """In their order; of one round or of all."""
    statement = select(CaseSignatureRow).where(CaseSignatureRow.case_id == case_id)
    if round_ is not None:
        statement = statement.where(CaseSignatureRow.round == round_)
    return (await session.scalars(statement.order_by(CaseSignatureRow.round, CaseSignatureRow.step))).all()


async def statement_of(session: AsyncSession, case_id: UUID) -> CaseStatementRow | None:
    """What the person said before the effect."""
    statement = select(CaseStatementRow).where(CaseStatementRow.case_id == case_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def appeal_of(session: AsyncSession, case_id: UUID) -> CaseAppealRow | None:
    """The person's appeal."""
    return (await session.execute(select(CaseAppealRow).where(CaseAppealRow.case_id == case_id))).scalar_one_or_none()


async def talk_of(session: AsyncSession, case_id: UUID) -> CaseTalkRow | None:
    """The talk that was held."""
    return (await session.execute(select(CaseTalkRow).where(CaseTalkRow.case_id == case_id))).scalar_one_or_none()

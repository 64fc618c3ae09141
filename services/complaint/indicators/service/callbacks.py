"""What callbacks tell of the handling of cases."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.indicators.repository import callbacks as repository
from shared.contracts.callback import CallbackCompleted

SUBJECT = "complaint"


async def learn(session: AsyncSession, company: str, version: int, said: CallbackCompleted) -> None:
    """Keep whether the customer was satisfied; calls about other work are not of this service."""
    if said.subject_type != SUBJECT:
        return
    await repository.keep(
        session,
        {
            "id": said.callback_id,
            "company": company,
            "complaint_id": said.subject_id,
            "cycle": said.cycle,
            "outcome": said.outcome,
            "is_satisfied": said.is_satisfied,
            "called_at": said.occurred_at,
            "version": version,
        },
    )

"""What time does to surveys: each quarter is prepared; and what an erasure blanks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.models import SurveyRow
from services.callback.surveys.repository import answers, invitations, surveys
from services.callback.surveys.rules.states import SurveyState, quarter_of
from services.callback.surveys.service.desk import SurveyDesk
from services.callback.surveys.service.planning import Draft, draft
from shared.ids import new_id
from shared.policy.book import PolicyNotFoundError


async def prepare(session: AsyncSession, desk: SurveyDesk, company: str, *, now: datetime) -> SurveyRow | None:
    """Draft the survey of the quarter, unless the quarter has had one; None if there is nothing to do."""
    try:
        governing = desk.governances.in_force(company, now)
        period = quarter_of(now.astimezone(governing.zone).date())
        _ = governing.chapter.surveys
    except PolicyNotFoundError:
        return None
    if await surveys.of_periods(session, [company], [period], [state.value for state in SurveyState]):
        return None
    return await draft(session, desk, Draft(new_id(), company, period, None), now=now)


async def forget(session: AsyncSession, company: str, customer_id: UUID, *, now: datetime) -> None:
    """Ask an erased customer no more, and blank the words; scores and results stay."""
    await invitations.withdraw(session, company, customer_id, now)
    await answers.blank(session, company, customer_id)

"""Reading surveys, their strata and frame, and their invitations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_surveys import Questionnaire
from services.callback.surveys.models import FrameRow, InvitationRow, SurveyRow, SurveyStratumRow
from services.callback.surveys.repository import invitations, surveys
from services.callback.surveys.service.desk import SurveyDesk, governing_of, questionnaire_of
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """A survey with its strata and questions."""

    row: SurveyRow
    strata: Sequence[SurveyStratumRow]
    questionnaire: Questionnaire


async def read(session: AsyncSession, survey_id: UUID, scope: RowScope) -> SurveyRow:
    """One of the scope.  Raises: SurveyNotFoundError."""
    return await surveys.get(session, survey_id, scope)


async def shown(session: AsyncSession, desk: SurveyDesk, survey_id: UUID, scope: RowScope) -> Shown:
    """One of the scope with all that belongs to it.  Raises: SurveyNotFoundError."""
    row = await surveys.get(session, survey_id, scope)
    return Shown(row, await surveys.strata(session, row.id), questionnaire_of(governing_of(desk, row), row))


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, str | None], *, before: UUID | None, limit: int
) -> Sequence[SurveyRow]:
    """Newest first."""
    return await surveys.page(session, scope, wanted, before=before, limit=limit)


async def frame(
    session: AsyncSession, survey_id: UUID, scope: RowScope, tier: str, *, after: int, limit: int
) -> Sequence[FrameRow]:
    """The customers of a stratum in the order of the draw.  Raises: SurveyNotFoundError."""
    row = await surveys.get(session, survey_id, scope)
    return await surveys.frame(session, row.id, tier, after=after, limit=limit)


async def invitation(session: AsyncSession, survey_id: UUID, invitation_id: UUID, scope: RowScope) -> InvitationRow:
    """One of the scope.  Raises: InvitationNotFoundError."""
    return await invitations.get(session, survey_id, invitation_id, scope)


async def invitations_of(
    session: AsyncSession,
    survey_id: UUID,
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[InvitationRow]:
    """Those of a survey that the scope reaches."""
    return await invitations.page(session, survey_id, scope, wanted, after=after, limit=limit)

"""A customer answers, once: by the link in the own hand, or by telephone to whoever took the customer on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.service.calling import PHONE_FIELD, Contact, check_quiet
from services.callback.customers import service as customers
from services.callback.policy_surveys import Channel, Questionnaire
from services.callback.surveys import events
from services.callback.surveys.errors import (
    InvitationClaimedError,
    InvitationNotFoundError,
    InvitationNotHeldError,
    LinkExpiredError,
    LinkInvalidError,
    LinkUsedError,
    OwnAnswerError,
)
from services.callback.surveys.models import InvitationRow, ResponseRow, SurveyAnswerRow, SurveyRow
from services.callback.surveys.repository import answers, invitations, surveys
from services.callback.surveys.rules import links
from services.callback.surveys.rules.replies import Reply, is_satisfied, judge
from services.callback.surveys.rules.states import InvitationState, SurveyState
from services.callback.surveys.service.desk import SurveyCall, SurveyDesk, governing_of, questionnaire_of
from services.callback.surveys.service.inviting import audit_invitation, invited, open_invitation
from shared.audit.trail import record
from shared.events import outbox
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Form:
    """What the holder of a link may fill in; nothing personal."""

    period: str
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Told:
    """What a customer says."""

    replies: Mapping[str, Reply]
    is_declined: bool = False
    """Does not want to be surveyed, now or later."""


async def form(session: AsyncSession, desk: SurveyDesk, token: str, *, now: datetime) -> Form:
    """The form of a link.  Raises: LinkInvalidError, LinkUsedError, LinkExpiredError."""
    row, _ = await _linked(session, desk, token, now=now, lock=False)
    return Form(row.period, questionnaire_of(governing_of(desk, row), row))


async def take(session: AsyncSession, desk: SurveyDesk, token: str, told: Told, *, now: datetime) -> Form:
    """Take what the holder of a link answers; the link is used then.

    Raises: as `form`, AnswerOutsideQuestionnaireError, AnswerEmptyError.
    """
    row, invitation = await _linked(session, desk, token, now=now, lock=True)
    if told.is_declined:
        await _decline(session, invitation, now)
    else:
        channel = Channel.SMS if invitation.channel == Channel.SMS else Channel.LINK
        await _respond(session, desk, row, invitation, told.replies, channel=channel, by=None, now=now)
    await record(
        session,
        company=invitation.company,
        action="decline_survey_invitation" if told.is_declined else "answer_survey_invitation",
        at=now,
        resource_type="survey_invitation",
        resource_id=invitation.id,
        detail={"version": invitation.version, "survey_id": str(row.id)},
    )
    return Form(row.period, questionnaire_of(governing_of(desk, row), row))


async def contact(call: SurveyCall, invitation_id: UUID, purpose: str) -> Contact:
    """Take the customer on for a time and give a grant for the telephone, audited.

    Raises: as `open_invitation`, InvitationClaimedError, OwnAnswerError, QuietHoursError.
    """
    row, invitation = await open_invitation(call, invitation_id)
    staff_id = call.principal.staff_id
    if _is_held(invitation, call.now) and invitation.owner_id != staff_id:
        raise InvitationClaimedError("该客户正由他人访问，请选择其他客户。")
    known = await customers.known(call.session, invitation.customer_id, row.company)
    if known is not None and call.principal.is_self(known.account_manager_id):
        raise OwnAnswerError("客户经理不得访问本人负责的客户。")
    governing = call.desk.governances.in_force(row.company, call.now)
    check_quiet(governing, call.now)
    invitation.owner_id, invitation.team = staff_id, call.principal.team
    invitation.lease_until = call.now + timedelta(minutes=governing.chapter.surveys.lease_minutes)
    await invited(call.session, invitation, row, call.now)
    await audit_invitation(call, invitation, "contact", field=PHONE_FIELD)
    customer_id = await customers.resolve(call.session, invitation.customer_id, row.company)
    grant = call.desk.signer.issue(
        company=row.company,
        customer_id=customer_id,
        staff_id=staff_id,
        field=PHONE_FIELD,
        purpose=f"{purpose}:{invitation.id}",
    )
    return Contact(grant, customer_id, PHONE_FIELD)


async def write_down(call: SurveyCall, invitation_id: UUID, told: Told) -> InvitationRow:
    """Take down what the customer said on the telephone.

    Raises: as `open_invitation`, InvitationNotHeldError, AnswerOutsideQuestionnaireError, AnswerEmptyError.
    """
    row, invitation = await open_invitation(call, invitation_id)
    by = call.principal.staff_id
    if invitation.owner_id != by or not _is_held(invitation, call.now):
        raise InvitationNotHeldError("请先领取该客户的访问。")
    if told.is_declined:
        await _decline(call.session, invitation, call.now)
    else:
        await _respond(
            call.session, call.desk, row, invitation, told.replies, channel=Channel.CALLBACK, by=by, now=call.now
        )
    await audit_invitation(call, invitation, "decline" if told.is_declined else "answer")
    return invitation


def _is_held(invitation: InvitationRow, now: datetime) -> bool:
    return invitation.lease_until is not None and invitation.lease_until > now


async def _linked(
    session: AsyncSession, desk: SurveyDesk, token: str, *, now: datetime, lock: bool
) -> tuple[SurveyRow, InvitationRow]:
    link = links.read(token, desk.sign)
    try:
        invitation = await invitations.linked(session, link.invitation_id)
        # the survey cannot be closed between this answer and its commit
        row = (
            await surveys.share(session, invitation.survey_id)
            if lock
            else await surveys.read(session, invitation.survey_id)
        )
        if lock:
            invitation = await invitations.linked(session, link.invitation_id, lock=True)
    except InvitationNotFoundError:
        raise LinkInvalidError("该链接无效，请使用收到的完整链接。") from None
    if invitation.state == InvitationState.ANSWERED:
        raise LinkUsedError("您已经作答，感谢您的评价。")
    is_newest = invitation.link_hash == links.hash_of(token)
    is_alive = invitation.expires_at is not None and invitation.expires_at > now
    if not (is_newest and is_alive) or invitation.ended_at is not None or row.state != SurveyState.FIELDING:
        raise LinkExpiredError("该链接已过期或调查已结束。")
    return row, invitation


async def _respond(
    session: AsyncSession,
    desk: SurveyDesk,
    row: SurveyRow,
    invitation: InvitationRow,
    replies: Mapping[str, Reply],
    *,
    channel: Channel,
    by: UUID | None,
    now: datetime,
) -> None:
    governing = governing_of(desk, row)
    questionnaire = questionnaire_of(governing, row)
    judged = judge(questionnaire, replies)
    satisfied = is_satisfied(questionnaire, replies, governing.chapter.surveys.satisfied_from)
    response = ResponseRow(
        id=new_id(),
        company=row.company,
        survey_id=row.id,
        invitation_id=invitation.id,
        customer_id=invitation.customer_id,
        tier=invitation.tier,
        channel=channel.value,
        is_satisfied=satisfied,
        recorded_by=by,
        answered_at=now,
    )
    await answers.add(session, response)
    said = [
        SurveyAnswerRow(
            id=new_id(),
            company=row.company,
            survey_id=row.id,
            response_id=response.id,
            question=one.question,
            dimension=one.dimension,
            score=one.score,
            text=one.text,
            is_open=one.is_open,
            categories=[],
            version=1,
        )
        for one in judged
    ]
    await answers.add_all(session, said)
    await _end(session, invitation, InvitationState.ANSWERED, now)
    await outbox.add(session, events.answered(invitation, row.matter_id, now, is_satisfied=satisfied, recorded_by=by))


async def _decline(session: AsyncSession, invitation: InvitationRow, now: datetime) -> None:
    await _end(session, invitation, InvitationState.DECLINED, now)
    await invitations.refuse(session, invitation.company, invitation.customer_id, invitation.survey_id, now)


async def _end(session: AsyncSession, invitation: InvitationRow, state: InvitationState, now: datetime) -> None:
    invitation.state, invitation.ended_at, invitation.lease_until = state.value, now, None
    invitation.version += 1
    await session.flush()

"""Invitations go out: by text message, or by a link that staff hand over; the link is shown once and never stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.messages import service as messages
from services.callback.messages.rules import MessageState
from services.callback.policy_in_force import Governing
from services.callback.policy_surveys import Channel
from services.callback.surveys import events
from services.callback.surveys.errors import InvitationEndedError, SurveyStepNotAllowedError
from services.callback.surveys.models import InvitationRow, SurveyRow
from services.callback.surveys.repository import invitations, surveys
from services.callback.surveys.rules.links import Link, hash_of, make
from services.callback.surveys.rules.states import IS_OPEN, InvitationState, SurveyState
from services.callback.surveys.service.desk import SurveyCall, SurveyDesk, governing_of
from shared.audit.trail import record
from shared.errors import StaleError
from shared.events import outbox

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class HandedLink:
    """A link for one customer, to be handed over now: it is not shown again."""

    row: InvitationRow
    link: str


async def hand_over(call: SurveyCall, invitation_id: UUID) -> HandedLink:
    """Make a link for the customer; an earlier one is good no more.

    Raises: SurveyNotFoundError, InvitationNotFoundError, StaleError, SurveyStepNotAllowedError, InvitationEndedError.
    """
    row, invitation = await open_invitation(call, invitation_id)
    token = new_link(invitation, call.governing(row), call.desk, call.now)
    await invited(call.session, invitation, row, call.now)
    await audit_invitation(call, invitation, "link")
    return HandedLink(invitation, call.desk.address(token))


async def hand_again(call: SurveyCall, invitation_id: UUID) -> HandedLink:
    """The link as it was made last, for whom the answer did not reach.  Raises: InvitationNotFoundError."""
    row = await invitations.get(call.session, call.survey_id, invitation_id, call.scope)
    return HandedLink(row, call.desk.address(make(Link(row.id, row.link_serial), call.desk.sign)))


async def open_invitation(call: SurveyCall, invitation_id: UUID) -> tuple[SurveyRow, InvitationRow]:
    """The survey, kept open, and the invitation, locked, in the version that the caller saw.

    Raises: SurveyNotFoundError, InvitationNotFoundError, StaleError, SurveyStepNotAllowedError, InvitationEndedError.
    """
    await invitations.get(call.session, call.survey_id, invitation_id, call.scope)
    row = await surveys.share(call.session, call.survey_id)
    invitation = await invitations.get(call.session, call.survey_id, invitation_id, call.scope, lock=True)
    if call.expected_version is not None and invitation.version != call.expected_version:
        raise StaleError("邀请已被他人修改，请重新读取后再操作。", params={"current_version": invitation.version})
    if row.state != SurveyState.FIELDING:
        raise SurveyStepNotAllowedError.of("invite", row.state)
    if invitation.state not in IS_OPEN:
        raise InvitationEndedError("该客户已作答、已谢绝或不再邀请。", params={"state": invitation.state})
    return row, invitation


async def send_due(session: AsyncSession, desk: SurveyDesk, company: str, *, now: datetime) -> int:
    """Send what is to be sent by SMS and remind once who has not answered; answers how many were dealt with."""
    if not desk.public_url:
        return 0
    fresh = await invitations.due(session, company, to_remind_at=None, limit=AT_ONCE)
    late = await invitations.due(session, company, to_remind_at=now, limit=AT_ONCE)
    for invitation in fresh:
        await _send(session, desk, invitation, now)
    for invitation in late:
        await _remind(session, desk, invitation, now)
    return len(fresh) + len(late)


async def _send(session: AsyncSession, desk: SurveyDesk, invitation: InvitationRow, now: datetime) -> None:
    row = await surveys.read(session, invitation.survey_id)
    governing = governing_of(desk, row)
    known = await customers.known(session, invitation.customer_id, row.company)
    if known is None or known.erased_at is not None:
        invitation.state, invitation.ended_at = InvitationState.WITHDRAWN.value, now
        invitation.version += 1
        return
    token = new_link(invitation, governing, desk, now)
    outgoing = _message(desk, row, invitation, token, governing.chapter.surveys.invitation_template, "invitation")
    message = await messages.queue(session, desk.governances, outgoing, now=now)
    invitation.message_id = message.id
    if message.state == MessageState.SUPPRESSED:
        _call_instead(invitation, governing)
    else:
        await invited(session, invitation, row, now)


async def _remind(session: AsyncSession, desk: SurveyDesk, invitation: InvitationRow, now: datetime) -> None:
    row = await surveys.read(session, invitation.survey_id)
    token = make(Link(invitation.id, invitation.link_serial), desk.sign)
    outgoing = _message(
        desk, row, invitation, token, governing_of(desk, row).chapter.surveys.reminder_template, "reminder"
    )
    message = await messages.queue(session, desk.governances, outgoing, now=now)
    invitation.reminded_at = now
    invitation.version += 1
    await session.flush()
    if message.state != MessageState.SUPPRESSED:
        await outbox.add(session, events.invited(invitation, row.matter_id, now, is_reminder=True))


def _message(
    desk: SurveyDesk, row: SurveyRow, invitation: InvitationRow, token: str, template: str, what: str
) -> messages.Outgoing:
    return messages.Outgoing(
        company=row.company,
        customer_id=invitation.customer_id,
        template=template,
        cause=f"survey:{invitation.id}:{what}",
        source="survey",
        source_id=invitation.id,
        parameters={"link": desk.address(token)},
        matter_id=row.matter_id,
    )


def _call_instead(invitation: InvitationRow, governing: Governing) -> None:
    # who wants no messages may still be asked by telephone
    invitation.channel = Channel.CALLBACK.value
    invitation.department = governing.chapter.surveys.calling_department
    invitation.posts = list(governing.chapter.surveys.callers)
    invitation.version += 1


def new_link(invitation: InvitationRow, governing: Governing, desk: SurveyDesk, now: datetime) -> str:
    """The token of a new link, whose hash is kept."""
    invitation.link_serial += 1
    token = make(Link(invitation.id, invitation.link_serial), desk.sign)
    invitation.link_hash = hash_of(token)
    rules = governing.chapter.surveys
    invitation.expires_at = governing.moment_after(rules.validity, now)
    invitation.remind_at = governing.moment_after(rules.remind_after, now) if rules.remind_after else None
    return token


async def invited(session: AsyncSession, invitation: InvitationRow, row: SurveyRow, now: datetime) -> None:
    """The customer is invited from now on; told once."""
    invitation.version += 1
    is_first = invitation.state == InvitationState.TO_SEND
    if is_first:
        invitation.state, invitation.invited_at = InvitationState.INVITED.value, now
    await session.flush()
    if is_first:
        await outbox.add(session, events.invited(invitation, row.matter_id, now))


async def audit_invitation(call: SurveyCall, invitation: InvitationRow, action: str, **detail: object) -> None:
    """Write the deed's audit row: ids, codes and versions only."""
    await call.session.flush()
    await record(
        call.session,
        company=invitation.company,
        action=f"{action}_survey_invitation",
        at=call.now,
        resource_type="survey_invitation",
        resource_id=invitation.id,
        detail={"version": invitation.version, "survey_id": str(invitation.survey_id), **detail},
    )

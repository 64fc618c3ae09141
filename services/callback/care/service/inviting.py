"""Invitations to activities: who is invited, who comes and who came."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care import events
from services.callback.care.errors import (
    ActivityInvalidError,
    ActivityStepError,
    InvitationExistsError,
    SeatsTakenError,
)
from services.callback.care.models import InvitationRow
from services.callback.care.repository import activities
from services.callback.care.rules import InvitationState
from services.callback.care.service.activities import ActivityCall, parameters, planned
from services.callback.customers import service as customers
from services.callback.messages import service as messages
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.callback_care import InvitationAnswered, InvitationAttended, InvitationFact, InvitationSent
from shared.errors import StaleError
from shared.events import outbox


async def invite(call: ActivityCall, customer_id: UUID, *, invitation_id: UUID) -> InvitationRow:
    """Invite a customer of the audience; by message where the pack writes one and the customer takes it.

    Raises: ActivityNotFoundError, ActivityStepError, ActivityInvalidError, InvitationExistsError.
    """
    row = await planned(call)
    if row.starts_at <= call.now:
        raise ActivityStepError("活动已开始，不能再邀请。")
    customer = await customers.known(call.session, customer_id, row.company)
    if customer is None or customer.erased_at is not None or customer.tier not in row.tiers:
        raise ActivityInvalidError.at_pointer("/customer_id", "该客户不在活动的邀请范围内。")
    if await activities.is_invited(call.session, row.id, customer.id):
        raise InvitationExistsError("该客户已受邀。")
    invitation = InvitationRow(
        id=invitation_id,
        company=row.company,
        activity_id=row.id,
        customer_id=customer.id,
        tier=customer.tier,
        state=InvitationState.INVITED.value,
        invited_by=call.principal.staff_id,
        invited_at=call.now,
        version=1,
    )
    governing = call.governances.in_force(row.company, call.now)
    kind = governing.chapter.care.activities.get(row.kind)
    if kind is not None and kind.template is not None:
        outgoing = messages.Outgoing(
            company=row.company,
            customer_id=customer.id,
            template=kind.template,
            cause=f"invitation:{invitation_id}",
            source="activity",
            source_id=row.id,
            parameters=parameters(row.title, row.place, row.starts_at, governing),
            queued_by=call.principal.staff_id,
        )
        invitation.message_id = (await messages.queue(call.session, call.governances, outgoing, now=call.now)).id
    await activities.store(call.session, invitation)
    await _said(call, invitation, "invite", InvitationSent)
    return invitation


async def answer(call: ActivityCall, invitation_id: UUID, *, expected_version: int, is_coming: bool) -> InvitationRow:
    """The customer comes, or not; may be changed until it begins, while there are seats.

    Raises: ActivityNotFoundError, StaleError, ActivityStepError, SeatsTakenError.
    """
    row = await planned(call)
    if row.starts_at <= call.now:
        raise ActivityStepError("活动已开始，不能再答复。")
    invitation = await _invitation(call, invitation_id, expected_version)
    wanted = InvitationState.ACCEPTED if is_coming else InvitationState.DECLINED
    if is_coming and row.seats is not None and invitation.state != InvitationState.ACCEPTED:
        taken = (await activities.counts(call.session, row.id))[InvitationState.ACCEPTED.value]
        if taken >= row.seats:
            raise SeatsTakenError("活动名额已满。", params={"seats": row.seats})
    invitation.state, invitation.answered_at = wanted.value, call.now
    invitation.answered_by = call.principal.staff_id
    invitation.version += 1
    await _said(call, invitation, "answer", InvitationAnswered)
    return invitation


async def attend(
    call: ActivityCall, invitation_id: UUID, *, expected_version: int, has_attended: bool
) -> InvitationRow:
    """The customer came, or stayed away.  Raises: ActivityNotFoundError, StaleError, ActivityStepError."""
    row = await planned(call)
    if row.starts_at > call.now:
        raise ActivityStepError("活动尚未开始。")
    invitation = await _invitation(call, invitation_id, expected_version)
    invitation.state = (InvitationState.ATTENDED if has_attended else InvitationState.ABSENT).value
    invitation.version += 1
    await _said(call, invitation, "attend", InvitationAttended)
    return invitation


async def _invitation(call: ActivityCall, invitation_id: UUID, expected_version: int) -> InvitationRow:
    row = await activities.invitation(
        call.session, call.activity_id, invitation_id, call.principal.companies, lock=True
    )
    if row.version != expected_version:
        raise StaleError("邀请已被他人修改，请重新读取后再操作。")
    return row


async def _said(call: ActivityCall, row: InvitationRow, action: str, kind: type[InvitationFact]) -> None:
    await call.session.flush()
    await record(
        call.session,
        company=row.company,
        action=f"{action}_invitation",
        at=call.now,
        resource_type="invitation",
        resource_id=row.id,
        detail={"state": row.state, "version": row.version},
    )
    await outbox.add(call.session, events.invitation(row, kind, call.now))


async def read_invitation(
    session: AsyncSession, activity_id: UUID, invitation_id: UUID, scope: RowScope
) -> InvitationRow:
    """One of an activity of the scope.  Raises: ActivityNotFoundError."""
    await activities.get(session, activity_id, scope)
    return await activities.invitation(session, activity_id, invitation_id, scope.companies)


async def invitations(
    session: AsyncSession, activity_id: UUID, scope: RowScope, *, after: UUID | None, limit: int
) -> Sequence[InvitationRow]:
    """Of an activity of the scope, by id.  Raises: ActivityNotFoundError."""
    await activities.get(session, activity_id, scope)
    return await activities.invitations(session, activity_id, after=after, limit=limit)

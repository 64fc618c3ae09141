"""Invitations to visits, meetings and checks: sent, answered, held with a record, called off."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.inspection.supervisors import events, repository
from services.inspection.supervisors.models import SupervisorActivityRow, SupervisorRow
from services.inspection.supervisors.rules import network, observing
from services.inspection.supervisors.rules.observing import (
    ACTIVITY,
    RECORD,
    REPLY,
    ActivityAct,
    ActivityState,
    Invitation,
)
from services.inspection.supervisors.service.work import Clocks, NetworkCall, clocks_of
from shared.contracts import inspection_supervisors as contracts
from shared.ids import new_id

SEQUENCE, PREFIX = "supervisor_activity_numbers", "HD"


async def invite(call: NetworkCall, activity_id: UUID, said: Invitation) -> SupervisorActivityRow:
    """Invite a member; the member's answer is awaited.

    Raises: SupervisorPostError, SupervisorNotFoundError, SupervisorStepNotAllowedError, SupervisorTermExpiredError,
    SupervisorCodeUnknownError, ActivityTimeError.
    """
    governing = call.in_force()
    terms = governing.chapter.supervisors
    call.check_posts(terms.managed_by)
    # locked, so that a membership does not end beside its invitation
    member = await repository.get(call.session, SupervisorRow, said.supervisor_id, call.scope, lock=True)
    today = call.now.astimezone(governing.zone).date()
    network.check_in_term(member.state, member.term_since, member.term_until, today, "invite")
    ends_at = network.end_of(member.term_until, governing.zone)
    observing.check_invitation(said, terms, governing.policy.common.departments, now=call.now, ends_at=ends_at)
    row = SupervisorActivityRow(
        id=activity_id,
        company=call.company,
        number=await call.number(PREFIX, SEQUENCE),
        supervisor_id=member.id,
        staff_id=member.staff_id,
        kind=said.kind,
        is_announced=terms.activities[said.kind].is_announced,
        department=said.department,
        place=said.place,
        purpose=said.purpose,
        starts_at=said.starts_at,
        state=ActivityState.INVITED.value,
        posts=list(terms.managed_by),
        invited_by=call.principal.staff_id,
        invited_at=call.now,
        photo_ids=[],
        matter_id=new_id(),
        policy_version=governing.version,
        version=1,
    )
    await repository.add(call.session, row)
    await _clocks(call, row).start(REPLY, terms.replied, row.routing)
    await call.tell(row, ACTIVITY, "invite", events.of_activity(row, contracts.SupervisorInvited, call.now))
    return row


async def answer(
    call: NetworkCall, activity_id: UUID, *, is_accepted: bool, words: str | None
) -> SupervisorActivityRow:
    """The member accepts or declines, or the office writes down what the member said.

    Raises: as `take`, ActivityStepNotAllowedError.
    """
    row = await call.take(SupervisorActivityRow, activity_id)
    observing.check_activity(ActivityAct.ANSWER, row.state)
    row.state = (ActivityState.ACCEPTED if is_accepted else ActivityState.DECLINED).value
    row.reply, row.replied_by, row.replied_at = words, call.principal.staff_id, call.now
    clocks = _clocks(call, row)
    await clocks.stop(REPLY)
    if is_accepted:
        promised = clocks.governing.chapter.supervisors.recorded
        begin = max(row.starts_at, call.now)
        if promised.limit.budget is None:
            await clocks.start(RECORD, promised, row.routing)
        else:
            deadline = clocks.governing.moment_after(promised.limit, begin)
            await clocks.start_until(RECORD, promised, deadline, row.routing)
    fact = events.of_activity(row, contracts.SupervisorInvitationAnswered, call.now)
    await call.tell(row, ACTIVITY, "answer", fact, is_accepted=is_accepted)
    return row


async def hold(
    call: NetworkCall, activity_id: UUID, *, held_at: datetime, words: str, photo_ids: Sequence[UUID]
) -> SupervisorActivityRow:
    """Record that it took place, by the member or for the member.

    Raises: as `take`, ActivityStepNotAllowedError, ActivityTimeError, SupervisorEvidenceUnknownError,
    SupervisorEvidenceTypeError.
    """
    row = await call.take(SupervisorActivityRow, activity_id)
    observing.check_activity(ActivityAct.HOLD, row.state)
    observing.check_held(held_at, invited_at=row.invited_at, now=call.now)
    clocks = _clocks(call, row)
    await call.check_evidence(photo_ids, clocks.governing.chapter.supervisors, "photo_ids")
    row.state, row.held_at, row.record = ActivityState.HELD.value, held_at, words
    row.photo_ids = list(dict.fromkeys(photo_ids))
    row.recorded_by, row.recorded_at = call.principal.staff_id, call.now
    # who comes has answered
    await clocks.stop(REPLY)
    await clocks.stop(RECORD)
    await call.tell(row, ACTIVITY, "hold", events.of_activity(row, contracts.SupervisorActivityHeld, call.now))
    return row


async def cancel(call: NetworkCall, activity_id: UUID, *, reason: str) -> SupervisorActivityRow:
    """Call an invitation off.  Raises: as `take`, SupervisorPostError, ActivityStepNotAllowedError."""
    row = await call.take(SupervisorActivityRow, activity_id)
    call.check_posts(call.in_force().chapter.supervisors.managed_by)
    observing.check_activity(ActivityAct.CANCEL, row.state)
    await call_off(call, row, reason=reason)
    return row


async def call_off(call: NetworkCall, row: SupervisorActivityRow, *, reason: str) -> None:
    """End a locked invitation that is neither held nor ended; its version has moved on already."""
    row.state, row.cancelled_at, row.cancel_reason = ActivityState.CANCELLED.value, call.now, reason
    await _clocks(call, row).cancel("cancelled")
    await call.tell(row, ACTIVITY, "cancel", events.of_activity(row, contracts.SupervisorActivityCancelled, call.now))


def _clocks(call: NetworkCall, row: SupervisorActivityRow) -> Clocks:
    return clocks_of(call, row, ACTIVITY, row.kind)

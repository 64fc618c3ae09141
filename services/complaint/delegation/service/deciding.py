"""Steps on a request: confirmed, decided, signed, approved, refused, withdrawn; afterwards filed and complied with."""

from uuid import UUID

from services.complaint.delegation.errors import NotRequesterError, OrderRequiredError
from services.complaint.delegation.models import AuthorisationRow
from services.complaint.delegation.rules.states import AuthorisationAct, AuthorisationState
from services.complaint.delegation.rules.steps import AFTER, BEFORE, DECISIONS, Stage
from services.complaint.delegation.service.call import AuthorityCall
from services.complaint.delegation.service.stages import move_on
from services.complaint.delegation.service.using import liaison_said
from services.complaint.delegation.service.work import AuthorityWork, mark_done, step_of, take
from shared.contracts import authority as contracts
from shared.contracts.base import Routing


async def approve(
    call: AuthorityCall, authorisation_id: UUID, *, step: str | None, note: str | None
) -> AuthorisationRow:
    """Decide or approve, by whoever the pack names.  Raises: as `take`, `step_of`."""
    work = await take(call, authorisation_id, AuthorisationAct.APPROVE)
    found, post = step_of(work, DECISIONS, step)
    mark_done(found, call, post, note=note)
    if found.stage == Stage.DECIDE:
        work.row.decided_post, work.row.decided_by = post, call.principal.staff_id
    await move_on(work, taken=Stage(found.stage))
    await work.write_down(AuthorisationAct.APPROVE, step=found.code, post=post, reason=note)
    await _tell(work, found.code, post)
    return work.row


async def sign(
    call: AuthorityCall, authorisation_id: UUID, *, step: str | None, note: str | None, order_id: UUID | None
) -> AuthorisationRow:
    """Confirm a condition, sign the form, file the order or do what the note asks.

    Raises: as `take`, `step_of`, OrderRequiredError.
    """
    work = await take(call, authorisation_id, AuthorisationAct.SIGN)
    stages = (*(stage for stage in BEFORE if stage not in DECISIONS), *AFTER)
    found, post = step_of(work, stages, step)
    if found.files_order != (order_id is not None):
        raise OrderRequiredError.at_pointer("/order_id")
    mark_done(found, call, post, note=note)
    if order_id is not None:
        found.order_id = order_id
        work.row.order_id = work.row.order_id or order_id
    stage = Stage(found.stage)
    await move_on(work, taken=stage)
    await work.write_down(AuthorisationAct.SIGN, step=found.code, post=post, reason=note)
    await _tell(work, found.code, post)
    if stage is Stage.COMPLY:
        await work.publish(
            contracts.LiaisonDone, routing=Routing(owner_id=work.row.requested_by), **liaison_said(work.row)
        )
    return work.row


async def _tell(work: AuthorityWork, step: str, post: str) -> None:
    await work.publish(contracts.AuthoritySigned, step=step, post=post)
    state = AuthorisationState(work.row.state)
    if work.from_state == AuthorisationState.PENDING and state is AuthorisationState.APPROVED:
        await work.publish(contracts.AuthorityApproved, decided_post=work.row.decided_post)
    if state is AuthorisationState.COMPLETED:
        await work.publish(contracts.AuthorityCompleted)


async def reject(call: AuthorityCall, authorisation_id: UUID, *, step: str | None, reason: str) -> AuthorisationRow:
    """Whoever's step it is refuses.  Raises: as `take`, `step_of`."""
    work = await take(call, authorisation_id, AuthorisationAct.REJECT)
    found, post = step_of(work, BEFORE, step)
    mark_done(found, call, post, note=reason, state="refused")
    await close(work, AuthorisationState.REJECTED, cause="rejected")
    await work.write_down(AuthorisationAct.REJECT, step=found.code, post=post, reason=reason)
    await work.publish(contracts.AuthorityRejected, step=found.code)
    return work.row


async def withdraw(call: AuthorityCall, authorisation_id: UUID, *, reason: str | None) -> AuthorisationRow:
    """Whoever asked gives it up before it is used.  Raises: as `take`, NotRequesterError."""
    work = await take(call, authorisation_id, AuthorisationAct.WITHDRAW)
    if not call.principal.is_self(work.row.requested_by):
        raise NotRequesterError("只有申请人可以撤回。")
    await close(work, AuthorisationState.WITHDRAWN, cause="withdrawn")
    await work.write_down(AuthorisationAct.WITHDRAW, reason=reason)
    await work.publish(contracts.AuthorityWithdrawn)
    return work.row


async def close(work: AuthorityWork, state: AuthorisationState, *, cause: str) -> None:
    """It will not be used."""
    row = work.row
    row.state, row.closed_at, row.posts = state.value, work.call.now, []
    await work.cancel_clocks(reason=cause)

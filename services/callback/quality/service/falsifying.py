"""A contradicted call is found falsified by a second person: void, told for a penalty, and the customer called anew."""

from services.callback.calls.service import voiding
from services.callback.quality import events
from services.callback.quality.errors import CallVoidError, ReviewStepNotAllowedError
from services.callback.quality.models import CallReviewRow, FalsificationRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.states import FALSIFICATION, FalsificationState, ReviewState
from services.callback.quality.service.desk import ReviewCall


async def confirm(call: ReviewCall, reason: str) -> CallReviewRow:
    """Find the callback falsified.

    Raises: as `ReviewCall.locked`, ReviewStepNotAllowedError, ReviewPostError, OwnCallError, SameReviewerError,
    CallVoidError.
    """
    row, finding = await _proposed(call)
    rule = call.governing(row).chapter.quality.falsification
    voided = await voiding.void(
        call.session, call.desk, row.callback_id, rule.called_again, by=call.principal.actor, now=call.now
    )
    if voided is None:
        raise CallVoidError("该回访已作废。")
    callback, again = voided
    fact = events.falsified(
        row,
        finding,
        callback,
        again.id,
        confirmed_by=call.principal.staff_id,
        clause=rule.answered.clause,
        now=call.now,
    )
    finding.event_id, finding.again_callback_id = fact.event_id, again.id
    _decide(call, finding, FalsificationState.CONFIRMED, reason)
    await call.stop_clock(row, FALSIFICATION)
    await call.tell(row, "confirm_falsification", fact, callback_id=str(callback.id))
    return row


async def drop(call: ReviewCall, reason: str) -> CallReviewRow:
    """The call was made after all.

    Raises: as `ReviewCall.locked`, ReviewStepNotAllowedError, ReviewPostError, OwnCallError, SameReviewerError.
    """
    row, finding = await _proposed(call)
    _decide(call, finding, FalsificationState.DROPPED, reason)
    await call.stop_clock(row, FALSIFICATION)
    await call.tell(row, "drop_falsification")
    return row


async def _proposed(call: ReviewCall) -> tuple[CallReviewRow, FalsificationRow]:
    row = await call.locked(state=ReviewState.DONE)
    finding = await reviews.settling(call.session, FalsificationRow, row.id)
    if finding is None or finding.state != FalsificationState.PROPOSED:
        raise ReviewStepNotAllowedError("该评定没有待核实的不实情形。")
    rule = call.governing(row).chapter.quality.falsification
    call.check_second(rule.confirmed_by, row, (finding.proposed_by,))
    row.version += 1
    return row, finding


def _decide(call: ReviewCall, finding: FalsificationRow, state: FalsificationState, reason: str) -> None:
    finding.state = state.value
    finding.decided_by, finding.decided_at, finding.decision_reason = call.principal.staff_id, call.now, reason

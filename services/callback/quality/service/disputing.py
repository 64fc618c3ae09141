"""The caller contests a score within the window; somebody who did not review decides it once; the history stays."""

from collections.abc import Mapping

from services.callback.quality import events
from services.callback.quality.errors import (
    AlreadyDisputedError,
    AmendmentError,
    DisputeWindowError,
    ReviewPostError,
    ReviewStepNotAllowedError,
)
from services.callback.quality.models import CallReviewRow, DisputeRow
from services.callback.quality.repository import reviews
from services.callback.quality.rules.cards import Score, total_of
from services.callback.quality.rules.states import DISPUTE, Cause, DisputeState, ReviewState
from services.callback.quality.service.desk import ReviewCall
from services.callback.quality.service.scoring import say
from shared.ids import new_id


async def dispute(call: ReviewCall, reason: str) -> CallReviewRow:
    """Contest the score of the own call.

    Raises: as `ReviewCall.locked`, ReviewPostError, ReviewStepNotAllowedError, AlreadyDisputedError,
    DisputeWindowError.
    """
    row = await call.locked(state=ReviewState.DONE)
    if row.caller_id != call.principal.staff_id:
        raise ReviewPostError("只有被评定的回访人员本人可以提出异议。")
    if not row.is_standing or row.settled_at is None:
        raise ReviewStepNotAllowedError("该评定没有生效的分数。")
    if await reviews.settling(call.session, DisputeRow, row.id) is not None:
        raise AlreadyDisputedError("对该评定已提出过异议。")
    governing = call.governing(row)
    rule = governing.chapter.quality.dispute
    limit = rule.window.limit
    if limit.budget is not None and call.now > governing.moment_after(limit, row.settled_at):
        raise DisputeWindowError("已过提出异议的期限。")
    raised = DisputeRow(
        id=new_id(),
        company=row.company,
        review_id=row.id,
        state=DisputeState.OPEN.value,
        reason=reason,
        raised_by=call.principal.staff_id,
        raised_at=call.now,
    )
    row.version += 1
    await reviews.add(call.session, raised)
    await call.start_clock(row, DISPUTE, rule.answered, rule.decided_by)
    await call.tell(row, "dispute")
    return row


async def decide(call: ReviewCall, *, is_amended: bool, reason: str, scores: Mapping[str, Score]) -> CallReviewRow:
    """Keep the score, or amend it by a whole card.

    Raises: as `ReviewCall.locked`, ReviewStepNotAllowedError, ReviewPostError, OwnCallError, SameReviewerError,
    AmendmentError, ScoreMissingError, ScoreOutsideCardError.
    """
    row = await call.locked(state=ReviewState.DONE)
    raised = await reviews.settling(call.session, DisputeRow, row.id)
    if raised is None or raised.state != DisputeState.OPEN:
        raise ReviewStepNotAllowedError("该评定没有待裁定的异议。")
    said = await reviews.verdicts(call.session, row.id)
    judges = [one.reviewed_by for one in await reviews.pair(call.session, row.callback_id)]
    rule = call.governing(row).chapter.quality.dispute
    call.check_second(rule.decided_by, row, [*judges, *(one.said_by for one in said)])
    if is_amended != bool(scores):
        raise AmendmentError.at_pointer("/scores")
    raised.state = (DisputeState.AMENDED if is_amended else DisputeState.KEPT).value
    raised.decided_by, raised.decided_at, raised.decision_reason = call.principal.staff_id, call.now, reason
    raised.is_on_time = await call.stop_clock(row, DISPUTE)
    row.version += 1
    facts = []
    if is_amended:
        total = total_of(call.card(row), scores)
        await say(call, row, Cause.DISPUTED, total, scores, reason=reason)
        facts.append(events.reviewed(row, Cause.DISPUTED, total, call.principal.staff_id, call.now))
    facts.append(events.dispute_decided(row, raised, call.principal.staff_id, call.now))
    await call.tell(row, "decide_dispute", *facts, decision=raised.state)
    return row

"""The office says whether an improvement is one; never its owner, proposer, or whoever reported or measured it."""

from datetime import date
from uuid import UUID

from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import (
    ImprovementNoEffectError,
    ImprovementNotMeasuredError,
    ImprovementOwnError,
)
from services.inspection.improvement.models.improvements import ImprovementRow
from services.inspection.improvement.rules.drafts import check_due
from services.inspection.improvement.rules.states import (
    ACCEPT,
    EFFECT,
    ImprovementAct,
    ImprovementState,
    check_improvement,
)
from services.inspection.improvement.service.deciding import aim_for, press
from services.inspection.improvement.service.raising import clocks_of
from services.inspection.improvement.service.work import IMPROVEMENT, Clocks, ImprovementCall
from shared.contracts.inspection_improvement import ImprovementAccepted, ImprovementReturned


async def accept(call: ImprovementCall, improvement_id: UUID, *, words: str | None) -> ImprovementRow:
    """It is one: incentive hears of owner, proposer and effect.

    Raises: ImprovementNotFoundError, StaleError, ImprovementStepNotAllowedError, ImprovementPostError,
    ImprovementOwnError, ImprovementNotMeasuredError, ImprovementNoEffectError.
    """
    row, clocks = await _judged(call, improvement_id, ImprovementAct.ACCEPT)
    if row.measured_at is None:
        raise ImprovementNotMeasuredError("改进效果尚未衡量，不能验收。")
    if row.is_improved is False and clocks.governing.chapter.improvement.effect.must_improve:
        raise ImprovementNoEffectError("前后对比未见改进，不能验收。")
    row.state, row.ended_at, row.posts = ImprovementState.ACCEPTED.value, call.now, []
    row.judged_words = words
    await clocks.stop(ACCEPT)
    said = events.of_improvement(row, ImprovementAccepted, call.now, accepted_by=call.principal.staff_id)
    await call.deed.tell(row, IMPROVEMENT, "accept", said)
    return row


async def send_back(call: ImprovementCall, improvement_id: UUID, *, words: str, due_on: date) -> ImprovementRow:
    """It is done again by a new date; its measure counts no more.  Raises: as `accept`, ImprovementDueError."""
    row, clocks = await _judged(call, improvement_id, ImprovementAct.RETURN)
    section = clocks.governing.chapter.improvement
    check_due(due_on, call.now.astimezone(clocks.governing.zone).date(), section.longest_days)
    row.state, row.judged_words, row.posts = ImprovementState.RETURNED.value, words, []
    await clocks.stop(ACCEPT)
    await clocks.cancel("returned", EFFECT)
    said = events.of_improvement(row, ImprovementReturned, call.now, returned_by=call.principal.staff_id)
    row.round += 1
    row.after_from = row.after_until = row.after_numerator = row.after_denominator = None
    row.is_improved = row.is_by_hand = row.measured_by = row.measured_at = None
    row.done_by = row.done_at = None
    aim_for(row, clocks, due_on)
    await press(call.deed, row, clocks, row.due_at or call.now)
    await call.deed.tell(row, IMPROVEMENT, "return", said, round=row.round)
    return row


async def _judged(call: ImprovementCall, improvement_id: UUID, act: ImprovementAct) -> tuple[ImprovementRow, Clocks]:
    row = await call.take(ImprovementRow, improvement_id)
    check_improvement(act, row.state)
    clocks = clocks_of(call.deed, row)
    call.check_posts(clocks.governing.chapter.improvement.accepted_by)
    if call.is_any(row.owner_id, row.proposer_id, row.done_by, row.measured_by):
        raise ImprovementOwnError("责任人、建议人、报完成人和衡量人不得验收或退回该改进项。")
    row.judged_by, row.judged_at = call.principal.staff_id, call.now
    return row, clocks

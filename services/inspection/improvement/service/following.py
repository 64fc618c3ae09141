"""What a meeting decided is done, becomes an improvement, or is given up."""

from uuid import UUID

from services.inspection.improvement.errors.improving import ImprovementNotOwnerError
from services.inspection.improvement.models.gatherings import MeetingDecisionRow
from services.inspection.improvement.rules.drafts import ImprovementDraft
from services.inspection.improvement.rules.states import DECISION as DECISION_METRIC
from services.inspection.improvement.rules.states import DecisionState, ImprovementSource, check_decision
from services.inspection.improvement.service.raising import raise_improvement
from services.inspection.improvement.service.recording import decision_clocks
from services.inspection.improvement.service.work import DECISION, Clocks, ImprovementCall, deciding_posts
from shared.ids import new_id


async def report_done(call: ImprovementCall, decision_id: UUID, *, words: str) -> MeetingDecisionRow:
    """Its owner carried it out.

    Raises: MeetingDecisionNotFoundError, StaleError, DecisionStepNotAllowedError, ImprovementNotOwnerError.
    """
    row, clocks = await _taken(call, decision_id, "done")
    if not call.is_any(row.owner_id):
        raise ImprovementNotOwnerError("该操作须由责任人或其代理人办理。")
    stopped = await clocks.stop(DECISION_METRIC)
    row.is_late = any(one.is_late for one in stopped) if stopped else call.now > row.due_at
    row.state, row.done_words = DecisionState.DONE.value, words
    row.done_by, row.done_at = call.principal.staff_id, call.now
    await call.deed.tell(row, DECISION, "report_done", is_late=row.is_late)
    return row


async def improve(call: ImprovementCall, decision_id: UUID, *, title: str) -> MeetingDecisionRow:
    """It becomes an improvement of its department; its clock ends.

    Raises: MeetingDecisionNotFoundError, StaleError, DecisionStepNotAllowedError.
    """
    row, clocks = await _taken(call, decision_id, "improve")
    draft = ImprovementDraft(
        source=ImprovementSource.MEETING,
        source_id=row.meeting_id,
        title=title,
        goal=row.words,
        department=row.department,
        proposer_id=call.principal.staff_id,
        matter_id=row.matter_id,
    )
    made = await raise_improvement(call.deed, new_id(), draft)
    row.state, row.improvement_id = DecisionState.IMPROVEMENT.value, made.id if made else None
    await clocks.cancel("became_improvement")
    await call.deed.tell(row, DECISION, "improve", improvement_id=str(row.improvement_id))
    return row


async def cancel(call: ImprovementCall, decision_id: UUID, *, reason: str) -> MeetingDecisionRow:
    """Whoever decides on the department's improvements gives it up.  Raises: as `improve`, ImprovementPostError."""
    row, clocks = await _taken(call, decision_id, "cancel")
    call.check_posts(deciding_posts(clocks.governing, row.department))
    row.state, row.cancel_reason = DecisionState.CANCELLED.value, reason
    await clocks.cancel("cancelled")
    await call.deed.tell(row, DECISION, "cancel")
    return row


async def _taken(call: ImprovementCall, decision_id: UUID, act: str) -> tuple[MeetingDecisionRow, Clocks]:
    row = await call.take(MeetingDecisionRow, decision_id)
    check_decision(act, row.state)
    return row, decision_clocks(call.deed, row)

"""The handling flow: acknowledge, assess, plan, agree, progress, pause, resume, close."""

from datetime import datetime

from services.complaint.cases.errors import (
    AnswerPostError,
    NotPausedError,
)
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action
from services.complaint.cases.service import clocks
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy import Metric, Start
from shared.contracts import complaint as contracts
from shared.contracts.lifecycle import ComplaintInvestigationReported


async def acknowledge(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Answer the customer for the first time; stops `response`.  Raises: as `Step.take`."""
    step = await Step.take(call, Action.ACKNOWLEDGE, occurred_at=occurred_at, reason=note)
    step.case.acknowledged_at = step.moment.occurred_at
    await step.answer()
    return await step.finish(contracts.ComplaintAcknowledged, note=note)


async def assess(
    call: Call, *, occurred_at: datetime | None, note: str | None, investigation: str | None
) -> ComplaintRow:
    """First investigation done, plan ready; stops `assessment`, starts what runs from there (domain.md 4, 6).

    The result of the investigation is told to the posts that the pack names for the grade.
    """
    step = await Step.take(call, Action.ASSESS, occurred_at=occurred_at, reason=investigation or note)
    await step.answer()
    await _start(step, Start.PLAN_READY)
    result = await step.finish(contracts.ComplaintAssessed, note=note or investigation)
    if investigation:
        posts = step.governing.chapter.reported_to(step.case.grade)
        step.case.investigation = investigation
        step.case.involve(*posts)
        await step.say(ComplaintInvestigationReported, tells=posts, reported_to=list(posts))
    return result


async def plan(
    call: Call, *, occurred_at: datetime | None, note: str | None, answered_by_post: str | None
) -> ComplaintRow:
    """Explain the plan; stops `plan`.  Raises: AnswerPostError where the tier is promised a post's answer."""
    step = await Step.take(call, Action.PLAN, occurred_at=occurred_at, reason=note)
    case = step.case
    wanted = step.governing.answering_post(clocks.terms_of_case(case), Metric.PLAN)
    if wanted and answered_by_post != wanted:
        raise AnswerPostError.at_pointer("/answered_by_post", post=wanted)
    if step.from_state == "acknowledged":
        await step.book.stop(
            clocks.subject_of(case),
            Metric.ASSESSMENT.value,
            occurred_at=step.moment.judged_at,
            actor=call.principal.actor,
        )
        await _start(step, Start.PLAN_READY)
    await step.answer()
    case.planned_at = step.moment.occurred_at
    case.answered_by_post = answered_by_post
    return await step.finish(contracts.ComplaintPlanned, note=note, answered_by_post=answered_by_post)


async def agree(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """The customer agreed; stops `agreement`, starts `progress`."""
    step = await Step.take(call, Action.AGREE, occurred_at=occurred_at, reason=note)
    await step.answer()
    await _start(step, Start.AGREEMENT)
    return await step.finish(contracts.ComplaintAgreed, note=note)


async def progress(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Tell the customer how it goes; stops the present `progress` clock and starts the next (sla.md 13)."""
    step = await Step.take(call, Action.PROGRESS, occurred_at=occurred_at, reason=note)
    await step.book.stop(
        clocks.subject_of(step.case),
        Metric.PROGRESS.value,
        occurred_at=step.moment.judged_at,
        actor=call.principal.actor,
        restart=clocks.progress_promise(step.case, step.governing, step.moment.judged_at),
        stamp=step.governing.stamp(clocks.terms_of_case(step.case)),
    )
    return await step.finish(contracts.ComplaintProgressed, note=note)


async def pause(call: Call, *, reason: str, until: datetime, note: str | None) -> ComplaintRow:
    """Wait for a reason that the pack lists, at most as long as it says (sla.md 6).

    Raises: PauseNotAllowedError, PauseTooLongError.
    """
    step = await Step.take(call, Action.PAUSE, reason=reason)
    await step.book.pause(clocks.subject_of(step.case), reason=reason, until=until, actor=call.principal.actor)
    step.case.paused_reason = reason
    return await step.finish(
        contracts.ComplaintPaused, note=note, detail={"reason": reason}, reason=reason, until=until
    )


async def resume(call: Call, *, note: str | None) -> ComplaintRow:
    """End the wait.  Raises: NotPausedError."""
    step = await Step.take(call, Action.RESUME, reason=note)
    if step.case.paused_reason is None:
        raise NotPausedError
    await step.book.resume(clocks.subject_of(step.case), actor=call.principal.actor)
    step.case.paused_reason = None
    return await step.finish(contracts.ComplaintResumed, note=note)


async def close(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Close the case; callbacks are drawn from this fact."""
    step = await Step.take(call, Action.CLOSE, occurred_at=occurred_at, reason=note)
    step.case.closed_at = step.moment.occurred_at
    return await step.finish(contracts.ComplaintClosed, note=note, resolved_at=step.case.resolved_at)


async def _start(step: Step, start: Start) -> None:
    await clocks.start(
        step.call.session,
        step.case,
        step.governing,
        start,
        at=step.moment.judged_at,
        now=step.call.now,
    )

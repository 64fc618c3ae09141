"""The handling flow: acknowledge, assess, plan, agree, progress, pause, resume, resolve, close, reopen."""

from datetime import datetime, timedelta

from services.complaint.cases.errors import (
    AnswerPostError,
    NotPausedError,
    PauseReasonError,
    PlanRequiredError,
    ReopenCountError,
    ReopenWindowError,
)
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action
from services.complaint.cases.service import clocks
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy import Metric, Start
from shared.contracts import complaint as contracts


async def acknowledge(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Answer the customer for the first time; stops `response`.  Raises: as `Step.take`."""
    step = await Step.take(call, Action.ACKNOWLEDGE, occurred_at=occurred_at)
    step.case.acknowledged_at = step.moment.occurred_at
    await step.answer()
    return await step.finish(contracts.ComplaintAcknowledged, note=note)


async def assess(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """First investigation done, plan ready; stops `assessment`, starts what runs from there (domain.md 4)."""
    step = await Step.take(call, Action.ASSESS, occurred_at=occurred_at)
    await step.answer()
    await _start(step, Start.PLAN_READY)
    return await step.finish(contracts.ComplaintAssessed, note=note)


async def plan(
    call: Call, *, occurred_at: datetime | None, note: str | None, answered_by_post: str | None
) -> ComplaintRow:
    """Explain the plan; stops `plan`.  Raises: AnswerPostError where the tier is promised a post's answer."""
    step = await Step.take(call, Action.PLAN, occurred_at=occurred_at)
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
    step = await Step.take(call, Action.AGREE, occurred_at=occurred_at)
    await step.answer()
    await _start(step, Start.AGREEMENT)
    return await step.finish(contracts.ComplaintAgreed, note=note)


async def progress(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Tell the customer how it goes; stops the present `progress` clock and starts the next (sla.md 13)."""
    step = await Step.take(call, Action.PROGRESS, occurred_at=occurred_at)
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
    """Wait for a reason that the pack lists, at most as long as it says (sla.md 6).  Raises: PauseReasonError."""
    step = await Step.take(call, Action.PAUSE)
    allowed = step.governing.chapter.pauses.get(reason)
    if allowed is None:
        raise PauseReasonError.at_pointer("/reason", minutes=0)
    if not call.now < until <= call.now + timedelta(minutes=allowed.max_minutes):
        raise PauseReasonError.at_pointer("/until", minutes=allowed.max_minutes)
    await step.book.pause(clocks.subject_of(step.case), reason=reason, until=until, actor=call.principal.actor)
    step.case.paused_reason = reason
    return await step.finish(
        contracts.ComplaintPaused, note=note, detail={"reason": reason}, reason=reason, until=until
    )


async def resume(call: Call, *, note: str | None) -> ComplaintRow:
    """End the wait.  Raises: NotPausedError."""
    step = await Step.take(call, Action.RESUME)
    if step.case.paused_reason is None:
        raise NotPausedError
    await step.book.resume(clocks.subject_of(step.case), actor=call.principal.actor)
    step.case.paused_reason = None
    return await step.finish(contracts.ComplaintResumed, note=note)


async def resolve(call: Call, *, occurred_at: datetime | None, note: str | None, resolution: str) -> ComplaintRow:
    """Settle the matter; stops `resolution` and cancels what can no longer be told.  Raises: PlanRequiredError."""
    step = await Step.take(call, Action.RESOLVE, occurred_at=occurred_at)
    case = step.case
    if case.planned_at is None and step.governing.answering_post(clocks.terms_of_case(case), Metric.PLAN):
        raise PlanRequiredError("该级别客户须先由指定岗位明确答复解决方案。")
    await step.answer()
    await step.book.cancel(
        clocks.subject_of(case),
        (Metric.AGREEMENT.value, Metric.PROGRESS.value),
        reason="resolved",
        actor=call.principal.actor,
    )
    case.paused_reason = None
    case.resolved_at, case.resolution = step.moment.occurred_at, resolution
    return await step.finish(contracts.ComplaintResolved, note=note)


async def close(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Close the case; callbacks are drawn from this fact."""
    step = await Step.take(call, Action.CLOSE, occurred_at=occurred_at)
    step.case.closed_at = step.moment.occurred_at
    return await step.finish(contracts.ComplaintClosed, note=note, resolved_at=step.case.resolved_at)


async def reopen(call: Call, *, reason: str) -> ComplaintRow:
    """Begin a new cycle with its own clocks; the verdicts before it stay (sla.md 8).

    Raises: ReopenWindowError (counted from resolved_at), ReopenCountError.
    """
    step = await Step.take(call, Action.REOPEN)
    case, rule = step.case, step.governing.chapter.reopening
    if case.resolved_at is not None and call.now > case.resolved_at + timedelta(minutes=rule.window_minutes):
        raise ReopenWindowError(f"已超过办结后 {rule.window_minutes} 分钟的重新受理期限。")
    if case.cycle > rule.max_count:
        raise ReopenCountError(f"已重新受理 {rule.max_count} 次，请转 {rule.then_post} 处理。")
    case.cycle += 1
    case.acknowledged_at = case.planned_at = case.resolved_at = case.closed_at = None
    case.answered_by_post = case.resolution = case.paused_reason = None
    case.cycle_started_at = call.now
    terms = clocks.terms_of_case(case)
    await step.book.reopen(
        clocks.subject_of(case),
        step.governing.stamp(terms),
        step.governing.promises(terms, Start.RECEIPT, call.now),
        started_at=call.now,
        actor=call.principal.actor,
    )
    return await step.finish(contracts.ComplaintReopened, note=reason, reason="reopened")


async def _start(step: Step, start: Start) -> None:
    await clocks.start(
        step.call.session,
        step.case,
        step.governing,
        start,
        at=step.moment.judged_at,
        now=step.call.now,
    )

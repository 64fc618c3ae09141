"""A new cycle of a case: opened again, with promises of its own; the verdicts before it stay (sla.md 8)."""

from datetime import datetime, timedelta

from services.complaint.cases.errors import (
    AlreadyAcceptedError,
    NotInvitedError,
    ReopenCountError,
    ReopenWindowError,
)
from services.complaint.cases.events import holder_before
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import AcceptanceState, Action
from services.complaint.cases.service import clocks, consulting, outside
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy import Start
from shared.contracts import complaint as contracts
from shared.contracts.lifecycle import ComplaintRefused


async def reopen(call: Call, *, reason: str | None) -> ComplaintRow:
    """Begin a new cycle.

    Raises: as `Step.take`, ReopenWindowError (counted from resolved_at), ReopenCountError.
    """
    step = await Step.take(call, Action.REOPEN, reason=reason, pointer="/reason")
    rule = step.governing.chapter.reopening
    _check_window(step)
    if step.case.cycle > rule.max_count:
        raise ReopenCountError(f"已重新受理 {rule.max_count} 次，请转 {rule.then_post} 处理。")
    await begin(step)
    return await step.finish(contracts.ComplaintReopened, note=reason, reason="reopened")


async def refuse(call: Call, *, reason: str | None, occurred_at: datetime | None) -> ComplaintRow:
    """The customer does not accept: a new cycle; beyond the pack's count it lies with the pack's post.

    Raises: as `Step.take`, NotInvitedError, AlreadyAcceptedError, ReopenWindowError.
    """
    step = await Step.take(call, Action.REFUSE, occurred_at=occurred_at, reason=reason, pointer="/reason")
    case, rule = step.case, step.governing.chapter.reopening
    check_invited(case)
    _check_window(step)
    is_beyond = case.cycle > rule.max_count
    await step.answer()
    case.acceptance = AcceptanceState.REFUSED.value
    await step.finish(ComplaintRefused, note=reason, is_beyond_limit=is_beyond)
    if is_beyond:
        await pass_on(step, rule.then_post)
    await begin(step)
    await step.say(contracts.ComplaintReopened, reason="refused")
    return case


def check_invited(case: ComplaintRow) -> None:
    """Raises: NotInvitedError, AlreadyAcceptedError."""
    if case.acceptance == AcceptanceState.ACCEPTED:
        raise AlreadyAcceptedError("客户已接受处理结果。")
    if case.acceptance is None:
        raise NotInvitedError("请先邀请客户验收或告知结果。")


def _check_window(step: Step) -> None:
    resolved_at, minutes = step.case.resolved_at, step.governing.chapter.reopening.window_minutes
    if resolved_at is not None and step.call.now > resolved_at + timedelta(minutes=minutes):
        raise ReopenWindowError(f"已超过办结后 {minutes} 分钟的重新受理期限。")


async def pass_on(step: Step, post: str) -> None:
    """Let a post take the case over."""
    case = step.case
    said = holder_before(case.owner_id, case.department)
    definition = step.governing.policy.common.posts.get(post)
    case.owner_id = case.team = None
    case.department, case.posts = definition.department if definition else None, [post]
    await step.book.transfer(
        clocks.subject_of(case), case.routing, actor=step.call.principal.actor, keep=step.governing.posted_metrics
    )
    await step.say(contracts.ComplaintTransferred, **said)


async def begin(step: Step) -> None:
    """A new cycle with promises of its own; what was decided in the one before stays."""
    case, call = step.case, step.call
    case.cycle += 1
    case.acknowledged_at = case.planned_at = case.resolved_at = case.closed_at = None
    case.answered_by_post = case.resolution = case.paused_reason = None
    case.answer = case.authorisation_id = case.acceptance = None
    case.invited_at = case.accepted_at = case.reported_at = case.held_until = None
    case.remedies, case.is_constructive, case.holding_count = [], False, 0
    case.cycle_started_at = call.now
    terms = clocks.terms_of_case(case)
    stamp = step.governing.stamp(terms)
    await step.book.reopen(
        clocks.subject_of(case),
        stamp,
        step.governing.promises(terms, Start.RECEIPT, call.now),
        started_at=call.now,
        actor=call.principal.actor,
    )
    await outside.go_on(step)
    await consulting.ask_at_once(call.session, case, step.governing, now=call.now)

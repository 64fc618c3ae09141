"""Promises given outside: the answer to the body that sent the case, and the time that a customer was told."""

from datetime import datetime, timedelta

from services.complaint.cases.errors import (
    ExternalAnsweredError,
    ExternalDeadlineError,
    HoldingCountError,
    HoldingUntilError,
    NoExternalReferenceError,
    PostNotAllowedError,
)
from services.complaint.cases.models import AnyCase, ComplaintRow
from services.complaint.cases.rules import EXTERNAL_ANSWER, HOLDING, Action
from services.complaint.cases.service import clocks
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy_handling import ExternalCentre
from shared.contracts.base import Routing
from shared.contracts.lifecycle import ComplaintExternalAnswered, ComplaintHoldingReplied
from shared.policy.commitments import Promised
from shared.sla.promise import Promise, Subject

MINUTE = timedelta(minutes=1)
NO_HOLDING = "现行规章不允许延期答复。"


def external_promise(
    governing: Governing, channel: str, deadline_at: datetime | None, opened_at: datetime
) -> tuple[Promise, datetime] | None:
    """The answer owed outside, and from when it runs: the deadline given with the case, else the centre's limit.

    A promise counts whole minutes; it starts within the minute of the receipt so that the given deadline is exact.
    Raises: ExternalDeadlineError.
    """
    centre = governing.chapter.centre_of(channel)
    if deadline_at is not None:
        if deadline_at <= opened_at:
            raise ExternalDeadlineError.at_pointer("/external_deadline_at")
        minutes = max(1, (deadline_at - opened_at) // MINUTE)
        started_at = deadline_at - minutes * MINUTE
        if centre is None:
            return Promise(metric=EXTERNAL_ANSWER, budget=minutes), started_at
        return governing.limited(EXTERNAL_ANSWER, minutes, clause=centre.clause, ladder=centre.ladder), started_at
    if centre is None:
        return None
    promised = Promised(limit=centre.answered_within, ladder=centre.ladder, clause=centre.clause)
    return governing.promised(EXTERNAL_ANSWER, promised), opened_at


def external_subject(case: AnyCase, centre: ExternalCentre | None) -> Subject:
    """The answer lies with the pack's post, whoever works the case."""
    return clocks.subject_of(case, Routing(posts=[centre.answered_by]) if centre else None)


async def go_on(step: Step) -> None:
    """In a new cycle the body still waits for its answer: the same deadline, none where it is over (the breach is)."""
    case, now = step.case, step.call.now
    if case.external_reference is None or case.external_answered_at is not None:
        return
    is_ahead = case.external_deadline_at is not None and case.external_deadline_at > now
    found = external_promise(step.governing, case.channel, case.external_deadline_at, now) if is_ahead else None
    promise, started_at = found or (Promise(metric=EXTERNAL_ANSWER, budget=None), now)
    await step.book.start(
        external_subject(case, step.governing.chapter.centre_of(case.channel)),
        step.governing.stamp(clocks.terms_of_case(case)),
        [promise],
        started_at=started_at,
    )


async def answer_external(call: Call, *, answer: str, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Answer the outside body, by the pack's post; stops `external_answer`.

    Raises: as `Step.take`, NoExternalReferenceError, PostNotAllowedError, ExternalAnsweredError.
    """
    step = await Step.take(
        call, Action.ANSWER_EXTERNAL, occurred_at=occurred_at, reason=note or answer, is_for_involved=True
    )
    case = step.case
    if case.external_reference is None:
        raise NoExternalReferenceError("本案没有外部编号，无须答复外部机构。")
    centre = step.governing.chapter.centre_of(case.channel)
    if centre is not None and not call.principal.holds(centre.answered_by):
        raise PostNotAllowedError("现行规章规定由指定岗位答复外部机构。", params={"action": "answer_external"})
    if case.external_answered_at is not None:
        raise ExternalAnsweredError("已答复该外部机构。")
    await step.answer()
    case.external_answered_at, case.external_answer = step.moment.occurred_at, answer
    return await step.finish(
        ComplaintExternalAnswered,
        note=note,
        external_source=case.external_source,
        external_reference=case.told_reference,
        external_deadline_at=case.external_deadline_at,
    )


async def holding_reply(call: Call, *, until: datetime, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Tell the customer that more time is needed and until when; no promise of ours moves.

    Raises: as `Step.take`, HoldingCountError, HoldingUntilError.
    """
    step = await Step.take(call, Action.HOLDING_REPLY, occurred_at=occurred_at, reason=note)
    case, rule = step.case, step.governing.chapter.holding
    if rule is None or case.holding_count >= rule.max_count:
        raise HoldingCountError(f"本轮办理最多延期答复 {rule.max_count} 次。" if rule else NO_HOLDING)
    said_at = step.moment.judged_at
    if not call.now < until <= said_at + timedelta(minutes=rule.max_minutes):
        raise HoldingUntilError.at_pointer("/until", minutes=rule.max_minutes)
    await _answer_holding(step)
    minutes = max(1, (until - said_at) // MINUTE)
    promise = step.governing.limited(HOLDING, minutes, clause=rule.clause, ladder=rule.ladder, warn_at=rule.warn_at)
    case.holding_count, case.held_until = case.holding_count + 1, until
    await step.book.start(
        clocks.subject_of(case),
        step.governing.stamp(clocks.terms_of_case(case)),
        [promise],
        started_at=until - minutes * MINUTE,
        sequence=case.holding_count,
    )
    return await step.finish(
        ComplaintHoldingReplied,
        note=note,
        detail={"until": until.isoformat()},
        until=until,
        count=case.holding_count,
    )


async def _answer_holding(step: Step) -> None:
    await step.book.stop(
        clocks.subject_of(step.case), HOLDING, occurred_at=step.moment.judged_at, actor=step.call.principal.actor
    )

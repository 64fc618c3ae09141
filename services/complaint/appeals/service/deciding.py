"""The steps of an appeal in the pack's order: admitted or refused, reviewed, decided, told."""

from uuid import UUID

from services.complaint.appeals import repository
from services.complaint.appeals.errors import OutcomeUnknownError, RevisionRequiredError
from services.complaint.appeals.models import AppealRow
from services.complaint.appeals.rules import AppealAct, AppealState
from services.complaint.appeals.service.deciders import check_decider, posts_of
from services.complaint.appeals.service.work import AppealCall, AppealWork, take
from services.complaint.findings.rules import Revision
from services.complaint.findings.service import effect
from services.complaint.policy_findings import Effect, StepAct
from shared.contracts import finding as contracts


async def admit(call: AppealCall, appeal_id: UUID, *, note: str | None) -> AppealRow:
    """The appeal is admissible: the finding's effect is suspended.  Raises: as `take`, `check_decider`."""
    work = await take(call, appeal_id, AppealAct.ADMIT)
    await check_decider(work, AppealAct.ADMIT)
    row, step = work.appeal, work.appeal.step
    row.state, row.admitted_at = AppealState.IN_REVIEW.value, call.now
    await _move_on(work)
    result = await work.finish(AppealAct.ADMIT, contracts.AppealAdmitted, step=step, reason=note)
    await effect.suspend(work.finding, appeal_id=row.id)
    return result


async def refuse(call: AppealCall, appeal_id: UUID, *, reason: str) -> AppealRow:
    """The appeal is not admissible; the finding was never suspended.  Raises: as `admit`."""
    work = await take(call, appeal_id, AppealAct.REFUSE)
    await check_decider(work, AppealAct.REFUSE)
    row, step = work.appeal, work.appeal.step
    await work.stop_clock(step)
    row.state, row.outcome_reason = AppealState.REFUSED.value, reason
    row.decided_by, row.decided_at, row.closed_at, row.posts = call.principal.staff_id, call.now, call.now, []
    return await work.finish(AppealAct.REFUSE, contracts.AppealRefused, step=step, reason=reason)


async def decide(
    call: AppealCall, appeal_id: UUID, *, outcome: str, reason: str, revision: Revision | None
) -> AppealRow:
    """Take the present step: an opinion where the pack reviews, the outcome where it decides.

    Raises: as `take`, `check_decider`, OutcomeUnknownError, RevisionRequiredError, and as `effect.revise`.
    """
    work = await take(call, appeal_id, AppealAct.DECIDE)
    is_review = work.terms.steps[work.appeal.step].act is StepAct.REVIEW
    await check_decider(work, AppealAct.REVIEW if is_review else AppealAct.DECIDE)
    if outcome not in work.terms.outcomes:
        raise OutcomeUnknownError.at_pointer("/outcome")
    wanted = work.terms.outcomes[outcome].effect
    if is_review:
        return await _review(work, outcome, reason, revision)
    if (wanted is Effect.REVISES) != (revision is not None):
        raise RevisionRequiredError.at_pointer("/revision")
    return await _decide(work, outcome, wanted, reason, revision)


async def _review(work: AppealWork, outcome: str, reason: str, revision: Revision | None) -> AppealRow:
    if revision is not None:
        raise RevisionRequiredError.at_pointer("/revision")
    step = work.appeal.step
    work.judged_by = work.call.principal.staff_id
    await _move_on(work)
    return await work.finish(AppealAct.REVIEW, contracts.AppealReviewed, step=step, outcome=outcome, reason=reason)


async def _decide(work: AppealWork, outcome: str, wanted: Effect, reason: str, revision: Revision | None) -> AppealRow:
    row, step, call = work.appeal, work.appeal.step, work.call
    row.state, row.outcome, row.outcome_reason = AppealState.DECIDED.value, outcome, reason
    row.decided_by, row.decided_at = call.principal.staff_id, call.now
    work.judged_by = row.decided_by
    await _move_on(work)
    result = await work.finish(
        AppealAct.DECIDE, contracts.AppealDecided, step=step, outcome=outcome, reason=reason, effect=wanted.value
    )
    is_contested = await repository.is_contested(call.session, row.finding_id, other_than=row.id)
    if revision is not None:
        await effect.revise(work.finding, revision, appeal_id=row.id, is_contested=is_contested, reason=reason)
    elif wanted is Effect.OVERTURNS:
        await effect.overturn(work.finding, appeal_id=row.id, reason=reason)
    else:
        await effect.uphold(work.finding, appeal_id=row.id, is_contested=is_contested, reason=reason)
    row.finding_revision = work.finding.finding.revision
    return result


async def tell(call: AppealCall, appeal_id: UUID, *, note: str | None) -> AppealRow:
    """Tell the appellant of the outcome, in writing; the appeal is closed.  Raises: as `admit`."""
    work = await take(call, appeal_id, AppealAct.TELL)
    await check_decider(work, AppealAct.TELL)
    row, step = work.appeal, work.appeal.step
    await work.stop_clock(step)
    row.state, row.closed_at, row.posts = AppealState.CLOSED.value, call.now, []
    return await work.finish(AppealAct.TELL, contracts.AppealTold, step=step, reason=note)


async def _move_on(work: AppealWork) -> None:
    """Answer the present step's clock and begin the next step, unless the appellant must ask for it."""
    row = work.appeal
    await work.stop_clock(row.step)
    further = work.terms.after(row.step)
    if further is None or further[1].on_request_within is not None:
        row.posts = []
        if row.state == AppealState.DECIDED:
            row.state, row.closed_at = AppealState.CLOSED.value, work.call.now
        return
    row.step = further[0]
    row.posts = await posts_of(work, further[1])
    await work.start_clock()

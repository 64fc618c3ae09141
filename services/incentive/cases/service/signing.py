"""The chain of approval: opinion and signature, amended within the clause, sent back, rejected, resubmitted."""

from collections.abc import Sequence
from uuid import UUID

from services.incentive.cases.models import CaseSignatureRow, IncentiveCaseRow
from services.incentive.cases.repository import steps
from services.incentive.cases.rules.amounts import Amounts, settle
from services.incentive.cases.rules.states import Act, CaseState, Metric, signing_metric
from services.incentive.cases.service.effect import take_effect
from services.incentive.cases.service.sealing import seal
from services.incentive.cases.service.work import CaseCall, CaseWork
from services.incentive.ledger.rules import month_of
from services.incentive.policy_catalogue import IncentiveKind
from shared.access.principal import Principal
from shared.contracts.incentive_cases import (
    IncentiveApproved,
    IncentiveDropped,
    IncentiveRejected,
    IncentiveReturned,
    IncentiveSigned,
)
from shared.ids import new_id


async def sign(call: CaseCall, *, opinion: str, amended: Amounts) -> IncentiveCaseRow:
    """Give the present step's signature, to the amounts as they stand or as amended within the clause's range.

    The last one approves: a reward takes effect, a penalty is to be told first.
    Raises: as `CaseCall.take` and `check_with`, AmountOutsideRangeError, CustomerRewardError.
    """
    work = await _at_step(call, Act.SIGN)
    row = work.row
    row.amounts = settle(work.clause, amended, work.amounts).json
    await _write(work, call, Act.SIGN, opinion)
    signed = row.step
    if signed < len(work.chain.steps):
        row.step += 1
        await work.lay_before_signers()
        return await _signed(work, call, signed)
    by = call.principal.staff_id
    row.decided_at, row.month = work.now, month_of(work.now, work.governing.zone)
    await _signed(work, call, signed)
    if row.kind == IncentiveKind.REWARD.value:
        await work.say(IncentiveApproved, approved_by=by)
        return await take_effect(work, by=by)
    terms = work.governing.chapter.approvals
    row.state = CaseState.APPROVED.value
    await work.lay_before_office(terms.told_by, Metric.TOLD, terms.told)
    return await work.finish("approve", IncentiveApproved, approved_by=by)


async def send_back(call: CaseCall, *, reason: str) -> IncentiveCaseRow:
    """Back to the service office, which amends and resubmits or drops it.  Raises: as `CaseCall.take`, `check_with`."""
    work = await _at_step(call, Act.SEND_BACK)
    await _write(work, call, Act.SEND_BACK, reason)
    terms = work.governing.chapter
    work.row.state = CaseState.RETURNED.value
    await work.lay_before_office(terms.proposals.confirmed_by, Metric.RETURNED, terms.approvals.returned)
    return await work.finish("return", IncentiveReturned, round=work.row.round, returned_by=call.principal.staff_id)


async def reject(call: CaseCall, *, reason: str) -> IncentiveCaseRow:
    """Nothing follows.  Raises: as `CaseCall.take` and `check_with`."""
    work = await _at_step(call, Act.REJECT)
    await _write(work, call, Act.REJECT, reason)
    work.row.state, work.row.ended_at = CaseState.REJECTED.value, work.now
    return await work.finish("reject", IncentiveRejected, rejected_by=call.principal.staff_id)


async def resubmit(call: CaseCall, *, facts: str, amended: Amounts) -> IncentiveCaseRow:
    """The office mends what was sent back; all sign anew.

    Raises: as `CaseCall.take`, OwnCaseError, CaseNotWithYouError, AmountOutsideRangeError, CustomerRewardError.
    """
    work = await call.take(Act.RESUBMIT)
    row = work.row
    call.check_posts(work, work.governing.chapter.proposals.confirmed_by)
    row.amounts = settle(work.clause, amended, work.amounts).json
    await work.answered(Metric.RETURNED)
    row.facts, row.state, row.round, row.step = facts, CaseState.SIGNING.value, row.round + 1, 1
    await work.lay_before_signers()
    return await work.finish("resubmit")


async def drop(call: CaseCall, *, reason: str) -> IncentiveCaseRow:
    """The office lets what was sent back fall.  Raises: as `CaseCall.take`, OwnCaseError, CaseNotWithYouError."""
    work = await call.take(Act.DROP)
    call.check_posts(work, work.governing.chapter.proposals.confirmed_by)
    await work.answered(Metric.RETURNED)
    work.row.facts = f"{work.row.facts or ''}\n{reason}".strip()
    await work.end(CaseState.DROPPED, "office")
    return await work.finish("drop", IncentiveDropped, reason="office", dropped_by=call.principal.staff_id)


async def _at_step(call: CaseCall, act: Act) -> CaseWork:
    work = await call.take(act)
    call.check_with(work.row, await work.signatories(work.row.step))
    return work


async def _write(work: CaseWork, call: CaseCall, act: Act, opinion: str) -> None:
    row, principal = work.row, call.principal
    step = work.chain.steps[row.step - 1]
    signature = CaseSignatureRow(
        id=new_id(),
        company=row.company,
        case_id=row.id,
        round=row.round,
        step=row.step,
        name=step.name,
        act=act.value,
        signer_id=principal.staff_id,
        acting_for_id=_stood_in_for(principal, row.posts),
        posts=sorted({*principal.posts, *(post for one in principal.acting for post in one.posts)}),
        opinion=opinion,
        amounts=dict(row.amounts),
        signed_at=work.now,
    )
    signature.digest = seal(row, signature)
    await steps.add(work.session, signature)
    await work.answered(signing_metric(row.step))


def _stood_in_for(principal: Principal, posts: Sequence[str]) -> UUID | None:
    """Whom the signer deputises for, where the step lies with a post that the signer does not hold."""
    if not posts or any(post in principal.posts for post in posts):
        return None
    return next((one.staff_id for one in principal.acting if not set(posts).isdisjoint(one.posts)), None)


async def _signed(work: CaseWork, call: CaseCall, step: int) -> IncentiveCaseRow:
    return await work.finish(
        "sign", IncentiveSigned, round=work.row.round, step=step, signed_by=call.principal.staff_id
    )

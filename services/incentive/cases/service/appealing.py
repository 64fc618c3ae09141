"""The person's appeal against a penalty in effect: the effect is suspended until somebody else has decided."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.incentive.cases.errors import AppealAlreadyDecidedError, NotThePersonError, WindowOverError
from services.incentive.cases.models import CaseAppealRow, IncentiveCaseRow
from services.incentive.cases.repository import steps
from services.incentive.cases.rules.amounts import Amounts, lower
from services.incentive.cases.rules.signing import Signatories
from services.incentive.cases.rules.states import Act, CaseState, Metric
from services.incentive.cases.service.effect import suspend, take_effect
from services.incentive.cases.service.evidence import own_files
from services.incentive.cases.service.hearing import check_speaks
from services.incentive.cases.service.work import CaseCall, CaseWork
from services.incentive.policy_catalogue import IncentiveKind
from shared.contracts.incentive_cases import IncentiveAppealDecided, IncentiveAppealed, IncentiveReversed
from shared.ids import new_id

APPEAL = "appeal"


async def appeal(call: CaseCall, *, grounds: str, file_ids: Sequence[UUID]) -> IncentiveCaseRow:
    """Contest the penalty within its window; what had followed is taken back meanwhile.

    Raises: as `CaseCall.take`, NotThePersonError, WindowOverError, AppealAlreadyDecidedError, EvidenceUnknownError,
    EvidenceTypeError.
    """
    work = await call.take(Act.APPEAL)
    row, terms = work.row, work.governing.chapter.approvals
    if row.kind != IncentiveKind.PENALTY.value:
        raise NotThePersonError("奖励不设申诉。")
    check_speaks(call, work)
    if await steps.appeal_of(work.session, row.id) is not None:
        raise AppealAlreadyDecidedError("同一案件只能申诉一次。")
    if row.appeal_until is not None and work.now >= row.appeal_until:
        raise WindowOverError("申诉期限已过。")
    await own_files(call.session, call.principal, work.governing.chapter.proposals.evidence_types, file_ids)
    contested = CaseAppealRow(
        id=new_id(),
        company=row.company,
        case_id=row.id,
        appealed_by=call.principal.staff_id,
        appealed_at=work.now,
        grounds=grounds,
        file_ids=list(file_ids),
        state="open",
        version=1,
    )
    await steps.add(work.session, contested)
    row.state = CaseState.CONTESTED.value
    await suspend(work, reason=APPEAL)
    await work.lay_before(await _deciders(work), Metric.APPEAL_DECIDED, terms.appeal_decided)
    return await work.finish("appeal", IncentiveAppealed, appeal_id=contested.id, appealed_by=contested.appealed_by)


async def decide(call: CaseCall, *, outcome: str, reason: str, lowered: Amounts) -> IncentiveCaseRow:
    """Somebody who had no part in it decides: the penalty stands, is lowered, or is taken back for good.

    Raises: as `CaseCall.take`, OwnCaseError, CaseNotWithYouError, AmountOutsideRangeError, NotLowerError.
    """
    work = await call.take(Act.DECIDE_APPEAL)
    contested = await _open_appeal(work)
    call.check_with(work.row, await _deciders(work))
    before = work.amounts
    if outcome == "lowered":
        work.row.amounts, contested.amounts_before = lower(work.clause, lowered, before).json, before.json
    contested.state, contested.reason = outcome, reason
    contested.decided_by, contested.decided_at = call.principal.staff_id, work.now
    return await _end(work, call, contested)


async def withdraw(call: CaseCall) -> IncentiveCaseRow:
    """Whoever appealed takes it back: the penalty stands.  Raises: as `CaseCall.take`, NotThePersonError."""
    work = await call.take(Act.WITHDRAW_APPEAL)
    contested = await _open_appeal(work)
    if contested.appealed_by != call.principal.staff_id:
        raise NotThePersonError("只有申诉人本人可以撤回申诉。")
    contested.state, contested.decided_at = "withdrawn", work.now
    return await _end(work, call, contested)


async def _deciders(work: CaseWork) -> Signatories:
    """The pack's posts, without whom it concerns and who signed it.

    Where nobody else is left, who gave an opinion before may decide; never who gave the last signature.
    """
    posts, case = work.governing.chapter.approvals.appeal_decided_by, await work.concerned()
    free = work.signers.of_posts(posts, case)
    if free.staff_ids:
        return free
    signed = await steps.signatures(work.session, work.row.id, round_=work.row.round)
    return work.signers.of_posts(posts, replace(case, signed_ids=frozenset({signed[-1].signer_id})))


async def _open_appeal(work: CaseWork) -> CaseAppealRow:
    contested = await steps.appeal_of(work.session, work.row.id)
    if contested is None or contested.state != "open":
        raise RuntimeError("a contested case has an open appeal")
    return contested


async def _end(work: CaseWork, call: CaseCall, contested: CaseAppealRow) -> IncentiveCaseRow:
    by = call.principal.staff_id
    contested.version += 1
    await work.answered(Metric.APPEAL_DECIDED)
    outcome = {"appeal_id": contested.id, "outcome": contested.state, "decided_by": by}
    if contested.state != "overturned":
        await work.say(IncentiveAppealDecided, **outcome)
        return await take_effect(work, by=by)
    await work.end(CaseState.REVERSED, APPEAL)
    await work.say(IncentiveAppealDecided, **outcome)
    return await work.finish("reverse", IncentiveReversed, effect=work.row.effect, reason=APPEAL)

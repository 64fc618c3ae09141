"""A person decides a draft: it becomes a case, or nothing follows; whoever raised it may take it back."""

from services.incentive.cases.rules.amounts import Amounts, settle
from services.incentive.errors import CauseContestedError
from services.incentive.proposals.errors import NotTheRaiserError, TalkNotSuggestedError, TalkWithAmountsError
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.rules.states import Act, ProposalState, Withdrawal
from services.incentive.proposals.service.opening import open_case_of
from services.incentive.proposals.service.returning import bring_back
from services.incentive.proposals.service.work import ProposalCall
from shared.contracts.incentive_proposals import IncentiveConfirmed, IncentiveDismissed


async def confirm(call: ProposalCall, given: Amounts, *, opinion: str, is_talk: bool = False) -> ProposalRow:
    """Open a case with amounts within the clause's ranges; or, education before punishment, a talk without any.

    Raises: as `ProposalCall.take` and `check_decides`, CauseContestedError, AmountOutsideRangeError,
    CustomerRewardError, TalkNotSuggestedError, TalkWithAmountsError.
    """
    work = await call.take(Act.CONFIRM)
    row = work.row
    call.check_decides(row)
    if row.suspended_at is not None:
        raise CauseContestedError("所依据的认定正在申诉，申诉有结论后方可确认。")
    clause = work.governing.chapter.catalogue.provisions[row.provision]
    if is_talk:
        _check_talk(row, given)
    amounts = given if is_talk else settle(clause, given, Amounts.of(row.suggested))
    case_id = await open_case_of(work, amounts, actor=call.principal.staff_id, is_talk=is_talk)
    row.state, row.confirmed, row.case_id = ProposalState.CONFIRMED.value, amounts.json, case_id
    _decided(call, row, opinion)
    await work.stop_clock()
    return await work.finish("confirm", IncentiveConfirmed, case_id=case_id, confirmed_by=call.principal.staff_id)


async def dismiss(call: ProposalCall, *, reason: str) -> ProposalRow:
    """Nothing follows; what had stood back behind it is judged with it.

    Raises: as `ProposalCall.take` and `check_decides`.
    """
    work = await call.take(Act.DISMISS)
    row = work.row
    call.check_decides(row)
    row.state = ProposalState.DISMISSED.value
    _decided(call, row, reason)
    await work.stop_clock()
    return await work.finish("dismiss", IncentiveDismissed, dismissed_by=call.principal.staff_id)


async def withdraw(call: ProposalCall, *, reason: str) -> ProposalRow:
    """Whoever raised it takes it back while nobody has decided.

    Raises: as `ProposalCall.take`, NotTheRaiserError.
    """
    work = await call.take(Act.WITHDRAW)
    row = work.row
    if row.raised_by != call.principal.staff_id:
        raise NotTheRaiserError("只有提出人可以撤回本人提出的奖惩建议。")
    row.decision = reason
    await work.withdraw(Withdrawal.RAISER)
    await bring_back(call.session, call.desk, row, now=call.now)
    return row


def _check_talk(row: ProposalRow, given: Amounts) -> None:
    if not row.is_talk_suggested:
        raise TalkNotSuggestedError.at_pointer("/is_talk")
    if given != Amounts():
        raise TalkWithAmountsError.at_pointer("/amounts")


def _decided(call: ProposalCall, row: ProposalRow, words: str) -> None:
    row.decided_by, row.decided_at, row.decision = call.principal.staff_id, call.now, words
    row.version += 1

"""Before a penalty takes effect the person is told and heard; what was said is answered by the last signer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.errors import NotThePersonError, WindowOverError
from services.incentive.cases.models import CaseStatementRow, IncentiveCaseRow
from services.incentive.cases.repository import cases, steps
from services.incentive.cases.rules.amounts import Amounts, lower
from services.incentive.cases.rules.signing import Signatories
from services.incentive.cases.rules.states import Act, CaseState, Metric
from services.incentive.cases.service.effect import take_effect
from services.incentive.cases.service.evidence import own_files
from services.incentive.cases.service.work import CaseCall, CaseWork, work_on
from services.incentive.desk import IncentiveDesk
from shared.contracts.incentive_cases import IncentiveHeard, IncentiveRejected, IncentiveTold
from shared.ids import new_id


async def tell(call: CaseCall) -> IncentiveCaseRow:
    """The office told the person; from now on the person may make a statement.

    Raises: as `CaseCall.take`, OwnCaseError, CaseNotWithYouError.
    """
    work = await call.take(Act.TELL)
    terms, row = work.governing.chapter.approvals, work.row
    call.check_posts(work, terms.told_by)
    await work.answered(Metric.TOLD)
    row.state, row.told_at, row.told_by = CaseState.HEARING.value, work.now, call.principal.staff_id
    row.hearing_until = work.governing.moment_after(terms.hearing.limit, work.now)
    return await work.finish("tell", IncentiveTold, told_by=call.principal.staff_id, until_at=row.hearing_until)


async def state(call: CaseCall, *, words: str | None, file_ids: Sequence[UUID]) -> IncentiveCaseRow:
    """The person makes a statement, to be answered by the last signer; without words it is waived: it takes effect.

    Raises: as `CaseCall.take`, NotThePersonError, WindowOverError, EvidenceUnknownError, EvidenceTypeError.
    """
    work = await call.take(Act.STATE)
    row = work.row
    check_speaks(call, work)
    if row.hearing_until is not None and work.now >= row.hearing_until:
        raise WindowOverError("申辩期限已过。")
    await own_files(call.session, call.principal, work.governing.chapter.proposals.evidence_types, file_ids)
    is_waived = words is None
    statement = CaseStatementRow(
        id=new_id(),
        company=row.company,
        case_id=row.id,
        made_by=call.principal.staff_id,
        made_at=work.now,
        is_waived=is_waived,
        words=words,
        file_ids=list(file_ids),
    )
    await steps.add(work.session, statement)
    if is_waived:
        await work.say(IncentiveHeard, is_waived=True)
        return await take_effect(work, by=None)
    row.state = CaseState.CONSIDERING.value
    await work.lay_before(await last_signer(work), Metric.CONSIDERED, work.governing.chapter.approvals.considered)
    return await work.finish("hear", IncentiveHeard, is_waived=False)


async def consider(call: CaseCall, *, outcome: str, reason: str, lowered: Amounts) -> IncentiveCaseRow:
    """The last signer answers: the penalty stands, is lowered within the clause, or nothing follows.

    Raises: as `CaseCall.take`, OwnCaseError, CaseNotWithYouError, AmountOutsideRangeError, NotLowerError.
    """
    work = await call.take(Act.CONSIDER)
    row = work.row
    call.check_with(row, await last_signer(work))
    statement = await steps.statement_of(work.session, row.id)
    if statement is None:
        raise RuntimeError("a case is considered after a statement")
    before = work.amounts
    if outcome == "lowered":
        row.amounts, statement.amounts_before = lower(work.clause, lowered, before).json, before.json
    statement.outcome, statement.reason = outcome, reason
    statement.considered_by, statement.considered_at = call.principal.staff_id, work.now
    await work.answered(Metric.CONSIDERED)
    if outcome != "rejected":
        return await take_effect(work, by=call.principal.staff_id)
    row.state, row.ended_at = CaseState.REJECTED.value, work.now
    return await work.finish("reject", IncentiveRejected, rejected_by=call.principal.staff_id)


async def let_lapse(session: AsyncSession, desk: IncentiveDesk, company: str, *, now: datetime, limit: int) -> int:
    """Penalties whose window for a statement ended unused take effect; answers how many."""
    lapsed = await cases.unheard(session, company, now, limit=limit)
    for row in lapsed:
        await take_effect(await work_on(session, desk, row, now), by=None)
    return len(lapsed)


def check_speaks(call: CaseCall, work: CaseWork) -> None:
    """The person in person; for a department whoever leads it; for the charged head the head.

    Raises: NotThePersonError.
    """
    row, principal = work.row, call.principal
    if row.subject_type == "department":
        is_it = principal.staff_id in work.signers.head_of(row.company, row.department)
    else:
        is_it = principal.staff_id in row.named_ids
    if not is_it:
        raise NotThePersonError("只有当事人本人，或受处罚部门的负责人，可以申辩和申诉。")


async def last_signer(work: CaseWork) -> Signatories:
    """Who gave the last signature, while at work; else whoever would give it today."""
    signed = await steps.signatures(work.session, work.row.id, round_=work.row.round)
    member = work.signers.book.get(signed[-1].signer_id) if signed else None
    if member is not None and member.is_active:
        return Signatories((member.id,))
    case = await work.concerned()
    fresh = replace(case, signed_ids=case.signed_ids - {signed[-1].signer_id}) if signed else case
    last_resort = work.governing.chapter.approvals.last_resort
    return work.signers.of_step(work.chain, len(work.chain.steps), fresh, last_resort)

"""Education before punishment: the talk in a penalty's place (批评教育谈话)."""

from datetime import datetime

from services.incentive.cases.errors import TalkTimeError
from services.incentive.cases.models import CaseTalkRow, IncentiveCaseRow
from services.incentive.cases.repository import steps
from services.incentive.cases.rules.states import Act, CaseState, Metric
from services.incentive.cases.service.work import CaseCall
from shared.contracts.incentive_cases import IncentiveSettled
from shared.ids import new_id


async def hold_talk(call: CaseCall, *, held_at: datetime, summary: str, reply: str) -> IncentiveCaseRow:
    """Whoever would sign first records the talk with the person's own words; nothing else follows.

    Raises: as `CaseCall.take` and `check_with`, TalkTimeError.
    """
    work = await call.take(Act.TALK)
    row = work.row
    call.check_with(row, await work.signatories(1))
    if not row.opened_at <= held_at <= work.now:
        raise TalkTimeError.at_pointer("/held_at")
    talk = CaseTalkRow(
        id=new_id(),
        company=row.company,
        case_id=row.id,
        held_by=call.principal.staff_id,
        held_at=held_at,
        summary=summary,
        reply=reply,
        recorded_at=work.now,
    )
    await steps.add(work.session, talk)
    await work.answered(Metric.TALK)
    row.state, row.ended_at = CaseState.SETTLED.value, work.now
    return await work.finish("settle", IncentiveSettled, held_by=call.principal.staff_id)

"""How a case is settled: with its kind's answer, with remedies, for the customer's acceptance."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.errors import (
    AnswerRequiredError,
    AuthorisationRequiredError,
    NotConstructiveError,
    PlanRequiredError,
    PraiseError,
    UnknownCodeError,
    UnknownStaffError,
)
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, Settlement
from services.complaint.cases.service import clocks, consulting
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy import Metric, Start
from shared.contracts.complaint import ComplaintResolved
from shared.contracts.lifecycle import ComplaintPraiseRecorded, ComplaintSuggestionAdopted

IsAuthorised = Callable[[AsyncSession, str, UUID, UUID], Awaitable[bool]]
"""Whether an authorisation of the company, for the complaint, was used: company, complaint, authorisation.

A port, because the delegation knows the cases and features never import in a circle; `main` plugs it in.
"""


async def resolve(
    call: Call, settlement: Settlement, *, occurred_at: datetime | None, note: str | None, is_authorised: IsAuthorised
) -> ComplaintRow:
    """Settle the matter; stops `resolution`, ends what can no longer be told, starts what runs from completion.

    Raises: as `Step.take`, PlanRequiredError, AnswerRequiredError, UnknownCodeError, NotConstructiveError, PraiseError,
    UnknownStaffError, AuthorisationRequiredError.
    """
    step = await Step.take(call, Action.RESOLVE, occurred_at=occurred_at, reason=note or settlement.resolution)
    case = step.case
    if case.planned_at is None and step.governing.answering_post(clocks.terms_of_case(case), Metric.PLAN):
        raise PlanRequiredError("该级别客户须先由指定岗位明确答复解决方案。")
    _check_answer(step, settlement)
    await _check_remedies(step, settlement, is_authorised)
    await _check_praised(step, settlement)
    await step.answer()
    await step.book.cancel(
        clocks.subject_of(case),
        (Metric.AGREEMENT.value, Metric.PROGRESS.value),
        reason="resolved",
        actor=call.principal.actor,
    )
    await consulting.withdraw_open(step, "resolved")
    _write(case, settlement, step.moment.occurred_at)
    await clocks.start(call.session, case, step.governing, Start.COMPLETION, at=step.moment.judged_at, now=call.now)
    result = await step.finish(
        ComplaintResolved,
        note=note or settlement.resolution,
        answer=case.answer,
        remedies=list(case.remedies),
        authorisation_id=case.authorisation_id,
    )
    await _tell(step, settlement)
    return result


def _write(case: ComplaintRow, settlement: Settlement, at: datetime) -> None:
    case.paused_reason = None
    case.resolved_at, case.resolution = at, settlement.resolution
    case.answer, case.is_constructive = settlement.answer, settlement.is_constructive
    case.remedies, case.authorisation_id = list(settlement.remedies), settlement.authorisation_id


def _check_answer(step: Step, settlement: Settlement) -> None:
    answers = step.governing.chapter.kinds[step.case.kind].answers
    if settlement.answer is None:
        if answers:
            raise AnswerRequiredError.at_pointer("/answer")
        if settlement.is_constructive:
            raise NotConstructiveError.at_pointer("/is_constructive")
        return
    answer = answers.get(settlement.answer)
    if answer is None:
        raise UnknownCodeError.at_pointer("/answer", field="answer")
    if settlement.is_constructive and not answer.is_adopting:
        raise NotConstructiveError.at_pointer("/is_constructive")


async def _check_remedies(step: Step, settlement: Settlement, is_authorised: IsAuthorised) -> None:
    known, case = step.governing.chapter.findings.remedies, step.case
    if not set(settlement.remedies) <= set(known):
        raise UnknownCodeError.at_pointer("/remedies", field="remedies")
    authorisation_id = settlement.authorisation_id
    if authorisation_id is None:
        if any(known[code].needs_authority for code in settlement.remedies):
            raise AuthorisationRequiredError.at_pointer("/authorisation_id")
    elif not await is_authorised(step.call.session, case.company, case.id, authorisation_id):
        raise AuthorisationRequiredError.at_pointer("/authorisation_id")


async def _check_praised(step: Step, settlement: Settlement) -> None:
    if not settlement.praised_staff_ids:
        return
    case = step.case
    if not step.governing.chapter.kinds[case.kind].names_staff:
        raise PraiseError.at_pointer("/praised_staff_ids")
    staff = await step.staff()
    members = [staff.get(one) for one in settlement.praised_staff_ids]
    if not all(member is not None and member.company == case.company for member in members):
        raise UnknownStaffError.at_pointer("/praised_staff_ids")


async def _tell(step: Step, settlement: Settlement) -> None:
    """Say what incentives are proposed from."""
    case = step.case
    praised = [one for one in dict.fromkeys(settlement.praised_staff_ids) if one not in case.praised_staff_ids]
    if praised:
        case.praised_staff_ids = [*case.praised_staff_ids, *praised]
        await step.say(ComplaintPraiseRecorded, staff_ids=praised, recorded_by=step.call.principal.staff_id)
    if case.is_constructive and case.answer is not None:
        await step.say(ComplaintSuggestionAdopted, answer=case.answer)

"""After the work: the customer is invited to accept, or told and asked for more; then the report (domain.md 4)."""

from datetime import datetime, timedelta

from services.complaint.cases.errors import (
    AcceptanceOutstandingError,
    AlreadyAcceptedError,
    ReportedError,
    ReportNotDueError,
    TacitAcceptanceError,
)
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import AcceptanceState, Action
from services.complaint.cases.service.cycles import check_invited
from services.complaint.cases.service.steps import Call, Step
from services.complaint.policy_handling import CaseReport
from shared.contracts.lifecycle import ComplaintAcceptanceInvited, ComplaintAccepted, ComplaintReported


async def invite(call: Call, *, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Invite the customer to accept, or tell the result and ask for more, as the tier has it; stops `acceptance`.

    Raises: as `Step.take`, AlreadyAcceptedError.
    """
    step = await Step.take(call, Action.INVITE, occurred_at=occurred_at, reason=note)
    case = step.case
    if case.acceptance == AcceptanceState.ACCEPTED:
        raise AlreadyAcceptedError("客户已接受处理结果。")
    care = step.governing.chapter.care.get(case.tier)
    is_invited = care is not None and care.is_invited_to_accept
    await step.answer()
    case.acceptance = (AcceptanceState.INVITED if is_invited else AcceptanceState.TOLD).value
    case.invited_at = step.moment.occurred_at
    return await step.finish(ComplaintAcceptanceInvited, note=note, is_invited=is_invited)


async def accept(call: Call, *, is_tacit: bool, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """The customer accepts, or has been silent for the pack's time.

    Raises: as `Step.take`, NotInvitedError, AlreadyAcceptedError, TacitAcceptanceError.
    """
    step = await Step.take(call, Action.ACCEPT, occurred_at=occurred_at, reason=note)
    case = step.case
    check_invited(case)
    if is_tacit:
        _check_silence(step)
    case.acceptance, case.accepted_at = AcceptanceState.ACCEPTED.value, step.moment.occurred_at
    return await step.finish(ComplaintAccepted, note=note, detail={"is_tacit": is_tacit}, is_tacit=is_tacit)


async def report(call: Call, *, text: str, occurred_at: datetime | None) -> ComplaintRow:
    """Write the service report of the tier – report, summary, a line of the periodic one; stops `report`.

    Raises: as `Step.take`, ReportNotDueError, AcceptanceOutstandingError, ReportedError.
    """
    step = await Step.take(call, Action.REPORT, occurred_at=occurred_at, reason=text)
    case, care = step.case, step.governing.chapter.care.get(step.case.tier)
    if care is None or care.report is CaseReport.NONE:
        raise ReportNotDueError("现行规章不要求该级别的案件提交服务报告。")
    if care.is_invited_to_accept and case.acceptance != AcceptanceState.ACCEPTED:
        raise AcceptanceOutstandingError("客户验收后方可提交服务报告。")
    if case.reported_at is not None:
        raise ReportedError("本轮办理的服务报告已提交。")
    await step.answer()
    case.reported_at = step.moment.occurred_at
    case.involve(*care.reports_to)
    return await step.finish(
        ComplaintReported,
        note=text,
        detail={"report": care.report.value},
        tells=care.reports_to,
        report=care.report.value,
    )


def _check_silence(step: Step) -> None:
    rule, invited_at = step.governing.chapter.acceptance, step.case.invited_at
    if rule is None or invited_at is None:
        raise TacitAcceptanceError.at_pointer("/is_tacit", minutes=0)
    if step.call.now < invited_at + timedelta(minutes=rule.tacit_after_minutes):
        raise TacitAcceptanceError.at_pointer("/is_tacit", minutes=rule.tacit_after_minutes)

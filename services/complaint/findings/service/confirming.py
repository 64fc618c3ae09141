"""Confirming a finding or sending it back (four eyes), and telling the customer."""

from services.complaint.findings.errors import FourEyesError
from services.complaint.findings.models import FindingRow
from services.complaint.findings.repository import actors
from services.complaint.findings.rules import DRAFTED, Act, FindingState, check_untold
from services.complaint.findings.service import clocks, counting, measures
from services.complaint.findings.service.work import FindingCall, FindingWork, check_posts, take
from shared.contracts import finding as contracts
from shared.contracts.base import Routing


async def confirm(call: FindingCall, *, cycle: int | None, note: str | None) -> FindingRow:
    """Put the finding in force: measures are assigned, persons counted, consequences proposed.

    Raises: as `take`, FindingPostError, FourEyesError.
    """
    work = await _judge(call, Act.CONFIRM, cycle)
    row = work.finding
    row.state = FindingState.CONFIRMED.value
    row.confirmed_by, row.confirmed_at = call.principal.staff_id, call.now
    await clocks.stop(work, clocks.subject_of(row, work.case, Routing()), clocks.CONFIRMATION)
    result = await work.finish(Act.CONFIRM, contracts.FindingConfirmed, reason=note)
    await measures.assign(work)
    await counting.recount(work)
    return result


async def send_back(call: FindingCall, *, cycle: int | None, reason: str) -> FindingRow:
    """The draft goes back to who wrote it, with the reason.  Raises: as `confirm`."""
    work = await _judge(call, Act.RETURN, cycle)
    row = work.finding
    row.state, row.return_reason = FindingState.RETURNED.value, reason
    drafter = clocks.routing_of(work, row.drafted_by)
    subject = clocks.subject_of(row, work.case, drafter)
    await clocks.stop(work, subject, clocks.CONFIRMATION)
    await clocks.start(work, subject, clocks.CORRECTION, work.terms.correction, sequence=row.revision)
    return await work.finish(Act.RETURN, contracts.FindingReturned, reason=reason, routing=drafter)


async def tell(call: FindingCall, *, cycle: int | None, note: str | None) -> FindingRow:
    """Record that the customer was told of the finding: the window of appeal runs from here."""
    work = await take(call, Act.TELL, cycle=cycle)
    row = work.finding
    check_untold(is_told=row.told_at is not None, state=row.state)
    row.told_by, row.told_at = call.principal.staff_id, call.now
    return await work.finish(Act.TELL, contracts.FindingTold, reason=note)


async def _judge(call: FindingCall, act: Act, cycle: int | None) -> FindingWork:
    work = await take(call, act, cycle=cycle)
    check_posts(call.principal, work.terms.confirmed_by)
    keep_away = {*await actors(call.session, work.finding.id, DRAFTED), *work.finding.person_ids}
    if any(call.principal.is_self(staff_id) for staff_id in keep_away):
        raise FourEyesError("起草人与被认定责任的人不得确认或退回该认定。")
    lead = work.governing.policy.common.departments.get(work.finding.department or "")
    if lead is not None and lead.lead_post is not None and call.principal.holds(lead.lead_post):
        raise FourEyesError("责任部门的负责人不得确认或退回该认定。")
    return work

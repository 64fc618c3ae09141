"""Lodging an appeal: who may, until when, how often; and giving it up."""

from datetime import datetime
from uuid import UUID

from services.complaint.appeals import repository
from services.complaint.appeals.errors import (
    AppealCountError,
    AppealFileUnknownError,
    AppealOpenError,
    AppealWindowError,
    AppellantError,
    NoFurtherStepError,
    NothingToAppealError,
)
from services.complaint.appeals.models import AppealRow
from services.complaint.appeals.rules import AppealAct, AppealState, Lodging, appellant_key, check_lodging
from services.complaint.appeals.service.deciders import posts_of
from services.complaint.appeals.service.work import AppealCall, AppealWork, take
from services.complaint.cases.service.reading import ensure_readable
from services.complaint.findings.models import FindingRow
from services.complaint.findings.rules import FindingState
from services.complaint.findings.service import effect, reading
from services.complaint.findings.service.work import FindingWork, work_on
from services.complaint.policy_findings import Appellant
from shared.access.principal import Principal
from shared.contracts import finding as contracts
from shared.ids import human_number

PREFIX = "SS"
UNDER_WAY = frozenset({AppealState.LODGED, AppealState.IN_REVIEW})


async def lodge(call: AppealCall, appeal_id: UUID, lodging: Lodging) -> AppealRow:
    """Contest a confirmed finding; `call.scope` is that in which the appellant may see it.

    Raises: ComplaintNotFoundError, FindingNotFoundError, NothingToAppealError, AppellantError, AppealOpenError,
    AppealCountError, AppealWindowError, AppealFileUnknownError, and as `check_lodging`.
    """
    finding = await _contested(call, lodging)
    under = await work_on(call.session, finding, call.governances, call.staff, call.principal.staff_id, call.now)
    chapter = under.governing.chapter
    check_lodging(lodging, chapter.appeals, chapter.channels)
    if finding.state in {FindingState.DRAFT, FindingState.RETURNED}:
        raise NothingToAppealError("认定确认之后才能申诉。")
    department = _department(call.principal, under, lodging.appellant)
    if lodging.attachment_ids and not await repository.own_files(
        call.session, call.principal.company, call.principal.actor, lodging.attachment_ids
    ):
        raise AppealFileUnknownError.at_pointer("/attachment_ids")
    key = appellant_key(lodging.appellant, department, call.principal.staff_id)
    row = await _row(call, appeal_id, lodging, under, key, department)
    work = AppealWork(call, row, under)
    await _check_turn(work)
    row.posts = await posts_of(work, work.terms.steps[row.step])
    call.session.add(row)
    await call.session.flush()
    await work.start_clock()
    return await work.finish(AppealAct.LODGE, contracts.AppealLodged, step=row.step, reason=lodging.statement)


async def _contested(call: AppealCall, lodging: Lodging) -> FindingRow:
    if lodging.appellant is Appellant.CUSTOMER:
        await ensure_readable(call.session, lodging.complaint_id, call.scope)
    return await reading.contestable(call.session, lodging.complaint_id, call.scope, cycle=lodging.cycle)


def _department(principal: Principal, under: FindingWork, appellant: Appellant) -> str | None:
    """The department that appeals or whose employee does.  Raises: AppellantError."""
    finding = under.finding
    if appellant is Appellant.CUSTOMER:
        return None
    if appellant is Appellant.EMPLOYEE:
        if principal.staff_id not in finding.person_ids:
            raise AppellantError("只有被认定责任的员工本人可以申诉。")
        return principal.department
    lead = under.governing.policy.common.departments.get(finding.department or "")
    if lead is None or lead.lead_post is None or not principal.holds(lead.lead_post):
        raise AppellantError("只有责任部门的负责人可以代表部门申诉。")
    return finding.department


async def _row(
    call: AppealCall, appeal_id: UUID, lodging: Lodging, under: FindingWork, key: str, department: str | None
) -> AppealRow:
    finding, governing = under.finding, under.governing
    local = call.now.astimezone(governing.zone).date()
    first, _ = governing.chapter.appeals.ordered()[0]
    is_customer = lodging.appellant is Appellant.CUSTOMER
    return AppealRow(
        id=appeal_id,
        company=finding.company,
        number=human_number(PREFIX, local, await repository.next_number(call.session)),
        complaint_id=finding.complaint_id,
        finding_id=finding.id,
        cycle=finding.cycle,
        finding_revision=finding.revision,
        appellant=lodging.appellant.value,
        appellant_key=key,
        appellant_id=call.principal.staff_id if lodging.appellant is Appellant.EMPLOYEE else None,
        appellant_department=department,
        channel=lodging.channel if is_customer else None,
        grounds=list(lodging.grounds),
        statement=lodging.statement,
        attachment_ids=list(lodging.attachment_ids),
        instance=1,
        state=AppealState.LODGED.value,
        step=first,
        posts=[],
        lodged_by=call.principal.staff_id,
        lodged_at=call.now,
        matter_id=finding.matter_id,
        version=1,
    )


async def _check_turn(work: AppealWork) -> None:
    """Number the appellant's appeals against the finding; guard count and window."""
    finding, terms, row = work.finding.finding, work.terms, work.appeal
    with work.call.session.no_autoflush:
        known = await repository.against(work.call.session, finding.id)
    earlier = [one for one in known if one.appellant_key == row.appellant_key]
    if any(one.state in UNDER_WAY for one in earlier):
        raise AppealOpenError("同一申诉人对该认定已有办理中的申诉。")
    counted = [one for one in earlier if one.state != AppealState.WITHDRAWN]
    if len(counted) >= terms.max_count:
        raise AppealCountError(f"同一申诉人对同一认定最多申诉 {terms.max_count} 次。")
    since = _since(finding, counted, row.appellant)
    until = work.deadline(terms.window, since) if since else None
    if until is not None and work.call.now > until:
        raise AppealWindowError("已超过规章规定的申诉期限。")
    row.instance = len(counted) + 1


def _since(finding: FindingRow, earlier: list[AppealRow], appellant: str) -> datetime | None:
    """From when the window counts; None = it has not begun."""
    decided = [one.closed_at or one.decided_at for one in earlier]
    latest = max((at for at in decided if at is not None), default=None)
    if latest is not None:
        return latest
    return finding.told_at if appellant == Appellant.CUSTOMER else finding.confirmed_at


async def withdraw(call: AppealCall, appeal_id: UUID, *, reason: str | None) -> AppealRow:
    """The appellant gives it up; the finding has its effect again.  Raises: as `take`, AppellantError."""
    work = await take(call, appeal_id, AppealAct.WITHDRAW)
    check_appellant(work)
    row, step = work.appeal, work.appeal.step
    row.state, row.closed_at, row.posts = AppealState.WITHDRAWN.value, call.now, []
    await work.cancel_clocks(reason="withdrawn")
    result = await work.finish(AppealAct.WITHDRAW, contracts.AppealWithdrawn, step=step, reason=reason)
    if work.from_state == AppealState.IN_REVIEW:
        is_contested = await repository.is_contested(call.session, row.finding_id, other_than=row.id)
        await effect.release(work.finding, appeal_id=row.id, is_contested=is_contested)
    return result


async def escalate(call: AppealCall, appeal_id: UUID, *, reason: str) -> AppealRow:
    """The appellant asks for the pack's next step, within its window; the finding is suspended again.

    Raises: as `take`, AppellantError, NoFurtherStepError, AppealWindowError.
    """
    work = await take(call, appeal_id, AppealAct.ESCALATE)
    check_appellant(work)
    row = work.appeal
    further = work.terms.on_request_after(row.step)
    if further is None or further[1].on_request_within is None or row.decided_at is None:
        raise NoFurtherStepError("现行规章没有可以请求的下一步。")
    until = work.deadline(further[1].on_request_within, row.decided_at)
    if until is not None and call.now > until:
        raise AppealWindowError("已超过请求下一步的期限。")
    await work.cancel_clocks(reason="escalated")
    row.step, row.state, row.closed_at = further[0], AppealState.IN_REVIEW.value, None
    row.posts = await posts_of(work, further[1])
    await work.start_clock()
    result = await work.finish(AppealAct.ESCALATE, contracts.AppealEscalated, step=row.step, reason=reason)
    await effect.suspend(work.finding, appeal_id=row.id)
    return result


def check_appellant(work: AppealWork) -> None:
    """The appellant acts, or for the customer whoever may lodge.  Raises: AppellantError."""
    principal, row = work.call.principal, work.appeal
    if row.appellant == Appellant.CUSTOMER:
        return
    if row.appellant == Appellant.EMPLOYEE:
        is_appellant = principal.staff_id == row.appellant_id
    else:
        _department(principal, work.finding, Appellant.DEPARTMENT)
        is_appellant = True
    if not is_appellant:
        raise AppellantError("只有申诉人本人可以执行该操作。")

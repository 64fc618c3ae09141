"""Drafting a finding, and drafting it anew after it was sent back."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import ComplaintState
from services.complaint.cases.service.clocks import governing_case
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.reading import ensure_readable
from services.complaint.findings import repository
from services.complaint.findings.errors import (
    CaseNotReadyError,
    FindingExistsError,
    FindingFileUnknownError,
    KindWithoutFindingError,
    StaffUnknownError,
)
from services.complaint.findings.models import FindingRow
from services.complaint.findings.rules import Act, Content, FindingState, settle_content
from services.complaint.findings.service import clocks
from services.complaint.findings.service.work import FindingCall, FindingWork, check_posts, take
from shared.access.staff_book import StaffBook
from shared.contracts.base import Routing
from shared.contracts.finding import FindingDrafted


async def draft(call: FindingCall, finding_id: UUID, content: Content) -> FindingRow:
    """Write the finding of the case's present cycle; the office confirms it.

    Raises: ComplaintNotFoundError, CaseNotReadyError, KindWithoutFindingError, FindingExistsError, and as `_settle`.
    """
    await ensure_readable(call.session, call.complaint_id, call.scope)
    case = await repository.case(call.session, call.complaint_id, lock=True)
    governing = governing_case(call.governances, case)
    _check_drafter(call, governing)
    _check_case(case, governing)
    if await repository.exists(call.session, case.id, case.cycle):
        raise FindingExistsError("本轮办理已有认定，请在原认定上修改。")
    row = FindingRow(
        id=finding_id,
        company=case.company,
        complaint_id=case.id,
        cycle=case.cycle,
        state=FindingState.DRAFT.value,
        revision=1,
        drafted_by=call.principal.staff_id,
        drafted_at=call.now,
        matter_id=case.matter_id,
        version=1,
    )
    work = FindingWork(call.session, row, case, governing, call.staff, call.principal.staff_id, call.now)
    row.say(await _settle(call, content, case, governing))
    call.session.add(row)
    return await _hand_in(work, Act.DRAFT)


async def redraft(call: FindingCall, content: Content) -> FindingRow:
    """Write another version of a draft that waits or was sent back.  Raises: as `take`, `_settle`."""
    work = await take(call, Act.REDRAFT)
    _check_drafter(call, work.governing)
    row = work.finding
    row.say(await _settle(call, content, work.case, work.governing))
    row.revision += 1
    row.state, row.return_reason = FindingState.DRAFT.value, None
    row.drafted_by, row.drafted_at = call.principal.staff_id, call.now
    subject = clocks.subject_of(row, work.case, Routing())
    await clocks.stop(work, subject, clocks.CORRECTION)
    await clocks.cancel(work, subject, reason="redrafted")
    return await _hand_in(work, Act.REDRAFT)


async def _hand_in(work: FindingWork, act: Act) -> FindingRow:
    row, posts = work.finding, Routing(posts=list(work.terms.confirmed_by))
    await work.session.flush()
    await clocks.start(
        work,
        clocks.subject_of(row, work.case, posts),
        clocks.CONFIRMATION,
        work.terms.confirmation,
        sequence=row.revision,
    )
    return await work.finish(act, FindingDrafted, routing=posts)


def _check_drafter(call: FindingCall, governing: Governing) -> None:
    chapter = governing.chapter
    rule = chapter.steps.get("finding")
    check_posts(call.principal, rule.posts if rule and rule.posts else chapter.findings.found_by)


def _check_case(case: ComplaintRow, governing: Governing) -> None:
    if not governing.chapter.kinds[case.kind].is_graded:
        raise KindWithoutFindingError("建议、意见与表扬不作责任认定。")
    if case.state == ComplaintState.RECEIVED:
        raise CaseNotReadyError("案件响应之后才能作出认定。")


async def _settle(call: FindingCall, content: Content, case: ComplaintRow, governing: Governing) -> Content:
    """Check codes, people and files; add what follows.

    Raises: FindingCodeUnknownError, ResponsibleRequiredError, ResponsibleNotAllowedError, StaffUnknownError,
    FindingFileUnknownError.
    """
    content = replace(content, is_raised_again=content.is_raised_again or case.cycle > 1)
    content = settle_content(content, governing.chapter.findings, governing.policy.common.departments)
    check_people(call.staff, case.company, content.person_ids, "/person_ids")
    check_people(call.staff, case.company, [one.owner_id for one in content.measures], "/measures")
    await check_files(call, content.attachment_ids, "/attachment_ids")
    return content


def check_people(staff: StaffBook, company: str, staff_ids: Iterable[UUID], pointer: str) -> None:
    """Raises: StaffUnknownError for anybody who is not on the company's staff."""
    for staff_id in staff_ids:
        member = staff.get(staff_id)
        if member is None or not member.is_present or member.company != company:
            raise StaffUnknownError.at_pointer(pointer)


async def check_files(call: FindingCall, file_ids: tuple[UUID, ...], pointer: str) -> None:
    """Raises: FindingFileUnknownError unless the person uploaded all of them."""
    if file_ids and not await repository.own_files(
        call.session, call.principal.company, call.principal.actor, file_ids
    ):
        raise FindingFileUnknownError.at_pointer(pointer)

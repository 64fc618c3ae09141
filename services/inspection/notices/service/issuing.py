"""The office issues a notice on its draft, or one on several findings at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.findings.models import FindingRow
from services.inspection.notices.errors import (
    NoticeDepartmentsMixedError,
    NoticeFindingTakenError,
    NoticeFindingUnfitError,
    NoticeFindingUnknownError,
)
from services.inspection.notices.models import NoticeFindingRow, NoticeRow
from services.inspection.notices.repository import notices
from services.inspection.notices.rules import (
    ACKNOWLEDGE,
    ISSUE,
    Act,
    Ending,
    NoticeState,
    is_fit,
)
from services.inspection.notices.service.counting import weigh
from services.inspection.notices.service.drafting import write
from services.inspection.notices.service.ending import call_off, leave, shed
from services.inspection.notices.service.hands import check_hands
from services.inspection.notices.service.rounds import begin_round
from services.inspection.notices.service.work import NoticeCall, NoticeWork, work_on
from shared.access.principal import Principal
from shared.contracts import inspection_notices as contracts
from shared.contracts.base import Routing


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """What the office issues."""

    finding_ids: tuple[UUID, ...]
    words: str | None


async def issue(call: NoticeCall, *, words: str | None) -> NoticeRow:
    """Issue a draft: the department's deadline runs.

    Raises: as `take`, NoticeOwnDepartmentError, NoticePostError, NoticeFindingUnfitError.
    """
    work = await call.take(Act.ISSUE)
    check_hands(call.principal, work.row.department, work.posts(work.terms.issued_by))
    await shed(work)
    if not work.standing:
        raise NoticeFindingUnfitError.at_pointer("/finding_ids")
    work.row.words = words or work.row.words
    work.row.version += 1
    await work.stop(ISSUE)
    return await _issue(work, call.principal.staff_id)


async def issue_on(
    session: AsyncSession,
    desk: InspectionDesk,
    principal: Principal,
    order: NoticeOrder,
    *,
    notice_id: UUID,
    now: datetime,
) -> NoticeRow:
    """Issue one notice on several findings of a department; drafts on them give way.

    Raises: NoticeFindingUnknownError, NoticeFindingUnfitError, NoticeDepartmentsMixedError, NoticeFindingTakenError,
    NoticeOwnDepartmentError, NoticePostError.
    """
    company = principal.company
    before = await notices.open_links(session, company, order.finding_ids)
    held = {row.id: row for row in await notices.locked(session, company, {one.notice_id for one in before})}
    found = await notices.findings(session, company, order.finding_ids)
    chosen = _checked([found.get(one) for one in order.finding_ids])
    links = await notices.open_links(session, company, order.finding_ids)
    for link in links:
        row = held.get(link.notice_id)
        if row is None or row.state != NoticeState.DRAFT:
            raise NoticeFindingTakenError.at_place(order.finding_ids.index(link.finding_id))
    governing = desk.governances.in_force(company, now)
    posts = governing.policy.common.posts
    hands = governing.chapter.notices.issued_by
    department = chosen[0].department
    check_hands(principal, department, [*hands.of(department, {code: post.department for code, post in posts.items()})])
    await _give_way(session, desk, principal.staff_id, links, held, now)
    work = await write(session, desk, chosen, notice_id=notice_id, by=principal.staff_id, words=order.words, now=now)
    return await _issue(work, principal.staff_id)


def _checked(found: Sequence[FindingRow | None]) -> list[FindingRow]:
    chosen: list[FindingRow] = []
    for place, finding in enumerate(found):
        pointer = f"/finding_ids/{place}"
        if finding is None:
            raise NoticeFindingUnknownError.at_pointer(pointer)
        if not is_fit(finding.state, finding.remedy, finding.mended_at):
            raise NoticeFindingUnfitError.at_pointer(pointer)
        if chosen and finding.department != chosen[0].department:
            raise NoticeDepartmentsMixedError.at_pointer(pointer)
        chosen.append(finding)
    return chosen


async def _give_way(
    session: AsyncSession,
    desk: InspectionDesk,
    by: UUID,
    links: Sequence[NoticeFindingRow],
    held: dict[UUID, NoticeRow],
    now: datetime,
) -> None:
    """Take the findings off their drafts; a draft without any is cancelled."""
    taken = {link.finding_id for link in links}
    for notice_id in sorted({link.notice_id for link in links}):
        work = await work_on(session, desk, held[notice_id], by, now)
        previous = work.row.severity
        leaving = [one for one in work.standing if one.finding_id in taken]
        for link in leaving:
            leave(work, link, Ending.JOINED)
        work.row.version += 1
        if not work.standing:
            await call_off(work, Ending.JOINED)
            continue
        for link in leaving:
            await work.note(Act.REVISE, finding_id=link.finding_id)
            await work.publish(
                contracts.InspectionNoticeRevised, previous_severity=previous, left_finding_id=link.finding_id
            )


async def _issue(work: NoticeWork, by: UUID) -> NoticeRow:
    row = work.row
    row.state, row.issued_by, row.issued_at, row.posts = NoticeState.ISSUED.value, by, work.now, []
    row.year = work.now.astimezone(work.governing.zone).year
    await work.session.flush()
    await work.start(ACKNOWLEDGE, work.terms.acknowledge, Routing(department=row.department))
    await begin_round(work)
    await work.note(Act.ISSUE, row.words)
    await work.publish(contracts.InspectionNoticeIssued, issued_by=by)
    await weigh(work)
    return row

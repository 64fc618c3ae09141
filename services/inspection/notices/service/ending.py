"""How a notice loses findings, becomes late, ends."""

from datetime import datetime

from services.inspection.findings.service import keeping
from services.inspection.notices.models import NoticeFindingRow
from services.inspection.notices.repository import notices
from services.inspection.notices.rules import Act, Ending, NoticeState, gravest, is_fit, minutes_late
from services.inspection.notices.service.counting import weigh
from services.inspection.notices.service.work import NoticeWork
from shared.contracts import inspection_notices as contracts


def leave(work: NoticeWork, link: NoticeFindingRow, reason: Ending) -> None:
    """The finding is on this notice no more; the notice weighs what the others do."""
    link.left_at, link.left_reason, link.is_open = work.now, reason.value, False
    work.row.standing = len(work.standing)
    weigh_findings(work)


def weigh_findings(work: NoticeWork) -> None:
    """The notice is as grave as its gravest finding; without any it stays as it was."""
    if work.standing:
        known = work.governing.chapter.findings.severities
        work.row.severity = gravest((one.severity for one in work.standing), known)


async def shed(work: NoticeWork) -> None:
    """Let go of findings that fell, before their facts were heard; the others weigh what they weigh now."""
    ids = [one.finding_id for one in work.standing]
    found = await notices.findings(work.session, work.row.company, ids)
    for link in work.standing:
        finding = found[link.finding_id]
        if is_fit(finding.state, finding.remedy, finding.mended_at):
            link.severity = finding.severity or link.severity
        else:
            leave(work, link, Ending.OVERTURNED)
    weigh_findings(work)


async def tell_late(work: NoticeWork, breached_at: datetime | None = None) -> None:
    """The deadline of the round was missed: said once; `breached_at` where a change broke it."""
    row, turn = work.row, work.round
    if turn.late_at is not None:
        return
    turn.late_at, row.is_late = turn.deadline_at, True
    await work.note(Act.LATE)
    await work.publish(
        contracts.InspectionNoticeLate,
        clause=work.terms.late.clause,
        cycle=turn.cycle,
        deadline_at=turn.deadline_at,
        breached_at=breached_at or turn.deadline_at,
        minutes_late=minutes_late(work.now, turn.deadline_at),
    )


async def close(work: NoticeWork, *, is_mended: bool, words: str) -> None:
    """It was accepted, and its findings close; or it ends unmended, and they may get another notice."""
    row, turn = work.row, work.round
    row.state, row.is_mended, row.ended_at, row.posts = NoticeState.CLOSED.value, is_mended, work.now, []
    for link in work.on_it:
        link.is_open = False
    await work.cancel("closed")
    await work.note(Act.ACCEPT if is_mended else Act.DECIDE, words)
    late = minutes_late(turn.mended_at or work.now, turn.deadline_at)
    await work.publish(contracts.InspectionNoticeClosed, is_mended=is_mended, minutes_late=late)
    if is_mended:
        for link in work.standing:
            await keeping.closed(work.session, work.desk, row.company, link.finding_id, now=work.now)


async def call_off(work: NoticeWork, ending: Ending, words: str | None = None) -> None:
    """It is withdrawn with its clocks; what counted against the department counts no more."""
    row = work.row
    row.state, row.cancel_reason, row.ended_at = NoticeState.CANCELLED.value, ending.value, work.now
    row.posts = []
    for link in work.on_it:
        link.is_open = False
    await work.cancel(ending.value)
    await work.note(Act.CANCEL, words)
    await work.publish(contracts.InspectionNoticeCancelled, on_it=work.on_it, reason=ending.value)
    await weigh(work)

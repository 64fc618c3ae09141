"""Rounds of mending: begun, moved to another deadline, sent back, given up to those who decide."""

from uuid import UUID

from services.inspection.notices.models import RoundRow
from services.inspection.notices.rules import ACKNOWLEDGE, DECIDE, MEND, PLAN, Act, NoticeState, extended, mending
from services.inspection.notices.service.work import NoticeWork, subject_of
from shared.contracts import inspection_notices as contracts
from shared.ids import new_id


async def begin_round(work: NoticeWork) -> None:
    """The department's deadline runs from now."""
    row = work.row
    deadline_at = await work.start(MEND, mending(work.terms, row.severity), row.department_routing)
    if deadline_at is None:
        raise RuntimeError("the mending of a notice has no limit")
    row.deadline_at = deadline_at
    work.turn = RoundRow(
        id=new_id(),
        company=row.company,
        notice_id=row.id,
        cycle=row.cycle,
        started_at=work.now,
        deadline_at=deadline_at,
        extensions=0,
        extended_days=0,
        proof_ids=[],
    )
    work.session.add(work.turn)
    await work.session.flush()


async def move_deadline(work: NoticeWork, cause: str) -> None:
    """Carry the round's clock to what its severity and extensions give it now."""
    promised = extended(mending(work.terms, work.row.severity), work.round.extended_days)
    carried = await work.book.retarget(
        subject_of(work.row),
        work.governing.stamp(),
        [work.governing.promise(MEND, promised)],
        cause=cause,
        actor=None if work.actor is None else str(work.actor),
        keep=(ACKNOWLEDGE, PLAN),
    )
    for view in carried:
        if view.metric == MEND and view.deadline_at is not None:
            work.row.deadline_at = work.round.deadline_at = view.deadline_at


async def send_back(work: NoticeWork, act: Act, words: str, by: UUID) -> None:
    """Not mended: the next round, or after the last one those who decide."""
    if work.row.cycle >= work.terms.cycles:
        await escalate(work, words)
        return
    await next_round(work, act, words, by)


async def next_round(work: NoticeWork, act: Act, words: str, by: UUID) -> None:
    """One more round for the department, with a clock of its own."""
    row = work.row
    row.state, row.posts = NoticeState.RETURNED.value, []
    row.cycle += 1
    await begin_round(work)
    await work.note(act, words)
    await work.publish(contracts.InspectionNoticeReturned, returned_by=by)


async def escalate(work: NoticeWork, words: str) -> None:
    """It goes to those who decide; the department owes nothing until then."""
    row = work.row
    row.state, row.posts = NoticeState.ESCALATED.value, work.posts(work.terms.decided_by)
    await work.cancel("escalated")
    await work.start(DECIDE, work.terms.decide, row.desk_routing)
    await work.note(Act.ESCALATE, words)
    await work.publish(contracts.InspectionNoticeEscalated)

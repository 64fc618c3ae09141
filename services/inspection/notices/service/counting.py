"""What repeated notices of a year cost a department: proposed once, at exactly the number; withdrawn below it."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.notices import events
from services.inspection.notices.models import ConsequenceRow, NoticeRow
from services.inspection.notices.repository import counts
from services.inspection.notices.rules import Weight, deciding, weight_of
from services.inspection.notices.service.work import NoticeWork
from services.inspection.policy_notices import Consequence
from shared.audit.trail import record
from shared.contracts.inspection_notices import InspectionConsequenceProposed, InspectionConsequenceWithdrawn
from shared.events import outbox
from shared.ids import new_id

SUBJECT = "notice_consequence"


async def weigh(work: NoticeWork) -> None:
    """Count the department's year anew, by the revision in force; the last thing that a step does.

    One at a time for a department and year, so that two notices at once are still two.
    """
    row, session = work.row, work.session
    if row.year is None:
        return
    await session.flush()
    await counts.serialise(session, row.company, row.department, row.year)
    terms = _terms(work.desk, work)
    found = await counts.counting(
        session,
        row.company,
        row.department,
        row.year,
        severities=terms.severities,
        counts_late=terms.counts_late,
    )
    known = await counts.proposed(session, row.company, row.department, row.year, terms.code)
    match weight_of(len(found), terms.count, is_proposed=known is not None):
        case Weight.PROPOSE:
            await _propose(work, terms, list(found))
        case Weight.WITHDRAW if known is not None:
            known.state, known.withdrawn_at = "withdrawn", work.now
            _write_count(known, list(found))
            await session.flush()
            await outbox.add(session, events.of_consequence(known, InspectionConsequenceWithdrawn, work.now))
            await _audit(session, known, "withdraw", work)
        case Weight.KEEP if known is not None and known.notice_ids != [one.id for one in found]:
            _write_count(known, list(found))
            await session.flush()
        case _:
            return


async def _propose(work: NoticeWork, terms: Consequence, found: list[NoticeRow]) -> None:
    last = found[deciding(found, terms.count)]
    row = ConsequenceRow(
        id=new_id(),
        company=work.row.company,
        department=work.row.department,
        year=work.row.year,
        consequence=terms.code,
        clause=terms.clause,
        state="proposed",
        count=len(found),
        notice_ids=[one.id for one in found],
        matter_id=last.matter_id,
        proposed_at=work.now,
        version=1,
    )
    work.session.add(row)
    await work.session.flush()
    await outbox.add(work.session, events.of_consequence(row, InspectionConsequenceProposed, work.now))
    await _audit(work.session, row, "propose", work)


def _terms(desk: InspectionDesk, work: NoticeWork) -> Consequence:
    return desk.governances.in_force(work.row.company, work.now).chapter.notices.consequence


def _write_count(row: ConsequenceRow, found: list[NoticeRow]) -> None:
    row.count, row.notice_ids = len(found), [one.id for one in found]
    row.version += 1


async def _audit(session: AsyncSession, row: ConsequenceRow, action: str, work: NoticeWork) -> None:
    await record(
        session,
        company=row.company,
        action=f"{action}_notice_consequence",
        at=work.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"year": row.year, "count": row.count, "version": row.version},
    )

"""What an effective case leaves standing; it ends while an appeal is open, and when the case is reversed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.service import reading as cases_reading
from services.incentive.counters import events
from services.incentive.counters.models import StandingRow
from services.incentive.counters.repository import standings
from services.incentive.counters.rules.standings import Leaves, StandingEnd, left_by
from services.incentive.counters.service.places import Place, place_of
from services.incentive.desk import IncentiveDesk
from services.incentive.policy import IncentiveGoverning
from shared.audit.trail import record
from shared.contracts.incentive_cases import IncentiveCaseFact
from shared.events import outbox
from shared.ids import new_id

ENDINGS: Mapping[str, StandingEnd] = {
    "incentive.suspended": StandingEnd.SUSPENDED,
    "incentive.reversed": StandingEnd.REVERSED,
}


async def leave(
    session: AsyncSession, desk: IncentiveDesk, company: str, fact: str, said: IncentiveCaseFact, *, now: datetime
) -> None:
    """Let stand what the clause says, or end what stood.  The caller holds the case's cause."""
    rows = await standings.of_case(session, company, said.case_id)
    ending = ENDINGS.get(fact)
    if ending is not None:
        for row in rows:
            if row.ended_for != ending:
                row.ended_at, row.ended_for = now, ending.value
                row.version += 1
                await tell(session, row, "end", now, matter_id=said.matter_id)
        return
    governing = await _governing(session, desk, company, said, now)
    clause = governing.chapter.catalogue.provisions.get(said.provision)
    known = {(one.kind, one.subject_type, one.subject): one for one in rows}
    book = await desk.staff.current()
    for one in left_by(clause, said, governing.zone) if clause is not None else ():
        kept = known.get((one.kind.value, one.subject_type.value, one.subject))
        if kept is None:
            place = place_of(book, company, one.subject_type, one.subject, said.subject_department)
            row = _row(company, said, one, place)
            session.add(row)
            await tell(session, row, "leave", now, matter_id=said.matter_id)
        elif kept.ended_for not in {None, StandingEnd.LIFTED}:
            _again(kept)
            await tell(session, kept, "leave", now, matter_id=said.matter_id)


async def tell(
    session: AsyncSession,
    row: StandingRow,
    act: str,
    now: datetime,
    *,
    matter_id: UUID | None = None,
    changed_by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Write the audit row and publish the fact."""
    await session.flush()
    await record(
        session,
        company=row.company,
        action=f"{act}_incentive_standing",
        at=now,
        resource_type="incentive_standing",
        resource_id=row.id,
        reason=reason,
        detail={"version": row.version, "kind": row.kind, "ended_for": row.ended_for},
    )
    await outbox.add(session, events.stood(row, now, changed_by=changed_by, matter_id=matter_id))


async def _governing(
    session: AsyncSession, desk: IncentiveDesk, company: str, said: IncentiveCaseFact, now: datetime
) -> IncentiveGoverning:
    """The revision under which the case was opened."""
    case = (await cases_reading.of_ids(session, company, [said.case_id])).get(said.case_id)
    if case is None:
        return desk.governances.in_force(company, now)
    return desk.governances.of_revision(company, case.policy_version, case.opened_at)


def _again(row: StandingRow) -> None:
    """The appeal failed: it stands again; a suspension that had been lifted stays lifted."""
    is_lifted = row.lifted_at is not None
    row.ended_at = row.lifted_at
    row.ended_for = StandingEnd.LIFTED.value if is_lifted else None
    row.version += 1


def _row(company: str, said: IncentiveCaseFact, one: Leaves, place: Place) -> StandingRow:
    return StandingRow(
        id=new_id(),
        company=company,
        case_id=said.case_id,
        provision=said.provision,
        kind=one.kind.value,
        grade=one.grade,
        subject_type=one.subject_type.value,
        subject=one.subject,
        staff_id=place.staff_id,
        department=place.department,
        team=place.team,
        period=one.period,
        since=said.occurred_at,
        version=1,
    )

"""Facts of other services: they draft proposals, or take back what led to them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.rules.amounts import suggest
from services.incentive.cases.service import reversing
from services.incentive.desk import IncentiveDesk
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.rules.drafts import Draft
from services.incentive.proposals.rules.facts import RETRACTIONS
from services.incentive.proposals.rules.states import ProposalState, Withdrawal
from services.incentive.proposals.rules.suggesting import Heard, Place, suggestions
from services.incentive.proposals.service.drafting import draft
from services.incentive.proposals.service.returning import bring_back
from services.incentive.proposals.service.work import work_on
from shared.events.envelope import Event

_OPEN = (ProposalState.DRAFTED.value, ProposalState.OUTSIDE.value)


async def hear(session: AsyncSession, desk: IncentiveDesk, event: Event, *, now: datetime) -> list[ProposalRow]:
    """Draft what the pack's sources make of a fact; answers the new drafts."""
    drafts = await _suggested(desk, event, event.type, now)
    return await _write(session, desk, event.company, drafts, now)


async def hear_retraction(session: AsyncSession, desk: IncentiveDesk, event: Event, *, now: datetime) -> None:
    """Withdraw what rested on a cause that was taken back; where the fact says what stands instead, draft that."""
    rule = RETRACTIONS[event.type]
    if not rule.holds(event.payload):
        return
    instead = await _suggested(desk, event, rule.instead, now) if rule.instead else []
    cause_id: UUID = getattr(event.payload, rule.cause_id)
    await retract(session, desk, event.company, rule.cause_type, cause_id, instead=instead, fact=event.type, now=now)


async def retract(
    session: AsyncSession,
    desk: IncentiveDesk,
    company: str,
    cause_type: str,
    cause_id: UUID,
    *,
    instead: list[Draft],
    fact: str,
    now: datetime,
) -> None:
    """Open drafts fall and those that had stood back behind them return; a case falls, or is reversed.

    What `instead` says again, alike, stays as it is.  `fact` is the type of what took the cause back.
    """
    held = await proposals.matters_of_cause(session, company, cause_type, cause_id)
    await proposals.serialise(session, company, *(str(one) for one in [*held, *(one.matter_id for one in instead)]))
    fallen = []
    causes = await proposals.of_cause(session, company, cause_type, cause_id)
    await reversing.lock_all(session, company, [one.case_id for one in causes if one.case_id is not None])
    for row in causes:
        if row.overturned_at is None and not _says_again(desk, row, instead):
            await _overturn(session, desk, row, fact, now)
            fallen.append(row)
    await _write(session, desk, company, instead, now)
    for row in fallen:
        await bring_back(session, desk, row, now=now)


async def _overturn(session: AsyncSession, desk: IncentiveDesk, row: ProposalRow, fact: str, now: datetime) -> None:
    row.overturned_at = now
    work = work_on(session, desk, row, now)
    if row.state in _OPEN:
        await work.withdraw(Withdrawal.CAUSE_RETRACTED)
        return
    row.version += 1
    if row.state == ProposalState.WITHDRAWN:
        row.withdrawn_for = Withdrawal.CAUSE_RETRACTED.value
    await work.finish("overturn")
    if row.case_id is not None:
        await reversing.reverse(session, desk, row.company, row.case_id, cause=fact, now=now)


def _says_again(desk: IncentiveDesk, row: ProposalRow, instead: list[Draft]) -> bool:
    clauses = desk.governances.of_revision(row.company, row.policy_version, row.drafted_at).chapter.catalogue.provisions
    return any(
        (one.provision, one.target.kind.value, one.target.key) == (row.provision, row.subject_type, row.subject)
        and suggest(clauses[one.provision], one.points, carries_department_points=one.carries_department_points).json
        == row.suggested
        for one in instead
        if one.provision in clauses
    )


async def _suggested(desk: IncentiveDesk, event: Event, fact: str, now: datetime) -> list[Draft]:
    governing = desk.governances.in_force(event.company, now)
    heard = Heard(
        event.id,
        event.type,
        event.source,
        event.time,
        event.company,
        event.matter_id,
        event.correlation_id,
        event.causation_id,
        event.payload,
    )
    return suggestions(heard, governing.chapter, await _places(desk, event.company), governing.zone, fact=fact)


async def _write(
    session: AsyncSession, desk: IncentiveDesk, company: str, drafts: list[Draft], now: datetime
) -> list[ProposalRow]:
    # One order for matters and subjects, so that two facts about the same people never wait for each other.
    ordered = sorted(drafts, key=lambda one: (str(one.matter_id), one.target.key))
    written = [await draft(session, desk, company, one, now=now) for one in ordered]
    return [row for row in written if row is not None]


async def _places(desk: IncentiveDesk, company: str) -> Callable[[UUID], Place | None]:
    staff = await desk.staff.current()

    def place_of(staff_id: UUID) -> Place | None:
        member = staff.get(staff_id)
        return None if member is None or member.company != company else Place(member.department, member.team)

    return place_of

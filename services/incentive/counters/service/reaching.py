"""At exactly the n-th the pack's clause is proposed; below it the proposal falls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters import events
from services.incentive.counters.models import CountedRow, TallyRow
from services.incentive.counters.repository import tallies
from services.incentive.counters.rules.weighing import Verdict, deciding, in_order, number, weigh
from services.incentive.desk import IncentiveDesk
from services.incentive.policy_catalogue import Counter
from services.incentive.proposals.rules.drafts import Cause, Draft, Target
from services.incentive.proposals.rules.matters import yearly
from services.incentive.proposals.service.drafting import draft
from services.incentive.proposals.service.hearing import retract
from shared.audit.trail import record
from shared.contracts.incentive_counters import IncentiveCounterFact, IncentiveCounterFell, IncentiveCounterReached
from shared.events import outbox
from shared.ids import new_id

CAUSE = "counter"
"""Type of the cause under which a counter proposes."""


async def weigh_all(
    session: AsyncSession, desk: IncentiveDesk, held: Sequence[TallyRow], rules: Mapping[str, Counter], *, now: datetime
) -> None:
    """Weigh changed tallies, which are held; one whose counter left the pack only counts."""
    causes = await tallies.causes(session, [one.id for one in held])
    for tally in held:
        rows = [one for one in causes if one.tally_id == tally.id]
        tally.count = number(rows)
        tally.version += 1
        rule = rules.get(tally.counter)
        if rule is None:
            continue
        match weigh(rows, rule.at, is_reached=tally.reached_id is not None):
            case Verdict.REACHED:
                await _reach(session, desk, tally, rule, in_order(rows), now)
            case Verdict.FELL:
                await _fall(session, desk, tally, rule, in_order(rows), now)
            case Verdict.KEPT:
                continue
    await session.flush()


async def _reach(
    session: AsyncSession,
    desk: IncentiveDesk,
    tally: TallyRow,
    rule: Counter,
    rows: Sequence[CountedRow],
    now: datetime,
) -> None:
    reached_id = new_id()
    tally.reached_at, tally.reached_id = now, reached_id
    await _tell(session, tally, rule, IncentiveCounterReached, reached_id, rows, now)
    await draft(session, desk, tally.company, _draft(tally, rule, reached_id, rows), now=now)


async def _fall(
    session: AsyncSession,
    desk: IncentiveDesk,
    tally: TallyRow,
    rule: Counter,
    rows: Sequence[CountedRow],
    now: datetime,
) -> None:
    reached_id = tally.reached_id
    if reached_id is None:
        return
    tally.reached_at, tally.reached_id = None, None
    await _tell(session, tally, rule, IncentiveCounterFell, reached_id, rows, now)
    await retract(session, desk, tally.company, CAUSE, reached_id, instead=[], fact=IncentiveCounterFell.TYPE, now=now)


async def _tell(
    session: AsyncSession,
    tally: TallyRow,
    rule: Counter,
    kind: type[IncentiveCounterFact],
    reached_id: UUID,
    rows: Sequence[CountedRow],
    now: datetime,
) -> None:
    await session.flush()
    ids = [one.cause_id for one in rows]
    fact = events.tallied(tally, rule, kind, reached_id, ids, now, matter_id=matter_of(tally, rule))
    await outbox.add(session, fact)
    await record(
        session,
        company=tally.company,
        action="reach_incentive_counter" if kind is IncentiveCounterReached else "leave_incentive_counter",
        at=now,
        resource_type="incentive_counter",
        resource_id=tally.id,
        detail={"version": tally.version, "count": tally.count, "limit": rule.at},
    )


def matter_of(tally: TallyRow, rule: Counter) -> UUID:
    """The count of a year is one matter, whoever counted it: the other service's own consequence is the same."""
    return yearly(tally.company, rule.then, tally.subject, tally.year)


def _draft(tally: TallyRow, rule: Counter, reached_id: UUID, rows: Sequence[CountedRow]) -> Draft:
    if tally.staff_id is not None:
        target = Target.employee(tally.staff_id, tally.department, tally.team)
    else:
        target = Target.of_department(tally.subject)
    return Draft(
        provision=rule.then,
        target=target,
        cause=Cause(CAUSE, reached_id),
        matter_id=matter_of(tally, rule),
        happened_at=deciding(rows, rule.at).happened_at,
        evidence=_evidence(tally, rule, rows),
        source=tally.counter,
        is_yearly=True,
    )


def _evidence(tally: TallyRow, rule: Counter, rows: Sequence[CountedRow]) -> dict[str, Any]:
    causes = [
        {
            "cause_type": one.cause_type,
            "cause_id": str(one.cause_id),
            "matter_id": str(one.matter_id),
            "number": one.number,
            "provision": one.provision,
            "happened_at": one.happened_at.isoformat(),
        }
        for one in rows
    ]
    counter = {
        "code": tally.counter,
        "name": rule.name,
        "clause": rule.clause,
        "year": tally.year or None,
        "limit": rule.at,
        "count": tally.count,
        "causes": causes,
    }
    return {"counter": counter, "links": {"tally_id": str(tally.id), "cause_ids": [one["cause_id"] for one in causes]}}

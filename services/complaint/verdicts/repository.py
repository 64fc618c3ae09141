"""The clocks, steps and acts of a case and of everything that hangs on it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

_CLOCKS = text("""
with subjects as (
  select cast(:complaint_id as uuid) as id
  union all select id from complaint_findings where complaint_id = :complaint_id
  union all select id from corrective_measures where complaint_id = :complaint_id
  union all select id from appeals where complaint_id = :complaint_id
)
select e.id, e.at, e.occurred_at, e.fact, e.actor, e.cause, e.reason, e.detail, c.id as clock_id, c.subject_type,
       c.subject_id, c.cycle, c.metric, c.clause, c.deadline_at, c.breached_at, c.started_at, c.stopped_at, c.owner_id,
       c.team, c.department, c.routing, c.consumed_us
from clocks c join clock_events e on e.clock_id = c.id
where c.subject_id in (select id from subjects) and e.fact = any(:facts)
""").bindparams(bindparam("facts", type_=ARRAY(Text)))

_SEGMENTS = text("""
select clock_id, owner_id, team, department, from_at, until_at, consumed_us from clock_segments
where clock_id = any(:ids) order by clock_id, from_at
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_STEPS = text("""
select id, at, occurred_at, action, actor_id, note, cycle, from_state, to_state, detail from complaint_steps
where complaint_id = :complaint_id and action = any(:actions)
""").bindparams(bindparam("actions", type_=ARRAY(Text)))

_FINDING_ACTS = text("""
select a.id, a.at, a.act, a.actor_id, a.reason, a.revision, a.from_state, a.to_state, a.finding_id, f.cycle,
       coalesce(a.content ->> 'verdict', (
         select v.content ->> 'verdict' from complaint_finding_acts v
         where v.finding_id = a.finding_id and v.revision = a.revision and v.content is not null limit 1)) as verdict,
       a.content, a.appeal_id
from complaint_finding_acts a join complaint_findings f on f.id = a.finding_id
where a.complaint_id = :complaint_id
""")

_APPEAL_ACTS = text("""
select a.id, a.at, a.act, a.actor_id, a.reason, a.outcome, a.step, a.from_state, a.to_state, a.appeal_id, p.cycle,
       p.appellant, p.grounds, p.number, p.finding_id
from appeal_acts a join appeals p on p.id = a.appeal_id
where a.complaint_id = :complaint_id
""")


async def clock_facts(session: AsyncSession, complaint_id: UUID, facts: Sequence[str]) -> Sequence[Any]:
    """The judged facts of every clock of the case, its findings, measures and appeals."""
    return (await session.execute(_CLOCKS, {"complaint_id": complaint_id, "facts": list(facts)})).all()


async def segments(session: AsyncSession, clock_ids: Sequence[UUID]) -> Sequence[Any]:
    """Who held clocks that were handed over."""
    return (await session.execute(_SEGMENTS, {"ids": list(clock_ids)})).all()


async def case_steps(session: AsyncSession, complaint_id: UUID, actions: Sequence[str]) -> Sequence[Any]:
    """The steps of the case that change what counts."""
    return (await session.execute(_STEPS, {"complaint_id": complaint_id, "actions": list(actions)})).all()


async def finding_acts(session: AsyncSession, complaint_id: UUID) -> Sequence[Any]:
    """Everything done to the case's findings."""
    return await _of_case(session, _FINDING_ACTS, complaint_id)


async def appeal_acts(session: AsyncSession, complaint_id: UUID) -> Sequence[Any]:
    """Everything done to the appeals."""
    return await _of_case(session, _APPEAL_ACTS, complaint_id)


async def _of_case(session: AsyncSession, statement: TextClause, complaint_id: UUID) -> Sequence[Any]:
    return (await session.execute(statement, {"complaint_id": complaint_id})).all()

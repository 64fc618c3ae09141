"""Every verdict of a case in time order: clocks, changes, cycles, findings, appeals – each with who and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.reading import ensure_readable
from services.complaint.verdicts import repository
from services.complaint.verdicts.rules import CASE_ACTIONS, CLOCK_FACTS, Holder, Verdict, in_order
from shared.access.scope import RowScope

SYSTEM = "system"


async def verdicts(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> list[Verdict]:
    """Every verdict of a case, oldest first.  Raises: ComplaintNotFoundError."""
    await ensure_readable(session, complaint_id, scope)
    clocks = await repository.clock_facts(session, complaint_id, CLOCK_FACTS)
    held = await _holders(session, clocks)
    return in_order(
        (_of_clock(row, held[row.clock_id]) for row in clocks),
        (_of_step(row, complaint_id) for row in await repository.case_steps(session, complaint_id, CASE_ACTIONS)),
        (_of_finding(row) for row in await repository.finding_acts(session, complaint_id)),
        (_of_appeal(row) for row in await repository.appeal_acts(session, complaint_id)),
    )


async def _holders(session: AsyncSession, clocks: Sequence[Any]) -> Mapping[UUID, tuple[Holder, ...]]:
    """Who had each clock: its segments, or its one holder where it was never handed over."""
    by_id = {row.clock_id: row for row in clocks}
    found: dict[UUID, list[Holder]] = defaultdict(list)
    for row in await repository.segments(session, list(by_id)):
        seconds = None if row.consumed_us is None else row.consumed_us // 1_000_000
        found[row.clock_id].append(
            Holder(row.owner_id, row.team, row.department, (), row.from_at, row.until_at, seconds)
        )
    return {clock_id: tuple(found[clock_id]) or (_only_holder(row),) for clock_id, row in by_id.items()}


def _only_holder(row: Any) -> Holder:
    posts = tuple(row.routing.get("posts") or ())
    return Holder(row.owner_id, row.team, row.department, posts, row.started_at, row.stopped_at, None)


def _of_clock(row: Any, holders: tuple[Holder, ...]) -> Verdict:
    return Verdict(
        id=row.id,
        at=row.at,
        occurred_at=row.occurred_at,
        source="clock",
        kind=row.fact,
        subject_id=row.subject_id,
        cycle=row.cycle,
        actor=row.actor or SYSTEM,
        why=row.reason or row.cause or row.clause or row.fact,
        metric=row.metric,
        clock_id=row.clock_id,
        clause=row.clause,
        deadline_at=row.deadline_at,
        breached_at=row.breached_at if row.fact == "breached" else None,
        holders=holders,
        detail={"subject_type": row.subject_type, "cause": row.cause, **(row.detail or {})},
    )


def _of_step(row: Any, complaint_id: UUID) -> Verdict:
    return Verdict(
        id=row.id,
        at=row.at,
        occurred_at=row.occurred_at,
        source="case",
        kind=row.action,
        subject_id=complaint_id,
        cycle=row.cycle,
        actor=str(row.actor_id) if row.actor_id else SYSTEM,
        why=row.note or row.detail.get("reason") or row.action,
        from_state=row.from_state,
        to_state=row.to_state,
        detail=row.detail,
    )


def _of_finding(row: Any) -> Verdict:
    content = row.content or {}
    said = {name: content[name] for name in ("department", "person_ids", "marks", "root_cause") if name in content}
    return Verdict(
        id=row.id,
        at=row.at,
        occurred_at=row.at,
        source="finding",
        kind=row.act,
        subject_id=row.finding_id,
        cycle=row.cycle,
        actor=str(row.actor_id),
        why=row.reason or content.get("facts") or row.act,
        revision=row.revision,
        outcome=row.verdict,
        from_state=row.from_state,
        to_state=row.to_state,
        detail={**said, "appeal_id": str(row.appeal_id) if row.appeal_id else None},
    )


def _of_appeal(row: Any) -> Verdict:
    return Verdict(
        id=row.id,
        at=row.at,
        occurred_at=row.at,
        source="appeal",
        kind=row.act,
        subject_id=row.appeal_id,
        cycle=row.cycle,
        actor=str(row.actor_id),
        why=row.reason or row.act,
        outcome=row.outcome,
        from_state=row.from_state,
        to_state=row.to_state,
        detail={
            "number": row.number,
            "step": row.step,
            "appellant": row.appellant,
            "grounds": list(row.grounds),
            "finding_id": str(row.finding_id),
        },
    )
